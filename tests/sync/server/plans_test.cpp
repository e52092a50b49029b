// What the server does all day reads no big table from end to end: every statement that ran while tills
// upload and ask, prices are checked, claims settled and the console looked at, is asked for SQLite's plan.

#include <algorithm>
#include <list>
#include <map>
#include <regex>
#include <set>

#include "sync/books/settle_reconcile.h"
#include "sync/books/settle_report.h"
#include "sync/console/console_sale.h"
#include "sync/console/console_views.h"
#include "sync/database/in_transaction.h"
#include "sync/database/sqlite.h"
#include "sync/server/till_routes.h"
#include "sync/wire/messages.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;

const std::set<std::string> kBigTables = {
    "entry_place", "entry_body", "sale", "sale_payer", "sale_tender", "sale_payment", "judgement", "counter_use", "claim",
    "claim_part", "claim_verdict", "ledger_transfer", "granted_use", "settled_day", "diner", "card", "diner_facts",
    "card_booking", "card_move", "statement_row", "lease_use", "root_point", "countersigned"};

// By which names a statement calls its tables; entry is a view over two.
std::map<std::string, std::string> table_names(const std::string& sql) {
    static const std::regex kNames(R"re((?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?(?:\s+(?:AS\s+)?([a-z]\w*))?)re");
    std::map<std::string, std::string> names{{"p", ""}, {"b", ""}};
    for (std::sregex_iterator at(sql.begin(), sql.end(), kNames), end; at != end; ++at) {
        if ((*at)[1] == "entry") names.insert({{"p", ""}, {"b", ""}});
        names[(*at)[1]] = (*at)[1];
        if ((*at)[2].matched) names[(*at)[2]] = (*at)[1];
    }
    if (sql.find(" entry ") != std::string::npos && names["p"].empty()) names["p"] = "entry_place";
    if (sql.find(" entry ") != std::string::npos && names["b"].empty()) names["b"] = "entry_body";
    return names;
}

class Plans : public ::testing::Test {
  protected:
    Plans() : random_(1), clock_(noon(-60 * 24)) {
        EXPECT_TRUE(District::create(folder_.path() / "d", {"d", "区", "District", "key"}, clock_, random_));
        district_ = std::move(*District::open(folder_.path() / "d", clock_, random_));
        auto access = district_->access();
        Site site = sample_bundle().snapshot->site;
        site.id = SiteId("S1");
        EXPECT_TRUE(database::in_transaction(access.database, [&]() -> Status {
            MULIN_TRY_STATUS(access.directory.put(std::span(&site, 1)));
            const PolicyDocument rules = rules_off(300);
            MULIN_TRY_STATUS(access.directory.replace_policies(std::span(&rules, 1), clock_.utc()));
            Diner diner = sample_diner();
            diner.id = DinerId("D000123");
            MULIN_TRY_STATUS(access.directory.put(diner));
            auto till = access.database.prepare(
                "INSERT INTO till (id, site, signing_key, certificate_sha256, state, enrolled_ms, last_seen_ms, clock_ahead_ms, "
                "waiting, software) VALUES ('T1', 'S1', ?, 'T1', 'active', 0, 0, 0, 0, '')");
            till.bind(chain_.key().public_key().text());
            return till.run();
        }));
    }
    HttpResponse ask(const char* method, const std::string& target, const std::string& body = {}) {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.certificate_sha256 = "T1";
        request.certificate_uri = "spiffe://d/till/T1";
        return answer_till(*district_, request);
    }
    void upload(const std::vector<Entry>& entries) {
        UploadRequest request;
        request.till = TillId("T1");
        request.utc = clock_.utc();
        request.lines = lines_of(entries);
        const auto answer = ask("POST", "/v1/upload", print(request));
        EXPECT_EQ(answer.status, 200) << answer.body;
    }
    // Uploads, pricing, verdicts, what tills ask and what the console shows.
    void a_day() {
        clock_.set_utc(noon(60));
        std::vector<Entry> entries{chain_.open_epoch("E1")};
        for (int i = 0; i < 20; ++i) entries.push_back(chain_.sell());
        entries.push_back(chain_.undo(entries[3]));
        upload(entries);
        upload({entries[4], entries[5]});  // again
        EXPECT_EQ(ask("GET", "/v1/head").status, 200);
        EXPECT_EQ(ask("GET", "/v1/down?cursor=0&incarnation=" + district_->incarnation()).status, 200);
        EXPECT_TRUE(settle_all(*district_));
        const console::Member member{"admin", "Admin", console::OfficeRole::administrator, {}, {}, false, false};
        const Date today = payment::china_date(plain_sale(1).at);
        EXPECT_TRUE(today_view(*district_, member, today));
        EXPECT_TRUE(exceptions_view(*district_, member));
        EXPECT_TRUE(day_report(*district_, today, false));
        EXPECT_TRUE(month_report(*district_, "2026-03", false));
        DifferenceFilter newest;
        newest.newest_first = true;
        newest.at_most = 100;
        EXPECT_TRUE(differences_jsonl(*district_, newest));
        auto access = district_->access();
        EXPECT_TRUE(difference_counts(access));
        for (const std::string& text : {std::string("T1/E1/4"), std::string("a3"), std::string("D000123")}) {
            EXPECT_TRUE(search_sales(access, member, {text, {}, {}, {}}));
        }
        EXPECT_TRUE(sale_story(access, member, entries[3].key, false));
    }
    database::SqliteDatabase& sqlite() { return dynamic_cast<database::SqliteDatabase&>(district_->access().database); }

    // "table: statement" for every big table that one of them goes through from end to end.
    std::vector<std::string> scans(const std::vector<const char*>& statements) {
        std::vector<std::string> found;
        for (const char* text : statements) {
            if (std::string(text).rfind("EXPLAIN", 0) == 0) continue;
            kept_.push_back("EXPLAIN QUERY PLAN " + std::string(text));
            const auto names = table_names(text);
            auto plan = sqlite().prepare(kept_.back().c_str());
            while (*plan.step()) {
                const std::string line = plan.text(3);
                if (line.rfind("SCAN ", 0) != 0) continue;
                const auto known = names.find(line.substr(5, line.find(' ', 5) - 5));
                if (known != names.end() && kBigTables.count(known->second) != 0) found.push_back(known->second + ": " + text);
            }
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    Folder folder_;
    payment::SeededRandom random_;
    payment::ManualClock clock_;
    std::unique_ptr<District> district_;
    TillChain chain_{"T1", 7};
    std::list<std::string> kept_;  // statements are kept by their address
};

// Who counts differences or what waits reads the few rows that differ or wait, through an index of them alone.
bool reads_few(const std::string& scan) {
    return scan.rfind("judgement: ", 0) == 0 ? scan.find("deviations <> ''") != std::string::npos
                                             : scan.rfind("claim_part: ", 0) == 0 && scan.find("suspense_fen > 0") != std::string::npos;
}

TEST_F(Plans, NothingRegularReadsABigTableFromEndToEnd) {
    (void)sqlite().ran();
    a_day();
    const auto statements = sqlite().ran();
    EXPECT_GT(statements.size(), 60u) << "these are not all";
    for (const std::string& scan : scans(statements)) EXPECT_TRUE(reads_few(scan)) << scan;
}

TEST_F(Plans, ControlAWholeTableIsNoticed) {
    (void)sqlite().ran();
    for (const char* text : {"SELECT s.seq FROM sale s WHERE s.epoch = 'E1'", "SELECT count(*) FROM judgement",
                             "SELECT e.seq FROM till t JOIN entry e ON e.till > t.id WHERE e.body = ''"}) {
        auto query = sqlite().prepare(text);
        EXPECT_TRUE(query.step());
    }
    EXPECT_EQ(scans(sqlite().ran()).size(), 3u);
}

}  // namespace
}  // namespace mulin::sync::server
