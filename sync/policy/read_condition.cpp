#include "sync/policy/read_condition.h"

#include <algorithm>
#include <array>

#include "sync/policy/code.h"
#include "sync/policy/wording.h"

namespace mulin::sync::policy {
namespace {

constexpr std::string_view kMealNames[] = {"breakfast", "lunch", "dinner"};
constexpr std::string_view kServiceNames[] = {"dine_in", "take_away", "delivery"};
constexpr std::string_view kWeekdayNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::string_view kDayNames[] = {"working_day", "rest_day", "public_holiday", "makeup_working_day"};
constexpr std::string_view kLevelNames[] = {"province", "city", "district", "subdistrict"};

using Kind = ConditionKind;

struct Atom {
    std::string_view key;
    Kind kind;
    Condition (*read)(const Node& node, const Atom& atom, ConditionScope& scope);
};

std::string quoted(std::string_view key) { return "\"" + std::string(key) + "\""; }

Condition made(Kind kind, const Node& node) {
    Condition condition;
    condition.kind = kind;
    condition.line = node.line;
    return condition;
}

Condition read_joined(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    if (!expect(node, Node::Kind::list, scope.report, quoted(atom.key))) return condition;
    if (node.items.empty())
        scope.report.error(node.line, "bad_value", quoted(atom.key) + " must hold at least one condition.");
    for (const auto& item : node.items) condition.parts.push_back(read_condition(item, scope));
    return condition;
}

Condition read_not(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    condition.parts.push_back(read_condition(node, scope));
    return condition;
}

Condition find_named(const std::string& wanted, int line, ConditionScope& scope) {
    std::vector<std::string_view> names;
    for (const auto& [name, condition] : scope.named) {
        names.push_back(name);
        if (name != wanted) continue;
        scope.used_names.emplace_back(name, line);
        scope.count += count_of(condition);
        if (scope.count <= kMaxConditions) return condition;
        scope.report.error(line, "too_large", "the conditions together are too many; name fewer inside others.");
        return {};
    }
    const std::string near = nearest(wanted, names);
    scope.report.error(line, "unknown_reference",
                       "there is no condition " + quoted(wanted) + " declared before this under \"conditions\"" +
                           (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
    return {};
}

// Of several names one suffices.
Condition read_named(const Node& node, const Atom& atom, ConditionScope& scope) {
    const auto names = read_texts(node, scope.report, quoted(atom.key));
    Condition any = made(Kind::any, node);
    for (const auto& name : names) any.parts.push_back(find_named(name, node.line, scope));
    if (any.parts.size() == 1) return std::move(any.parts.front());
    word_condition(any);
    return any;
}

Condition read_words_of(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    condition.words = read_texts(node, scope.report, quoted(atom.key));
    return condition;
}

Condition read_granted(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = read_words_of(node, atom, scope);
    for (const auto& word : condition.words) {
        if (word != "*") scope.granted.push_back({word, node.line, scope.report.rule()});
    }
    return condition;
}

Condition read_codes(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = read_words_of(node, atom, scope);
    for (auto& code : condition.words) {
        if (!is_code(code))
            scope.report.error(node.line, "bad_value",
                               quoted(code.substr(0, 40)) +
                                   " is not an administrative code of 2, 4, 6, 9 or 12 digits, such as 310110.");
        code = std::string(significant(code));
    }
    return condition;
}

template <std::size_t N>
Condition read_choice_mask(const Node& node, const Atom& atom, ConditionScope& scope,
                           const std::string_view (&names)[N]) {
    Condition condition = made(atom.kind, node);
    condition.mask = read_mask(node, scope.report, quoted(atom.key), names);
    return condition;
}

Condition read_meal(const Node& node, const Atom& atom, ConditionScope& scope) {
    return read_choice_mask(node, atom, scope, kMealNames);
}
Condition read_service(const Node& node, const Atom& atom, ConditionScope& scope) {
    return read_choice_mask(node, atom, scope, kServiceNames);
}
Condition read_weekday(const Node& node, const Atom& atom, ConditionScope& scope) {
    return read_choice_mask(node, atom, scope, kWeekdayNames);
}
Condition read_day(const Node& node, const Atom& atom, ConditionScope& scope) {
    return read_choice_mask(node, atom, scope, kDayNames);
}

Condition read_level(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    const unsigned mask = read_mask(node, scope.report, quoted(atom.key), kLevelNames);
    for (unsigned i = 0; i < 4; ++i) {
        if (mask == 1u << i) condition.level = static_cast<Level>(i);
    }
    if (node.kind != Node::Kind::text)
        scope.report.error(node.line, "wrong_type", quoted(atom.key) + " must be one level.");
    return condition;
}

Condition read_number_range(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    const bool days = atom.kind == Kind::day_of_month;
    const std::int64_t high = atom.kind == Kind::list_fen ? 1'000'000'000'000 : days ? 31 : 200;
    condition.range = read_range(node, scope.report, quoted(atom.key), days ? 1 : 0, high);
    // Grade 0 is nobody's grade: it is meant only where it is written.
    if (atom.kind == Kind::disability_grade && !condition.range.has_from()) {
        condition.range.from = 1;
        if (condition.range.below <= 1)
            scope.report.error(node.line, "bad_value", quoted(atom.key) + " without \"from\" begins at 1, so it is empty; write \"from\": 0 to mean people without a disability.");
    }
    return condition;
}

Condition read_nth_meal(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    const Fields fields(node, scope.report, quoted(atom.key), {"of", "every", "from", "above", "through", "below"});
    constexpr std::string_view kOf[] = {"meal", "day", "week", "month", "year", "campaign"};  // as Window
    condition.window = static_cast<Window>(fields.need_choice("of", kOf).value_or(1));
    condition.every = fields.integer("every", 2, 1000).value_or(0);
    Node range = node;
    std::erase_if(range.members, [](const Node::Member& member) { return member.key == "of" || member.key == "every"; });
    const bool only_every = condition.every != 0 && range.members.empty();
    if (!only_every) condition.range = read_range(range, scope.report, quoted(atom.key), 1, 100'000);
    auto& counted = scope.counts_meals;
    if (std::find(counted.begin(), counted.end(), condition.window) == counted.end()) counted.push_back(condition.window);
    return condition;
}

Condition read_birthday(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    constexpr std::string_view kUnits[] = {"day", "month"};
    condition.flag = read_mask(node, scope.report, quoted(atom.key), kUnits) == 2;
    return condition;
}

Condition read_guest(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    if (expect(node, Node::Kind::boolean, scope.report, quoted(atom.key))) condition.flag = node.boolean;
    return condition;
}

Condition read_on_list(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    if (!expect(node, Node::Kind::text, scope.report, quoted(atom.key))) return condition;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < scope.lists.size(); ++i) {
        names.push_back(scope.lists[i].name);
        if (scope.lists[i].name == node.text) condition.list = static_cast<int>(i);
    }
    if (condition.list >= 0) {
        scope.used_lists.insert(condition.list);
        return condition;
    }
    const std::string near = nearest(node.text, names);
    scope.report.error(node.line, "unknown_reference",
                       "there is no list " + quoted(node.text) + " under \"lists\"" +
                           (near.empty() ? "." : "; did you mean " + quoted(near) + "?"));
    return condition;
}

// "10:30" to "24:00" as minutes since midnight.
std::optional<std::int64_t> read_clock(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    if (node == nullptr) return std::nullopt;
    const std::string text = fields.text(key);
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
        const int hour = (text[0] - '0') * 10 + (text[1] - '0');
        const int minute = (text[3] - '0') * 10 + (text[4] - '0');
        if (minute < 60 && (hour < 24 || (hour == 24 && minute == 0))) return hour * 60 + minute;
    }
    fields.error(node->line, "bad_value", quoted(key) + " must be a clock time such as \"10:30\".");
    return std::nullopt;
}

Condition read_time(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    const Fields fields(node, scope.report, quoted(atom.key), {"from", "before", "through"});
    condition.range = {0, 24 * 60};
    if (fields.find("before") != nullptr && fields.find("through") != nullptr)
        fields.error(node.line, "bad_value", "\"time\" must have \"before\" or \"through\", not both.");
    if (node.members.empty())
        fields.error(node.line, "missing_key", "\"time\" needs \"from\", and \"before\" or \"through\".");
    if (const auto from = read_clock(fields, "from")) condition.range.from = *from;
    if (const auto before = read_clock(fields, "before")) condition.range.below = *before;
    if (const auto through = read_clock(fields, "through")) condition.range.below = *through + 1;
    if (condition.range.from >= condition.range.below)
        fields.error(node.line, "bad_value", "\"time\" is empty: its end lies before its start.");
    return condition;
}

Condition read_dates(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    if (node.kind == Node::Kind::list || node.kind == Node::Kind::text) {
        const auto add = [&](const Node& item) {
            if (const auto date = read_date(item, scope.report)) condition.dates.push_back({*date, *date});
        };
        if (node.kind == Node::Kind::text) add(node);
        for (const auto& item : node.items) add(item);
        return condition;
    }
    const Fields fields(node, scope.report, quoted(atom.key), {"from", "through"});
    const auto from = fields.date("from");
    const auto through = fields.date("through");
    if (fields.is_object() && fields.find("from") == nullptr && fields.find("through") == nullptr)
        fields.error(node.line, "missing_key", "\"date\" needs \"from\", \"through\" or both.");
    condition.dates.push_back({from.value_or(Date::from_days(-1'000'000)), through.value_or(Date::from_days(3'000'000))});
    if (condition.dates[0].from > condition.dates[0].through)
        fields.error(node.line, "bad_value", "\"date\" is empty: its end lies before its start.");
    return condition;
}

// "06-01": read as a day of the leap year 2000, so that 02-29 may be named.
Condition read_month_day(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    const Fields fields(node, scope.report, quoted(atom.key), {"from", "through"});
    DateRange range;
    for (const std::string_view key : {std::string_view("from"), std::string_view("through")}) {
        const auto date = Date::parse("2000-" + fields.need_text(key));
        if (!date && fields.find(key) != nullptr)
            fields.error(node.line, "bad_value", quoted(key) + " must be a day of the year such as \"06-01\".");
        (key == "from" ? range.from : range.through) = date.value_or(Date());
    }
    condition.dates.push_back(range);
    return condition;
}

Condition read_has_item(const Node& node, const Atom& atom, ConditionScope& scope) {
    Condition condition = made(atom.kind, node);
    Node selector = node;
    std::erase_if(selector.members, [](const Node::Member& member) { return member.key == "pieces"; });
    condition.items.push_back(read_selector(selector, scope));
    if (const Node* pieces = node.find("pieces"))
        condition.range = read_range(*pieces, scope.report, "\"pieces\"", 1, 1'000'000);
    return condition;
}

constexpr Atom kAtoms[] = {
    {"all", Kind::all, read_joined},
    {"any", Kind::any, read_joined},
    {"not", Kind::negated, read_not},
    {"is", Kind::always, read_named},
    {"age", Kind::age, read_number_range},
    {"birthday", Kind::birthday, read_birthday},
    {"hukou", Kind::hukou, read_codes},
    {"residence", Kind::residence, read_codes},
    {"hukou_here", Kind::hukou_here, read_level},
    {"residence_here", Kind::residence_here, read_level},
    {"hukou_is_residence", Kind::hukou_is_residence, read_level},
    {"aid", Kind::aid, read_words_of},
    {"disability_grade", Kind::disability_grade, read_number_range},
    {"care", Kind::care, read_words_of},
    {"living", Kind::living, read_words_of},
    {"tags", Kind::tags, read_words_of},
    {"approved", Kind::approved, read_words_of},
    {"cards", Kind::cards, read_words_of},
    {"presented", Kind::presented, read_words_of},
    {"guest", Kind::guest, read_guest},
    {"on_list", Kind::on_list, read_on_list},
    {"meal", Kind::meal, read_meal},
    {"time", Kind::time, read_time},
    {"weekday", Kind::weekday, read_weekday},
    {"day", Kind::day, read_day},
    {"date", Kind::date, read_dates},
    {"month_day", Kind::month_day, read_month_day},
    {"day_of_month", Kind::day_of_month, read_number_range},
    {"nth_meal", Kind::nth_meal, read_nth_meal},
    {"site", Kind::site, read_words_of},
    {"site_kind", Kind::site_kind, read_words_of},
    {"site_tags", Kind::site_tags, read_words_of},
    {"vendor", Kind::vendor, read_words_of},
    {"subdistrict", Kind::subdistrict, read_codes},
    {"service", Kind::service, read_service},
    {"tender", Kind::tender, read_words_of},
    {"has_item", Kind::has_item, read_has_item},
    {"list_fen", Kind::list_fen, read_number_range},
    {"granted", Kind::granted, read_granted},
};

Condition read_member(const Node::Member& member, ConditionScope& scope) {
    for (const auto& atom : kAtoms) {
        if (atom.key != member.key) continue;
        if (++scope.count > kMaxConditions) {
            scope.report.error(member.line, "too_large", "the policy has too many conditions.");
            return {};
        }
        Condition condition = atom.read(member.value, atom, scope);
        if (atom.read != read_named) word_condition(condition);
        return condition;
    }
    std::vector<std::string_view> keys;
    for (const auto& atom : kAtoms) keys.push_back(atom.key);
    const std::string near = nearest(member.key, keys);
    scope.report.error(member.line, "unknown_key",
                       "there is no condition " + quoted(member.key.substr(0, 60)) +
                           (near.empty() ? "; FORMAT.md lists them." : "; did you mean " + quoted(near) + "?"));
    return {};
}

}  // namespace

std::size_t count_of(const Condition& condition) {
    std::size_t count = 1;
    for (const auto& part : condition.parts) count += count_of(part);
    return count;
}

Condition read_condition(const Node& node, ConditionScope& scope) {
    if (!expect(node, Node::Kind::object, scope.report, "a condition")) return {};
    Condition all = made(Kind::all, node);
    for (const auto& member : node.members) {
        if (member.key != "note") all.parts.push_back(read_member(member, scope));
    }
    if (all.parts.empty()) return made(Kind::always, node);
    if (all.parts.size() == 1) return std::move(all.parts.front());
    word_condition(all);
    return all;
}

ItemSelector read_selector(const Node& node, ConditionScope& scope) {
    const Fields fields(node, scope.report, "the choice of items", {"item", "item_class", "unit_price_fen", "weighed"});
    ItemSelector selector;
    if (const Node* item = fields.find("item")) selector.items = read_texts(*item, scope.report, "\"item\"");
    if (const Node* klass = fields.find("item_class"))
        selector.item_classes = read_texts(*klass, scope.report, "\"item_class\"");
    if (const Node* price = fields.find("unit_price_fen"))
        selector.unit_price_fen = read_range(*price, scope.report, "\"unit_price_fen\"", 0, 1'000'000'000'000);
    selector.weighed = fields.boolean("weighed");
    return selector;
}

}  // namespace mulin::sync::policy
