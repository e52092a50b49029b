// Writing the journal: the one road by which entries come into being.

#include "payment/base/check.h"
#include "payment/base/id.h"
#include "sync/journal/hex.h"
#include "sync/store/store_impl.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr const char* kSoftware = "mulin 0.1.0";

// Hexadecimal as the raw bytes that BLOB columns hold.
std::string raw(std::string_view text) {
    std::string bytes(text.size() / 2, '\0');
    MULIN_CHECK(read_hex(text, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}));
    return bytes;
}

std::string hex_of(const std::string& bytes) {
    return payment::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Result<TillId> till_of(Database& db) {
    Query query(db, "SELECT value FROM setting WHERE key = 'till'");
    MULIN_TRY(const bool found, query.next());
    if (found) return TillId(query.text(0));
    return fail(ErrorCode::not_found, "This till has no identity yet; run init or enroll first.");
}

tl::unexpected<payment::Error> damaged(const std::string& what) {
    return fail(ErrorCode::corrupt, "The till's journal is damaged: " + what + "; restore it from the backup.");
}

}  // namespace

Result<JournalPlace> TerminalStore::Impl::read_place() {
    JournalPlace found;
    Query query(db, "SELECT n, till, id, first_entry, head_seq, head_hash FROM epoch ORDER BY n DESC LIMIT 1");
    MULIN_TRY(const bool any, query.next());
    Query last(db, "SELECT coalesce(max(id), 0) FROM entry");
    MULIN_TRY_STATUS(last.next());
    if (!any) {
        if (last.integer(0) != 0) return damaged("entries stand without an epoch");
        return found;
    }
    found.epoch = query.integer(0);
    found.last_entry = query.integer(3) + query.integer(4) - 1;
    if (last.integer(0) != found.last_entry) return damaged("its end is not where it was");
    MULIN_TRY(const auto entry, read_entry(found.last_entry));
    MULIN_TRY(const auto hash, entry_hash(entry.key, entry.prev, entry.body));
    if (hash != entry.hash || hash != hex_of(query.text(5))) return damaged("its last entry was changed");
    MULIN_TRY(const auto body, decode_body(entry.body));
    found.head = ChainHead{entry.key, entry.hash, body.totals};
    return found;
}

Status TerminalStore::Impl::append_one(const EntryKey& entry_key, const EntryBody& body, Date business_date) {
    const BodyStamp stamp{clock.utc(), clock.monotonic().ms, business_date};
    const Totals totals = totals_after(place.head ? place.head->totals : Totals{}, body);
    MULIN_TRY(auto text, encode_body(body, stamp, totals));
    if (text.size() > kMaxBodyBytes) return fail(ErrorCode::invalid_input, "This record is longer than the journal allows.");
    const std::string prev = place.head ? place.head->hash : std::string(kNoHash);
    MULIN_TRY(const auto entry, seal_entry(entry_key, prev, std::move(text), key));
    if (std::holds_alternative<EpochOpen>(body)) ++place.epoch;
    const auto id = place.last_entry + 1;
    MULIN_TRY_STATUS(derive(db, id, entry.key, entry.hash, body));
    MULIN_TRY_STATUS(Query(db, "INSERT INTO entry (id, epoch, seq, prev, hash, sig, body) VALUES (?, ?, ?, ?, ?, ?, ?)", id,
                           place.epoch, entry.key.seq, Blob{raw(entry.prev)}, Blob{raw(entry.hash)},
                           Blob{raw(entry.sig)}, entry.body)
                         .run());
    place.head = ChainHead{entry.key, entry.hash, totals};
    place.last_entry = id;
    return payment::ok();
}

Status TerminalStore::Impl::open_epoch(Date business_date) {
    MULIN_TRY(const auto till, till_of(db));
    EpochOpen open{place.next_reason, {}, key.public_key().text(), kSoftware};
    if (place.head) open.parent = EpochParent{place.head->key.epoch, place.head->key.seq, place.head->hash};
    if (!place.head && open.reason != "amnesia") open.reason = "first";
    const EpochId epoch = payment::IdSource(clock, random).next<struct EpochTag>();
    if (place.head && place.continues) {
        MULIN_TRY_STATUS(Query(db, "UPDATE lease SET epoch = ? WHERE epoch = ?", epoch.text(), open.parent->epoch.text()).run());
    }
    // Others may have gone on from the state that this one was put back to.
    if (open.reason != "first" && open.reason != "start" && open.reason != "key_change") MULIN_TRY_STATUS(Query(db, "DELETE FROM lease_hold").run());
    MULIN_TRY_STATUS(append_one({till, epoch, 1}, open, business_date));
    place.epoch_is_ours = true;
    place.continues = false;
    place.next_reason = "start";
    if (place.next_event.empty()) return payment::ok();
    const Note what{open.reason, std::exchange(place.next_event, std::string())};
    return append_one({till, epoch, 2}, what, business_date);
}

Status TerminalStore::Impl::compare_with_mark() {
    mark_identity = options.vfs.empty() ? mark_identity_of(dir / "till.db") : std::string();
    const auto held = mark.read();
    if (!held) return payment::ok();
    const auto here = place.head ? entry_name(place.head->key) : std::string("nothing");
    bool other_branch = held->entry <= place.last_entry && held->entry > 0;
    if (other_branch) {
        MULIN_TRY(const auto entry, read_entry(held->entry));
        other_branch = entry.hash != held->head_hash;
    }
    if (held->entry > place.last_entry || other_branch) {
        place.next_reason = "amnesia";
        place.next_event = "The journal had come to " + entry_name(held->head) + ", but the database ends with " + here + ".";
    } else if (!mark_identity.empty() && held->file_identity != mark_identity) {
        place.next_reason = "restored";
        place.next_event = "The database is a copy, or was put back from one; it ends with " + here + ".";
    }
    return payment::ok();
}

void TerminalStore::Impl::raise_mark() {
    if (place.head) mark.write({mark_identity, place.last_entry, place.head->key, place.head->hash});
}

Result<EntryKey> TerminalStore::Impl::append(const EntryBody& body, Date business_date) {
    if (!place.epoch_is_ours) MULIN_TRY_STATUS(open_epoch(business_date));
    EntryKey next = place.head->key;
    ++next.seq;
    MULIN_TRY_STATUS(append_one(next, body, business_date));
    return next;
}

Result<EntryKey> TerminalStore::Impl::key_of(std::int64_t entry_id) {
    Query query(db, "SELECT p.till, p.id, e.seq FROM entry e JOIN epoch p ON p.n = e.epoch WHERE e.id = ?", entry_id);
    MULIN_TRY(const bool found, query.next());
    if (!found) return damaged("entry " + std::to_string(entry_id) + " is missing");
    return EntryKey{TillId(query.text(0)), EpochId(query.text(1)), query.integer(2)};
}

Result<std::optional<std::int64_t>> TerminalStore::Impl::find_entry(const EntryKey& entry_key) {
    Query query(db, "SELECT first_entry + ?1 - 1 FROM epoch WHERE till = ?2 AND id = ?3 AND ?1 BETWEEN 1 AND head_seq",
                entry_key.seq, entry_key.till.text(), entry_key.epoch.text());
    MULIN_TRY(const bool found, query.next());
    return found ? std::optional(query.integer(0)) : std::nullopt;
}

Result<Entry> TerminalStore::Impl::read_entry(std::int64_t entry_id) {
    MULIN_TRY(auto entry_key, key_of(entry_id));
    Query query(db, "SELECT prev, hash, sig, body FROM entry WHERE id = ?", entry_id);
    MULIN_TRY_STATUS(query.next());
    return Entry{std::move(entry_key), hex_of(query.text(0)), hex_of(query.text(1)), hex_of(query.text(2)), query.text(3)};
}

Result<DecodedBody> TerminalStore::Impl::read_body(std::int64_t entry_id) {
    Query query(db, "SELECT body FROM entry WHERE id = ?", entry_id);
    MULIN_TRY(const bool found, query.next());
    if (!found) return damaged("entry " + std::to_string(entry_id) + " is missing");
    return decode_body(query.text(0));
}

Status TerminalStore::set_till(const TillId& till) {
    const std::lock_guard guard(impl_->mutex);
    if (till.empty() || till.text().size() > kMaxIdBytes) {
        return fail(ErrorCode::invalid_input, "A till id must have 1 to 64 characters.");
    }
    if (impl_->place.head && impl_->place.head->key.till != till) {
        return fail(ErrorCode::conflict, "This data belongs to till " + impl_->place.head->key.till.text() +
                                             " and has sold; start " + till.text() + " in an empty directory.");
    }
    return impl_->write([&] {
        return Query(impl_->db, "INSERT OR REPLACE INTO setting (key, value) VALUES ('till', ?)", till.text()).run();
    });
}

Result<TillId> TerminalStore::till() {
    const std::lock_guard guard(impl_->mutex);
    return till_of(impl_->db);
}

void TerminalStore::start_epoch(const std::string& reason) {
    const std::lock_guard guard(impl_->mutex);
    impl_->place.epoch_is_ours = false;
    impl_->place.continues = false;
    impl_->place.next_reason = reason;
}

Result<std::optional<ChainHead>> TerminalStore::chain_head() {
    const std::lock_guard guard(impl_->mutex);
    return impl_->place.head;
}

Result<EntryKey> TerminalStore::note(const Note& note, Date business_date) {
    const std::lock_guard guard(impl_->mutex);
    return impl_->write_entry(note, business_date, payment::ok);
}

}  // namespace mulin::sync
