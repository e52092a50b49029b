// What the district sends down and the till only reads: sites, vendors, policies; and settings.

#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

// Empties a table (or two) and fills it again, as one step.
template <class Item, class Put>
Status replace(TerminalStore::Impl& store, const char* empty, std::span<const Item> items, Put put) {
    return store.write([&]() -> Status {
        MULIN_TRY_STATUS(store.db.run(empty));
        int position = 0;
        for (const auto& item : items) MULIN_TRY_STATUS(put(item, position++));
        return payment::ok();
    });
}

template <class Item, class Read>
Result<std::vector<Item>> read_all(Query& query, Read read) {
    std::vector<Item> items;
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return items;
        MULIN_TRY(auto item, read(query));
        items.push_back(std::move(item));
    }
}

Status put_site(Database& db, const Site& site, int position) {
    MULIN_TRY_STATUS(Query(db,
                           "INSERT INTO site (id, position, name_zh, name_en, subdistrict, subdistrict_name_zh, "
                           "subdistrict_name_en, vendor, kind, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           site.id.text(), position, site.name_zh, site.name_en, site.subdistrict,
                           site.subdistrict_name_zh, site.subdistrict_name_en, site.vendor.text(), site.kind,
                           join_list(site.tags))
                         .run());
    int n = 0;
    for (const auto& window : site.windows) {
        MULIN_TRY_STATUS(Query(db, "INSERT INTO site_window (site, n, meal, from_minute, until_minute) VALUES (?, ?, ?, ?, ?)",
                               site.id.text(), n++, name_of(window.meal), window.from_minute, window.until_minute)
                             .run());
    }
    return payment::ok();
}

Result<Site> read_site(Database& db, const Query& row) {
    Site site{SiteId(row.text(0)), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
              VendorId(row.text(6)), row.text(7), split_list(row.text(8)), {}};
    Query windows(db, "SELECT meal, from_minute, until_minute FROM site_window WHERE site = ? ORDER BY n", site.id.text());
    for (;;) {
        MULIN_TRY(const bool more, windows.next());
        if (!more) return site;
        site.windows.push_back({parse_meal(windows.text(0)).value_or(Meal::lunch), static_cast<int>(windows.integer(1)),
                                static_cast<int>(windows.integer(2))});
    }
}

}  // namespace

Status TerminalStore::set_setting(const std::string& key, const std::string& value) {
    const std::lock_guard guard(impl_->mutex);
    if (key == "till") return payment::fail(payment::ErrorCode::invalid_input, "The till's identity is not an ordinary setting.");
    return impl_->write(
        [&] { return Query(impl_->db, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", key, value).run(); });
}

Result<std::optional<std::string>> TerminalStore::setting(const std::string& key) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT value FROM setting WHERE key = ?", key);
    MULIN_TRY(const bool found, query.next());
    return found ? std::optional(query.text(0)) : std::nullopt;
}

Status TerminalStore::replace_sites(std::span<const Site> sites) {
    const std::lock_guard guard(impl_->mutex);
    return replace(*impl_, "DELETE FROM site_window; DELETE FROM site", sites,
                   [&](const Site& site, int position) { return put_site(impl_->db, site, position); });
}

Result<std::optional<Site>> TerminalStore::site(const SiteId& id) {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT id, name_zh, name_en, subdistrict, subdistrict_name_zh, subdistrict_name_en, vendor, kind, tags "
                "FROM site WHERE id = ?",
                id.text());
    MULIN_TRY(const bool found, query.next());
    if (!found) return std::nullopt;
    return read_site(impl_->db, query);
}

Result<std::vector<Site>> TerminalStore::sites() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db,
                "SELECT id, name_zh, name_en, subdistrict, subdistrict_name_zh, subdistrict_name_en, vendor, kind, tags "
                "FROM site ORDER BY position");
    return read_all<Site>(query, [&](const Query& row) { return read_site(impl_->db, row); });
}

Status TerminalStore::replace_subdistricts(std::span<const Subdistrict> subdistricts) {
    const std::lock_guard guard(impl_->mutex);
    return replace(*impl_, "DELETE FROM subdistrict", subdistricts, [&](const Subdistrict& one, int) {
        return Query(impl_->db, "INSERT INTO subdistrict (code, name_zh, name_en) VALUES (?, ?, ?)", one.code, one.name_zh, one.name_en)
            .run();
    });
}

Result<std::vector<Subdistrict>> TerminalStore::subdistricts() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT code, name_zh, name_en FROM subdistrict ORDER BY code");
    return read_all<Subdistrict>(query, [](const Query& row) -> Result<Subdistrict> {
        return Subdistrict{row.text(0), row.text(1), row.text(2)};
    });
}

Status TerminalStore::replace_vendors(std::span<const Vendor> vendors) {
    const std::lock_guard guard(impl_->mutex);
    return replace(*impl_, "DELETE FROM vendor", vendors, [&](const Vendor& vendor, int position) {
        return Query(impl_->db, "INSERT INTO vendor (id, position, name_zh, name_en) VALUES (?, ?, ?, ?)", vendor.id.text(),
                     position, vendor.name_zh, vendor.name_en)
            .run();
    });
}

Result<std::vector<Vendor>> TerminalStore::vendors() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT id, name_zh, name_en FROM vendor ORDER BY position");
    return read_all<Vendor>(query, [](const Query& row) -> Result<Vendor> {
        return Vendor{VendorId(row.text(0)), row.text(1), row.text(2)};
    });
}

Status TerminalStore::replace_policies(std::span<const PolicyText> policies) {
    const std::lock_guard guard(impl_->mutex);
    return replace(*impl_, "DELETE FROM policy", policies, [&](const PolicyText& policy, int) {
        return Query(impl_->db, "INSERT INTO policy (name, text) VALUES (?, ?)", policy.name, policy.text).run();
    });
}

Result<std::vector<PolicyText>> TerminalStore::policies() {
    const std::lock_guard guard(impl_->mutex);
    Query query(impl_->db, "SELECT name, text FROM policy ORDER BY name");
    return read_all<PolicyText>(
        query, [](const Query& row) -> Result<PolicyText> { return PolicyText{row.text(0), row.text(1)}; });
}

}  // namespace mulin::sync
