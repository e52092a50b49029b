#include "sync/policy/read_benefit.h"

#include <algorithm>

#include "sync/policy/wording.h"

namespace mulin::sync::policy {
namespace {

constexpr std::string_view kKinds[] = {"percent", "amount", "price", "pay_at_most", "free"};
constexpr std::string_view kOn[] = {"food", "delivery_fee", "total"};
constexpr std::string_view kPer[] = {"sale", "line", "piece", "500g"};
constexpr std::string_view kBasis[] = {"gross", "after_earlier"};
constexpr std::string_view kModes[] = {"half_up", "half_even", "down", "up"};
constexpr std::string_view kUnits[] = {"fen", "jiao", "yuan"};
constexpr std::string_view kOf[] = {"paid", "off"};
constexpr std::string_view kUpTo[] = {"part", "gate"};
constexpr std::string_view kIfOver[] = {"cap", "skip"};
constexpr std::string_view kPieces[] = {"dearest", "cheapest", "first"};

std::string quoted(std::string_view key) { return "\"" + std::string(key) + "\""; }

void read_percent_fields(const Fields& fields, BenefitSpec& benefit, Report& report) {
    const Node* pay = fields.find("pay_percent");
    const Node* off = fields.find("off_percent");
    if ((pay == nullptr) == (off == nullptr))
        return fields.error(fields.line(), "missing_key",
                            "a percent needs either \"pay_percent\" (88 for 8.8折) or \"off_percent\" (12).");
    const auto part = read_fraction(pay != nullptr ? *pay : *off, report, pay != nullptr ? "\"pay_percent\"" : "\"off_percent\"");
    if (part) benefit.pay = pay != nullptr ? *part : part->rest();
    benefit.rounding = read_rounding(fields, pay != nullptr, report);
    benefit.basis = static_cast<Basis>(fields.choice("basis", kBasis).value_or(1));
    const Node* up_to = fields.find("up_to");
    if (up_to == nullptr) return;
    const Fields inner(*up_to, report, "\"up_to\"", {"amount_fen", "limits"});
    benefit.up_to_amount = inner.need_money("amount_fen");
    benefit.up_to = inner.need_choice("limits", kUpTo) == std::size_t{1} ? UpTo::gate : UpTo::part;
}

void read_pieces(const Fields& fields, BenefitSpec& benefit, Report& report) {
    const Node* node = fields.find("pieces");
    if (node == nullptr) return;
    const Fields inner(*node, report, "\"pieces\"", {"count", "pick"});
    if (inner.need("count") != nullptr) benefit.pieces = inner.integer("count", 1, 10'000).value_or(1);
    benefit.piece_pick = static_cast<PiecePick>(inner.need_choice("pick", kPieces).value_or(0));
}

// Which keys belong to which kind, so that a key of another kind is named instead of ignored.
void check_keys(const Fields& fields, BenefitKind kind) {
    struct Owner {
        std::string_view key;
        unsigned kinds;
    };
    constexpr auto bit = [](BenefitKind k) { return 1u << static_cast<unsigned>(k); };
    const Owner owners[] = {
        {"pay_percent", bit(BenefitKind::percent)}, {"off_percent", bit(BenefitKind::percent)},
        {"rounding", bit(BenefitKind::percent)},    {"basis", bit(BenefitKind::percent)},
        {"up_to", bit(BenefitKind::percent)},       {"amount_fen", bit(BenefitKind::amount)},
        {"price_fen", bit(BenefitKind::price)},     {"pay_fen", bit(BenefitKind::pay_at_most)},
        {"if_over", bit(BenefitKind::amount)},      {"list", bit(BenefitKind::amount) | bit(BenefitKind::price) | bit(BenefitKind::pay_at_most)},
        {"by_class", bit(BenefitKind::amount) | bit(BenefitKind::price) | bit(BenefitKind::pay_at_most)},
        {"per", bit(BenefitKind::percent) | bit(BenefitKind::amount) | bit(BenefitKind::price)},
    };
    for (const auto& owner : owners) {
        const Node* node = fields.find(owner.key);
        if (node == nullptr || (owner.kinds & bit(kind)) != 0) continue;
        fields.error(node->line, "unknown_key",
                     quoted(owner.key) + " does not belong to a benefit of kind " + quoted(kKinds[static_cast<int>(kind)]) + ".");
    }
}

void check_combination(const Fields& fields, const BenefitSpec& benefit) {
    const auto refuse = [&](const char* message) { fields.error(fields.line(), "bad_value", message); };
    if (benefit.on != BenefitOn::food) {
        if (benefit.pieces || benefit.per != Per::sale || benefit.kind == BenefitKind::price)
            refuse("a benefit on the delivery fee or the total has no pieces and no price per piece.");
    }
    if (benefit.amounts.by != AmountTable::By::diner && benefit.kind == BenefitKind::pay_at_most)
        refuse("\"pay_at_most\" is for the whole sale; use kind \"price\" for a price per item class.");
    if (benefit.amounts.by != AmountTable::By::diner && benefit.kind == BenefitKind::amount && benefit.per == Per::sale)
        refuse("amounts by item or item class need \"per\": \"piece\" or \"line\".");
    if (benefit.kind == BenefitKind::percent && (benefit.per == Per::piece || benefit.per == Per::half_kilo))
        refuse("a percent is taken per sale or per line.");
    if (benefit.kind == BenefitKind::amount && benefit.per == Per::half_kilo)
        refuse("an amount is taken per sale, line or piece.");
    if (benefit.kind == BenefitKind::price && fields.find("per") != nullptr && benefit.per != Per::piece && benefit.per != Per::half_kilo)
        refuse("a price is per \"piece\" or, for weighed food, per \"500g\".");
    if (benefit.per == Per::half_kilo && benefit.pieces) refuse("weighed food has no pieces to pick.");
    if (benefit.pieces && benefit.basis == Basis::gross && benefit.kind == BenefitKind::percent)
        refuse("a percent of chosen pieces is taken after earlier benefits; leave out \"basis\".");
}

std::string did_you_mean(const std::string& name, const RuleScope& scope) {
    std::vector<std::string_view> names;
    for (const auto& known : scope.classes) names.push_back(known.name);
    const std::string near = nearest(name, names);
    return near.empty() ? "" : "; did you mean " + quoted(near) + "?";
}

void read_class_amounts(const Node& node, AmountTable& table, RuleScope& scope) {
    const Fields fields(node, scope.report(), "\"by_class\"", {"class", "amounts_fen"});
    const std::string name = fields.need_text("class");
    const Node* amounts = fields.need("amounts_fen");
    const auto found = std::find_if(scope.classes.begin(), scope.classes.end(), [&](const auto& c) { return c.name == name; });
    if (found == scope.classes.end()) {
        if (!name.empty())
            fields.error(node.line, "unknown_reference",
                         "there is no class list " + quoted(name) + " under \"classes\"" + did_you_mean(name, scope) + ".");
        return;
    }
    scope.used_classes.insert(name);
    if (amounts == nullptr || !expect(*amounts, Node::Kind::object, scope.report(), "\"amounts_fen\"")) return;
    const std::string_view fact = kClassFacts[found->of];
    table.by = fact == "item" ? AmountTable::By::item
               : fact == "item_class" ? AmountTable::By::item_class : AmountTable::By::diner;
    for (const auto& value : found->values) {
        const Node* amount = amounts->find(value);
        if (amount == nullptr) {
            fields.error(amounts->line, "missing_class_amount",
                         "class " + quoted(value) + " of " + quoted(name) + " has no amount; every class needs one.");
            continue;
        }
        AmountEntry entry;
        if (!expect(*amount, Node::Kind::integer, scope.report(), "an amount in fen")) continue;
        if (amount->integer < 0 || amount->integer > kMaxPolicyFen) {
            fields.error(amount->line, "bad_value", "an amount in fen must not be negative or huge.");
            continue;
        }
        entry.amount = Money::fen(amount->integer);
        if (table.by == AmountTable::By::diner) {
            Node condition;
            condition.kind = Node::Kind::object;
            condition.line = amount->line;
            Node word;
            word.kind = Node::Kind::text;
            word.line = amount->line;
            word.text = value;
            condition.members.push_back({std::string(fact), amount->line, word});
            entry.condition = read_condition(condition, scope.conditions);
        } else {
            entry.line_value = value;
        }
        table.entries.push_back(std::move(entry));
    }
    for (const auto& member : amounts->members) {
        if (std::find(found->values.begin(), found->values.end(), member.key) == found->values.end())
            fields.error(member.line, "unknown_reference", quoted(member.key) + " is not a class of " + quoted(name) + ".");
    }
}

}  // namespace

RoundingRule read_rounding(const Fields& fields, bool of_paid, Report& report) {
    RoundingRule rounding;
    rounding.of_paid = of_paid;
    const Node* node = fields.find("rounding");
    if (node == nullptr) {
        fields.error(fields.line(), "missing_key",
                     "a percent needs \"rounding\" with \"mode\" (half_up, half_even, down, up) and \"unit\" (fen, "
                     "jiao, yuan): no two districts round alike.");
        return rounding;
    }
    const Fields inner(*node, report, "\"rounding\"", {"mode", "unit", "of"});
    const auto mode = payment::parse_rounding(kModes[inner.need_choice("mode", kModes).value_or(0)]);
    const auto unit = payment::parse_rounding_unit(kUnits[inner.need_choice("unit", kUnits).value_or(0)]);
    rounding.mode = *mode;
    rounding.unit = *unit;
    if (const auto of = inner.choice("of", kOf)) rounding.of_paid = *of == 0;
    return rounding;
}

std::optional<payment::Rate> read_percent(const Node& node, Report& report, const std::string& where) {
    std::string text = node.text;
    if (node.kind == Node::Kind::integer) text = std::to_string(node.integer);
    if (node.kind == Node::Kind::decimal || node.kind == Node::Kind::integer || node.kind == Node::Kind::text) {
        const auto dot = text.find('.');
        std::string digits = text.substr(0, dot);
        const std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
        const bool shaped = !digits.empty() && digits.size() <= 3 && fraction.size() <= 4 &&
                            (dot == std::string::npos || !fraction.empty());
        digits += fraction + std::string(4 - std::min<std::size_t>(fraction.size(), 4), '0');
        const bool numeric = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (shaped && numeric) {
            const auto millionths = std::stoll(digits);
            if (millionths <= payment::Rate::kOne) return payment::Rate::millionths(millionths);
        }
    }
    report.error(node.line, "bad_value", where + " must be a percent from 0 to 100 with at most four decimals, such as 88 or 72.5.");
    return std::nullopt;
}

std::optional<Fraction> read_fraction(const Node& node, Report& report, const std::string& where) {
    const auto slash = node.kind == Node::Kind::text ? node.text.find('/') : std::string::npos;
    if (slash == std::string::npos) {
        const auto rate = read_percent(node, report, where);
        if (!rate) return std::nullopt;
        return Fraction{rate->in_millionths(), payment::Rate::kOne};
    }
    const auto number = [](const std::string& text) -> std::int64_t {
        const bool digits = !text.empty() && text.size() <= 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        return digits ? std::stoll(text) : -1;
    };
    const Fraction part{number(node.text.substr(0, slash)), number(node.text.substr(slash + 1))};
    if (part.top >= 0 && part.bottom > 0 && part.top <= part.bottom) return part;
    report.error(node.line, "bad_value", where + " must be a part from nothing to all, such as \"1/3\".");
    return std::nullopt;
}

AmountTable read_amounts(const Fields& fields, const std::string& name, RuleScope& scope) {
    AmountTable table;
    const Node* plain = fields.find(name);
    const Node* list = fields.find("list");
    const Node* by_class = fields.find("by_class");
    if ((plain != nullptr) + (list != nullptr) + (by_class != nullptr) != 1) {
        fields.error(fields.line(), "missing_key",
                     fields.where() + " needs exactly one of " + quoted(name) + ", \"list\" and \"by_class\".");
        return table;
    }
    if (plain != nullptr) table.entries.push_back({{}, {}, fields.need_money(name)});
    if (by_class != nullptr) read_class_amounts(*by_class, table, scope);
    if (list == nullptr || !expect(*list, Node::Kind::list, scope.report(), "\"list\"")) return table;
    for (const auto& item : list->items) {
        const Fields entry(item, scope.report(), "an entry of the list", {"if", name});
        AmountEntry read;
        if (const Node* condition = entry.find("if")) read.condition = read_condition(*condition, scope.conditions);
        read.amount = entry.need_money(name);
        table.entries.push_back(std::move(read));
    }
    return table;
}

BenefitSpec read_benefit(const Node& node, RuleScope& scope) {
    const Fields fields(node, scope.report(), "the benefit",
                        {"kind", "on", "pay_percent", "off_percent", "rounding", "basis", "up_to", "per", "amount_fen",
                         "price_fen", "pay_fen", "list", "by_class", "if_over", "pieces", "max_off_fen"});
    BenefitSpec benefit;
    const auto kind = fields.need_choice("kind", kKinds);
    if (!kind) return benefit;
    benefit.kind = static_cast<BenefitKind>(*kind);
    benefit.on = static_cast<BenefitOn>(fields.choice("on", kOn).value_or(0));
    benefit.per = static_cast<Per>(fields.choice("per", kPer).value_or(0));
    check_keys(fields, benefit.kind);
    if (benefit.kind == BenefitKind::percent) read_percent_fields(fields, benefit, scope.report());
    if (benefit.kind == BenefitKind::amount) benefit.amounts = read_amounts(fields, "amount_fen", scope);
    if (benefit.kind == BenefitKind::price) benefit.amounts = read_amounts(fields, "price_fen", scope);
    if (benefit.kind == BenefitKind::pay_at_most) benefit.amounts = read_amounts(fields, "pay_fen", scope);
    benefit.all_or_nothing = fields.choice("if_over", kIfOver) == std::size_t{1};
    read_pieces(fields, benefit, scope.report());
    benefit.max_off = fields.money("max_off_fen");
    check_combination(fields, benefit);
    return benefit;
}

}  // namespace mulin::sync::policy
