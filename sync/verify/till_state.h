#pragma once
// What is known of a till's chain up to its newest checked entry.

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mulin::verify {

struct Totals {
    std::int64_t benefit_fen = 0, list_fen = 0, paid_fen = 0, sales = 0, voids = 0;
    friend bool operator==(const Totals&, const Totals&) = default;
};

// What an entry took back of a sale.
struct Taken {
    std::string epoch;
    std::int64_t seq = 0;
    std::int64_t value_fen = 0, paid_fen = 0;
    bool voids = false;
};

// What is left of a sale that later entries may take back.
struct Standing {
    std::int64_t value_fen = 0;  // list and delivery
    std::int64_t paid_fen = 0;
    bool voided = false;
    bool refunded = false;
    std::vector<Taken> taken;
};

// An entry that was checked: all that a branch needs to go on from it.
struct Step {
    std::array<char, 32> hash{};
    std::size_t epoch = 0;  // in epoch_names
    std::int64_t seq = 0;
    Totals totals;
};

// One branch of a till's chain, from its first entry to its end.
struct TillState {
    std::string key;        // 64 hex: in force
    std::string first_key;  // that the chain began with, from outside
    std::string epoch;
    std::int64_t seq = 0;
    std::string hash = std::string(64, '0');
    Totals totals;
    std::set<std::string> epochs;
    std::map<std::pair<std::string, std::int64_t>, Standing> sales;  // by epoch and seq
    std::map<std::pair<std::string, std::int64_t>, std::string> closes;  // hash of each shift_close
    bool key_changed = false;       // by the entry before: the new key's epoch must follow
    std::int64_t root_number = 0;   // newest district_root
    std::string root_digest;
    std::vector<Step> steps;
    std::vector<std::string> epoch_names;
    std::vector<std::pair<std::size_t, std::string>> keys;  // in force before the step of that place, which changed it
    std::vector<std::pair<std::size_t, std::pair<std::int64_t, std::string>>> roots;  // held from that step on
    struct {
        std::set<std::string> epochs;
        std::string epoch;
        std::int64_t seq = 0;
    } earlier;  // where the state stood that this was taken up from
    bool resumed = false;  // taken up from a state: lines from before its head are passed over
    std::size_t passed = 0;  // steps that came again so far
    bool broken = false;  // nothing after its first finding can be trusted
    std::int64_t entries = 0;
};

}  // namespace mulin::verify
