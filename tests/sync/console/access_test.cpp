// The console's door: who may ask for what, for how long, and from where.

#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using nlohmann::json;

// Letters: administrator, settlement, manager of a site, auditor.
const std::map<std::string, std::string> kMayAsk = {
    {"GET /api/me", "asmu"},          {"POST /api/sign_out", "asmu"},   {"POST /api/password", "asmu"}, {"GET /api/today", "asmu"},
    {"GET /api/differences", "asmu"}, {"GET /api/exceptions", "asmu"}, {"POST /api/search", "asmu"},   {"POST /api/sale", "asmu"},
    {"GET /api/months", "asu"},       {"GET /api/month_csv", "asu"},   {"POST /api/close_month", "as"},
    {"POST /api/decide", "as"},       {"GET /api/bills", "asu"},       {"GET /api/audit", "au"},
};
const std::map<char, std::string> kPeople = {{'a', "admin"}, {'s', "settle"}, {'m', "manager"}, {'u', "auditor"}};

struct Door : testing::Test {
    Office office;
};

int status_as(Office& office, const std::string& address, const std::string& name) {
    const auto space = address.find(' ');
    const auto browser = office.signed_in(name);
    return office.answer(Office::request_from(browser, address.substr(0, space), address.substr(space + 1), address[0] == 'P' ? "{}" : "")).status;
}

// Addresses that somebody is let in to, or kept out of, against the table.
std::vector<std::string> wrong_doors(Office& office, const std::map<std::string, std::string>& table) {
    std::vector<std::string> wrong;
    for (const auto& [address, letters] : table) {
        for (const auto& [letter, name] : kPeople) {
            const bool let_in = status_as(office, address, name) != 403;
            if (let_in != (letters.find(letter) != std::string::npos)) wrong.push_back(address + " as " + name);
        }
    }
    return wrong;
}

TEST_F(Door, EveryAddressIsOpenToExactlyTheRolesOfTheTable) {
    std::set<std::string> addresses;
    for (const std::string& address : console_addresses()) addresses.insert(address);
    std::set<std::string> listed;
    for (const auto& [address, letters] : kMayAsk) listed.insert(address);
    EXPECT_EQ(addresses, listed) << "a new address needs a line in the table";
    EXPECT_THAT(wrong_doors(office, kMayAsk), testing::IsEmpty());
    // The control: a table that lets one more role in, and one that keeps one out.
    auto wrong = kMayAsk;
    wrong["POST /api/decide"] = "asu";
    wrong["GET /api/today"] = "asm";
    EXPECT_EQ(wrong_doors(office, wrong).size(), 2U);
}

TEST_F(Door, NobodyIsLetInWithoutALivingSession) {
    for (const std::string& address : console_addresses()) {
        const auto space = address.find(' ');
        for (const std::string& session : {std::string(), std::string(64, '0')}) {
            OfficeBrowser stranger;
            stranger.session = session;
            EXPECT_EQ(office.answer(Office::request_from(stranger, address.substr(0, space), address.substr(space + 1), "{}")).status, 401) << address;
        }
    }
}

TEST_F(Door, ASessionEndsWhenNobodyIsThereAndAfterADayInAnyCase) {
    const auto idle = office.signed_in("admin");
    office.clock().advance_ms(console::kSessionIdleMs - 1000);
    EXPECT_EQ(office.get(idle, "/api/me").status, 200);
    office.clock().advance_ms(console::kSessionIdleMs - 1000);
    EXPECT_EQ(office.get(idle, "/api/me").status, 200) << "each request keeps it alive";
    office.clock().advance_ms(console::kSessionIdleMs + 1000);
    EXPECT_EQ(office.get(idle, "/api/me").status, 401);
    const auto busy = office.signed_in("admin");
    std::int64_t lived_ms = 0;
    while (office.get(busy, "/api/me").status == 200 && lived_ms <= 2 * console::kSessionLifeMs) {
        office.clock().advance_ms(20 * 60'000);
        lived_ms += 20 * 60'000;
    }
    EXPECT_EQ(lived_ms, console::kSessionLifeMs);
}

TEST_F(Door, ASessionEndsWithASignOutAClosedNameAndANewPassword) {
    const auto first = office.signed_in("settle"), second = office.signed_in("settle");
    EXPECT_EQ(office.post(first, "/api/sign_out", json::object()).status, 200);
    EXPECT_EQ(office.get(first, "/api/me").status, 401);
    EXPECT_EQ(office.get(second, "/api/me").status, 200);
    EXPECT_EQ(office.post(second, "/api/password", {{"old", kOfficePassword}, {"new", "five-quiet-otters"}}).status, 200);
    EXPECT_EQ(office.get(second, "/api/me").status, 401);
    OfficeBrowser browser;
    EXPECT_EQ(office.sign_in(browser, "settle"), 401);
    EXPECT_EQ(office.sign_in(browser, "settle", "five-quiet-otters"), 200);
    {
        auto access = office.district().access();
        ASSERT_TRUE(console::Members(access.database).set_closed("settle", true, office.clock().utc()));
    }
    EXPECT_EQ(office.get(browser, "/api/me").status, 401);
}

TEST_F(Door, AnotherPagesFormsChangeAndUnveilNothing) {
    const auto browser = office.signed_in("admin");
    const auto lines = office.audit_lines();
    const auto refused = [&](const std::string& address, const std::function<void(HttpRequest&)>& forge) {
        HttpRequest request = Office::request_from(browser, "POST", address, "{}");
        forge(request);
        return office.answer(request).status == 403;
    };
    for (const std::string& address : console_addresses()) {
        if (address[0] != 'P') continue;
        const std::string path = address.substr(5);
        EXPECT_TRUE(refused(path, [](HttpRequest& request) { request.request_token.clear(); })) << path;
        EXPECT_TRUE(refused(path, [](HttpRequest& request) { request.request_token = std::string(64, 'a'); })) << path;
        EXPECT_TRUE(refused(path, [](HttpRequest& request) { request.origin = "http://elsewhere.example"; })) << path;
        EXPECT_TRUE(refused(path, [](HttpRequest& request) { request.fetch_site = "same-site"; })) << path;
        EXPECT_TRUE(refused(path, [](HttpRequest& request) { request.content_type = "text/plain"; })) << path;
    }
    EXPECT_EQ(office.audit_lines(), lines);
    // The control: the same request with nothing forged is not refused.
    EXPECT_FALSE(refused("/api/search", [](HttpRequest&) {}));
    // Another session's token is no better than none.
    const auto neighbour = office.signed_in("admin");
    EXPECT_TRUE(refused("/api/search", [&](HttpRequest& request) { request.request_token = console::request_token(neighbour.session); }));
}

TEST_F(Door, ADemosPeopleSignInOnThisMachineOnly) {
    office.add_member("demo", true);
    OfficeBrowser here, elsewhere;
    elsewhere.source = "10.0.0.7";
    EXPECT_EQ(office.sign_in(elsewhere, "demo"), 401);
    EXPECT_EQ(office.sign_in(here, "demo"), 200);
    elsewhere.session = here.session;
    EXPECT_EQ(office.get(elsewhere, "/api/me").status, 401);
}

}  // namespace
}  // namespace mulin::sync::server
