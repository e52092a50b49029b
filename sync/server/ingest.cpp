#include "sync/server/ingest.h"

#include <algorithm>
#include <array>
#include <thread>

#include "sync/journal/entry_json.h"
#include "sync/journal/hex.h"

namespace mulin::sync::server {
namespace {

constexpr std::size_t kLinesWorthAThread = 32;

CheckedLine check_line(const std::string& raw, const PublicKey& key) {
    CheckedLine line{raw, std::nullopt, false, std::nullopt};
    auto entry = parse_entry(raw);
    if (!entry) return line;
    line.entry = std::move(*entry);
    const auto hash = entry_hash(line.entry->key, line.entry->prev, line.entry->body);
    std::array<std::uint8_t, 32> hash_bytes{};
    std::array<std::uint8_t, 64> signature{};
    line.genuine = hash && *hash == line.entry->hash && read_hex(line.entry->hash, hash_bytes) &&
                   read_hex(line.entry->sig, signature) && key.verify(hash_bytes, signature);
    if (auto decoded = decode_body(line.entry->body)) line.decoded = std::move(*decoded);
    return line;
}

// Works through one batch. Holds the rows of the epochs it touches and writes them at the end.
class Batch {
  public:
    Batch(LedgerStore& store, const TillRecord& till, UtcInstant now) : store_(store), till_(till), now_(now) {}

    // False once a gap was found: what follows has to come again.
    Result<bool> take(const CheckedLine& line);
    Result<IngestOutcome> finish(const UploadRequest& request);

  private:
    struct Open {
        EpochRow row;
        std::optional<ChainPoint> safe;  // newest line of this batch that is kept somewhere
    };

    Result<Open*> open(const EpochId& epoch);
    Status set_aside(const CheckedLine& line, const char* reason);
    Result<bool> take_held(const CheckedLine& line, Open& epoch);
    Result<bool> take_next(const CheckedLine& line, Open& epoch);
    Result<bool> take_beyond(const CheckedLine& line, Open& epoch);
    Result<bool> first_of_epoch(const CheckedLine& line, Open& epoch);
    Status fill_unreadable(const Entry& entry, Open& epoch);
    Status insert(const CheckedLine& line, Open& epoch);
    Status insert_place(const CheckedLine& line, Open& epoch);
    Status keep_fork(const Entry& entry);
    Status derive(const CheckedLine& line);
    Status judge(const CheckedLine& line, Open& epoch);
    void want(const EpochId& epoch, std::int64_t seq);

    LedgerStore& store_;
    const TillRecord& till_;
    UtcInstant now_;
    std::vector<Open> open_;  // few: batches seldom span epochs
    std::int64_t unreadable_ = 0;  // lines in a row just before this one
    IngestOutcome outcome_;
};

Result<Batch::Open*> Batch::open(const EpochId& epoch) {
    for (Open& candidate : open_) {
        if (candidate.row.epoch == epoch) return &candidate;
    }
    MULIN_TRY(auto row, store_.epoch(till_.id, epoch));
    if (!row) row = EpochRow{epoch, 0, std::string(), EpochId{}, 0, Totals{}};
    open_.push_back({std::move(*row), std::nullopt});
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
    const std::int64_t seq = line.entry->key.seq;
    auto taken = seq <= epoch->row.watermark       ? take_held(line, *epoch)
                 : seq == epoch->row.watermark + 1 ? take_next(line, *epoch)
                                                   : take_beyond(line, *epoch);
    if (taken && *taken) epoch->safe = ChainPoint{line.entry->key.epoch, seq, line.entry->hash};
    return taken;
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
    if (line.genuine && held && held->kept && held->hash == entry.hash) {
        ++outcome_.known;
        return true;
    }
    if (!line.genuine) {
        MULIN_TRY_STATUS(set_aside(line, "bad_signature"));
        return true;
    }
    // What stood here was never proved: the signed entry takes its place.
    if (held && !held->kept) {
        MULIN_TRY_STATUS(store_.fill_place(entry, now_));
        MULIN_TRY_STATUS(derive(line));
        if (entry.key.seq == epoch.row.watermark) epoch.row.hash = entry.hash;
        ++outcome_.accepted;
        return true;
    }
    MULIN_TRY_STATUS(keep_fork(entry));
    return true;
}

Status Batch::keep_fork(const Entry& entry) {
    ++outcome_.forked;
    MULIN_TRY_STATUS(store_.insert_fork(entry, now_));
    return store_.add_finding(entry.key, "fork",
                              "Another entry with this number is held: the till was cloned or restored.", now_);
}

// The first entry of an epoch continues from an entry that must be here. False: it is missing.
Result<bool> Batch::first_of_epoch(const CheckedLine& line, Open& epoch) {
    const auto* opening = line.decoded ? std::get_if<EpochOpen>(&line.decoded->body) : nullptr;
    if (opening == nullptr || !opening->parent) {
        if (line.entry->prev != kNoHash) {
            MULIN_TRY_STATUS(store_.add_finding(line.entry->key, "no_parent",
                                                "The epoch does not say which entry it continues from.", now_));
        }
        return true;
    }
    const EpochParent& parent = *opening->parent;
    epoch.row.parent = parent.epoch;
    epoch.row.parent_seq = parent.seq;
    const EntryKey parent_key{till_.id, parent.epoch, parent.seq};
    MULIN_TRY(const auto held, store_.held(parent_key));
    MULIN_TRY(const bool on_fork, store_.has_fork(parent_key, parent.hash));
    if (!held && !on_fork) {
        MULIN_TRY(const auto row, store_.epoch(till_.id, parent.epoch));
        std::int64_t at = row ? row->watermark : 0;
        for (const Open& other : open_) {
            if (other.row.epoch == parent.epoch) at = other.row.watermark;
        }
        want(parent.epoch, at + 1);
        return false;
    }
    MULIN_TRY(const auto sibling, store_.sibling(till_.id, epoch.row));
    if (on_fork || sibling || (held->hash != parent.hash && !held->hash.empty())) {
        MULIN_TRY_STATUS(store_.add_finding(line.entry->key, "fork",
                                            "Two branches continue from one entry: the till was cloned or restored.",
                                            now_));
    }
    return true;
}

// Past the watermark: a gap, unless it continues a branch that is kept as a fork.
Result<bool> Batch::take_beyond(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    MULIN_TRY(const bool on_fork,
              store_.has_fork({till_.id, entry.key.epoch, entry.key.seq - 1}, entry.prev));
    if (!on_fork || !line.genuine) {
        want(entry.key.epoch, epoch.row.watermark + 1);
        return false;
    }
    MULIN_TRY_STATUS(keep_fork(entry));
    return true;
}

Result<bool> Batch::take_next(const CheckedLine& line, Open& epoch) {
    const Entry& entry = *line.entry;
    if (entry.key.seq == 1) {
        MULIN_TRY(const bool follows, first_of_epoch(line, epoch));
        if (!follows) return false;
    } else if (line.genuine && !epoch.row.hash.empty() && entry.prev != epoch.row.hash) {
        const EntryKey before{till_.id, entry.key.epoch, entry.key.seq - 1};
        MULIN_TRY(const bool on_fork, store_.has_fork(before, entry.prev));
        if (on_fork) {
            MULIN_TRY_STATUS(keep_fork(entry));
            return true;
        }
        MULIN_TRY_STATUS(store_.add_finding(entry.key, "broken_link",
                                            "The entry does not follow the entry before it.", now_));
    }
    if (!line.genuine) {
        MULIN_TRY_STATUS(insert_place(line, epoch));
        return true;
    }
    MULIN_TRY_STATUS(insert(line, epoch));
    return true;
}

Status Batch::insert_place(const CheckedLine& line, Open& epoch) {
    MULIN_TRY_STATUS(set_aside(line, "bad_signature"));
    epoch.row.watermark = line.entry->key.seq;
    epoch.row.hash = line.entry->hash;
    MULIN_TRY_STATUS(store_.insert_place(line.entry->key, line.entry->hash, now_));
    return store_.add_finding(line.entry->key, "bad_signature",
                              "The entry was not signed with the till's key; it is in quarantine.", now_);
}

Status Batch::insert(const CheckedLine& line, Open& epoch) {
    MULIN_TRY_STATUS(store_.insert_entry(*line.entry, now_));
    MULIN_TRY_STATUS(derive(line));
    MULIN_TRY_STATUS(judge(line, epoch));
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
        if (!till_.revoked && epoch.row.watermark > 0) MULIN_TRY_STATUS(store_.save_epoch(till_.id, epoch.row));
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

std::vector<CheckedLine> check_lines(const std::vector<std::string>& lines, const std::string& signing_key) {
    std::vector<CheckedLine> checked(lines.size());
    const auto key = PublicKey::from_hex(signing_key);
    const auto check = [&](std::size_t from, std::size_t until) {
        for (std::size_t i = from; i < until; ++i) {
            if (key) {
                checked[i] = check_line(lines[i], *key);
            } else {
                checked[i].raw = lines[i];
            }
        }
    };
    // Signatures cost the most by far and know nothing of each other.
    const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
    const std::size_t parts = lines.size() < kLinesWorthAThread * 2 ? 1 : cores;
    std::vector<std::thread> threads;
    for (std::size_t part = 1; part < parts; ++part) {
        threads.emplace_back(check, lines.size() * part / parts, lines.size() * (part + 1) / parts);
    }
    check(0, lines.size() / parts);
    for (std::thread& thread : threads) thread.join();
    return checked;
}

Result<IngestOutcome> ingest(LedgerStore& store, const TillRecord& till, const UploadRequest& request,
                             const std::vector<CheckedLine>& lines, UtcInstant now) {
    Batch batch(store, till, now);
    for (const CheckedLine& line : lines) {
        MULIN_TRY(const bool go_on, batch.take(line));
        if (!go_on) break;
    }
    return batch.finish(request);
}

}  // namespace mulin::sync::server
