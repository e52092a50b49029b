#include "sync/books/claims_facts.h"

#include <algorithm>

#include "sync/district/lease_book.h"

namespace mulin::sync::server {
namespace {

using settlement::Circumstances;

constexpr std::int64_t kClaimDayMs = 86'400'000;
// A till may not have heard of a blocked card for as long as it may grant unsupervised.
constexpr std::int64_t kMayNotKnowMs = kClaimDayMs;

database::Statement& bind_key(database::Statement& statement, const EntryKey& key) {
    return statement.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq);
}

// A clock is doubted by what stands in the entry and by when it came; a date far from the time beside
// it, or a meal that is yet to be served, is not believed.
bool is_clock_untrusted(const Sale& sale, std::int64_t received_ms) {
    const int days = payment::china_date(sale.at).days_since_1970() - sale.business_date.days_since_1970();
    return sale.clock_suspect || days < -1 || days > 1 || sale.at.ms > received_ms + kClaimDayMs;
}

}  // namespace

Result<Descent> Descent::read(database::Database& database, const TillId& till) {
    Descent descent;
    {
        auto query =
            database.prepare("SELECT epoch, parent_epoch, parent_seq FROM epoch WHERE till = ? ORDER BY epoch");
        query.bind(till.text());
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            if (query.text(1).empty()) continue;
            descent.parents_[query.text(0)] = {query.text(1), query.number(2)};
            ++descent.children_[{query.text(1), query.number(2)}];
        }
    }
    auto forks = database.prepare("SELECT epoch, min(seq) FROM fork_entry WHERE till = ? GROUP BY epoch ORDER BY epoch");
    forks.bind(till.text());
    for (;;) {
        MULIN_TRY(const bool row, forks.step());
        if (!row) return descent;
        descent.forks_[forks.text(0)] = forks.number(1);
    }
}

bool Descent::opens_a_branch(const std::string& epoch) const {
    const auto parent = parents_.find(epoch);
    if (parent == parents_.end()) return false;
    const auto children = children_.find({parent->second.epoch, parent->second.seq});
    return children != children_.end() && children->second > 1;
}

bool Descent::is_forked(const EpochId& epoch, std::int64_t seq) const {
    std::string at = epoch.text();
    // Bounded: damage could tie epochs to a ring.
    for (std::size_t steps = 0; steps <= parents_.size(); ++steps) {
        if (const auto fork = forks_.find(at); fork != forks_.end() && seq >= fork->second) return true;
        if (opens_a_branch(at)) return true;
        const auto parent = parents_.find(at);
        if (parent == parents_.end()) return false;
        at = parent->second.epoch;
        seq = parent->second.seq;
    }
    return true;
}

struct ClaimFacts::Row {
    RecordName record;
    std::int64_t verdicts = 0;
    std::int64_t moves = 0;
    std::string reason;
    std::string body;
    std::int64_t received_ms = 0;
};

Result<std::vector<ClaimFacts::Row>> ClaimFacts::rows(const std::string& subject, std::int64_t day) {
    // Not the view of both tables: SQLite would make all of it anew for every subject.
    auto query = database_.prepare(
        "SELECT c.till, c.epoch, c.seq, c.hash, c.verdicts, c.moves, c.reason, coalesce(b.body, f.body), "
        "coalesce(e.received_ms, f.received_ms) FROM claim c LEFT JOIN entry_place e ON e.till = c.till AND e.epoch = "
        "c.epoch AND e.seq = c.seq AND e.hash = c.hash LEFT JOIN entry_body b ON b.business_day = e.business_day AND "
        "b.entry = e.id LEFT JOIN fork_entry f ON f.till = c.till AND f.epoch = "
        "c.epoch AND f.seq = c.seq AND f.hash = c.hash WHERE c.subject = ? AND c.business_day >= ? ORDER BY "
        "c.business_day, c.till, c.epoch, c.seq, c.hash");
    query.bind(subject).bind(day);
    std::vector<Row> found;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return found;
        found.push_back({{{TillId(query.text(0)), EpochId(query.text(1)), query.number(2)}, query.text(3)},
                         query.number(4), query.number(5), query.text(6), query.text(7), query.number(8)});
    }
}

Result<bool> ClaimFacts::is_forked(const RecordName& record) {
    const TillId& till = record.key.till;
    auto known = descents_.find(till);
    if (known == descents_.end()) {
        MULIN_TRY(auto descent, Descent::read(database_, till));
        known = descents_.emplace(till, std::move(descent)).first;
    }
    return known->second.is_forked(record.key.epoch, record.key.seq);
}

// Paid with a stored-value card that the district had long blocked or replaced.
Result<bool> ClaimFacts::on_denied_card(const Sale& sale) {
    for (const Payment& payment : sale.payments) {
        if (payment.method != "senior_card") continue;
        auto query = database_.prepare(
            "SELECT count(*) FROM card_booking b JOIN card_link l ON l.card = b.card WHERE b.id = ? AND l.state <> "
            "'active' AND l.since_ms < ?");
        query.bind(payment.attempt.text()).bind(sale.at.ms - kMayNotKnowMs);
        MULIN_TRY(const bool row, query.step());
        if (row && query.number(0) > 0) return true;
    }
    return false;
}

Result<bool> ClaimFacts::is_beyond_lease(const EntryKey& key, const Sale& sale) {
    for (const CounterUse& use : sale.uses) {
        if (use.lease.empty()) continue;
        MULIN_TRY(const auto sales, LeaseBook(database_).exceeded_in(use.lease));
        if (std::find(sales.begin(), sales.end(), key) != sales.end()) return true;
    }
    return false;
}

// The diner's record names its canteen by a tag, "home:S0101".
bool ClaimFacts::is_home(const Sale& sale) const {
    const QuoteDiner* facts = nullptr;
    for (const FactsVersion& version : person_)
        if (facts == nullptr || version.from_ms <= sale.at.ms) facts = &version.facts;
    if (facts == nullptr) return false;
    return std::find(facts->tags.begin(), facts->tags.end(), "home:" + sale.site.text()) != facts->tags.end();
}

Status ClaimFacts::add_rulings(Circumstances& facts, const RecordName& record) {
    auto query = database_.prepare(
        "SELECT ruling FROM claim_ruling WHERE till = ? AND epoch = ? AND seq = ? AND hash = ? ORDER BY n");
    bind_key(query, record.key).bind(record.hash);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        // The newest counts; a dispute asks anew for one.
        if (query.text(0) == "dispute") facts.identity_disputed = true;
        facts.ruling = settlement::parse_ruling(query.text(0));
    }
}

Result<Circumstances> ClaimFacts::circumstances(const RecordName& record, const Sale& sale, std::int64_t received_ms) {
    Circumstances facts;
    MULIN_TRY(facts.forked, is_forked(record));
    MULIN_TRY(facts.denied_card, on_denied_card(sale));
    facts.home_site = is_home(sale);
    facts.clock_untrusted = is_clock_untrusted(sale, received_ms);
    facts.rules_out_of_date = sale.rules_out_of_date;
    facts.overridden = !sale.overridden_by.empty();
    MULIN_TRY(const bool beyond, is_beyond_lease(record.key, sale));
    facts.lease_exceeded = sale.provisional || beyond;
    for (const Release& release : judge_facts_.releases()) {
        if (release.rules.version() != sale.policy_version) continue;
        // A pool is spent from a lease; without one the till granted what it had no share of.
        for (const CounterUse& use : sale.uses)
            facts.lease_exceeded |= use.lease.empty() && release.pools.count(std::string_view(use.key).substr(0, use.key.find('|'))) != 0;
    }
    MULIN_TRY_STATUS(add_rulings(facts, record));
    return facts;
}

Status ClaimFacts::add_returns(LoadedClaim& loaded, const RecordName& record) {
    auto query = database_.prepare(
        "SELECT coalesce(b.body, f.body) FROM claim_return r LEFT JOIN entry_place e ON e.till = r.till AND e.epoch = r.epoch "
        "AND e.seq = r.seq AND e.hash = r.hash LEFT JOIN entry_body b ON b.business_day = e.business_day AND b.entry = e.id "
        "LEFT JOIN fork_entry f ON f.till = r.till AND f.epoch = r.epoch AND "
        "f.seq = r.seq AND f.hash = r.hash WHERE r.target_till = ? AND r.target_epoch = ? AND r.target_seq = ? ORDER "
        "BY r.till, r.epoch, r.seq, r.hash");
    bind_key(query, record.key);
    std::vector<PayerShare>& returned = loaded.claim.returned;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        const auto decoded = decode_body(query.text(0));
        if (!decoded) continue;
        if (std::holds_alternative<VoidRecord>(decoded->body)) loaded.claim.circumstances.voided = true;
        const auto* refund = std::get_if<RefundRecord>(&decoded->body);
        if (refund == nullptr) continue;
        for (const Benefit& benefit : refund->benefits)
            for (const PayerShare& share : benefit.payers)
                if (share.amount > Money{}) returned.push_back(share);
        if (refund->whole) returned.insert(returned.end(), loaded.claim.claimed.begin(), loaded.claim.claimed.end());
    }
    returned = settlement::within(loaded.claim.claimed, settlement::summed(returned));
    return payment::ok();
}

Result<LoadedClaim> ClaimFacts::load(const Row& row, const std::string& subject) {
    const auto decoded = decode_body(row.body);
    const auto* told = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
    if (told == nullptr) {
        return payment::fail(payment::ErrorCode::corrupt, "The entry " + settlement::entry_text(row.record.key) +
                                                              " of a claim cannot be read; run `mulin-district journal verify`.");
    }
    LoadedClaim loaded;
    loaded.verdicts = row.verdicts;
    loaded.moves = row.moves;
    loaded.reason = row.reason;
    MULIN_TRY(loaded.sale, with_known_diner(database_, row.record.key.till, *told));
    const Sale& sale = loaded.sale;
    loaded.claim.entry = row.record.key;
    loaded.claim.entry_hash = row.record.hash;
    loaded.claim.diner = DinerId(subject);
    loaded.claim.business_date = sale.business_date;
    loaded.claim.meal = sale.meal;
    loaded.claim.site = sale.site;
    loaded.claim.vendor = sale.vendor;
    loaded.claim.not_before = sale.at;
    loaded.claim.claimed = asked_by(sale);
    MULIN_TRY(loaded.claim.circumstances, circumstances(row.record, sale, row.received_ms));
    MULIN_TRY_STATUS(add_returns(loaded, row.record));
    return loaded;
}

Result<std::vector<LoadedClaim>> ClaimFacts::from_day(const std::string& subject, std::int64_t day) {
    MULIN_TRY(person_, JudgeFacts::person(database_, DinerId(subject)));
    MULIN_TRY(const auto found, rows(subject, day));
    std::vector<LoadedClaim> claims;
    for (const Row& row : found) {
        MULIN_TRY(auto loaded, load(row, subject));
        claims.push_back(std::move(loaded));
    }
    return claims;
}

}  // namespace mulin::sync::server
