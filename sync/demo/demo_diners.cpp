#include "sync/demo/demo_diners.h"

#include <algorithm>
#include <array>
#include <set>

#include "payment/base/check.h"
#include "sync/model/identity_number.h"
#include "sync/model/keyed_hash.h"
#include "sync/model/pinyin.h"

namespace mulin::sync {
namespace {

using payment::SeededRandom;

constexpr const char* kArea = "310110";
constexpr const char* kApproval = "yangpu-meal";

struct AgeBand {
    int from, until;  // both inclusive
    std::int64_t weight;
};
// Canteens serve mostly people in their late sixties and seventies.
constexpr std::array kAges{AgeBand{58, 59, 2},  AgeBand{60, 64, 18}, AgeBand{65, 69, 22},
                           AgeBand{70, 74, 21}, AgeBand{75, 79, 15}, AgeBand{80, 84, 11},
                           AgeBand{85, 89, 7},  AgeBand{90, 94, 3},  AgeBand{95, 101, 1}};

template <class T>
const T& pick(const std::vector<T>& list, SeededRandom& random) {
    return list[random.below(list.size())];
}

// True in `share` of a thousand cases.
bool chance(SeededRandom& random, std::uint64_t share) { return random.below(1000) < share; }

Date random_birth(SeededRandom& random) {
    std::int64_t left = static_cast<std::int64_t>(random.below(100));
    for (const auto& band : kAges) {
        if (left >= band.weight) {
            left -= band.weight;
            continue;
        }
        const int age = band.from + static_cast<int>(random.below(static_cast<std::uint64_t>(band.until - band.from + 1)));
        const Date reference = demo_reference_date();
        const Date birthday = *Date::from_ymd(reference.year() - age, reference.month(), reference.day());
        return birthday.plus_days(-static_cast<int>(random.below(365)));
    }
    MULIN_CHECK(!"weights of kAges add up to 100");
    return {};
}

std::string random_surname(const WordLists& lists, SeededRandom& random) {
    std::int64_t total = 0;
    for (const auto& [name, weight] : lists.surnames) total += weight;
    auto left = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(total)));
    for (const auto& [name, weight] : lists.surnames) {
        if (left < weight) return name;
        left -= weight;
    }
    return lists.surnames.front().first;
}

std::string random_name(const WordLists& lists, Sex sex, SeededRandom& random) {
    const GivenNameParts& parts = sex == Sex::female ? lists.female : lists.male;
    std::string name = random_surname(lists, random);
    if (chance(random, 8)) return name + pick(lists.rare, random);
    if (chance(random, 880)) name += pick(parts.first, random);
    return name + pick(parts.second, random);
}

std::string random_hukou(const WordLists& lists, const std::string& residence, SeededRandom& random) {
    const auto roll = random.below(100);
    if (roll < 76) return residence;
    if (roll < 88) return pick(lists.subdistricts, random).code;
    return pick(lists.elsewhere, random);
}

// Shares among people who eat at a canteen, not among everybody.
void add_circumstances(Diner& diner, int age, const WordLists& lists, SeededRandom& random) {
    const auto roll = random.below(1000);
    if (roll < 35) diner.aid.emplace_back("dibao");
    else if (roll < 57) diner.aid.emplace_back("dibian");
    else if (roll < 61) diner.aid.emplace_back("tekun");
    else if (roll < 66) diner.aid.emplace_back("youfu");
    if (chance(random, 55)) diner.disability_grade = 1 + static_cast<int>(random.below(4));
    if (age >= 80 && chance(random, 180)) diner.care = chance(random, 600) ? "moderate" : "severe";
    if (chance(random, age >= 80 ? 220 : 110)) diner.living.emplace_back("alone");
    else if (chance(random, 260)) diner.living.emplace_back("empty_nest");
    if (chance(random, 60)) diner.diet = pick(lists.diets, random);
    const bool shanghai = diner.hukou.rfind("31", 0) == 0;
    if (age >= 60 && shanghai && chance(random, diner.aid.empty() ? 380 : 900)) diner.approved.emplace_back(kApproval);
}

Diner random_diner(const WordLists& lists, SeededRandom& random) {
    Diner diner;
    diner.sex = chance(random, 560) ? Sex::female : Sex::male;
    diner.name = random_name(lists, diner.sex, random);
    diner.birth_date = random_birth(random);
    diner.residence = pick(lists.subdistricts, random).code;
    diner.road = pick(lists.roads.at(diner.residence), random);
    diner.hukou = random_hukou(lists, diner.residence, random);
    add_circumstances(diner, completed_years(diner.birth_date, demo_reference_date()), lists, random);
    return diner;
}

std::string four_digits(SeededRandom& random) {
    const std::string text = std::to_string(random.below(10000));
    return std::string(4 - text.size(), '0') + text;
}

// The number exists only in here: its fingerprint and last four characters stay.
void give_identity(Diner& diner, const std::string& key, std::set<std::string>& taken, SeededRandom& random) {
    const std::string area = diner.hukou.rfind("31", 0) == 0 ? kArea : diner.hukou.substr(0, 6);
    while (true) {
        int sequence = static_cast<int>(random.below(500)) * 2;
        if (diner.sex == Sex::male) sequence += 1;
        const std::string number = make_identity_number(area, diner.birth_date, sequence);
        if (!taken.insert(number).second) continue;
        diner.id_hash = keyed_hash(key, number);
        diner.id_last4 = number.substr(14);
        return;
    }
}

std::string padded_number(const char* prefix, int number) {
    const std::string digits = std::to_string(number);
    MULIN_CHECK(number > 0 && digits.size() <= 12);
    return prefix + std::string(12 - digits.size(), '0') + digits;
}

Card card_of(const std::string& key, const std::string& number, const char* kind, const DinerId& diner) {
    return {keyed_hash(key, number), number.substr(number.size() - 4), kind, diner, false};
}

void give_cards(int number, Diner& diner, DemoDistrict& district) {
    const std::string& key = district.hash_key;
    const bool senior = completed_years(diner.birth_date, demo_reference_date()) >= 65;
    diner.cards.emplace_back(senior ? "jinglao" : "shebao");
    district.cards.push_back(card_of(key, demo_card_number(number), diner.cards[0].c_str(), diner.id));
    if (number % 7 == 0)
        district.cards.push_back(card_of(key, padded_number("9311", number), "qr", diner.id));
    if (number % 16 == 0) {
        Card lost = card_of(key, padded_number("9312", number), diner.cards[0].c_str(), diner.id);
        lost.blocked = true;
        district.cards.push_back(std::move(lost));
    }
}

const char* usual_set(SeededRandom& random) {
    constexpr std::array kSets{"set-a", "set-a", "set-a", "set-b", "set-c", "set-soft"};
    return kSets[random.below(kSets.size())];
}

void add_usual(const Diner& diner, DemoDistrict& district, SeededRandom& random) {
    if (diner.residence != district.site(district.till_site).subdistrict || !chance(random, 300)) return;
    district.usuals.push_back({diner.id, Meal::lunch, ItemId(usual_set(random))});
}

}  // namespace

Date demo_reference_date() { return *Date::from_ymd(2026, 3, 1); }

std::string demo_card_number(int diner_number) { return padded_number("9310", diner_number); }

DinerId demo_diner_id(int diner_number) {
    const std::string digits = std::to_string(diner_number);
    MULIN_CHECK(diner_number > 0 && digits.size() <= 6);
    return DinerId("D" + std::string(6 - digits.size(), '0') + digits);
}

void add_demo_diners(const WordLists& lists, std::uint64_t seed, DemoDistrict& district) {
    SeededRandom random(seed);
    std::set<std::string> numbers;
    for (int number = 1; number <= kDemoDiners; ++number) {
        const auto index = static_cast<std::size_t>(number - 1);
        const bool scripted = index < lists.cast.size();
        Diner diner = scripted ? lists.cast[index].diner : random_diner(lists, random);
        diner.id = demo_diner_id(number);
        diner.pinyin = pinyin_initials(diner.name);
        give_identity(diner, district.hash_key, numbers, random);
        diner.phone_last4 = four_digits(random);
        give_cards(number, diner, district);
        if (scripted) {
            for (const auto& [meal, item] : lists.cast[index].usual) district.usuals.push_back({diner.id, meal, item});
        } else {
            add_usual(diner, district, random);
        }
        district.diners.push_back(std::move(diner));
    }
}

}  // namespace mulin::sync
