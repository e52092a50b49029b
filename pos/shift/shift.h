#pragma once
// The shift: who has the drawer. Opened with a float and closed with what is found in the drawer, both
// counted by note and coin. The count is blind: what the drawer should hold is asked for only once the
// count is finished, and every further count is numbered. update() is pure; the sums are the store's.
// It never holds up serving: whoever leaves a count finds it as it was.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "payment/money/money.h"
#include "sync/model/kinds.h"

namespace mulin::pos::shift {

// Notes and coins of the renminbi that a drawer holds, in fen, largest first.
inline constexpr std::array<std::int64_t, 8> kPieces = {10'000, 5'000, 2'000, 1'000, 500, 100, 50, 10};
inline constexpr std::int64_t kMostPieces = 9'999;  // of one kind
// A larger difference needs a reason.
inline const sync::Money kReasonOver = sync::Money::fen(500);

using Counted = std::array<std::int64_t, kPieces.size()>;
sync::Money sum_of(const Counted& counted);

enum class Reason { change_wrong, cash_added, cash_taken, payment_wrong, float_wrong, unknown };
inline constexpr Reason kAllReasons[] = {Reason::change_wrong,  Reason::cash_added,  Reason::cash_taken,
                                         Reason::payment_wrong, Reason::float_wrong, Reason::unknown};
const char* name_of(Reason reason);

struct OpenNow {
    sync::ShiftId id;
    std::string cashier;  // name
    sync::UtcInstant since;
    sync::Money drawer_float;
};
struct ClosedShift {
    std::string cashier;
    sync::UtcInstant since;
    sync::UtcInstant until;
    sync::Money due;
    sync::Money counted;
    std::int64_t sales = 0;
};

enum class Phase {
    loading,
    opening,    // no shift is open: the float is counted
    counting,   // the drawer at the end, blind
    comparing,  // the count is finished, the sum is being worked out
    compared,   // difference, reason, and the choice to count again
    working,    // being written down
    closed,
};

struct State {
    Phase phase = Phase::loading;
    std::optional<OpenNow> open;
    Counted counted{};
    std::array<bool, kPieces.size()> touched{};  // counted, also when there were none
    std::size_t picked = 0;
    bool fresh = true;      // the next digit starts the number anew
    std::int64_t counts = 0;  // finished ones
    std::optional<sync::Money> due;  // only once a count is finished
    std::optional<Reason> reason;
    std::optional<ClosedShift> done;
    std::string message;
    std::int64_t serial = 0;
};

// --- Intents
struct Opened {};
// Also the answer to OpenShift: then on with serving.
struct ShiftArrived { std::int64_t serial = 0; std::optional<OpenNow> open; };
struct Pick { std::size_t index = 0; };
struct Key { char key = '0'; };  // digits, '<' backspace, 'c' clear
struct Next {};
struct OpenWithFloat {};
struct CountDone {};
struct Compared { std::int64_t serial = 0; sync::Money due; };
struct CountAgain {};
struct PickReason { Reason reason = Reason::unknown; };
struct CloseNow {};
struct Closed { std::int64_t serial = 0; ClosedShift result; };
struct Failed { std::int64_t serial = 0; std::string message; };
struct Reprint {};  // of the shift that was closed last
struct Leave {};
using Intent = std::variant<Opened, ShiftArrived, Pick, Key, Next, OpenWithFloat, CountDone, Compared, CountAgain, PickReason,
                            CloseNow, Closed, Failed, Reprint, Leave>;

// --- Effects
struct LoadShift { std::int64_t serial = 0; };
struct OpenShift { std::int64_t serial = 0; sync::Money drawer_float; };
struct Compare { std::int64_t serial = 0; sync::ShiftId shift; };
struct CloseShift {
    std::int64_t serial = 0;
    sync::ShiftId shift;
    Counted counted{};
    std::int64_t counts = 0;
    std::string reason;  // empty: the difference is small
};
struct ReprintSlip {};
struct Close {};     // back to serving
struct EndOfDay {};  // closed and left: nobody has the drawer
using Effect = std::variant<LoadShift, OpenShift, Compare, CloseShift, ReprintSlip, Close, EndOfDay>;

std::vector<Effect> update(State& state, const Intent& intent);

// --- What the view asks
sync::Money total(const State& state);
sync::Money difference(const State& state);  // counted less due; zero before it is known
bool needs_reason(const State& state);
bool can_close(const State& state);
bool something_counted(const State& state);

}  // namespace mulin::pos::shift
