#include "tests/support/policy_checks.h"

#include <algorithm>
#include <sstream>

#include "sync/policy/case_json.h"

namespace mulin::tests {

using nlohmann::json;
using sync::Explain;
using sync::MemoryUsage;
using sync::Money;
using sync::PolicySet;
using sync::Quote;
using sync::Usage;

namespace {

std::string text_of(const NaiveAnswer& answer) {
    std::ostringstream out;
    out << "list " << answer.list << " delivery " << answer.delivery << " paid " << answer.paid << " refused '" << answer.refused << "'";
    for (const auto& benefit : answer.benefits) out << "; " << benefit.rule << " " << benefit.amount << " " << json(benefit.payers).dump();
    for (const auto& [rule, payers] : answer.operators) out << "; operator " << rule << " " << json(payers).dump();
    return out.str();
}

// A memory of another make: what an end would have that adds up its uses again from what was sold.
class Ledger final : public sync::UsageView {
  public:
    Usage used(const std::string& key) const override {
        Usage usage;
        for (const auto& use : uses_) {
            if (use.key != key) continue;
            usage.uses += use.uses;
            usage.amount += use.amount;
        }
        return usage;
    }
    void add(const Quote& quote) { uses_.insert(uses_.end(), quote.uses.begin(), quote.uses.end()); }

  private:
    std::vector<sync::CounterUse> uses_;
};

// Leases of two uses and three yuan on whatever pool is asked for.
class LeasedTill final : public sync::UsageView {
  public:
    Usage used(const std::string& key) const override { return memory_.used(key); }
    std::optional<Usage> left_of_lease(const std::string& key, sync::UtcInstant) const override {
        const Usage spent = memory_.used(key);
        return Usage{std::max<std::int64_t>(0, 2 - spent.uses), Money::fen(std::max<std::int64_t>(0, 300 - spent.amount.in_fen()))};
    }
    void commit(const Quote& quote) { memory_.commit(quote); }

  private:
    MemoryUsage memory_;
};

const json* find_rule(const PolicyTrial& trial, const std::string& id, const std::string& date) {
    const json* found = nullptr;
    for (const auto& policy : trial.policies) {
        if (policy["effective"]["from"].get<std::string>() > date) continue;
        for (const auto& rule : policy["rules"]) {
            if (rule["id"] == id) found = &rule;  // of two versions the later stands later
        }
    }
    return found;
}

}  // namespace

std::vector<sync::PolicyFile> files_of(const PolicyTrial& trial) {
    std::vector<sync::PolicyFile> files;
    for (const auto& policy : trial.policies) files.push_back({policy["id"], policy.dump()});
    files.push_back({"calendar", trial_calendar().dump()});
    return files;
}

NaiveAnswer plain(const Quote& quote) {
    NaiveAnswer answer;
    answer.list = quote.list.in_fen();
    answer.delivery = quote.delivery.in_fen();
    answer.paid = quote.paid.in_fen();
    answer.refused = quote.refused ? quote.refused->code : "";
    for (const auto& benefit : quote.benefits) {
        NaiveBenefit made{benefit.rule, benefit.amount.in_fen(), {}};
        for (const auto& payer : benefit.payers) made.payers[payer.payer] += payer.amount.in_fen();
        answer.benefits.push_back(std::move(made));
    }
    for (const auto& part : quote.operator_amounts) {
        if (answer.operators.empty() || answer.operators.back().first != part.rule) answer.operators.push_back({part.rule, {}});
        answer.operators.back().second[part.payer] += part.amount.in_fen();
    }
    return answer;
}

bool same(const NaiveAnswer& a, const NaiveAnswer& b) {
    return a.list == b.list && a.delivery == b.delivery && a.paid == b.paid && a.refused == b.refused && a.benefits == b.benefits && a.operators == b.operators;
}

std::string differs_from_naive(const PolicyTrial& trial) {
    const auto set = PolicySet::load(files_of(trial));
    if (!set) return "does not load: " + set.error().message;
    auto documents = trial.policies;
    documents.push_back(trial_calendar());
    NaiveTill naive(documents);
    MemoryUsage usage;
    for (const auto& asked : trial.cases) {
        const auto read = sync::parse_case(asked.dump());
        if (!read) return "case does not read: " + read.error().message;
        const Quote quote = set->price(read->request, usage, Explain::no);
        const NaiveAnswer expected = naive.quote(asked);
        if (!same(plain(quote), expected))
            return "case " + asked["id"].dump() + ":\n  engine " + text_of(plain(quote)) + "\n  naive  " + text_of(expected);
        if (!read->commit) continue;
        usage.commit(quote);
        naive.serve(asked, expected);
    }
    return {};
}

std::string breaks_money(const Quote& quote) {
    Money off;
    for (const auto& benefit : quote.benefits) {
        Money shares;
        for (const auto& payer : benefit.payers) {
            if (payer.amount <= Money()) return "a payer's share is not positive in " + benefit.rule;
            shares += payer.amount;
        }
        if (shares != benefit.amount) return "payers do not add up in " + benefit.rule;
        off += benefit.amount;
    }
    if (quote.paid.is_negative()) return "paid is negative";
    if (quote.paid + off != quote.list + quote.delivery) return "paid and benefits do not add up";
    for (const auto& part : quote.operator_amounts) {
        if (part.amount.is_negative()) return "an operator amount is negative";
    }
    return {};
}

std::string breaks_a_cap(const PolicyTrial& trial, const json& asked, const Quote& quote) {
    for (const auto& given : quote.benefits) {
        const json* rule = find_rule(trial, given.rule, asked["at"].get<std::string>().substr(0, 10));
        if (rule == nullptr) return given.rule + " is no rule";
        const json& benefit = (*rule)["benefit"];
        const std::string on = benefit.value("on", "food");
        const Money price = on == "food" ? quote.list : on == "total" ? quote.list + quote.delivery : quote.delivery;
        if (given.amount > price) return given.rule + " takes more than the price";
        if (benefit.contains("max_off_fen") && given.amount.in_fen() > benefit["max_off_fen"].get<std::int64_t>()) return given.rule + " passes its cap";
        const bool plain_amount = benefit["kind"] == "amount" && benefit.contains("amount_fen") && benefit.value("per", "sale") == "sale";
        const bool once = !rule->contains("threshold") || (*rule)["threshold"].value("repeat", "once") == "once";
        if (plain_amount && once && !rule->contains("at_least_as") && given.amount.in_fen() > benefit["amount_fen"].get<std::int64_t>())
            return given.rule + " passes its amount";
        if (!rule->contains("items")) continue;
        std::int64_t lines = 0;
        for (std::size_t i = 0; i < asked["lines"].size(); ++i) {
            if (asked["lines"][i]["class"] == (*rule)["items"]["item_class"]) lines += quote.line_amounts[i].in_fen();
        }
        if (given.amount.in_fen() > lines) return given.rule + " takes more than its lines";
    }
    return {};
}

std::string passes_a_limit(const PolicyTrial& trial, const json& asked, const std::map<std::string, Usage>& used) {
    for (const auto& [key, usage] : used) {
        const auto slash = key.find('/');
        const auto bar = key.find('|');
        if (slash == std::string::npos || slash > bar) continue;
        for (const auto& policy : trial.policies) {
            const std::string name = key.substr(slash + 1, bar - slash - 1);
            if (policy["id"] != key.substr(0, slash) || !policy["limits"].contains(name)) continue;
            const json& limit = policy["limits"][name];
            // Versions may begin to carry over on different days, and days may go back: only maxima
            // that do not move can be checked from outside.
            if (limit.contains("carry_over")) continue;
            if (limit.contains("max_uses") && usage.uses > limit["max_uses"].get<std::int64_t>()) return key + " passes its uses after " + asked["id"].dump();
            if (limit.contains("max_fen") && usage.amount.in_fen() > limit["max_fen"].get<std::int64_t>()) return key + " passes its money";
        }
    }
    return {};
}

std::string breaks_a_promise(const PolicyTrial& trial) {
    auto files = files_of(trial);
    const auto set = PolicySet::load(files);
    if (!set) return "does not load: " + set.error().message;
    std::reverse(files.begin(), files.end());
    const auto other_end = PolicySet::load(files);
    if (other_end->version() != set->version()) return "the version depends on the order of files";
    MemoryUsage usage;
    Ledger ledger;
    std::map<std::string, Usage> used;
    for (const auto& asked : trial.cases) {
        const auto read = sync::parse_case(asked.dump());
        const Quote quote = set->price(read->request, usage);
        if (auto wrong = breaks_money(quote); !wrong.empty()) return wrong;
        if (auto wrong = breaks_a_cap(trial, asked, quote); !wrong.empty()) return wrong;
        const Quote there = other_end->price(read->request, ledger);
        if (sync::answer_json("1", quote) != sync::answer_json("1", there) || quote.uses != there.uses) return "the two ends give different answers";
        const Quote silent = set->price(read->request, usage, Explain::no);
        const Quote full = set->price(read->request, usage, Explain::manager);
        if (!same(plain(quote), plain(silent)) || !same(plain(quote), plain(full)) || quote.uses != silent.uses) return "explaining changes the amounts";
        usage.commit(quote);
        ledger.add(there);
        for (const auto& use : quote.uses) {
            used[use.key].uses += use.uses;
            used[use.key].amount += use.amount;
        }
        if (auto wrong = passes_a_limit(trial, asked, used); !wrong.empty()) return wrong;
    }
    return {};
}

std::string passes_a_lease(const PolicyTrial& trial, int& leased) {
    const auto set = PolicySet::load(files_of(trial));
    if (!set) return "does not load: " + set.error().message;
    LeasedTill till;
    std::map<std::string, Usage> used;
    for (const auto& asked : trial.cases) {
        const Quote quote = set->price(sync::parse_case(asked.dump())->request, till, Explain::no);
        till.commit(quote);
        for (const auto& use : quote.uses) {
            // A refusal counts visits against a pool without taking money or a place from anybody.
            if (use.key.find("|*|") == std::string::npos || use.amount.is_zero()) continue;
            used[use.key].uses += use.uses;
            used[use.key].amount += use.amount;
            ++leased;
        }
    }
    for (const auto& [key, usage] : used) {
        for (const auto& policy : trial.policies) {
            const std::string name = key.substr(key.find('/') + 1, key.find('|') - key.find('/') - 1);
            if (key.find('/') > key.find('|') || policy["id"] != key.substr(0, key.find('/'))) continue;
            const json& limit = policy["limits"][name];
            if (limit.contains("max_uses") && usage.uses > 2) return key + " passes the uses of its lease";
            if (limit.contains("max_fen") && usage.amount.in_fen() > 300) return key + " passes the money of its lease";
        }
    }
    return {};
}

std::string shrunk_failure(const PolicyTrial& trial, const Check& wrong) {
    PolicyTrial small = trial;
    bool again = true;
    while (again) {
        again = false;
        for (auto& smaller : smaller_trials(small)) {
            if (wrong(smaller).empty() || wrong(smaller).starts_with("does not load")) continue;
            small = std::move(smaller);
            again = true;
            break;
        }
    }
    std::string shown = wrong(small) + "\n";
    for (const auto& policy : small.policies) shown += policy.dump(1) + "\n";
    for (const auto& asked : small.cases) shown += asked.dump() + "\n";
    return shown;
}

}  // namespace mulin::tests
