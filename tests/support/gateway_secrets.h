#pragma once
// Looks through everything an adapter handed back or wrote for what must never be there: the payer's
// code, a key, a password. One behaviour after the other, with every call.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "payment/port/adapter.h"
#include "tests/support/gateway_book.h"

namespace mulin::tests {

// The words of a file that would tell it: every line of 20 characters or more that is no PEM mark.
inline std::vector<std::string> telling_lines(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        if (line.size() >= 20 && line.rfind("-----", 0) != 0) lines.push_back(line);
    return lines;
}

inline void say(std::string& said, const std::map<std::string, std::string>& refs, const std::string& code, const std::string& text) {
    said += code + "\n" + text + "\n";
    for (const auto& [name, value] : refs) said += name + "=" + value + "\n";
}

// Calls everything once for each behaviour; returns all that was handed back or printed.
template <class Gateway>
std::string everything_said(payment::Adapter& adapter, Gateway&) {
    std::string said;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    for (int number = 0; number <= static_cast<int>(Behaviour::refund_refused); ++number) {
        const auto behaviour = static_cast<Behaviour>(number);
        payment::Attempt attempt;
        attempt.id = payment::AttemptId("01K7QC3M5VSECRET0000000" + std::to_string(100 + number));
        attempt.amount = payment::Money::fen(1234);
        attempt.result = adapter.start({attempt.id, "sale", attempt.amount, Gateway::code_for(behaviour), 100, "qr", {}, {}});
        const auto asked = adapter.query(attempt);
        const payment::RefundRequest request{payment::RefundId("01K7QC3M5VREFUND0000000" + std::to_string(100 + number)),
                                             payment::Money::fen(100), payment::Money(), "退款", {}};
        const auto refunded = adapter.refund(attempt, request);
        const auto refund_asked = adapter.refund_query(attempt, request);
        const auto reversed = adapter.reverse(attempt);
        say(said, attempt.result.refs, attempt.result.channel_code, attempt.result.channel_text);
        say(said, asked.refs, asked.channel_code, asked.channel_text);
        say(said, refunded.refs, refunded.channel_code, refunded.channel_text);
        say(said, refund_asked.refs, refund_asked.channel_code, refund_asked.channel_text);
        say(said, reversed.refs, reversed.channel_code, reversed.channel_text);
    }
    return said + ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
}

// The payer's codes, whole or their first twelve digits, and the keys of these files.
template <class Gateway>
void expect_no_secret(const std::string& said, const std::vector<std::string>& key_files) {
    for (int number = 0; number <= static_cast<int>(Behaviour::refund_refused); ++number) {
        const std::string code = Gateway::code_for(static_cast<Behaviour>(number));
        EXPECT_EQ(said.find(code.substr(0, 12)), std::string::npos) << code;
    }
    EXPECT_EQ(said.find("PRIVATE KEY"), std::string::npos);
    for (const auto& path : key_files) {
        const auto lines = telling_lines(path);
        EXPECT_FALSE(lines.empty()) << path;
        for (const auto& line : lines) EXPECT_EQ(said.find(line), std::string::npos) << path;
    }
}

}  // namespace mulin::tests
