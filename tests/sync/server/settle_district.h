#pragma once
// A district with three sites whose tills cannot hear of each other, and what its settlement comes to
// as text: every verdict and the month's report.

#include "sync/books/period_close.h"
#include "sync/books/settle_audit.h"
#include "sync/books/settle_desk.h"
#include "sync/books/settle_reconcile.h"
#include "sync/books/settle_report.h"
#include "tests/sync/server/review_district.h"

namespace mulin::sync::server::test {

class SettleDistrict : public ReviewDistrict {
  public:
    SettleDistrict() {
        for (const char* id : {"S2", "S3"}) {
            Site site = sample_bundle().snapshot->site;
            site.id = SiteId(id);
            site.subdistrict = "310110016000";
            site.vendor = VendorId(std::string("V-") + id);
            site.kind = "canteen";
            site.tags = {};
            auto access = district().access();
            EXPECT_TRUE(access.directory.put(std::span(&site, 1)));
        }
    }
    void settle() {
        const auto done = settle_all(district());
        EXPECT_TRUE(done) << done.error().message;
    }
    std::string month(const std::string& name = "2026-03", bool csv = false) {
        settle();
        const auto text = month_report(district(), name, csv);
        EXPECT_TRUE(text) << text.error().message;
        return text.value_or("");
    }
    // All that was decided, by sale.
    std::string verdicts() {
        settle();
        auto access = district().access();
        auto query = access.database.prepare(
            "SELECT c.till, c.seq, c.reason, v.posted, v.borne, v.rules, v.facts FROM claim c JOIN claim_verdict v ON v.till = "
            "c.till AND v.epoch = c.epoch AND v.seq = c.seq AND v.hash = c.hash AND v.n = c.verdicts ORDER BY c.till, c.epoch, "
            "c.seq, c.hash");
        std::string text;
        while (*query.step()) {
            for (int column = 0; column < 7; ++column) text += query.text(column) + "|";
            text += "\n";
        }
        return text;
    }
    // "T1 granted posted[district=300] borne[];" in that order.
    std::string brief_verdicts() {
        settle();
        auto access = district().access();
        auto query = access.database.prepare(
            "SELECT c.till, c.reason, v.posted, v.borne FROM claim c JOIN claim_verdict v ON v.till = c.till AND v.epoch = "
            "c.epoch AND v.seq = c.seq AND v.hash = c.hash AND v.n = c.verdicts ORDER BY c.business_day, c.till, c.epoch, c.seq, "
            "c.hash");
        std::string text;
        while (*query.step()) text += query.text(0) + " " + query.text(1) + " [" + query.text(2) + "] [" + query.text(3) + "]; ";
        return text;
    }
    LedgerAudit audit() {
        auto access = district().access();
        const auto result = audit_ledger(access.database);
        EXPECT_TRUE(result) << result.error().message;
        return result.value_or(LedgerAudit{});
    }
    void expect_sound() {
        const LedgerAudit result = audit();
        EXPECT_TRUE(result.faults.empty()) << result.faults.front();
        EXPECT_EQ(result.debits_posted, result.credits_posted);
        EXPECT_EQ(result.debits_pending, result.credits_pending);
    }
    // Meals of one person and day for which more than one claim is paid; every meal here is lunch.
    std::int64_t doubly_paid() {
        return count(
            "SELECT count(*) FROM (SELECT c.subject FROM claim c JOIN claim_part p ON p.till = c.till AND p.epoch = c.epoch AND "
            "p.seq = c.seq AND p.hash = c.hash WHERE p.posted_fen > 0 GROUP BY c.subject, c.business_day, p.payer HAVING "
            "count(*) > 1) d");
    }
    // As if no till had ever sent anything.
    void forget_uploads() {
        auto access = district().access();
        for (const char* table :
             {"sale_payer", "sale_tender", "sale_void", "sale_payment", "judgement", "counter_use", "price_again", "refund_payer",
              "refund_tender", "refund", "sale", "fork_entry", "epoch", "finding", "claim", "claim_part", "claim_return",
              "claim_verdict", "claim_ruling", "granted_use", "settled_day", "settle_queue", "fork_taken", "ledger_transfer",
              "ledger_account", "adjustment", "closed_month"})
            EXPECT_TRUE(access.database.execute(std::string("DELETE FROM ") + table));
        for (const char* table : {"entry_body", "entry_place", "entry"})  // whichever holds them
            (void)access.database.execute(std::string("DELETE FROM ") + table);
        EXPECT_EQ(*access.ledger.count("SELECT count(*) FROM entry"), 0);
        EXPECT_TRUE(access.database.execute("DELETE FROM meta WHERE key = 'priced_through'"));
    }
};

inline std::function<void(Sale&)> at_site(const std::string& site) {
    return [site](Sale& sale) {
        sale.site = SiteId(site);
        sale.vendor = VendorId(site == "S1" ? "V3" : "V-" + site);
    };
}

}  // namespace mulin::sync::server::test
