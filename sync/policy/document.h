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
#include "sync/policy/condition.h"

namespace mulin::sync::policy {

// An amount that may depend on the diner (a list with conditions) or on the line (by class).
struct AmountEntry {
    Condition condition;           // always true for a plain amount
    std::string line_value;        // item or item class this amount is for; empty: any line
    Money amount;
};
struct AmountTable {
    enum class By { diner, item, item_class };
    By by = By::diner;
    std::vector<AmountEntry> entries;  // the first that fits counts
};

struct RoundingRule {
    payment::Rounding mode = payment::Rounding::half_up;
    payment::RoundingUnit unit = payment::RoundingUnit::fen;
    bool of_paid = true;  // what is rounded: the part to pay, or the part taken off
};

enum class BenefitKind { percent, amount, price, pay_at_most, free };
enum class BenefitOn { food, delivery_fee, total };
enum class Basis { gross, after_earlier };
enum class Per { sale, line, piece };
enum class UpTo { none, part, gate };
enum class PiecePick { dearest, cheapest, first };

struct BenefitSpec {
    BenefitKind kind = BenefitKind::free;
    BenefitOn on = BenefitOn::food;
    Per per = Per::sale;
    Basis basis = Basis::after_earlier;  // percent only
    payment::Rate pay_rate;              // percent only: the part to pay
    RoundingRule rounding;
    UpTo up_to = UpTo::none;
    Money up_to_amount;
    AmountTable amounts;              // amount, price, pay_at_most
    bool all_or_nothing = false;      // amount: not granted where it would pass the price
    std::optional<std::int64_t> pieces;  // only so many pieces of the selected lines
    PiecePick piece_pick = PiecePick::dearest;
    std::optional<Money> max_off;
};

struct Threshold {
    Money amount;
    Basis basis = Basis::gross;
    bool inclusive = true;  // at_least; otherwise exceeds
    bool with_delivery = false;
    bool of_selected = false;
    bool repeats = false;  // the amount is granted once per full threshold
    std::int64_t at_most_times = std::numeric_limits<std::int64_t>::max();
};

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
    Words words;  // who this is, to be read out
};

enum class Window { meal, day, week, month, year, campaign, release };
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
    bool is_pool() const { return subject == Subject::everyone; }
};

enum class Pick { first, best, klass };
struct Group {
    std::string name;  // "<policy>/<name>", or the bare name when shared between policies
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
    std::vector<PayerPart> payers;
    std::vector<int> limits;
};

struct RefusalRule {
    std::string id;
    std::string code;
    int line = 0;
    Condition condition;
    std::vector<int> limits;  // with limits: only once one of them is used up
    Words words;
};

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
    bool age_by_month = false;
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
    bool counts_meals = false;  // some condition asks for the nth meal
};

}  // namespace mulin::sync::policy
