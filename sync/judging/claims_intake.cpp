#include "sync/judging/claims_intake.h"

#include <set>

#include "sync/district/lease_book.h"
#include "sync/judging/judge_facts.h"
#include "sync/settlement/ledger.h"

namespace mulin::sync::server {
namespace {

database::Statement bind_record(database::Statement statement, const RecordName& record) {
    statement.bind(record.key.till.text()).bind(record.key.epoch.text()).bind(record.key.seq).bind(record.hash);
    return statement;
}

// Guests are nobody: each of their meals is judged alone.
std::string subject_of(const RecordName& record, const Sale& sale) {
    if (sale.diner) return sale.diner->text();
    return "guest:" + settlement::transfer_id(record.key, record.hash, 0);
}

struct Known {
    std::string subject;
    std::int64_t day = 0;
};
Result<std::optional<Known>> known_claim(database::Database& database, const RecordName& record) {
    auto query = bind_record(database.prepare("SELECT subject, business_day FROM claim WHERE till = ? AND epoch = ? AND "
                                              "seq = ? AND hash = ?"),
                             record);
    MULIN_TRY(const bool row, query.step());
    return row ? std::optional(Known{query.text(0), query.number(1)}) : std::optional<Known>();
}

Status rename_subject(database::Database& database, const RecordName& record, const std::string& subject) {
    auto write = database.prepare(
        "UPDATE claim SET subject = ? WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    write.bind(subject).bind(record.key.till.text()).bind(record.key.epoch.text()).bind(record.key.seq);
    write.bind(record.hash);
    return write.run();
}

Status insert_claim(database::Database& database, const RecordName& record, const Sale& sale,
                    const std::string& subject) {
    auto write = bind_record(database.prepare("INSERT INTO claim (till, epoch, seq, hash, period, business_day, subject, "
                                              "site, vendor, reason, verdicts, moves) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                              "'', 0, 0)"),
                             record);
    write.bind(settlement::month_of(sale.business_date)).bind(sale.business_date.days_since_1970());
    write.bind(subject).bind(sale.site.text()).bind(sale.vendor.text());
    return write.queue();
}

// Whether anything in the descent of the till's epochs may have changed by a further one.
Status take_epoch(database::Database& database, const TillId& till, const EpochOpen& open) {
    if (!open.parent) return payment::ok();
    bool doubtful = false;
    {
        auto query = database.prepare(
            "SELECT (SELECT count(*) FROM epoch WHERE till = ? AND parent_epoch = ? AND parent_seq = ?) + "
            "(SELECT count(*) FROM fork_entry WHERE till = ?)");
        query.bind(till.text()).bind(open.parent->epoch.text()).bind(open.parent->seq).bind(till.text());
        MULIN_TRY(const bool row, query.step());
        doubtful = row && query.number(0) > 1;
    }
    return doubtful ? queue_till(database, till) : payment::ok();
}

struct ForkRow {
    RecordName record;
    std::string body;
};
Result<std::vector<ForkRow>> new_forks(database::Database& database, int at_most) {
    auto query = database.prepare(
        "SELECT f.till, f.epoch, f.seq, f.hash, f.body FROM fork_entry f WHERE NOT EXISTS (SELECT 1 FROM "
        "fork_taken t WHERE t.till = f.till AND t.epoch = f.epoch AND t.seq = f.seq AND t.hash = f.hash) "
        "ORDER BY f.till, f.epoch, f.seq, f.hash LIMIT ?");
    query.bind(at_most);
    std::vector<ForkRow> found;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return found;
        found.push_back({{{TillId(query.text(0)), EpochId(query.text(1)), query.number(2)}, query.text(3)}, query.text(4)});
    }
}

// A further use of a lease, or one given back, may change which of its sales went beyond it.
Status queue_beyond(database::Database& database, const std::string& lease) {
    MULIN_TRY(const auto beyond, LeaseBook(database).exceeded_in(lease));
    const std::set<EntryKey> now(beyond.begin(), beyond.end());
    std::vector<Known> subjects;
    {
        auto query = database.prepare(
            "SELECT c.subject, c.business_day, c.reason, c.till, c.epoch, c.seq FROM lease_use u JOIN claim c ON c.till = u.till "
            "AND c.epoch = u.epoch AND c.seq = u.seq WHERE u.lease = ? ORDER BY c.till, c.epoch, c.seq, c.hash");
        query.bind(lease);
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            const bool was_beyond = query.text(2) == "lease_exceeded";
            const bool is_beyond = now.count({TillId(query.text(3)), EpochId(query.text(4)), query.number(5)}) != 0;
            if (was_beyond != is_beyond) subjects.push_back({query.text(0), query.number(1)});
        }
    }
    for (const Known& one : subjects) MULIN_TRY_STATUS(queue_subject(database, one.subject, one.day));
    return payment::ok();
}

Status queue_beyond_of(database::Database& database, const EntryKey& sale) {
    std::vector<std::string> leases;
    {
        auto query = database.prepare("SELECT lease FROM lease_use WHERE till = ? AND epoch = ? AND seq = ? ORDER BY lease");
        query.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            leases.push_back(query.text(0));
        }
    }
    for (const std::string& lease : leases) MULIN_TRY_STATUS(queue_beyond(database, lease));
    return payment::ok();
}

}  // namespace

std::vector<PayerShare> asked_by(const Sale& sale) {
    std::vector<PayerShare> shares;
    for (const Benefit& benefit : sale.benefits) shares.insert(shares.end(), benefit.payers.begin(), benefit.payers.end());
    for (const OperatorAmount& amount : sale.operator_amounts)
        shares.push_back({settlement::kOperator + amount.payer, amount.amount});
    // What a signed entry may say and no honest till does: it claims nothing by it.
    std::erase_if(shares, [](const PayerShare& share) { return share.amount <= Money{}; });
    return settlement::summed(shares);
}

Status queue_subject(database::Database& database, const std::string& subject, std::int64_t from_day) {
    auto write = database.prepare(
        "INSERT INTO settle_queue (subject, from_day) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET from_day = CASE "
        "WHEN excluded.from_day < settle_queue.from_day THEN excluded.from_day ELSE settle_queue.from_day END");
    write.bind(subject).bind(from_day);
    return write.queue();
}

Status queue_till(database::Database& database, const TillId& till) {
    std::vector<Known> subjects;
    {
        auto query = database.prepare(
            "SELECT subject, min(business_day) FROM claim WHERE till = ? GROUP BY subject ORDER BY subject");
        query.bind(till.text());
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            subjects.push_back({query.text(0), query.number(1)});
        }
    }
    for (const Known& one : subjects) MULIN_TRY_STATUS(queue_subject(database, one.subject, one.day));
    return payment::ok();
}

Status take_sale(database::Database& database, const RecordName& record, const Sale& sale) {
    if (sale.training || asked_by(sale).empty()) return payment::ok();
    const std::string subject = subject_of(record, sale);
    MULIN_TRY(const auto known, known_claim(database, record));
    if (!known) {
        MULIN_TRY_STATUS(insert_claim(database, record, sale, subject));
    } else if (known->subject != subject) {
        MULIN_TRY_STATUS(rename_subject(database, record, subject));
        MULIN_TRY_STATUS(queue_subject(database, known->subject, known->day));
    }
    for (const CounterUse& use : sale.uses)
        if (!use.lease.empty()) MULIN_TRY_STATUS(queue_beyond(database, use.lease));
    return queue_subject(database, subject, sale.business_date.days_since_1970());
}

Status take_return(database::Database& database, const RecordName& record, const EntryKey& sale) {
    {
        auto write = database.prepare(
            "INSERT INTO claim_return (target_till, target_epoch, target_seq, till, epoch, seq, hash) VALUES "
            "(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        write.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
        write.bind(record.key.till.text()).bind(record.key.epoch.text()).bind(record.key.seq).bind(record.hash);
        MULIN_TRY_STATUS(write.queue());
    }
    std::vector<Known> subjects;
    {
        auto query = database.prepare(
            "SELECT subject, business_day FROM claim WHERE till = ? AND epoch = ? AND seq = ? ORDER BY hash");
        query.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            subjects.push_back({query.text(0), query.number(1)});
        }
    }
    for (const Known& one : subjects) MULIN_TRY_STATUS(queue_subject(database, one.subject, one.day));
    return queue_beyond_of(database, sale);
}

Status take_record(database::Database& database, const RecordName& record, const EntryBody& body) {
    if (const auto* sale = std::get_if<Sale>(&body)) {
        MULIN_TRY(const auto known, with_known_diner(database, record.key.till, *sale));
        return take_sale(database, record, known);
    }
    if (const auto* undone = std::get_if<VoidRecord>(&body)) return take_return(database, record, undone->target);
    if (const auto* refund = std::get_if<RefundRecord>(&body)) return take_return(database, record, refund->target);
    if (const auto* open = std::get_if<EpochOpen>(&body)) return take_epoch(database, record.key.till, *open);
    return payment::ok();
}

Result<bool> take_forks(database::Database& database, int at_most) {
    MULIN_TRY(const auto forks, new_forks(database, at_most));
    for (const ForkRow& fork : forks) {
        {
            auto done = bind_record(database.prepare("INSERT INTO fork_taken (till, epoch, seq, hash) VALUES (?, ?, ?, ?) "
                                                     "ON CONFLICT DO NOTHING"),
                                    fork.record);
            MULIN_TRY_STATUS(done.run());
        }
        if (const auto decoded = decode_body(fork.body))
            MULIN_TRY_STATUS(take_record(database, fork.record, decoded->body));
        MULIN_TRY_STATUS(queue_till(database, fork.record.key.till));
    }
    return !forks.empty();
}

}  // namespace mulin::sync::server
