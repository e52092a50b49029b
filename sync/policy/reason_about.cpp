#include "sync/policy/reason_about.h"

#include <algorithm>

#include "sync/policy/code.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool all_in(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::all_of(a.begin(), a.end(), [&](const auto& word) { return has(b, word); });
}

bool none_in(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::none_of(a.begin(), a.end(), [&](const auto& word) { return has(b, word); });
}

bool inside(const std::string& code, const std::vector<std::string>& areas) {
    return std::any_of(areas.begin(), areas.end(), [&](const auto& area) { return lies_in(code, area); });
}

bool is_person(Kind kind) {
    return (kind >= Kind::age && kind <= Kind::on_list && kind != Kind::presented && kind != Kind::guest) || kind == Kind::nth_meal;
}

enum class Shape { range, codes, words_of_many, one_word, mask, level, dates, other };

Shape shape_of(Kind kind) {
    switch (kind) {
        case Kind::age:
        case Kind::disability_grade:
        case Kind::time:
        case Kind::day_of_month:
        case Kind::nth_meal:
        case Kind::list_fen: return Shape::range;
        case Kind::hukou:
        case Kind::residence:
        case Kind::subdistrict: return Shape::codes;
        case Kind::aid:
        case Kind::living:
        case Kind::tags:
        case Kind::approved:
        case Kind::cards:
        case Kind::site_tags: return Shape::words_of_many;
        case Kind::care:
        case Kind::presented:
        case Kind::site:
        case Kind::site_kind:
        case Kind::vendor:
        case Kind::tender: return Shape::one_word;
        case Kind::meal:
        case Kind::service:
        case Kind::weekday: return Shape::mask;
        case Kind::hukou_here:
        case Kind::residence_here: return Shape::level;
        case Kind::date: return Shape::dates;
        default: return Shape::other;
    }
}

bool same_count(const Condition& a, const Condition& b) { return a.window == b.window && a.every == b.every; }

// Both of one kind and not joined.
bool atom_implies(const Condition& a, const Condition& b) {
    switch (shape_of(a.kind)) {
        case Shape::range: return same_count(a, b) && a.range.from >= b.range.from && a.range.below <= b.range.below;
        case Shape::codes:
            return std::all_of(a.words.begin(), a.words.end(), [&](const auto& code) { return inside(code, b.words); });
        case Shape::words_of_many:
        case Shape::one_word: return all_in(a.words, b.words);
        case Shape::mask: return (a.mask & ~b.mask) == 0;
        case Shape::level: return a.level >= b.level;
        case Shape::dates:
            return std::all_of(a.dates.begin(), a.dates.end(), [&](const DateRange& inner) {
                return std::any_of(b.dates.begin(), b.dates.end(), [&](const DateRange& outer) {
                    return outer.from <= inner.from && inner.through <= outer.through;
                });
            });
        case Shape::other: break;
    }
    if (a.kind == Kind::granted) return has(b.words, "*") || all_in(a.words, b.words);
    if (a.kind == Kind::birthday) return b.flag || !a.flag;
    return same_meaning(a, b);
}

bool atom_excludes(const Condition& a, const Condition& b) {
    switch (shape_of(a.kind)) {
        case Shape::range:
            return same_count(a, b) && (a.range.below <= b.range.from || b.range.below <= a.range.from);
        case Shape::codes:
            return std::none_of(a.words.begin(), a.words.end(), [&](const auto& code) { return inside(code, b.words); }) &&
                   std::none_of(b.words.begin(), b.words.end(), [&](const auto& code) { return inside(code, a.words); });
        case Shape::one_word: return none_in(a.words, b.words);
        case Shape::mask: return (a.mask & b.mask) == 0;
        case Shape::dates:
            return std::none_of(a.dates.begin(), a.dates.end(), [&](const DateRange& one) {
                return std::any_of(b.dates.begin(), b.dates.end(), [&](const DateRange& other) {
                    return one.from <= other.through && other.from <= one.through;
                });
            });
        default: break;
    }
    if (a.kind == Kind::guest) return a.flag != b.flag;
    return a.kind == Kind::day && (a.mask | b.mask) == 3 && (a.mask & b.mask) == 0;  // working day, day of rest
}

}  // namespace

bool implies(const Condition& a, const Condition& b) {
    const auto to_b = [&](const Condition& part) { return implies(part, b); };
    const auto from_a = [&](const Condition& part) { return implies(a, part); };
    if (b.kind == Kind::always || same_meaning(a, b)) return true;
    if (b.kind == Kind::all) return std::all_of(b.parts.begin(), b.parts.end(), from_a);
    if (a.kind == Kind::any) return std::all_of(a.parts.begin(), a.parts.end(), to_b);
    if (b.kind == Kind::any && std::any_of(b.parts.begin(), b.parts.end(), from_a)) return true;
    if (a.kind == Kind::all) return std::any_of(a.parts.begin(), a.parts.end(), to_b);
    if (b.kind == Kind::any) return false;
    if (a.kind == Kind::negated && b.kind == Kind::negated) return implies(b.parts.front(), a.parts.front());
    if (b.kind == Kind::negated) return excludes(a, b.parts.front());
    if (b.kind == Kind::guest && !b.flag && is_person(a.kind)) return true;
    return a.kind == b.kind && a.kind != Kind::negated && atom_implies(a, b);
}

bool excludes(const Condition& a, const Condition& b) {
    const auto with_b = [&](const Condition& part) { return excludes(part, b); };
    const auto with_a = [&](const Condition& part) { return excludes(a, part); };
    if (a.kind == Kind::all) return std::any_of(a.parts.begin(), a.parts.end(), with_b);
    if (b.kind == Kind::all) return std::any_of(b.parts.begin(), b.parts.end(), with_a);
    if (a.kind == Kind::any) return std::all_of(a.parts.begin(), a.parts.end(), with_b);
    if (b.kind == Kind::any) return std::all_of(b.parts.begin(), b.parts.end(), with_a);
    if (a.kind == Kind::negated) return implies(b, a.parts.front());
    if (b.kind == Kind::negated) return implies(a, b.parts.front());
    if (a.kind == Kind::guest && a.flag && is_person(b.kind)) return true;
    if (b.kind == Kind::guest && b.flag && is_person(a.kind)) return true;
    return a.kind == b.kind && atom_excludes(a, b);
}

bool never_holds(const Condition& condition) {
    const auto& parts = condition.parts;
    if (condition.kind == Kind::any) return std::all_of(parts.begin(), parts.end(), never_holds);
    if (condition.kind != Kind::all) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (never_holds(parts[i])) return true;
        for (std::size_t j = 0; j < i; ++j) {
            if (excludes(parts[i], parts[j])) return true;
        }
    }
    return false;
}

}  // namespace mulin::sync::policy
