#include "sync/demo/word_lists.h"

#include <fstream>

#include <nlohmann/json.hpp>

namespace mulin::sync {
namespace {

using nlohmann::json;
using payment::ErrorCode;
using payment::fail;

Meal meal_at(const std::string& name) {
    const auto meal = parse_meal(name);
    if (!meal) throw std::out_of_range("no meal is called " + name);
    return *meal;
}

Money fen_at(const json& o) { return Money::fen(o.at("fen").get<std::int64_t>()); }

std::vector<std::string> texts_at(const json& o, const char* key) {
    return o.contains(key) ? o.at(key).get<std::vector<std::string>>() : std::vector<std::string>{};
}

std::vector<std::string> characters_of(const std::string& text) {
    std::vector<std::string> out;
    for (const char c : text) {
        const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        if (continues && !out.empty())
            out.back() += c;
        else
            out.emplace_back(1, c);
    }
    return out;
}

void read_places(const json& o, WordLists& lists) {
    const auto& district = o.at("district");
    lists.district_id = district.at("id");
    lists.district_zh = district.at("name_zh");
    lists.district_en = district.at("name_en");
    for (const auto& s : o.at("subdistricts")) {
        lists.subdistricts.push_back({s.at("code"), s.at("name_zh"), s.at("name_en")});
        lists.roads[s.at("code")] = texts_at(s, "roads");
    }
    lists.elsewhere = texts_at(o, "elsewhere");
}

void read_sites(const json& o, WordLists& lists) {
    lists.till_site = SiteId(o.at("till_site").get<std::string>());
    for (const auto& v : o.at("vendors"))
        lists.vendors.push_back({VendorId(v.at("id").get<std::string>()), v.at("name_zh"), v.at("name_en")});
    for (const auto& s : o.at("sites")) {
        Site site;
        site.id = SiteId(s.at("id").get<std::string>());
        site.name_zh = s.at("name_zh");
        site.name_en = s.at("name_en");
        site.subdistrict = s.at("subdistrict");
        for (const auto& place : lists.subdistricts) {
            if (place.code != site.subdistrict) continue;
            site.subdistrict_name_zh = place.name_zh;
            site.subdistrict_name_en = place.name_en;
        }
        site.vendor = VendorId(s.at("vendor").get<std::string>());
        site.kind = s.at("kind");
        for (const auto& w : o.at("windows").at(site.kind))
            site.windows.push_back({meal_at(w.at(0)), w.at(1).get<int>(), w.at(2).get<int>()});
        lists.sites.push_back(std::move(site));
    }
}

void read_names(const json& o, WordLists& lists) {
    for (const auto& s : o.at("surnames"))
        lists.surnames.emplace_back(s.at(0).get<std::string>(), s.at(1).get<std::int64_t>());
    const auto& given = o.at("given");
    lists.female = {characters_of(given.at("female").at("first")), characters_of(given.at("female").at("second"))};
    lists.male = {characters_of(given.at("male").at("first")), characters_of(given.at("male").at("second"))};
    lists.rare = texts_at(o, "rare");
    lists.diets = texts_at(o, "diets");
    lists.staff_names = texts_at(o, "staff");
}

CastMember cast_member(const json& o) {
    CastMember member;
    Diner& diner = member.diner;
    diner.name = o.at("name");
    const auto birth = Date::parse(o.at("birth").get<std::string>());
    const auto sex = parse_sex(o.at("sex").get<std::string>());
    if (!birth || !sex) throw std::out_of_range("birth or sex of " + diner.name);
    diner.birth_date = *birth;
    diner.sex = *sex;
    diner.road = o.at("road");
    diner.residence = o.at("residence");
    diner.hukou = o.at("hukou");
    diner.aid = texts_at(o, "aid");
    diner.living = texts_at(o, "living");
    diner.approved = texts_at(o, "approved");
    diner.disability_grade = o.value("disability_grade", 0);
    diner.care = o.value("care", "none");
    diner.diet = o.value("diet", "");
    const json usual = o.value("usual", json::object());
    for (const auto& [meal, item] : usual.items())
        member.usual[meal_at(meal)] = ItemId(item.get<std::string>());
    return member;
}

void read_cast(const json& o, WordLists& lists) {
    for (const auto& member : o.at("cast")) lists.cast.push_back(cast_member(member));
}

void read_weeks(const json& o, WordLists& lists) {
    for (const auto& [meal, days] : o.items()) {
        auto& week = lists.weeks[meal_at(meal)];
        for (const auto& day : days) {
            week.push_back(day.get<std::map<std::string, std::vector<std::string>>>());
            for (const auto& [kind, names] : week.back()) {
                for (const auto& name : names) {
                    if (!lists.dishes.contains(name)) throw std::out_of_range("no dish is called " + name);
                }
            }
        }
        if (week.size() != 7) throw std::out_of_range("a week of " + meal + " has not seven days");
    }
}

void read_menus(const json& o, WordLists& lists) {
    for (const auto& d : o.at("dishes")) {
        const auto item_class = parse_item_class(d.at("class").get<std::string>());
        if (!item_class) throw std::out_of_range("class of a dish");
        lists.dishes[d.at("zh")] = {d.at("zh"), d.at("en"), fen_at(d), *item_class};
    }
    for (const auto& [meal, sets] : o.at("sets").items()) {
        for (const auto& s : sets)
            lists.sets[meal_at(meal)].push_back({ItemId(s.at("id").get<std::string>()), s.at("zh"), s.at("en"),
                                                 fen_at(s), s.at("with_zh"), s.at("with_en")});
    }
    for (const auto& s : o.at("sold_out"))
        lists.sold_out.emplace_back(meal_at(s.at(0)), s.at(1).get<std::string>());
    read_weeks(o.at("weeks"), lists);
}

Status read_file(const std::filesystem::path& path, void (*read)(const json&, WordLists&), WordLists& lists) {
    std::ifstream file(path);
    if (!file)
        return fail(ErrorCode::not_found, "The demo word list " + path.string() +
                                              " cannot be opened; give the repository's assets/demo folder.");
    try {
        read(json::parse(file), lists);
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_input,
                    "The demo word list " + path.string() + " is malformed (" + error.what() + "); restore it.");
    }
    return payment::ok();
}

}  // namespace

Result<WordLists> read_word_lists(const std::filesystem::path& assets_dir) {
    WordLists lists;
    MULIN_TRY_STATUS(read_file(assets_dir / "places.json", read_places, lists));
    MULIN_TRY_STATUS(read_file(assets_dir / "sites.json", read_sites, lists));
    MULIN_TRY_STATUS(read_file(assets_dir / "names.json", read_names, lists));
    MULIN_TRY_STATUS(read_file(assets_dir / "cast.json", read_cast, lists));
    MULIN_TRY_STATUS(read_file(assets_dir / "menus.json", read_menus, lists));
    return lists;
}

}  // namespace mulin::sync
