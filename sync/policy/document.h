#pragma once
// A policy as read from its file: plain values, checked, with every name resolved. What each field
// means to an author stands in FORMAT.md; here only what evaluation needs to know is said.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "payment/money/rate.h"
#include "sync/model/kinds.h"
#include "sync/policy/benefit.h"
#include "sync/policy/condition.h"

namespace mulin::sync::policy {

struct PayerPart {
    enum class Kind { fixed, percent, ratio, remainder };
    Kind kind = Kind::remainder;
    std::string payer;  // may hold {residence_district} and the like
    bool is_template = false;
    Condition condition;
    Money fixed;
    payment::Rate percent;  // of the benefit, rounded down to a fen
    std::int64_t weight = 0;
    std::optional<Money> cap;
    int limit = -1;  // index in Policy::limits: a budget this payer has
    Words words;  // who this is, to be read out
};

enum class Subject { person, person_at_site, site, everyone, identifiers };

struct Limit {
    std::string name;
    std::string key_prefix;  // "<policy>/<name>"
    int line = 0;
    Window window = Window::day;
    Subject subject = Subject::person;
    std::optional<std::int64_t> max_uses;
    std::optional<Money> max_amount;
    bool refuses = false;      // used up: the sale is refused, instead of going on without
    bool whole_only = false;   // money left is less than the benefit: nothing, instead of what is left
    bool gives_back = true;    // a void returns the use
    unsigned release_days = 0; // bit 0 is Monday
    int release_minute = 0;
    std::optional<std::int64_t> release_hours;  // a release can be used for so long; what is left lapses
    // What one window leaves over can be used in the later ones, within the year or for good.
    enum class CarryOver { none, year, campaign };
    CarryOver carry_over = CarryOver::none;
    Date carry_since;  // windows that ended before it bring nothing
    Words used_up;  // what is said then
    bool is_pool() const { return subject == Subject::everyone; }
};

enum class Pick { first, best, klass };
struct Group {
    std::string name;  // "<policy>/<name>", or the bare name when shared between policies
    std::size_t number = 0;  // equal names have equal numbers throughout a set of policies
    Pick pick = Pick::first;
    int line = 0;
};

struct Rule {
    std::string id;
    int line = 0;
    Words name;
    Condition condition;
    std::optional<ItemSelector> items;
    std::optional<Threshold> threshold;
    BenefitSpec benefit;
    Words benefit_words;      // empty when the amount says it
    int group = -1;           // index in Policy::groups
    std::vector<int> limits;  // indexes in Policy::limits
    std::vector<PayerPart> payers;
    bool payers_pro_rata = false;  // fixed parts shrink together when the benefit is smaller
    std::string at_least_as;       // id of a rule whose benefit this one must reach
    Money minimum_own;
    Words because;      // replaces the sentence made from the conditions
    Words because_not;
};

struct OperatorRule {
    enum class Per { serving, person_day, delivery, piece };
    std::string id;
    int line = 0;
    Condition condition;
    std::optional<ItemSelector> items;
    Per per = Per::serving;
    AmountTable amounts;
    struct Part {  // instead of an amount: a part of what the sale came to
        enum class Of { list, paid, benefits };
        Of of = Of::list;
        Fraction part;
        payment::Rounding mode = payment::Rounding::half_up;
        payment::RoundingUnit unit = payment::RoundingUnit::fen;
    };
    std::optional<Part> part;
    std::optional<Money> max_amount;
    std::vector<PayerPart> payers;
    std::vector<int> limits;
    Limit once_a_day;  // for person_day
};

struct RefusalRule {
    std::string id;
    std::string code;
    int line = 0;
    Condition condition;
    std::vector<int> limits;  // with limits: only once one of them is used up
    Words words;
};

// From which day somebody counts as a year older.
enum class AgeRule { birthday, birth_month, month_after, birth_year };

struct Calendar {
    std::string id;
    std::string file;
    std::vector<Date> holidays;      // sorted
    std::vector<Date> working_days;  // weekend days made up for, sorted
    std::vector<int> years;          // years this calendar answers for
};

struct Policy {
    std::string file;
    std::string id;
    std::string version;
    Words name;
    Date from;
    std::optional<Date> through;  // last day; none is open
    int order = 0;
    AgeRule age_rule = AgeRule::birthday;
    std::vector<std::string> calendar_ids;
    Calendar calendar;  // the named calendars joined
    Condition condition;
    Money minimum_own;
    std::vector<NamedList> lists;
    std::vector<Limit> limits;
    std::vector<Group> groups;
    std::vector<Rule> rules;
    std::vector<OperatorRule> operators;
    std::vector<RefusalRule> refusals;
    std::vector<Window> counts_meals;  // spans within which some condition numbers the meals
};

}  // namespace mulin::sync::policy
