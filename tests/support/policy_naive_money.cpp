#include <algorithm>

#include "tests/support/policy_naive_sale.h"

namespace mulin::tests {

using nlohmann::json;

namespace {

struct Part {
    Wide top;
    Wide bottom;
};

// "90", "72.5" as ten-thousandths of a percent; "1/3" as it stands.
Part part_of(const json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const auto slash = text.find('/');
    if (slash != std::string::npos) return {std::stoll(text.substr(0, slash)), std::stoll(text.substr(slash + 1))};
    const auto dot = text.find('.');
    std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
    fraction.resize(4, '0');
    return {Wide(std::stoll(text.substr(0, dot))) * 10'000 + std::stoll(fraction), 1'000'000};
}

Fen percent_off(const json& benefit, Fen on) {
    if (benefit.contains("up_to")) {
        const Fen up_to = benefit["up_to"]["amount_fen"];
        if (benefit["up_to"]["limits"] == "gate" && on > up_to) return 0;
        on = benefit["up_to"]["limits"] == "part" ? std::min(on, up_to) : on;
    }
    const bool pay = benefit.contains("pay_percent");
    const Part part = part_of(benefit[pay ? "pay_percent" : "off_percent"]);
    const Wide paid = pay ? part.top : part.bottom - part.top;
    const bool round_paid = benefit["rounding"].value("of", pay ? "paid" : "off") == "paid";
    const Fen off = round_paid ? on - rounded(on * paid, part.bottom, benefit["rounding"])
                               : rounded(on * (part.bottom - paid), part.bottom, benefit["rounding"]);
    return std::max<Fen>(0, std::min(off, on));
}

}  // namespace

Fen rounded(Wide top, Wide bottom, const json& rounding) {
    const std::string unit_name = rounding["unit"];
    const std::string mode = rounding["mode"];
    const Wide unit = unit_name == "fen" ? 1 : unit_name == "jiao" ? 10 : 100;
    bottom *= unit;
    Wide whole = top / bottom;
    const Wide rest = top - whole * bottom;
    if (mode == "up" && rest > 0) ++whole;
    if (mode == "half_up" && 2 * rest >= bottom) ++whole;
    if (mode == "half_even" && (2 * rest > bottom || (2 * rest == bottom && whole % 2 == 1))) ++whole;
    return static_cast<Fen>(whole * unit);
}

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

std::vector<bool> NaiveSale::parts_of(const std::string& on, const json& rule) const {
    std::vector<bool> chosen(left.size(), false);
    for (std::size_t i = 0; i + 1 < left.size(); ++i)
        chosen[i] = on != "delivery_fee" && (!rule.contains("items") || selected(rule["items"], asked["lines"][i]));
    chosen.back() = on != "food";
    return chosen;
}

Fen NaiveSale::pieces_of(std::size_t i) const {
    if (i + 1 == left.size() || asked["lines"][i].contains("weight_g")) return 1;
    return asked["lines"][i].value("quantity", Fen(1));
}

Fen NaiveSale::times_reached(const json& threshold, const std::vector<bool>& chosen) const {
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

// What is left of the pieces it is about, part by part.
std::vector<Fen> NaiveSale::base_of(const json& benefit, const std::vector<bool>& chosen, std::vector<Fen>& pieces) const {
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

// -1 where no amount fits.
Fen NaiveSale::amount_for(const json& benefit, const std::string& name, std::optional<std::size_t> line) const {
    if (benefit.contains(name)) return benefit[name];
    if (benefit.contains("by_class")) {
        const json& list = (*policy)["classes"][benefit["by_class"]["class"].get<std::string>()];
        const std::string of = list["of"];
        for (const auto& value : words(list["values"])) {
            bool has = false;
            if (of == "item" || of == "item_class") {
                has = line && asked["lines"][*line][of == "item" ? "item" : "class"] == value;
            } else {
                has = fact(of, value);
            }
            if (has) return benefit["by_class"]["amounts_fen"][value];
        }
        return -1;
    }
    for (const auto& entry : benefit["list"]) {
        if (!entry.contains("if") || holds(entry["if"])) return entry[name];
    }
    return -1;
}

void NaiveSale::raw_offer(const json& benefit, const std::vector<bool>& chosen, Fen times, Offer& offer) const {
    std::vector<Fen> pieces;
    const std::vector<Fen> base = base_of(benefit, chosen, pieces);
    const std::string kind = benefit["kind"];
    const std::string per = benefit.value("per", "sale");
    offer.weights = base;
    if (kind == "free") offer.amount = sum(base);
    if (kind == "pay_at_most") {
        const Fen pay = amount_for(benefit, "pay_fen", {});
        offer.amount = pay < 0 ? 0 : std::max<Fen>(0, sum(base) - pay);
    }
    if (kind == "percent" && per == "sale") {
        Fen whole = 0;
        for (std::size_t i = 0; i < gross.size(); ++i) whole += chosen[i] ? gross[i] : 0;
        offer.amount = std::min(percent_off(benefit, benefit.value("basis", "") == "gross" ? whole : sum(base)), sum(base));
    }
    if (kind == "amount" && per == "sale") {
        const Fen each = amount_for(benefit, "amount_fen", {});
        const Fen off = std::max<Fen>(0, each) * times;
        offer.amount = off <= sum(base) ? off : benefit.value("if_over", "cap") == "skip" ? 0 : sum(base);
    }
    if (kind == "price" || per != "sale") per_part(benefit, base, pieces, chosen, times, offer);
}

void NaiveSale::per_part(const json& benefit, const std::vector<Fen>& base, const std::vector<Fen>& pieces,
                         const std::vector<bool>& chosen, Fen times, Offer& offer) const {
    offer.weights.assign(base.size(), 0);
    for (std::size_t i = 0; i < base.size(); ++i) {
        if (!chosen[i] || pieces[i] == 0) continue;
        Fen off = 0;
        if (benefit["kind"] == "percent") {
            off = std::min(percent_off(benefit, benefit.value("basis", "") == "gross" ? gross[i] : base[i]), base[i]);
        } else if (benefit["kind"] == "price") {
            const json& line = asked["lines"][i];
            const Fen price = amount_for(benefit, "price_fen", i);
            const bool by_weight = benefit.value("per", "piece") == "500g";
            if (price < 0 || (by_weight && !line.contains("weight_g"))) continue;
            const Fen pay = by_weight ? rounded(Wide(price) * line["weight_g"].get<Fen>() * line.value("quantity", Fen(1)), 500, {{"mode", "half_up"}, {"unit", "fen"}})
                                      : price * pieces[i];
            off = std::max<Fen>(0, base[i] - pay);
        } else {
            const Fen each = std::max<Fen>(0, amount_for(benefit, "amount_fen", i));
            off = each * (benefit["per"] == "piece" ? pieces[i] : 1) * times;
            if (off > base[i]) off = benefit.value("if_over", "cap") == "skip" ? 0 : base[i];
        }
        offer.weights[i] = off;
    }
    offer.amount = sum(offer.weights);
}

std::string NaiveSale::payer_name(const std::string& name) const {
    const auto open = name.find('{');
    if (open == std::string::npos) return name;
    const std::string place = name.substr(open + 1, name.find('}') - open - 1);
    std::string text;
    if (place == "vendor") text = asked["site"]["vendor"];
    if (place == "site") text = asked["site"]["id"];
    const auto cut = place.find('_');
    if (cut != std::string::npos) {
        const std::string whose = place.substr(0, cut);
        const std::string level = place.substr(cut + 1);
        const std::string code = whose == "site" ? asked["site"]["subdistrict"].get<std::string>() : asked["diner"].is_object() ? asked["diner"].value(whose, "") : "";
        const std::size_t digits = level == "district" ? 6 : level == "subdistrict" ? 9 : code.substr(0, 2) == "31" ? 2 : 4;
        text = code.size() < digits ? "" : code.substr(0, digits);
    }
    if (text.empty()) return "";
    return name.substr(0, open) + text + name.substr(name.find('}') + 1);
}

void NaiveSale::pay(Fen amount, const json& payers, bool pro_rata, Offer& offer) const {
    if (payers.is_string()) {
        if (amount > 0) offer.payers[payer_name(payers)] += amount;
        return;
    }
    struct Payer {
        const json* entry;
        Fen room;
        Fen paid = 0;
    };
    std::vector<Payer> present;
    for (const auto& entry : payers) {
        if (entry.contains("if") && !holds(entry["if"])) continue;
        Fen room = entry.value("cap_fen", Fen(1'000'000'000'000));
        if (entry.contains("limit")) {
            Fen budget = amount;
            bool used_up = false;
            const std::string name = entry["limit"];
            if (!has_room(full_name(name), (*policy)["limits"][name], budget, used_up)) budget = 0;
            room = std::min(room, budget);
        }
        present.push_back({&entry, room});
    }
    Fen rest = amount;
    const auto give = [&](Payer& payer, Fen share) {
        share = std::min({share, rest, payer.room - payer.paid});
        payer.paid += share;
        rest -= share;
    };
    Fen fixed = 0;
    std::vector<Fen> weights;
    for (const auto& payer : present) {
        weights.push_back(payer.entry->contains("fixed_fen") ? std::min((*payer.entry)["fixed_fen"].get<Fen>(), payer.room) : 0);
        fixed += weights.back();
    }
    const auto shrunk = in_proportion(rest, weights);
    const bool shrink = pro_rata && fixed > rest;
    for (std::size_t i = 0; i < present.size(); ++i) {
        if (present[i].entry->contains("fixed_fen")) give(present[i], shrink ? shrunk[i] : (*present[i].entry)["fixed_fen"].get<Fen>());
    }
    std::vector<Fen> percents;
    for (const auto& payer : present) percents.push_back(payer.entry->contains("percent") ? static_cast<Fen>(part_of((*payer.entry)["percent"]).top) : 0);
    const bool whole_percent = sum(percents) == 1'000'000;
    const auto in_full = in_proportion(amount, percents);
    for (auto& payer : present) {
        if (!payer.entry->contains("percent")) continue;
        const Part part = part_of((*payer.entry)["percent"]);
        give(payer, whole_percent ? in_full[static_cast<std::size_t>(&payer - present.data())] : static_cast<Fen>(amount * part.top / part.bottom));
    }
    const auto is_rest = [](const Payer& p) { return !p.entry->contains("fixed_fen") && !p.entry->contains("percent") && !p.entry->contains("ratio"); };
    const bool somebody_takes_the_rest = std::any_of(present.begin(), present.end(), is_rest);
    std::set<std::size_t> full;
    for (bool again = true; again && rest > 0;) {
        again = false;
        std::vector<Fen> open;
        for (std::size_t i = 0; i < present.size(); ++i) open.push_back(full.contains(i) ? 0 : present[i].entry->value("ratio", Fen(0)));
        const auto parts = in_proportion(rest, open);
        for (std::size_t i = 0; i < present.size(); ++i) {
            if (open[i] == 0) continue;
            if (parts[i] > present[i].room - present[i].paid) full.insert(i), again = !somebody_takes_the_rest;
            give(present[i], parts[i]);
        }
    }
    for (auto& payer : present) {
        if (is_rest(payer)) give(payer, rest);
    }
    for (const auto& payer : present) {
        if (payer.paid == 0) continue;
        offer.payers[payer_name((*payer.entry)["payer"])] += payer.paid;
        if (payer.entry->contains("limit")) offer.budgets[(*payer.entry)["limit"]] += payer.paid;
    }
}

}  // namespace mulin::tests
