// A payment gateway as a program of its own, so that a test can end the till and leave the bank standing.
//   gateway_simulator alipay|wechat
// The first line on standard output holds the settings a till needs to reach it, as a JSON object. After
// that every line "book" on standard input is answered by one line: a list of all payments it knows.

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/alipay_gateway.h"
#include "tests/support/wechat_gateway.h"

namespace {

using mulin::tests::BookEntry;

nlohmann::json json_of(const std::map<std::string, BookEntry>& entries) {
    auto book = nlohmann::json::array();
    for (const auto& [number, entry] : entries)
        book.push_back({{"number", number}, {"amount_fen", entry.amount_fen}, {"taken_fen", entry.taken_fen},
                        {"returned_fen", entry.returned_fen}, {"starts", entry.starts}, {"queries", entry.queries}});
    return book;
}

template <class Gateway>
int serve(Gateway& gateway) {
    std::cout << nlohmann::json(gateway.settings()).dump() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        if (line != "book") return 2;
        auto complaints = gateway.complaints();
        for (const auto& complaint : complaints) std::fprintf(stderr, "%s\n", complaint.c_str());
        std::cout << json_of(gateway.book()).dump() << std::endl;
    }
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string kind = count == 2 ? arguments[1] : "";
    if (kind == "alipay") {
        mulin::tests::AlipayGateway gateway;
        return serve(gateway);
    }
    if (kind == "wechat") {
        mulin::tests::WechatGateway gateway(mulin::tests::WechatGateway::Protocol::v2_hmac);
        return serve(gateway);
    }
    std::fprintf(stderr, "gateway_simulator: name one of alipay, wechat\n");
    return 2;
}
