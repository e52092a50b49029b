#include <algorithm>

#include "sync/policy/fields.h"
#include "sync/policy/lint_checks.h"
#include "sync/policy/vocabulary.h"

namespace mulin::sync::policy {
namespace {

void report_figure(const Policy& policy, const std::string& id, int line, const std::string& message, Findings& out) {
    out.push_back(made_finding(policy, id, line, "suspicious_figure", message));
}

// Less than half a yuan is more often yuan written as fen than meant.
void check_amount(const Policy& policy, const std::string& id, int line, Money amount, Findings& out) {
    if (amount.is_zero() || amount >= Money::fen(50)) return;
    report_figure(policy, id, line,
                  "an amount of " + std::to_string(amount.in_fen()) + " fen is " + payment::to_yuan(amount) +
                      " yuan: fen, not yuan? Write 5 yuan as 500.", out);
}

void check_percent(const Policy& policy, const Rule& rule, Findings& out) {
    const BenefitSpec& benefit = rule.benefit;
    if (benefit.kind != BenefitKind::percent || benefit.pay.bottom != payment::Rate::kOne || benefit.pay.top == 0) return;
    if (benefit.rounding.of_paid && benefit.pay.top < payment::Rate::kOne / 10)
        report_figure(policy, rule.id, rule.line, "it lets the diner pay less than 10 %: 8折 is \"pay_percent\": 80; write the percent so.", out);
    if (!benefit.rounding.of_paid && benefit.pay.top < payment::Rate::kOne / 2)
        report_figure(policy, rule.id, rule.line, "\"off_percent\" takes more than half off: 8折 is \"off_percent\": 20 or \"pay_percent\": 80; check the figure.", out);
}

void check_table(const Policy& policy, const std::string& id, int line, const AmountTable& table, Findings& out) {
    for (const auto& entry : table.entries) check_amount(policy, id, line, entry.amount, out);
}

void check_payer_words(const ReadFile& read, const std::string& id, int line, const std::vector<PayerPart>& payers, Findings& out) {
    for (const auto& part : payers) {
        const std::string head = part.payer.substr(0, part.payer.find_first_of(":{"));
        const auto& declared = read.declared_payers;
        if (find_word(Vocabulary::payers, head) != nullptr || declared.contains(head) || declared.contains(part.payer)) continue;
        const auto of_words = std::make_pair(static_cast<std::size_t>(Vocabulary::payers), head);
        if (std::find(read.declared_words.begin(), read.declared_words.end(), of_words) != read.declared_words.end()) continue;
        std::vector<std::string_view> known(declared.begin(), declared.end());
        for (const auto& word : known_words(Vocabulary::payers)) known.push_back(word.word);
        const std::string near = nearest(head, known);
        out.push_back(made_finding(*read.policy, id, line, "unknown_payer",
                                   "nobody knows the payer \"" + head + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                                       (near.empty() ? "; if it is meant" : " If it is meant") +
                                       ", say who it is under \"payers\": {\"" + head + "\": {\"zh\": ..., \"en\": ...}}."));
    }
}

}  // namespace

void check_figures(const ReadFile& read, Findings& out) {
    const Policy& policy = *read.policy;
    for (const auto& rule : policy.rules) {
        check_percent(policy, rule, out);
        check_table(policy, rule.id, rule.line, rule.benefit.amounts, out);
        if (rule.benefit.max_off) check_amount(policy, rule.id, rule.line, *rule.benefit.max_off, out);
        if (rule.threshold) check_amount(policy, rule.id, rule.line, rule.threshold->amount, out);
        check_payer_words(read, rule.id, rule.line, rule.payers, out);
    }
    for (const auto& rule : policy.operators) {
        check_table(policy, rule.id, rule.line, rule.amounts, out);
        check_payer_words(read, rule.id, rule.line, rule.payers, out);
    }
}

}  // namespace mulin::sync::policy
