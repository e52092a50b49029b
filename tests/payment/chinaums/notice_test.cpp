// Notices: received, proved, answered, and never more than a reason to ask at once.

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>

#include "payment/chinaums/chinaums_signature.h"
#include "tests/support/chinaums_till.h"

namespace mulin::payment {
namespace {

using tests::ChinaumsPlan;
using tests::ChinaumsSimulator;
using tests::ChinaumsTill;

constexpr const char* kNoticeSecret = "an-invented-communication-key";

// A till that shows codes and listens; `wait_ms` longer than any test takes, unless nothing is to come.
ChinaumsTill::Changes listening(ChinaumsTill& keys, const char* wait_ms) {
    return {{"mode", "shown_code"}, {"notice_listen", "127.0.0.1:0"}, {"notice_wait_ms", wait_ms},
            {"notice_key_file", keys.folder.write("notice.key", std::string(kNoticeSecret) + "\n")}};
}

int port_of(ChinaumsTill& till) { return dynamic_cast<ChinaumsAdapter&>(*till.adapter).notice_port(); }

// Sends the bytes and answers with everything that came back.
std::string post_raw(int port, const std::string& bytes) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto more = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (more <= 0) break;
        sent += static_cast<std::size_t>(more);
    }
    ::shutdown(socket, SHUT_WR);
    std::string answer;
    char piece[1024];
    for (ssize_t got = 0; (got = ::recv(socket, piece, sizeof piece, 0)) > 0;) answer.append(piece, static_cast<std::size_t>(got));
    ::close(socket);
    return answer;
}

std::string post_notice(int port, const std::string& body) {
    return post_raw(port, "POST /notices/chinaums HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body);
}

std::string body_of(const std::string& answer) {
    const auto at = answer.find("\r\n\r\n");
    return at == std::string::npos ? "" : answer.substr(at + 4);
}

FormFields notice_of(const std::string& order, const std::string& merchant = ChinaumsSimulator::kMerchant) {
    return {{"billNo", order}, {"billStatus", "PAID"}, {"mid", merchant}, {"tid", "00000001"}, {"totalAmount", "1234"}, {"signType", "SHA256"}};
}

std::string with_digest(FormFields fields, const char* key = kNoticeSecret) {
    fields["sign"] = chinaums_notice_digest(fields, key, {}).value();
    return form_encode(fields);
}

const std::string kOrder = std::string(ChinaumsSimulator::kSource) + ChinaumsTill::kAttempt;

// Somebody pays once the bill was asked about for the first time.
ChinaumsPlan paid_at_the_second_question() {
    ChinaumsPlan plan;
    plan.waiting_queries = 1;
    return plan;
}

struct Notices : ::testing::Test {
    std::size_t questions() {
        const auto paths = till.gateway.paths();
        return static_cast<std::size_t>(std::count(paths.begin(), paths.end(), "/v1/netpay/bills/query"));
    }
    ChinaumsTill keys;
    ChinaumsTill till{listening(keys, "5000")};
};

TEST_F(Notices, AGenuineOneMakesTheTillAskAtOnceAndTheGatewayDecides) {
    ASSERT_EQ(till.show(paid_at_the_second_question()).outcome, Outcome::pending);
    auto asking = std::async(std::launch::async, [&] { return till.query(); });
    while (questions() == 0) std::this_thread::yield();
    EXPECT_EQ(body_of(post_notice(port_of(till), with_digest(notice_of(kOrder)))), "SUCCESS");
    EXPECT_EQ(asking.get().outcome, Outcome::approved);
    EXPECT_EQ(questions(), 2u);
}

TEST_F(Notices, OneAboutABillThatNobodyPaidApprovesNothing) {
    ChinaumsPlan plan;
    plan.fate = ChinaumsPlan::Fate::waits;
    ASSERT_EQ(till.show(plan).outcome, Outcome::pending);
    auto asking = std::async(std::launch::async, [&] { return till.query(); });
    while (questions() == 0) std::this_thread::yield();
    EXPECT_EQ(body_of(post_notice(port_of(till), with_digest(notice_of(kOrder)))), "SUCCESS");
    EXPECT_EQ(asking.get().outcome, Outcome::pending) << "a genuine notice is no approval";
}

TEST(NoticesThatAreNoneOfOurs, MoveNothing) {
    ChinaumsTill keys;
    ChinaumsTill till(listening(keys, "300"));
    ASSERT_EQ(till.show(paid_at_the_second_question()).outcome, Outcome::pending);
    const int port = port_of(till);
    FormFields changed = notice_of(kOrder);
    changed["sign"] = chinaums_notice_digest(changed, kNoticeSecret, {}).value();
    changed["totalAmount"] = "1";
    for (const std::string& body : {with_digest(notice_of(kOrder), "another key"), form_encode(changed), form_encode(notice_of(kOrder)),
                                    with_digest(notice_of(kOrder, "898000000000002")), with_digest(notice_of("")), std::string("nothing=1"),
                                    std::string("%%%%"), std::string()})
        EXPECT_EQ(body_of(post_notice(port, body)), "FAILED") << body;
    EXPECT_EQ(body_of(post_notice(port, with_digest(notice_of("999901K7QC3M5VANOTHER000000009")))), "SUCCESS") << "ours, of another bill";
    EXPECT_EQ(till.query().outcome, Outcome::pending);
    const auto paths = till.gateway.paths();
    EXPECT_EQ(std::count(paths.begin(), paths.end(), "/v1/netpay/bills/query"), 1) << "nothing made it ask again";
}

TEST(NoticesThatAreNoneOfOurs, GarbageIsTurnedAwayAndTheNextOneHeard) {
    ChinaumsTill keys;
    ChinaumsTill till(listening(keys, "0"));
    const int port = port_of(till);
    const auto status = [&](const std::string& bytes) { return post_raw(port, bytes).substr(9, 3); };
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "405");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\n\r\n"), "411");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 4x\r\n\r\nabcd"), "411");
    EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 70000\r\n\r\n"), "413") << "too long by its own word";
    EXPECT_EQ(status("POST / HTTP/1.1\r\nX: " + std::string(100'000, 'x')), "413") << "too long";
    EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\ncut"), "400");
    EXPECT_EQ(status(std::string(500, '\xFF')), "400");
    payment::SeededRandom random(31);
    for (int i = 0; i < 100; ++i) {
        std::string noise(random.below(300), '\0');
        for (auto& c : noise) c = static_cast<char>(random.below(256));
        (void)post_raw(port, noise);
    }
    EXPECT_EQ(body_of(post_notice(port, with_digest(notice_of(kOrder)))), "SUCCESS");
}

TEST_F(Notices, OnePlayedAgainCostsOneQuestion) {
    ChinaumsPlan plan;
    plan.waiting_queries = 2;
    ASSERT_EQ(till.show(plan).outcome, Outcome::pending);
    const std::string body = with_digest(notice_of(kOrder));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(body_of(post_notice(port_of(till), body)), "SUCCESS");
    auto asking = std::async(std::launch::async, [&] { return till.query(); });
    while (questions() == 0) std::this_thread::yield();
    EXPECT_EQ(body_of(post_notice(port_of(till), body)), "SUCCESS");
    EXPECT_EQ(body_of(post_notice(port_of(till), body)), "SUCCESS");
    EXPECT_EQ(asking.get().outcome, Outcome::pending);
    EXPECT_EQ(questions(), 2u);
}

TEST(NoticesAreNotNeeded, NeitherOneNorAnAddress) {
    ChinaumsTill keys;
    ChinaumsTill first(listening(keys, "0"));
    ASSERT_EQ(first.show(paid_at_the_second_question()).outcome, Outcome::pending);
    EXPECT_EQ(first.query().outcome, Outcome::pending);
    EXPECT_EQ(first.query().outcome, Outcome::approved) << "by asking alone";
    auto taken = listening(keys, "0");
    taken["notice_listen"] = "127.0.0.1:" + std::to_string(port_of(first));
    ChinaumsTill second(taken);
    ASSERT_EQ(second.show(paid_at_the_second_question()).outcome, Outcome::pending) << "somebody has the port";
    EXPECT_EQ(second.query().outcome, Outcome::pending);
    EXPECT_EQ(second.query().outcome, Outcome::approved);
}

TEST(NoticesAreNotNeeded, WrongSettingsAreNamed) {
    ChinaumsTill keys;
    const auto refused = [&](const char* key, const char* value) {
        ChinaumsTill::Changes changes = listening(keys, "0");
        changes[key] = value;
        ChinaumsTill till;
        for (auto& [name, text] : changes) till.settings[name] = text;
        return !till.try_make().has_value();
    };
    for (const char* address : {"0.0.0.0:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "localhost:80", "127.0.0.1:-1"})
        EXPECT_TRUE(refused("notice_listen", address)) << address;
    EXPECT_TRUE(refused("notice_key_file", "/nowhere"));
    EXPECT_TRUE(refused("mode", "payer_code"));
    EXPECT_TRUE(refused("notice_wait_ms", "60000"));
}

}  // namespace
}  // namespace mulin::payment
