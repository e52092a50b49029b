// Certificates that end while a till is away, and keys that change: the data comes in, old receipts still verify.

#include <gtest/gtest.h>

#include "tests/support/link_bench.h"

namespace mulin::sync::server {
namespace {

using test::LinkBench;
using payment::ErrorCode;

TEST(Renewal, ATillAsksForItsNextCertificateBeforeTheOldOneEnds) {
    LinkBench bench;
    const auto file = bench.till_dir() / "keys" / "transport.crt";
    const auto first = *read_private_file(file);
    bench.sell();
    ASSERT_FALSE(bench.exchange()->renewed) << "not in its first days";
    bench.clock.advance_ms(70 * LinkBench::kDay);
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->renewed);
    const auto second = *read_private_file(file);
    EXPECT_NE(first, second);
    bench.sell();
    EXPECT_FALSE(bench.exchange()->renewed);
    EXPECT_EQ(bench.store->sync_state()->waiting, 0);
    // The one before is over as soon as the new one was shown.
    ASSERT_TRUE(write_private_file(file, first));
    bench.sell();
    EXPECT_FALSE(bench.exchange());
    ASSERT_TRUE(write_private_file(file, second));
    EXPECT_TRUE(bench.exchange());
}

TEST(Renewal, ALostAnswerCostsNothing) {
    LinkBench bench;
    bench.clock.advance_ms(70 * LinkBench::kDay);
    bench.sell();
    const auto transport = bench.connect();
    transport->lose_next_answer = "/v1/renew";
    const auto lost = exchange_once(*bench.store, bench.enrolment, *transport, bench.clock);
    ASSERT_TRUE(lost) << lost.error().message;
    EXPECT_FALSE(lost->renewed);
    EXPECT_EQ(lost->waiting, 0) << "the certificate in hand still does";
    EXPECT_TRUE(bench.exchange()->renewed);
    EXPECT_TRUE(bench.exchange());
}

TEST(Renewal, ATillOffForMonthsBringsItsSalesAndComesBackOverTheSameLink) {
    LinkBench bench;
    bench.sell();
    bench.clock.advance_ms(200 * LinkBench::kDay);
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->renewed);
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_TRUE(summary->snapshot) << "with the new certificate the district's data comes down as well";
}

TEST(Renewal, InTheGraceTimeDataGoesInAndNothingComesOut) {
    LinkBench bench;
    const auto old = bench.connect();
    bench.clock.advance_ms(100 * LinkBench::kDay);
    EXPECT_EQ(old->call({"GET", "/v1/head", ""})->status, 200);
    for (const char* path : {"/v1/down?cursor=0&incarnation="}) {
        const auto answer = old->call({"GET", path, ""});
        EXPECT_EQ(answer->status, 403);
        EXPECT_NE(answer->body.find("certificate_expired"), std::string::npos);
    }
    EXPECT_EQ(old->call({"POST", "/v1/cards", "{}"})->status, 403);
    EXPECT_EQ(old->call({"POST", "/v1/diners", "{}"})->status, 403);
}

TEST(Renewal, AfterTheGraceTimeOnlyANewEnrolmentHelpsAndNothingIsLost) {
    LinkBench bench;
    bench.sell();
    bench.clock.advance_ms(90 * LinkBench::kDay + kRenewGraceMs + LinkBench::kDay);
    const auto refused = bench.exchange();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::refused);
    const TillId name = bench.enrolment.till;
    bench.join();
    EXPECT_EQ(bench.enrolment.till, name);
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(bench.written<EpochOpen>().back().reason, "enrolled");
    EXPECT_EQ(bench.count("SELECT count(*) FROM sale"), 1);
}

TEST(Renewal, ARevokedTillGetsNoCertificate) {
    LinkBench bench;
    ASSERT_TRUE(bench.district->access().tills.revoke(bench.enrolment.till));
    EXPECT_EQ(bench.connect()->call({"POST", "/v1/renew", print(RenewRequest{bench.enrolment.till, "x"})})->status, 403);
}

// Another till's certificate asks for nobody else.
TEST(Renewal, ACertificateIsRenewedForItsOwnTillOnly) {
    LinkBench bench;
    const auto csr = request_for_key(bench.till_dir() / "keys" / "transport.key");
    EXPECT_EQ(bench.connect()->call({"POST", "/v1/renew", print(RenewRequest{TillId("T9999"), *csr})})->status, 403);
    EXPECT_EQ(bench.connect()->call({"POST", "/v1/renew", print(RenewRequest{bench.enrolment.till, "no request"})})->status, 400);
    EXPECT_EQ(bench.connect()->call({"POST", "/v1/renew", "{}"})->status, 400);
}

TEST(KeyChange, TheTillGoesOnWithANewKeyAndEverythingVerifies) {
    LinkBench bench;
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    const auto former = bench.store->public_key();
    ASSERT_TRUE(bench.store->evidence().change_key(payment::china_date(bench.clock.utc())));
    EXPECT_NE(bench.store->public_key(), former);
    bench.sell();
    bench.open_till();
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(summary->quarantined, 0);
    EXPECT_EQ(bench.count("SELECT count(*) FROM finding"), 0);
    EXPECT_EQ(bench.count("SELECT count(*) FROM sale"), 3);
    ASSERT_TRUE(bench.store->verify()) << bench.store->verify().error().message;
    // Enrolled again, it is still the same till.
    const TillId name = bench.enrolment.till;
    bench.join();
    EXPECT_EQ(bench.enrolment.till, name);
}

TEST(KeyChange, AllInOneUploadIsBelievedToo) {
    LinkBench bench;
    bench.sell();
    ASSERT_TRUE(bench.store->evidence().change_key(payment::china_date(bench.clock.utc())));
    ASSERT_TRUE(bench.store->evidence().change_key(payment::china_date(bench.clock.utc())));
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->quarantined, 0);
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(bench.count("SELECT count(*) FROM till_key"), 2);
}

// Power went between the entry and the key file.
TEST(KeyChange, ThatWasCutOffIsFinishedAtTheNextStart) {
    LinkBench bench;
    bench.sell();
    const auto keys = bench.till_dir();
    const auto before = *read_private_file(keys / "signing_key.pem");
    ASSERT_TRUE(bench.store->evidence().change_key(payment::china_date(bench.clock.utc())));
    const auto fresh = bench.store->public_key();
    bench.store.reset();
    std::filesystem::rename(keys / "signing_key.pem", keys / "signing_key.next.pem");
    ASSERT_TRUE(write_private_file(keys / "signing_key.pem", before));
    bench.open_till();
    EXPECT_EQ(bench.store->public_key(), fresh);
    bench.sell();
    EXPECT_TRUE(bench.store->verify());
}

// A file put back from before the change goes on with the key of that time; the district keeps both branches.
TEST(KeyChange, AFileFromBeforeItGoesOnWithTheFormerKey) {
    LinkBench bench;
    bench.sell();
    bench.store.reset();
    std::filesystem::copy(bench.till_dir() / "till.db", bench.till_dir() / "copy.db");
    bench.open_till();
    ASSERT_TRUE(bench.store->evidence().change_key(payment::china_date(bench.clock.utc())));
    bench.sell();
    ASSERT_TRUE(bench.exchange());
    bench.store.reset();
    std::filesystem::copy(bench.till_dir() / "copy.db", bench.till_dir() / "till.db",
                          std::filesystem::copy_options::overwrite_existing);
    bench.open_till();
    bench.sell();
    const auto summary = bench.exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(bench.count("SELECT count(*) FROM quarantine"), 0);
    EXPECT_EQ(bench.count("SELECT count(*) FROM sale"), 3);
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind = 'amnesia'"), 0);
    EXPECT_GT(bench.count("SELECT count(*) FROM finding WHERE kind = 'fork'"), 0);
}

}  // namespace
}  // namespace mulin::sync::server
