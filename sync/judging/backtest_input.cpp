#include "sync/judging/backtest_input.h"

#include <algorithm>
#include <unordered_map>

#include "sync/backtest/sale_facts.h"
#include "sync/judging/judge.h"

namespace mulin::sync::server {
namespace {

constexpr std::int64_t kSlice = 20'000;

// Numbers for texts, in the order they are first seen.
class Places {
  public:
    // Whether it is new, and its number.
    std::pair<std::uint32_t, bool> of(const std::string& text) {
        const auto [at, added] = numbers_.emplace(text, static_cast<std::uint32_t>(numbers_.size()));
        return {at->second, added};
    }
    std::size_t size() const { return numbers_.size(); }

  private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

struct Person {
    std::uint32_t number = 0;
    std::vector<std::pair<std::int64_t, std::int32_t>> versions;  // from when, and which facts
};

// Tells two meals of the same instant apart, as the journal does.
struct Place {
    std::uint32_t till = 0;
    std::uint32_t epoch = 0;
    std::int64_t seq = 0;
};

class Reader {
  public:
    Reader(District& district, Date first, Date last) : district_(district), first_(first), last_(last) {
        input_.words.emplace_back();
        words_.of("");
    }

    Result<BacktestInput> read() {
        MULIN_TRY_STATUS(read_sites());
        const Date from = first_.plus_days(1 - first_.weekday());
        for (Date day = from; day <= last_; day = day.plus_days(1)) {
            std::int64_t after = 0;
            for (bool more = true; more;) {
                MULIN_TRY(more, read_slice(day, after));
            }
        }
        sort();
        input_.diners = static_cast<std::uint32_t>(people_.size());
        return std::move(input_);
    }

  private:
    Status read_sites() {
        auto access = district_.access();
        MULIN_TRY(const auto sites, access.directory.sites());
        for (const Site& site : sites) sites_[site.id.text()] = quote_site(site);
        return payment::ok();
    }

    // Some sales of one day in the order of their entries.
    Result<bool> read_slice(Date day, std::int64_t& after) {
        auto access = district_.access();
        auto query = access.database.prepare(
            "SELECT s.entry, s.at_ms, s.site, s.vendor, s.subdistrict, s.meal, s.service, s.category, "
            "s.delivery_fen, "
            "s.paid_fen, j.diner, j.presented, j.tender, j.basket, j.given, j.deviations, s.till, s.epoch, "
            "s.seq, s.list_fen "
            "FROM sale s JOIN judgement j ON j.entry = s.entry WHERE s.business_day = ?1 AND s.entry > ?2 "
            "AND s.training = 0 "
            "AND NOT EXISTS (SELECT 1 FROM sale_void v WHERE v.till = s.till AND v.epoch = s.epoch AND v.seq "
            "= s.seq) "
            "AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.target_till = s.till AND r.target_epoch = "
            "s.epoch AND "
            "r.target_seq = s.seq AND r.whole = 1) ORDER BY s.entry LIMIT ?3");
        query.bind(day.days_since_1970()).bind(after).bind(kSlice);
        std::int64_t rows = 0;
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            ++rows;
            after = query.number(0);
            MULIN_TRY_STATUS(take(access.database, query, day < first_));
        }
        return rows == kSlice;
    }

    Status take(database::Database& database, const database::Statement& row, bool run_in) {
        const auto meal_name = parse_meal(row.text(5));
        const auto service = parse_service(row.text(6));
        const auto category = parse_category(row.text(7));
        const auto deviations = parse_deviations(row.text(15));
        const bool known_person = row.text(10).empty() || person_of(database, row.text(10)).has_value();
        std::string why;
        if (sites_.count(row.text(2)) == 0) why = name_of(Deviation::unknown_site);
        if (!known_person) why = name_of(Deviation::unknown_diner);
        if (!meal_name || !service || !category) why = name_of(Deviation::invalid_request);
        if (!why.empty()) {
            if (!run_in) leave_out(why, row);
            return payment::ok();
        }
        BacktestMeal meal;
        meal.entry = row.number(0);
        meal.at_ms = row.number(1);
        meal.paid_fen = row.number(9);
        meal.delivery_fen = row.number(8);
        meal.site = site_of(row);
        meal.meal = *meal_name;
        meal.service = *service;
        meal.category = *category;
        meal.run_in = run_in;
        if (!row.text(10).empty()) MULIN_TRY_STATUS(set_person(database, row.text(10), meal));
        meal.presented = word_of(row.text(11));
        meal.tender = word_of(row.text(12));
        MULIN_TRY(meal.basket, basket_of(row.text(13)));
        MULIN_TRY(meal.given, given_of(row.text(14)));
        input_.meals.push_back(meal);
        places_.push_back({tills_.of(row.text(16)).first, epochs_.of(row.text(17)).first, row.number(18)});
        return payment::ok();
    }

    void leave_out(const std::string& why, const database::Statement& row) {
        Unpriced& unpriced = input_.unpriced[why];
        ++unpriced.sales;
        unpriced.list += Money::fen(row.number(19));
        unpriced.entries.push_back(row.number(0));
    }

    // A site as it was on that day, with the kind and tags it has now.
    std::uint32_t site_of(const database::Statement& row) {
        const auto [number, added] = site_places_.of(row.text(2) + "|" + row.text(3) + "|" + row.text(4));
        if (added) {
            QuoteSite site = sites_.at(row.text(2));
            site.vendor = row.text(3);
            site.subdistrict = row.text(4);
            input_.sites.push_back(std::move(site));
        }
        return number;
    }

    // Nothing for somebody the district has no facts of.
    std::optional<const Person*> person_of(database::Database& database, const std::string& id) {
        const auto known = people_.find(id);
        if (known != people_.end()) return &known->second;
        auto query =
            database.prepare("SELECT from_ms, facts FROM diner_facts WHERE diner = ? ORDER BY from_ms");
        query.bind(id);
        Person person;
        for (;;) {
            const auto row = query.step();
            if (!row || !*row) break;
            auto facts = facts_from(query.text(1), id);
            if (!facts) return std::nullopt;
            person.versions.emplace_back(query.number(0), static_cast<std::int32_t>(input_.facts.size()));
            input_.facts.push_back(std::move(*facts));
        }
        if (person.versions.empty()) return std::nullopt;
        person.number = static_cast<std::uint32_t>(people_.size());
        return &people_.emplace(id, std::move(person)).first->second;
    }

    Status set_person(database::Database& database, const std::string& id, BacktestMeal& meal) {
        const Person& person = **person_of(database, id);
        meal.diner = static_cast<std::int32_t>(person.number);
        meal.facts = person.versions.front().second;
        for (const auto& [from, facts] : person.versions) {
            if (from <= meal.at_ms) meal.facts = facts;
        }
        return payment::ok();
    }

    std::uint16_t word_of(const std::string& word) {
        const auto [number, added] = words_.of(word);
        if (added) input_.words.push_back(word);
        return static_cast<std::uint16_t>(number);
    }
    Result<std::uint32_t> basket_of(const std::string& text) {
        const auto [number, added] = baskets_.of(text);
        if (!added) return number;
        MULIN_TRY(auto lines, basket_from(text));
        input_.baskets.push_back(std::move(lines));
        return number;
    }
    Result<std::uint32_t> given_of(const std::string& text) {
        const auto [number, added] = given_.of(text);
        if (!added) return number;
        MULIN_TRY(auto parts, given_from(text));
        input_.given.push_back(std::move(parts));
        return number;
    }

    // In the order served, whatever order they came in.
    void sort() {
        std::vector<std::size_t> order(input_.meals.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        const auto& tills = tills_.names();
        const auto& epochs = epochs_.names();
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            if (input_.meals[a].at_ms != input_.meals[b].at_ms) return input_.meals[a].at_ms < input_.meals[b].at_ms;
            if (places_[a].till != places_[b].till) return tills[places_[a].till] < tills[places_[b].till];
            if (places_[a].epoch != places_[b].epoch) return epochs[places_[a].epoch] < epochs[places_[b].epoch];
            return places_[a].seq < places_[b].seq;
        });
        std::vector<BacktestMeal> sorted;
        sorted.reserve(order.size());
        for (const std::size_t i : order) sorted.push_back(input_.meals[i]);
        input_.meals = std::move(sorted);
    }

    class Named {
      public:
        std::pair<std::uint32_t, bool> of(const std::string& text) {
            const auto made = places_.of(text);
            if (made.second) names_.push_back(text);
            return made;
        }
        const std::vector<std::string>& names() const { return names_; }

      private:
        Places places_;
        std::vector<std::string> names_;
    };

    District& district_;
    Date first_, last_;
    BacktestInput input_;
    std::unordered_map<std::string, QuoteSite> sites_;
    std::unordered_map<std::string, Person> people_;
    Places words_, baskets_, given_, site_places_;
    Named tills_, epochs_;
    std::vector<Place> places_;
};

}  // namespace

Result<BacktestInput> read_month(District& district, Date first, Date last) { return Reader(district, first, last).read(); }

Result<std::vector<std::string>> entry_names(District& district, const std::vector<std::int64_t>& entries) {
    auto access = district.access();
    std::vector<std::string> names;
    for (const std::int64_t entry : entries) {
        auto query = access.database.prepare("SELECT till, epoch, seq FROM entry WHERE id = ?");
        query.bind(entry);
        MULIN_TRY(const bool row, query.step());
        if (row) names.push_back(query.text(0) + "/" + query.text(1) + "/" + std::to_string(query.number(2)));
    }
    return names;
}

}  // namespace mulin::sync::server
