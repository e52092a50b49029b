#include <nlohmann/json.hpp>

#include "sync/journal/body.h"

// Reading is lenient and the strictness lies in one place: what was read is written again and must
// give the same bytes. So a float, an unknown or repeated key, or another order cannot pass.

namespace mulin::sync {
namespace {

using Json = nlohmann::json;

// Thrown and caught in this file only, beside the library's own.
struct BadField {
    const char* what;
};

template <class T>
T need(std::optional<T> value, const char* what) {
    if (!value) throw BadField{what};
    return *value;
}

std::string text(const Json& j, const char* key) { return j.at(key).get_ref<const std::string&>(); }
std::int64_t number(const Json& j, const char* key) { return j.at(key).get<std::int64_t>(); }
// Bounds are encode_body's to check; here it is enough that Money can hold it.
Money money(const Json& j, const char* key) { return need(Money::from_fen_checked(number(j, key)), key); }
UtcInstant instant(const Json& j, const char* key) { return need(payment::parse_rfc3339(text(j, key)), key); }
template <class IdType>
IdType id(const Json& j, const char* key) {
    return IdType(text(j, key));
}

Benefit read_benefit(const Json& j) {
    Benefit benefit{text(j, "rule"), text(j, "name_zh"), text(j, "name_en"), money(j, "amount_fen"), {}};
    for (const auto& share : j.at("payers")) {
        benefit.payers.push_back({text(share, "payer"), money(share, "amount_fen")});
    }
    return benefit;
}

SaleLine read_line(const Json& j) {
    SaleLine line;
    line.item = id<ItemId>(j, "item");
    line.name_zh = text(j, "name_zh");
    line.name_en = text(j, "name_en");
    line.item_class = need(parse_item_class(text(j, "item_class")), "item_class");
    line.unit_price = money(j, "unit_price_fen");
    line.quantity = number(j, "quantity");
    line.weight_g = number(j, "weight_g");
    line.amount = money(j, "amount_fen");
    return line;
}

Payment read_payment(const Json& j) {
    Payment part;
    part.method = text(j, "method");
    part.channel = text(j, "channel");
    part.attempt = id<payment::AttemptId>(j, "attempt");
    part.outcome = need(payment::parse_outcome(text(j, "outcome")), "outcome");
    part.amount = money(j, "amount_fen");
    part.given = money(j, "given_fen");
    part.change = money(j, "change_fen");
    for (const auto& discount : j.at("discounts")) {
        part.discounts.push_back({text(discount, "sponsor"), money(discount, "amount_fen")});
    }
    return part;
}

std::vector<CounterUse> read_uses(const Json& j, const char* key) {
    std::vector<CounterUse> uses;
    for (const auto& use : j.at(key)) {
        uses.push_back({text(use, "key"), number(use, "uses"), money(use, "amount_fen"),
                        use.at("returns_on_void").get<bool>(), use.contains("lease") ? text(use, "lease") : ""});
    }
    return uses;
}

void read_sale_money(const Json& j, Sale& sale) {
    sale.list = money(j, "list_fen");
    sale.delivery = money(j, "delivery_fen");
    sale.paid = money(j, "paid_fen");
    sale.cash_rounding = money(j, "cash_rounding_fen");
    for (const auto& line : j.at("lines")) sale.lines.push_back(read_line(line));
    for (const auto& benefit : j.at("benefits")) sale.benefits.push_back(read_benefit(benefit));
    for (const auto& part : j.at("payments")) sale.payments.push_back(read_payment(part));
    for (const auto& amount : j.at("operator_amounts")) {
        sale.operator_amounts.push_back({text(amount, "rule"), text(amount, "payer"), money(amount, "amount_fen")});
    }
    sale.uses = read_uses(j, "uses");
}

// A key that is there only when it is true.
bool is_set(const Json& j, const char* key) { return j.contains(key) && j.at(key).get<bool>(); }

Sale read_sale(const Json& j, Date business_date) {
    Sale sale;
    sale.ref = text(j, "ref");
    sale.business_date = business_date;
    sale.at = instant(j, "at");
    sale.site = id<SiteId>(j, "site");
    sale.vendor = id<VendorId>(j, "vendor");
    sale.subdistrict = text(j, "subdistrict");
    sale.meal = need(parse_meal(text(j, "meal")), "meal");
    sale.service = need(parse_service(text(j, "service")), "service");
    if (!j.at("diner").is_null()) sale.diner = id<DinerId>(j, "diner");
    sale.category = need(parse_category(text(j, "category")), "category");
    sale.policy_version = text(j, "policy_version");
    sale.cashier = id<StaffId>(j, "cashier");
    sale.shift = id<ShiftId>(j, "shift");
    sale.training = j.at("training").get<bool>();
    sale.clock_suspect = j.at("clock_suspect").get<bool>();
    sale.rules_out_of_date = is_set(j, "rules_out_of_date");
    sale.provisional = is_set(j, "provisional");
    if (j.contains("overridden_by")) sale.overridden_by = id<StaffId>(j, "overridden_by");
    read_sale_money(j, sale);
    return sale;
}

EntryKey read_target(const Json& j) {
    const auto& target = j.at("target");
    return {id<TillId>(target, "till"), id<EpochId>(target, "epoch"), number(target, "seq")};
}

VoidRecord read_void(const Json& j, Date business_date) {
    return {read_target(j),
            text(j, "ref"),
            business_date,
            instant(j, "at"),
            text(j, "reason"),
            id<StaffId>(j, "cashier"),
            id<StaffId>(j, "approver"),
            id<ShiftId>(j, "shift")};
}

EpochOpen read_epoch_open(const Json& j) {
    EpochOpen open{text(j, "reason"), {}, text(j, "public_key"), text(j, "software")};
    if (const auto& parent = j.at("parent"); !parent.is_null()) {
        open.parent = EpochParent{id<EpochId>(parent, "epoch"), number(parent, "seq"), text(parent, "hash")};
    }
    return open;
}

ShiftOpen read_shift_open(const Json& j, Date business_date) {
    return {id<ShiftId>(j, "shift"), business_date,           instant(j, "at"),
            id<SiteId>(j, "site"),   id<StaffId>(j, "cashier"), money(j, "drawer_float_fen")};
}

ShiftClose read_shift_close(const Json& j, Date business_date) {
    ShiftClose shift{id<ShiftId>(j, "shift"), business_date, instant(j, "at"), id<StaffId>(j, "cashier"), {}, {}};
    if (!j.at("cash_counted_fen").is_null()) shift.cash_counted = money(j, "cash_counted_fen");
    const auto& totals = j.at("totals");
    shift.totals = {number(totals, "sales"),        number(totals, "voids"),    money(totals, "list_fen"),
                    money(totals, "benefit_fen"), money(totals, "paid_fen"), money(totals, "cash_due_fen")};
    return shift;
}

void read_refund_parts(const Json& j, RefundRecord& record) {
    for (const auto& line : j.at("lines")) {
        record.lines.push_back({number(line, "line"), number(line, "quantity"), money(line, "amount_fen")});
    }
    for (const auto& benefit : j.at("benefits")) record.benefits.push_back(read_benefit(benefit));
    for (const auto& part : j.at("payments")) {
        record.payments.push_back({text(part, "method"), text(part, "channel"), id<payment::AttemptId>(part, "attempt"),
                                   id<payment::RefundId>(part, "refund"), money(part, "amount_fen")});
    }
    record.given_back = read_uses(j, "given_back");
}

RefundRecord read_refund(const Json& j, Date business_date) {
    RefundRecord record;
    record.target = read_target(j);
    record.ref = text(j, "ref");
    record.business_date = business_date;
    record.at = instant(j, "at");
    record.site = id<SiteId>(j, "site");
    record.reason = text(j, "reason");
    record.cashier = id<StaffId>(j, "cashier");
    record.approver = id<StaffId>(j, "approver");
    record.shift = id<ShiftId>(j, "shift");
    record.delivery = money(j, "delivery_fen");
    record.paid = money(j, "paid_fen");
    record.cash_rounding = money(j, "cash_rounding_fen");
    record.whole = j.at("whole").get<bool>();
    read_refund_parts(j, record);
    return record;
}

TopUpRecord read_top_up(const Json& j, Date business_date) {
    TopUpRecord record;
    record.ref = text(j, "ref");
    record.business_date = business_date;
    record.at = instant(j, "at");
    record.site = id<SiteId>(j, "site");
    record.card = text(j, "card");
    record.card_last4 = text(j, "card_last4");
    record.amount = money(j, "amount_fen");
    record.cash_rounding = money(j, "cash_rounding_fen");
    for (const auto& part : j.at("payments")) record.payments.push_back(read_payment(part));
    record.account_ref = text(j, "account_ref");
    record.cashier = id<StaffId>(j, "cashier");
    record.shift = id<ShiftId>(j, "shift");
    record.training = j.at("training").get<bool>();
    return record;
}

LeaseReturn read_lease_return(const Json& j) {
    const auto part = [&](const char* key) { return LeaseSpent{number(j.at(key), "uses"), money(j.at(key), "amount_fen")}; };
    return {text(j, "lease"), text(j, "key"), number(j, "serial"), part("spent"), part("unspent"), text(j, "reason")};
}

Countersigned read_countersigned(const Json& j) {
    return {id<EpochId>(j, "epoch"), number(j, "seq"), text(j, "hash"), instant(j, "at"), text(j, "signature")};
}

DistrictRoot read_district_root(const Json& j) {
    return {number(j, "number"), instant(j, "at"), text(j, "prev"), text(j, "root"), number(j, "points"), text(j, "signature")};
}

EntryBody read_data(const std::string& kind, const Json& j, Date date) {
    if (kind == "sale") return read_sale(j, date);
    if (kind == "void") return read_void(j, date);
    if (kind == "epoch_open") return read_epoch_open(j);
    if (kind == "shift_open") return read_shift_open(j, date);
    if (kind == "shift_close") return read_shift_close(j, date);
    if (kind == "note") return Note{text(j, "kind"), text(j, "text")};
    if (kind == "refund") return read_refund(j, date);
    if (kind == "top_up") return read_top_up(j, date);
    if (kind == "lease_return") return read_lease_return(j);
    if (kind == "key_change") return KeyChange{text(j, "public_key"), text(j, "proof")};
    if (kind == "countersigned") return read_countersigned(j);
    if (kind == "district_root") return read_district_root(j);
    throw BadField{"kind"};
}

DecodedBody read_body(std::string_view source) {
    const Json j = Json::parse(source);
    DecodedBody decoded;
    decoded.stamp.at = instant(j, "at");
    decoded.stamp.mono_ms = number(j, "mono_ms");
    decoded.stamp.business_date = need(Date::parse(text(j, "business_date")), "business_date");
    decoded.body = read_data(text(j, "kind"), j.at("data"), decoded.stamp.business_date);
    const auto& totals = j.at("totals");
    decoded.totals = {number(totals, "sales"), number(totals, "voids"), money(totals, "list_fen"),
                      money(totals, "benefit_fen"), money(totals, "paid_fen")};
    return decoded;
}

}  // namespace

Result<DecodedBody> decode_body(std::string_view source) {
    using payment::ErrorCode;
    using payment::fail;
    try {
        auto decoded = read_body(source);
        const auto again = encode_body(decoded.body, decoded.stamp, decoded.totals);
        if (!again || *again != source) {
            return fail(ErrorCode::corrupt, "The entry's body is not in the journal's canonical form.");
        }
        return decoded;
    } catch (const BadField& bad) {
        return fail(ErrorCode::corrupt, std::string("The entry's body has a malformed field: ") + bad.what + ".");
    } catch (const Json::exception& error) {
        return fail(ErrorCode::corrupt, std::string("The entry's body cannot be read: ") + error.what() + ".");
    }
}

}  // namespace mulin::sync
