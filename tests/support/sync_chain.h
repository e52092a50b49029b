#pragma once
// A till's chain made in memory: what a real till would have written, and what a cloned one might.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "payment/base/check.h"
#include "sync/journal/body.h"
#include "sync/journal/entry_json.h"

namespace mulin::sync::test {

inline SigningKey seeded_key(std::uint64_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    payment::SeededRandom(seed).fill(bytes);
    return SigningKey::from_seed(bytes);
}

inline Sale plain_sale(std::int64_t number, const std::string& site = "S1") {
    Sale sale;
    sale.ref = "r" + std::to_string(number);
    sale.at = {1'773'114'300'000 + number * 60'000};
    sale.business_date = payment::china_date(sale.at);
    sale.site = SiteId(site);
    sale.vendor = VendorId("V3");
    sale.subdistrict = "310110016000";
    sale.meal = Meal::lunch;
    sale.service = number % 3 == 0 ? Service::take_away : Service::dine_in;
    sale.diner = DinerId("D000123");
    sale.category = Category::first;
    SaleLine line;
    line.item = ItemId("set-a");
    line.name_zh = "套餐甲";
    line.name_en = "Set A";
    line.item_class = ItemClass::set;
    line.unit_price = Money::fen(1500);
    line.amount = Money::fen(1500);
    sale.lines = {line};
    sale.list = Money::fen(1500);
    sale.benefits = {{"p1", "优惠", "Benefit", Money::fen(300), {{"district", Money::fen(200)}, {"street", Money::fen(100)}}}};
    sale.paid = Money::fen(1200);
    Payment payment;
    payment.method = "cash";
    payment.channel = "cash";
    payment.attempt = payment::AttemptId("a" + std::to_string(number));
    payment.outcome = payment::Outcome::approved;
    payment.amount = Money::fen(1200);
    payment.given = Money::fen(2000);
    payment.change = Money::fen(800);
    sale.payments = {payment};
    sale.policy_version = "0123456789ab";
    sale.cashier = StaffId("C0101");
    sale.shift = ShiftId("sh1");
    return sale;
}

class TillChain {
  public:
    TillChain(std::string till, std::uint64_t seed) : till_(std::move(till)), key_(seeded_key(seed)) {}

    const TillId& till() const { return till_; }
    const SigningKey& key() const { return key_; }
    const EpochId& epoch() const { return epoch_; }

    // The copy goes on by itself: a cloned till.
    TillChain clone() const { return *this; }

    Entry open_epoch(const std::string& name, const std::string& reason = "start") {
        EpochOpen open;
        open.reason = parent_ ? reason : "first";
        if (parent_) open.parent = EpochParent{epoch_, seq_, prev_};
        open.public_key = key_.public_key().text();
        open.software = "test";
        epoch_ = EpochId(name);
        seq_ = 0;
        parent_ = true;
        return append(open);
    }
    Entry sell() { return append(plain_sale(++sales_)); }
    // Names a new key under the one in force; the chain goes on with it, in an epoch that must follow.
    Entry name_key(std::uint64_t seed) {
        const SigningKey fresh = seeded_key(seed);
        const Entry entry = append(sync::change_key(till_, key_.public_key(), fresh));
        key_ = fresh;
        return entry;
    }
    Entry undo(const Entry& sale) {
        VoidRecord record;
        record.target = sale.key;
        record.ref = "v" + std::to_string(sale.key.seq);
        record.at = plain_sale(sales_).at;
        record.business_date = payment::china_date(record.at);
        record.reason = "mistake";
        record.cashier = StaffId("C0101");
        record.approver = StaffId("M0101");
        record.shift = ShiftId("sh1");
        return append(record);
    }
    Entry append(const EntryBody& body) {
        const auto at = plain_sale(sales_).at;
        totals_ = totals_after(totals_, body);
        auto text = encode_body(body, {at, seq_ + 1, payment::china_date(at)}, totals_);
        MULIN_CHECK(text.has_value());
        auto entry = seal_entry({till_, epoch_, ++seq_}, prev_, std::move(*text), key_);
        MULIN_CHECK(entry.has_value());
        prev_ = entry->hash;
        return *entry;
    }

  private:
    TillId till_;
    SigningKey key_;
    EpochId epoch_;
    std::int64_t seq_ = 0;
    std::string prev_ = std::string(kNoHash);
    Totals totals_;
    std::int64_t sales_ = 0;
    bool parent_ = false;
};

inline std::vector<std::string> lines_of(const std::vector<Entry>& entries) {
    std::vector<std::string> lines;
    for (const Entry& entry : entries) lines.push_back(print_entry(entry));
    return lines;
}

}  // namespace mulin::sync::test
