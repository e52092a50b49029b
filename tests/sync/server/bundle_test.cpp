// Bundles between a real district and a real till: what they carry, and what whoever stands between them, or
// kept an old one, can do with them: nothing.

#include <functional>

#include <gtest/gtest.h>

#include "sync/client/settle_cards.h"
#include "sync/server/account_service.h"
#include "sync/server/commands.h"
#include "sync/store/card_shelf.h"
#include "sync/store/district_word.h"
#include "sync/wire/bundle_seal.h"
#include "sync/wire/limits.h"
#include "tests/support/link_bench.h"

namespace mulin::sync::server {
namespace {

using namespace test;

constexpr std::int64_t kOneHour = 3'600'000;
const std::string kHers(64, 'a');

// Hands on every call; answers to /v1/down may be kept, changed or exchanged.
class Between final : public Transport {
  public:
    explicit Between(std::unique_ptr<DirectTransport> next) : next_(std::move(next)) {}
    payment::Result<HttpAnswer> call(const HttpCall& call) override {
        auto answer = next_->call(call);
        if (!answer || !call.path.starts_with("/v1/down")) return answer;
        if (answer->status == 200) kept.push_back(*answer);
        return down ? down(*answer) : *answer;
    }
    std::function<HttpAnswer(const HttpAnswer&)> down;
    std::vector<HttpAnswer> kept;

  private:
    std::unique_ptr<DirectTransport> next_;
};

class Bundles : public testing::Test {
  protected:
    Bundles() {
        put_person("D1", "310110016000");
        EXPECT_TRUE(bench.district->access().directory.put(Card{kHers, "0001", "jinglao", DinerId("D1"), false}));
        EXPECT_TRUE(exchange());
    }
    void put_person(const char* id, const char* residence, std::vector<std::string> tags = {}) {
        Diner person = sample_diner();
        person.id = DinerId(id);
        person.id_hash.clear();
        person.residence = residence;
        person.hukou = residence;
        person.tags = std::move(tags);
        EXPECT_TRUE(bench.district->access().directory.put(person));
    }
    Result<ExchangeSummary> exchange() {
        between = std::make_unique<Between>(bench.connect());
        between->down = down;
        return exchange_once(*bench.store, bench.enrolment, *between, bench.clock);
    }
    WordStanding standing() { return *bench.store->district_word().standing(bench.clock.utc()); }
    bool blocked_here() { return (*bench.store->diner_by_card(kHers))->card.blocked; }
    std::string cursor() { return **bench.store->setting("sync.cursor"); }
    std::string run(const std::string& name, std::map<std::string, std::string> words) {
        const auto done = run_command(*bench.district, {name, std::move(words), {}});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return done.out;
    }
    void block() {
        auto access = bench.district->access();
        Card card{kHers, "0001", "jinglao", DinerId("D1"), true};
        ASSERT_TRUE(access.directory.put(card));
    }

    LinkBench bench;
    std::unique_ptr<Between> between;
    std::function<HttpAnswer(const HttpAnswer&)> down;
};

TEST_F(Bundles, ABlockedCardAndASuspendedDinerAreTurnedAwayAndComeBack) {
    EXPECT_FALSE(blocked_here());
    block();
    run("diners suspend", {{"diner", "D1"}, {"reason", "deceased"}});
    const auto summary = exchange();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->denied_down, 2);
    EXPECT_TRUE(blocked_here());
    EXPECT_EQ((*bench.store->district_word().denial("diner", "D1"))->reason, "deceased");
    run("diners restore", {{"diner", "D1"}});
    ASSERT_TRUE(exchange());
    EXPECT_FALSE(*bench.store->district_word().denial("diner", "D1"));
    EXPECT_TRUE(blocked_here()) << "another line";
}

TEST_F(Bundles, ANewTillGetsTheWholeDenyList) {
    run("diners suspend", {{"diner", "D1"}});
    bench.join();
    ASSERT_TRUE(exchange());
    EXPECT_EQ((*bench.store->district_word().denial("diner", "D1"))->reason, "suspended");
}

TEST_F(Bundles, WhatWasReportedLostHereStaysUntilTheDistrictLiftsIt) {
    ASSERT_TRUE(bench.store->cards().report_lost(kHers, bench.clock.utc()));
    // The bundle of this exchange leaves the district before the report arrives there.
    put_person("D2", "310110016000");
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(bench.store->cards().untold_lost()->empty()) << "told now";
    EXPECT_TRUE(blocked_here());
    // Somebody plays the till that same bundle again.
    const auto old = between->kept.front();
    down = [old](const HttpAnswer&) { return old; };
    EXPECT_FALSE(exchange());
    EXPECT_TRUE(blocked_here());
    down = nullptr;
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(blocked_here()) << "now by the district's word";
    EXPECT_EQ(bench.district->access().directory.denial("card", kHers).value()->reason, "lost");
    ASSERT_TRUE(bench.district->access().directory.lift("card", kHers));
    ASSERT_TRUE(bench.district->access().directory.put(Card{kHers, "0001", "jinglao", DinerId("D1"), false}));
    ASSERT_TRUE(exchange());
    EXPECT_FALSE(blocked_here()) << "it was found";
}

TEST_F(Bundles, AnOlderBundleIsNothingToATill) {
    const auto old = between->kept.back();
    block();
    ASSERT_TRUE(exchange());
    const auto before = cursor();
    down = [old](const HttpAnswer&) { return old; };
    EXPECT_FALSE(exchange());
    EXPECT_EQ(cursor(), before);
    EXPECT_TRUE(blocked_here());
    // The control: to a till that forgot where it stands it is a bundle like any other.
    ASSERT_TRUE(bench.store->set_setting("sync.cursor", "0"));
    ASSERT_TRUE(exchange());
    EXPECT_NE(cursor(), before);
}

TEST_F(Bundles, ABundleOfBeforeARestoreDoesNotComeBack) {
    const auto old = between->kept.back();
    bench.clock.advance_ms(1000);
    block();
    {
        auto access = bench.district->access();
        ASSERT_TRUE(bench.district->rewound(access, 0));
    }
    ASSERT_TRUE(exchange());
    ASSERT_TRUE(blocked_here());
    down = [old](const HttpAnswer&) { return old; };
    EXPECT_FALSE(exchange());
    EXPECT_TRUE(blocked_here());
}

TEST_F(Bundles, WhatIsForOthersOrNotWholeIsRefused) {
    block();
    ASSERT_TRUE(exchange());
    auto bundle = *parse_bundle(parse_signed_bundle(between->kept.back().body)->text);
    const auto refused = [&](const Bundle& other) {
        const auto answer = HttpAnswer{200, print(seal_bundle(bundle_text(other), bench.district->bundle_key()))};
        down = [answer](const HttpAnswer&) { return answer; };
        return !exchange();
    };
    bundle.from = std::stoll(cursor());
    bundle.to = bundle.from + 5;
    Bundle other = bundle;
    other.till = TillId("T9999");
    EXPECT_TRUE(refused(other)) << "another till's, though signed by the district";
    other = bundle;
    other.snapshot = sample_bundle().snapshot;
    other.snapshot->site.id = SiteId("S2");
    EXPECT_TRUE(refused(other)) << "another area's";
    other = bundle;
    other.district = "elsewhere";
    EXPECT_TRUE(refused(other));
    other = bundle;
    other.from -= 1;
    EXPECT_TRUE(refused(other)) << "mixed: it follows something else";
    const auto whole = HttpAnswer{200, print(seal_bundle(bundle_text(bundle), bench.district->bundle_key()))};
    for (std::size_t cut = 1; cut < whole.body.size(); cut += 97) {
        down = [&](const HttpAnswer&) { return HttpAnswer{200, whole.body.substr(0, cut)}; };
        EXPECT_FALSE(exchange()) << "cut at " << cut;
    }
    EXPECT_FALSE(refused(bundle)) << "the control: unchanged it is applied";
}

TEST_F(Bundles, AQuietDistrictsWordIsRenewedAndAFrozenOnesRunsOut) {
    bench.clock.advance_ms(2 * kOneHour);
    ASSERT_TRUE(exchange());
    EXPECT_EQ(between->kept.size(), 1U) << "nothing is new, and that is said";
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(between->kept.empty()) << "not every time";
    // Frozen: whoever stands between says "nothing new" for ever, or plays the same word.
    const auto same_word = [&] {
        bench.clock.advance_ms(2 * kOneHour);
        EXPECT_TRUE(exchange());
        return between->kept.back();
    }();
    down = [](const HttpAnswer&) { return HttpAnswer{204, ""}; };
    bench.clock.advance_ms(kWordLastsMs - 1);
    ASSERT_TRUE(exchange());
    EXPECT_FALSE(standing().rules_out_of_date);
    bench.clock.advance_ms(1);
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(standing().rules_out_of_date);
    bench.sell();
    down = [&](const HttpAnswer&) { return same_word; };
    EXPECT_FALSE(exchange());
    EXPECT_TRUE(standing().rules_out_of_date) << "an old word prolongs nothing";
    down = nullptr;
    ASSERT_TRUE(exchange());
    EXPECT_EQ(standing(), WordStanding{});
}

// Held back and handed over late, a bundle is as old as it is.
TEST_F(Bundles, AWordHandedOverLateHasRunOutAlready) {
    bench.clock.advance_ms(2 * kOneHour);
    const auto held_back = bench.connect()->call({"GET", "/v1/down?cursor=" + cursor() + "&incarnation=" +
                                                             **bench.store->setting("sync.incarnation") + "&heard=1", ""});
    ASSERT_EQ(held_back->status, 200);
    bench.clock.advance_ms(kWordLastsMs + kOneHour);
    down = [&](const HttpAnswer&) { return *held_back; };
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(standing().rules_out_of_date);
}

TEST_F(Bundles, WhatATillsOwnClockIsAheadPlaysNoPart) {
    bench.clock.advance_ms(2 * kOneHour);
    payment::ManualClock ahead({bench.clock.utc().ms + 30 * LinkBench::kDay});
    Between line(bench.connect());
    const auto summary = exchange_once(*bench.store, bench.enrolment, line, ahead);
    ASSERT_TRUE(summary);
    const auto at = [&](std::int64_t after_ms) {
        return *bench.store->district_word().standing({ahead.utc().ms - summary->clock_ahead_ms + after_ms});
    };
    EXPECT_EQ(at(0), WordStanding{});
    EXPECT_TRUE(at(kWordLastsMs).rules_out_of_date);
}

TEST_F(Bundles, LimitsOfTheDistrictReachItsTills) {
    EXPECT_EQ(run("till limits", {}), "{\"word_hours\":72,\"offline_hours\":24,\"offline_persons\":500}\n");
    run("till limits", {{"word_hours", "5"}, {"offline_hours", "2"}, {"offline_persons", "0"}});
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(standing().provisional) << "nobody may be granted anything alone";
    run("till limits", {{"offline_persons", "9"}});
    ASSERT_TRUE(exchange());
    EXPECT_EQ(standing(), WordStanding{});
    bench.clock.advance_ms(2 * kOneHour);
    EXPECT_EQ(standing(), (WordStanding{false, true}));
    bench.clock.advance_ms(3 * kOneHour);
    EXPECT_EQ(standing(), (WordStanding{true, true}));
    EXPECT_EQ(run_command(*bench.district, {"till limits", {{"offline_hours", "-1"}}, {}}).exit_code, 2);
}

TEST_F(Bundles, ATillKnowsThePeopleOfItsArea) {
    put_person("D2", "310104003000");
    put_person("D3", "310104003000", {"home:S1"});
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(*bench.store->diner(DinerId("D2"))) << "without a word about areas: everybody";
    Site site = sample_bundle().snapshot->site;
    site.tags = {"area:310110"};
    ASSERT_TRUE(bench.district->access().directory.put(std::span(&site, 1)));
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(*bench.store->diner(DinerId("D1")));
    EXPECT_TRUE(*bench.store->diner_by_card(kHers));
    EXPECT_FALSE(*bench.store->diner(DinerId("D2"))) << "lives and is registered elsewhere";
    EXPECT_TRUE(*bench.store->diner(DinerId("D3"))) << "this is their canteen";
    put_person("D1", "310104003000");
    ASSERT_TRUE(exchange());
    EXPECT_FALSE(*bench.store->diner(DinerId("D1"))) << "moved away";
    EXPECT_FALSE(*bench.store->diner_by_card(kHers));
    put_person("D1", "310110016000");
    site.tags = {"area:310110", "area:310104"};
    ASSERT_TRUE(bench.district->access().directory.put(std::span(&site, 1)));
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(*bench.store->diner(DinerId("D2")));
    EXPECT_TRUE(*bench.store->diner_by_card(kHers)) << "her card came with her";
}

TEST_F(Bundles, ATillKnowsOfPeopleOnlyWhatSomeRuleAsks) {
    const auto here = [&] { return **bench.store->diner(DinerId("D1")); };
    EXPECT_TRUE(here().aid.empty() && here().living.empty() && here().care == "none" && here().disability_grade == 0);
    EXPECT_EQ(here().name, sample_diner().name);
    const PolicyDocument asks{"p.json", R"({"mulin_policy":1,"id":"p","version":"1","order":1,"name":{"zh":"助餐","en":"Meals"},
        "effective":{"from":"2020-01-01","through":null},"rules":[{"id":"off","name":{"zh":"补贴","en":"Off"},
        "if":{"aid":["dibao"],"care":"light"},"benefit":{"kind":"amount","amount_fen":100},"payers":"district"}]})"};
    ASSERT_TRUE(bench.district->access().directory.replace_policies(std::span(&asks, 1), bench.clock.utc()));
    ASSERT_TRUE(exchange());
    EXPECT_EQ(here().aid, sample_diner().aid) << "sent again, since a rule asks now";
    EXPECT_EQ(here().care, "light");
    EXPECT_TRUE(here().living.empty());
    Diner gone = sample_diner();
    gone.id = DinerId("D1");
    gone.id_hash.clear();
    gone.active = false;
    ASSERT_TRUE(bench.district->access().directory.put(gone));
    ASSERT_TRUE(exchange());
    EXPECT_TRUE(here().name.empty() && here().road.empty() && !here().active);
}

}  // namespace
}  // namespace mulin::sync::server
