#pragma once
// Claim: what one served sale asks of the payers, with the facts that decide whether it stands. Not a
// sale (the signed entry is that) and not an opinion: every field is a fact that any second run finds
// again. Claims of one diner are judged together, in an order that their arrival cannot change.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/sale.h"

namespace mulin::sync::settlement {

// What a person decided about a claim that waits, or about an appeal: a further fact.
enum class Ruling {
    accept,     // what was objected to is in order: judged like any other
    vendor,     // from here on: who bears what the payers do not
    tolerance,
    diner,
};
const char* name_of(Ruling ruling);
std::optional<Ruling> parse_ruling(std::string_view name);

// What speaks for or against a claim beside its amounts.
struct Circumstances {
    bool home_site = false;          // the diner's own canteen, which may grant while offline
    bool forked = false;             // its till's chain has a second version
    bool identity_disputed = false;  // the diner says it was somebody else
    bool denied_card = false;        // taken after the till held the list that blocks the card
    bool lease_exceeded = false;     // served beyond what the till may grant unsupervised
    bool clock_untrusted = false;    // its time lies outside what the district can believe
    bool overridden = false;         // a person set a refusal aside
    bool rules_out_of_date = false;  // the till said so itself: the district's word had run out
    bool voided = false;             // a void record names it
    std::optional<Ruling> ruling;
    friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

struct Claim {
    EntryKey entry;
    std::string entry_hash;  // 64 hex: which version of the entry this speaks of
    DinerId diner;
    Date business_date;
    Meal meal = Meal::lunch;
    SiteId site;
    VendorId vendor;
    UtcInstant not_before;            // earliest time it can have been served
    // Each payer once, by name; amounts > 0. What a payer owes the operator beside the price stands
    // under kOperator and its name.
    std::vector<PayerShare> claimed;
    std::vector<PayerShare> returned;  // of these, given back by refunds
    Circumstances circumstances;
    friend bool operator==(const Claim&, const Claim&) = default;
};

// "T01/e1/12"
std::string entry_text(const EntryKey& entry);

inline constexpr const char* kOperator = "operator:";
bool is_for_operator(const std::string& payer);

// The order in which claims of one diner come first: date and meal, own canteen, then time, then
// till, epoch, seq. Total over different entries, and independent of when or how they arrived.
bool comes_before(const Claim& a, const Claim& b);

// Adds up shares by payer, sorted by payer's name, without zeros.
std::vector<PayerShare> summed(const std::vector<PayerShare>& shares);

// a - b for every payer, nothing below zero; both summed().
std::vector<PayerShare> beyond(const std::vector<PayerShare>& a, const std::vector<PayerShare>& b);

// The smaller of both for every payer; both summed().
std::vector<PayerShare> within(const std::vector<PayerShare>& a, const std::vector<PayerShare>& b);

Money total(const std::vector<PayerShare>& shares);

}  // namespace mulin::sync::settlement
