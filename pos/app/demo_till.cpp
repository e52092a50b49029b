#include "pos/app/demo_till.h"

#include "pos/app/assets.h"
#include "pos/app/shift.h"
#include "pos/app/till.h"
#include "sync/demo/demo_cards.h"
#include "sync/demo/demo_district.h"
#include "sync/store/card_shelf.h"

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

// As if the account service had told every balance, and the district its limits.
Status fill_cards(sync::TerminalStore& store, const sync::DemoDistrict& district, sync::UtcInstant now) {
    std::vector<std::pair<std::string, sync::CardHeard>> heard;
    for (const auto& card : district.cards) {
        heard.emplace_back(card.hash, sync::CardHeard{sync::demo_card_balance(card.diner), card.blocked ? "blocked" : "active", now});
    }
    MULIN_TRY_STATUS(store.cards().hear_all(heard));
    MULIN_TRY_STATUS(store.set_setting(sync::kOfflineCardDay, std::to_string(sync::kDemoOfflineCardDay.in_fen())));
    return store.set_setting(sync::kOfflineTillDay, std::to_string(sync::kDemoOfflineTillDay.in_fen()));
}

Status fill_store(sync::TerminalStore& store, const sync::DemoDistrict& district, sync::UtcInstant now) {
    MULIN_TRY_STATUS(store.replace_subdistricts(district.subdistricts));
    MULIN_TRY_STATUS(store.replace_vendors(district.vendors));
    MULIN_TRY_STATUS(store.replace_sites(district.sites));
    MULIN_TRY_STATUS(store.replace_staff(district.staff_of(district.till_site)));
    MULIN_TRY_STATUS(store.replace_menus(district.menus));
    MULIN_TRY_STATUS(store.upsert_diners(district.diners));
    MULIN_TRY_STATUS(store.upsert_cards(district.cards));
    std::vector<sync::UsualHint> hints;
    for (const auto& usual : district.usuals) hints.push_back({usual.diner, usual.meal, usual.item});
    MULIN_TRY_STATUS(store.replace_usual_hints(hints));
    MULIN_TRY(const auto policies, demo_policies());
    MULIN_TRY_STATUS(store.replace_policies(policies));
    MULIN_TRY_STATUS(store.set_setting(setting::kHashKey, district.hash_key));
    MULIN_TRY_STATUS(fill_cards(store, district, now));
    return store.set_setting(setting::kSite, district.till_site.text());
}

// Unique per machine, so that two demo tills may join one district.
sync::TillId new_till_id(payment::IdSource& ids) { return sync::TillId("T" + ids.next_text().substr(16)); }

}  // namespace

payment::Result<std::vector<sync::PolicyText>> demo_policies() {
    const std::string name = "demo-yangpu.json";
    MULIN_TRY(const auto text, read_text_file(assets_dir() / "policies" / name));
    return std::vector<sync::PolicyText>{{name, text}};
}

Status make_demo_till(const std::filesystem::path& dir, const payment::Clock& clock, payment::Random& random) {
    if (std::filesystem::exists(dir / "till.db"))
        return fail(ErrorCode::conflict, dir.string() + " holds a till already; choose another folder or use it as it is.");
    std::error_code made;
    std::filesystem::create_directories(dir, made);
    if (made) return fail(ErrorCode::disk, "Cannot make " + dir.string() + ": " + made.message() + ".");
    std::filesystem::permissions(dir, std::filesystem::perms::owner_all, made);
    MULIN_TRY(const auto district, sync::make_demo_district(assets_dir() / "demo", payment::china_date(clock.utc())));
    {
        MULIN_TRY(const auto store, sync::TerminalStore::open(dir.string(), clock, random));
        payment::IdSource ids(clock, random);
        MULIN_TRY_STATUS(store->set_till(new_till_id(ids)));
        MULIN_TRY_STATUS(fill_store(*store, district, clock.utc()));
    }
    MULIN_TRY(const auto till, Till::open(dir, clock, random));
    const auto shift = open_shift(*till, sync::Money::fen(20'000), sync::StaffId());
    if (!shift) return fail(ErrorCode::corrupt, shift.error().message);
    return payment::ok();
}

}  // namespace mulin::pos
