// One bundle from the district, whole or not at all.

#include "sync/store/store_impl.h"
#include "sync/store/word_rows.h"

namespace mulin::sync {
namespace {

Status apply_snapshot(TerminalStore& store, const DistrictSnapshot& snapshot) {
    MULIN_TRY_STATUS(store.replace_sites(snapshot.sites));
    MULIN_TRY_STATUS(store.replace_subdistricts(snapshot.subdistricts));
    MULIN_TRY_STATUS(store.replace_vendors(snapshot.vendors));
    MULIN_TRY_STATUS(store.replace_staff(snapshot.staff));
    MULIN_TRY_STATUS(store.replace_menus(snapshot.menus));
    return store.replace_policies(snapshot.policies);
}

Status apply_all(TerminalStore& store, Database& db, const DistrictData& data) {
    MULIN_TRY_STATUS(store.upsert_diners(data.diners));
    MULIN_TRY_STATUS(store.upsert_cards(data.cards));
    if (!data.leases.empty()) MULIN_TRY_STATUS(store.leases().grant(data.leases));
    if (data.snapshot) MULIN_TRY_STATUS(apply_snapshot(store, *data.snapshot));
    MULIN_TRY_STATUS(apply_word(db, data));
    for (const auto& [key, value] : data.settings) MULIN_TRY_STATUS(store.set_setting(key, value));
    return payment::ok();
}

}  // namespace

Status TerminalStore::apply(const DistrictData& data) {
    const std::lock_guard guard(impl_->mutex);
    MULIN_TRY_STATUS(impl_->write([&] { return apply_all(*this, impl_->db, data); }));
    if (data.issued_at) impl_->latest = *data.issued_at;
    return payment::ok();
}

}  // namespace mulin::sync
