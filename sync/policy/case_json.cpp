#include "sync/policy/case_json.h"

#include "sync/policy/fields.h"
#include "sync/policy/policy_set.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;
using policy::append_json_text;
using policy::Fields;
using policy::Node;
using policy::Report;

constexpr std::string_view kMeals[] = {"breakfast", "lunch", "dinner"};
constexpr std::string_view kServices[] = {"dine_in", "take_away", "delivery"};
constexpr std::int64_t kHuge = 1'000'000'000'000;

std::string short_text(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    return node == nullptr || node->kind == Node::Kind::null ? std::string() : fields.text(key);
}

std::vector<std::string> texts(const Fields& fields, std::string_view key, Report& report) {
    const Node* node = fields.find(key);
    if (node == nullptr || node->kind == Node::Kind::null) return {};
    if (node->kind == Node::Kind::list && node->items.empty()) return {};
    return policy::read_texts(*node, report, "\"" + std::string(key) + "\"");
}

Money fen(const Fields& fields, std::string_view key) {
    return Money::fen(fields.integer(key, 0, kHuge).value_or(0));
}

QuoteDiner read_diner(const Node& node, Report& report) {
    const Fields fields(node, report, "the diner",
                        {"id", "birth_date", "hukou", "residence", "aid", "disability_grade", "care", "living", "tags",
                         "approved", "cards", "identifiers"});
    QuoteDiner diner;
    diner.id = fields.need_text("id");
    if (const Node* birth = fields.find("birth_date"); birth != nullptr && birth->kind != Node::Kind::null)
        diner.birth_date = policy::read_date(*birth, report);
    diner.hukou = short_text(fields, "hukou");
    diner.residence = short_text(fields, "residence");
    diner.aid = texts(fields, "aid", report);
    diner.disability_grade = static_cast<int>(fields.integer("disability_grade", 0, 4).value_or(0));
    const std::string care = short_text(fields, "care");
    if (!care.empty()) diner.care = care;
    diner.living = texts(fields, "living", report);
    diner.tags = texts(fields, "tags", report);
    diner.approved = texts(fields, "approved", report);
    diner.cards = texts(fields, "cards", report);
    diner.identifiers = texts(fields, "identifiers", report);
    return diner;
}

QuoteSite read_site(const Node& node, Report& report) {
    const Fields fields(node, report, "the site", {"id", "subdistrict", "vendor", "kind", "tags"});
    QuoteSite site;
    site.id = fields.need_text("id");
    site.subdistrict = short_text(fields, "subdistrict");
    site.vendor = short_text(fields, "vendor");
    const std::string kind = short_text(fields, "kind");
    if (!kind.empty()) site.kind = kind;
    site.tags = texts(fields, "tags", report);
    return site;
}

QuoteLine read_line(const Node& node, Report& report) {
    const Fields fields(node, report, "a line",
                        {"item", "class", "unit_price_fen", "quantity", "weight_g", "price_fen_per_500g"});
    QuoteLine line;
    line.item = fields.need_text("item");
    line.item_class = short_text(fields, "class");
    const bool weighed = fields.find("weight_g") != nullptr;
    if (weighed) {
        line.weight_g = fields.integer("weight_g", 1, kHuge).value_or(1);
        if (fields.need("price_fen_per_500g") != nullptr) line.price_per_500g = fen(fields, "price_fen_per_500g");
        line.unit_price = fen(fields, "unit_price_fen");
    } else if (fields.need("unit_price_fen") != nullptr) {
        line.unit_price = fen(fields, "unit_price_fen");
    }
    line.quantity = fields.integer("quantity", 1, kHuge).value_or(1);
    return line;
}

void read_lines(const Fields& fields, Report& report, QuoteRequest& request) {
    const Node* node = fields.need("lines");
    if (node == nullptr || !policy::expect(*node, Node::Kind::list, report, "\"lines\"")) return;
    if (node->items.size() > 1000) return report.error(node->line, "too_large", "there are more than 1000 lines.");
    for (const auto& line : node->items) request.lines.push_back(read_line(line, report));
}

QuoteCase read_case(const Node& root, Report& report) {
    const Fields fields(root, report, "the case",
                        {"id", "at", "commit", "site", "meal", "service", "diner", "presented", "tender",
                         "delivery_fee_fen", "lines"});
    QuoteCase read;
    read.commit = fields.boolean("commit").value_or(false);
    const std::string at = fields.need_text("at");
    const auto instant = payment::parse_rfc3339(at);
    if (!instant && !at.empty())
        report.error(root.line, "bad_value", "\"at\" must be an instant such as 2026-03-10T11:45:00+08:00.");
    QuoteRequest& request = read.request;
    request.at = instant.value_or(UtcInstant{});
    if (const Node* site = fields.need("site")) request.site = read_site(*site, report);
    request.meal = static_cast<Meal>(fields.need_choice("meal", kMeals).value_or(1));
    request.service = static_cast<Service>(fields.choice("service", kServices).value_or(0));
    const Node* diner = fields.find("diner");
    if (diner != nullptr && diner->kind != Node::Kind::null) request.diner = read_diner(*diner, report);
    request.presented = short_text(fields, "presented");
    request.tender = short_text(fields, "tender");
    request.delivery_fee = fen(fields, "delivery_fee_fen");
    read_lines(fields, report, request);
    return read;
}

std::string id_of(const Node& root) {
    std::string id;
    const Node* node = root.find("id");
    if (node == nullptr) return "null";
    if (node->kind == Node::Kind::integer) return std::to_string(node->integer);
    if (node->kind != Node::Kind::text) return "null";
    append_json_text(id, node->text);
    return id;
}

// A message about one line of input needs no "Line 1: ".
std::string without_line(const std::string& message) {
    constexpr std::string_view kHead = "Line 1: ";
    return message.starts_with(kHead) ? message.substr(kHead.size()) : message;
}

void add_fen(std::string& out, const char* key, Money amount) {
    out += key;
    out += std::to_string(amount.in_fen());
}

void add_text(std::string& out, const char* key, std::string_view text) {
    out += key;
    append_json_text(out, text);
}

void add_benefit(std::string& out, const Benefit& benefit) {
    add_text(out, "{\"rule\":", benefit.rule);
    add_fen(out, ",\"amount_fen\":", benefit.amount);
    out += ",\"payers\":[";
    for (std::size_t i = 0; i < benefit.payers.size(); ++i) {
        add_text(out, i == 0 ? "{\"payer\":" : ",{\"payer\":", benefit.payers[i].payer);
        add_fen(out, ",\"amount_fen\":", benefit.payers[i].amount);
        out += '}';
    }
    out += "]";
    add_text(out, ",\"name\":{\"zh\":", benefit.name_zh);
    add_text(out, ",\"en\":", benefit.name_en);
    out += "}}";
}

void add_reason(std::string& out, const Reason& reason) {
    add_text(out, "{\"rule\":", reason.rule);
    out += reason.applied ? ",\"applied\":true" : ",\"applied\":false";
    add_text(out, ",\"zh\":", reason.zh);
    add_text(out, ",\"en\":", reason.en);
    if (!reason.manager_zh.empty()) {
        add_text(out, ",\"manager\":{\"zh\":", reason.manager_zh);
        add_text(out, ",\"en\":", reason.manager_en);
        out += '}';
    }
    out += '}';
}

void add_refusal(std::string& out, const std::optional<Refusal>& refused) {
    if (!refused) {
        out += ",\"refused\":null";
        return;
    }
    add_text(out, ",\"refused\":{\"code\":", refused->code);
    add_text(out, ",\"zh\":", refused->zh);
    add_text(out, ",\"en\":", refused->en);
    out += '}';
}

void add_operator(std::string& out, const OperatorAmount& amount) {
    add_text(out, "{\"rule\":", amount.rule);
    add_fen(out, ",\"amount_fen\":", amount.amount);
    add_text(out, ",\"payer\":", amount.payer);
    out += '}';
}

template <class Items, class Add>
void add_list(std::string& out, const char* key, const Items& items, Add add) {
    out += key;
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ',';
        add(out, items[i]);
    }
    out += ']';
}

}  // namespace

Result<QuoteCase> parse_case(std::string_view line) {
    const auto root = policy::parse_json(line);
    if (!root) return fail(ErrorCode::invalid_input, root.error().message);
    Report report("case");
    QuoteCase read = read_case(*root, report);
    read.id_json = id_of(*root);
    for (const auto& finding : report.findings()) {
        // A key this version does not know may come from a newer caller; it is not an error.
        if (finding.code != "unknown_key") return fail(ErrorCode::invalid_input, without_line(finding.message));
    }
    MULIN_TRY_STATUS(check_request(read.request));
    return read;
}

std::string case_id_json(std::string_view line) {
    const auto root = policy::parse_json(line);
    return root ? id_of(*root) : "null";
}

std::string answer_json(const std::string& id_json, const Quote& quote) {
    std::string out;
    out.reserve(512);
    out += "{\"id\":" + id_json;
    add_fen(out, ",\"list_fen\":", quote.list);
    add_fen(out, ",\"paid_fen\":", quote.paid);
    add_fen(out, ",\"delivery_fen\":", quote.delivery);
    add_list(out, ",\"benefits\":", quote.benefits, add_benefit);
    add_list(out, ",\"operator\":", quote.operator_amounts, add_operator);
    add_refusal(out, quote.refused);
    add_list(out, ",\"why\":", quote.why, add_reason);
    add_text(out, ",\"policy_version\":", quote.policy_version);
    out += '}';
    return out;
}

std::string error_json(const std::string& id_json, std::string_view message) {
    std::string out = "{\"id\":" + id_json;
    add_text(out, ",\"error\":", message);
    out += '}';
    return out;
}

}  // namespace mulin::sync
