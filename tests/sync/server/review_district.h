#pragma once
// A district in a folder, and tills made in memory that price by rules of their own and upload: what
// pricing again and back-tests look at.

#include <gtest/gtest.h>

#include "sync/backtest/sale_facts.h"
#include "sync/district/ingest.h"
#include "sync/judging/difference.h"
#include "sync/judging/judge.h"
#include "sync/judging/reprice.h"
#include "sync/policy/memory_usage.h"
#include "tests/support/sync_chain.h"
#include "tests/support/sync_folder.h"
#include "tests/support/sync_product.h"
#include "tests/support/wire_samples.h"

namespace mulin::sync::server::test {

using namespace mulin::sync::test;

// One rule: so much off for everybody from 60, once a day.
inline PolicyDocument rules_off(int fen, const std::string& limits = R"("daily":{"per":"day","for":"person","max_uses":1})",
                                const std::string& used = "daily", const std::string& from = "2020-01-01") {
    return {"rules.json", R"({"mulin_policy":1,"id":"p","version":"1","order":1,"name":{"zh":"助餐","en":"Meals"},
        "effective":{"from":")" + from + R"(","through":null},"limits":{)" + limits + R"(},
        "rules":[{"id":"off","name":{"zh":"助餐补贴","en":"Subsidy"},"if":{"age":{"from":60}},"limits":[")" + used + R"("],
        "benefit":{"kind":"amount","amount_fen":)" + std::to_string(fen) + R"(},"payers":"district"}]})"};
}

inline PolicySet set_of(const PolicyDocument& document) {
    auto set = PolicySet::load(std::vector<PolicyFile>{{document.name, document.text}});
    EXPECT_TRUE(set) << set.error().message;
    return *set;
}

// 2026-03-10 at 11:00 and so many minutes.
inline UtcInstant noon(int minutes, int days = 0) { return {1'773'111'600'000 + minutes * 60'000LL + days * 86'400'000LL}; }

class ReviewedTill {
  public:
    ReviewedTill(const std::string& name, std::uint64_t seed, PolicySet rules) : rules_(std::move(rules)), chain_(name, seed) {
        record_.id = TillId(name);
        record_.signing_key = chain_.key().public_key().text();
        entries_.push_back(chain_.open_epoch("E-" + name));
    }

    void use(PolicySet rules) { rules_ = std::move(rules); }
    // The sale as this till's rules and counters give it; `change` may then falsify it.
    Entry sell(const std::optional<QuoteDiner>& diner, UtcInstant at, const std::function<void(Sale&)>& change = {}) {
        Sale sale = plain_sale(++count_);
        sale.ref += chain_.till().text();
        sale.at = at;
        sale.business_date = payment::china_date(at);
        sale.diner.reset();
        if (diner) sale.diner = DinerId(diner->id);
        sale.category = diner ? Category::first : Category::guest;
        sale.service = Service::dine_in;
        QuoteRequest request = request_of(sale, QuoteSite{"S1", "310110016000", "V3", "canteen", {}});
        request.diner = diner;
        request.presented = diner ? usual_card(diner->cards) : "";
        request.tender = "cash";
        const Quote quote = rules_.price(request, usage_);
        usage_.commit(quote);
        sale.benefits = quote.benefits;
        sale.operator_amounts = quote.operator_amounts;
        sale.uses = quote.uses;
        sale.paid = quote.paid;
        sale.policy_version = rules_.version();
        sale.payments[0].amount = quote.paid;
        sale.payments[0].given = quote.paid;
        sale.payments[0].change = Money();
        if (change) change(sale);
        entries_.push_back(chain_.append(sale));
        return entries_.back();
    }
    Entry undo(const Entry& sale, UtcInstant at) {
        VoidRecord record;
        const auto undone = decode_body(sale.body);
        for (CounterUse use : std::get<Sale>(undone->body).uses) {
            use.uses = -use.uses;
            use.amount = -use.amount;
            usage_.add(use);
        }
        record.target = sale.key;
        record.ref = "v" + std::to_string(sale.key.seq);
        record.at = at;
        record.business_date = payment::china_date(at);
        record.reason = "mistake";
        record.cashier = StaffId("C0101");
        record.approver = StaffId("M0101");
        record.shift = ShiftId("sh1");
        entries_.push_back(chain_.append(record));
        return entries_.back();
    }
    // The next entries that were not sent yet, at most `count`.
    std::vector<Entry> next(std::size_t count) {
        std::vector<Entry> part;
        while (sent_ < entries_.size() && part.size() < count) part.push_back(entries_[sent_++]);
        return part;
    }
    const TillRecord& record() const { return record_; }
    bool done() const { return sent_ == entries_.size(); }
    void rewind() { sent_ = 0; }

  private:
    PolicySet rules_;
    TillChain chain_;
    TillRecord record_;
    MemoryUsage usage_;
    std::vector<Entry> entries_;
    std::size_t sent_ = 0;
    int count_ = 0;
};

class ReviewDistrict {
  public:
    // In the product of this program's tests (sync_product.h), or in the database that is named: empty for SQLite.
    explicit ReviewDistrict(const std::string& database = fresh_database()) : random_(1), clock_(noon(-60 * 24)) {
        EXPECT_TRUE(District::create(folder_.path() / "d", {"d", "区", "District", "key"}, clock_, random_, database));
        district_ = std::move(*District::open(folder_.path() / "d", clock_, random_));
        Site site = sample_bundle().snapshot->site;
        site.id = SiteId("S1");
        site.subdistrict = "310110016000";
        site.vendor = VendorId("V3");
        site.kind = "canteen";
        site.tags = {};
        auto access = district_->access();
        EXPECT_TRUE(access.directory.put(std::span(&site, 1)));
    }

    District& district() { return *district_; }
    void open_again() { district_ = std::move(*District::open(folder_.path() / "d", clock_, random_)); }
    void close() { district_.reset(); }
    payment::ManualClock& clock() { return clock_; }
    void publish(const PolicyDocument& document, UtcInstant when) {
        clock_.set_utc(when);
        auto access = district_->access();
        database::Transaction transaction(access.database);
        EXPECT_TRUE(access.directory.replace_policies(std::vector<PolicyDocument>{document}, when));
        EXPECT_TRUE(transaction.commit());
    }
    // Their facts count from `when` on.
    QuoteDiner person(const std::string& id, int born, UtcInstant when, std::vector<std::string> aid = {}) {
        Diner diner = sample_diner();
        diner.id = DinerId(id);
        diner.id_hash.clear();
        diner.birth_date = *Date::from_ymd(born, 5, 5);
        diner.aid = std::move(aid);
        clock_.set_utc(when);
        auto access = district_->access();
        EXPECT_TRUE(access.directory.put(diner));
        return *facts_from(facts_text(diner), id);
    }
    IngestOutcome upload(ReviewedTill& till, std::size_t count = 1'000'000) {
        UploadRequest request;
        request.till = till.record().id;
        request.lines = lines_of(till.next(count));
        const auto checked = check_lines(request.lines, {till.record().signing_key});
        auto access = district_->access();
        EXPECT_TRUE(access.ledger.open_months(checked));
        database::Transaction transaction(access.database);
        auto outcome = ingest(access.ledger, till.record(), request, checked, clock_.utc());
        EXPECT_TRUE(outcome) << outcome.error().message;
        EXPECT_TRUE(transaction.commit());
        return *outcome;
    }
    std::string differences(DifferenceFilter filter = {}) {
        EXPECT_TRUE(reprice_all(*district_));
        auto lines = differences_jsonl(*district_, filter);
        EXPECT_TRUE(lines) << lines.error().message;
        return *lines;
    }
    // "older_rules 100;" for every difference: its reasons and what the diner paid beyond.
    std::string brief() {
        EXPECT_TRUE(reprice_all(*district_));
        auto access = district_->access();
        auto query = access.database.prepare(
            "SELECT j.deviations, j.diner_more_fen FROM judgement j JOIN entry e ON e.id = j.entry WHERE j.deviations <> '' "
            "ORDER BY j.at_ms, e.till, e.epoch, e.seq");
        std::string text;
        while (*query.step()) text += query.text(0) + " " + std::to_string(query.number(1)) + ";";
        return text;
    }
    std::int64_t count(const char* sql) { return *district_->access().ledger.count(sql); }

  private:
    Folder folder_;
    payment::SeededRandom random_;
    payment::ManualClock clock_;
    std::unique_ptr<District> district_;
};

}  // namespace mulin::sync::server::test
