#pragma once
// The console of a district with tills that sold, asked as a browser would, without sockets. Its people
// have passwords that are quick to check; a session may be opened without one where signing in is not
// what a test is about.

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "sync/console/console_routes.h"
#include "sync/console/sessions.h"
#include "sync/console/sign_in_guard.h"
#include "tests/sync/server/settle_district.h"

namespace mulin::sync::server::test {

inline constexpr const char* kOfficePassword = "four-quiet-otters";

// What a browser keeps.
struct OfficeBrowser {
    std::string session;
    std::string device;
    std::string source = "127.0.0.1";
};

class Office : public SettleDistrict {
  public:
    Office() {
        publish(rules_off(300), noon(-500));
        diner = person("D000777", 1940, noon(-400));
        for (const char* name : {"admin", "settle", "manager", "auditor"}) add_member(name);
        clock().set_utc(noon(60));
    }
    void add_member(const std::string& name, bool demo = false) {
        using console::OfficeRole;
        const std::map<std::string, OfficeRole> roles = {{"settle", OfficeRole::settlement}, {"manager", OfficeRole::site_manager},
                                                         {"auditor", OfficeRole::auditor}};
        console::Member member{name, name, roles.count(name) != 0 ? roles.at(name) : OfficeRole::administrator, {}, password(), false, demo};
        if (member.role == OfficeRole::site_manager) member.sites = {"S1"};
        auto access = district().access();
        EXPECT_TRUE(console::Members(access.database).add(member, clock().utc()));
    }
    // The till's key is known to the district from here on.
    void enroll(const ReviewedTill& till, const std::string& site = "S1") {
        auto access = district().access();
        const std::string secret = "secret-of-" + till.record().id.text();
        EXPECT_TRUE(access.tills.reserve(SiteId(site), secret, clock().utc()));
        const auto joined = access.tills.join({secret, till.record().id, till.record().signing_key, "test"}, clock().utc());
        ASSERT_TRUE(joined) << joined.error().message;
        ASSERT_EQ(joined->id, till.record().id);
    }
    OfficeBrowser signed_in(const std::string& name) {
        OfficeBrowser browser;
        browser.session = console::make_token(random_);
        auto access = district().access();
        EXPECT_TRUE(console::Sessions(access.database).start(console::token_hash(browser.session), name, clock().utc()));
        return browser;
    }
    static HttpRequest request_from(const OfficeBrowser& browser, const std::string& method, const std::string& target, const std::string& body = "") {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.host = "127.0.0.1:8080";
        request.source = browser.source;
        request.cookies = "mulin_session=" + browser.session + "; mulin_device=" + browser.device;
        if (method == "POST") {
            request.content_type = "application/json";
            request.request_token = console::request_token(browser.session);
            request.fetch_site = "same-origin";
        }
        return request;
    }
    HttpResponse answer(const HttpRequest& request) { return answer_console(district(), settings, request); }
    HttpResponse get(const OfficeBrowser& browser, const std::string& target) { return answer(request_from(browser, "GET", target)); }
    HttpResponse post(const OfficeBrowser& browser, const std::string& target, const nlohmann::json& body) {
        return answer(request_from(browser, "POST", target, body.dump()));
    }
    // As the page's form does; keeps the cookies of an answer that lets in.
    int sign_in(OfficeBrowser& browser, const std::string& name, const std::string& password = kOfficePassword) {
        const auto said = post(browser, "/api/sign_in", {{"name", name}, {"password", password}});
        for (const auto& [header, value] : said.headers) {
            if (header != "Set-Cookie") continue;
            const std::string held = value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
            (value.starts_with("mulin_session=") ? browser.session : browser.device) = held;
        }
        return said.status;
    }
    nlohmann::json story(const OfficeBrowser& browser, const EntryKey& key) { return nlohmann::json::parse(post(browser, "/api/sale", key_value(key)).body); }
    static nlohmann::json key_value(const EntryKey& key) { return {{"till", key.till.text()}, {"epoch", key.epoch.text()}, {"seq", key.seq}}; }
    std::int64_t audit_lines() { return count("SELECT count(*) FROM audit_line"); }
    // "settle decide T1/E-T1/2 ..." of the newest line.
    console::AuditLine newest_line() {
        auto access = district().access();
        const auto lines = console::AuditLog(access.database).page(0, 1);
        return lines && !lines->empty() ? lines->front() : console::AuditLine{};
    }

    ConsoleSettings settings;
    QuoteDiner diner;

  private:
    // Two thousand times cheaper than a real one.
    std::string password() {
        const auto record = make_scrypt_record(kOfficePassword, {16, 8, 1}, random_);
        EXPECT_TRUE(record);
        return record.value_or("");
    }
    payment::SeededRandom random_{99};
};

}  // namespace mulin::sync::server::test
