#include "tests/support/policy_naive.h"

#include <algorithm>

#include "tests/support/policy_naive_sale.h"

namespace mulin::tests {

using nlohmann::json;

namespace {

Fen price_of(const json& line) {
    const Fen quantity = line.value("quantity", Fen(1));
    if (!line.contains("weight_g")) return line["unit_price_fen"].get<Fen>() * quantity;
    const Wide grams = Wide(line["price_fen_per_500g"].get<Fen>()) * line["weight_g"].get<Fen>() * quantity;
    return rounded(grams, 500, {{"mode", "half_up"}, {"unit", "fen"}});
}

// What a day belongs to: two days are in one window if this is the same.
std::string window_of(const std::string& per, const std::string& date) {
    if (per == "day") return date;
    if (per == "week") return std::to_string(day_number(date) - weekday_of(date));
    if (per == "month") return date.substr(0, 7);
    if (per == "year") return date.substr(0, 4);
    return "all";
}

bool releases_on(const json& limit, const std::string& date) {
    static const char* kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const auto days = words(limit["release"]["weekdays"]);
    return std::find(days.begin(), days.end(), kWeekdays[weekday_of(date)]) != days.end();
}

bool has_begun(const json& limit, const std::string& day, const json& asked) {
    if (day != date_of(asked)) return day < date_of(asked);
    return minute_of(asked) >= clock_minutes(limit["release"]["at"]);
}

void spans_asked_for(const json& value, std::set<std::string>& spans) {
    if (!value.is_structured()) return;
    for (const auto& [key, part] : value.items()) {
        if (key == "nth_meal") spans.insert(part["of"].get<std::string>());
        spans_asked_for(part, spans);
    }
}

}  // namespace

std::string newest_release(const json& limit, const json& asked) {
    for (int day = day_number(date_of(asked));; --day) {
        const std::string date = date_text(day);
        if (releases_on(limit, date) && has_begun(limit, date, asked)) return date;
    }
}

std::int64_t naive_windows(const json& limit, const json& policy, const json& asked) {
    const std::string per = limit["per"];
    const std::string carry = limit.value("carry_over", "no");
    const std::string today = date_of(asked);
    if (per == "release" && limit["release"].contains("valid_hours")) {
        const std::string newest = newest_release(limit, asked);
        const int passed = (day_number(today) - day_number(newest)) * 1440 + minute_of(asked) - clock_minutes(limit["release"]["at"]);
        if (passed >= limit["release"]["valid_hours"].get<int>() * 60) return 0;
    }
    if (carry == "no") return 1;
    std::string since = limit.value("carry_since", policy["effective"]["from"].get<std::string>());
    if (carry == "year") since = std::max(since, today.substr(0, 4) + "-01-01");
    std::set<std::string> windows;
    for (int day = day_number(since); day <= day_number(today); ++day) {
        const std::string date = date_text(day);
        if (per != "release") windows.insert(window_of(per, date));
        if (per == "release" && releases_on(limit, date) && has_begun(limit, date, asked)) windows.insert(date);
    }
    if (per != "release" && windows.empty()) return 1;
    return static_cast<std::int64_t>(windows.size());
}

NaiveSale::NaiveSale(const NaiveTill& t, const json& a) : till(t), asked(a) {
    for (const auto& line : asked["lines"]) gross.push_back(price_of(line));
    answer.list = sum(gross);
    answer.delivery = asked.value("delivery_fee_fen", Fen(0));
    gross.push_back(answer.delivery);
    left = gross;
    const std::string today = date_of(asked);
    for (const auto& one : till.policies_) {
        const json& dates = one["effective"];
        if (today < dates["from"].get<std::string>() || (dates["through"].is_string() && today > dates["through"].get<std::string>())) continue;
        // Of two versions in force the one that began later counts.
        const auto same = std::find_if(policies.begin(), policies.end(), [&](const json* p) { return (*p)["id"] == one["id"]; });
        if (same == policies.end()) {
            policies.push_back(&one);
        } else if (dates["from"] > (**same)["effective"]["from"]) {
            policies.erase(same);
            policies.push_back(&one);
        }
    }
    std::stable_sort(policies.begin(), policies.end(), [](const json* x, const json* y) { return (*x)["order"] < (*y)["order"]; });
}

std::string NaiveSale::full_name(const std::string& limit) const {
    const json& one = (*policy)["limits"][limit];
    return one.value("shared", false) ? limit : (*policy)["id"].get<std::string>() + "/" + limit;
}

// Who is counted: one key, or one for each mark of the person; none for a guest where a person is meant.
std::vector<std::string> NaiveSale::keys_of(const json& limit, const json& sale) {
    const std::string who = limit.value("for", "everyone");
    if (limit["per"] == "sale" || who == "everyone") return {"everyone"};
    if (who == "site") return {sale["site"]["id"]};
    if (!sale["diner"].is_object()) return {};
    const std::string person = sale["diner"]["id"];
    if (who == "person_at_site") return {person + " at " + sale["site"]["id"].get<std::string>()};
    std::vector<std::string> keys{person};
    if (who == "identifiers") {
        for (const auto& mark : words(sale["diner"].value("identifiers", json::array()))) keys.push_back("mark " + mark);
    }
    return keys;
}

// Whether a sale served before falls in the same window and, with a key, belongs to it.
bool NaiveSale::counts_together(const json& limit, const json& other, const std::string& key) const {
    const std::string per = limit["per"];
    const std::string carry = limit.value("carry_over", "no");
    if (!key.empty()) {
        const auto keys = keys_of(limit, other);
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) return false;
    }
    const std::string today = date_of(asked);
    const std::string day = date_of(other);
    if (per == "sale") return false;
    if (carry == "campaign") return true;
    if (carry == "year") return today.substr(0, 4) == day.substr(0, 4);
    if (per == "meal") return today == day && asked["meal"] == other["meal"];
    if (per == "release") return newest_release(limit, asked) == newest_release(limit, other);
    return window_of(per, today) == window_of(per, day);
}

std::pair<Fen, Fen> NaiveSale::used(const std::string& name, const json& limit, const std::string& key) const {
    Fen uses = 0;
    Fen amount = 0;
    for (const auto& sale : till.served_) {
        const auto counted = sale.counted.find(name);
        if (counted == sale.counted.end() || !counts_together(limit, sale.asked, key)) continue;
        ++uses;
        amount += counted->second;
    }
    return {uses, amount};
}

bool NaiveSale::has_room(const std::string& name, const json& limit, Fen& amount, bool& used_up) const {
    const auto keys = keys_of(limit, asked);
    if (keys.empty()) return false;
    const Fen windows = naive_windows(limit, *policy, asked);
    const Fen wanted = amount;
    for (const auto& key : keys) {
        const auto [uses, money] = used(name, limit, key);
        const auto now = answer.counted.find(name);
        const Fen spent = money + (now == answer.counted.end() ? 0 : now->second);
        used_up = used_up || (limit.contains("max_uses") && uses >= limit["max_uses"].get<Fen>() * windows);
        if (!limit.contains("max_fen")) continue;
        const Fen room = limit["max_fen"].get<Fen>() * windows - spent;
        used_up = used_up || room <= 0;
        amount = std::min(amount, std::max<Fen>(0, room));
    }
    used_up = used_up || (limit.value("when_short", "part") == "none" && amount < wanted);
    return !used_up;
}

bool NaiveSale::reached(const std::string& name, const json& limit) const {
    const Fen windows = naive_windows(limit, *policy, asked);
    for (const auto& key : keys_of(limit, asked)) {
        const auto [uses, money] = used(name, limit, key);
        if (limit.contains("max_uses") && uses >= limit["max_uses"].get<Fen>() * windows) return true;
        if (limit.contains("max_fen") && money >= limit["max_fen"].get<Fen>() * windows) return true;
    }
    return false;
}

NaiveSale::Offer NaiveSale::offer_of(const json& rule) const {
    Offer offer;
    if (!policy_applies) return offer;
    if (rule.contains("if") && !holds(rule["if"])) return offer;
    const json& benefit = rule["benefit"];
    const std::string on = benefit.value("on", "food");
    const auto chosen = parts_of(on, rule);
    if (std::count(chosen.begin(), chosen.end(), true) == 0) return offer;
    const Fen times = rule.contains("threshold") ? times_reached(rule["threshold"], chosen) : 1;
    if (times == 0) return offer;
    raw_offer(benefit, chosen, times, offer);
    if (rule.contains("at_least_as")) {
        Fen other = 0;
        for (const auto& given : answer.benefits) other += given.rule == rule["at_least_as"] ? given.amount : 0;
        std::vector<Fen> pieces;
        const auto base = base_of(benefit, chosen, pieces);
        if (other > offer.amount) offer.amount = std::min(other, sum(base)), offer.weights = base;
    }
    if (benefit.contains("max_off_fen")) offer.amount = std::min(offer.amount, benefit["max_off_fen"].get<Fen>());
    const Fen own = std::max(rule.value("minimum_own_fen", Fen(0)), policy->value("minimum_own_fen", Fen(0)));
    const Fen food = sum(left) - left.back();
    const Fen open = on == "food" ? food : on == "total" ? food + left.back() : left.back();
    offer.amount = std::min(offer.amount, std::max<Fen>(0, open - own));
    for (const auto& name : words(rule.value("limits", json::array()))) {
        const json& limit = (*policy)["limits"][name];
        bool used_up = false;
        if (has_room(full_name(name), limit, offer.amount, used_up)) continue;
        offer.refuses = used_up && limit.value("when_used_up", "skip") == "refuse";
        return offer;
    }
    if (!rule.contains("payers") || offer.amount == 0) return offer;
    pay(offer.amount, rule["payers"], rule.value("payers_when_less", "in_order") == "pro_rata", offer);
    offer.amount = 0;
    for (const auto& [payer, share] : offer.payers) offer.amount += share;
    offer.granted = offer.amount > 0 && !offer.payers.contains("");
    return offer;
}

void NaiveSale::take(const json& rule, const Offer& offer) {
    const auto shares = offer.amount == sum(offer.weights) ? offer.weights : in_proportion(offer.amount, offer.weights);
    for (std::size_t i = 0; i < left.size(); ++i) left[i] -= shares[i];
    answer.benefits.push_back({rule["id"], offer.amount, offer.payers});
    std::set<std::string> names;
    for (const auto& name : words(rule.value("limits", json::array()))) names.insert(name);
    for (const auto& name : names) answer.counted[full_name(name)] += offer.amount;
    for (const auto& [name, amount] : offer.budgets) answer.counted[full_name(name)] += amount;
}

void NaiveSale::enter(const json& next) {
    policy = &next;
    policy_applies = !next.contains("if") || holds(next["if"]);
}

// All rules of the group, in every policy, compete where the first of them stands.
void NaiveSale::best_of(const std::string& group, const std::string& key) {
    const json* const here = policy;
    const bool applies_here = policy_applies;
    Fen best = 0;
    taken_groups[key] = "";
    for (const json* one : policies) {
        const json& other = *one;
        if (!other["groups"].contains(group)) continue;
        if (&other != here && !other["groups"][group].value("shared", false)) continue;
        if (&other == here) {
            policy = here;
            policy_applies = applies_here;
        } else {
            enter(other);
        }
        for (const auto& rival : other["rules"]) {
            if (rival.value("group", "") != group) continue;
            const Offer offer = offer_of(rival);
            if (!offer.granted || offer.amount <= best) continue;
            best = offer.amount;
            taken_groups[key] = rival["id"];
        }
        if (!(*here)["groups"][group].value("shared", false) && &other == here) break;
    }
    policy = here;
    policy_applies = applies_here;
}

void NaiveSale::price_rule(const json& rule) {
    const std::string group = rule.value("group", "");
    const bool shared = !group.empty() && (*policy)["groups"][group].value("shared", false);
    const std::string key = shared ? group : (*policy)["id"].get<std::string>() + "/" + group;
    const std::string pick = group.empty() ? "" : (*policy)["groups"][group]["pick"].get<std::string>();
    if (pick == "best" && !taken_groups.contains(key)) best_of(group, key);
    const bool chosen = pick != "best" || taken_groups[key] == rule["id"];
    if (!chosen && !taken_groups[key].empty()) return;
    if ((pick == "first" || pick == "class") && taken_groups.contains(key)) return;
    const bool fits = policy_applies && (!rule.contains("if") || holds(rule["if"]));
    if (pick == "class" && fits) taken_groups[key] = rule["id"];
    const Offer offer = offer_of(rule);
    if (offer.granted && chosen) {
        take(rule, offer);
        if (pick == "first") taken_groups[key] = rule["id"];
    }
    if (offer.refuses) answer.refused = "used_up";
}

bool NaiveSale::refuse_first() {
    for (const auto& one : policies) {
        enter(*one);
        for (const auto& rule : one->value("refusals", json::array())) {
            if (!policy_applies || (rule.contains("if") && !holds(rule["if"]))) continue;
            const auto limits = words(rule.value("limits", json::array()));
            bool refuses = limits.empty();
            for (const auto& name : limits) refuses = refuses || reached(full_name(name), (*one)["limits"][name]);
            if (refuses) {
                answer.refused = rule["code"];
                return true;
            }
            for (const auto& name : limits) {
                if (!keys_of((*one)["limits"][name], asked).empty()) answer.counted[full_name(name)] += 0;
            }
        }
    }
    return false;
}

void NaiveSale::add_operator(const json& rule) {
    if (rule.contains("if") && !holds(rule["if"])) return;
    const std::string per = rule["per"];
    if (per == "delivery" && asked["service"] != "delivery") return;
    if (per == "person_day" && diner().empty()) return;
    const auto chosen = parts_of("food", rule);
    if (std::count(chosen.begin(), chosen.end(), true) == 0) return;
    Fen pieces = 0;
    Fen list = 0;
    Fen paid = 0;
    for (std::size_t i = 0; i + 1 < left.size(); ++i) {
        if (!chosen[i]) continue;
        pieces += pieces_of(i);
        list += gross[i];
        paid += left[i];
    }
    Fen amount = 0;
    if (rule.contains("percent")) {
        const Fen whole = rule["of"] == "list" ? list : rule["of"] == "paid" ? paid : list - paid;
        const std::string text = rule["percent"].is_string() ? rule["percent"].get<std::string>() : rule["percent"].dump() + "/100";
        amount = rounded(Wide(whole) * std::stoll(text), std::stoll(text.substr(text.find('/') + 1)), rule["rounding"]);
    } else {
        amount = std::max<Fen>(0, amount_for(rule, "amount_fen", {})) * (per == "piece" ? pieces : 1);
    }
    if (rule.contains("max_fen")) amount = std::min(amount, rule["max_fen"].get<Fen>());
    if (amount == 0) return;
    const std::string daily = (*policy)["id"].get<std::string>() + "/" + rule["id"].get<std::string>();
    bool used_up = false;
    if (per == "person_day" && !has_room(daily, {{"per", "day"}, {"for", "person"}, {"max_uses", 1}}, amount, used_up)) return;
    for (const auto& name : words(rule.value("limits", json::array()))) {
        if (!has_room(full_name(name), (*policy)["limits"][name], amount, used_up)) return;
    }
    Offer offer;
    pay(amount, rule["payers"], false, offer);
    if (offer.payers.empty() || offer.payers.contains("")) return;
    Fen total = 0;
    for (const auto& [payer, share] : offer.payers) total += share;
    answer.operators.emplace_back(rule["id"], offer.payers);
    if (per == "person_day") answer.counted[daily] += total;
    std::set<std::string> names;
    for (const auto& name : words(rule.value("limits", json::array()))) names.insert(name);
    for (const auto& name : names) answer.counted[full_name(name)] += total;
    for (const auto& [name, share] : offer.budgets) answer.counted[full_name(name)] += share;
}

void NaiveSale::note_numbered() {
    for (const json* one : policies) spans_asked_for(*one, answer.numbered);
}

NaiveAnswer NaiveSale::run() {
    if (!refuse_first()) {
        for (const auto& one : policies) {
            enter(*one);
            for (const auto& rule : (*one)["rules"]) {
                if (answer.refused.empty()) price_rule(rule);
            }
        }
        for (const auto& one : policies) {
            enter(*one);
            if (!policy_applies || !answer.refused.empty()) continue;
            for (const auto& rule : one->value("operator", json::array())) add_operator(rule);
        }
    }
    note_numbered();
    answer.paid = sum(left);
    if (answer.refused.empty()) return answer;
    NaiveAnswer refused;
    refused.list = answer.list;
    refused.delivery = answer.delivery;
    refused.paid = answer.list + answer.delivery;
    refused.refused = answer.refused;
    return refused;
}

NaiveTill::NaiveTill(std::vector<json> documents) {
    for (auto& document : documents) {
        if (document.contains("mulin_calendar")) {
            calendars_[document["id"]] = document;
        } else {
            policies_.push_back(std::move(document));
        }
    }
    std::stable_sort(policies_.begin(), policies_.end(), [](const json& a, const json& b) { return a["order"] < b["order"]; });
}

NaiveAnswer NaiveTill::quote(const json& asked) const { return NaiveSale(*this, asked).run(); }

void NaiveTill::serve(const json& asked, const NaiveAnswer& answer) {
    if (answer.refused.empty()) served_.push_back({asked, answer.counted, answer.numbered});
}

}  // namespace mulin::tests
