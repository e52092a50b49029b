#pragma once
// What the terminal's store answers with, beside the model's own records. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/journal/body.h"
#include "sync/journal/entry.h"
#include "sync/model/diner.h"
#include "sync/model/district_word.h"
#include "sync/model/lease.h"
#include "sync/model/menu.h"
#include "sync/model/sale.h"
#include "sync/model/site.h"

namespace mulin::sync {

struct CommittedSale {
    EntryKey key;
    bool repeated = false;  // the ref was sold before; nothing was written now
    Sale stored;            // what the journal says, also when repeated
};

struct CommittedVoid {
    EntryKey key;
    bool repeated = false;
    VoidRecord stored;
};

// A sale with what became of it.
struct SaleRecord {
    EntryKey key;
    Sale sale;
    std::optional<EntryKey> voided_by;
    Money refunded;  // list value given back so far; all of it when it equals list + delivery
};
// What a reader of the day has not seen yet, and the mark to ask with the next time.
struct SalesChanged {
    std::vector<SaleRecord> sales;
    std::int64_t mark = 0;
};

// How often a diner came here lately (kVisitWindowDays), for the meal that was asked about.
struct DinerMatch {
    Diner diner;
    std::int64_t visits = 0;
    std::optional<Date> last_visit;
};

struct CardMatch {
    Card card;
    Diner diner;
};

inline constexpr int kVisitWindowDays = 60;

// When and for which meal a lookup happens: decides who is "usually here" and comes first.
struct LookupAt {
    Date today;
    Meal meal = Meal::lunch;
    int limit = 24;
};

// What somebody is known to take before the till has seen them take it.
struct UsualHint {
    DinerId diner;
    Meal meal = Meal::lunch;
    ItemId item;
};

struct UsualLine {
    ItemId item;
    std::int64_t quantity = 1;
};

// A person just registered here, waiting for the district.
struct WaitingDiner {
    std::int64_t id = 0;  // hand back to mark_diner_uploaded
    Diner diner;
    std::vector<Card> cards;
};

struct CounterUsed {
    std::int64_t uses = 0;
    Money amount;
};

struct PolicyText {
    std::string name;  // "p01-….json"
    std::string text;
    friend bool operator==(const PolicyText&, const PolicyText&) = default;
};

// What one bundle from the district brings; an absent list leaves what is here.
struct DistrictSnapshot {
    std::vector<Site> sites;
    std::vector<Subdistrict> subdistricts;
    std::vector<Vendor> vendors;
    std::vector<Staff> staff;
    std::vector<Menu> menus;
    std::vector<PolicyText> policies;
};
struct DistrictData {
    std::vector<Diner> diners;
    std::vector<Card> cards;
    std::vector<Lease> leases;
    std::vector<DinerId> gone;  // with their cards
    std::vector<Denial> denied;
    std::vector<SiteVerdict> verdicts;
    bool whole = false;         // everything there is: a deny list takes the place of the former
    std::string incarnation;    // of the district's data, and the number of its changes that this reaches
    std::int64_t change = 0;
    std::optional<DistrictSnapshot> snapshot;
    std::vector<std::pair<std::string, std::string>> settings;  // cursor, incarnation
    std::optional<UtcInstant> issued_at;  // the district's time; sets LeaseStore::known_time right
};

// Answer to "may this person try a PIN now?"; the try is already counted when allowed.
struct PinTry {
    bool allowed = false;
    std::int64_t failed = 0;    // wrong tries in a row, this one counted as wrong until pin_accepted
    UtcInstant next_allowed;    // when allowed is false
};

// Counted per epoch: everything up to and including acked_seq is at the district.
struct EpochState {
    EpochId epoch;
    std::int64_t head_seq = 0;
    std::string head_hash;
    std::int64_t acked_seq = 0;
    std::optional<EpochParent> parent;
};

struct SyncState {
    std::int64_t waiting = 0;  // entries not yet acknowledged
    std::int64_t waiting_diners = 0;
    std::optional<UtcInstant> last_exchange;
};

struct VerifiedStore {
    std::int64_t entries = 0;
    std::int64_t sales = 0;
    std::optional<EntryKey> head;
};

}  // namespace mulin::sync
