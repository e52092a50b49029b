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

json denial_value(const Denial& denial) {
    return {{"kind", denial.kind},
            {"subject", denial.subject},
            {"reason", denial.reason},
            {"since", payment::to_rfc3339(denial.since)},
            {"lifted", denial.lifted}};
}

Denial read_denial(Fields& entry) {
    Denial denial{entry.text("kind", 16), {}, entry.id("reason"), entry.instant("since"), entry.boolean("lifted")};
    if (denial.kind == "card") {
        denial.subject = entry.hex("subject", 32);
    } else {
        denial.subject = entry.id("subject");
        if (denial.kind != "diner") entry.problem("kind", "must be card or diner");
    }
    return denial;
}

void read_denied(Fields& fields, Bundle& bundle) {
    if (!fields.has("denied")) return;
    for (Fields& entry : fields.objects("denied", kMaxDenialsPerBundle)) bundle.denied.push_back(read_denial(entry));
}

json gone_value(const std::vector<DinerId>& gone) {
    json list = json::array();
    for (const DinerId& diner : gone) list.push_back({{"id", diner.text()}});
    return list;
}

void read_gone(Fields& fields, Bundle& bundle) {
    if (!fields.has("gone")) return;
    for (Fields& entry : fields.objects("gone", kMaxDinersPerBundle)) bundle.gone.push_back(DinerId(entry.id("id")));
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
    if (!bundle.gone.empty()) value["gone"] = gone_value(bundle.gone);
    if (!bundle.denied.empty()) {
        json denied = json::array();
        for (const Denial& denial : bundle.denied) denied.push_back(denial_value(denial));
        value["denied"] = std::move(denied);
    }
    if (!bundle.verdicts.empty()) value["verdicts"] = list_value(bundle.verdicts);
    if (bundle.not_after) value["not_after"] = payment::to_rfc3339(*bundle.not_after);
    value["allowance"] = {{"hours", bundle.allowance.hours}, {"persons", bundle.allowance.persons}};
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
    read_gone(fields, bundle);
    read_denied(fields, bundle);
    if (fields.has("verdicts")) bundle.verdicts = read_list(fields, "verdicts", kMaxVerdictsPerBundle, read_site_verdict);
    if (fields.has("not_after")) bundle.not_after = fields.instant("not_after");
    if (fields.has("allowance")) {
        Fields allowance = fields.object("allowance");
        bundle.allowance = {allowance.integer("hours", 0, 10'000), allowance.integer("persons", 0, 1'000'000)};
    }
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return bundle;
}

namespace {

tl::unexpected<payment::Error> not_applied(const char* why) {
    return payment::fail(payment::ErrorCode::peer, std::string("The district's data was not applied: ") + why +
                                                       " The data in use stays; try again later.");
}

bool is_empty(const Bundle& bundle) {
    return !bundle.snapshot && bundle.diners.empty() && bundle.cards.empty() && bundle.leases.empty() && bundle.gone.empty() &&
           bundle.denied.empty() && bundle.verdicts.empty() && !bundle.more;
}

}  // namespace

Status check_bundle_order(const Bundle& bundle, const BundlePlace& here) {
    if (bundle.district != here.district) return not_applied("it is another district's.");
    if (bundle.till != here.till) return not_applied("it was made for another till.");
    if (bundle.snapshot && bundle.snapshot->site.id != here.site) return not_applied("it was made for another site.");
    const bool same_world = bundle.incarnation == here.incarnation;
    if (bundle.from == 0 && !(same_world && here.cursor > 0)) {
        // Incarnations have no order of their own: one that was left must not come back with what it knew then.
        if (!same_world && here.heard.ms > 0 && bundle.issued_at <= here.heard) return not_applied("it is older than what is here.");
        return payment::ok();
    }
    if (!same_world || (bundle.from != 0 && bundle.from != here.cursor)) return not_applied("it does not follow what is here.");
    const bool nothing_new = bundle.from == here.cursor && bundle.to == here.cursor && is_empty(bundle);
    if (nothing_new && bundle.issued_at > here.heard) return payment::ok();
    if (bundle.to <= here.cursor) return not_applied("it is older than what is here.");
    return payment::ok();
}

}  // namespace mulin::sync
