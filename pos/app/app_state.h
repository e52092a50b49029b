#pragma once
// Everything the window knows: the state of every screen, which one is on top, and the shell around
// them. Owned by the thread that draws. Intents from any screen, from workers and from the keyboard are
// one variant, applied one after the other, so a day at the till is a list that can be replayed.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/correct/correct.h"
#include "pos/day_report/day_report.h"
#include "pos/lookup/lookup.h"
#include "pos/refund/refund.h"
#include "pos/register_diner/register_diner.h"
#include "pos/review/review.h"
#include "pos/serve/serve.h"
#include "pos/settings/settings.h"
#include "pos/sign_in/sign_in.h"
#include "pos/sync_status/sync_status.h"
#include "pos/shift/shift.h"
#include "pos/tender/tender.h"
#include "pos/top_up/top_up.h"

namespace mulin::pos {

enum class Screen { sign_in, serve, lookup, register_diner, tender, day_report, correct, refund, review, top_up, shift, sync_status, settings };
const char* screen_name(Screen screen);

struct SignedInStaff {
    sync::StaffId id;
    std::string name;
    sync::Role role = sync::Role::cashier;
};

// What the top bar and the routing need, beside the screens.
struct Shell {
    std::optional<SignedInStaff> staff;
    std::string site_zh;
    std::string site_en;
    sync::Meal meal = sync::Meal::lunch;
    std::optional<sync::ServingWindow> window;
    sync::UtcInstant now;
    bool clock_suspect = false;
    bool training = false;
    std::int64_t served_today = 0;
    sync_status::Status link;
    bool english = false;
    std::int64_t offline_long_minutes = 24 * 60;
    // Money that waits for a person; the sign stands on every screen.
    std::int64_t reviews = 0;
    std::int64_t scan_ignored_until_ms = 0;
    bool can_present = false;  // a channel here shows a code for the payer
    std::map<std::string, std::string> channel_trouble;  // tender -> why it cannot be used now
    std::vector<std::string> channels_out;               // wallets and tenders to avoid: the sign on every screen
    std::string toast;
    std::int64_t toast_until_ms = 0;
};

// The sale whose money is being taken.
struct OpenSale {
    std::string ref;
    sync::StaffId cashier;
    serve::StartTender order;
};

// A sale that was paid in part when its screen was left, or when the till stopped.
struct FoundOrder {
    std::string ref;
    std::string taken;  // yuan
    // Monotonic. Put aside it comes back after a while, or when somebody signs in.
    std::int64_t not_before_ms = 0;
};

struct AppState {
    Screen screen = Screen::sign_in;
    Shell shell;
    serve::State serve;
    lookup::State lookup;
    tender::State tender;
    register_diner::State register_diner;
    correct::State correct;
    refund::State refund;
    Screen refund_from = Screen::serve;  // where leaving it leads back to
    review::State review;
    top_up::State top_up;
    shift::State shift;
    day_report::State day_report;
    sync_status::State sync_status;
    sign_in::State sign_in;
    settings::State settings;
    std::optional<OpenSale> sale;
    std::vector<FoundOrder> found;
};

// --- Intents of the shell itself
struct ShellArrived {  // read by a worker; replaces what it names
    std::string site_zh;
    std::string site_en;
    sync::Meal meal = sync::Meal::lunch;
    std::optional<sync::ServingWindow> window;
    std::int64_t served_today = 0;
    bool training = false;
    bool clock_suspect = false;
};
struct LinkArrived { sync_status::Status link; };
struct ClockTick { sync::UtcInstant now; std::int64_t now_ms = 0; };
struct ToggleLanguage {};
struct SignOut {};
struct OpenToday {};
struct OpenSyncStatus {};
struct OpenReviews {};
struct OpenTopUp {};  // of the diner who stands at the counter, if any
struct OpenShiftScreen {};
struct NoShift {};  // somebody signed in, and nobody has the drawer
struct OpenRefund { std::optional<sync::EntryKey> sale; };
struct StaffKnown { SignedInStaff staff; };
struct ScanRead { std::string code; std::int64_t now_ms = 0; };
struct ReviewsWaiting { std::int64_t count = 0; };
struct OrderFound { std::string ref; std::string taken; };
struct OrderResumed { tender::Resume resume; };
struct ChannelTrouble {  // replaces the former
    std::map<std::string, std::string> trouble;  // by tender
    std::vector<std::string> names;              // "wechat", "alipay", "unionpay", "qr", "senior_card", "bank_card"
};
struct Toast { std::string text; std::int64_t now_ms = 0; };
// A sale is durable: every screen that shows it learns of it.
struct SaleDone {
    serve::LastSale sale;
    std::string ref;
    std::int64_t now_ms = 0;
    bool was_parked = false;  // paid after the queue had moved on
};
using ShellIntent = std::variant<ShellArrived, LinkArrived, ClockTick, ToggleLanguage, SignOut, OpenToday,
                                 OpenSyncStatus, StaffKnown, ScanRead, Toast, SaleDone,
                                 OpenReviews, OpenTopUp, OpenShiftScreen, NoShift, OpenRefund, ReviewsWaiting, OrderFound, OrderResumed, ChannelTrouble>;

using AppIntent = std::variant<ShellIntent, serve::Intent, lookup::Intent, tender::Intent, register_diner::Intent,
                               correct::Intent, day_report::Intent, sync_status::Intent, sign_in::Intent,
                               settings::Intent, refund::Intent, review::Intent, top_up::Intent, shift::Intent>;

}  // namespace mulin::pos
