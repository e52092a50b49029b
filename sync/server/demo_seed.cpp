#include "sync/server/demo_seed.h"

#include <fstream>
#include <sstream>

#include "sync/database/in_transaction.h"
#include "sync/demo/demo_cards.h"
#include "sync/demo/demo_district.h"
#include "sync/policy/policy_set.h"
#include "sync/server/account_service.h"
#include "sync/server/staff_commands.h"

namespace mulin::sync::server {
namespace {

Status fill(Directory& directory, const DemoDistrict& demo) {
    MULIN_TRY_STATUS(directory.put(demo.subdistricts));
    MULIN_TRY_STATUS(directory.put(demo.vendors));
    MULIN_TRY_STATUS(directory.put(demo.sites));
    for (const SiteStaff& member : demo.staff) {
        MULIN_TRY_STATUS(directory.put_staff(member.site, std::span(&member.staff, 1)));
    }
    MULIN_TRY_STATUS(directory.put(demo.menus));
    for (const Diner& diner : demo.diners) MULIN_TRY_STATUS(directory.put(diner));
    for (const Card& card : demo.cards) MULIN_TRY_STATUS(directory.put(card));
    return payment::ok();
}

// One account a diner, opened with the balance that demo tills know.
Status fill_accounts(AccountLedger& ledger, const DemoDistrict& demo, UtcInstant now) {
    for (const Card& card : demo.cards) {
        if (card.blocked) continue;
        MULIN_TRY_STATUS(open_account(ledger, "opening." + card.diner.text(), card.hash, demo_card_balance(card.diner), now));
    }
    CardRules rules;
    rules.offline_card_day = kDemoOfflineCardDay;
    rules.offline_till_day = kDemoOfflineTillDay;
    return ledger.set_rules(rules);
}

Result<PolicyDocument> demo_policy(const std::filesystem::path& assets) {
    const auto path = assets / "policies" / "demo-yangpu.json";
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return payment::fail(payment::ErrorCode::not_found, "Cannot read " + path.string() + ".");
    PolicyDocument policy{path.filename().string(), text.str()};
    const PolicyFile file{policy.name, policy.text};
    MULIN_TRY_STATUS(PolicySet::load(std::span(&file, 1)).map([](const auto&) { return payment::Unit{}; }));
    return policy;
}

}  // namespace

Status create_demo_district(const std::filesystem::path& dir, const std::filesystem::path& assets,
                            const payment::Clock& clock, payment::Random& random, const std::string& database) {
    MULIN_TRY(const auto demo, make_demo_district(assets / "demo", payment::china_date(clock.utc())));
    std::vector<PolicyDocument> policies;
    std::error_code ignored;
    if (std::filesystem::exists(assets / "policies" / "demo-yangpu.json", ignored)) {
        MULIN_TRY(auto policy, demo_policy(assets));
        policies.push_back(std::move(policy));
    }
    MULIN_TRY_STATUS(District::create(dir, {demo.id, demo.name_zh, demo.name_en, demo.hash_key}, clock, random, database));
    MULIN_TRY(const auto district, District::open(dir, clock, random));
    auto access = district->access();
    return database::in_transaction(access.database, [&]() -> Status {
        MULIN_TRY_STATUS(fill(access.directory, demo));
        AccountLedger accounts(access.database);
        MULIN_TRY_STATUS(fill_accounts(accounts, demo, clock.utc()));
        MULIN_TRY_STATUS(access.directory.replace_policies(policies, clock.utc()));
        MULIN_TRY_STATUS(add_demo_staff(access.database, clock.utc()));
        return payment::ok();
    });
}

}  // namespace mulin::sync::server
