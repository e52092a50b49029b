#include "pos/app/play_actions.h"

#include <nlohmann/json.hpp>

namespace mulin::pos {
namespace {

using nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::int64_t kMaxAmountFen = 100'000'000;

// Reads fields of one action; the first thing that is wrong is kept as a sentence.
class Fields {
  public:
    explicit Fields(const json& object) : object_(object) {}

    std::string text(const char* key, const char* fallback = nullptr) {
        const auto at = object_.find(key);
        if (at == object_.end() || at->is_null()) {
            if (fallback == nullptr) complain(key, "is missing");
            return fallback ? fallback : "";
        }
        if (!at->is_string()) complain(key, "must be a text");
        return at->is_string() ? at->get<std::string>() : "";
    }
    std::int64_t whole(const char* key, std::int64_t fallback, std::int64_t most = 1'000'000) {
        const auto at = object_.find(key);
        if (at == object_.end() || at->is_null()) return fallback;
        if (!at->is_number_integer() || *at < 0 || *at > most) {
            complain(key, "must be a whole number from 0 to " + std::to_string(most));
            return fallback;
        }
        return at->get<std::int64_t>();
    }
    std::optional<sync::Money> amount(const char* key) {
        if (!object_.contains(key) || object_[key].is_null()) return std::nullopt;
        return sync::Money::fen(whole(key, 0, kMaxAmountFen));
    }
    bool flag(const char* key) {
        const auto at = object_.find(key);
        if (at == object_.end()) return false;
        if (!at->is_boolean()) complain(key, "must be true or false");
        return at->is_boolean() && at->get<bool>();
    }
    void complain(const std::string& key, const std::string& what) {
        if (problem_.empty()) problem_ = "\"" + key + "\" " + what + ".";
    }
    const std::string& problem() const { return problem_; }

  private:
    const json& object_;
    std::string problem_;
};

void read_lines(const json& object, Fields& fields, Order& order) {
    const auto lines = object.find("lines");
    if (lines == object.end() || !lines->is_array() || lines->empty() || lines->size() > 200) {
        fields.complain("lines", "must be a list of 1 to 200 items");
        return;
    }
    for (const auto& line : *lines) {
        Fields inner(line);
        OrderItem item;
        item.item = sync::ItemId(line.is_object() ? inner.text("item") : "");
        item.quantity = line.is_object() ? inner.whole("quantity", 1) : 0;
        item.weight_g = line.is_object() ? inner.whole("weight_g", 0) : 0;
        if (!line.is_object() || !inner.problem().empty())
            fields.complain("lines", "holds a malformed line: " + inner.problem());
        order.items.push_back(item);
    }
}

void read_tenders(const json& object, Fields& fields, SellAction& sell) {
    const auto tenders = object.find("tender");
    if (tenders == object.end()) return;
    if (!tenders->is_array() || tenders->size() > 8) {
        fields.complain("tender", "must be a list of at most 8 tenders");
        return;
    }
    for (const auto& tender : *tenders) {
        Fields inner(tender);
        TenderAsked asked;
        if (!tender.is_object()) {
            fields.complain("tender", "holds something that is not a tender");
            return;
        }
        asked.method = inner.text("method");
        asked.code = inner.text(asked.method == "senior_card" ? "card" : "code", "");
        asked.amount = inner.amount("amount_fen");
        asked.given = inner.amount("given_fen");
        if (asked.method != "cash" && asked.method != "qr" && asked.method != "senior_card" && asked.method != "bank_card")
            inner.complain("method", "must be cash, qr, senior_card or bank_card");
        if (!inner.problem().empty()) fields.complain("tender", "is malformed: " + inner.problem());
        sell.tenders.push_back(asked);
    }
}

SellAction read_sell(const json& object, Fields& fields) {
    SellAction sell;
    const auto diner = fields.text("diner", "");
    if (!diner.empty()) sell.order.diner = sync::DinerId(diner);
    const auto meal = sync::parse_meal(fields.text("meal"));
    const auto service = sync::parse_service(fields.text("service", "dine_in"));
    if (!meal) fields.complain("meal", "must be breakfast, lunch or dinner");
    if (!service) fields.complain("service", "must be dine_in, take_away or delivery");
    sell.order.meal = meal.value_or(sync::Meal::lunch);
    sell.order.service = service.value_or(sync::Service::dine_in);
    sell.order.staff = fields.text("category", "") == "staff";
    sell.order.full_price = fields.flag("full_price");
    sell.order.override_by = fields.text("override", "");
    sell.order.presented = fields.text("presented", "");
    sell.order.delivery_fee = fields.amount("delivery_fee_fen").value_or(sync::Money());
    read_lines(object, fields, sell.order);
    read_tenders(object, fields, sell);
    return sell;
}

VoidAction read_void(const json& object, Fields& fields) {
    VoidAction action;
    const auto sale = object.find("sale");
    if (sale == object.end() || !sale->is_object()) {
        fields.complain("sale", "must name the sale by epoch and seq");
        return action;
    }
    Fields inner(*sale);
    action.epoch = inner.text("epoch");
    action.seq = inner.whole("seq", 0, INT64_MAX);
    if (!inner.problem().empty()) fields.complain("sale", "is malformed: " + inner.problem());
    action.reason = fields.text("reason");
    action.approver = fields.text("approver");
    return action;
}

RefundAction read_refund(const json& object, Fields& fields) {
    RefundAction action;
    const auto target = read_void(object, fields);  // the same fields name sale, reason and approver
    action.epoch = target.epoch;
    action.seq = target.seq;
    action.reason = target.reason;
    action.approver = target.approver;
    const auto lines = object.find("lines");
    if (lines == object.end()) return action;
    if (!lines->is_array() || lines->empty()) fields.complain("lines", "must be a list of {\"line\",\"quantity\"}; leave it out for all that is left");
    for (const auto& line : lines->is_array() ? *lines : json::array()) {
        if (!line.is_object()) {
            fields.complain("lines", "must hold objects");
            continue;
        }
        Fields inner(line);
        action.lines.push_back({inner.whole("line", 0, 1000), inner.whole("quantity", 1, 10'000)});
        if (!inner.problem().empty()) fields.complain("lines", "are malformed: " + inner.problem());
    }
    return action;
}

void read_what(const json& object, Fields& fields, Action& action) {
    const auto verb = fields.text("do");
    if (verb == "sell") action.what = read_sell(object, fields);
    else if (verb == "void") action.what = read_void(object, fields);
    else if (verb == "refund") action.what = read_refund(object, fields);
    else if (verb == "top_up") {
        action.what = TopUpAction{fields.text("card"), fields.amount("amount_fen").value_or(sync::Money()), fields.amount("given_fen")};
    } else if (verb == "open_shift")
        action.what = OpenShiftAction{fields.amount("float_fen").value_or(sync::Money()), fields.text("cashier", "")};
    else if (verb == "close_shift") action.what = CloseShiftAction{fields.amount("counted_fen"), fields.text("cashier", "")};
    else if (verb == "status") action.what = StatusAction{};
    else fields.complain("do", "must be sell, void, refund, top_up, open_shift, close_shift or status");
}

Ordered payment_json(const sync::Payment& part) {
    Ordered discounts = Ordered::array();
    for (const auto& discount : part.discounts)
        discounts.push_back({{"sponsor", discount.sponsor}, {"amount_fen", discount.amount.in_fen()}});
    return {{"method", part.method},       {"channel", part.channel},
            {"attempt", part.attempt.text()}, {"outcome", payment::outcome_name(part.outcome)},
            {"amount_fen", part.amount.in_fen()}, {"discounts", discounts}};
}

Ordered key_json(const sync::EntryKey& key) {
    return {{"till", key.till.text()}, {"epoch", key.epoch.text()}, {"seq", key.seq}};
}

Ordered answer(const std::string& ref) { return {{"ref", ref}, {"ok", true}}; }

// What an attempt came to, in the words of an outcome.
payment::Outcome outcome_of(const payment::Attempt& attempt) {
    switch (attempt.state) {
        case payment::AttemptState::approved: return payment::Outcome::approved;
        case payment::AttemptState::declined:
        case payment::AttemptState::reversed:
        case payment::AttemptState::voided: return payment::Outcome::declined;
        case payment::AttemptState::not_sent: return payment::Outcome::not_sent;
        case payment::AttemptState::pending: return payment::Outcome::pending;
        default: return payment::Outcome::unknown;
    }
}

}  // namespace

Answer<Action> parse_action(const std::string& line, std::string& ref_json) {
    ref_json = "null";
    const auto object = json::parse(line, nullptr, false);
    if (object.is_discarded() || !object.is_object())
        return refuse("bad_request", "This line is not a JSON object; write one action per line.");
    Fields fields(object);
    Action action;
    action.ref = fields.text("ref");
    if (object.contains("ref")) ref_json = object["ref"].dump(-1, ' ', false, json::error_handler_t::replace);
    if (action.ref.empty() || action.ref.size() > 64 || action.ref.find('\n') != std::string::npos)
        fields.complain("ref", "must be a text of 1 to 64 bytes on one line");
    read_what(object, fields, action);
    if (!fields.problem().empty()) return refuse("bad_request", fields.problem());
    return action;
}

std::string sale_answer(const std::string& ref, const sync::CommittedSale& committed) {
    const auto& sale = committed.stored;
    sync::Money change;
    Ordered payments = Ordered::array();
    for (const auto& part : sale.payments) {
        change += part.change;
        payments.push_back(payment_json(part));
    }
    Ordered body = key_json(committed.key);
    body["list_fen"] = sale.list.in_fen();
    body["delivery_fen"] = sale.delivery.in_fen();
    body["benefit_fen"] = sale.benefit_total().in_fen();
    body["paid_fen"] = sale.paid.in_fen();
    body["cash_rounding_fen"] = sale.cash_rounding.in_fen();
    body["change_fen"] = change.in_fen();
    body["category"] = sync::name_of(sale.category);
    auto out = answer(ref);
    out["sale"] = body;
    out["payments"] = payments;
    return out.dump();
}

std::string void_answer(const std::string& ref, const sync::EntryKey& key, const sync::EntryKey& target) {
    auto out = answer(ref);
    out["void"] = key_json(key);
    out["sale"] = key_json(target);
    return out.dump();
}

std::string refund_answer(const std::string& ref, const sync::EntryKey& key, const sync::RefundRecord& record) {
    auto out = answer(ref);
    out["refund"] = key_json(key);
    out["sale"] = key_json(record.target);
    out["list_fen"] = record.list_value().in_fen();
    out["benefit_fen"] = record.benefit_total().in_fen();
    out["paid_fen"] = record.paid.in_fen();
    out["cash_rounding_fen"] = record.cash_rounding.in_fen();
    out["whole"] = record.whole;
    Ordered payments = Ordered::array();
    for (const auto& part : record.payments)
        payments.push_back({{"method", part.method}, {"channel", part.channel}, {"attempt", part.attempt.text()},
                            {"refund", part.refund.text()}, {"outcome", "refunded"}, {"amount_fen", part.amount.in_fen()}});
    out["payments"] = payments;
    return out.dump();
}

std::string top_up_answer(const std::string& ref, const sync::CommittedTopUp& made, std::optional<sync::Money> balance) {
    auto out = answer(ref);
    sync::Money change;
    for (const auto& part : made.stored.payments) change += part.change;
    out["top_up"] = key_json(made.key);
    out["card_last4"] = made.stored.card_last4;
    out["amount_fen"] = made.stored.amount.in_fen();
    out["change_fen"] = change.in_fen();
    out["balance_fen"] = balance ? Ordered(balance->in_fen()) : Ordered(nullptr);
    return out.dump();
}

std::string shift_answer(const std::string& ref, const sync::ShiftOpen& shift) {
    auto out = answer(ref);
    out["shift"] = {{"id", shift.shift.text()},
                    {"business_date", shift.business_date.text()},
                    {"float_fen", shift.drawer_float.in_fen()}};
    return out.dump();
}

std::string shift_answer(const std::string& ref, const sync::ShiftClose& shift) {
    auto out = answer(ref);
    Ordered body = {{"id", shift.shift.text()},
                    {"business_date", shift.business_date.text()},
                    {"sales", shift.totals.sales},
                    {"voids", shift.totals.voids},
                    {"list_fen", shift.totals.list.in_fen()},
                    {"benefit_fen", shift.totals.benefit.in_fen()},
                    {"paid_fen", shift.totals.paid.in_fen()},
                    {"cash_due_fen", shift.totals.cash_due.in_fen()}};
    if (shift.cash_counted) {
        body["counted_fen"] = shift.cash_counted->in_fen();
        body["difference_fen"] = (*shift.cash_counted - shift.totals.cash_due).in_fen();
    }
    out["shift"] = body;
    return out.dump();
}

std::string status_answer(const std::string& ref, const sync::TillId& till, const sync::SyncState& state,
                          const std::optional<sync::ShiftOpen>& shift, const sync::DayReport& day) {
    auto out = answer(ref);
    Ordered body = {{"till", till.text()},
                    {"shift", shift ? Ordered(shift->shift.text()) : Ordered(nullptr)},
                    {"waiting", state.waiting},
                    {"last_exchange", state.last_exchange ? Ordered(payment::to_rfc3339(*state.last_exchange)) : Ordered(nullptr)},
                    {"date", day.date.text()},
                    {"sales", day.total.sales},
                    {"list_fen", day.total.list.in_fen()},
                    {"benefit_fen", day.total.benefit.in_fen()},
                    {"paid_fen", day.total.paid.in_fen()}};
    out["status"] = body;
    return out.dump();
}

std::string refusal_answer(const std::string& ref_json, const Refused& refused,
                           const std::vector<payment::Attempt>& attempts) {
    Ordered out = {{"ref", Ordered::parse(ref_json)}, {"ok", false}, {"code", refused.code}, {"message", refused.message}};
    if (!attempts.empty()) {
        out["payments"] = Ordered::array();
        for (const auto& attempt : attempts) {
            sync::Payment part;
            part.method = attempt.method;
            part.channel = attempt.channel;
            part.attempt = attempt.id;
            part.outcome = outcome_of(attempt);
            part.amount = attempt.amount;
            out["payments"].push_back(payment_json(part));
        }
    }
    return out.dump(-1, ' ', false, Ordered::error_handler_t::replace);
}

}  // namespace mulin::pos
