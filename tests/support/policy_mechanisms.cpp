#include <set>

#include "sync/policy/case_json.h"
#include "tests/support/policy_checks.h"

namespace mulin::tests {

using nlohmann::json;

namespace {

bool erase_everywhere(json& value, const std::set<std::string>& keys) {
    bool found = false;
    if (value.is_object()) {
        for (const auto& key : keys) found = value.erase(key) > 0 || found;
    }
    if (value.is_structured()) {
        for (auto& part : value) found = erase_everywhere(part, keys) || found;
    }
    return found;
}

// In every rule, operator amount and refusal, whatever keys the declarations have.
bool erase_in_rules(json& policy, const std::string& key) {
    bool found = false;
    for (const char* list : {"rules", "operator", "refusals"}) {
        if (!policy.contains(list)) continue;
        for (auto& rule : policy[list]) found = rule.erase(key) > 0 || found;
    }
    return found;
}

bool replace_in_limits(json& policy, const std::string& key, const json& value, const json& by) {
    bool found = false;
    for (auto& limit : policy["limits"]) {
        if (limit.value(key, json()) != value) continue;
        limit[key] = by;
        found = true;
    }
    return found;
}

}  // namespace

std::vector<Mechanism> mechanisms() {
    std::vector<Mechanism> all;
    // Keys that stand for one mechanism wherever they are; a condition without its key always holds.
    for (const char* key : {"items", "threshold", "group", "at_least_as", "payers_when_less", "max_off_fen", "pieces", "up_to", "if_over", "valid_hours",
                            "when_short", "when_used_up", "cap_fen", "age_counts_from", "refusals", "operator", "repeat", "age", "aid", "care",
                            "living", "approved", "cards", "presented", "hukou", "residence", "hukou_here", "residence_here", "hukou_is_residence", "on_list",
                            "birthday", "meal", "service", "weekday", "time", "day", "date", "month_day", "day_of_month", "nth_meal", "tender", "vendor",
                            "site_tags", "has_item", "list_fen", "granted", "guest", "not", "is", "disability_grade", "subdistrict", "minimum_own_fen"}) {
        all.push_back({key, [key](json& policy) { return erase_everywhere(policy, {key}); }});
    }
    all.push_back({"limits", [](json& policy) { return erase_in_rules(policy, "limits"); }});
    all.push_back({"carry_over", [](json& policy) { return erase_everywhere(policy["limits"], {"carry_over", "carry_since"}); }});
    all.push_back({"shared limit", [](json& policy) { return erase_everywhere(policy["limits"], {"shared"}); }});
    all.push_back({"shared group", [](json& policy) { return erase_everywhere(policy["groups"], {"shared"}); }});
    all.push_back({"limit per sale", [](json& policy) { return policy["limits"]["once"]["max_fen"] != 100'000 && (policy["limits"]["once"]["max_fen"] = 100'000, true); }});
    all.push_back({"identifiers", [](json& policy) { return replace_in_limits(policy, "for", "identifiers", "person"); }});
    all.push_back({"pool", [](json& policy) { return replace_in_limits(policy, "for", "everyone", "person"); }});
    all.push_back({"per site", [](json& policy) { return replace_in_limits(policy, "for", "person_at_site", "person"); }});
    all.push_back({"payer's budget", [](json& policy) { return erase_everywhere(policy, {"limit"}); }});
    all.push_back({"payer's condition", [](json& policy) {
                       bool found = false;
                       for (auto& rule : policy["rules"]) found = (rule.contains("payers") && rule["payers"].is_array() && erase_everywhere(rule["payers"], {"if"})) || found;
                       return found;
                   }});
    return all;
}

std::vector<std::string> answers(const PolicyTrial& trial) {
    const auto set = sync::PolicySet::load(files_of(trial));
    if (!set) return {};
    std::vector<std::string> all;
    sync::MemoryUsage usage;
    for (const auto& asked : trial.cases) {
        const auto read = sync::parse_case(asked.dump());
        sync::Quote quote = set->price(read->request, usage, sync::Explain::no);
        usage.commit(quote);
        quote.policy_version.clear();
        all.push_back(sync::answer_json("1", quote));
    }
    return all;
}

bool decides(const Mechanism& mechanism, const PolicyTrial& trial, const std::vector<std::string>& before) {
    PolicyTrial without = trial;
    bool found = false;
    for (auto& policy : without.policies) found = mechanism.take_out(policy) || found;
    if (!found) return false;
    const auto changed = answers(without);
    return !changed.empty() && changed != before;
}

}  // namespace mulin::tests
