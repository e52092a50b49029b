#include "tests/support/policy_naive.h"

#include <algorithm>

namespace mulin::tests {

using nlohmann::json;
using Fen = std::int64_t;
using Wide = __int128;

namespace {

// Days are counted one by one from 1970: slow, and plainly right.
int days_in(int year, int month) {
    static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

int number_at(const std::string& text, std::size_t at, std::size_t count) { return std::stoi(text.substr(at, count)); }

int day_number(const std::string& date) {
    int days = 0;
    for (int y = 1970; y < number_at(date, 0, 4); ++y) {
        for (int m = 1; m <= 12; ++m) days += days_in(y, m);
    }
    for (int m = 1; m < number_at(date, 5, 2); ++m) days += days_in(number_at(date, 0, 4), m);
    return days + number_at(date, 8, 2) - 1;
}

int weekday(const std::string& date) { return (day_number(date) + 3) % 7; }  // Monday is 0; 1970 began on a Thursday

std::string date_of(const json& asked) { return asked["at"].get<std::string>().substr(0, 10); }

int minute_of(const json& asked) {
    const std::string at = asked["at"];
    return number_at(at, 11, 2) * 60 + number_at(at, 14, 2);
}

int age_of(const json& asked) {
    if (!asked["diner"].is_object() || !asked["diner"].contains("birth_date")) return -1;
    const std::string birth = asked["diner"]["birth_date"];
    const std::string today = date_of(asked);
    const int years = number_at(today, 0, 4) - number_at(birth, 0, 4);
    return today.substr(5) >= birth.substr(5) ? years : years - 1;
}

bool in_range(const json& range, Fen value) {
    if (range.contains("from") && value < range["from"].get<Fen>()) return false;
    if (range.contains("above") && value <= range["above"].get<Fen>()) return false;
    if (range.contains("through") && value > range["through"].get<Fen>()) return false;
    if (range.contains("below") && value >= range["below"].get<Fen>()) return false;
    return true;
}

std::vector<std::string> words(const json& value) {
    if (value.is_string()) return {value.get<std::string>()};
    return value.is_array() ? value.get<std::vector<std::string>>() : std::vector<std::string>{};
}

bool share_a_word(const json& wanted, const json& held) {
    for (const auto& a : words(wanted)) {
        for (const auto& b : words(held)) {
            if (a == b) return true;
        }
    }
    return false;
}

bool starts_with_any(const std::string& code, const json& areas) {
    for (const auto& area : words(areas)) {
        if (code.substr(0, area.size()) == area) return true;
    }
    return false;
}

bool selected(const json& selector, const json& line) {
    if (selector.contains("item") && !share_a_word(selector["item"], line["item"])) return false;
    if (selector.contains("item_class") && !share_a_word(selector["item_class"], line["class"])) return false;
    const bool weighed = line.contains("weight_g");
    if (selector.contains("weighed") && selector["weighed"].get<bool>() != weighed) return false;
    const Fen price = line[weighed ? "price_fen_per_500g" : "unit_price_fen"].get<Fen>();
    return !selector.contains("unit_price_fen") || in_range(selector["unit_price_fen"], price);
}

Fen rounded(Wide top, Wide bottom, const json& rounding) {
    const std::string unit_name = rounding["unit"];
    const std::string mode = rounding["mode"];
    const Wide unit = unit_name == "fen" ? 1 : unit_name == "jiao" ? 10 : 100;
    bottom *= unit;
    Wide whole = 0;
    whole = top / bottom;
    const Wide rest = top - whole * bottom;
    if (mode == "up" && rest > 0) ++whole;
    if (mode == "half_up" && 2 * rest >= bottom) ++whole;
    if (mode == "half_even" && (2 * rest > bottom || (2 * rest == bottom && whole % 2 == 1))) ++whole;
    return static_cast<Fen>(whole * unit);
}

// Parts of `amount` in proportion to weights: rounded down, then one fen each to the largest rests.
std::vector<Fen> in_proportion(Fen amount, const std::vector<Fen>& weights) {
    Wide total = 0;
    for (const Fen w : weights) total += w;
    std::vector<Fen> parts(weights.size(), 0);
    if (total == 0) return parts;
    Fen given = 0;
    std::vector<std::pair<Wide, std::size_t>> rests;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        parts[i] = static_cast<Fen>(Wide(amount) * weights[i] / total);
        given += parts[i];
        rests.emplace_back(-(Wide(amount) * weights[i] % total), i);
    }
    std::sort(rests.begin(), rests.end());
    for (std::size_t i = 0; given < amount; ++i, ++given) ++parts[rests[i].second];
    return parts;
}

Fen sum(const std::vector<Fen>& values) {
    Fen total = 0;
    for (const Fen value : values) total += value;
    return total;
}

// "90", "72.5" and so on as ten-thousandths of a percent.
Wide percent_of(const json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const auto dot = text.find('.');
    std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
    fraction.resize(4, '0');
    return Wide(std::stoll(text.substr(0, dot))) * 10'000 + std::stoll(fraction);
}

}  // namespace

// One sale being priced.
struct NaiveSale {
    const NaiveTill& till;
    const json& asked;
    NaiveAnswer answer;
    std::vector<Fen> gross;
    std::vector<Fen> left;  // per line, then the delivery fee
    std::map<std::string, std::string> taken_groups;  // group -> rule, or "" for nobody
    bool policy_applies = true;  // asked once, before the policy's first rule

    struct Offer {
        bool granted = false;
        Fen amount = 0;
        std::vector<Fen> weights;
        std::map<std::string, Fen> payers;
        bool refuses = false;
    };

    NaiveSale(const NaiveTill& t, const json& a) : till(t), asked(a) {
        for (const auto& line : asked["lines"]) gross.push_back(price_of(line));
        answer.list = sum(gross);
        answer.delivery = asked.value("delivery_fee_fen", Fen(0));
        gross.push_back(answer.delivery);
        left = gross;
    }

    static Fen price_of(const json& line) {
        const Fen quantity = line.value("quantity", Fen(1));
        if (!line.contains("weight_g")) return line["unit_price_fen"].get<Fen>() * quantity;
        const Wide grams = Wide(line["price_fen_per_500g"].get<Fen>()) * line["weight_g"].get<Fen>() * quantity;
        return rounded(grams, 500, {{"mode", "half_up"}, {"unit", "fen"}});
    }

    std::string diner() const { return asked["diner"].is_object() ? asked["diner"]["id"].get<std::string>() : ""; }

    // Sales served before that fall in the same window for the same subject.
    bool counts_together(const json& limit, const json& other) const {
        const std::string per = limit["per"];
        const std::string who = limit["for"];
        const std::string today = date_of(asked);
        const std::string day = date_of(other);
        const bool same_diner = other["diner"].is_object() && other["diner"]["id"].get<std::string>() == diner();
        if (who == "person" && !same_diner) return false;
        if (who == "person_at_site" && (!same_diner || other["site"]["id"] != asked["site"]["id"])) return false;
        if (who == "site" && other["site"]["id"] != asked["site"]["id"]) return false;
        if (per == "meal") return today == day && asked["meal"] == other["meal"];
        if (per == "day") return today == day;
        if (per == "week") return day_number(today) - weekday(today) == day_number(day) - weekday(day);
        if (per == "month") return today.substr(0, 7) == day.substr(0, 7);
        if (per == "year") return today.substr(0, 4) == day.substr(0, 4);
        return true;
    }

    std::pair<Fen, Fen> used(const std::string& name, const json& limit) const {
        Fen uses = 0;
        Fen amount = 0;
        for (const auto& sale : till.served_) {
            const auto counted = sale.counted.find(name);
            if (counted == sale.counted.end() || !counts_together(limit, sale.asked)) continue;
            ++uses;
            amount += counted->second;
        }
        return {uses, amount};
    }

    bool diner_fact(const std::string& key, const json& value) const {
        if (!asked["diner"].is_object()) return false;
        const json& person = asked["diner"];
        const std::string here = asked["site"]["subdistrict"];
        if (key == "age") return age_of(asked) >= 0 && in_range(value, age_of(asked));
        if (key == "hukou" || key == "residence") return starts_with_any(person.value(key, ""), value);
        if (key == "residence_here") {
            const std::size_t digits = value == "district" ? 6 : 9;
            const std::string home = person.value("residence", "");
            return home.size() >= digits && here.size() >= digits && home.substr(0, digits) == here.substr(0, digits);
        }
        if (key == "disability_grade") return in_range(value, person.value("disability_grade", 0));
        if (key == "care") return share_a_word(value, person.value("care", "none"));
        if (key == "nth_meal") {
            Fen nth = 1;
            for (const auto& sale : till.served_) {
                const bool same = sale.asked["diner"].is_object() && sale.asked["diner"]["id"] == person["id"] &&
                                  date_of(sale.asked) == date_of(asked);
                nth += same && (value["of"] == "day" || sale.asked["meal"] == asked["meal"]);
            }
            return in_range(value, nth);
        }
        return share_a_word(value, person.value(key, json::array()));
    }

    bool fact(const std::string& key, const json& value) const {
        static const char* kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
        if (key == "all") return std::all_of(value.begin(), value.end(), [&](const json& c) { return holds(c); });
        if (key == "any") return std::any_of(value.begin(), value.end(), [&](const json& c) { return holds(c); });
        if (key == "not") return !holds(value);
        if (key == "guest") return value.get<bool>() != asked["diner"].is_object();
        if (key == "meal" || key == "service" || key == "presented" || key == "tender")
            return share_a_word(value, asked.value(key, ""));
        if (key == "weekday") return share_a_word(value, json(kWeekdays[weekday(date_of(asked))]));
        if (key == "time") return in_range({{"from", clock(value["from"])}, {"below", clock(value["before"])}}, minute_of(asked));
        if (key == "date") return date_of(asked) >= value["from"].get<std::string>() && date_of(asked) <= value["through"].get<std::string>();
        if (key == "site") return share_a_word(value, asked["site"]["id"]);
        if (key == "vendor") return share_a_word(value, asked["site"]["vendor"]);
        if (key == "subdistrict") return starts_with_any(asked["site"]["subdistrict"], value);
        if (key == "list_fen") return in_range(value, answer.list);
        if (key == "has_item")
            return std::any_of(asked["lines"].begin(), asked["lines"].end(), [&](const json& l) { return selected(value, l); });
        if (key == "granted")
            return std::any_of(answer.benefits.begin(), answer.benefits.end(), [&](const NaiveBenefit& b) {
                return share_a_word(value, json(b.rule)) || share_a_word(value, json("*"));
            });
        return diner_fact(key, value);
    }

    static int clock(const json& text) { return number_at(text, 0, 2) * 60 + number_at(text, 3, 2); }

    bool holds(const json& condition) const {
        for (const auto& [key, value] : condition.items()) {
            if (!fact(key, value)) return false;
        }
        return true;
    }

    std::vector<bool> parts_of(const json& rule) const {
        const std::string on = rule["benefit"].value("on", "food");
        std::vector<bool> chosen(left.size(), false);
        for (std::size_t i = 0; i + 1 < left.size(); ++i)
            chosen[i] = on != "delivery_fee" && (!rule.contains("items") || selected(rule["items"], asked["lines"][i]));
        chosen.back() = on != "food";
        return chosen;
    }

    Fen pieces_of(std::size_t i) const {
        if (i + 1 == left.size() || asked["lines"][i].contains("weight_g")) return 1;
        return asked["lines"][i].value("quantity", Fen(1));
    }

    Fen times_reached(const json& threshold, const std::vector<bool>& chosen) const {
        const auto& amounts = threshold["basis"] == "gross" ? gross : left;
        Fen spend = 0;
        for (std::size_t i = 0; i + 1 < amounts.size(); ++i) {
            if (threshold.value("of", "all") == "all" || chosen[i]) spend += amounts[i];
        }
        if (threshold["delivery_fee"] == "included") spend += amounts.back();
        const Fen amount = threshold["amount_fen"];
        Fen times = 0;
        const bool exceeds = threshold["compare"] == "exceeds";
        while (exceeds ? spend > amount * (times + 1) : spend >= amount * (times + 1)) {
            ++times;
            if (threshold.value("repeat", "once") == "once" || times == threshold.value("at_most_times", Fen(1'000'000))) break;
        }
        return times;
    }

    // Which pieces of which parts, as (part, pieces).
    std::vector<Fen> base_of(const json& benefit, const std::vector<bool>& chosen, std::vector<Fen>& pieces) const {
        std::vector<Fen> base(left.size(), 0);
        pieces.assign(left.size(), 0);
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (chosen[i]) order.push_back(i);
        }
        Fen wanted = 1'000'000'000;
        if (benefit.contains("pieces")) {
            wanted = benefit["pieces"]["count"];
            const std::string pick = benefit["pieces"]["pick"];
            const auto price = [&](std::size_t i) {
                const json& line = asked["lines"][i];
                return line.contains("weight_g") ? gross[i] : line["unit_price_fen"].get<Fen>();
            };
            std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
                return pick == "dearest" ? price(a) > price(b) : pick == "cheapest" ? price(a) < price(b) : false;
            });
        }
        for (const auto i : order) {
            pieces[i] = std::min(wanted, pieces_of(i));
            wanted -= pieces[i];
            base[i] = static_cast<Fen>(Wide(left[i]) * pieces[i] / pieces_of(i));
        }
        return base;
    }

    Fen amount_for(const json& benefit, const std::string& name) const {
        if (benefit.contains(name)) return benefit[name];
        for (const auto& entry : benefit["list"]) {
            if (!entry.contains("if") || holds(entry["if"])) return entry[name];
        }
        return -1;
    }

    static Fen percent_off(const json& benefit, Fen on) {
        if (benefit.contains("up_to")) {
            const Fen up_to = benefit["up_to"]["amount_fen"];
            if (benefit["up_to"]["limits"] == "gate" && on > up_to) return 0;
            on = benefit["up_to"]["limits"] == "part" ? std::min(on, up_to) : on;
        }
        const bool pay = benefit.contains("pay_percent");
        const Wide percent = percent_of(benefit[pay ? "pay_percent" : "off_percent"]);
        const bool round_paid = benefit["rounding"].value("of", pay ? "paid" : "off") == "paid";
        const Wide pay_percent = pay ? percent : 1'000'000 - percent;
        Fen off = round_paid ? on - rounded(Wide(on) * pay_percent, 1'000'000, benefit["rounding"])
                             : rounded(Wide(on) * (1'000'000 - pay_percent), 1'000'000, benefit["rounding"]);
        return std::max<Fen>(0, std::min(off, on));
    }

    void raw_offer(const json& benefit, const std::vector<bool>& chosen, Fen times, Offer& offer) const {
        std::vector<Fen> pieces;
        const std::vector<Fen> base = base_of(benefit, chosen, pieces);
        const std::string kind = benefit["kind"];
        const std::string per = benefit.value("per", "sale");
        offer.weights = base;
        if (kind == "free") offer.amount = sum(base);
        if (kind == "pay_at_most") {
            const Fen pay = amount_for(benefit, "pay_fen");
            offer.amount = pay < 0 ? 0 : std::max<Fen>(0, sum(base) - pay);
        }
        if (kind == "percent" && per == "sale") {
            Fen whole = 0;
            for (std::size_t i = 0; i < gross.size(); ++i) whole += chosen[i] ? gross[i] : 0;
            offer.amount = std::min(percent_off(benefit, benefit.value("basis", "") == "gross" ? whole : sum(base)), sum(base));
        }
        if (kind == "amount" && per == "sale") {
            const Fen each = amount_for(benefit, "amount_fen");
            const Fen off = std::max<Fen>(0, each) * times;
            offer.amount = off <= sum(base) ? off : benefit.value("if_over", "cap") == "skip" ? 0 : sum(base);
        }
        if (kind == "price" || per != "sale") per_part(benefit, base, pieces, chosen, times, offer);
    }

    void per_part(const json& benefit, const std::vector<Fen>& base, const std::vector<Fen>& pieces,
                  const std::vector<bool>& chosen, Fen times, Offer& offer) const {
        offer.weights.assign(base.size(), 0);
        for (std::size_t i = 0; i < base.size(); ++i) {
            if (!chosen[i] || pieces[i] == 0) continue;
            Fen off = 0;
            if (benefit["kind"] == "percent") {
                off = std::min(percent_off(benefit, benefit.value("basis", "") == "gross" ? gross[i] : base[i]), base[i]);
            } else if (benefit["kind"] == "price") {
                const Fen price = amount_for(benefit, "price_fen");
                off = price < 0 ? 0 : std::max<Fen>(0, base[i] - price * pieces[i]);
            } else {
                const Fen each = std::max<Fen>(0, amount_for(benefit, "amount_fen"));
                off = each * (benefit["per"] == "piece" ? pieces[i] : 1) * times;
                if (off > base[i]) off = benefit.value("if_over", "cap") == "skip" ? 0 : base[i];
            }
            offer.weights[i] = off;
        }
        offer.amount = sum(offer.weights);
    }

    std::map<std::string, Fen> pay(Fen amount, const json& payers) const {
        std::map<std::string, Fen> shares;
        if (payers.is_string()) return amount == 0 ? shares : std::map<std::string, Fen>{{payers.get<std::string>(), amount}};
        Fen rest = amount;
        const auto give = [&](const json& payer, Fen share) {
            share = std::min(share, rest);
            if (payer.contains("cap_fen")) share = std::min(share, payer["cap_fen"].get<Fen>());
            if (share > 0) shares[payer["payer"]] += share;
            rest -= share;
        };
        std::vector<const json*> present;
        for (const auto& payer : payers) {
            if (!payer.contains("if") || holds(payer["if"])) present.push_back(&payer);
        }
        for (const auto* payer : present) {
            if (payer->contains("fixed_fen")) give(*payer, (*payer)["fixed_fen"]);
        }
        for (const auto* payer : present) {
            if (payer->contains("percent")) give(*payer, static_cast<Fen>(Wide(amount) * percent_of((*payer)["percent"]) / 1'000'000));
        }
        std::vector<Fen> weights;
        for (const auto* payer : present) weights.push_back(payer->value("ratio", Fen(0)));
        const auto parts = in_proportion(rest, weights);
        for (std::size_t i = 0; i < present.size(); ++i) {
            if (weights[i] > 0) give(*present[i], parts[i]);
        }
        for (const auto* payer : present) {
            if (payer->contains("remainder")) give(*payer, rest);
        }
        return shares;
    }

    Offer offer_of(const json& policy, const json& rule) const {
        Offer offer;
        if (!policy_applies) return offer;
        if (rule.contains("if") && !holds(rule["if"])) return offer;
        const auto chosen = parts_of(rule);
        if (std::count(chosen.begin(), chosen.end(), true) == 0) return offer;
        const Fen times = rule.contains("threshold") ? times_reached(rule["threshold"], chosen) : 1;
        if (times == 0) return offer;
        const json& benefit = rule["benefit"];
        raw_offer(benefit, chosen, times, offer);
        if (benefit.contains("max_off_fen")) offer.amount = std::min(offer.amount, benefit["max_off_fen"].get<Fen>());
        const Fen own = std::max(rule.value("minimum_own_fen", Fen(0)), policy.value("minimum_own_fen", Fen(0)));
        const std::string on = benefit.value("on", "food");
        const Fen food = sum(left) - left.back();
        const Fen open = on == "food" ? food : on == "total" ? food + left.back() : left.back();
        offer.amount = std::min(offer.amount, std::max<Fen>(0, open - own));
        if (!within_limits(policy, rule, offer)) return offer;
        if (!rule.contains("payers") || offer.amount == 0) return offer;
        offer.payers = pay(offer.amount, rule["payers"]);
        offer.amount = 0;
        for (const auto& [payer, share] : offer.payers) offer.amount += share;
        offer.granted = offer.amount > 0;
        return offer;
    }

    bool within_limits(const json& policy, const json& rule, Offer& offer) const {
        for (const auto& name : words(rule.value("limits", json::array()))) {
            const json& limit = policy["limits"][name];
            const std::string full = policy["id"].get<std::string>() + "/" + name;
            const std::string who = limit["for"];
            if ((who == "person" || who == "person_at_site") && diner().empty()) return false;
            const auto [uses, money] = used(full, limit);
            const auto now = answer.counted.find(full);
            const Fen spent = money + (now == answer.counted.end() ? 0 : now->second);
            bool full_up = limit.contains("max_uses") && uses >= limit["max_uses"].get<Fen>();
            if (limit.contains("max_fen")) {
                const Fen room = limit["max_fen"].get<Fen>() - spent;
                full_up = full_up || room <= 0 || (limit.value("when_short", "part") == "none" && offer.amount > room);
                offer.amount = std::min(offer.amount, std::max<Fen>(0, room));
            }
            if (!full_up) continue;
            offer.refuses = limit.value("when_used_up", "skip") == "refuse";
            return false;
        }
        return true;
    }

    void take(const json& policy, const json& rule, const Offer& offer) {
        const auto shares = offer.amount == sum(offer.weights) ? offer.weights : in_proportion(offer.amount, offer.weights);
        for (std::size_t i = 0; i < left.size(); ++i) left[i] -= shares[i];
        answer.benefits.push_back({rule["id"], offer.amount, offer.payers});
        for (const auto& name : words(rule.value("limits", json::array())))
            answer.counted[policy["id"].get<std::string>() + "/" + name] += offer.amount;
    }

    void best_of(const json& policy, const std::string& group, const std::string& key) {
        Fen best = 0;
        taken_groups[key] = "";
        for (const auto& rival : policy["rules"]) {
            if (rival.value("group", "") != group) continue;
            const Offer offer = offer_of(policy, rival);
            if (!offer.granted || offer.amount <= best) continue;
            best = offer.amount;
            taken_groups[key] = rival["id"];
        }
    }

    void price_rule(const json& policy, const json& rule) {
        const std::string group = rule.value("group", "");
        const std::string key = policy["id"].get<std::string>() + "/" + group;
        const std::string pick = group.empty() ? "" : policy["groups"][group]["pick"].get<std::string>();
        if (pick == "best" && !taken_groups.contains(key)) best_of(policy, group, key);
        const bool chosen = pick != "best" || taken_groups[key] == rule["id"];
        if (!chosen && !taken_groups[key].empty()) return;
        if ((pick == "first" || pick == "class") && taken_groups.contains(key)) return;
        const bool fits = policy_applies && (!rule.contains("if") || holds(rule["if"]));
        if (pick == "class" && fits) taken_groups[key] = rule["id"];
        const Offer offer = offer_of(policy, rule);
        if (offer.granted && chosen) {
            take(policy, rule, offer);
            if (pick == "first") taken_groups[key] = rule["id"];
        }
        if (offer.refuses) answer.refused = "used_up";
    }

    void add_operators(const json& policy) {
        if (policy.contains("if") && !holds(policy["if"])) return;
        for (const auto& rule : policy.value("operator", json::array())) {
            if (rule.contains("if") && !holds(rule["if"])) continue;
            const std::string per = rule["per"];
            if (per == "delivery" && asked["service"] != "delivery") continue;
            const std::string name = policy["id"].get<std::string>() + "/" + rule["id"].get<std::string>();
            if (per == "person_day") {
                if (diner().empty()) continue;
                if (used(name, {{"per", "day"}, {"for", "person"}}).first > 0) continue;
            }
            Fen pieces = 0;
            for (std::size_t i = 0; i + 1 < left.size(); ++i) pieces += pieces_of(i);
            const Fen amount = rule["amount_fen"].get<Fen>() * (per == "piece" ? pieces : 1);
            const auto shares = pay(amount, rule["payers"]);
            if (shares.empty()) continue;
            answer.operators.emplace_back(rule["id"], shares);
            if (per == "person_day") answer.counted[name] += amount;
        }
    }

    NaiveAnswer run() {
        for (const auto& policy : till.policies_) {
            policy_applies = !policy.contains("if") || holds(policy["if"]);
            for (const auto& rule : policy["rules"]) {
                if (answer.refused.empty()) price_rule(policy, rule);
            }
        }
        for (const auto& policy : till.policies_) add_operators(policy);
        answer.paid = sum(left);
        if (answer.refused.empty()) return answer;
        NaiveAnswer refused;
        refused.list = answer.list;
        refused.delivery = answer.delivery;
        refused.paid = answer.list + answer.delivery;
        refused.refused = answer.refused;
        return refused;
    }
};

NaiveTill::NaiveTill(std::vector<json> policies) : policies_(std::move(policies)) {
    std::stable_sort(policies_.begin(), policies_.end(), [](const json& a, const json& b) { return a["order"] < b["order"]; });
}

NaiveAnswer NaiveTill::quote(const json& asked) const { return NaiveSale(*this, asked).run(); }

void NaiveTill::serve(const json& asked, const NaiveAnswer& answer) {
    if (answer.refused.empty()) served_.push_back({asked, answer.counted});
}

}  // namespace mulin::tests
