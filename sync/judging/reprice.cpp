#include "sync/judging/reprice.h"

#include <chrono>
#include <thread>

#include "sync/backtest/sale_facts.h"
#include "sync/database/in_transaction.h"
#include "sync/district/turn.h"
#include "sync/journal/body.h"
#include "sync/judging/claims_intake.h"
#include "sync/judging/difference.h"
#include "sync/judging/reprice_rows.h"

namespace mulin::sync::server {
namespace {

constexpr const char* kPricing = "pricing";
constexpr const char* kElsewhere = "Another server is pricing; ask again in a moment.";
constexpr int kEntriesPerStep = 200;

// Entries of one epoch that nobody has looked at, in the order of their numbers.
Result<std::optional<ChainPoint>> next_to_price(database::Database& database, TillId& till) {
    auto query = database.prepare(
        "SELECT till, epoch, priced FROM epoch WHERE priced < watermark ORDER BY till, position LIMIT 1");
    MULIN_TRY(const bool row, query.step());
    if (!row) return std::optional<ChainPoint>();
    till = TillId(query.text(0));
    return std::optional(ChainPoint{EpochId(query.text(1)), query.number(2), std::string()});
}

Status save_priced(database::Database& database, const EntryKey& through) {
    auto write = database.prepare("UPDATE epoch SET priced = ? WHERE till = ? AND epoch = ?");
    write.bind(through.seq).bind(through.till.text()).bind(through.epoch.text());
    return write.run();
}

// Meals of this diner that were judged without knowing of the one at `at`.
Status queue_later(database::Database& database, const std::string& diner, UtcInstant at, std::int64_t but) {
    if (diner.empty()) return payment::ok();
    auto write = database.prepare(
        "INSERT INTO price_again (entry) SELECT entry FROM judgement WHERE diner = ? AND at_ms >= ? AND "
        "entry <> ? ON CONFLICT DO NOTHING");
    write.bind(diner).bind(at.ms).bind(but);
    return write.queue();
}

// Whom the entry was judged for before; nobody's name when it was not.
Result<std::optional<std::string>> judged_for(database::Database& database, std::int64_t entry) {
    auto query = database.prepare("SELECT diner FROM judgement WHERE entry = ?");
    query.bind(entry);
    MULIN_TRY(const bool row, query.step());
    return row ? std::optional(query.text(0)) : std::optional<std::string>();
}

// When the sale was voided, or given back whole, if that has come.
Result<std::optional<UtcInstant>> returned_at(database::Database& database, const EntryKey& sale) {
    auto voided = database.prepare(
        "SELECT e.body FROM sale_void v JOIN entry e ON e.id = v.entry WHERE v.till = ? AND v.epoch = ? AND "
        "v.seq = ?");
    voided.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
    MULIN_TRY(const bool row, voided.step());
    const auto decoded = decode_body(row ? voided.text(0) : std::string());
    if (const auto* record = decoded ? std::get_if<VoidRecord>(&decoded->body) : nullptr) return std::optional(record->at);
    auto refunded = database.prepare(
        "SELECT at_ms FROM refund WHERE target_till = ? AND target_epoch = ? AND target_seq = ? AND whole = "
        "1");
    refunded.bind(sale.till.text()).bind(sale.epoch.text()).bind(sale.seq);
    MULIN_TRY(const bool found, refunded.step());
    return found ? std::optional(UtcInstant{refunded.number(0)}) : std::optional<UtcInstant>();
}

Entry entry_from(const database::Statement& row) {
    return {{TillId(row.text(1)), EpochId(row.text(2)), row.number(3)}, "", row.text(5), "", row.text(4)};
}

}  // namespace

Result<std::vector<Repricer::Work>> Repricer::next_work(District::Access& access, int entries) {
    std::vector<Work> found;
    auto queued = access.database.prepare(
        "SELECT e.id, e.till, e.epoch, e.seq, e.body, e.hash FROM price_again p JOIN entry e ON e.id = p.entry ORDER "
        "BY e.id LIMIT ?");
    queued.bind(entries);
    for (;;) {
        MULIN_TRY(const bool row, queued.step());
        if (!row) break;
        found.push_back({queued.number(0), entry_from(queued), true});
    }
    if (!found.empty()) return found;
    TillId till;
    MULIN_TRY(const auto after, next_to_price(access.database, till));
    if (!after) return found;
    auto fresh = access.database.prepare(
        "SELECT id, till, epoch, seq, body, hash FROM entry WHERE till = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?");
    fresh.bind(till.text()).bind(after->epoch.text()).bind(after->seq).bind(entries);
    for (;;) {
        MULIN_TRY(const bool row, fresh.step());
        if (!row) return found;
        found.push_back({fresh.number(0), entry_from(fresh), false});
    }
}

Status Repricer::look_at(District::Access& access, const Work& work) {
    if (work.signed_entry.body.empty()) return payment::ok();  // a place whose entry is in quarantine
    const auto decoded = decode_body(work.signed_entry.body);
    if (!decoded) return payment::ok();  // a finding already
    MULIN_TRY_STATUS(take_record(access.database, {work.signed_entry.key, work.signed_entry.hash}, decoded->body));
    if (const auto* sale = std::get_if<Sale>(&decoded->body)) return look_at_sale(access, work, *sale);
    if (const auto* record = std::get_if<VoidRecord>(&decoded->body)) return look_at_return(access, record->target, record->at);
    if (const auto* record = std::get_if<RefundRecord>(&decoded->body); record != nullptr && record->whole)
        return look_at_return(access, record->target, record->at);
    return payment::ok();
}

Status Repricer::look_at_sale(District::Access& access, const Work& work, const Sale& told) {
    if (told.training) return payment::ok();
    const EntryKey& key = work.signed_entry.key;
    MULIN_TRY(const Sale sale, with_known_diner(access.database, key.till, told));
    const std::string diner = sale.diner ? sale.diner->text() : std::string();
    MULIN_TRY(const auto before, judged_for(access.database, work.entry));
    if (!before) MULIN_TRY_STATUS(put_payments(access.database, work.entry, sale));
    if (before != diner) {
        MULIN_TRY(const auto undone, returned_at(access.database, key));
        if (before) MULIN_TRY_STATUS(take_out_uses(access.database, key, sale.at, undone.value_or(sale.at), told.uses));
        MULIN_TRY_STATUS(put_uses(access.database, key, sale.at, sale.uses));
        if (undone) MULIN_TRY_STATUS(put_returned(access.database, key, *undone, sale.uses));
        MULIN_TRY_STATUS(queue_later(access.database, diner, sale.at, work.entry));
    }
    MULIN_TRY(const QuoteSite* const at_site, facts_.site(access.directory, sale.site));
    std::vector<FactsVersion> person;
    if (sale.diner) {
        MULIN_TRY(person, JudgeFacts::person(access.database, *sale.diner));
    }
    Status read = payment::ok();
    JudgedSale asked{sale, at_site, &person, &facts_.releases(), [&](const std::string& counter, bool own) {
                         const auto used = used_before(access.database, counter, key, sale.at, own);
                         if (!used) read = tl::make_unexpected(used.error());
                         return used.value_or(Usage{});
                     }};
    const Judgement judgement = judge(asked);
    MULIN_TRY_STATUS(read);
    return save(access, work, sale, diner, judgement);
}

Status Repricer::save(District::Access& access, const Work& work, const Sale& sale, const std::string& diner,
                      const Judgement& judgement) {
    auto write = access.database.prepare(
        "INSERT INTO judgement (entry, diner, at_ms, presented, tender, basket, given, deviations, expected, "
        "diner_more_fen, district) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (entry) DO UPDATE SET diner = excluded.diner, at_ms = excluded.at_ms, presented = "
        "excluded.presented, tender = excluded.tender, basket = excluded.basket, given = excluded.given, "
        "deviations = excluded.deviations, expected = excluded.expected, diner_more_fen = "
        "excluded.diner_more_fen, district = excluded.district");
    write.bind(work.entry).bind(diner).bind(sale.at.ms).bind(judgement.presented).bind(judgement.tender);
    write.bind(basket_text(sale)).bind(given_text(sale)).bind(deviations_text(judgement.deviations));
    write.bind(judgement.expected ? 1 : 0).bind(judgement.diner_more.in_fen());
    const bool compared = !judgement.deviations.empty() && !is_open(judgement.deviations.front());
    write.bind(compared ? quote_text(judgement.district) : std::string());
    return write.queue();
}

Status Repricer::look_at_return(District::Access& access, const EntryKey& key, UtcInstant at) {
    auto query = access.database.prepare(
        "SELECT e.id, e.till, e.epoch, e.seq, e.body, j.diner FROM entry e JOIN judgement j ON j.entry = "
        "e.id "
        "WHERE e.till = ? AND e.epoch = ? AND e.seq = ?");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
    MULIN_TRY(const bool known, query.step());
    if (!known) return payment::ok();  // the sale comes later, and finds the void
    const auto decoded = decode_body(query.text(4));
    const auto* sale = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
    if (sale == nullptr) return payment::ok();
    const std::string diner = query.text(5);
    std::vector<CounterUse> uses = sale->uses;
    if (sale->diner) {
        for (CounterUse& use : uses) use.key = renamed_key(use.key, sale->diner->text(), diner);
    }
    MULIN_TRY_STATUS(put_returned(access.database, key, at, uses));
    return queue_later(access.database, diner, at, query.number(0));
}

Result<bool> Repricer::step(int entries) {
    auto access = district_.access();
    MULIN_TRY(const auto any, next_work(access, 1));
    if (any.empty()) return false;  // without a transaction
    return database::in_transaction(access.database, [&]() -> Result<bool> {
        MULIN_TRY(const bool ours, take_turn(access.database, kPricing, district_.process(), district_.clock().utc()));
        if (!ours) return tl::make_unexpected(payment::Error{payment::ErrorCode::conflict, kElsewhere, true});
        has_turn_ = true;
        return work_off(access, entries);
    });
}

Status Repricer::rest() {
    if (!has_turn_) return payment::ok();
    has_turn_ = false;
    auto access = district_.access();
    return database::in_transaction(access.database, [&] { return give_turn_back(access.database, kPricing, district_.process()); });
}

Result<bool> Repricer::work_off(District::Access& access, int entries) {
    MULIN_TRY(const auto work, next_work(access, entries));
    if (work.empty()) return false;
    MULIN_TRY_STATUS(facts_.refresh(access.database));
    for (const Work& one : work) {
        if (!one.again) break;
        // Taken off first: what this very step finds out may put it back.
        auto done = access.database.prepare("DELETE FROM price_again WHERE entry = ?");
        done.bind(one.entry);
        MULIN_TRY_STATUS(done.queue());
    }
    for (const Work& one : work) MULIN_TRY_STATUS(look_at(access, one));
    if (!work.back().again) MULIN_TRY_STATUS(save_priced(access.database, work.back().signed_entry.key));
    return true;
}

Status reprice_all(District& district) { return Repricer(district).finish(); }

Status Repricer::finish() {
    for (;;) {
        const auto more = step(kEntriesPerStep);
        if (more && !*more) return rest();
        if (more) continue;
        if (more.error().message != kElsewhere) return tl::make_unexpected(more.error());
        std::this_thread::sleep_for(std::chrono::milliseconds(200));  // its turn runs out, or it does the work
    }
}

}  // namespace mulin::sync::server
