#include <algorithm>
#include <map>
#include <set>

#include "sync/policy/lint_checks.h"
#include "sync/policy/fields.h"
#include "sync/policy/vocabulary.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

template <class Each>
void for_each_condition(const Condition& condition, const Each& each) {
    each(condition);
    for (const auto& part : condition.parts) for_each_condition(part, each);
}

// Every condition of a policy with the rule it stands in.
template <class Each>
void for_each_condition(const Policy& policy, const Each& each) {
    const auto visit = [&](const Condition& root, const std::string& rule) {
        for_each_condition(root, [&](const Condition& c) { each(c, rule); });
    };
    visit(policy.condition, "");
    for (const auto& rule : policy.rules) {
        visit(rule.condition, rule.id);
        for (const auto& payer : rule.payers) visit(payer.condition, rule.id);
        for (const auto& entry : rule.benefit.amounts.entries) visit(entry.condition, rule.id);
    }
    for (const auto& rule : policy.operators) {
        visit(rule.condition, rule.id);
        for (const auto& payer : rule.payers) visit(payer.condition, rule.id);
        for (const auto& entry : rule.amounts.entries) visit(entry.condition, rule.id);
    }
    for (const auto& rule : policy.refusals) visit(rule.condition, rule.id);
}

// The most a rule can take off, if that can be said without a basket.
std::optional<Money> most_off(const Rule& rule) {
    const BenefitSpec& benefit = rule.benefit;
    std::optional<Money> most = benefit.max_off;
    const bool once = !rule.threshold || !rule.threshold->repeats;
    if (benefit.kind == BenefitKind::amount && benefit.per == Per::sale && once) {
        Money largest;
        for (const auto& entry : benefit.amounts.entries) largest = std::max(largest, entry.amount);
        most = most ? std::min(*most, largest) : largest;
    }
    return most;
}

// Fixed parts that come to more than there ever is: a figure is wrong, here or in the benefit.
void check_fixed_parts(const Policy& policy, const std::string& id, int line, const std::vector<PayerPart>& payers,
                       std::optional<Money> most, Findings& out) {
    Money fixed;
    for (const auto& payer : payers) {
        if (payer.kind == PayerPart::Kind::fixed && payer.condition.kind == Kind::always) fixed += payer.fixed;
    }
    if (!most || fixed <= *most) return;
    out.push_back(made_finding(policy, id, line, "payers_beyond",
                               "its payers' fixed parts come to " + payment::to_yuan(fixed) + " yuan but the benefit to at most " +
                                   payment::to_yuan(*most) + " yuan; mend one of the figures."));
}

void check_payers(const Policy& policy, const std::string& id, int line, const std::vector<PayerPart>& payers,
                  std::optional<Money> most, Findings& out) {
    if (payers.empty()) {
        out.push_back(made_finding(policy, id, line, "no_payer",
                                   "no payer is named, so the benefit is never granted; add \"payers\"."));
        return;
    }
    check_fixed_parts(policy, id, line, payers, most, out);
    Money together;
    std::int64_t percents = 0;
    for (const auto& payer : payers) {
        const bool open_ended = payer.kind == PayerPart::Kind::remainder || payer.kind == PayerPart::Kind::ratio;
        if (open_ended && !payer.cap && payer.condition.kind == Kind::always) return;
        if (payer.kind == PayerPart::Kind::percent) {
            if (payer.condition.kind != Kind::always) continue;
            if (!payer.cap) percents += payer.percent.in_millionths();
            if (percents >= payment::Rate::kOne) return;
            Money share = payment::apply_rate(most.value_or(Money()), payer.percent, payment::Rounding::down, payment::RoundingUnit::fen);
            together += payer.cap ? std::min(share, *payer.cap) : share;
            continue;
        }
        const Money part = payer.kind == PayerPart::Kind::fixed ? payer.fixed : payer.cap.value_or(Money::fen(kMaxPolicyFen));
        if (payer.condition.kind == Kind::always || open_ended) together += std::min(part, payer.cap.value_or(part));
    }
    if (most && together >= *most) return;
    out.push_back(made_finding(policy, id, line, "payers_short",
                               "the named payers together may not cover the whole benefit; name one for the remainder."));
}

bool is_sensitive(std::string text, std::string& word) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const auto sensitive : sensitive_words()) {
        if (text.find(sensitive) == std::string::npos) continue;
        word = sensitive;
        return true;
    }
    return false;
}

std::optional<Vocabulary> vocabulary_of(Kind kind) {
    switch (kind) {
        case Kind::aid: return Vocabulary::aid;
        case Kind::care: return Vocabulary::care;
        case Kind::living: return Vocabulary::living;
        case Kind::tags: return Vocabulary::tags;
        case Kind::approved: return Vocabulary::approved;
        case Kind::cards:
        case Kind::presented: return Vocabulary::cards;
        case Kind::tender: return Vocabulary::tenders;
        case Kind::site_kind: return Vocabulary::site_kinds;
        default: return std::nullopt;
    }
}

void check_word(const ReadFile& read, Vocabulary vocabulary, const std::string& word, const std::string& rule, int line,
                Findings& out) {
    const auto index = static_cast<std::size_t>(vocabulary);
    if (find_word(vocabulary, word) != nullptr) return;
    std::vector<std::string_view> known;
    for (const auto& entry : known_words(vocabulary)) known.push_back(entry.word);
    for (const auto& [of, declared] : read.declared_words) {
        if (of != index) continue;
        if (declared == word) return;
        known.push_back(declared);
    }
    const std::string near = nearest(word, known);
    const std::string name(kVocabularyNames[index]);
    out.push_back(made_finding(*read.policy, rule, line, "unknown_word",
                               "\"" + word + "\" is not a known word for " + name +
                                   (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                                   (near.empty() ? "; if it is meant" : " If it is meant") + ", declare it under \"words\": {\"" +
                                   name + "\": [...]}."));
}

using UsedWords = std::map<std::size_t, std::set<std::string>>;

// A word that is declared and used nowhere is a typo, here or where it was meant to be used.
void check_unused_words(const ReadFile& read, const UsedWords& used, Findings& out) {
    for (const auto& [vocabulary, word] : read.declared_words) {
        const auto of = used.find(vocabulary);
        if (of != used.end() && of->second.contains(word)) continue;
        std::vector<std::string_view> near_by;
        if (of != used.end()) near_by.assign(of->second.begin(), of->second.end());
        const std::string near = nearest(word, near_by);
        out.push_back(made_finding(*read.policy, "", read.words_line, "unused_word",
                                   "\"" + word + "\" is declared for " + std::string(kVocabularyNames[vocabulary]) + " but no condition uses it" +
                                       (near.empty() ? "." : "; did you mean \"" + near + "\"?")));
    }
}

}  // namespace

LintFinding made_finding(const Policy& policy, const std::string& rule, int line, std::string code,
                         const std::string& message) {
    const std::string at = line > 0 ? "Line " + std::to_string(line) + ": " : "";
    return {policy.file, rule, std::move(code), at + message, LintFinding::Kind::finding, line};
}

void check_money(const Policy& policy, Findings& out) {
    for (const auto& rule : policy.rules) check_payers(policy, rule.id, rule.line, rule.payers, most_off(rule), out);
    for (const auto& rule : policy.operators)
        check_payers(policy, rule.id, rule.line, rule.payers, std::nullopt, out);
    for (const auto& limit : policy.limits) {
        if (limit.max_uses || limit.max_amount) continue;
        const char* code = limit.is_pool() ? "pool_without_limit" : "limit_without_maximum";
        out.push_back(made_finding(policy, "", limit.line, code,
                                   "\"" + limit.name + "\" never runs out; give it \"max_uses\" or \"max_fen\"."));
    }
}

void check_wording(const Policy& policy, Findings& out) {
    const auto check = [&](const std::string& rule, int line, const std::string& text) {
        std::string word;
        if (is_sensitive(text, word))
            out.push_back(made_finding(policy, rule, line, "sensitive_wording",
                                       "\"" + word + "\" in \"" + text +
                                           "\" would tell the diner's neighbours why; use a neutral name."));
    };
    const auto check_payer_names = [&](const std::string& rule, int line, const std::vector<PayerPart>& payers) {
        for (const auto& payer : payers) {
            if (find_word(Vocabulary::payers, payer.payer.substr(0, payer.payer.find_first_of(":{"))) != nullptr) continue;
            check(rule, line, payer.payer);
            if (payer.words.zh != payer.payer) check(rule, line, payer.words.zh), check(rule, line, payer.words.en);
        }
    };
    check("", 0, policy.name.zh);
    check("", 0, policy.name.en);
    for (const auto& rule : policy.operators) check_payer_names(rule.id, rule.line, rule.payers);
    for (const auto& rule : policy.rules) {
        check_payer_names(rule.id, rule.line, rule.payers);
        for (const auto* words : {&rule.name, &rule.because, &rule.because_not}) {
            check(rule.id, rule.line, words->zh);
            check(rule.id, rule.line, words->en);
        }
        check(rule.id, rule.line, rule.id);
    }
    for (const auto& rule : policy.refusals) {
        check(rule.id, rule.line, rule.words.zh);
        check(rule.id, rule.line, rule.words.en);
    }
}

void check_words(const ReadFile& read, Findings& out) {
    const Policy& policy = *read.policy;
    UsedWords used;
    const auto see = [&](Vocabulary vocabulary, const std::string& word, const std::string& rule, int line) {
        used[static_cast<std::size_t>(vocabulary)].insert(word);
        check_word(read, vocabulary, word, rule, line, out);
    };
    const auto see_items = [&](const ItemSelector& selector, const std::string& rule, int line) {
        for (const auto& word : selector.item_classes) see(Vocabulary::item_classes, word, rule, line);
    };
    for_each_condition(policy, [&](const Condition& c, const std::string& rule) {
        if (const auto vocabulary = vocabulary_of(c.kind)) {
            for (const auto& word : c.words) see(*vocabulary, word, rule, c.line);
        }
        if (c.kind == Kind::site_tags) used[static_cast<std::size_t>(Vocabulary::tags)].insert(c.words.begin(), c.words.end());
        for (const auto& selector : c.items) see_items(selector, rule, c.line);
    });
    for (const auto& rule : policy.rules) {
        if (rule.items) see_items(*rule.items, rule.id, rule.line);
        if (rule.benefit.amounts.by != AmountTable::By::item_class) continue;
        for (const auto& entry : rule.benefit.amounts.entries) see(Vocabulary::item_classes, entry.line_value, rule.id, rule.line);
    }
    for (const auto& rule : policy.operators) {
        if (rule.items) see_items(*rule.items, rule.id, rule.line);
    }
    check_unused_words(read, used, out);
}

void check_calendar(const Policy& policy, Findings& out) {
    int line = 0;
    for_each_condition(policy, [&](const Condition& c, const std::string&) {
        if (c.kind == Kind::day && line == 0) line = c.line;
    });
    if (line == 0) return;
    if (policy.calendar_ids.empty()) {
        out.push_back(made_finding(policy, "", line, "calendar_missing",
                                   "\"day\" asks for working days or holidays, but no calendar is named under \"calendars\"; add the year's."));
        return;
    }
    // An open end reaches as far as the calendars; whoever adds the next year's finds the policy there.
    const auto& years = policy.calendar.years;
    int last = policy.from.year();
    for (const int year : years) last = std::max(last, year);
    if (policy.through) last = policy.through->year();
    std::string missing;
    for (int year = policy.from.year(); year <= last; ++year) {
        if (std::find(years.begin(), years.end(), year) == years.end()) missing += (missing.empty() ? "" : ", ") + std::to_string(year);
    }
    if (missing.empty()) return;
    out.push_back(made_finding(policy, "", line, "calendar_missing",
                               "no named calendar knows the holidays of " + missing +
                                   ", so nothing is granted then; name that year's calendar under \"calendars\"."));
}

}  // namespace mulin::sync::policy
