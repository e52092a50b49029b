#pragma once
// The terminal's database file: the signed journal, everything derived from it, what the district
// sent down, and payment attempts. One object, one connection, one process: the file is locked.
// What a call reports as written is on disk when it returns (WAL, synchronous=FULL).
// Any thread; calls are serialised. Nothing here prices, prints or talks to a network.
// Errors: disk_full and disk leave nothing half done and the call may be repeated; after a failed
// flush every further write is refused until the store is opened again.

#include <functional>
#include <memory>
#include <span>

#include "payment/port/attempt_journal.h"
#include "payment/port/refund_journal.h"
#include "sync/journal/chain.h"
#include "sync/model/day_report.h"
#include "sync/store/records.h"

namespace mulin::sync {

struct StoreOptions {
    std::string vfs;               // SQLite file layer; empty is the system's. Tests inject faults
    bool flush_every_commit = true;  // false only as the control of the power-cut tests
    bool check_pages = true;       // quick_check at open
    bool create = true;            // make a new store where there is none; else not_found
    std::int64_t min_free_bytes = 32LL << 20;  // new sales are refused below this
};

class CardShelf; class DistrictWord; class Evidence; class LeaseStore; class RefundStore; class SlipQueue;  // headers of these names

class TerminalStore {
  public:
    // DIR/till.db and DIR/signing_key.pem. clock and random must outlive the store. corrupt: damaged
    // or not ours, left untouched; conflict: another program has it open.
    static Result<std::unique_ptr<TerminalStore>> open(const std::string& dir, const payment::Clock& clock,
                                                       payment::Random& random, StoreOptions options = {});
    ~TerminalStore();  // checkpoints and closes

    // --- identity and settings
    Status set_till(const TillId& till);  // conflict once another till has written entries here
    Result<TillId> till();                // not_found before set_till
    PublicKey public_key() const;         // of the key that signs the journal
    Status set_setting(const std::string& key, const std::string& value);
    Result<std::optional<std::string>> setting(const std::string& key);

    // --- the journal; each is one transaction, durable on return. A repeated ref writes nothing. settled: attempts to store, or bring up to date, and link with the sale.
    Result<CommittedSale> commit_sale(const Sale& sale, std::span<const payment::Attempt> settled = {});
    // refused: already voided, refunded in part, or a training sale; not_found. Gives counters back.
    Result<CommittedVoid> commit_void(const VoidRecord& record);
    Result<EntryKey> open_shift(const ShiftOpen& shift);  // conflict while another is open
    // counted in the drawer; how it was counted is written in the same transaction.
    Result<ShiftClose> close_shift(const ShiftId& shift, const StaffId& cashier, std::optional<Money> counted, const Note* how = nullptr);
    Result<ShiftTotals> shift_totals(const ShiftId& shift);  // so far, of the open shift
    Result<std::optional<ShiftOpen>> current_shift();
    Result<std::optional<ShiftOpen>> shift(const ShiftId& id);  // closed or not, as it was opened
    Result<EntryKey> note(const Note& note, Date business_date);
    // The next entry opens a new epoch with this reason; without it one opens ("start") in each process.
    void start_epoch(const std::string& reason);
    Result<std::optional<ChainHead>> chain_head();
    // --- sales and the day
    Result<std::optional<SaleRecord>> find_sale(const EntryKey& key);
    Result<std::optional<SaleRecord>> find_sale_by_ref(const std::string& ref);
    Result<std::vector<SaleRecord>> sales_of_day(Date date, int limit = 10'000);  // newest first
    // Sales of the day that were made or voided after `mark`, oldest first; 0 is before all.
    Result<SalesChanged> sales_changed(Date date, std::int64_t mark);
    Result<DayReport> day_report(Date date);
    Result<CounterUsed> counter_used(const std::string& key);
    // Sales to this diner, not voided, for category of record: 0 means the next is the first.
    Result<std::int64_t> meals_served(const DinerId& diner, Date date, Meal meal);
    Result<std::optional<SaleRecord>> last_visit(const DinerId& diner, Date until);  // newest that stands

    // --- diners
    Status upsert_diners(std::span<const Diner> diners);
    Status upsert_cards(std::span<const Card> cards);
    // New person from the counter: conflict if the id, the id_hash or a card is known. Waits for upload.
    Status register_diner(const Diner& diner, std::span<const Card> cards = {});
    Result<std::vector<WaitingDiner>> waiting_diners(int limit);
    Status mark_diner_uploaded(std::int64_t id);
    Result<std::optional<Diner>> diner(const DinerId& id);
    Result<std::optional<CardMatch>> diner_by_card(const std::string& card_hash);
    Result<std::optional<Diner>> diner_by_id_hash(const std::string& id_hash);
    // Four characters: end of identity or phone number. Usually here first.
    Result<std::vector<DinerMatch>> diners_by_last4(const std::string& last4, const LookupAt& at);
    Result<std::vector<DinerMatch>> diners_by_pinyin(const std::string& initials, const LookupAt& at);
    Result<std::vector<DinerMatch>> usually_here(const LookupAt& at);
    Result<std::int64_t> diner_count();
    // Roads that diners with this residence live on, the most frequent first.
    Result<std::vector<std::string>> roads_of(const std::string& residence, int limit);
    // Most frequent whole order of the latest ten visits for the meal; else the hint; else empty.
    Result<std::vector<UsualLine>> usual(const DinerId& diner, Meal meal);
    Status replace_usual_hints(std::span<const UsualHint> hints);

    // --- what the district sends down; each replaces its whole table in one transaction
    Status replace_sites(std::span<const Site> sites);
    Status replace_subdistricts(std::span<const Subdistrict> subdistricts);
    Status replace_vendors(std::span<const Vendor> vendors);
    Status replace_staff(std::span<const Staff> staff);  // counted wrong PIN tries stay
    Status replace_menus(std::span<const Menu> menus);
    Status replace_policies(std::span<const PolicyText> policies);
    Result<std::optional<Site>> site(const SiteId& id);
    Result<std::vector<Site>> sites();
    Result<std::vector<Subdistrict>> subdistricts();
    Result<std::vector<Vendor>> vendors();
    Result<std::vector<Staff>> staff();
    // The site's own menu, else the district's (empty site); of that date, else weekly_menu.h's. Answers
    // with the date asked for and that date's sold-out marks.
    Result<std::optional<Menu>> menu(const SiteId& site, Date date, Meal meal);
    Status set_sold_out(const SiteId& site, Date date, Meal meal, const ItemId& item, bool sold_out);
    Result<std::vector<PolicyText>> policies();
    // The count is durable before the caller may look at the PIN.
    Result<PinTry> begin_pin_try(const StaffId& staff);
    Status pin_accepted(const StaffId& staff);  // also a manager's unlock

    // --- exchange with the district
    // Oldest entries not acknowledged, all of one epoch, in order.
    Result<std::vector<Entry>> pending_entries(int limit);
    // All of the epoch up to seq is acknowledged. conflict if our hash there is another.
    Status mark_acked(const EpochId& epoch, std::int64_t seq, const std::string& hash);
    // The district lost entries: send again from after seq.
    Status rewind_acked(const EpochId& epoch, std::int64_t seq);
    Result<std::vector<EpochState>> epochs();
    Result<std::optional<Entry>> entry(const EntryKey& key);
    Result<SyncState> sync_state();
    Status set_last_exchange(UtcInstant at);
    Status apply(const DistrictData& data);  // one transaction, the cursor with it

    payment::AttemptJournal& attempts();
    payment::RefundJournal& refund_tasks();
    RefundStore& refunds();
    LeaseStore& leases();
    SlipQueue& slips();
    CardShelf cards();
    Evidence evidence();
    DistrictWord district_word();
    // Every entry in order; stops when `sink` returns false.
    Status export_entries(const std::function<bool(const Entry&)>& sink);
    // Recomputes chain and derived tables. corrupt names the first bad entry.
    Result<VerifiedStore> verify();
    // Copies the database to a new file, without the signing key: keep that apart.
    Status backup(const std::string& file);

    struct Impl;
    explicit TerminalStore(std::unique_ptr<Impl> impl);
    TerminalStore(const TerminalStore&) = delete;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace mulin::sync
