// The audit log: that every look at a person is in it, and that nobody can change it unseen.

#include "sync/console/console_sale.h"
#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using nlohmann::json;
using Answer = std::function<HttpResponse(const HttpRequest&)>;

struct Audit : testing::Test {
    Audit() {
        ReviewedTill till("T1", 1, set_of(rules_off(300)));
        office.enroll(till);
        sale = till.sell(office.diner, noon(0)).key;
        till.sell(office.diner, noon(30));  // a second meal at the same table: somebody looks at it
        office.upload(till);
        ReviewedTill wrong("T2", 2, set_of(rules_off(900)));  // whose sale differs, so that the list of those says something
        wrong.sell(office.diner, noon(0, 1));
        office.upload(wrong);
        office.settle();
    }
    void write(const std::string& reason) {
        auto access = office.district().access();
        console::AuditLine line;
        line.at = noon(70);
        line.who = "settle";
        line.action = "see_sale";
        line.subject = "T1/E-T1/2";
        line.reason = reason;
        ASSERT_TRUE(console::AuditLog(access.database).append(line));
    }
    payment::Result<console::AuditHead> verify(const console::AuditHead& known = {}) {
        auto access = office.district().access();
        return console::AuditLog(access.database).verify(known);
    }
    void change(const std::string& sql) {
        auto access = office.district().access();
        ASSERT_TRUE(access.database.execute(sql));
    }
    json log_shown() { return json::parse(office.get(office.signed_in("auditor"), "/api/audit").body); }
    Office office;
    EntryKey sale;
};

// Addresses whose answer speaks of a person, also veiled, without a new line in the log; and how many did speak.
struct Unlogged {
    std::vector<std::string> addresses;
    int spoke = 0;
};
Unlogged unlogged_looks(Office& office, const EntryKey& sale, const Answer& answer) {
    json body = Office::key_value(sale);
    body.update({{"text", office.diner.id}, {"reason", "complaint 7"}, {"unveil", true}, {"old", "x"}, {"new", "y"}, {"as", "vendor"}});
    std::string name;
    {
        auto access = office.district().access();
        name = (*access.directory.diner(DinerId(office.diner.id)))->name;
    }
    Unlogged found;
    for (const std::string& address : console_addresses()) {
        const auto space = address.find(' ');
        const auto request = Office::request_from(office.signed_in("admin"), address.substr(0, space), address.substr(space + 1),
                                                  address[0] == 'P' ? body.dump() : "");
        const auto before = office.audit_lines();
        const auto said = answer(request);
        bool speaks = false;
        if (address != "GET /api/audit") {  // which names ids, to those who watch over the looks
            for (const std::string& mark : {office.diner.id, masked_id(office.diner.id), name, masked_name(name)})
                speaks = speaks || said.body.find(mark) != std::string::npos;
        }
        found.spoke += speaks ? 1 : 0;
        if (speaks && office.audit_lines() == before) found.addresses.push_back(address);
    }
    return found;
}

TEST_F(Audit, EveryLookAtAPersonIsWrittenDownAndAnAddressThatForgetsIsFound) {
    const auto real = unlogged_looks(office, sale, [&](const HttpRequest& request) { return office.answer(request); });
    EXPECT_THAT(real.addresses, testing::IsEmpty());
    EXPECT_GE(real.spoke, 2) << "nobody was spoken of, so nothing was tested";
    // The control: the same story, answered past the log.
    const auto forgetful = unlogged_looks(office, sale, [&](const HttpRequest& request) -> HttpResponse {
        if (request.path() != "/api/sale") return office.answer(request);
        auto access = office.district().access();
        const console::Member member{"admin", "admin", console::OfficeRole::administrator};
        return {200, "application/json", sale_story(access, member, sale, false).value_or(""), {}};
    });
    EXPECT_THAT(forgetful.addresses, testing::ElementsAre("POST /api/sale"));
}

TEST_F(Audit, ANameIsUnveiledOnlyForAReasonAndTheReasonIsKept) {
    const auto browser = office.signed_in("auditor");
    json body = Office::key_value(sale);
    const auto veiled = office.post(browser, "/api/sale", body).body;
    EXPECT_EQ(veiled.find(office.diner.id), std::string::npos) << "also not in the signed bytes or a counter's key";
    body["unveil"] = true;
    EXPECT_EQ(office.post(browser, "/api/sale", body).status, 400);
    body["reason"] = "complaint 8";
    EXPECT_NE(office.post(browser, "/api/sale", body).body.find(office.diner.id), std::string::npos);
    EXPECT_EQ(office.newest_line().action, "unveil_diner");
    EXPECT_EQ(office.newest_line().who, "auditor");
    EXPECT_EQ(office.newest_line().subject, "T1/E-T1/2");
    EXPECT_EQ(office.newest_line().reason, "complaint 8");
    EXPECT_EQ(office.post(browser, "/api/search", {{"text", office.diner.id}}).status, 400) << "who looks for a person says why";
}

TEST_F(Audit, EveryFieldOfEveryLineIsUnderTheChain) {
    for (int i = 1; i <= 4; ++i) write("reason " + std::to_string(i));
    ASSERT_EQ(verify()->lines, 4);
    for (const char* field : {"at_ms = at_ms + 1", "who = 'auditor'", "role = 'x'", "source = 'x'", "action = 'search'", "subject = 'T1/E-T1/3'",
                              "reason = 'another'", "hash = '" "00'"}) {
        change("CREATE TABLE kept AS SELECT * FROM audit_line");
        change(std::string("UPDATE audit_line SET ") + field + " WHERE seq = 2");
        EXPECT_FALSE(verify()) << field;
        change("DELETE FROM audit_line; INSERT INTO audit_line SELECT * FROM kept; DROP TABLE kept");
        EXPECT_TRUE(verify()) << field;
    }
    change("DELETE FROM audit_line WHERE seq = 2");
    EXPECT_NE(verify().error().message.find("Line 2"), std::string::npos) << verify().error().message;
}

TEST_F(Audit, WhatIsShownIsCheckedFromWhereTheCheckStopped) {
    for (int i = 1; i <= 3; ++i) write("reason " + std::to_string(i));
    EXPECT_TRUE(log_shown()["unbroken"]);
    // Lines checked before are not read again, which only the whole check sees.
    change("UPDATE audit_line SET reason = 'another' WHERE seq = 1");
    EXPECT_TRUE(log_shown()["unbroken"]);
    EXPECT_FALSE(verify());
    // What came since is, and where it ties on.
    write("reason 4");
    change("UPDATE audit_line SET reason = 'another' WHERE seq = 4");
    EXPECT_FALSE(log_shown()["unbroken"]);
    change("UPDATE audit_line SET reason = 'reason 4' WHERE seq = 4");
    EXPECT_TRUE(log_shown()["unbroken"]);
    change("UPDATE audit_line SET hash = 'x' WHERE seq = 4");
    EXPECT_FALSE(log_shown()["unbroken"]);
}

TEST_F(Audit, AShortenedLogIsFoundByTheProcessThatSawItWhole) {
    for (int i = 1; i <= 3; ++i) write("reason " + std::to_string(i));
    const auto seen = verify();
    ASSERT_EQ(seen->lines, 3);
    change("DELETE FROM audit_line WHERE seq = 3");
    EXPECT_TRUE(verify()) << "by itself a shortened chain is whole";
    EXPECT_FALSE(verify(*seen));
}

}  // namespace
}  // namespace mulin::sync::server
