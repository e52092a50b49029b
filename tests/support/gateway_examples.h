#pragma once
// Recorded examples of a channel (tests/golden/<channel>_lunch.txt): a conversation as both sides write it,
// with what each answer means. Values are our own, shapes are the documents'. Four lines a step:
//   ? what is called          pay, query, reverse, refund, refund_query
//   > what the till sends     target and body, or what its signature covers
//   < what comes back         HTTP status and body
//   = what it means           an outcome, or the refund's
// Lines that begin with '#' and empty ones say something to the reader.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace mulin::tests {

struct Example {
    std::string call, request, answer, outcome;
    int status = 0;
};

inline std::vector<Example> recorded_examples(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file) << path << " is read from the folder of the sources";
    std::vector<Example> all;
    for (std::string line; std::getline(file, line);) {
        if (line.size() < 3 || line[0] == '#') continue;
        const std::string rest = line.substr(2);
        if (line[0] == '?') all.push_back({rest, "", "", "", 0});
        if (all.empty()) continue;
        if (line[0] == '>') all.back().request = rest;
        if (line[0] == '<') all.back().status = std::stoi(rest);
        if (line[0] == '<') all.back().answer = rest.substr(4);
        if (line[0] == '=') all.back().outcome = rest;
    }
    return all;
}

}  // namespace mulin::tests
