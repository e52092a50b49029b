#include "sync/policy/facts.h"

#include <algorithm>

#include "sync/policy/code.h"
#include "sync/policy/window.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool shares_any(const std::vector<std::string>& wanted, const std::vector<std::string>& held) {
    return std::any_of(held.begin(), held.end(), [&](const auto& word) { return has(wanted, word); });
}

bool lies_in_any(const std::string& code, const std::vector<std::string>& areas) {
    return std::any_of(areas.begin(), areas.end(), [&](const auto& area) { return lies_in(code, area); });
}

bool same_part(std::string_view a, std::string_view b, Level level) {
    const auto part = part_of(a, level);
    return !part.empty() && part == part_of(b, level);
}

bool on_list(const NamedList& list, const std::string& diner, Date date) {
    if (list.from && date < *list.from) return false;
    if (list.through && date > *list.through) return false;
    return std::binary_search(list.diners.begin(), list.diners.end(), diner);
}

bool has_birthday(const QuoteDiner& diner, Date date, bool whole_month) {
    if (!diner.birth_date) return false;
    const Date birth = *diner.birth_date;
    if (whole_month) return birth.month() == date.month();
    if (birth.month() == date.month() && birth.day() == date.day()) return true;
    // Born on 29 February: the birthday of a common year is 1 March, as for the age.
    return birth.month() == 2 && birth.day() == 29 && date.month() == 3 && date.day() == 1 &&
           !Date::from_ymd(date.year(), 2, 29);
}

bool nth_holds(const Condition& c, std::int64_t nth) { return c.range.contains(nth) && (c.every == 0 || nth % c.every == 0); }

bool diner_holds(const Condition& c, const QuoteDiner& diner, const Facts& facts) {
    const auto& site = facts.request.site;
    switch (c.kind) {
        case Kind::age: return facts.age >= 0 && c.range.contains(facts.age);
        case Kind::birthday: return has_birthday(diner, facts.date, c.flag);
        case Kind::hukou: return lies_in_any(diner.hukou, c.words);
        case Kind::residence: return lies_in_any(diner.residence, c.words);
        case Kind::hukou_here: return same_part(diner.hukou, site.subdistrict, c.level);
        case Kind::residence_here: return same_part(diner.residence, site.subdistrict, c.level);
        case Kind::hukou_is_residence: return same_part(diner.hukou, diner.residence, c.level);
        case Kind::aid: return shares_any(c.words, diner.aid);
        case Kind::disability_grade: return c.range.contains(diner.disability_grade);
        case Kind::care: return has(c.words, diner.care);
        case Kind::living: return shares_any(c.words, diner.living);
        case Kind::tags: return shares_any(c.words, diner.tags);
        case Kind::approved: return shares_any(c.words, diner.approved);
        case Kind::cards: return shares_any(c.words, diner.cards);
        case Kind::on_list: return on_list(facts.policy->lists[static_cast<std::size_t>(c.list)], diner.id, facts.date);
        case Kind::nth_meal: return nth_holds(c, *facts.earlier_meals(c.window) + 1);
        default: return false;
    }
}

// Only a calendar of that year can tell a working day; without one, nothing is said about the day.
bool knows_day(const Facts& facts) {
    const auto& years = facts.policy->calendar.years;
    return std::find(years.begin(), years.end(), facts.date.year()) != years.end();
}

bool day_holds(unsigned wanted, const Facts& facts) {
    if (!knows_day(facts)) return false;
    const Calendar& calendar = facts.policy->calendar;
    const bool holiday = std::binary_search(calendar.holidays.begin(), calendar.holidays.end(), facts.date);
    const bool makeup = std::binary_search(calendar.working_days.begin(), calendar.working_days.end(), facts.date);
    const bool working = makeup || (facts.weekday <= 5 && !holiday);
    unsigned is = 1u << static_cast<unsigned>(working ? DayKind::working_day : DayKind::rest_day);
    if (holiday) is |= 1u << static_cast<unsigned>(DayKind::public_holiday);
    if (makeup) is |= 1u << static_cast<unsigned>(DayKind::makeup_working_day);
    return (wanted & is) != 0;
}

bool dates_hold(const Condition& c, Date date) {
    return std::any_of(c.dates.begin(), c.dates.end(),
                       [&](const DateRange& range) { return date >= range.from && date <= range.through; });
}

bool month_day_holds(const DateRange& range, Date date) {
    const Date day = *Date::from_ymd(2000, date.month(), date.day());
    if (range.from <= range.through) return day >= range.from && day <= range.through;
    return day >= range.from || day <= range.through;  // across New Year
}

bool bit(unsigned mask, int position) { return (mask >> position & 1u) != 0; }

bool moment_holds(const Condition& c, const Facts& facts) {
    switch (c.kind) {
        case Kind::meal: return bit(c.mask, static_cast<int>(facts.request.meal));
        case Kind::time: return c.range.contains(facts.minute);
        case Kind::weekday: return bit(c.mask, facts.weekday - 1);
        case Kind::day: return day_holds(c.mask, facts);
        case Kind::date: return dates_hold(c, facts.date);
        case Kind::month_day: return month_day_holds(c.dates.front(), facts.date);
        case Kind::day_of_month: return c.range.contains(facts.date.day());
        default: return false;
    }
}

bool granted_holds(const Condition& c, const Facts& facts) {
    return std::any_of(facts.granted.begin(), facts.granted.end(),
                       [&](const std::string* id) { return c.words.front() == "*" || has(c.words, *id); });
}

bool has_item(const Condition& c, const QuoteRequest& request) {
    std::int64_t pieces = 0;
    for (const auto& line : request.lines) {
        if (selects(c.items.front(), line)) pieces += line.weight_g > 0 ? 1 : line.quantity;
    }
    return pieces > 0 && c.range.contains(pieces);
}

bool sale_holds(const Condition& c, const Facts& facts) {
    const QuoteRequest& request = facts.request;
    switch (c.kind) {
        case Kind::site: return has(c.words, request.site.id);
        case Kind::site_kind: return has(c.words, request.site.kind);
        case Kind::site_tags: return shares_any(c.words, request.site.tags);
        case Kind::vendor: return has(c.words, request.site.vendor);
        case Kind::subdistrict: return lies_in_any(request.site.subdistrict, c.words);
        case Kind::service: return bit(c.mask, static_cast<int>(request.service));
        case Kind::tender: return has(c.words, request.tender);
        case Kind::presented: return has(c.words, request.presented);
        case Kind::list_fen: return c.range.contains(facts.list.in_fen());
        case Kind::granted: return granted_holds(c, facts);
        case Kind::has_item: return has_item(c, request);
        default: return false;
    }
}

// As if born on the day from which the rule counts.
int age_by(AgeRule rule, Date birth, Date on) {
    const int year = birth.year();
    const int month = birth.month();
    switch (rule) {
        case AgeRule::birthday: break;
        case AgeRule::birth_month: birth = *Date::from_ymd(year, month, 1); break;
        case AgeRule::month_after: birth = month == 12 ? Date::from_ymd(year + 1, 1, 1).value_or(birth) : *Date::from_ymd(year, month + 1, 1); break;
        case AgeRule::birth_year: birth = *Date::from_ymd(year, 1, 1); break;
    }
    return payment::completed_years(birth, on);
}

// Facts about the person, as against the moment and the place, which everybody at the counter sees.
bool is_about_person(Kind kind) {
    return kind == Kind::any || kind == Kind::all || kind == Kind::negated || (kind >= Kind::age && kind <= Kind::on_list) ||
           kind == Kind::nth_meal || kind == Kind::tender;
}

void append(std::string& text, const std::string& phrase, const char* between) {
    if (phrase.empty()) return;
    if (!text.empty()) {
        if (text.find(phrase) != std::string::npos) return;
        text += between;
    }
    text += phrase;
}

void append(Words& text, const Words& phrase) {
    append(text.zh, phrase.zh, "、");
    append(text.en, phrase.en, ", ");
}

}  // namespace

Facts::Facts(const QuoteRequest& asked, const UsageView& seen, std::pmr::memory_resource* memory)
    : request(asked), usage(seen), granted(memory) {
    date = payment::china_date(asked.at);
    minute = payment::china_minute_of_day(asked.at);
    weekday = date.weekday();
}

void Facts::under(const Policy& next) {
    if (policy == &next) return;
    policy = &next;
    if (!request.diner || !request.diner->birth_date) return;
    age = age_by(next.age_rule, *request.diner->birth_date, date);
}

const std::string& Facts::window(Window kind) const {
    std::string& text = windows_[static_cast<std::size_t>(kind)];
    if (!text.empty()) return text;
    switch (kind) {
        case Window::day: return text = date.text();
        case Window::meal: return text = window(Window::day) + "/" + name_of(request.meal);
        case Window::week: return text = "w" + date.plus_days(1 - weekday).text();
        case Window::month: return text = window(Window::day).substr(0, 7);
        case Window::year: return text = window(Window::day).substr(0, 4);
        case Window::campaign:
        case Window::release:
        case Window::sale: break;
    }
    return text = "all";
}

std::string meal_key(const Facts& facts, Window kind) {
    return "meals|" + key_text(facts.request.diner->id) + "|" + facts.window(kind);
}

std::optional<std::int64_t> Facts::earlier_meals(Window kind) const {
    if (!request.diner) return std::nullopt;
    return usage.used(meal_key(*this, kind)).uses;
}

bool selects(const ItemSelector& selector, const QuoteLine& line) {
    if (!selector.items.empty() && !has(selector.items, line.item)) return false;
    if (!selector.item_classes.empty() && !has(selector.item_classes, line.item_class)) return false;
    if (selector.weighed && *selector.weighed != (line.weight_g > 0)) return false;
    const Money price = line.weight_g > 0 ? line.price_per_500g : line.unit_price;
    return !selector.unit_price_fen || selector.unit_price_fen->contains(price.in_fen());
}

namespace {

// Known not to hold. A day of a year without calendar neither holds nor fails, so "not" of it
// grants nothing either.
bool fails(const Condition& c, const Facts& facts) {
    const auto part_fails = [&](const Condition& part) { return fails(part, facts); };
    switch (c.kind) {
        case Kind::all: return std::any_of(c.parts.begin(), c.parts.end(), part_fails);
        case Kind::any: return std::all_of(c.parts.begin(), c.parts.end(), part_fails);
        case Kind::negated: return holds(c.parts.front(), facts);
        case Kind::day: return knows_day(facts) && !day_holds(c.mask, facts);
        default: return !holds(c, facts);
    }
}

}  // namespace

bool holds(const Condition& c, const Facts& facts) {
    switch (c.kind) {
        case Kind::always: return true;
        case Kind::all:
            for (const auto& part : c.parts) {
                if (!holds(part, facts)) return false;
            }
            return true;
        case Kind::any:
            for (const auto& part : c.parts) {
                if (holds(part, facts)) return true;
            }
            return false;
        case Kind::negated: return fails(c.parts.front(), facts);
        case Kind::guest: return c.flag != facts.request.diner.has_value();
        default: break;
    }
    if (c.kind >= Kind::age && c.kind <= Kind::on_list && c.kind != Kind::presented)
        return facts.request.diner && diner_holds(c, *facts.request.diner, facts);
    if (c.kind == Kind::nth_meal) return facts.request.diner && diner_holds(c, *facts.request.diner, facts);
    if (c.kind >= Kind::meal && c.kind <= Kind::day_of_month) return moment_holds(c, facts);
    return sale_holds(c, facts);
}

namespace {

// The phrases of a condition say "this district", which is wrong where the meal is eaten elsewhere.
bool names_another_area(const Condition& c, const Facts& facts) {
    if (c.kind != Kind::hukou && c.kind != Kind::residence) return false;
    const auto& here = facts.request.site.subdistrict;
    return !here.empty() && !lies_in_any(here, c.words);
}

const Words& named_area(Kind kind, bool yes) {
    static const Words registered{"规定地区户籍", "registered in the named area"};
    static const Words not_registered{"不是规定地区户籍", "not registered in the named area"};
    static const Words living{"住在规定地区", "lives in the named area"};
    static const Words not_living{"不住在规定地区", "does not live in the named area"};
    if (kind == Kind::hukou) return yes ? registered : not_registered;
    return yes ? living : not_living;
}

// What the fact itself lacks, before any wording of the condition.
const Words* missing_fact(const Condition& c, const Facts& facts) {
    static const Words calendar{"缺少当年的节假日安排", "the year's holiday calendar is missing"};
    static const Words birth_date{"没有出生日期", "the birth date is not known"};
    if (c.kind == Kind::day) return knows_day(facts) ? nullptr : &calendar;
    if (c.kind != Kind::age && c.kind != Kind::birthday) return nullptr;
    return facts.request.diner && !facts.request.diner->birth_date ? &birth_date : nullptr;
}

// Why "not" of the condition holds: the condition fails.
const Words& why_excepted(const Condition& c, const Facts& facts, Audience audience, Words& made) {
    if (c.kind == Kind::all) {
        for (const auto& part : c.parts) {
            if (fails(part, facts)) return why_excepted(part, facts, audience, made);
        }
    }
    if (c.kind == Kind::any) {
        Words text;
        Words part_made;
        for (const auto& part : c.parts) append(text, why_excepted(part, facts, audience, part_made));
        return made = std::move(text);
    }
    if (c.kind == Kind::negated) return why(c.parts.front(), facts, audience, made);
    return audience == Audience::manager && !c.manager_no.empty() ? c.manager_no : c.except;
}

// Why "not" of the condition does not hold: the condition holds, or cannot be known.
const Words& why_excluded(const Condition& c, const Facts& facts, Audience audience, Words& made) {
    if (const Words* missing = missing_fact(c, facts)) return *missing;
    if (c.kind == Kind::any) {
        for (const auto& part : c.parts) {
            if (!fails(part, facts)) return why_excluded(part, facts, audience, made);
        }
    }
    if (c.kind == Kind::all) {
        Words text;
        Words part_made;
        for (const auto& part : c.parts) append(text, why_excluded(part, facts, audience, part_made));
        return made = std::move(text);
    }
    if (c.kind == Kind::negated) return why_not(c.parts.front(), facts, audience, made);
    return audience == Audience::manager && !c.manager_yes.empty() ? c.manager_yes : c.excluded;
}

}  // namespace

bool lacks_calendar(const Condition& c, const Facts& facts) {
    if (c.kind == Kind::day) return !knows_day(facts);
    return std::any_of(c.parts.begin(), c.parts.end(), [&](const Condition& part) { return lacks_calendar(part, facts); });
}

const Words& why(const Condition& c, const Facts& facts, Audience audience, Words& made) {
    if (c.kind == Kind::all) {
        Words text;
        Words part_made;
        for (const auto& part : c.parts) {
            if (is_about_person(part.kind)) append(text, why(part, facts, audience, part_made));
        }
        if (text.empty()) {
            for (const auto& part : c.parts) append(text, why(part, facts, audience, part_made));
        }
        return made = std::move(text);
    }
    if (c.kind == Kind::any) {
        for (const auto& part : c.parts) {
            if (holds(part, facts)) return why(part, facts, audience, made);
        }
    }
    if (c.kind == Kind::negated) return why_excepted(c.parts.front(), facts, audience, made);
    if (names_another_area(c, facts)) return named_area(c.kind, true);
    return audience == Audience::manager && !c.manager_yes.empty() ? c.manager_yes : c.yes;
}

const Words& why_not(const Condition& c, const Facts& facts, Audience audience, Words& made) {
    if (c.kind == Kind::all) {
        for (const auto& part : c.parts) {
            if (!holds(part, facts)) return why_not(part, facts, audience, made);
        }
    }
    if (c.kind == Kind::any) {
        Words text;
        Words part_made;
        for (const auto& part : c.parts) append(text, why_not(part, facts, audience, part_made));
        return made = std::move(text);
    }
    if (c.kind == Kind::negated) return why_excluded(c.parts.front(), facts, audience, made);
    if (const Words* missing = missing_fact(c, facts)) return *missing;
    if (names_another_area(c, facts)) return named_area(c.kind, false);
    return audience == Audience::manager && !c.manager_no.empty() ? c.manager_no : c.no;
}

}  // namespace mulin::sync::policy
