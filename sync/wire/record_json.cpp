#include "sync/wire/record_json.h"

#include <nlohmann/json.hpp>

#include "sync/wire/limits.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxList = 64;
constexpr std::size_t kMaxItems = 500;

// Reads a closed vocabulary through its parse function.
template <class T>
T word(Fields& fields, const char* key, std::optional<T> (*parse)(std::string_view)) {
    const auto value = parse(fields.text(key, 32));
    if (!value) fields.problem(key, "is not one of the known words");
    return value.value_or(T{});
}

json to_json_value(const MenuItem& item) {
    return {{"id", item.id.text()},          {"name_zh", item.name_zh},
            {"name_en", item.name_en},       {"detail_zh", item.detail_zh},
            {"detail_en", item.detail_en},   {"class", name_of(item.item_class)},
            {"price_fen", item.price.in_fen()}, {"weighed", item.weighed},
            {"sold_out", item.sold_out}};
}

MenuItem read_item(Fields fields) {
    MenuItem item;
    item.id = ItemId(fields.id("id"));
    item.name_zh = fields.text("name_zh", kMaxTextBytes);
    item.name_en = fields.text("name_en", kMaxTextBytes);
    item.detail_zh = fields.optional_text("detail_zh", kMaxTextBytes);
    item.detail_en = fields.optional_text("detail_en", kMaxTextBytes);
    item.item_class = word(fields, "class", parse_item_class);
    item.price = Money::fen(fields.integer("price_fen", 0, 10'000'000));
    item.weighed = fields.has("weighed") && fields.boolean("weighed");
    item.sold_out = fields.has("sold_out") && fields.boolean("sold_out");
    return item;
}

ServingWindow read_window(Fields fields) {
    ServingWindow window;
    window.meal = word(fields, "meal", parse_meal);
    window.from_minute = static_cast<int>(fields.integer("from_minute", 0, 1440));
    window.until_minute = static_cast<int>(fields.integer("until_minute", 0, 1440));
    return window;
}

}  // namespace

json to_json_value(const Subdistrict& value) {
    return {{"code", value.code}, {"name_zh", value.name_zh}, {"name_en", value.name_en}};
}

json to_json_value(const Vendor& value) {
    return {{"id", value.id.text()}, {"name_zh", value.name_zh}, {"name_en", value.name_en}};
}

json to_json_value(const Site& value) {
    json windows = json::array();
    for (const ServingWindow& window : value.windows) {
        windows.push_back({{"meal", name_of(window.meal)},
                           {"from_minute", window.from_minute},
                           {"until_minute", window.until_minute}});
    }
    return {{"id", value.id.text()},
            {"name_zh", value.name_zh},
            {"name_en", value.name_en},
            {"subdistrict", value.subdistrict},
            {"subdistrict_name_zh", value.subdistrict_name_zh},
            {"subdistrict_name_en", value.subdistrict_name_en},
            {"vendor", value.vendor.text()},
            {"kind", value.kind},
            {"tags", value.tags},
            {"windows", std::move(windows)}};
}

json to_json_value(const Staff& value) {
    return {{"id", value.id.text()},
            {"name", value.name},
            {"role", name_of(value.role)},
            {"pin", value.pin},
            {"active", value.active}};
}

json to_json_value(const Menu& value) {
    json items = json::array();
    for (const MenuItem& item : value.items) items.push_back(to_json_value(item));
    return {{"site", value.site.text()},
            {"date", value.date.text()},
            {"meal", name_of(value.meal)},
            {"items", std::move(items)}};
}

json to_json_value(const Diner& value) {
    return {{"id", value.id.text()},
            {"name", value.name},
            {"pinyin", value.pinyin},
            {"birth_date", value.birth_date.text()},
            {"sex", name_of(value.sex)},
            {"id_hash", value.id_hash},
            {"id_last4", value.id_last4},
            {"phone_last4", value.phone_last4},
            {"hukou", value.hukou},
            {"residence", value.residence},
            {"road", value.road},
            {"aid", value.aid},
            {"disability_grade", value.disability_grade},
            {"care", value.care},
            {"living", value.living},
            {"tags", value.tags},
            {"approved", value.approved},
            {"cards", value.cards},
            {"diet", value.diet},
            {"active", value.active}};
}

json to_json_value(const Card& value) {
    return {{"hash", value.hash},
            {"last4", value.last4},
            {"kind", value.kind},
            {"diner", value.diner.text()},
            {"blocked", value.blocked}};
}

Subdistrict read_subdistrict(Fields fields) {
    return {fields.id("code"), fields.text("name_zh", kMaxTextBytes), fields.text("name_en", kMaxTextBytes)};
}

Vendor read_vendor(Fields fields) {
    return {VendorId(fields.id("id")), fields.text("name_zh", kMaxTextBytes),
            fields.text("name_en", kMaxTextBytes)};
}

Site read_site(Fields fields) {
    Site site;
    site.id = SiteId(fields.id("id"));
    site.name_zh = fields.text("name_zh", kMaxTextBytes);
    site.name_en = fields.text("name_en", kMaxTextBytes);
    site.subdistrict = fields.id("subdistrict");
    site.subdistrict_name_zh = fields.optional_text("subdistrict_name_zh", kMaxTextBytes);
    site.subdistrict_name_en = fields.optional_text("subdistrict_name_en", kMaxTextBytes);
    site.vendor = VendorId(fields.id("vendor"));
    site.kind = fields.id("kind");
    site.tags = fields.texts("tags", kMaxList);
    for (Fields& window : fields.objects("windows", kMaxList)) site.windows.push_back(read_window(window));
    return site;
}

Staff read_staff(Fields fields) {
    Staff staff;
    staff.id = StaffId(fields.id("id"));
    staff.name = fields.text("name", kMaxTextBytes);
    staff.role = word(fields, "role", parse_role);
    staff.pin = fields.text("pin", 512);
    staff.active = fields.boolean("active");
    return staff;
}

Menu read_menu(Fields fields) {
    Menu menu;
    menu.site = SiteId(fields.optional_id("site"));
    menu.date = fields.date("date");
    menu.meal = word(fields, "meal", parse_meal);
    for (Fields& item : fields.objects("items", kMaxItems)) menu.items.push_back(read_item(item));
    return menu;
}

Diner read_diner(Fields fields) {
    Diner diner;
    diner.id = DinerId(fields.id("id"));
    diner.name = fields.text("name", kMaxTextBytes);
    diner.pinyin = fields.text("pinyin", kMaxTextBytes);
    diner.birth_date = fields.date("birth_date");
    diner.sex = word(fields, "sex", parse_sex);
    diner.id_hash = fields.has("id_hash") && !fields.text("id_hash", 64).empty() ? fields.hex("id_hash", 32) : "";
    diner.id_last4 = fields.optional_text("id_last4", 8);
    diner.phone_last4 = fields.optional_text("phone_last4", 8);
    diner.hukou = fields.optional_id("hukou");
    diner.residence = fields.optional_id("residence");
    diner.road = fields.optional_text("road", kMaxTextBytes);
    diner.aid = fields.texts("aid", kMaxList);
    diner.disability_grade = static_cast<int>(fields.integer("disability_grade", 0, 4));
    diner.care = fields.text("care", 64);
    diner.living = fields.texts("living", kMaxList);
    diner.tags = fields.texts("tags", kMaxList);
    diner.approved = fields.texts("approved", kMaxList);
    diner.cards = fields.texts("cards", kMaxList);
    diner.diet = fields.optional_text("diet", kMaxTextBytes);
    diner.active = fields.boolean("active");
    return diner;
}

Card read_card(Fields fields) {
    Card card;
    card.hash = fields.hex("hash", 32);
    card.last4 = fields.optional_text("last4", 8);
    card.kind = fields.id("kind");
    card.diner = DinerId(fields.id("diner"));
    card.blocked = fields.boolean("blocked");
    return card;
}

json to_json_value(const SiteVerdict& value) {
    return {{"sale", {{"till", value.sale.till.text()}, {"epoch", value.sale.epoch.text()}, {"seq", value.sale.seq}}},
            {"hash", value.hash},
            {"n", value.n},
            {"business_date", value.business_date.text()},
            {"meal", name_of(value.meal)},
            {"diner", value.diner ? value.diner->text() : ""},
            {"reason", value.reason},
            {"period", value.period},
            {"claimed_fen", value.claimed.in_fen()},
            {"posted_fen", value.posted.in_fen()},
            {"vendor_fen", value.vendor.in_fen()},
            {"tolerance_fen", value.tolerance.in_fen()},
            {"diner_fen", value.diner_bears.in_fen()},
            {"suspense_fen", value.suspense.in_fen()},
            {"at", payment::to_rfc3339(value.at)}};
}

SiteVerdict read_site_verdict(Fields fields) {
    constexpr std::int64_t kMaxNumber = 1'000'000'000'000;
    SiteVerdict verdict;
    Fields sale = fields.object("sale");
    verdict.sale = {TillId(sale.id("till")), EpochId(sale.id("epoch")), sale.integer("seq", 1, kMaxNumber)};
    verdict.hash = fields.hex("hash", 32);
    verdict.n = fields.integer("n", 1, kMaxNumber);
    verdict.business_date = fields.date("business_date");
    verdict.meal = word(fields, "meal", parse_meal);
    if (const auto diner = fields.optional_id("diner"); !diner.empty()) verdict.diner = DinerId(diner);
    verdict.reason = fields.id("reason");
    verdict.period = fields.id("period");
    verdict.claimed = fields.money("claimed_fen");
    verdict.posted = fields.money("posted_fen");
    verdict.vendor = fields.money("vendor_fen");
    verdict.tolerance = fields.money("tolerance_fen");
    verdict.diner_bears = fields.money("diner_fen");
    verdict.suspense = fields.money("suspense_fen");
    verdict.at = fields.instant("at");
    return verdict;
}

}  // namespace mulin::sync
