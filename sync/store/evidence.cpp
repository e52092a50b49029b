#include "sync/store/evidence.h"

#include <charconv>
#include <system_error>

#include "sync/store/key_files.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kClose = "sync.countersigned";  // entry.id of the newest close
constexpr const char* kRoot = "sync.root";            // entry.id of the newest district_root

Result<std::int64_t> number_in(Database& db, const char* setting) {
    Query query(db, "SELECT value FROM setting WHERE key = ?", setting);
    MULIN_TRY(const bool found, query.next());
    const std::string text = found ? query.text(0) : "0";
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Status set_number(Database& db, const char* setting, std::int64_t value) {
    return Query(db, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", setting, std::to_string(value)).run();
}

Date today_of(const TerminalStore::Impl& store) { return payment::china_date(store.clock.utc()); }

// Whether `next` may follow `held` without a word.
bool follows(const DistrictRoot& next, const DistrictRoot& held) {
    if (next.number <= held.number) return false;
    return next.number > held.number + 1 || next.prev == digest_of(held);
}

}  // namespace

Evidence TerminalStore::evidence() { return Evidence(*impl_); }

Status Evidence::begin_anew(const std::string& reason, const std::string& what) {
    const std::lock_guard guard(store_.mutex);
    store_.place.epoch_is_ours = false;
    store_.place.continues = false;
    store_.place.next_reason = reason;
    store_.place.next_event = what;
    // What announced it is kept until the note is written: a failure leaves the reason for the next entry.
    return store_.write([&] { return store_.open_epoch(today_of(store_)); });
}

Status Evidence::change_key(Date business_date) {
    const std::lock_guard guard(store_.mutex);
    if (!store_.place.head) return fail(ErrorCode::refused, "This till has written nothing yet; its key is new.");
    MULIN_TRY(auto fresh, SigningKey::generate());
    const auto beside = store_.dir / kNextKeyName;
    std::error_code error;
    std::filesystem::remove(beside, error);  // of an attempt that broke off
    MULIN_TRY_STATUS(fresh.save(beside));
    const SigningKey former = store_.key;
    const auto done = store_.write([&]() -> Status {
        const auto change = sync::change_key(store_.place.head->key.till, former.public_key(), fresh);
        MULIN_TRY_STATUS(store_.append(change, business_date));
        store_.key = fresh;
        store_.place.epoch_is_ours = false;
        store_.place.continues = true;
        store_.place.next_reason = "key_change";
        return store_.open_epoch(business_date);
    });
    if (!done) {
        store_.key = former;
        return done;
    }
    return adopt_next_key(store_.dir, former);
}

Result<std::optional<std::string>> Evidence::first_key() {
    const std::lock_guard guard(store_.mutex);
    if (store_.place.last_entry == 0) return std::optional<std::string>();
    MULIN_TRY(const auto first, store_.read_body(1));
    const auto* open = std::get_if<EpochOpen>(&first.body);
    if (open == nullptr) return fail(ErrorCode::corrupt, "The till's journal does not begin with an epoch; restore it from the backup.");
    return std::optional(open->public_key);
}

Result<bool> Evidence::wants(const Countersigned& close) {
    const std::lock_guard guard(store_.mutex);
    if (!store_.place.head) return false;
    MULIN_TRY(const auto id, store_.find_entry({store_.place.head->key.till, close.epoch, close.seq}));
    if (!id) return false;
    MULIN_TRY(const auto newest, number_in(store_.db, kClose));
    if (*id <= newest) return false;
    MULIN_TRY(const auto entry, store_.read_entry(*id));
    return entry.hash == close.hash;
}

Status Evidence::keep(const Countersigned& close) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, store_.find_entry({store_.place.head->key.till, close.epoch, close.seq}));
    const auto written = store_.write_entry(close, today_of(store_), [&] { return set_number(store_.db, kClose, id.value_or(0)); });
    return written.map([](const EntryKey&) { return payment::Unit{}; });
}

Result<std::optional<DistrictRoot>> Evidence::root() {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto id, number_in(store_.db, kRoot));
    if (id == 0) return std::optional<DistrictRoot>();
    MULIN_TRY(const auto decoded, store_.read_body(id));
    const auto* held = std::get_if<DistrictRoot>(&decoded.body);
    if (held == nullptr) return std::optional<DistrictRoot>();
    return std::optional(*held);
}

Result<bool> Evidence::keep(const DistrictRoot& next) {
    const std::lock_guard guard(store_.mutex);
    MULIN_TRY(const auto held, root());
    const bool contradicts = held && !follows(next, *held);
    const auto written = store_.write([&]() -> Status {
        if (contradicts) {
            const Note note{"root_conflict", "The district's root " + std::to_string(next.number) + " does not follow root " +
                                                 std::to_string(held->number) + " that this till holds."};
            MULIN_TRY_STATUS(store_.append(note, today_of(store_)));
        }
        MULIN_TRY_STATUS(store_.append(next, today_of(store_)));
        return set_number(store_.db, kRoot, store_.place.last_entry);
    });
    if (!written) return tl::make_unexpected(written.error());
    return contradicts;
}

}  // namespace mulin::sync
