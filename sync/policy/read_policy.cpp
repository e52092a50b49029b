#include "sync/policy/read_policy.h"

#include <algorithm>
#include <set>

#include "sync/policy/explain.h"
#include "sync/policy/read_rule.h"
#include "sync/policy/vocabulary.h"

namespace mulin::sync::policy {
namespace {

constexpr std::string_view kWindows[] = {"meal", "day", "week", "month", "year", "campaign", "release", "sale"};
constexpr std::string_view kCarry[] = {"no", "year", "campaign"};
constexpr std::string_view kSubjects[] = {"person", "person_at_site", "site", "everyone", "identifiers"};
constexpr std::string_view kUsedUp[] = {"skip", "refuse"};
constexpr std::string_view kShort[] = {"part", "none"};
constexpr std::string_view kVoid[] = {"give_back", "keep"};
constexpr std::string_view kPicks[] = {"first", "best", "class"};
constexpr std::string_view kAges[] = {"birthday", "birth_month", "month_after", "birth_year"};
constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string quoted(std::string_view key) { return "\"" + std::string(key) + "\""; }

// Calls `each` with every member of an object of named things.
template <class Each>
void for_each_named(const Fields& fields, std::string_view key, Report& report, Each each) {
    const Node* node = fields.find(key);
    if (node == nullptr || !expect(*node, Node::Kind::object, report, quoted(key))) return;
    for (const auto& member : node->members) {
        if (member.key != "note") each(member);
    }
}

void read_release(const Fields& fields, Limit& limit, Report& report) {
    const Node* node = fields.find("release");
    if (limit.window == Window::release && node == nullptr)
        fields.error(fields.line(), "missing_key", "a limit per release needs \"release\" with weekdays and time.");
    if (node == nullptr) return;
    const Fields inner(*node, report, "\"release\"", {"weekdays", "at", "valid_hours"});
    limit.release_hours = inner.integer("valid_hours", 1, 10'000);
    if (const Node* days = inner.need("weekdays")) limit.release_days = read_mask(*days, report, "\"weekdays\"", kWeekdays);
    const std::string at = inner.need_text("at");
    const auto time = payment::parse_rfc3339("2000-01-01T" + at + ":00+08:00");
    if (time && at.size() == 5) {
        limit.release_minute = payment::china_minute_of_day(*time);
    } else if (!at.empty()) {
        inner.error(node->line, "bad_value", "\"at\" must be a clock time such as \"10:00\".");
    }
}

// What is left over goes on: only where windows follow each other, and never past the year for a
// yearly one.
void read_carry_over(const Fields& fields, Limit& limit, Date from) {
    const auto carry = fields.choice("carry_over", kCarry);
    limit.carry_over = static_cast<Limit::CarryOver>(carry.value_or(0));
    limit.carry_since = fields.date("carry_since").value_or(from);
    if (limit.carry_over == Limit::CarryOver::none) {
        if (fields.find("carry_since") != nullptr)
            fields.error(fields.line(), "bad_value", "\"carry_since\" goes with \"carry_over\": \"year\" or \"campaign\".");
        return;
    }
    const bool spans = limit.window == Window::day || limit.window == Window::week || limit.window == Window::month;
    const bool fits = limit.carry_over == Limit::CarryOver::year ? spans : spans || limit.window == Window::year || limit.window == Window::release;
    if (!fits)
        fields.error(fields.line(), "bad_value",
                     "\"carry_over\" goes with a limit per day, week or month (to the year's end, or for the whole "
                     "campaign), and \"campaign\" also with year and release.");
}

Limit read_limit(const Node::Member& member, const std::string& policy_id, Date from, Report& report) {
    const Fields fields(member.value, report, "the limit " + quoted(member.key),
                        {"per", "for", "max_uses", "max_fen", "when_used_up", "when_short", "on_void", "release", "carry_over", "carry_since", "shared"});
    Limit limit;
    limit.name = member.key;
    limit.line = member.line;
    const bool shared = fields.boolean("shared").value_or(false);
    limit.key_prefix = shared ? member.key : policy_id + "/" + member.key;
    limit.window = static_cast<Window>(fields.need_choice("per", kWindows).value_or(0));
    if (limit.window == Window::sale) {
        limit.subject = Subject::site;  // whoever it is: one sale
        fields.choice("for", kSubjects);
        if (fields.find("max_uses") != nullptr)
            fields.error(member.line, "bad_value", "a limit per sale bounds money: give it \"max_fen\".");
    } else {
        limit.subject = static_cast<Subject>(fields.need_choice("for", kSubjects).value_or(0));
    }
    limit.max_uses = fields.integer("max_uses", 0, 1'000'000'000);
    limit.max_amount = fields.money("max_fen");
    limit.refuses = fields.choice("when_used_up", kUsedUp) == std::size_t{1};
    limit.whole_only = fields.choice("when_short", kShort) == std::size_t{1};
    limit.gives_back = fields.choice("on_void", kVoid) != std::size_t{1};
    read_release(fields, limit, report);
    read_carry_over(fields, limit, from);
    if (limit.window != Window::release && fields.find("release") != nullptr)
        fields.error(member.line, "bad_value", "\"release\" goes with \"per\": \"release\" only.");
    limit.used_up = say_limit(limit);
    return limit;
}

void read_groups(const Fields& fields, RuleScope& scope) {
    for_each_named(fields, "groups", scope.report(), [&](const Node::Member& member) {
        const Fields inner(member.value, scope.report(), "the group " + quoted(member.key), {"pick", "shared"});
        Group group;
        const bool shared = inner.boolean("shared").value_or(false);
        group.name = shared ? member.key : scope.policy.id + "/" + member.key;
        group.line = member.line;
        group.pick = static_cast<Pick>(inner.need_choice("pick", kPicks).value_or(0));
        scope.policy.groups.push_back(std::move(group));
    });
    scope.group_used.assign(scope.policy.groups.size(), false);
}

void read_lists(const Fields& fields, ConditionScope& scope) {
    for_each_named(fields, "lists", scope.report, [&](const Node::Member& member) {
        const Fields inner(member.value, scope.report, "the list " + quoted(member.key), {"diners", "from", "through"});
        NamedList list;
        list.name = member.key;
        list.line = member.line;
        if (const Node* diners = inner.need("diners")) list.diners = read_texts(*diners, scope.report, "\"diners\"");
        std::sort(list.diners.begin(), list.diners.end());
        list.from = inner.date("from");
        list.through = inner.date("through");
        scope.lists.push_back(std::move(list));
    });
}

void read_classes(const Fields& fields, RuleScope& scope) {
    for_each_named(fields, "classes", scope.report(), [&](const Node::Member& member) {
        const Fields inner(member.value, scope.report(), "the class list " + quoted(member.key), {"of", "values"});
        ClassList list;
        list.name = member.key;
        list.line = member.line;
        list.of = inner.need_choice("of", kClassFacts).value_or(0);
        if (const Node* values = inner.need("values")) list.values = read_texts(*values, scope.report(), "\"values\"");
        scope.classes.push_back(std::move(list));
    });
}

void read_payer_words(const Fields& fields, RuleScope& scope) {
    if (const Node* payers = fields.find("payers")) scope.payers_line = payers->line;
    for_each_named(fields, "payers", scope.report(), [&](const Node::Member& member) {
        scope.payers[member.key] = read_words(member.value, scope.report(), "the payer " + quoted(member.key));
    });
}

void read_named_conditions(const Fields& fields, ConditionScope& scope) {
    for_each_named(fields, "conditions", scope.report, [&](const Node::Member& member) {
        Condition condition = read_condition(member.value, scope);
        scope.named.emplace_back(member.key, std::move(condition));
    });
}

void read_declared_words(const Fields& fields, Report& report, ReadFile& out) {
    if (const Node* words = fields.find("words")) out.words_line = words->line;
    for_each_named(fields, "words", report, [&](const Node::Member& member) {
        const auto found = std::find(std::begin(kVocabularyNames), std::end(kVocabularyNames), member.key);
        if (found == std::end(kVocabularyNames)) {
            const std::string near = nearest(member.key, kVocabularyNames);
            report.error(member.line, "unknown_key", "there is no vocabulary " + quoted(member.key) +
                                                         (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
            return;
        }
        for (auto& word : read_texts(member.value, report, "the words of " + quoted(member.key)))
            out.declared_words.emplace_back(static_cast<std::size_t>(found - std::begin(kVocabularyNames)), std::move(word));
    });
}

void read_effective(const Fields& fields, Policy& policy, Report& report) {
    const Node* node = fields.need("effective");
    if (node == nullptr) return;
    const Fields inner(*node, report, "\"effective\"", {"from", "through"});
    if (inner.need("from") != nullptr) policy.from = inner.date("from").value_or(Date());
    const Node* through = inner.need("through");
    if (through != nullptr && through->kind != Node::Kind::null) policy.through = inner.date("through");
    if (policy.through && *policy.through < policy.from)
        inner.error(node->line, "bad_value", "\"effective\" is empty: \"through\" lies before \"from\".");
}

template <class Read>
void for_each_item(const Fields& fields, std::string_view key, Report& report, Read read) {
    const Node* node = fields.find(key);
    if (node == nullptr || !expect(*node, Node::Kind::list, report, quoted(key))) return;
    if (node->items.size() > 2000)
        return report.error(node->line, "too_large", quoted(key) + " holds more than 2000 entries.");
    for (const auto& item : node->items) read(item);
}

void check_ids(const Policy& policy, Report& report) {
    std::set<std::string> ids;
    const auto check = [&](const std::string& id, int line) {
        if (!id.empty() && !ids.insert(id).second)
            report.error(line, "duplicate_id", "the id " + quoted(id) + " stands twice in this policy; ids must differ.");
    };
    for (const auto& rule : policy.rules) check(rule.id, rule.line);
    for (const auto& rule : policy.operators) check(rule.id, rule.line);
    for (const auto& rule : policy.refusals) check(rule.id, rule.line);
}

void report_unused(const RuleScope& scope, const Policy& policy, Report& report) {
    const auto unused = [&](int line, const std::string& what) {
        report.finding(line, "unused_name", what + " is declared but no rule uses it.");
    };
    for (std::size_t i = 0; i < policy.limits.size(); ++i) {
        if (!scope.limit_used[i]) unused(policy.limits[i].line, "the limit " + quoted(policy.limits[i].name));
    }
    for (std::size_t i = 0; i < policy.groups.size(); ++i) {
        if (!scope.group_used[i]) unused(policy.groups[i].line, "the group " + quoted(policy.groups[i].name));
    }
    for (const auto& [name, condition] : scope.conditions.named) {
        const auto& used = scope.conditions.used_names;
        const bool found = std::any_of(used.begin(), used.end(), [&, n = name](const auto& u) { return u.first == n; });
        if (!found) unused(condition.line, "the condition " + quoted(name));
    }
    for (const auto& list : scope.classes) {
        if (!scope.used_classes.contains(list.name)) unused(list.line, "the class list " + quoted(list.name));
    }
    for (const auto& [name, words] : scope.payers) {
        if (!scope.used_payers.contains(name)) unused(scope.payers_line, "the payer " + quoted(name));
    }
    const auto& lists = scope.conditions.lists;
    for (std::size_t i = 0; i < lists.size(); ++i) {
        if (!scope.conditions.used_lists.contains(static_cast<int>(i))) unused(lists[i].line, "the list " + quoted(lists[i].name));
    }
}

void read_head(const Fields& fields, Policy& policy, Report& report) {
    policy.id = fields.need_id("id");
    policy.version = fields.need_text("version");
    policy.name = fields.need_words("name");
    fields.text("source");
    read_effective(fields, policy, report);
    if (fields.need("order") != nullptr)
        policy.order = static_cast<int>(fields.integer("order", 0, 1'000'000).value_or(0));
    policy.age_rule = static_cast<AgeRule>(fields.choice("age_counts_from", kAges).value_or(0));
    if (const Node* calendars = fields.find("calendars"))
        policy.calendar_ids = read_texts(*calendars, report, "\"calendars\"");
    policy.minimum_own = fields.money("minimum_own_fen").value_or(Money());
}

void read_policy(const Node& root, Report& report, ReadFile& out, const std::string& file) {
    const Fields fields(root, report, "the policy",
                        {"mulin_policy", "id", "version", "name", "source", "effective", "order", "calendars",
                         "age_counts_from", "payers", "words", "conditions", "limits", "groups", "lists", "classes", "if",
                         "minimum_own_fen", "rules", "operator", "refusals"});
    auto policy = std::make_shared<Policy>();
    policy->file = file;
    fields.integer("mulin_policy", 1, 1);
    read_head(fields, *policy, report);
    ConditionScope conditions{report, {}, {}, {}, {}, 0, {}, {}};
    RuleScope scope{conditions, *policy, {}, {}, 0, {}, {}, {}, {}};
    read_declared_words(fields, report, out);
    read_payer_words(fields, scope);
    read_lists(fields, conditions);
    read_named_conditions(fields, conditions);
    for_each_named(fields, "limits", report, [&](const Node::Member& member) {
        policy->limits.push_back(read_limit(member, policy->id, policy->from, report));
    });
    scope.limit_used.assign(policy->limits.size(), false);
    read_groups(fields, scope);
    read_classes(fields, scope);
    if (const Node* condition = fields.find("if")) policy->condition = read_condition(*condition, conditions);
    fields.need("rules");
    for_each_item(fields, "rules", report, [&](const Node& n) { policy->rules.push_back(read_rule(n, scope)); });
    for_each_item(fields, "operator", report, [&](const Node& n) { policy->operators.push_back(read_operator(n, scope)); });
    for_each_item(fields, "refusals", report, [&](const Node& n) { policy->refusals.push_back(read_refusal(n, scope)); });
    for (const auto& [name, words] : scope.payers) out.declared_payers.insert(name);
    check_ids(*policy, report);
    report_unused(scope, *policy, report);
    policy->lists = std::move(conditions.lists);
    policy->counts_meals = conditions.counts_meals;
    for (auto& asked : conditions.granted) out.rules_asked_for.push_back({std::move(asked.id), asked.line, std::move(asked.by)});
    out.policy = std::move(policy);
}

std::vector<Date> read_days(const Fields& fields, std::string_view key, Report& report) {
    std::vector<Date> days;
    const Node* node = fields.need(key);
    if (node == nullptr || !expect(*node, Node::Kind::list, report, quoted(key))) return days;
    for (const auto& item : node->items) {
        if (const auto date = read_date(item, report)) days.push_back(*date);
    }
    std::sort(days.begin(), days.end());
    return days;
}

void read_calendar(const Node& root, Report& report, ReadFile& out, const std::string& file) {
    const Fields fields(root, report, "the calendar",
                        {"mulin_calendar", "id", "years", "source", "holidays", "makeup_working_days"});
    auto calendar = std::make_shared<Calendar>();
    calendar->file = file;
    calendar->id = fields.need_id("id");
    calendar->holidays = read_days(fields, "holidays", report);
    calendar->working_days = read_days(fields, "makeup_working_days", report);
    fields.text("source");
    const Node* years = fields.need("years");
    if (years != nullptr && expect(*years, Node::Kind::list, report, "\"years\"")) {
        for (const auto& year : years->items) {
            if (expect(year, Node::Kind::integer, report, "a year"))
                calendar->years.push_back(static_cast<int>(std::clamp<std::int64_t>(year.integer, 0, 9999)));
        }
    }
    for (const auto& day : calendar->working_days) {
        if (std::binary_search(calendar->holidays.begin(), calendar->holidays.end(), day))
            report.error(root.line, "bad_value", day.text() + " is both a holiday and a make-up working day.");
    }
    out.calendar = std::move(calendar);
}

}  // namespace

ReadFile read_file(const PolicyFile& file) {
    ReadFile out;
    Report report(file.name);
    const auto root = parse_json(file.text);
    if (!root) {
        report.error(root.error().line, root.error().code, root.error().message);
    } else if (root->find("mulin_calendar") != nullptr) {
        read_calendar(*root, report, out, file.name);
    } else if (root->find("mulin_policy") == nullptr) {
        report.error(root->line, "missing_key",
                     "this is not a policy: an object with \"mulin_policy\": 1 is expected (or \"mulin_calendar\": 1).");
    } else {
        read_policy(*root, report, out, file.name);
    }
    out.failed = report.failed();
    if (out.failed) {
        out.policy.reset();
        out.calendar.reset();
    }
    out.findings = report.take();
    return out;
}

}  // namespace mulin::sync::policy
