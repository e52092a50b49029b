#include "sync/journal/body.h"

#include <array>

#include "sync/journal/canonical.h"

// The order of the fields is the byte order of their names; CanonicalWriter checks it.

namespace mulin::sync {
namespace {

constexpr std::array kKinds{"epoch_open", "sale",   "void",   "shift_open",  "shift_close",
                            "note",       "refund", "top_up", "lease_return", "key_change",
                            "countersigned", "district_root"};

class BodyWriter : public CanonicalWriter {
  public:
    void bounded(std::int64_t value, std::int64_t bound) {
        in_bounds_ = in_bounds_ && value >= -bound && value <= bound;
        number(value);
    }
    void amount(std::string_view name, Money value) { key(name), bounded(value.in_fen(), kMaxAmountFen); }
    void total(std::string_view name, Money value) { key(name), bounded(value.in_fen(), kMaxTotalFen); }
    void count(std::string_view name, std::int64_t value) { key(name), bounded(value, kMaxNumber); }
    bool in_bounds() const { return in_bounds_; }

  private:
    bool in_bounds_ = true;
};

void write_benefits(BodyWriter& w, const std::vector<Benefit>& benefits) {
    w.key("benefits");
    w.begin_array();
    for (const auto& benefit : benefits) {
        w.begin_object();
        w.amount("amount_fen", benefit.amount);
        w.field("name_en", benefit.name_en);
        w.field("name_zh", benefit.name_zh);
        w.key("payers");
        w.begin_array();
        for (const auto& share : benefit.payers) {
            w.begin_object();
            w.amount("amount_fen", share.amount);
            w.field("payer", share.payer);
            w.end_object();
        }
        w.end_array();
        w.field("rule", benefit.rule);
        w.end_object();
    }
    w.end_array();
}

void write_lines(BodyWriter& w, const std::vector<SaleLine>& lines) {
    w.key("lines");
    w.begin_array();
    for (const auto& line : lines) {
        w.begin_object();
        w.amount("amount_fen", line.amount);
        w.field("item", line.item.text());
        w.field("item_class", name_of(line.item_class));
        w.field("name_en", line.name_en);
        w.field("name_zh", line.name_zh);
        w.count("quantity", line.quantity);
        w.amount("unit_price_fen", line.unit_price);
        w.count("weight_g", line.weight_g);
        w.end_object();
    }
    w.end_array();
}

void write_operator_amounts(BodyWriter& w, const std::vector<OperatorAmount>& amounts) {
    w.key("operator_amounts");
    w.begin_array();
    for (const auto& amount : amounts) {
        w.begin_object();
        w.amount("amount_fen", amount.amount);
        w.field("payer", amount.payer);
        w.field("rule", amount.rule);
        w.end_object();
    }
    w.end_array();
}

void write_payments(BodyWriter& w, const std::vector<Payment>& payments) {
    w.key("payments");
    w.begin_array();
    for (const auto& part : payments) {
        w.begin_object();
        w.amount("amount_fen", part.amount);
        w.field("attempt", part.attempt.text());
        w.amount("change_fen", part.change);
        w.field("channel", part.channel);
        w.key("discounts");
        w.begin_array();
        for (const auto& discount : part.discounts) {
            w.begin_object();
            w.amount("amount_fen", discount.amount);
            w.field("sponsor", discount.sponsor);
            w.end_object();
        }
        w.end_array();
        w.amount("given_fen", part.given);
        w.field("method", part.method);
        w.field("outcome", payment::outcome_name(part.outcome));
        w.end_object();
    }
    w.end_array();
}

void write_uses(BodyWriter& w, std::string_view name, const std::vector<CounterUse>& uses) {
    w.key(name);
    w.begin_array();
    for (const auto& use : uses) {
        w.begin_object();
        w.amount("amount_fen", use.amount);
        w.field("key", use.key);
        if (!use.lease.empty()) w.field("lease", use.lease);
        w.flag("returns_on_void", use.returns_on_void);
        w.count("uses", use.uses);
        w.end_object();
    }
    w.end_array();
}

void write_data(BodyWriter& w, const Sale& sale) {
    w.field("at", payment::to_rfc3339(sale.at));
    write_benefits(w, sale.benefits);
    w.amount("cash_rounding_fen", sale.cash_rounding);
    w.field("cashier", sale.cashier.text());
    w.field("category", name_of(sale.category));
    w.flag("clock_suspect", sale.clock_suspect);
    w.amount("delivery_fen", sale.delivery);
    w.key("diner");
    sale.diner ? w.text(sale.diner->text()) : w.null();
    write_lines(w, sale.lines);
    w.amount("list_fen", sale.list);
    w.field("meal", name_of(sale.meal));
    write_operator_amounts(w, sale.operator_amounts);
    if (!sale.overridden_by.empty()) w.field("overridden_by", sale.overridden_by.text());
    w.amount("paid_fen", sale.paid);
    write_payments(w, sale.payments);
    w.field("policy_version", sale.policy_version);
    if (sale.provisional) w.flag("provisional", true);
    w.field("ref", sale.ref);
    if (sale.rules_out_of_date) w.flag("rules_out_of_date", true);
    w.field("service", name_of(sale.service));
    w.field("shift", sale.shift.text());
    w.field("site", sale.site.text());
    w.field("subdistrict", sale.subdistrict);
    w.flag("training", sale.training);
    write_uses(w, "uses", sale.uses);
    w.field("vendor", sale.vendor.text());
}

void write_target(BodyWriter& w, const EntryKey& target) {
    w.key("target");
    w.begin_object();
    w.field("epoch", target.epoch.text());
    w.count("seq", target.seq);
    w.field("till", target.till.text());
    w.end_object();
}

void write_data(BodyWriter& w, const VoidRecord& record) {
    w.field("approver", record.approver.text());
    w.field("at", payment::to_rfc3339(record.at));
    w.field("cashier", record.cashier.text());
    w.field("reason", record.reason);
    w.field("ref", record.ref);
    w.field("shift", record.shift.text());
    write_target(w, record.target);
}

void write_data(BodyWriter& w, const EpochOpen& open) {
    w.key("parent");
    if (open.parent) {
        w.begin_object();
        w.field("epoch", open.parent->epoch.text());
        w.field("hash", open.parent->hash);
        w.count("seq", open.parent->seq);
        w.end_object();
    } else {
        w.null();
    }
    w.field("public_key", open.public_key);
    w.field("reason", open.reason);
    w.field("software", open.software);
}

void write_data(BodyWriter& w, const ShiftOpen& shift) {
    w.field("at", payment::to_rfc3339(shift.at));
    w.field("cashier", shift.cashier.text());
    w.amount("drawer_float_fen", shift.drawer_float);
    w.field("shift", shift.shift.text());
    w.field("site", shift.site.text());
}

void write_data(BodyWriter& w, const ShiftClose& shift) {
    w.field("at", payment::to_rfc3339(shift.at));
    w.key("cash_counted_fen");
    shift.cash_counted ? w.bounded(shift.cash_counted->in_fen(), kMaxAmountFen) : w.null();
    w.field("cashier", shift.cashier.text());
    w.field("shift", shift.shift.text());
    w.key("totals");
    w.begin_object();
    w.total("benefit_fen", shift.totals.benefit);
    w.total("cash_due_fen", shift.totals.cash_due);
    w.total("list_fen", shift.totals.list);
    w.total("paid_fen", shift.totals.paid);
    w.count("sales", shift.totals.sales);
    w.count("voids", shift.totals.voids);
    w.end_object();
}

void write_data(BodyWriter& w, const Note& note) {
    w.field("kind", note.kind);
    w.field("text", note.text);
}

void write_refund_lines(BodyWriter& w, const std::vector<RefundLine>& lines) {
    w.key("lines");
    w.begin_array();
    for (const auto& line : lines) {
        w.begin_object();
        w.amount("amount_fen", line.amount);
        w.count("line", line.line);
        w.count("quantity", line.quantity);
        w.end_object();
    }
    w.end_array();
}

void write_refund_payments(BodyWriter& w, const std::vector<RefundPayment>& payments) {
    w.key("payments");
    w.begin_array();
    for (const auto& part : payments) {
        w.begin_object();
        w.amount("amount_fen", part.amount);
        w.field("attempt", part.attempt.text());
        w.field("channel", part.channel);
        w.field("method", part.method);
        w.field("refund", part.refund.text());
        w.end_object();
    }
    w.end_array();
}

void write_data(BodyWriter& w, const RefundRecord& record) {
    w.field("approver", record.approver.text());
    w.field("at", payment::to_rfc3339(record.at));
    write_benefits(w, record.benefits);
    w.amount("cash_rounding_fen", record.cash_rounding);
    w.field("cashier", record.cashier.text());
    w.amount("delivery_fen", record.delivery);
    write_uses(w, "given_back", record.given_back);
    write_refund_lines(w, record.lines);
    w.amount("paid_fen", record.paid);
    write_refund_payments(w, record.payments);
    w.field("reason", record.reason);
    w.field("ref", record.ref);
    w.field("shift", record.shift.text());
    w.field("site", record.site.text());
    write_target(w, record.target);
    w.flag("whole", record.whole);
}

void write_data(BodyWriter& w, const TopUpRecord& record) {
    w.field("account_ref", record.account_ref);
    w.amount("amount_fen", record.amount);
    w.field("at", payment::to_rfc3339(record.at));
    w.field("card", record.card);
    w.field("card_last4", record.card_last4);
    w.amount("cash_rounding_fen", record.cash_rounding);
    w.field("cashier", record.cashier.text());
    write_payments(w, record.payments);
    w.field("ref", record.ref);
    w.field("shift", record.shift.text());
    w.field("site", record.site.text());
    w.flag("training", record.training);
}

void write_part(BodyWriter& w, std::string_view name, const LeaseSpent& part) {
    w.key(name);
    w.begin_object();
    w.total("amount_fen", part.amount);
    w.count("uses", part.uses);
    w.end_object();
}

void write_data(BodyWriter& w, const LeaseReturn& back) {
    w.field("key", back.key);
    w.field("lease", back.lease);
    w.field("reason", back.reason);
    w.count("serial", back.serial);
    write_part(w, "spent", back.spent);
    write_part(w, "unspent", back.unspent);
}

void write_data(BodyWriter& w, const KeyChange& change) {
    w.field("proof", change.proof);
    w.field("public_key", change.public_key);
}

void write_data(BodyWriter& w, const Countersigned& close) {
    w.field("at", payment::to_rfc3339(close.at));
    w.field("epoch", close.epoch.text());
    w.field("hash", close.hash);
    w.count("seq", close.seq);
    w.field("signature", close.signature);
}

void write_data(BodyWriter& w, const DistrictRoot& root) {
    w.field("at", payment::to_rfc3339(root.at));
    w.count("number", root.number);
    w.count("points", root.points);
    w.field("prev", root.prev);
    w.field("root", root.root);
    w.field("signature", root.signature);
}

// A body that has a business date of its own is filed under that one.
Date date_of(const EntryBody& body, const BodyStamp& stamp) {
    return std::visit(
        [&](const auto& data) {
            if constexpr (requires { data.business_date; }) {
                return data.business_date;
            } else {
                return stamp.business_date;
            }
        },
        body);
}

}  // namespace

const char* kind_of(const EntryBody& body) { return kKinds[body.index()]; }

Totals totals_after(const Totals& before, const EntryBody& body) {
    Totals after = before;
    if (const auto* sale = std::get_if<Sale>(&body); sale != nullptr && !sale->training) {
        ++after.sales;
        after.list += sale->list + sale->delivery;
        after.benefit += sale->benefit_total();
        after.paid += sale->paid;
    }
    if (std::holds_alternative<VoidRecord>(body)) ++after.voids;
    return after;
}

Result<std::string> encode_body(const EntryBody& body, const BodyStamp& stamp, const Totals& totals) {
    BodyWriter w;
    w.begin_object();
    w.field("at", payment::to_rfc3339(stamp.at));
    w.field("business_date", date_of(body, stamp).text());
    w.key("data");
    w.begin_object();
    std::visit([&](const auto& data) { write_data(w, data); }, body);
    w.end_object();
    w.field("kind", kind_of(body));
    w.count("mono_ms", stamp.mono_ms);
    w.field("suite", kCryptoSuite);
    w.key("totals");
    w.begin_object();
    w.total("benefit_fen", totals.benefit);
    w.total("list_fen", totals.list);
    w.total("paid_fen", totals.paid);
    w.count("sales", totals.sales);
    w.count("voids", totals.voids);
    w.end_object();
    w.field("v", kBodyVersion);
    w.end_object();
    if (!w.in_bounds()) {
        return payment::fail(payment::ErrorCode::invalid_input,
                             "An amount or number in this record is larger than the journal allows.");
    }
    if (!w.valid()) {
        return payment::fail(payment::ErrorCode::invalid_input,
                             "A text in this record is not valid UTF-8; type it again.");
    }
    return w.take();
}

}  // namespace mulin::sync
