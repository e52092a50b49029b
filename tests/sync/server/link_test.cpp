// Till and district over real TLS sockets in one process: what certificates, dates and names decide.

#include <thread>

#include <gtest/gtest.h>

#include "sync/client/exchange.h"
#include "sync/http/http_server.h"
#include "sync/server/till_routes.h"
#include "sync/wire/enrolment_code.h"
#include "sync/wire/messages.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using payment::ErrorCode;

constexpr std::int64_t kYearMs = 365 * kDayMs;

// A district whose clock stands where the test wants it; its sockets and TLS are real.
class Link : public ::testing::Test {
  protected:
    void start(std::int64_t clock_ms, std::vector<std::string> names = {"127.0.0.1"}, std::int64_t server_ahead_ms = 0) {
        clock.set_utc({clock_ms});
        ASSERT_TRUE(District::create(folder.path() / "district", {"d", "区", "District", "key"}, clock, random));
        district = std::move(*District::open(folder.path() / "district", clock, random));
        const Site site = sample_bundle().snapshot->site;
        ASSERT_TRUE(district->access().directory.put(std::span(&site, 1)));
        const auto keys = folder.path() / "district" / "keys";
        const auto files = district->authority().server_files(keys, names, {clock_ms + server_ahead_ms});
        ASSERT_TRUE(files);
        std::vector<Endpoint> endpoints(1);
        endpoints[0].host = "127.0.0.1";
        endpoints[0].tls = TlsFiles{files->certificate, files->key, keys / "ca.crt"};
        endpoints[0].handle = [this](const HttpRequest& request) { return answer_till(*district, request); };
        endpoints[0].body_limit = body_limit_of;
        auto opened = HttpServer::open(std::move(endpoints), 2);
        ASSERT_TRUE(opened) << opened.error().message;
        server = std::move(*opened);
        url = "https://127.0.0.1:" + std::to_string(server->port(0));
        thread = std::thread([this] { server->run(); });
        store = std::move(*TerminalStore::open((folder.path() / "till").string(), clock, random));
    }
    void SetUp() override { std::filesystem::create_directories(folder.path() / "till"); }
    void TearDown() override {
        if (server) server->stop();
        if (thread.joinable()) thread.join();
    }

    std::string code() {
        const auto made = EnrolmentCode::make(random, district->authority().sha256());
        auto access = district->access();
        EXPECT_TRUE(access.tills.reserve(SiteId("S1"), made.secret, clock.utc()));
        return made.text();
    }
    Result<Enrolment> join() { return enroll(*store, folder.path() / "till", url, code()); }
    Result<ExchangeSummary> exchange(const Enrolment& enrolment, bool clock_trusted) {
        const auto transport = transport_of(enrolment, folder.path() / "till", clock_trusted);
        if (!transport) return tl::make_unexpected(transport.error());
        return exchange_once(*store, enrolment, **transport, clock);
    }

    Folder folder;
    payment::SeededRandom random{1};
    payment::ManualClock clock{{0}};
    std::unique_ptr<District> district;
    std::unique_ptr<HttpServer> server;
    std::unique_ptr<TerminalStore> store;
    std::thread thread;
    std::string url;
};

TEST_F(Link, AnExchangeOverRealSockets) {
    start(payment::SystemClock().utc().ms);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment) << enrolment.error().message;
    ASSERT_TRUE(store->commit_sale(plain_sale(1)));
    const auto summary = exchange(*enrolment, true);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->acked, 3) << "the epoch, the sale, and the district's root of the day";
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(*store->setting("site"), "S1");
}

// A till that wakes up in 1970 sees a server certificate that begins in the future. Whether it thinks its clock right or
// not: it connects, and hears what time it is.
TEST_F(Link, AWrongClockDoesNotCutTheTillOff) {
    start(payment::SystemClock().utc().ms, {"127.0.0.1"}, 10 * kYearMs);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment) << enrolment.error().message;
    for (const bool trusted : {true, false}) {
        ASSERT_TRUE(store->commit_sale(plain_sale(trusted ? 1 : 2)));
        const auto summary = exchange(*enrolment, trusted);
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_EQ(summary->waiting, 0);
    }
}

// But a certificate that had ended before the time that the district told the till once is nobody's any more.
TEST_F(Link, ACertificateThatIsLongOverIsRefusedWhateverTheClockSays) {
    start(payment::SystemClock().utc().ms, {"127.0.0.1"}, -10 * kYearMs);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment) << enrolment.error().message;
    ASSERT_TRUE(store->commit_sale(plain_sale(1)));
    for (const bool trusted : {true, false}) {
        const auto summary = exchange(*enrolment, trusted);
        ASSERT_FALSE(summary);
        EXPECT_EQ(summary.error().code, ErrorCode::peer) << summary.error().message;
    }
}

TEST_F(Link, AnExpiredTillMayStillBringItsSalesAndNothingElse) {
    start(payment::SystemClock().utc().ms - 5 * kYearMs);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment) << enrolment.error().message;
    ASSERT_TRUE(store->commit_sale(plain_sale(1)));
    const auto summary = exchange(*enrolment, false);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::refused);
    EXPECT_NE(summary.error().message.find("expired"), std::string::npos) << summary.error().message;
    EXPECT_EQ(store->sync_state()->waiting, 0) << "the sales are up all the same";
}

TEST_F(Link, AnotherAuthorityIsNotOurDistrict) {
    start(payment::SystemClock().utc().ms);
    auto enrolment = join();
    ASSERT_TRUE(enrolment);
    ASSERT_TRUE(Authority::create(folder.path() / "till" / "keys", "d", clock.utc()));  // replaces the pinned one
    for (const bool trusted : {true, false}) {
        const auto summary = exchange(*enrolment, trusted);
        ASSERT_FALSE(summary) << "ignoring dates must not ignore the authority";
        EXPECT_EQ(summary.error().code, ErrorCode::peer) << summary.error().message;
    }
}

TEST_F(Link, ACertificateForAnotherNameIsRefused) {
    start(payment::SystemClock().utc().ms, {"other.example"});
    const auto joined = join();
    ASSERT_FALSE(joined);
    EXPECT_EQ(joined.error().code, ErrorCode::peer) << joined.error().message;
}

TEST_F(Link, ATillCannotPoseAsTheDistrict) {
    start(payment::SystemClock().utc().ms);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment);
    const auto keys = folder.path() / "till" / "keys";
    std::vector<Endpoint> endpoints(1);
    endpoints[0].host = "127.0.0.1";
    endpoints[0].tls = TlsFiles{keys / "transport.crt", keys / "transport.key", keys / "ca.crt"};
    endpoints[0].handle = [](const HttpRequest&) { return HttpResponse{200, "", ""}; };
    endpoints[0].body_limit = body_limit_of;
    const auto impostor = HttpServer::open(std::move(endpoints), 1);
    ASSERT_TRUE(impostor);
    std::thread other([&] { (*impostor)->run(); });
    Enrolment fooled = *enrolment;
    fooled.server_url = "https://127.0.0.1:" + std::to_string((*impostor)->port(0));
    const auto summary = exchange(fooled, false);
    (*impostor)->stop();
    other.join();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::peer) << summary.error().message;
}

TEST_F(Link, NobodyThereIsAnErrorToTryAgain) {
    start(payment::SystemClock().utc().ms);
    const auto enrolment = join();
    ASSERT_TRUE(enrolment);
    server->stop();
    thread.join();
    server.reset();
    const auto summary = exchange(*enrolment, true);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::network);
    EXPECT_TRUE(summary.error().retry);
}

}  // namespace
}  // namespace mulin::sync::server
