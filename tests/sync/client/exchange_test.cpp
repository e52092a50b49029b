// The till's half of an exchange against a scripted district: what it believes and what it refuses.

#include "sync/client/exchange.h"

#include <functional>

#include <gtest/gtest.h>

#include "sync/journal/entry_json.h"
#include "sync/wire/bundle.h"
#include "sync/wire/bundle_seal.h"
#include "sync/wire/messages.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"

namespace mulin::sync {
namespace {

using namespace test;
using payment::ErrorCode;

// A district that holds nothing in particular: each test says how it answers.
class Scripted final : public Transport {
  public:
    payment::Result<HttpAnswer> call(const HttpCall& call) override {
        calls.push_back(call);
        if (call.path == "/v1/upload") return upload(call);
        if (call.path == "/v1/head") return HttpAnswer{200, print(head)};
        if (call.path == "/v1/diners") return diners(call);
        return down;
    }
    std::function<payment::Result<HttpAnswer>(const HttpCall&)> upload;
    std::function<payment::Result<HttpAnswer>(const HttpCall&)> diners = [](const HttpCall&) { return HttpAnswer{500, ""}; };
    HeadReply head;
    HttpAnswer down{204, ""};
    std::vector<HttpCall> calls;
};

class ExchangeTest : public ::testing::Test {
  protected:
    ExchangeTest() : random(3), clock({1'773'114'300'000}), district_key(seeded_key(5)) {
        store = std::move(*TerminalStore::open(folder.path().string(), clock, random));
        EXPECT_TRUE(store->set_till(TillId("T1")));
        enrolment.till = TillId("T1");
        enrolment.district = "d";
        enrolment.bundle_key = district_key.public_key().text();
        transport.head.till = TillId("T1");
        transport.head.incarnation = "I1";
        transport.upload = [this](const HttpCall& call) { return honest(call); };
    }

    void sell(int count) {
        for (int i = 0; i < count; ++i) {
            Sale sale = plain_sale(++sales);
            sale.payments[0].attempt = payment::AttemptId("a" + std::to_string(sales));
            ASSERT_TRUE(store->commit_sale(sale));
        }
    }
    UploadReply reply_to(const HttpCall& call) {
        const auto request = parse_upload_request(call.body);
        UploadReply reply;
        reply.till = TillId("T1");
        reply.incarnation = "I1";
        reply.server_time = {1'773'114'300'000};
        if (!request->lines.empty()) {
            const auto entry = parse_entry(request->lines.back());
            reply.epochs = {{entry->key.epoch, entry->key.seq, entry->hash}};
        } else if (request->acked) {
            reply.epochs = {*request->acked};
        }
        return reply;
    }
    payment::Result<HttpAnswer> honest(const HttpCall& call) {
        const auto reply = reply_to(call);
        if (!reply.epochs.empty()) transport.head.epochs = reply.epochs;
        return HttpAnswer{200, print(reply)};
    }
    Result<ExchangeSummary> exchange() { return exchange_once(*store, enrolment, transport, clock); }
    std::int64_t waiting() { return store->sync_state()->waiting; }

    HttpAnswer bundle_answer(Bundle bundle, const SigningKey& key) {
        return {200, print(seal_bundle(bundle_text(bundle), key))};
    }
    Bundle diner_bundle(std::int64_t from, std::int64_t to) {
        Bundle bundle;
        bundle.district = "d";
        bundle.incarnation = "I1";
        bundle.till = TillId("T1");
        bundle.from = from;
        bundle.to = to;
        Diner diner;
        diner.id = DinerId("D" + std::to_string(to));
        diner.name = "单秀英";
        diner.pinyin = "SXY";
        diner.birth_date = *Date::from_ymd(1950, 1, 2);
        bundle.diners = {diner};
        return bundle;
    }

    Folder folder;
    payment::SeededRandom random;
    payment::ManualClock clock;
    SigningKey district_key;
    std::unique_ptr<TerminalStore> store;
    Enrolment enrolment;
    Scripted transport;
    int sales = 0;
};

TEST_F(ExchangeTest, SendsEverythingAndMarksWhatWasConfirmed) {
    sell(3);
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->acked, 4);
    EXPECT_EQ(summary->waiting, 0);
    EXPECT_EQ(waiting(), 0);
}

TEST_F(ExchangeTest, NoAnswerLeavesEverythingWaitingAndTheSameBytesGoAgain) {
    sell(3);
    transport.upload = [](const HttpCall&) { return payment::fail(ErrorCode::timeout, "no answer", true); };
    ASSERT_FALSE(exchange());
    EXPECT_EQ(waiting(), 4);
    const auto first = parse_upload_request(transport.calls.back().body)->lines;
    transport.upload = [this](const HttpCall& call) { return honest(call); };
    const auto before = transport.calls.size();
    ASSERT_TRUE(exchange());
    EXPECT_EQ(parse_upload_request(transport.calls[before].body)->lines, first);
}

TEST_F(ExchangeTest, AConfirmationOfSomethingElseIsNotBelieved) {
    sell(2);
    transport.upload = [this](const HttpCall& call) {
        auto reply = reply_to(call);
        reply.epochs[0].hash = std::string(64, 'a');
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    const auto summary = exchange();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::peer);
    EXPECT_EQ(waiting(), 3);
}

TEST_F(ExchangeTest, AnAnswerForAnotherTillIsNotBelieved) {
    sell(2);
    transport.upload = [this](const HttpCall& call) {
        auto reply = reply_to(call);
        reply.till = TillId("T2");
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    EXPECT_FALSE(exchange());
    EXPECT_EQ(waiting(), 3);
}

TEST_F(ExchangeTest, AServerThatNeverConfirmsDoesNotHoldTheTillForEver) {
    sell(2);
    transport.upload = [this](const HttpCall& call) {
        auto reply = reply_to(call);
        reply.epochs.clear();
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    EXPECT_FALSE(exchange());
    EXPECT_LT(transport.calls.size(), 20u);
    EXPECT_EQ(waiting(), 3);
}

TEST_F(ExchangeTest, AGarbledAnswerIsAnError) {
    sell(1);
    for (const char* text : {"", "{", "[]", "{\"v\":1}", "<html>"}) {
        transport.upload = [text](const HttpCall&) { return payment::Result<HttpAnswer>(HttpAnswer{200, text}); };
        EXPECT_FALSE(exchange()) << text;
    }
    EXPECT_EQ(waiting(), 2);
}

TEST_F(ExchangeTest, ARestoredServerIsFedAgain) {
    sell(4);
    ASSERT_TRUE(exchange());
    const auto epoch = store->epochs()->front();
    transport.head.incarnation = "I2";
    transport.head.epochs = {{epoch.epoch, 2, std::string(64, 'b')}};
    std::vector<std::size_t> sizes;
    transport.upload = [&](const HttpCall& call) {
        auto reply = reply_to(call);
        reply.incarnation = "I2";
        sizes.push_back(parse_upload_request(call.body)->lines.size());
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->rewound);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{0, 3}));
    EXPECT_EQ(waiting(), 0);
}

TEST_F(ExchangeTest, AServerThatKnowsMoreStartsANewEpoch) {
    sell(2);
    ASSERT_TRUE(exchange());
    const auto epoch = store->epochs()->back().epoch;
    transport.upload = [&](const HttpCall& call) {
        auto reply = reply_to(call);
        if (parse_upload_request(call.body)->lines.empty()) reply.epochs[0].seq = 40;
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    const auto summary = exchange();
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->amnesia);
    sell(1);
    EXPECT_NE(store->epochs()->back().epoch, epoch);
    const auto again = exchange();
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->amnesia) << "the same loss is told once";
}

// A till restored from a backup sells before it is online again: the numbers the district holds beyond
// ours are in an epoch that nobody would ask about.
TEST_F(ExchangeTest, ARestoredTillFindsOutEvenIfItSoldSince) {
    sell(2);
    ASSERT_TRUE(exchange());
    const auto old = store->epochs()->back();
    store.reset();
    store = std::move(*TerminalStore::open(folder.path().string(), clock, random));
    sell(1);
    transport.upload = [&](const HttpCall& call) {
        const auto reply = reply_to(call);
        transport.head.epochs = {{old.epoch, 9, std::string(64, 'c')}};
        if (!reply.epochs.empty()) transport.head.epochs.push_back(reply.epochs[0]);
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->amnesia);
    EXPECT_EQ(summary->waiting, 0);
}

TEST_F(ExchangeTest, ARevokedTillIsToldAndKeepsItsEntries) {
    sell(2);
    transport.upload = [](const HttpCall&) {
        return payment::Result<HttpAnswer>(HttpAnswer{403, print(WireRefusal{"revoked", "This till is revoked."})});
    };
    const auto summary = exchange();
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::refused);
    EXPECT_NE(summary.error().message.find("revoked"), std::string::npos);
    EXPECT_EQ(waiting(), 3);
}

TEST_F(ExchangeTest, NewDinersComeDownOnce) {
    transport.down = bundle_answer(diner_bundle(0, 7), district_key);
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->diners_down, 1);
    EXPECT_EQ(*store->diner_count(), 1);
    // The same bundle again, from somebody who kept it, changes nothing and is refused.
    const auto again = exchange();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::peer);
    EXPECT_EQ(*store->diner_count(), 1);
}

TEST_F(ExchangeTest, AForgedBundleChangesNothing) {
    transport.down = bundle_answer(diner_bundle(0, 7), seeded_key(6));
    EXPECT_FALSE(exchange());
    EXPECT_EQ(*store->diner_count(), 0);
    auto bent = seal_bundle(bundle_text(diner_bundle(0, 7)), district_key);
    bent.text.replace(bent.text.find("D7"), 2, "D8");
    transport.down = {200, print(bent)};
    EXPECT_FALSE(exchange());
    EXPECT_EQ(*store->diner_count(), 0);
}

TEST_F(ExchangeTest, AnOlderBundleChangesNothing) {
    transport.down = bundle_answer(diner_bundle(0, 9), district_key);
    ASSERT_TRUE(exchange());
    transport.down = bundle_answer(diner_bundle(0, 7), district_key);
    EXPECT_FALSE(exchange());
    transport.down = bundle_answer(diner_bundle(10, 12), district_key);
    EXPECT_FALSE(exchange());
    EXPECT_EQ(*store->diner_count(), 1);
}

TEST_F(ExchangeTest, DinersRegisteredHereGoUp) {
    Diner diner = diner_bundle(0, 1).diners[0];
    ASSERT_TRUE(store->register_diner(diner));
    transport.diners = [](const HttpCall& call) {
        const auto request = parse_diners_request(call.body);
        DinersReply reply;
        for (const auto& sent : request->diners) reply.diners.push_back({sent.diner.id, sent.diner.id});
        return payment::Result<HttpAnswer>(HttpAnswer{200, print(reply)});
    };
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->diners_up, 1);
    EXPECT_EQ(summary->waiting_diners, 0);
}

}  // namespace
}  // namespace mulin::sync
