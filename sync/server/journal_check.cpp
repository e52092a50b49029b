#include "sync/server/journal_check.h"

#include <map>
#include <set>

#include "sync/journal/chain.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

Entry entry_of(const TillId& till, const database::Statement& row) {
    return {{till, EpochId(row.text(0)), row.number(1)}, row.text(2), row.text(3), row.text(4), row.text(5)};
}

class Check {
  public:
    Check(District::Access& access, const TillRecord& till, PublicKey first_key)
        : access_(access), till_(till), first_key_(std::move(first_key)), chain_(till.id, first_key_) {}

    Result<JournalCheck> all() {
        MULIN_TRY_STATUS(access_.ledger.each_epoch(till_.id, [&](const TillId&, const EpochRow& row) {
            epochs_.push_back(row);
            watermarks_[row.epoch] = row.watermark;
            return true;
        }));
        for (const EpochRow& epoch : epochs_) {
            MULIN_TRY_STATUS(follow_epoch(epoch));
            if (!found_.status) return found_;
        }
        MULIN_TRY_STATUS(follow_forks());
        return found_;
    }

  private:
    void take(ChainVerifier& chain, const Entry& entry) {
        if (auto accepted = chain.accept(entry); !accepted) found_.status = tl::make_unexpected(accepted.error());
        else ++found_.entries;
    }
    void name(const EntryKey& entry, const ChainPoint& base) {
        const std::string where = base.seq == 0 ? "begins the chain once more"
                                                : "follows " + base.epoch.text() + "/" + std::to_string(base.seq) + " beside another entry";
        found_.branches.push_back("Entry " + entry_name(entry) + " " + where + "; both branches were followed.");
    }

    Status follow_epoch(const EpochRow& epoch) {
        MULIN_TRY(const auto opens, find({epoch.epoch, 1, {}}));
        const ChainPoint base{epoch.parent, epoch.parent_seq, opens ? opens->prev : std::string()};
        const auto& head = chain_.head();
        if (head ? head->hash != base.hash : !base.epoch.empty()) {
            const auto other = chain_behind(base);
            if (!other) return failed(other.error());
            chain_ = *other;
        }
        MULIN_TRY(const bool beside, is_followed(base));
        if (opens && beside) name(opens->key, base);
        std::int64_t seq = 0;
        MULIN_TRY_STATUS(access_.ledger.each_entry(till_.id, epoch.epoch, [&](const Entry& entry) {
            take(chain_, entry);
            seq = entry.key.seq;
            return found_.status.has_value();
        }));
        if (found_.status && (seq != epoch.watermark || (seq > 0 && chain_.head()->hash != epoch.hash))) {
            found_.status = fail(ErrorCode::corrupt, "Epoch " + epoch.epoch.text() + " of till " + till_.id.text() +
                                                         " ends before the place that was confirmed to the till.");
        }
        return payment::ok();
    }

    // By another epoch, or within its own. Of a fork's second version that is said of the fork.
    Result<bool> is_followed(const ChainPoint& base) {
        if (!followed_.insert(base.hash).second) return true;
        const auto parent = watermarks_.find(base.epoch);
        if (parent == watermarks_.end() || base.seq >= parent->second) return false;
        MULIN_TRY(const auto kept, find({base.epoch, base.seq, {}}));
        return kept && kept->hash == base.hash;
    }

    // Each version goes on behind another of its branch, or branches off.
    Status follow_forks() {
        MULIN_TRY(const auto forks, forked_entries(access_.database, till_.id));
        std::map<std::string, ChainVerifier> ends;  // by hash
        for (const Entry& entry : forks) {
            ChainPoint base{entry.key.epoch, entry.key.seq - 1, entry.prev};
            if (entry.key.seq == 1) base = parent_in(entry);
            auto end = ends.extract(entry.prev);
            if (end.empty() || entry.key.seq == 1) {
                const auto begun = chain_behind(base);
                if (!begun) return failed(begun.error());
                ends.insert_or_assign(entry.prev, *begun);
                end = ends.extract(entry.prev);
                name(entry.key, base);
            }
            take(end.mapped(), entry);
            if (!found_.status) return payment::ok();
            end.key() = entry.hash;
            ends.insert(std::move(end));
        }
        return payment::ok();
    }

    ChainPoint parent_in(const Entry& entry) const {
        const auto decoded = decode_body(entry.body);
        const auto* open = decoded ? std::get_if<EpochOpen>(&decoded->body) : nullptr;
        if (open == nullptr || !open->parent) return {EpochId(), 0, entry.prev};
        return {open->parent->epoch, open->parent->seq, open->parent->hash};
    }

    // What is wrong with the journal ends the check; what is wrong with reading it is an error.
    Status failed(const payment::Error& error) {
        if (error.code != ErrorCode::corrupt) return tl::make_unexpected(error);
        found_.status = tl::make_unexpected(error);
        return payment::ok();
    }

    // An entry by its place and hash, among the kept ones or beside them; by its place alone among the kept.
    Result<std::optional<Entry>> find(const ChainPoint& at) {
        auto query = access_.database.prepare(
            "SELECT epoch, seq, prev, hash, sig, body FROM entry WHERE till = ? AND epoch = ? AND seq = ? AND kept = 1 AND (? = '' OR "
            "hash = ?) UNION ALL SELECT epoch, seq, prev, hash, sig, body FROM fork_entry WHERE till = ? AND epoch = ? AND seq = ? AND "
            "hash = ?");
        query.bind(till_.id.text()).bind(at.epoch.text()).bind(at.seq).bind(at.hash).bind(at.hash);
        query.bind(till_.id.text()).bind(at.epoch.text()).bind(at.seq).bind(at.hash);
        MULIN_TRY(const bool row, query.step());
        return row ? std::optional(entry_of(till_.id, query)) : std::optional<Entry>();
    }

    // Goes on behind an entry whose own branch is checked elsewhere.
    Result<ChainVerifier> chain_behind(const ChainPoint& base) {
        if (base.seq == 0) return ChainVerifier(till_.id, first_key_);
        MULIN_TRY(const auto entry, find(base));
        if (!entry) {
            return fail(ErrorCode::corrupt, "An entry follows " + base.epoch.text() + "/" + std::to_string(base.seq) + " of till " +
                                                till_.id.text() + ", which is missing.");
        }
        MULIN_TRY(const auto decoded, decode_body(entry->body));
        if (std::holds_alternative<KeyChange>(decoded.body)) {
            MULIN_TRY(auto before, chain_behind({base.epoch, base.seq - 1, entry->prev}));
            MULIN_TRY_STATUS(before.accept(*entry).map([](const auto&) { return payment::Unit{}; }));
            return before;
        }
        MULIN_TRY(const auto text, access_.ledger.key_after(entry->key, entry->hash));
        MULIN_TRY(auto key, PublicKey::from_hex(text.empty() ? till_.signing_key : text));
        return ChainVerifier(std::move(key), ChainHead{entry->key, entry->hash, decoded.totals});
    }

    District::Access& access_;
    const TillRecord& till_;
    PublicKey first_key_;
    ChainVerifier chain_;
    std::vector<EpochRow> epochs_;
    std::map<EpochId, std::int64_t> watermarks_;
    std::set<std::string> followed_;  // hashes of entries that an epoch goes on from
    JournalCheck found_;
};

}  // namespace

Result<JournalCheck> check_journal(District::Access& access, const TillRecord& till) {
    MULIN_TRY(auto key, PublicKey::from_hex(till.signing_key));
    return Check(access, till, std::move(key)).all();
}

Result<std::vector<Entry>> forked_entries(database::Database& database, const TillId& till) {
    auto query = database.prepare(
        "SELECT epoch, seq, prev, hash, sig, body, till FROM fork_entry WHERE ? = '' OR till = ? ORDER BY till, epoch, seq, hash");
    query.bind(till.text()).bind(till.text());
    std::vector<Entry> entries;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return entries;
        entries.push_back(entry_of(TillId(query.text(6)), query));
    }
}

}  // namespace mulin::sync::server
