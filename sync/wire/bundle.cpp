#include "sync/wire/bundle.h"

#include <nlohmann/json.hpp>

#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxChange = 1'000'000'000'000;

template <class T>
json list_value(const std::vector<T>& values) {
    json list = json::array();
    for (const T& value : values) list.push_back(to_json_value(value));
    return list;
}

template <class T>
std::vector<T> read_list(Fields& fields, const char* key, std::size_t max, T (*read)(Fields)) {
    std::vector<T> values;
    for (Fields& entry : fields.objects(key, max)) values.push_back(read(entry));
    return values;
}

json snapshot_value(const SiteSnapshot& snapshot) {
    json policies = json::array();
    for (const PolicyDocument& policy : snapshot.policies) {
        policies.push_back({{"name", policy.name}, {"text", policy.text}});
    }
    return {{"site", to_json_value(snapshot.site)},
            {"subdistricts", list_value(snapshot.subdistricts)},
            {"vendors", list_value(snapshot.vendors)},
            {"staff", list_value(snapshot.staff)},
            {"menus", list_value(snapshot.menus)},
            {"policies", std::move(policies)},
            {"cards_offline",
             {{"card_day_fen", snapshot.card_rules.offline_card_day.in_fen()},
              {"till_day_fen", snapshot.card_rules.offline_till_day.in_fen()}}}};
}

SiteSnapshot read_snapshot(Fields fields) {
    SiteSnapshot snapshot;
    snapshot.site = read_site(fields.object("site"));
    snapshot.subdistricts = read_list(fields, "subdistricts", kMaxRowsPerSection, read_subdistrict);
    snapshot.vendors = read_list(fields, "vendors", kMaxRowsPerSection, read_vendor);
    snapshot.staff = read_list(fields, "staff", kMaxRowsPerSection, read_staff);
    snapshot.menus = read_list(fields, "menus", kMaxRowsPerSection, read_menu);
    for (Fields& policy : fields.objects("policies", kMaxRowsPerSection)) {
        snapshot.policies.push_back({policy.id("name"), policy.text("text", kMaxPolicyBytes)});
    }
    if (fields.has("cards_offline")) {
        Fields limits = fields.object("cards_offline");
        snapshot.card_rules.offline_card_day = limits.money("card_day_fen");
        snapshot.card_rules.offline_till_day = limits.money("till_day_fen");
    }
    return snapshot;
}

json lease_value(const Lease& lease) {
    json value = {{"id", lease.id},
                  {"key", lease.key},
                  {"serial", lease.serial},
                  {"epoch", lease.epoch.text()},
                  {"valid_until", payment::to_rfc3339(lease.valid_until)}};
    if (lease.uses) value["uses"] = *lease.uses;
    if (lease.amount) value["amount_fen"] = lease.amount->in_fen();
    return value;
}

void read_leases(Fields& fields, Bundle& bundle) {
    if (!fields.has("leases")) return;
    for (Fields& entry : fields.objects("leases", kMaxLeasesPerBundle)) {
        Lease lease;
        lease.id = entry.id("id");
        lease.key = entry.text("key", kMaxTextBytes);
        lease.serial = entry.integer("serial", 1, kMaxChange);
        lease.till = bundle.till;
        lease.epoch = EpochId(entry.id("epoch"));
        lease.valid_until = entry.instant("valid_until");
        if (entry.has("uses")) lease.uses = entry.integer("uses", 0, kUnlimitedUses);
        if (entry.has("amount_fen")) lease.amount = Money::fen(entry.integer("amount_fen", 0, kUnlimitedFen));
        if (!lease.uses && !lease.amount) entry.problem("uses", "or amount_fen must be there");
        if (lease.key.empty()) entry.problem("key", "must not be empty");
        bundle.leases.push_back(std::move(lease));
    }
}

}  // namespace

std::string bundle_text(const Bundle& bundle) {
    json value = {{"v", kWireVersion},
                  {"district", bundle.district},
                  {"incarnation", bundle.incarnation},
                  {"till", bundle.till.text()},
                  {"from", bundle.from},
                  {"to", bundle.to},
                  {"more", bundle.more},
                  {"issued_at", payment::to_rfc3339(bundle.issued_at)},
                  {"diners", list_value(bundle.diners)},
                  {"cards", list_value(bundle.cards)}};
    if (!bundle.leases.empty()) {
        json leases = json::array();
        for (const Lease& lease : bundle.leases) leases.push_back(lease_value(lease));
        value["leases"] = std::move(leases);
    }
    if (bundle.snapshot) value["snapshot"] = snapshot_value(*bundle.snapshot);
    return json_text(value);
}

Result<Bundle> parse_bundle(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxAnswerBytes, "bundle"));
    Fields fields(*value, "bundle");
    if (fields.integer("v", 0, 1'000'000) != kWireVersion) {
        fields.problem("v", "must be 1: the district speaks another version");
    }
    Bundle bundle;
    bundle.district = fields.id("district");
    bundle.incarnation = fields.id("incarnation");
    bundle.till = TillId(fields.id("till"));
    bundle.from = fields.integer("from", 0, kMaxChange);
    bundle.to = fields.integer("to", 0, kMaxChange);
    bundle.more = fields.boolean("more");
    bundle.issued_at = fields.instant("issued_at");
    if (fields.has("snapshot")) bundle.snapshot = read_snapshot(fields.object("snapshot"));
    bundle.diners = read_list(fields, "diners", kMaxDinersPerBundle, read_diner);
    bundle.cards = read_list(fields, "cards", kMaxCardsPerBundle, read_card);
    read_leases(fields, bundle);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return bundle;
}

Status check_bundle_order(const Bundle& bundle, const TillId& till, std::string_view incarnation,
                          std::int64_t cursor) {
    const auto refuse = [](const char* why) {
        return payment::fail(payment::ErrorCode::peer, std::string("The district's data was not applied: ") + why +
                                                           " The data in use stays; try again later.");
    };
    if (bundle.till != till) return refuse("it was made for another till.");
    const bool same_world = bundle.incarnation == incarnation;
    if (bundle.from == 0) {
        if (same_world && cursor > 0 && bundle.to <= cursor) return refuse("it is older than what is here.");
        return payment::ok();
    }
    if (!same_world || bundle.from != cursor) return refuse("it does not follow what is here.");
    if (bundle.to <= cursor) return refuse("it is older than what is here.");
    return payment::ok();
}

}  // namespace mulin::sync
