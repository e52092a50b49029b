#include "tests/support/policy_random.h"

#include <set>
#include <string>

#include "payment/base/id.h"

namespace mulin::tests {

using nlohmann::json;

namespace {

class Maker {
  public:
    explicit Maker(std::uint64_t seed) : random_(seed) {}

    PolicyTrial trial() {
        PolicyTrial made;
        const int policies = number(1, 3);
        shared_ = limit();
        shared_["shared"] = true;
        for (int i = 0; i < policies; ++i) add_policy(made, i);
        const int cases = number(1, 8);
        for (int i = 0; i < cases; ++i) made.cases.push_back(sale(i));
        return made;
    }

  private:
    int number(int low, int high) { return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1))); }
    bool chance(int percent) { return number(1, 100) <= percent; }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return *(values.begin() + number(0, static_cast<int>(values.size()) - 1));
    }
    std::string word(std::initializer_list<const char*> values) { return one_of(values); }

    json range(int low, int high) {
        json made = json::object();
        const int a = number(low, high);
        const int b = number(a + 1, high + 2);
        if (chance(80)) made[word({"from", "from", "above"})] = a;
        if (made.empty() || chance(60)) made[word({"below", "below", "through"})] = b + 1;
        return made;
    }

    json atom() {
        if (number(0, 19) < 9) return plain_atom(number(0, 19));
        return rarer_atom(number(0, 19));
    }

    json plain_atom(int which) {
        switch (which) {
            case 0:
            case 1: return {{"age", chance(50) ? range(55, 95) : json{{word({"from", "from", "below"}), one_of({60, 65, 70, 75, 80})}}}};
            case 2: return {{"hukou", word({"31", "310110", "310110016", "3202"})}};
            case 3: return {{"residence", json::array({word({"310110", "310110016"}), word({"310118", "32"})})}};
            case 4: return {{"aid", word({"dibao", "tekun"})}};
            case 5: return {{"cards", word({"jinglao", "shebao"})}};
            case 6: return {{"presented", word({"jinglao", "shebao"})}};
            case 7: return {{"meal", json::array({word({"breakfast", "lunch"}), word({"lunch", "dinner"})})}};
            case 8: return {{"service", word({"dine_in", "take_away", "delivery"})}};
            case 9: return {{"weekday", json::array({"mon", "tue", word({"wed", "thu", "fri", "sat", "sun"})})}};
            case 10: return {{"tender", word({"cash", "unionpay_qr"})}};
            case 11: return {{"residence_here", word({"district", "subdistrict"})}};
            case 12: return {{"disability_grade", range(0, 3)}};
            case 13: return {{"list_fen", range(500, 4000)}};
            case 14: return {{"has_item", {{"item_class", word({"set", "dish", "drink"})}}}};
            case 15: return {{"nth_meal", {{"of", word({"day", "meal"})}, {"from", 1}, {"through", number(1, 2)}}}};
            case 16: return {{"time", {{"from", word({"06:00", "10:30"})}, {"before", word({"11:45", "13:00", "24:00"})}}}};
            case 17: return {{"granted", chance(30) ? json("*") : json(word({"r0-0", "r0-1", "r1-0"}))}};
            case 18: return {{"vendor", word({"V1", "V2"})}};
            default: return {{"guest", chance(30)}};
        }
    }

    json rarer_atom(int which) {
        switch (which) {
            case 0:
            case 1:
            case 2: return {{"day", word({"working_day", "rest_day", "public_holiday", "makeup_working_day"})}};
            case 3: return {{"nth_meal", {{"of", word({"day", "week", "month", "year", "campaign"})}, {"every", 2}}}};
            case 4: return {{"nth_meal", {{"of", word({"week", "month", "campaign"})}, {"from", number(1, 3)}}}};
            case 5: return {{"day_of_month", range(1, 15)}};
            case 6: return {{"month_day", {{"from", word({"03-09", "12-01"})}, {"through", word({"03-10", "03-31"})}}}};
            case 7: return {{"date", json::array({word({"2026-03-09", "2026-03-10"}), "2026-03-14"})}};
            case 8: return {{"date", {{"from", "2026-03-10"}}}};
            case 9: return {{"birthday", word({"day", "month"})}};
            case 10: return {{"hukou_here", word({"province", "city", "district", "subdistrict"})}};
            case 11: return {{"hukou_is_residence", word({"city", "district", "subdistrict"})}};
            case 12: return {{"on_list", "named"}};
            case 13: return {{"living", word({"alone", "care_home"})}};
            case 14: return {{"care", word({"none", "severe"})}};
            case 15: return {{"site_tags", "new"}};
            case 16: return {{"has_item", {{"item_class", word({"set", "dish"})}, {"pieces", range(1, 3)}}}};
            case 17: return {{"has_item", {{"weighed", chance(50)}}}};
            case 18: return {{"subdistrict", word({"310110", "310118101"})}};
            default: return in_named_ ? json{{"approved", "meal"}} : json{{"is", chance(50) ? json("n1") : json::array({"n1", "n2"})}};
        }
    }

    json condition(int depth) {
        if (depth > 0 && chance(25)) return {{"any", json::array({condition(depth - 1), condition(depth - 1)})}};
        if (depth > 0 && chance(15)) return {{"not", condition(depth - 1)}};
        if (depth > 0 && chance(25)) return {{"all", json::array({condition(depth - 1), atom()})}};
        json made = atom();
        if (chance(30)) made.update(atom());
        return made;
    }

    json rounding() {
        json made{{"mode", word({"half_up", "half_even", "down", "up"})}, {"unit", word({"fen", "jiao", "yuan"})}};
        if (chance(25)) made["of"] = word({"paid", "off"});
        return made;
    }

    json percent() {
        json made{{"kind", "percent"}, {"rounding", rounding()}};
        made[word({"pay_percent", "off_percent"})] = chance(35) ? json(word({"72.5", "33.3333", "0", "100", "1/3", "1/4", "2/7"})) : json(number(0, 100));
        if (chance(25)) made["per"] = "line";
        if (chance(25)) made["basis"] = word({"gross", "after_earlier"});
        if (chance(25)) made["up_to"] = {{"amount_fen", number(1, 3000)}, {"limits", word({"part", "gate"})}};
        return made;
    }

    json with_amount(json made, const char* name, int high) {
        if (chance(65)) {
            made[name] = number(0, high);
        } else if (chance(40) && made["kind"] != "percent") {
            const bool by_line = made["kind"] == "price" || made.value("per", "sale") != "sale";
            const bool line = by_line && chance(60);
            made["by_class"] = {{"class", line ? "k-item" : "k-aid"}};
            for (const char* value : {line ? "set" : "dibao", line ? "dish" : "tekun"}) made["by_class"]["amounts_fen"][value] = number(0, high);
        } else {
            made["list"] = json::array({{{"if", condition(0)}, {name, number(0, high)}}, {{"if", condition(0)}, {name, number(0, high)}}});
            if (chance(50)) made["list"].push_back({{name, number(0, high)}});
        }
        return made;
    }

    json benefit() {
        json made;
        const int kind = number(0, 9);
        if (kind < 4) made = percent();
        if (kind == 4 || kind == 5) made = with_amount({{"kind", "amount"}}, "amount_fen", 1200);
        if (kind == 6) made = with_amount({{"kind", "amount"}, {"per", word({"line", "piece"})}}, "amount_fen", 400);
        if (kind == 7) made = with_amount({{"kind", "price"}}, "price_fen", 2000);
        const bool by_weight = kind == 7 && chance(30);
        if (by_weight) made["per"] = "500g";
        if (kind == 8) made = with_amount({{"kind", "pay_at_most"}}, "pay_fen", 2000);
        if (kind == 9) made = {{"kind", "free"}};
        if (made["kind"] == "amount" && chance(30)) made["if_over"] = word({"cap", "skip"});
        if (chance(20)) made["max_off_fen"] = number(0, 800);
        if (by_weight) return made;
        const bool by_line = made.contains("by_class") && made["by_class"]["class"] == "k-item";
        const bool whole = made.value("per", "sale") == "sale" && made["kind"] != "price" && !by_line;
        if (whole && chance(25)) {
            made["on"] = word({"food", "delivery_fee", "total"});
        } else if (chance(20) && made.value("basis", "") != "gross") {
            made["pieces"] = {{"count", number(1, 3)}, {"pick", word({"dearest", "cheapest", "first"})}};
        }
        return made;
    }

    json payers() {
        if (chance(40)) return word({"district", "city", "vendor", "street:{residence_subdistrict}", "city:{hukou_city}", "site:{site}"});
        json made = json::array();
        const int count = number(1, 4);
        for (int i = 0; i < count; ++i) {
            json payer{{"payer", word({"city", "district", "street", "vendor", "donor"})}};
            const int kind = number(0, 3);
            if (kind == 0) payer["fixed_fen"] = number(0, 500);
            if (kind == 1) payer["percent"] = number(0, 100);
            if (kind == 2) payer["ratio"] = number(1, 7);
            if (kind == 3) payer["remainder"] = true;
            if (chance(30)) payer["cap_fen"] = number(0, 400);
            if (i == 0 && chance(50)) payer["limit"] = word({"f", "f", "f-sale"});
            if (chance(20)) payer["if"] = condition(0);
            made.push_back(payer);
        }
        return made;
    }

    json threshold() {
        json made{{"amount_fen", number(1, 4000)}, {"basis", word({"gross", "after_earlier"})}, {"compare", word({"at_least", "exceeds"})},
                  {"delivery_fee", word({"included", "excluded"})}};
        if (chance(25)) made["of"] = word({"all", "selected"});
        if (chance(30)) {
            made["repeat"] = "every";
            made["amount_fen"] = number(500, 4000);
            if (chance(50)) made["at_most_times"] = number(1, 3);
        }
        return made;
    }

    json rule(int policy, int index) {
        json made{{"id", "r" + std::to_string(policy) + "-" + std::to_string(index)}, {"name", {{"zh", "优惠"}, {"en", "benefit"}}}};
        if (chance(75)) made["if"] = condition(2);
        made["benefit"] = benefit();
        const bool on_food = made["benefit"].value("on", "food") == "food";
        if (on_food && chance(30)) made["items"] = {{"item_class", word({"set", "dish", "drink"})}};
        if (chance(35)) made["threshold"] = threshold();
        if (chance(55)) made["group"] = word({"g-first", "g-best", "g-class", "s-first", "s-best", "s-best"});
        if (chance(50)) made["limits"] = json::array({word({"a", "b", "z"}), word({"c", "d", "e", "once"})});
        if (chance(96)) made["payers"] = payers();
        if (made.value("payers", json()).is_array() && chance(40)) made["payers_when_less"] = word({"pro_rata", "in_order"});
        if (chance(12)) made["at_least_as"] = word({"r0-0", "r1-0", "r2-0"});
        if (chance(15)) made["minimum_own_fen"] = number(0, 500);
        return made;
    }

    json limit() {
        json made{{"per", word({"meal", "day", "week", "month", "year", "campaign", "release", "release"})},
                  {"for", word({"person", "person_at_site", "site", "everyone", "identifiers", "identifiers"})}};
        if (chance(70)) made["max_uses"] = number(0, 3);
        if (!made.contains("max_uses") || chance(30)) made["max_fen"] = number(0, 1500);
        if (chance(10)) made["when_used_up"] = "refuse";
        if (chance(30)) made["when_short"] = word({"part", "none"});
        const std::string per = made["per"];
        if (per == "release") {
            made["release"] = {{"weekdays", json::array({word({"sun", "mon"}), word({"tue", "sat"})})}, {"at", word({"07:30", "10:30", "12:00"})}};
            if (chance(50)) made["release"]["valid_hours"] = one_of({5, 24, 48});
        }
        const bool spans = per == "day" || per == "week" || per == "month";
        if (spans && chance(40)) made["carry_over"] = word({"year", "campaign"});
        if ((per == "release" || per == "year") && chance(50)) made["carry_over"] = "campaign";
        if (made.contains("carry_over") && chance(60)) made["carry_since"] = word({"2026-03-08", "2026-03-09", "2025-12-30", "2026-03-31"});
        return made;
    }

    json operator_amount(int index) {
        json made{{"id", "o" + std::to_string(index)}, {"if", condition(1)}, {"payers", payers()}};
        if (chance(35)) {
            made["percent"] = chance(30) ? json("1/3") : json(number(1, 100));
            made["of"] = word({"list", "paid", "benefits"});
            made["rounding"] = rounding();
            made["rounding"].erase("of");
            made["per"] = word({"serving", "person_day", "delivery"});
        } else {
            made["per"] = word({"serving", "person_day", "delivery", "piece"});
            if (chance(70)) made["amount_fen"] = number(1, 500);
            if (!made.contains("amount_fen")) made["list"] = json::array({{{"if", condition(0)}, {"amount_fen", number(0, 300)}}, {{"amount_fen", number(0, 200)}}});
        }
        if (chance(25)) made["items"] = {{"item_class", word({"set", "dish"})}};
        if (chance(25)) made["max_fen"] = number(1, 300);
        if (chance(35)) made["limits"] = json::array({word({"a", "b", "z", "once"})});
        return made;
    }

    json refusal(int index) {
        json made{{"id", "f" + std::to_string(index)}, {"code", word({"second_swipe", "ticket"})}, {"say", {{"zh", "不可以"}, {"en", "no"}}}, {"if", condition(1)}};
        if (chance(85)) {
            made["limits"] = json::array({word({"a", "b", "c", "z"})});
        } else {
            made["if"] = {{"all", json::array({made["if"], condition(0), condition(0)})}};
        }
        return made;
    }

    json policy(int index, const json& limits, const json& effective) {
        json made{{"mulin_policy", 1}, {"id", "p" + std::to_string(index)}, {"version", effective["from"]}, {"name", {{"zh", "规则"}, {"en", "rules"}}},
                  {"effective", effective}, {"order", 30 - index * 10}, {"calendars", json::array({"trial"})}};
        made["limits"] = limits;
        made["groups"] = {{"g-first", {{"pick", "first"}}}, {"g-best", {{"pick", "best"}}}, {"g-class", {{"pick", "class"}}},
                          {"s-first", {{"pick", "first"}, {"shared", true}}}, {"s-best", {{"pick", "best"}, {"shared", true}}}};
        made["lists"] = {{"named", {{"diners", json::array({"D1"})}, {"from", "2026-03-09"}}}};
        made["classes"] = {{"k-aid", {{"of", "aid"}, {"values", json::array({"dibao", "tekun"})}}}, {"k-item", {{"of", "item_class"}, {"values", json::array({"set", "dish"})}}}};
        in_named_ = true;
        made["conditions"] = {{"n1", condition(1)}, {"n2", condition(1)}};
        in_named_ = false;
        if (chance(45)) made["age_counts_from"] = word({"birthday", "birth_month", "month_after", "birth_year"});
        if (chance(20)) made["if"] = condition(1);
        if (chance(15)) made["minimum_own_fen"] = number(0, 500);
        made["rules"] = json::array();
        const int rules = number(1, 6);
        for (int i = 0; i < rules; ++i) made["rules"].push_back(rule(index, i));
        if (chance(40)) made["operator"] = json::array({operator_amount(index)});
        if (chance(20)) made["refusals"] = json::array({refusal(index)});
        return made;
    }

    json limits_of_policy() {
        json made;
        for (const char* name : {"a", "b", "c", "d", "e"}) made[name] = limit();
        made["f"] = {{"per", word({"day", "week", "campaign"})}, {"for", word({"everyone", "person", "site"})}, {"max_fen", number(1, 500)}};
        made["f-sale"] = {{"per", "sale"}, {"max_fen", number(1, 500)}};
        made["once"] = {{"per", "sale"}, {"max_fen", number(0, 800)}};
        made["z"] = shared_;
        return made;
    }

    // One or two versions of a policy; their limits are the same, because counters go on.
    void add_policy(PolicyTrial& trial, int index) {
        const json limits = limits_of_policy();
        const std::string from = word({"2025-12-01", "2026-02-15", "2026-03-01"});
        if (chance(80)) {
            trial.policies.push_back(policy(index, limits, {{"from", from}, {"through", nullptr}}));
            return;
        }
        trial.policies.push_back(policy(index, limits, {{"from", from}, {"through", chance(70) ? json("2026-03-09") : json(nullptr)}}));
        trial.policies.push_back(policy(index, limits, {{"from", "2026-03-10"}, {"through", nullptr}}));
    }

    json line(int index) {
        json made{{"item", "i" + std::to_string(index)}, {"class", word({"set", "dish", "drink"})}, {"quantity", number(1, 3)}};
        if (chance(15)) {
            made["weight_g"] = number(1, 900);
            made["price_fen_per_500g"] = number(100, 4000);
        } else {
            made["unit_price_fen"] = one_of({0, 1, 333, 500, 800, 1000, 1500, 2000, number(1, 5000)});
        }
        return made;
    }

    json sale(int index) {
        const std::string day = word({"2026-03-08", "2026-03-09", "2026-03-10", "2026-03-10", "2026-03-12", "2026-03-14", "2026-03-31", "2026-04-01", "2027-01-01"});
        json made{{"id", index}, {"at", day + word({"T07:10:00+08:00", "T10:30:00+08:00", "T11:45:00+08:00", "T18:00:00+08:00"})},
                  {"commit", chance(75)}, {"meal", word({"breakfast", "lunch", "dinner"})}, {"service", word({"dine_in", "take_away", "delivery"})},
                  {"presented", word({"", "jinglao", "shebao"})}, {"tender", word({"cash", "unionpay_qr"})},
                  {"delivery_fee_fen", chance(40) ? number(0, 600) : 0}};
        made["site"] = {{"id", word({"S1", "S2"})}, {"subdistrict", word({"310110016", "310110018", "310118101"})}, {"vendor", word({"V1", "V2"})}};
        if (chance(40)) made["site"]["tags"] = json::array({"new"});
        made["diner"] = nullptr;
        if (chance(88)) {
            made["diner"] = {{"id", word({"D1", "D2"})}, {"birth_date", std::to_string(chance(50) ? number(1930, 1970) : one_of({1946, 1951, 1956, 1961, 1966})) + word({"-01-01", "-03-09", "-03-10", "-12-31", "-02-28"})},
                             {"hukou", word({"310110016", "310110018", "310118101", "320205003"})}, {"residence", word({"310110016", "310110018", "310118101"})},
                             {"disability_grade", number(0, 4)}};
            if (chance(30)) made["diner"]["aid"] = json::array({word({"dibao", "tekun"})});
            if (chance(30)) made["diner"]["living"] = json::array({word({"alone", "care_home"})});
            if (chance(30)) made["diner"]["care"] = "severe";
            if (chance(30)) made["diner"]["approved"] = json::array({"meal"});
            if (chance(60)) made["diner"]["identifiers"] = json::array({word({"phone:1", "phone:1", "phone:2"})});
            if (chance(50)) made["diner"]["cards"] = json::array({word({"jinglao", "shebao"})});
        }
        const int lines = number(1, 4);
        for (int i = 0; i < lines; ++i) made["lines"].push_back(line(i));
        return made;
    }

    payment::SeededRandom random_;
    json shared_;            // the limit all policies of a trial share
    bool in_named_ = false;  // named conditions do not name others here
};

void without_each(const json& list, const auto& use) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        json less = list;
        less.erase(i);
        use(std::move(less));
    }
}

}  // namespace

json trial_calendar() {
    return {{"mulin_calendar", 1}, {"id", "trial"}, {"years", json::array({2026, 2027})}, {"holidays", json::array({"2026-03-10", "2027-01-01"})},
            {"makeup_working_days", json::array({"2026-03-08"})}};
}

PolicyTrial random_trial(std::uint64_t seed) { return Maker(seed).trial(); }

std::vector<PolicyTrial> smaller_trials(const PolicyTrial& trial) {
    std::vector<PolicyTrial> smaller;
    for (std::size_t i = 0; i < trial.policies.size(); ++i) {
        PolicyTrial less = trial;
        less.policies.erase(less.policies.begin() + static_cast<std::ptrdiff_t>(i));
        if (!less.policies.empty()) smaller.push_back(less);
        for (const char* key : {"rules", "operator", "refusals"}) {
            without_each(trial.policies[i].value(key, json::array()), [&](json rules) {
                PolicyTrial made = trial;
                made.policies[i][key] = std::move(rules);
                smaller.push_back(std::move(made));
            });
        }
        for (const char* key : {"if", "minimum_own_fen", "age_counts_from"}) {
            if (!trial.policies[i].contains(key)) continue;
            PolicyTrial made = trial;
            made.policies[i].erase(key);
            smaller.push_back(std::move(made));
        }
        for (std::size_t r = 0; r < trial.policies[i]["rules"].size(); ++r) {
            for (const char* key : {"if", "items", "threshold", "group", "limits", "minimum_own_fen", "at_least_as", "payers_when_less"}) {
                if (!trial.policies[i]["rules"][r].contains(key)) continue;
                PolicyTrial made = trial;
                made.policies[i]["rules"][r].erase(key);
                smaller.push_back(std::move(made));
            }
        }
    }
    for (std::size_t i = 0; i < trial.cases.size(); ++i) {
        PolicyTrial less = trial;
        less.cases.erase(less.cases.begin() + static_cast<std::ptrdiff_t>(i));
        if (!less.cases.empty()) smaller.push_back(less);
        if (trial.cases[i]["lines"].size() < 2) continue;
        without_each(trial.cases[i]["lines"], [&](json lines) {
            PolicyTrial made = trial;
            made.cases[i]["lines"] = std::move(lines);
            smaller.push_back(std::move(made));
        });
    }
    return smaller;
}

}  // namespace mulin::tests
