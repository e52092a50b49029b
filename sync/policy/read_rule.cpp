#include "sync/policy/read_rule.h"

#include <algorithm>

#include "sync/policy/explain.h"
#include "sync/policy/read_benefit.h"
#include "sync/policy/vocabulary.h"
#include "sync/policy/wording.h"

namespace mulin::sync::policy {
namespace {

constexpr std::string_view kBasis[] = {"gross", "after_earlier"};
constexpr std::string_view kCompare[] = {"at_least", "exceeds"};
constexpr std::string_view kDelivery[] = {"included", "excluded"};
constexpr std::string_view kOf[] = {"all", "selected"};
constexpr std::string_view kRepeat[] = {"once", "every"};
constexpr std::string_view kLess[] = {"in_order", "pro_rata"};
constexpr std::string_view kPer[] = {"serving", "person_day", "delivery", "piece"};
constexpr std::string_view kTemplates[] = {"{hukou_city}",          "{hukou_district}",     "{hukou_subdistrict}",
                                           "{residence_city}",      "{residence_district}", "{residence_subdistrict}",
                                           "{site_district}",       "{site_subdistrict}",   "{vendor}",
                                           "{site}"};

std::string quoted(std::string_view key) { return "\"" + std::string(key) + "\""; }

Threshold read_threshold(const Node& node, Report& report) {
    const Fields fields(node, report, "\"threshold\"",
                        {"amount_fen", "basis", "compare", "delivery_fee", "of", "repeat", "at_most_times"});
    Threshold threshold;
    threshold.amount = fields.need_money("amount_fen");
    threshold.basis = static_cast<Basis>(fields.need_choice("basis", kBasis).value_or(0));
    threshold.inclusive = fields.need_choice("compare", kCompare).value_or(0) == 0;
    threshold.with_delivery = fields.need_choice("delivery_fee", kDelivery).value_or(1) == 0;
    threshold.of_selected = fields.choice("of", kOf) == std::size_t{1};
    threshold.repeats = fields.choice("repeat", kRepeat) == std::size_t{1};
    if (const auto times = fields.integer("at_most_times", 1, 1'000'000)) threshold.at_most_times = *times;
    if (threshold.repeats && threshold.amount.is_zero())
        fields.error(node.line, "bad_value", "a repeated threshold must be above zero.");
    return threshold;
}

std::vector<int> read_limits(const Node& node, RuleScope& scope) {
    std::vector<int> limits;
    std::vector<std::string_view> names;
    for (const auto& limit : scope.policy.limits) names.push_back(limit.name);
    for (const auto& name : read_texts(node, scope.report(), "\"limits\"")) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) {
            const auto index = static_cast<int>(found - names.begin());
            if (std::find(limits.begin(), limits.end(), index) == limits.end()) limits.push_back(index);
            scope.limit_used[static_cast<std::size_t>(index)] = true;
            continue;
        }
        const std::string near = nearest(name, names);
        scope.report().error(node.line, "unknown_reference",
                             "there is no limit " + quoted(name) + " under \"limits\" of the policy" +
                                 (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
    }
    return limits;
}

int read_group(const Fields& fields, RuleScope& scope) {
    const std::string name = fields.text("group");
    if (name.empty()) return -1;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < scope.policy.groups.size(); ++i) {
        std::string_view known = scope.policy.groups[i].name;
        known = known.substr(known.find('/') == std::string_view::npos ? 0 : known.find('/') + 1);
        names.push_back(known);
        if (known != name) continue;
        scope.group_used[i] = true;
        return static_cast<int>(i);
    }
    const std::string near = nearest(name, names);
    fields.error(fields.find("group")->line, "unknown_reference",
                 "there is no group " + quoted(name) + " under \"groups\" of the policy" +
                     (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
    return -1;
}

void check_template(PayerPart& part, int line, Report& report) {
    const auto open = part.payer.find('{');
    if (open == std::string::npos) return;
    part.is_template = true;
    const auto close = part.payer.find('}', open);
    const std::string inner = part.payer.substr(open, close == std::string::npos ? std::string::npos : close - open + 1);
    if (std::find(std::begin(kTemplates), std::end(kTemplates), inner) != std::end(kTemplates) &&
        part.payer.find('{', open + 1) == std::string::npos)
        return;
    const std::string near = nearest(inner, kTemplates);
    report.error(line, "bad_value", quoted(inner) + " is not a place a payer can be named after" +
                                        (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
}

Words words_of_payer(const std::string& payer, RuleScope& scope) {
    scope.used_payers.insert(payer);
    scope.used_payers.insert(payer.substr(0, payer.find_first_of(":{")));
    const auto own = scope.payers.find(payer);
    if (own != scope.payers.end()) return own->second;
    const std::string head = payer.substr(0, payer.find_first_of(":{"));
    const auto own_head = scope.payers.find(head);
    if (own_head != scope.payers.end()) return own_head->second;
    const KnownWord* known = find_word(Vocabulary::payers, head);
    if (known != nullptr) return {std::string(known->zh), std::string(known->en)};
    return {payer, payer};
}

PayerPart read_payer(const Node& node, RuleScope& scope) {
    const Fields fields(node, scope.report(), "a payer", {"payer", "fixed_fen", "percent", "ratio", "remainder", "cap_fen", "limit", "if"});
    PayerPart part;
    part.payer = fields.need_text("payer");
    part.words = words_of_payer(part.payer, scope);
    check_template(part, node.line, scope.report());
    const bool remainder = fields.boolean("remainder").value_or(false);
    const bool fixed = fields.find("fixed_fen") != nullptr;
    const bool ratio = fields.find("ratio") != nullptr;
    const Node* percent = fields.find("percent");
    if (remainder + fixed + ratio + (percent != nullptr) > 1)
        fields.error(node.line, "bad_value", "a payer has one of \"fixed_fen\", \"percent\", \"ratio\" and \"remainder\".");
    if (fixed) part.kind = PayerPart::Kind::fixed;
    if (ratio) part.kind = PayerPart::Kind::ratio;
    if (percent != nullptr) {
        part.kind = PayerPart::Kind::percent;
        part.percent = read_percent(*percent, scope.report(), "\"percent\"").value_or(payment::Rate());
    }
    if (fixed) part.fixed = Money::fen(fields.integer("fixed_fen", 0, 1'000'000'000).value_or(0));
    if (ratio) part.weight = fields.integer("ratio", 1, 1'000'000).value_or(1);
    part.cap = fields.money("cap_fen");
    if (const Node* limit = fields.find("limit"); limit != nullptr && expect(*limit, Node::Kind::text, scope.report(), "\"limit\"")) {
        const auto limits = read_limits(*limit, scope);
        if (!limits.empty()) part.limit = limits.front();
    }
    if (const Node* condition = fields.find("if")) part.condition = read_condition(*condition, scope.conditions);
    return part;
}

Condition read_if(const Fields& fields, RuleScope& scope) {
    const Node* node = fields.find("if");
    return node == nullptr ? Condition{} : read_condition(*node, scope.conditions);
}

std::optional<ItemSelector> read_items(const Fields& fields, RuleScope& scope) {
    const Node* node = fields.find("items");
    if (node == nullptr) return std::nullopt;
    return read_selector(*node, scope.conditions);
}

}  // namespace

std::vector<PayerPart> read_payers(const Node& node, RuleScope& scope) {
    std::vector<PayerPart> parts;
    if (node.kind == Node::Kind::text) {  // one payer for all of it
        PayerPart part;
        part.payer = node.text;
        part.words = words_of_payer(part.payer, scope);
        check_template(part, node.line, scope.report());
        parts.push_back(std::move(part));
        return parts;
    }
    if (node.kind != Node::Kind::list) {
        scope.report().error(node.line, "wrong_type", "\"payers\" must be one payer or a list of payers.");
        return parts;
    }
    for (const auto& item : node.items) {
        if (parts.size() < 64) parts.push_back(read_payer(item, scope));
    }
    if (node.items.size() > 64) scope.report().error(node.line, "too_large", "\"payers\" names more than 64 payers.");
    return parts;
}

// A budget counted twice in one sale would be passed.
void check_budgets(const std::vector<PayerPart>& payers, const std::vector<int>& limits, int line, RuleScope& scope) {
    std::set<int> seen(limits.begin(), limits.end());
    for (const auto& part : payers) {
        if (part.limit < 0 || seen.insert(part.limit).second) continue;
        scope.report().error(line, "bad_value",
                             "the limit " + quoted(scope.policy.limits[static_cast<std::size_t>(part.limit)].name) +
                                 " can be the budget of one payer only, and not also a limit of the rule.");
    }
}

Rule read_rule(const Node& node, RuleScope& scope) {
    if (const Node* id = node.find("id")) scope.report().set_rule(id->text);
    const Fields fields(node, scope.report(), "the rule",
                        {"id", "name", "if", "items", "threshold", "benefit", "group", "limits", "payers",
                         "payers_when_less", "at_least_as", "minimum_own_fen", "because", "because_not"});
    Rule rule;
    rule.line = node.line;
    rule.id = fields.need_id("id");
    rule.name = fields.need_words("name");
    rule.condition = read_if(fields, scope);
    rule.items = read_items(fields, scope);
    if (const Node* threshold = fields.find("threshold")) rule.threshold = read_threshold(*threshold, scope.report());
    if (rule.threshold) rule.threshold->not_reached = say_threshold(*rule.threshold);
    if (const Node* benefit = fields.need("benefit")) rule.benefit = read_benefit(*benefit, scope);
    if (rule.items && rule.benefit.on != BenefitOn::food)
        fields.error(node.line, "bad_value", "\"items\" goes with a benefit on food only.");
    rule.group = read_group(fields, scope);
    if (const Node* limits = fields.find("limits")) rule.limits = read_limits(*limits, scope);
    if (const Node* payers = fields.find("payers")) rule.payers = read_payers(*payers, scope);
    check_budgets(rule.payers, rule.limits, node.line, scope);
    rule.payers_pro_rata = fields.choice("payers_when_less", kLess) == std::size_t{1};
    rule.at_least_as = fields.text("at_least_as");
    if (!rule.at_least_as.empty())
        scope.conditions.granted.push_back({rule.at_least_as, fields.find("at_least_as")->line, rule.id});
    rule.minimum_own = fields.money("minimum_own_fen").value_or(Money());
    rule.benefit_words = word_benefit(rule.benefit, rule.items.has_value(), std::max(rule.minimum_own, scope.policy.minimum_own));
    if (fields.find("because") != nullptr) rule.because = fields.need_words("because");
    if (fields.find("because_not") != nullptr) rule.because_not = fields.need_words("because_not");
    scope.report().set_rule({});
    return rule;
}

// Either an amount, or a part of what the sale came to.
void read_operator_amount(const Fields& fields, OperatorRule& rule, RuleScope& scope) {
    rule.max_amount = fields.money("max_fen");
    const Node* percent = fields.find("percent");
    if (percent == nullptr) {
        for (const char* key : {"of", "rounding"}) {
            if (fields.find(key) != nullptr) fields.error(fields.line(), "bad_value", quoted(key) + " goes with \"percent\" only.");
        }
        rule.amounts = read_amounts(fields, "amount_fen", scope);
        return;
    }
    for (const char* key : {"amount_fen", "list", "by_class"}) {
        if (fields.find(key) != nullptr) fields.error(fields.line(), "bad_value", quoted(key) + " and \"percent\" exclude each other.");
    }
    constexpr std::string_view kPartOf[] = {"list", "paid", "benefits"};
    OperatorRule::Part part;
    part.part = read_fraction(*percent, scope.report(), "\"percent\"").value_or(Fraction{});
    part.of = static_cast<OperatorRule::Part::Of>(fields.need_choice("of", kPartOf).value_or(0));
    const RoundingRule rounding = read_rounding(fields, false, scope.report());
    part.mode = rounding.mode;
    part.unit = rounding.unit;
    if (rule.per == OperatorRule::Per::piece)
        fields.error(fields.line(), "bad_value", "a percent is of the whole sale; use \"per\": \"serving\".");
    rule.part = part;
}

OperatorRule read_operator(const Node& node, RuleScope& scope) {
    if (const Node* id = node.find("id")) scope.report().set_rule(id->text);
    const Fields fields(node, scope.report(), "the operator amount",
                        {"id", "name", "if", "items", "per", "amount_fen", "list", "by_class", "percent", "of", "rounding",
                         "max_fen", "payers", "limits"});
    OperatorRule rule;
    rule.line = node.line;
    rule.id = fields.need_id("id");
    if (fields.find("name") != nullptr) fields.need_words("name");
    rule.condition = read_if(fields, scope);
    rule.items = read_items(fields, scope);
    rule.per = static_cast<OperatorRule::Per>(fields.need_choice("per", kPer).value_or(0));
    rule.once_a_day.key_prefix = scope.policy.id + "/" + rule.id;
    rule.once_a_day.max_uses = 1;
    read_operator_amount(fields, rule, scope);
    if (rule.amounts.by != AmountTable::By::diner)
        fields.error(node.line, "bad_value", "operator amounts go by diner, not by item; use \"items\" and \"per\": \"piece\".");
    if (const Node* payers = fields.find("payers")) rule.payers = read_payers(*payers, scope);
    if (const Node* limits = fields.find("limits")) rule.limits = read_limits(*limits, scope);
    check_budgets(rule.payers, rule.limits, node.line, scope);
    scope.report().set_rule({});
    return rule;
}

RefusalRule read_refusal(const Node& node, RuleScope& scope) {
    if (const Node* id = node.find("id")) scope.report().set_rule(id->text);
    const Fields fields(node, scope.report(), "the refusal", {"id", "code", "if", "limits", "say"});
    RefusalRule rule;
    rule.line = node.line;
    rule.id = fields.need_id("id");
    rule.code = fields.need_id("code");
    rule.condition = read_if(fields, scope);
    if (const Node* limits = fields.find("limits")) rule.limits = read_limits(*limits, scope);
    rule.words = fields.need_words("say");
    scope.report().set_rule({});
    return rule;
}

}  // namespace mulin::sync::policy
