#include <algorithm>

#include "tests/support/policy_naive_sale.h"

namespace mulin::tests {

using nlohmann::json;

namespace {

int days_in(int year, int month) {
    static const int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

int number_at(const std::string& text, std::size_t at, std::size_t count) { return std::stoi(text.substr(at, count)); }

std::string two(int number) { return std::to_string(100 + number).substr(1); }

// Every day from 1970 to 2039, written down once.
const std::vector<std::string>& all_days() {
    static const std::vector<std::string> days = [] {
        std::vector<std::string> made;
        for (int year = 1970; year < 2040; ++year) {
            for (int month = 1; month <= 12; ++month) {
                for (int day = 1; day <= days_in(year, month); ++day) made.push_back(std::to_string(year) + "-" + two(month) + "-" + two(day));
            }
        }
        return made;
    }();
    return days;
}

bool in_range(const json& range, Fen value) {
    if (range.contains("from") && value < range["from"].get<Fen>()) return false;
    if (range.contains("above") && value <= range["above"].get<Fen>()) return false;
    if (range.contains("through") && value > range["through"].get<Fen>()) return false;
    if (range.contains("below") && value >= range["below"].get<Fen>()) return false;
    return true;
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

std::size_t digits_of(const std::string& level, const std::string& code) {
    const std::string head = code.substr(0, 2);
    if (level == "province") return 2;
    if (level == "city") return head == "11" || head == "12" || head == "31" || head == "50" ? 2 : 4;
    return level == "district" ? 6 : 9;
}

bool same_place(const std::string& a, const std::string& b, const std::string& level) {
    const std::size_t digits = digits_of(level, a);
    return a.size() >= digits && b.size() >= digits && digits == digits_of(level, b) && a.substr(0, digits) == b.substr(0, digits);
}

bool is_in(const std::string& date, const json& dates) {
    if (dates.is_object()) return date >= dates.value("from", "0000") && date <= dates.value("through", "9999");
    return share_a_word(dates, json(date));
}

}  // namespace

int day_number(const std::string& date) {
    const auto& days = all_days();
    return static_cast<int>(std::lower_bound(days.begin(), days.end(), date) - days.begin());
}

std::string date_text(int number) { return all_days().at(static_cast<std::size_t>(number)); }

int weekday_of(const std::string& date) { return (day_number(date) + 3) % 7; }  // 1970 began on a Thursday

std::string date_of(const json& asked) { return asked["at"].get<std::string>().substr(0, 10); }

int minute_of(const json& asked) { return clock_minutes(asked["at"].get<std::string>().substr(11, 5)); }

int clock_minutes(const std::string& text) { return number_at(text, 0, 2) * 60 + number_at(text, 3, 2); }

std::vector<std::string> words(const json& value) {
    if (value.is_string()) return {value.get<std::string>()};
    return value.is_array() ? value.get<std::vector<std::string>>() : std::vector<std::string>{};
}

std::string NaiveSale::diner() const { return asked["diner"].is_object() ? asked["diner"]["id"].get<std::string>() : ""; }

int NaiveSale::age() const {
    if (!asked["diner"].is_object() || !asked["diner"].contains("birth_date")) return -1;
    std::string birth = asked["diner"]["birth_date"];
    const std::string rule = policy->value("age_counts_from", "birthday");
    if (rule == "birth_month") birth = birth.substr(0, 8) + "01";
    if (rule == "birth_year") birth = birth.substr(0, 5) + "01-01";
    if (rule == "month_after") {
        const int month = number_at(birth, 5, 2);
        birth = month == 12 ? std::to_string(number_at(birth, 0, 4) + 1) + "-01-01" : birth.substr(0, 5) + two(month + 1) + "-01";
    }
    const std::string today = date_of(asked);
    const int years = number_at(today, 0, 4) - number_at(birth, 0, 4);
    return today.substr(5) >= birth.substr(5) ? years : years - 1;
}

bool NaiveSale::selected(const json& selector, const json& line) const {
    if (selector.contains("item") && !share_a_word(selector["item"], line["item"])) return false;
    if (selector.contains("item_class") && !share_a_word(selector["item_class"], line["class"])) return false;
    const bool weighed = line.contains("weight_g");
    if (selector.contains("weighed") && selector["weighed"].get<bool>() != weighed) return false;
    const Fen price = line[weighed ? "price_fen_per_500g" : "unit_price_fen"].get<Fen>();
    return !selector.contains("unit_price_fen") || in_range(selector["unit_price_fen"], price);
}

// Earlier sales of this person in the span, as far as their numbers were kept.
Fen NaiveSale::meals_before(const std::string& span) const {
    Fen count = 0;
    for (const auto& sale : till.served_) {
        const bool same = sale.asked["diner"].is_object() && sale.asked["diner"]["id"] == asked["diner"]["id"];
        if (same && sale.numbered.contains(span) && counts_together({{"per", span}, {"for", "everyone"}}, sale.asked, "")) ++count;
    }
    return count;
}

bool NaiveSale::day_fact(const json& value) const {
    if (!has_calendar()) return false;
    const std::string today = date_of(asked);
    bool holiday = false;
    bool makeup = false;
    for (const auto& name : words(policy->value("calendars", json::array()))) {
        const json& calendar = till.calendars_.at(name);
        holiday = holiday || share_a_word(calendar["holidays"], json(today));
        makeup = makeup || share_a_word(calendar["makeup_working_days"], json(today));
    }
    const bool working = makeup || (weekday_of(today) < 5 && !holiday);
    for (const auto& wanted : words(value)) {
        if (wanted == "working_day" && working) return true;
        if (wanted == "rest_day" && !working) return true;
        if (wanted == "public_holiday" && holiday) return true;
        if (wanted == "makeup_working_day" && makeup) return true;
    }
    return false;
}

bool NaiveSale::diner_fact(const std::string& key, const json& value) const {
    if (!asked["diner"].is_object()) return false;
    const json& person = asked["diner"];
    const std::string here = asked["site"]["subdistrict"];
    const std::string today = date_of(asked);
    if (key == "age") return age() >= 0 && in_range(value, age());
    if (key == "hukou" || key == "residence") return starts_with_any(person.value(key, ""), value);
    if (key == "hukou_here") return same_place(person.value("hukou", ""), here, value);
    if (key == "residence_here") return same_place(person.value("residence", ""), here, value);
    if (key == "hukou_is_residence") return same_place(person.value("hukou", ""), person.value("residence", ""), value);
    if (key == "disability_grade") {
        const Fen grade = person.value("disability_grade", 0);
        return in_range(value, grade) && (grade > 0 || value.contains("from"));
    }
    if (key == "care") return share_a_word(value, person.value("care", "none"));
    if (key == "birthday") return person["birth_date"].get<std::string>().substr(5, value == "day" ? 5 : 2) == today.substr(5, value == "day" ? 5 : 2);
    if (key == "on_list") {
        const json& list = (*policy)["lists"][value.get<std::string>()];
        return share_a_word(list["diners"], person["id"]) && is_in(today, {{"from", list.value("from", "0000")}, {"through", list.value("through", "9999")}});
    }
    if (key == "nth_meal") {
        const Fen nth = meals_before(value["of"]) + 1;
        return in_range(value, nth) && (!value.contains("every") || nth % value["every"].get<Fen>() == 0);
    }
    return share_a_word(value, person.value(key, json::array()));
}

bool NaiveSale::fact(const std::string& key, const json& value) const {
    static const char* kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const std::string today = date_of(asked);
    if (key == "all") return std::all_of(value.begin(), value.end(), [&](const json& c) { return holds(c); });
    if (key == "any") return std::any_of(value.begin(), value.end(), [&](const json& c) { return holds(c); });
    if (key == "not") return fails(value);
    if (key == "is") {
        for (const auto& name : words(value)) {
            if (holds((*policy)["conditions"][name])) return true;
        }
        return false;
    }
    if (key == "guest") return value.get<bool>() != asked["diner"].is_object();
    if (key == "meal" || key == "service" || key == "presented" || key == "tender") return share_a_word(value, asked.value(key, ""));
    if (key == "weekday") return share_a_word(value, json(kWeekdays[weekday_of(today)]));
    if (key == "time") return in_range({{"from", clock_minutes(value["from"])}, {"below", clock_minutes(value["before"])}}, minute_of(asked));
    if (key == "date") return is_in(today, value);
    if (key == "month_day") {
        const std::string day = today.substr(5);
        const std::string from = value["from"];
        const std::string through = value["through"];
        return from <= through ? day >= from && day <= through : day >= from || day <= through;
    }
    if (key == "day_of_month") return in_range(value, number_at(today, 8, 2));
    if (key == "day") return day_fact(value);
    if (key == "site") return share_a_word(value, asked["site"]["id"]);
    if (key == "vendor") return share_a_word(value, asked["site"]["vendor"]);
    if (key == "site_kind") return share_a_word(value, asked["site"].value("kind", "canteen"));
    if (key == "site_tags") return share_a_word(value, asked["site"].value("tags", json::array()));
    if (key == "subdistrict") return starts_with_any(asked["site"]["subdistrict"], value);
    if (key == "list_fen") return in_range(value, answer.list);
    if (key == "has_item") {
        Fen pieces = 0;
        for (std::size_t i = 0; i < asked["lines"].size(); ++i) pieces += selected(value, asked["lines"][i]) ? pieces_of(i) : 0;
        return pieces > 0 && (!value.contains("pieces") || in_range(value["pieces"], pieces));
    }
    if (key == "granted")
        return std::any_of(answer.benefits.begin(), answer.benefits.end(), [&](const NaiveBenefit& b) {
            return share_a_word(value, json(b.rule)) || share_a_word(value, json("*"));
        });
    return diner_fact(key, value);
}

bool NaiveSale::has_calendar() const {
    for (const auto& name : words(policy->value("calendars", json::array()))) {
        for (const auto& year : till.calendars_.at(name)["years"]) {
            if (std::to_string(year.get<int>()) == date_of(asked).substr(0, 4)) return true;
        }
    }
    return false;
}

// For certain not so; a day without calendar is neither so nor not so.
bool NaiveSale::fails(const json& condition) const {
    for (const auto& [key, value] : condition.items()) {
        bool no = false;
        if (key == "all") {
            no = std::any_of(value.begin(), value.end(), [&](const json& c) { return fails(c); });
        } else if (key == "any") {
            no = std::all_of(value.begin(), value.end(), [&](const json& c) { return fails(c); });
        } else if (key == "not") {
            no = holds(value);
        } else if (key == "is") {
            no = true;
            for (const auto& name : words(value)) no = no && fails((*policy)["conditions"][name]);
        } else {
            no = (key != "day" || has_calendar()) && !fact(key, value);
        }
        if (no) return true;
    }
    return false;
}

bool NaiveSale::holds(const json& condition) const {
    for (const auto& [key, value] : condition.items()) {
        if (!fact(key, value)) return false;
    }
    return true;
}

}  // namespace mulin::tests
