#include "sync/district/ingest.h"

#include <algorithm>

#include "sync/journal/entry_json.h"

namespace mulin::sync::server {
namespace {

// Before this a server's clock says nothing about a till's.
constexpr std::int64_t kClockFloorMs = 1'577'836'800'000;  // 2020-01-01
constexpr std::int64_t kClockSlackMs = 10 * 60 * 1000;
// No till has lost more in one place; a bound on the rows that one message may make.
constexpr std::int64_t kMaxLostPlaces = 20'000;
constexpr const char* kTwoBranches = "Two branches continue from one entry: the till was cloned or restored.";

// Works through one batch. Holds the rows of the epochs it touches and writes them at the end.
class Batch {
  public:
    Batch(LedgerStore& store, const TillRecord& till, bool gap_stays, UtcInstant now)
        : store_(store), till_(till), gap_stays_(gap_stays), now_(now) {}

    // False once a gap was found: what follows has to come again.
    Result<bool> take(const CheckedLine& line);
    Result<IngestOutcome> finish(const UploadRequest& request);

  private:
    struct Open {
        EpochRow row;
        std::optional<ChainPoint> safe;  // newest line of this batch that is kept somewhere
        std::int64_t began_at = 0;       // watermark before this batch
        std::string key;                 // it was opened with; empty as long as that is not known
    };

    Result<Open*> open(const EpochId& epoch);
    Status set_aside(const CheckedLine& line, const char* reason);
    Result<bool> take_held(const CheckedLine& line, Open& epoch);
    Result<bool> take_next(const CheckedLine& line, Open& epoch);
    Result<bool> take_beyond(const CheckedLine& line, Open& epoch);
    Result<bool> first_of_epoch(const CheckedLine& line, Open& epoch);
    Result<bool> without_parent(const CheckedLine& line, const EpochParent& parent);
    Result<const char*> doubt(const CheckedLine& line, const Open& epoch);
    Status watch_opening(const CheckedLine& line, Open& epoch);
    Status watch(const CheckedLine& line, Open& epoch);
    Status watch_branches(const Open& epoch);
    Status skip_lost(Open& epoch, std::int64_t until);
    std::int64_t watermark_of(const EpochId& epoch, std::int64_t stored) const;
    Status fill_unreadable(const Entry& entry, Open& epoch);
    Status insert(const CheckedLine& line, Open& epoch);
    Status insert_place(const CheckedLine& line, Open& epoch);
    Status keep_fork(const CheckedLine& line, Open& epoch);
    Status derive(const CheckedLine& line);
    Status judge(const CheckedLine& line, Open& epoch);
    void want(const EpochId& epoch, std::int64_t seq);

    LedgerStore& store_;
    const TillRecord& till_;
    bool gap_stays_;
    UtcInstant now_;
    std::vector<Open> open_;  // few: batches seldom span epochs
    std::int64_t unreadable_ = 0;  // lines in a row just before this one
    const char* doubt_ = nullptr;  // why the line at hand is not believed; none: it is
    IngestOutcome outcome_;
};

Result<Batch::Open*> Batch::open(const EpochId& epoch) {
    for (Open& candidate : open_) {
        if (candidate.row.epoch == epoch) return &candidate;
    }
    MULIN_TRY(auto row, store_.epoch(till_.id, epoch));
    std::string key;
    if (row && row->watermark > 0) {
        MULIN_TRY(key, store_.epoch_key(till_.id, epoch));
    }
    if (!row) row = EpochRow{epoch, 0, std::string(), EpochId{}, 0, Totals{}};
    const std::int64_t began_at = row->watermark;
    open_.push_back({std::move(*row), std::nullopt, began_at, std::move(key)});
    return &open_.back();
}

void Batch::want(const EpochId& epoch, std::int64_t seq) {
    outcome_.want = ChainPoint{epoch, seq, std::string()};
}

Status Batch::set_aside(const CheckedLine& line, const char* reason) {
    ++outcome_.quarantined;
    return store_.quarantine(till_.id, reason, line.raw, now_);
}

Result<bool> Batch::take(const CheckedLine& line) {
    if (till_.revoked) {
        MULIN_TRY_STATUS(set_aside(line, "revoked"));
        if (!line.entry) return true;
        MULIN_TRY(Open* const epoch, open(line.entry->key.epoch));
        epoch->safe = ChainPoint{line.entry->key.epoch, line.entry->key.seq, line.entry->hash};
        return true;
    }
    if (!line.entry) {
        MULIN_TRY_STATUS(set_aside(line, "unreadable"));
        ++unreadable_;
        return true;
    }
    if (line.entry->key.till != till_.id) {
        MULIN_TRY_STATUS(set_aside(line, "foreign_till"));
        return true;
    }
    MULIN_TRY(Open* const epoch, open(line.entry->key.epoch));
    MULIN_TRY_STATUS(fill_unreadable(*line.entry, *epoch));
    MULIN_TRY(doubt_, doubt(line, *epoch));
    const std::int64_t seq = line.entry->key.seq;
    auto taken = seq <= epoch->row.watermark       ? take_held(line, *epoch)
                 : seq == epoch->row.watermark + 1 ? take_next(line, *epoch)
                                                   : take_beyond(line, *epoch);
    if (taken && *taken) epoch->safe = ChainPoint{line.entry->key.epoch, seq, line.entry->hash};
    return taken;
}

// A signature counts only under the key in force: an epoch has one, and a new one comes by key_change alone.
Result<const char*> Batch::doubt(const CheckedLine& line, const Open& epoch) {
    if (!line.genuine) return "bad_signature";
    const auto* opening = line.decoded ? std::get_if<EpochOpen>(&line.decoded->body) : nullptr;
    if (line.entry->key.seq > 1 || opening == nullptr) {
        return !epoch.key.empty() && epoch.key != line.signed_by ? "former_key" : nullptr;
    }
    if (opening->public_key != line.signed_by) return "former_key";
    // Whoever begins without a past does so today; the true beginning is held already where keys were changed.
    Result<std::string> in_force = store_.newest_key(till_.id);
    if (opening->parent) in_force = store_.key_after({till_.id, opening->parent->epoch, opening->parent->seq}, opening->parent->hash);
    else if (epoch.row.watermark > 0) return nullptr;
    if (!in_force) return tl::make_unexpected(in_force.error());
    return !in_force->empty() && *in_force != line.signed_by ? "former_key" : nullptr;
}

// Lines that could not be read stand for the numbers just before the next one that can.
Status Batch::fill_unreadable(const Entry& entry, Open& epoch) {
    const std::int64_t count = std::exchange(unreadable_, 0);
    if (count == 0 || entry.key.seq != epoch.row.watermark + 1 + count) return payment::ok();
    for (std::int64_t i = 0; i < count; ++i) {
        ++epoch.row.watermark;
        epoch.row.hash = i + 1 == count ? entry.prev : std::string();
        const EntryKey key{till_.id, epoch.row.epoch, epoch.row.watermark};
        MULIN_TRY_STATUS(store_.insert_place(key, epoch.row.hash, now_));
    }
    return payment::ok();
}

Result<bool> Batch::take_held(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    MULIN_TRY(const auto held, store_.held(entry.key));
    if (doubt_ == nullptr && held && held->kept && held->hash == entry.hash) {
        ++outcome_.known;
        return true;
    }
    if (doubt_ != nullptr) {
        MULIN_TRY_STATUS(set_aside(line, doubt_));
        return true;
    }
    // What stood here was never proved: the signed entry takes its place.
    if (held && !held->kept) {
        MULIN_TRY_STATUS(store_.fill_place(entry, now_));
        MULIN_TRY_STATUS(derive(line));
        MULIN_TRY_STATUS(watch(line, epoch));
        if (entry.key.seq == epoch.row.watermark) epoch.row.hash = entry.hash;
        ++outcome_.accepted;
        return true;
    }
    MULIN_TRY_STATUS(keep_fork(line, epoch));
    return true;
}

Status Batch::keep_fork(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    MULIN_TRY(const bool here, store_.has_fork(entry.key, entry.hash));
    if (here) {
        ++outcome_.known;
        return payment::ok();
    }
    ++outcome_.forked;
    MULIN_TRY_STATUS(store_.insert_fork(entry, now_));
    MULIN_TRY_STATUS(watch(line, epoch));
    return store_.add_finding(entry.key, "fork",
                              "Another entry with this number is held: the till was cloned or restored.", now_);
}

std::int64_t Batch::watermark_of(const EpochId& epoch, std::int64_t stored) const {
    for (const Open& other : open_) {
        if (other.row.epoch == epoch) return other.row.watermark;
    }
    return stored;
}

// The entry that an epoch continues from is not here: asked for, unless the till has it no more.
Result<bool> Batch::without_parent(const CheckedLine& line, const EpochParent& parent) {
    if (!gap_stays_) {
        MULIN_TRY(const auto row, store_.epoch(till_.id, parent.epoch));
        want(parent.epoch, watermark_of(parent.epoch, row ? row->watermark : 0) + 1);
        return false;
    }
    MULIN_TRY_STATUS(store_.add_finding(line.entry->key, "lost_parent",
                                        "The epoch continues from an entry that neither till nor district has.", now_));
    return true;
}

// The first entry of an epoch continues from an entry that must be here. False: it is missing.
Result<bool> Batch::first_of_epoch(const CheckedLine& line, Open& epoch) {
    const auto* opening = line.decoded ? std::get_if<EpochOpen>(&line.decoded->body) : nullptr;
    if (opening == nullptr || !opening->parent) {
        MULIN_TRY(const bool began_before, store_.has_other_epoch(till_.id, epoch.row.epoch));
        if (line.entry->prev != kNoHash || began_before) {
            MULIN_TRY_STATUS(store_.add_finding(line.entry->key, "no_parent",
                                                "The epoch does not say which entry it continues from: the till has lost its journal.", now_));
        }
        return true;
    }
    const EpochParent& parent = *opening->parent;
    epoch.row.parent = parent.epoch;
    epoch.row.parent_seq = parent.seq;
    const EntryKey parent_key{till_.id, parent.epoch, parent.seq};
    MULIN_TRY(const auto held, store_.held(parent_key));
    MULIN_TRY(const bool on_fork, store_.has_fork(parent_key, parent.hash));
    if (!held && !on_fork) return without_parent(line, parent);
    MULIN_TRY(const auto sibling, store_.sibling(till_.id, epoch.row));
    MULIN_TRY(const auto row, store_.epoch(till_.id, parent.epoch));
    const bool went_on = watermark_of(parent.epoch, row ? row->watermark : 0) > parent.seq;
    if (on_fork || sibling || went_on || (held->hash != parent.hash && !held->hash.empty())) {
        MULIN_TRY_STATUS(store_.add_finding(line.entry->key, "fork", kTwoBranches, now_));
    }
    return true;
}

// The other order: an epoch went on behind the entry from which another one continues.
Status Batch::watch_branches(const Open& epoch) {
    if (epoch.row.watermark == epoch.began_at) return payment::ok();
    MULIN_TRY(const auto children, store_.children_before(till_.id, epoch.row.epoch, epoch.row.watermark));
    for (const EpochId& child : children) {
        MULIN_TRY_STATUS(store_.add_finding({till_.id, child, 1}, "fork", kTwoBranches, now_));
    }
    return payment::ok();
}

// Numbers that the till itself has lost keep their places, so that what follows counts.
Status Batch::skip_lost(Open& epoch, std::int64_t until) {
    MULIN_TRY_STATUS(store_.add_finding({till_.id, epoch.row.epoch, epoch.row.watermark + 1}, "lost_entries",
                                        "Neither till nor district has the entries from here to " + std::to_string(until) + ".", now_));
    while (epoch.row.watermark < until) {
        ++epoch.row.watermark;
        epoch.row.hash.clear();
        MULIN_TRY_STATUS(store_.insert_place({till_.id, epoch.row.epoch, epoch.row.watermark}, std::string(), now_));
    }
    return payment::ok();
}

// Past the watermark: a gap, unless it continues a branch that is kept as a fork.
Result<bool> Batch::take_beyond(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    MULIN_TRY(const bool on_fork,
              store_.has_fork({till_.id, entry.key.epoch, entry.key.seq - 1}, entry.prev));
    if (on_fork && doubt_ == nullptr) {
        MULIN_TRY_STATUS(keep_fork(line, epoch));
        return true;
    }
    if (gap_stays_ && doubt_ == nullptr && entry.key.seq - epoch.row.watermark <= kMaxLostPlaces) {
        MULIN_TRY_STATUS(skip_lost(epoch, entry.key.seq - 1));
        return take_next(line, epoch);
    }
    want(entry.key.epoch, epoch.row.watermark + 1);
    return false;
}

Result<bool> Batch::take_next(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    if (entry.key.seq == 1) {
        MULIN_TRY(const bool follows, first_of_epoch(line, epoch));
        if (!follows) return false;
    } else if (doubt_ == nullptr && !epoch.row.hash.empty() && entry.prev != epoch.row.hash) {
        const EntryKey before{till_.id, entry.key.epoch, entry.key.seq - 1};
        MULIN_TRY(const bool on_fork, store_.has_fork(before, entry.prev));
        if (on_fork) {
            MULIN_TRY_STATUS(keep_fork(line, epoch));
            return true;
        }
        MULIN_TRY_STATUS(store_.add_finding(entry.key, "broken_link",
                                            "The entry does not follow the entry before it.", now_));
    }
    if (doubt_ != nullptr) {
        MULIN_TRY_STATUS(insert_place(line, epoch));
        return true;
    }
    MULIN_TRY_STATUS(insert(line, epoch));
    return true;
}

Status Batch::insert_place(const CheckedLine& line, Open& epoch) {
    MULIN_TRY_STATUS(set_aside(line, doubt_));
    epoch.row.watermark = line.entry->key.seq;
    epoch.row.hash = line.entry->hash;
    MULIN_TRY_STATUS(store_.insert_place(line.entry->key, line.entry->hash, now_));
    return store_.add_finding(line.entry->key, doubt_,
                              "The entry was not signed with the till's key of that time; it is in quarantine.", now_);
}

// What an opening says about the till's past, and the key that it begins to use.
Status Batch::watch_opening(const CheckedLine& line, Open& epoch) {
    const auto* opening = std::get_if<EpochOpen>(&line.decoded->body);
    if (opening == nullptr) return payment::ok();
    epoch.key = line.signed_by;
    MULIN_TRY_STATUS(store_.set_epoch_key(till_.id, epoch.row.epoch, line.signed_by));
    if (opening->reason == "amnesia") {
        return store_.add_finding(line.entry->key, "amnesia", "The till had lost entries that it wrote before, or others write under its name.", now_);
    }
    if (opening->reason != "restored") return payment::ok();
    return store_.add_finding(line.entry->key, "restored", "The till's data was put back from a copy, or is a copy.", now_);
}

// What a person should hear of beside the entry itself.
Status Batch::watch(const CheckedLine& line, Open& epoch) {
    if (!line.decoded) return payment::ok();
    MULIN_TRY_STATUS(watch_opening(line, epoch));
    const EntryKey& key = line.entry->key;
    const EntryBody& body = line.decoded->body;
    if (const auto* change = std::get_if<KeyChange>(&body)) {
        const auto former = PublicKey::from_hex(line.signed_by);
        if (former && is_genuine(*change, till_.id, *former)) return store_.add_till_key(till_.id, change->public_key);
        return store_.add_finding(key, "key_change", "The till names a new key that has not signed for it; it is not believed.", now_);
    }
    if (const auto* note = std::get_if<Note>(&body); note != nullptr && note->kind == "root_conflict") {
        return store_.add_finding(key, "root_conflict", note->text, now_);
    }
    const auto* sale = std::get_if<Sale>(&body);
    if (sale == nullptr || now_.ms < kClockFloorMs) return payment::ok();
    const bool ahead = line.decoded->stamp.at.ms > now_.ms + kClockSlackMs;
    if (!sale->clock_suspect && !ahead && line.decoded->stamp.at.ms >= kClockFloorMs) return payment::ok();
    return store_.add_finding(key, "clock", "The till's clock was wrong, so the sale's time and business date are doubtful.", now_);
}

Status Batch::insert(const CheckedLine& line, Open& epoch) {
    MULIN_TRY_STATUS(store_.insert_entry(*line.entry, now_));
    MULIN_TRY_STATUS(derive(line));
    MULIN_TRY_STATUS(judge(line, epoch));
    MULIN_TRY_STATUS(watch(line, epoch));
    epoch.row.watermark = line.entry->key.seq;
    epoch.row.hash = line.entry->hash;
    if (line.decoded) epoch.row.totals = line.decoded->totals;
    ++outcome_.accepted;
    return payment::ok();
}

Status Batch::derive(const CheckedLine& line) {
    if (!line.decoded) {
        return store_.add_finding(line.entry->key, "unreadable_body",
                                  "The signed text cannot be read by this version; it is kept and not counted.", now_);
    }
    if (const auto* sale = std::get_if<Sale>(&line.decoded->body)) {
        MULIN_TRY_STATUS(store_.insert_sale(line.entry->key, *sale));
        if (const auto checked = check_sale(*sale); !checked) {
            return store_.add_finding(line.entry->key, "sale_sums", checked.error().message, now_);
        }
    }
    if (const auto* record = std::get_if<VoidRecord>(&line.decoded->body)) {
        return store_.insert_void(*record);
    }
    if (const auto* record = std::get_if<RefundRecord>(&line.decoded->body)) {
        MULIN_TRY_STATUS(store_.insert_refund(line.entry->key, *record));
        if (const auto checked = check_refund(*record); !checked) {
            return store_.add_finding(line.entry->key, "refund_sums", checked.error().message, now_);
        }
    }
    if (const auto* back = std::get_if<LeaseReturn>(&line.decoded->body)) {
        return store_.insert_lease_return(line.entry->key, *back);
    }
    if (const auto* record = std::get_if<TopUpRecord>(&line.decoded->body)) {
        MULIN_TRY_STATUS(store_.insert_top_up(line.entry->key, *record));
        if (const auto checked = check_top_up(*record); !checked) {
            return store_.add_finding(line.entry->key, "top_up_sums", checked.error().message, now_);
        }
    }
    return payment::ok();
}

// Running totals follow inside an epoch; its first entry takes up those of the parent.
Status Batch::judge(const CheckedLine& line, Open& epoch) {
    if (!line.decoded || line.entry->key.seq == 1) return payment::ok();
    if (line.decoded->totals == totals_after(epoch.row.totals, line.decoded->body)) return payment::ok();
    return store_.add_finding(line.entry->key, "totals",
                              "The running totals do not follow from the entry before.", now_);
}

Result<IngestOutcome> Batch::finish(const UploadRequest& request) {
    for (Open& epoch : open_) {
        if (!till_.revoked && epoch.row.watermark > 0) {
            MULIN_TRY_STATUS(store_.save_epoch(till_.id, epoch.row));
            MULIN_TRY_STATUS(watch_branches(epoch));
        }
        if (epoch.safe) outcome_.epochs.push_back(*epoch.safe);
    }
    // Without lines of its own the question is: how far do you hold what I think you hold?
    if (request.lines.empty() && request.acked) {
        MULIN_TRY(const auto row, store_.epoch(till_.id, request.acked->epoch));
        outcome_.epochs.push_back({request.acked->epoch, row ? row->watermark : 0, row ? row->hash : std::string()});
    }
    return std::move(outcome_);
}

}  // namespace

Result<IngestOutcome> ingest(LedgerStore& store, const TillRecord& till, const UploadRequest& request,
                             const std::vector<CheckedLine>& lines, UtcInstant now) {
    store.expect(lines.size());
    Batch batch(store, till, request.gap_stays, now);
    for (const CheckedLine& line : lines) {
        MULIN_TRY(const bool go_on, batch.take(line));
        if (!go_on) break;
    }
    return batch.finish(request);
}

Result<std::int64_t> release(LedgerStore& store, const TillRecord& till, const std::vector<std::string>& signing_keys,
                             UtcInstant now) {
    constexpr int kAtATime = 500;
    std::int64_t released = 0;
    std::int64_t after = 0;
    for (;;) {
        MULIN_TRY(const auto aside, store.quarantined(till.id, "revoked", after, kAtATime));
        if (aside.empty()) return released;
        after = aside.back().first;
        UploadRequest request;
        request.till = till.id;
        for (const auto& [id, raw] : aside) request.lines.push_back(raw);
        const auto checked = check_lines(request.lines, signing_keys);
        MULIN_TRY_STATUS(ingest(store, till, request, checked, now).map([](const auto&) { return payment::Unit{}; }));
        for (std::size_t i = 0; i < aside.size(); ++i) {
            if (!checked[i].genuine) continue;
            const Entry& entry = *checked[i].entry;
            MULIN_TRY(const auto held, store.held(entry.key));
            MULIN_TRY(const bool on_fork, store.has_fork(entry.key, entry.hash));
            if (!on_fork && !(held && held->kept && held->hash == entry.hash)) continue;
            MULIN_TRY_STATUS(store.remove_quarantined(aside[i].first));
            ++released;
        }
    }
}

}  // namespace mulin::sync::server
