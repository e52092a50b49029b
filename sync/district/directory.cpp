#include "sync/district/directory.h"

#include "sync/district/account_ledger.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sync/backtest/sale_facts.h"
#include "sync/district/area.h"
#include "sync/model/weekly_menu.h"
#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr std::int64_t kPeoplePerBundle = 1'000;

template <class T>
std::string record_text(const T& value) {
    return json_text(to_json_value(value));
}

template <class T>
Result<T> record_from(const std::string& text, T (*read)(Fields)) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "stored record"));
    Fields fields(*value, "stored record");
    T record = read(fields);
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return record;
}

// All rows of a statement whose first column is a record.
template <class T>
Result<std::vector<T>> records(database::Statement& query, T (*read)(Fields)) {
    std::vector<T> values;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return values;
        MULIN_TRY(auto value, record_from(query.text(0), read));
        values.push_back(std::move(value));
    }
}

}  // namespace

Result<std::int64_t> Directory::change() {
    auto query = database_.prepare("SELECT change FROM change_counter");
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

Result<std::int64_t> Directory::snapshot_change() {
    auto query = database_.prepare("SELECT snapshot_change FROM change_counter");
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

Status Directory::jump_to(std::int64_t change) {
    auto write = database_.prepare("UPDATE change_counter SET change = ? WHERE change < ?");
    write.bind(change).bind(change);
    return write.run();
}

Result<std::int64_t> Directory::next_change() {
    auto write = database_.prepare("UPDATE change_counter SET change = change + 1 RETURNING change");
    MULIN_TRY(const bool row, write.step());
    return row ? write.number(0) : 0;
}

Status Directory::touch_snapshot() {
    auto write =
        database_.prepare("UPDATE change_counter SET change = change + 1, snapshot_change = change + 1");
    return write.run();
}

Status Directory::put(std::span<const Subdistrict> subdistricts) {
    for (const Subdistrict& value : subdistricts) {
        auto write = database_.prepare(
            "INSERT INTO subdistrict (code, record) VALUES (?, ?) "
            "ON CONFLICT (code) DO UPDATE SET record = excluded.record");
        write.bind(value.code).bind(record_text(value));
        MULIN_TRY_STATUS(write.run());
    }
    return touch_snapshot();
}

Status Directory::put(std::span<const Vendor> vendors) {
    for (const Vendor& value : vendors) {
        auto write = database_.prepare(
            "INSERT INTO vendor (id, record) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET record = excluded.record");
        write.bind(value.id.text()).bind(record_text(value));
        MULIN_TRY_STATUS(write.run());
    }
    return touch_snapshot();
}

Status Directory::put(std::span<const Site> sites) {
    for (const Site& value : sites) {
        MULIN_TRY(const auto before, site(value.id));
        if (before && Area(*before) != Area(value)) MULIN_TRY_STATUS(resend_people());
        auto write = database_.prepare(
            "INSERT INTO site (id, record) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET record = excluded.record");
        write.bind(value.id.text()).bind(record_text(value));
        MULIN_TRY_STATUS(write.run());
    }
    MULIN_TRY_STATUS(
        database_.execute("INSERT INTO price_again (entry) SELECT entry FROM judgement WHERE deviations = "
                          "'unknown_site' ON CONFLICT DO NOTHING"));
    return touch_snapshot();
}

Status Directory::put_staff(const SiteId& site, std::span<const Staff> staff) {
    for (const Staff& value : staff) {
        auto write = database_.prepare(
            "INSERT INTO staff (site, id, record) VALUES (?, ?, ?) "
            "ON CONFLICT (site, id) DO UPDATE SET record = excluded.record");
        write.bind(site.text()).bind(value.id.text()).bind(record_text(value));
        MULIN_TRY_STATUS(write.run());
    }
    return touch_snapshot();
}

Status Directory::put(std::span<const Menu> menus) {
    for (const Menu& value : menus) {
        auto write = database_.prepare(
            "INSERT INTO menu (site, day, meal, record) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (site, day, meal) DO UPDATE SET record = excluded.record");
        write.bind(value.site.text()).bind(value.date.days_since_1970()).bind(name_of(value.meal));
        write.bind(record_text(value));
        MULIN_TRY_STATUS(write.run());
    }
    return touch_snapshot();
}

// Each keeps a number of its own, in the same order, so that bundles can still be cut anywhere.
Status Directory::resend_people() {
    MULIN_TRY(const auto now, change());
    for (const char* sql : {"UPDATE diner SET change = change + ?", "UPDATE card SET change = change + ?"}) {
        auto write = database_.prepare(sql);
        write.bind(now);
        MULIN_TRY_STATUS(write.run());
    }
    return jump_to(2 * now);
}

Status Directory::replace_policies(std::span<const PolicyDocument> policies, UtcInstant now) {
    // Facts that no rule asked for so far are not at the tills; they go first.
    MULIN_TRY(const auto before, this->policies());
    if (asks_more(asked_facts(policies), asked_facts(before))) MULIN_TRY_STATUS(resend_people());
    MULIN_TRY_STATUS(database_.execute("DELETE FROM policy"));
    for (const PolicyDocument& policy : policies) {
        auto write = database_.prepare(
            "INSERT INTO policy (name, text, published_ms) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET text = excluded.text, published_ms = excluded.published_ms");
        write.bind(policy.name).bind(policy.text).bind(now.ms);
        MULIN_TRY_STATUS(write.run());
    }
    // Every set that was ever in force is kept: sales are judged by the one of their time.
    auto release = database_.prepare("INSERT INTO policy_release (published_ms) VALUES (?) RETURNING id");
    release.bind(now.ms);
    MULIN_TRY(const auto id, release.returned());
    for (const PolicyDocument& policy : policies) {
        auto write = database_.prepare(
            "INSERT INTO policy_release_file (release, name, text) VALUES (?, ?, ?) "
            "ON CONFLICT (release, name) DO UPDATE SET text = excluded.text");
        write.bind(id).bind(policy.name).bind(policy.text);
        MULIN_TRY_STATUS(write.run());
    }
    auto queue = database_.prepare(
        "INSERT INTO price_again (entry) SELECT entry FROM judgement WHERE at_ms >= ? OR deviations <> '' ON "
        "CONFLICT DO NOTHING");
    queue.bind(now.ms);
    MULIN_TRY_STATUS(queue.run());
    return touch_snapshot();
}

Status Directory::keep_facts(const Diner& diner) {
    const std::string facts = facts_text(diner);
    auto newest =
        database_.prepare("SELECT facts FROM diner_facts WHERE diner = ? ORDER BY from_ms DESC LIMIT 1");
    newest.bind(diner.id.text());
    MULIN_TRY(const bool known, newest.step());
    if (known && newest.text(0) == facts) return payment::ok();
    auto write = database_.prepare(
        "INSERT INTO diner_facts (diner, from_ms, facts) VALUES (?, ?, ?) "
        "ON CONFLICT (diner, from_ms) DO UPDATE SET facts = excluded.facts");
    write.bind(diner.id.text()).bind(now_.ms).bind(facts);
    MULIN_TRY_STATUS(write.run());
    return price_again(diner.id);
}

// Sales that the new facts may explain, or that happened, by their clock, after now.
Status Directory::price_again(const DinerId& diner) {
    auto queue = database_.prepare(
        "INSERT INTO price_again (entry) SELECT entry FROM judgement WHERE diner = ? AND (at_ms >= ? OR "
        "deviations <> '') ON CONFLICT DO NOTHING");
    queue.bind(diner.text()).bind(now_.ms);
    return queue.run();
}

Status Directory::put(const Diner& diner) {
    if (!diner.id_hash.empty()) {
        MULIN_TRY(const auto other, diner_by_id_hash(diner.id_hash));
        if (other && *other != diner.id) {
            return fail(ErrorCode::conflict, "Diner " + diner.id.text() + " has the identity number of diner " +
                                                 other->text() + ".");
        }
    }
    MULIN_TRY(const auto number, next_change());
    auto write = database_.prepare(
        "INSERT INTO diner (id, change, id_hash, record) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET change = excluded.change, id_hash = excluded.id_hash, record = "
        "excluded.record");
    write.bind(diner.id.text()).bind(number);
    diner.id_hash.empty() ? write.bind_null() : write.bind(diner.id_hash);
    write.bind(record_text(diner));
    MULIN_TRY_STATUS(write.run());
    return keep_facts(diner);
}

Status Directory::put(const Card& card) {
    auto holder = database_.prepare("SELECT diner FROM card WHERE hash = ?");
    holder.bind(card.hash);
    MULIN_TRY(const bool known, holder.step());
    if (known && holder.text(0) != card.diner.text()) {
        return fail(ErrorCode::conflict, "The card ending in " + card.last4 + " belongs to diner " + holder.text(0) + ".");
    }
    MULIN_TRY(const auto number, next_change());
    auto write = database_.prepare(
        "INSERT INTO card (hash, change, diner, record) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (hash) DO UPDATE SET change = excluded.change, diner = excluded.diner, record = "
        "excluded.record");
    write.bind(card.hash).bind(number).bind(card.diner.text()).bind(record_text(card));
    MULIN_TRY_STATUS(write.run());
    if (!card.blocked) return payment::ok();
    MULIN_TRY(const auto denied, denial("card", card.hash));
    return denied ? payment::ok() : deny({"card", card.hash, "blocked", now_, false});
}

Result<DinerAnswer> Directory::register_diner(const RegisteredDiner& registered, const TillId& till) {
    Diner diner = registered.diner;
    const DinerId sent = diner.id;
    auto alias = database_.prepare("SELECT kept FROM diner_alias WHERE sent = ?");
    alias.bind(till.text() + "/" + sent.text());
    MULIN_TRY(const bool repeated, alias.step());
    if (repeated) return DinerAnswer{sent, DinerId(alias.text(0))};

    MULIN_TRY(auto known, diner_by_id_hash(diner.id_hash));
    if (!known) {
        // Two tills may have given the same id to two people.
        MULIN_TRY(const auto same_id, this->diner(diner.id));
        if (same_id && same_id->id_hash != diner.id_hash) diner.id = DinerId(sent.text() + "-" + till.text());
        MULIN_TRY_STATUS(put(diner));
    } else {
        diner.id = *known;
    }
    for (Card card : registered.cards) {
        card.diner = diner.id;
        auto holder = database_.prepare("SELECT 1 FROM card WHERE hash = ?");
        holder.bind(card.hash);
        MULIN_TRY(const bool taken, holder.step());
        if (!taken) MULIN_TRY_STATUS(put(card));
    }
    auto write = database_.prepare("INSERT INTO diner_alias (sent, kept) VALUES (?, ?)");
    write.bind(till.text() + "/" + sent.text()).bind(diner.id.text());
    MULIN_TRY_STATUS(write.run());
    if (diner.id != sent) MULIN_TRY_STATUS(price_again(sent));
    return DinerAnswer{sent, diner.id};
}

Result<std::optional<Site>> Directory::site(const SiteId& id) {
    auto query = database_.prepare("SELECT record FROM site WHERE id = ?");
    query.bind(id.text());
    MULIN_TRY(auto found, records(query, read_site));
    return found.empty() ? std::optional<Site>() : std::optional(std::move(found.front()));
}

Result<std::vector<Site>> Directory::sites() {
    auto query = database_.prepare("SELECT record FROM site ORDER BY id");
    return records(query, read_site);
}

Result<std::vector<Vendor>> Directory::vendors() {
    auto query = database_.prepare("SELECT record FROM vendor ORDER BY id");
    return records(query, read_vendor);
}

Result<std::vector<Subdistrict>> Directory::subdistricts() {
    auto query = database_.prepare("SELECT record FROM subdistrict ORDER BY code");
    return records(query, read_subdistrict);
}

Result<std::vector<PolicyDocument>> Directory::policies() {
    auto query = database_.prepare("SELECT name, text FROM policy ORDER BY name");
    std::vector<PolicyDocument> policies;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return policies;
        policies.push_back({query.text(0), query.text(1)});
    }
}

Result<std::optional<Diner>> Directory::diner(const DinerId& id) {
    auto query = database_.prepare("SELECT record FROM diner WHERE id = ?");
    query.bind(id.text());
    MULIN_TRY(auto found, records(query, read_diner));
    return found.empty() ? std::optional<Diner>() : std::optional(std::move(found.front()));
}

Result<std::optional<DinerId>> Directory::diner_by_id_hash(const std::string& id_hash) {
    if (id_hash.empty()) return std::optional<DinerId>();
    auto query = database_.prepare("SELECT id FROM diner WHERE id_hash = ?");
    query.bind(id_hash);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(DinerId(query.text(0))) : std::optional<DinerId>();
}

Result<std::int64_t> Directory::diner_count() {
    auto query = database_.prepare("SELECT count(*) FROM diner");
    MULIN_TRY(const bool row, query.step());
    return row ? query.number(0) : 0;
}

Result<SiteSnapshot> Directory::snapshot(const SiteId& site_id, Date today) {
    SiteSnapshot out;
    MULIN_TRY(auto site, this->site(site_id));
    if (!site) return fail(ErrorCode::not_found, "Site " + site_id.text() + " is not in the district's data.");
    out.site = std::move(*site);
    MULIN_TRY(out.subdistricts, subdistricts());
    MULIN_TRY(out.vendors, vendors());
    auto staff = database_.prepare("SELECT record FROM staff WHERE site = ? ORDER BY id");
    staff.bind(site_id.text());
    MULIN_TRY(out.staff, records(staff, read_staff));
    auto menus = database_.prepare(
        "SELECT record FROM menu WHERE site IN ('', ?) AND (day >= ? OR day BETWEEN ? AND ?) ORDER BY site, "
        "day, meal");
    const Date monday = Date::from_days(4);
    menus.bind(site_id.text()).bind(today.days_since_1970() - 1);
    menus.bind(monday.days_since_1970()).bind(monday.days_since_1970() + 6);
    MULIN_TRY(out.menus, records(menus, read_menu));
    MULIN_TRY(out.policies, policies());
    MULIN_TRY(out.card_rules, AccountLedger(database_).rules());
    return out;
}

// Rows in the order of their change numbers, never more than one bundle's worth: `to` falls back to
// the last change that is complete.
Status Directory::add_people(Bundle& bundle, std::int64_t from, std::int64_t now) {
    std::int64_t to = now;
    const auto read = [&](const char* sql, auto reader, auto& out,
                          std::vector<std::int64_t>& numbers) -> Status {
        auto query = database_.prepare(sql);
        query.bind(from).bind(kPeoplePerBundle);
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            MULIN_TRY(auto record, record_from(query.text(1), reader));
            numbers.push_back(query.number(0));
            out.push_back(std::move(record));
        }
        if (static_cast<std::int64_t>(numbers.size()) == kPeoplePerBundle) to = std::min(to, numbers.back());
        return payment::ok();
    };
    std::vector<std::int64_t> diner_numbers;
    std::vector<std::int64_t> card_numbers;
    MULIN_TRY_STATUS(read("SELECT change, record FROM diner WHERE change > ? ORDER BY change LIMIT ?", read_diner,
                          bundle.diners, diner_numbers));
    MULIN_TRY_STATUS(read("SELECT change, record FROM card WHERE change > ? ORDER BY change LIMIT ?", read_card,
                          bundle.cards, card_numbers));
    const auto keep = [&](const std::vector<std::int64_t>& numbers) {
        return std::upper_bound(numbers.begin(), numbers.end(), to) - numbers.begin();
    };
    bundle.diners.resize(static_cast<std::size_t>(keep(diner_numbers)));
    bundle.cards.resize(static_cast<std::size_t>(keep(card_numbers)));
    bundle.to = to;
    bundle.more = to < now;
    return payment::ok();
}

// To the people of the site's area, and to what is needed of them.
Status Directory::narrow(Bundle& bundle, const SiteId& site_id) {
    if (bundle.diners.empty() && bundle.cards.empty()) return payment::ok();
    MULIN_TRY(const auto known, site(site_id));
    const Area area(known.value_or(Site{}));
    MULIN_TRY(const auto documents, policies());
    const AskedFacts asked = asked_facts(documents);
    std::vector<Diner> diners;
    for (Diner& diner : bundle.diners) {
        if (area.holds(diner)) diners.push_back(minimised(std::move(diner), asked));
        else bundle.gone.push_back(diner.id);
    }
    bundle.diners = std::move(diners);
    if (area.is_everybody()) return payment::ok();
    std::vector<Card> cards;
    for (Card& card : bundle.cards) {
        MULIN_TRY(const auto holder, diner(card.diner));
        if (holder && area.holds(*holder)) cards.push_back(std::move(card));
    }
    bundle.cards = std::move(cards);
    return payment::ok();
}

Result<Bundle> Directory::bundle_after(std::int64_t from, const SiteId& site, Date today) {
    auto counter = database_.prepare("SELECT change, snapshot_change FROM change_counter");
    MULIN_TRY(const bool row, counter.step());
    const std::int64_t now = row ? counter.number(0) : 0;
    const std::int64_t snapshot_change = row ? counter.number(1) : 0;
    Bundle bundle;
    bundle.from = from > now ? 0 : from;
    MULIN_TRY(const auto until, word_ends(site, bundle.from, now, today));
    MULIN_TRY_STATUS(add_people(bundle, bundle.from, until));
    MULIN_TRY_STATUS(narrow(bundle, site));
    bundle.more = bundle.to < now;
    MULIN_TRY_STATUS(add_word(bundle, site, today));
    // With the first of several parts, so that a new till can sell before all diners are there, and
    // again with the part that passes the change.
    if (bundle.from < snapshot_change && (bundle.from == 0 || bundle.to >= snapshot_change)) {
        MULIN_TRY(bundle.snapshot, snapshot(site, today));
    }
    return bundle;
}

}  // namespace mulin::sync::server
