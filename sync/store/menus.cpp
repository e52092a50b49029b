// Menus as published, and the counter's sold-out marks over them.

#include "sync/model/weekly_menu.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

Status put_item(Database& db, const Menu& menu, int n, const MenuItem& item) {
    return Query(db,
                 "INSERT INTO menu_item (site, date, meal, n, item, name_zh, name_en, detail_zh, detail_en, item_class, "
                 "price_fen, weighed, sold_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 menu.site.text(), menu.date.days_since_1970(), name_of(menu.meal), n, item.id.text(), item.name_zh,
                 item.name_en, item.detail_zh, item.detail_en, name_of(item.item_class), item.price.in_fen(),
                 item.weighed, item.sold_out)
        .run();
}

Status put_menu(Database& db, const Menu& menu) {
    MULIN_TRY_STATUS(Query(db, "INSERT OR REPLACE INTO menu (site, date, meal) VALUES (?, ?, ?)", menu.site.text(),
                           menu.date.days_since_1970(), name_of(menu.meal))
                         .run());
    MULIN_TRY_STATUS(Query(db, "DELETE FROM menu_item WHERE site = ? AND date = ? AND meal = ?", menu.site.text(),
                           menu.date.days_since_1970(), name_of(menu.meal))
                         .run());
    int n = 0;
    for (const auto& item : menu.items) MULIN_TRY_STATUS(put_item(db, menu, n++, item));
    return payment::ok();
}

Result<bool> has_menu(Database& db, const Menu& where) {
    Query query(db, "SELECT 1 FROM menu WHERE site = ? AND date = ? AND meal = ?", where.site.text(),
                where.date.days_since_1970(), name_of(where.meal));
    return query.next();
}

// Fills in the items as published.
Status read_items(Database& db, Menu& menu) {
    Query query(db,
                "SELECT item, name_zh, name_en, detail_zh, detail_en, item_class, price_fen, weighed, sold_out "
                "FROM menu_item WHERE site = ? AND date = ? AND meal = ? ORDER BY n",
                menu.site.text(), menu.date.days_since_1970(), name_of(menu.meal));
    for (;;) {
        MULIN_TRY(const bool more, query.next());
        if (!more) return payment::ok();
        menu.items.push_back({ItemId(query.text(0)), query.text(1), query.text(2), query.text(3), query.text(4),
                              parse_item_class(query.text(5)).value_or(ItemClass::other), Money::fen(query.integer(6)),
                              query.integer(7) != 0, query.integer(8) != 0});
    }
}

Status mark_sold_out(Database& db, const SiteId& site, Menu& menu) {
    for (auto& item : menu.items) {
        Query query(db, "SELECT sold_out FROM sold_out WHERE site = ? AND date = ? AND meal = ? AND item = ?", site.text(),
                    menu.date.days_since_1970(), name_of(menu.meal), item.id.text());
        MULIN_TRY(const bool found, query.next());
        if (found) item.sold_out = query.integer(0) != 0;
    }
    return payment::ok();
}

}  // namespace

Status TerminalStore::replace_menus(std::span<const Menu> menus) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&]() -> Status {
        MULIN_TRY_STATUS(impl_->db.run("DELETE FROM menu_item; DELETE FROM menu"));
        for (const auto& menu : menus) MULIN_TRY_STATUS(put_menu(impl_->db, menu));
        return payment::ok();
    });
}

Result<std::optional<Menu>> TerminalStore::menu(const SiteId& site, Date date, Meal meal) {
    const std::lock_guard guard(impl_->mutex);
    const Date standing = weekly_menu_date(date);
    const Menu places[] = {{site, date, meal, {}}, {SiteId(), date, meal, {}}, {site, standing, meal, {}}, {SiteId(), standing, meal, {}}};
    for (Menu menu : places) {
        MULIN_TRY(const bool found, has_menu(impl_->db, menu));
        if (!found) continue;
        MULIN_TRY_STATUS(read_items(impl_->db, menu));
        menu.date = date;
        MULIN_TRY_STATUS(mark_sold_out(impl_->db, site, menu));
        return menu;
    }
    return std::nullopt;
}

Status TerminalStore::set_sold_out(const SiteId& site, Date date, Meal meal, const ItemId& item, bool sold_out) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write([&] {
        return Query(impl_->db, "INSERT OR REPLACE INTO sold_out (site, date, meal, item, sold_out) VALUES (?, ?, ?, ?, ?)",
                     site.text(), date.days_since_1970(), name_of(meal), item.text(), sold_out)
            .run();
    });
}

}  // namespace mulin::sync
