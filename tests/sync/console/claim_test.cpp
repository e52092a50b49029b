// Deciding about claims that wait for a person, and the whole story of a sale.

#include "sync/server/settle_commands.h"
#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using nlohmann::json;

json decision(const EntryKey& key, const std::string& hash, const std::string& as, std::int64_t seen = 0) {
    json body = Office::key_value(key);
    body.update({{"hash", hash}, {"as", as}, {"reason", "seen the slip"}, {"seen", seen}});
    return body;
}

// A till and its clone that both served at the same number, and somebody the district does not know.
struct Waiting {
    explicit Waiting(Office& office) {
        ReviewedTill real("T1", 1, set_of(rules_off(300)));
        office.enroll(real);
        real.sell(office.diner, noon(0));
        ReviewedTill clone = real;
        first = real.sell(office.diner, noon(0, 1));
        second = clone.sell(office.diner, noon(5, 1), [](Sale& sale) { sale.cashier = StaffId("C0199"); });
        QuoteDiner stranger = office.diner;
        stranger.id = "D000999";
        unknown = real.sell(stranger, noon(20, 1));
        office.upload(real);
        office.upload(clone);
        office.settle();
    }
    Entry first, second, unknown;
};

// Everything that is booked, and who ruled what.
std::string booked(Office& office) {
    std::string text = office.verdicts();
    auto access = office.district().access();
    auto moves = access.database.prepare("SELECT till, seq, hash, n, kind, debit, credit, amount_fen, code, period FROM ledger_transfer ORDER BY till, seq, hash, n");
    while (*moves.step()) {
        for (int column = 0; column < 10; ++column) text += moves.text(column) + "|";
        text += "\n";
    }
    auto rulings = access.database.prepare("SELECT till, seq, hash, n, ruling, person, reason, ruled_ms FROM claim_ruling ORDER BY till, seq, hash, n");
    while (*rulings.step()) {
        for (int column = 0; column < 8; ++column) text += rulings.text(column) + "|";
        text += "\n";
    }
    return text;
}

TEST(Deciding, IsBookedByteForByteAsByTheCommand) {
    for (const char* as : {"accept", "vendor", "tolerance", "diner"}) {
        Office by_console, by_command;
        const Waiting here(by_console), there(by_command);
        ASSERT_EQ(booked(by_console), booked(by_command));
        const auto browser = by_console.signed_in("settle");
        const auto answer = by_console.post(browser, "/api/decide", decision(here.second.key, here.second.hash, as));
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto done = settle_command(by_command.district(), {"verdict decide", {{"sale", "T1/E-T1/3/" + there.second.hash}, {"as", as},
                                                                                   {"by", "settle"}, {"reason", "seen the slip"}}, {}});
        ASSERT_TRUE(done && done->exit_code == 0) << done->err;
        EXPECT_EQ(booked(by_console), booked(by_command)) << as;
        by_console.expect_sound();
        EXPECT_EQ(by_console.newest_line().action, "decide");
        EXPECT_EQ(by_console.newest_line().who, "settle");
        EXPECT_EQ(by_console.newest_line().subject, "T1/E-T1/3/" + here.second.hash.substr(0, 12) + " " + as);
        EXPECT_EQ(by_console.newest_line().reason, "seen the slip");
    }
}

struct Claims : testing::Test {
    Office office;
    Waiting waiting{office};
};

TEST_F(Claims, APressTwiceIsOneDecisionAndTheSlowerPersonLooksAgain) {
    const auto settle = office.signed_in("settle"), admin = office.signed_in("admin");
    const auto body = decision(waiting.first.key, waiting.first.hash, "accept");
    const auto once = office.post(settle, "/api/decide", body);
    ASSERT_EQ(once.status, 200) << once.body;
    const auto lines = office.audit_lines();
    const std::string after = booked(office);
    const auto twice = office.post(settle, "/api/decide", body);
    EXPECT_EQ(twice.status, 200);
    EXPECT_EQ(twice.body, once.body);
    EXPECT_EQ(booked(office), after);
    EXPECT_EQ(office.audit_lines(), lines);
    EXPECT_EQ(office.post(admin, "/api/decide", body).status, 409) << "the same, but another person's";
    EXPECT_EQ(office.post(settle, "/api/decide", decision(waiting.first.key, waiting.first.hash, "vendor")).status, 409);
    EXPECT_EQ(booked(office), after);
    EXPECT_EQ(office.post(admin, "/api/decide", decision(waiting.first.key, waiting.first.hash, "vendor", 1)).status, 200) << "having seen it";
    EXPECT_EQ(office.count("SELECT count(*) FROM claim_ruling"), 2);
}

TEST_F(Claims, WithoutAVersionAReasonOrAWordOfTheRulesNothingIsDecided) {
    const auto browser = office.signed_in("settle");
    const std::string before = booked(office);
    const auto lines = office.audit_lines();
    for (const auto& [field, value] : std::vector<std::pair<std::string, json>>{
             {"hash", ""}, {"hash", waiting.first.hash.substr(0, 12)}, {"hash", std::string(64, '0')}, {"reason", "  "}, {"reason", std::string(500, 'x')},
             {"as", "perhaps"}, {"as", ""}, {"seen", -1}, {"seen", "0"}, {"seq", 99}, {"till", "T9"}}) {
        json body = decision(waiting.first.key, waiting.first.hash, "accept");
        body[field] = value;
        const int status = office.post(browser, "/api/decide", body).status;
        EXPECT_TRUE(status == 400 || status == 404) << field << " " << value << " " << status;
    }
    EXPECT_EQ(booked(office), before);
    EXPECT_EQ(office.audit_lines(), lines);
    for (const char* name : {"auditor", "manager"})
        EXPECT_EQ(office.post(office.signed_in(name), "/api/decide", decision(waiting.first.key, waiting.first.hash, "accept")).status, 403);
    EXPECT_EQ(booked(office), before);
}

TEST_F(Claims, WhoDecidesSeesBothVersionsAndWhatWaits) {
    const auto listed = json::parse(office.get(office.signed_in("settle"), "/api/exceptions").body)["verdicts"];
    EXPECT_EQ(listed["count"], 3);
    const auto story = office.story(office.signed_in("settle"), waiting.first.key);
    ASSERT_EQ(story["claims"].size(), 2U);
    for (const auto& claim : story["claims"]) {
        EXPECT_EQ(claim["reason"], "forked");
        EXPECT_TRUE(claim["waiting"]);
        EXPECT_EQ(claim["payers"][0]["suspense_fen"], 300);
    }
    ASSERT_EQ(story["forks"].size(), 1U);
    std::set<std::string> cashiers = {story["sale"]["cashier"].get<std::string>(), story["forks"][0]["sale"]["cashier"].get<std::string>()};
    EXPECT_EQ(cashiers, (std::set<std::string>{"C0101", "C0199"}));
    EXPECT_TRUE(story["checks"]["signature"]);
    EXPECT_TRUE(story["forks"][0]["checks"]["signature"]);
    EXPECT_EQ(story.dump().find(office.diner.id), std::string::npos) << "veiled in both";
}

TEST_F(Claims, WhatADinerBearsDoesNotUnveilThemInTheLedger) {
    ASSERT_EQ(office.post(office.signed_in("settle"), "/api/decide", decision(waiting.first.key, waiting.first.hash, "diner")).status, 200);
    const auto story = office.story(office.signed_in("settle"), waiting.first.key);
    EXPECT_NE(story["ledger"].dump().find("diner:D"), std::string::npos) << story["ledger"];
    EXPECT_EQ(story.dump().find(office.diner.id), std::string::npos);
}

TEST_F(Claims, EverySaleSaysWhyEachPayerPaidWhat) {
    EntryKey agreeing = waiting.first.key;
    agreeing.seq = 2;
    const auto story = office.story(office.signed_in("auditor"), agreeing);
    EXPECT_EQ(story["judgement"]["state"], "agrees");
    const auto& district = story["judgement"]["district"];
    EXPECT_EQ(district["paid_fen"], story["sale"]["paid_fen"]);
    EXPECT_EQ(district["benefits"][0]["payers"][0], (json{{"payer", "district"}, {"amount_fen", 300}}));
    ASSERT_EQ(district["why"].size(), 1U);
    EXPECT_TRUE(district["why"][0]["applied"]);
    EXPECT_NE(district["why"][0]["en"].get<std::string>().find("3.00"), std::string::npos) << district["why"];
    std::int64_t posted = 0;
    for (const auto& move : story["ledger"]) {
        if (move["kind"] == "post" && move["debit"] == "subsidy:district") posted += move["amount_fen"].get<std::int64_t>();
    }
    EXPECT_EQ(posted, 300) << story["ledger"];
}

TEST_F(Claims, ASecondMealsStorySaysWhyNobodyPaid) {
    ReviewedTill till("T2", 2, set_of(rules_off(300)));
    office.enroll(till);
    till.sell(office.diner, noon(0, 3));
    const auto second = till.sell(office.diner, noon(30, 3)).key;
    office.upload(till);
    office.settle();
    const auto story = office.story(office.signed_in("auditor"), second);
    EXPECT_EQ(story["judgement"]["state"], "agrees");
    ASSERT_EQ(story["judgement"]["district"]["why"].size(), 1U);
    EXPECT_FALSE(story["judgement"]["district"]["why"][0]["applied"]);
    EXPECT_FALSE(story["judgement"]["district"]["why"][0]["zh"].get<std::string>().empty());
    EXPECT_TRUE(story["claims"].empty());
}

}  // namespace
}  // namespace mulin::sync::server
