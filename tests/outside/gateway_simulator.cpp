// The far side of a payment channel as a program of its own, so that a test can end the till and leave the
// bank standing.
//   gateway_simulator CHANNEL    a name of the contract suite (tests/contract/*_channel.cpp)
// The first line on standard output says how a till reaches it: {"adapter","method","settings"}. Then each
// line on standard input is answered by one:
//   code NAME   the next payment behaves so (tests/contract/behaviours.h): the code that its payer shows
//   book        every payment that has arrived: [{"number","held_fen","starts"}]

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/contract/channel_under_test.h"

namespace {

using mulin::contract::Channel;
using nlohmann::json;

json book_of(Channel& channel) {
    auto book = json::array();
    for (const auto& id : channel.known()) {
        const auto held = channel.held(id);
        book.push_back({{"number", id.text()}, {"held_fen", held ? held->in_fen() : 0}, {"starts", channel.starts(id).value_or(0)}});
    }
    return book;
}

json code_of(Channel& channel, const std::string& wanted) {
    for (const auto behaviour : mulin::contract::all_behaviours()) {
        if (wanted != mulin::contract::behaviour_name(behaviour)) continue;
        const auto code = channel.code_for(behaviour);
        return code ? json(*code) : json();
    }
    return {};
}

int serve(Channel& channel) {
    const auto own = channel.own_process();
    std::cout << json({{"adapter", own->kind}, {"method", channel.method()}, {"settings", own->settings.values()}}) << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "book") std::cout << book_of(channel) << std::endl;
        else if (line.starts_with("code ")) std::cout << code_of(channel, line.substr(5)) << std::endl;
        else return 2;
    }
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    std::string names;
    for (const auto& maker : mulin::contract::registered_channels()) {
        if (count == 2 && maker.name == arguments[1]) return serve(*maker.make());
        names += (names.empty() ? "" : ", ") + maker.name;
    }
    std::fprintf(stderr, "gateway_simulator: name one of %s\n", names.c_str());
    return 2;
}
