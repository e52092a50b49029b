#pragma once
// The router: which screen an intent belongs to, and what a screen's effect means for the others. Pure:
// it changes AppState and answers with the work that is left for the workers. One thread.

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "pos/app/app_state.h"

namespace mulin::pos {

// --- Work for the workers; each comes back as intents
struct CommitCash { OpenSale sale; tender::CommitCash cash; };
struct CommitFree { OpenSale sale; };
struct StartAttempt { OpenSale sale; tender::StartAttempt start; };
struct CommitPaid { std::string ref; };  // approved before, but not written down: try again
struct ParkSale { std::string ref; };
struct TakeCash { OpenSale sale; tender::TakeCash cash; };
struct ResumeOrder { std::string ref; };
struct ForgetOrder { std::string ref; };  // its screen was left with nothing taken
struct IdentifyByScan { std::string code; std::int64_t scan_serial = 0; bool from_lookup = false; };
struct IdentifyByPick { sync::DinerId diner; };
struct VoidSale { correct::VoidSale asked; sync::StaffId cashier; };
struct LoadStaff {};
struct LoadShell {};
struct LoadMenu {};
struct LoadCorrect { day_report::SaleRow sale; SignedInStaff cashier; };
struct ReprintLast {};
// A shift for whoever signed in, if none is open: asks for the float first, or opens without one.
struct EnsureShift { sync::StaffId staff; bool ask_float = false; };
struct SetTraining { bool training = false; };
struct RegisterOpened {};
struct GiveRefund { refund::GiveBack asked; sync::StaffId cashier; };
struct TakeTopUp { top_up::TopUp asked; sync::StaffId cashier; };
struct ReportLostCard { top_up::ReportLost asked; sync::StaffId cashier; };
struct ReprintTopUp {};
struct OpenShiftNow { shift::OpenShift asked; sync::StaffId cashier; };
struct CloseShiftNow { shift::CloseShift asked; sync::StaffId cashier; };
struct ReprintShift {};
struct LoadRefund { sync::EntryKey sale; std::int64_t serial = 0; };  // one sale that is known already
enum class PinFor { sign_in, correct, tender, refund, review };
struct CheckStaffPin {  // for sign-in, or for the second person of what a screen asks for
    std::int64_t serial = 0;
    sync::StaffId staff;
    std::string pin;
    PinFor purpose = PinFor::sign_in;
};
using Work = std::variant<serve::RequestQuote, serve::SetSoldOut, IdentifyByScan, IdentifyByPick, lookup::Search,
                          CommitCash, CommitFree, CommitPaid, StartAttempt, tender::QueryAttempt, tender::GiveUpAttempt, ParkSale,
                          register_diner::CheckNumber, register_diner::CheckCard, register_diner::SaveDiner,
                          RegisterOpened, CheckStaffPin, VoidSale, LoadCorrect, day_report::LoadDay,
                          sync_status::LoadStatus, sync_status::StartExchange, settings::LoadSettings,
                          settings::RunDeviceTest, SetTraining, LoadStaff, LoadShell, LoadMenu, ReprintLast,
                          EnsureShift, TakeCash, tender::GiveBackPart, tender::SetTryAside, ResumeOrder, ForgetOrder,
                          refund::FindSales, refund::Preview, GiveRefund, LoadRefund, review::LoadItems, review::AskChannel,
                          review::Carry, top_up::LoadCards, top_up::FindCard, TakeTopUp, ReportLostCard, ReprintTopUp,
                          shift::LoadShift, OpenShiftNow, shift::Compare, CloseShiftNow, ReprintShift>;

// What a scanned code is, before anybody looked into the store.
struct ScanKind {
    bool is_payment_code = false;
    std::string wallet;  // "unionpay", ...: of a payment code
    bool is_slip = false;
};
using ReadScan = std::function<ScanKind(const std::string& code)>;

approve::Person person_of(const SignedInStaff& staff);
std::vector<approve::Person> people_of(const sign_in::State& state);

class Router {
  public:
    // next_ref makes a sale's reference (payment::IdSource).
    Router(AppState& state, std::function<std::string()> next_ref, ReadScan read_scan = {})
        : state_(state), next_ref_(std::move(next_ref)), read_scan_(std::move(read_scan)) {}

    std::vector<Work> apply(const AppIntent& intent);

  private:
    // Queued instead of recursed, so that one intent is finished before what it caused.
    void then(AppIntent intent) { queue_.push_back(std::move(intent)); }
    void work(Work item) { work_.push_back(std::move(item)); }
    void go(Screen screen) { state_.screen = screen; }

    void take(const ShellIntent& intent);
    void take(const serve::Intent& intent);
    void take(const lookup::Intent& intent);
    void take(const tender::Intent& intent);
    void take(const register_diner::Intent& intent);
    void take(const correct::Intent& intent);
    void take(const day_report::Intent& intent);
    void take(const sync_status::Intent& intent);
    void take(const sign_in::Intent& intent);
    void take(const settings::Intent& intent);
    void take(const refund::Intent& intent);
    void take(const review::Intent& intent);
    void take(const top_up::Intent& intent);
    void take(const shift::Intent& intent);

    void shell(const ShellArrived& arrived);
    void shell(const LinkArrived& arrived);
    void shell(const ClockTick& tick);
    void shell(const ToggleLanguage&);
    void shell(const SignOut&);
    void shell(const OpenToday&);
    void shell(const OpenSyncStatus&);
    void shell(const StaffKnown& known);
    void shell(const ScanRead& scan);
    void shell(const Toast& toast);
    void shell(const SaleDone& done);
    void shell(const ReviewsWaiting& waiting) { state_.shell.reviews = waiting.count; }
    void shell(const OpenReviews&);
    void shell(const OpenTopUp&);
    void shell(const OpenShiftScreen&);
    void shell(const NoShift&);
    void shell(const OpenRefund& open);
    void shell(const OrderFound& found);
    void shell(const OrderResumed& resumed);
    void shell(const ChannelTrouble& trouble);

    void start_tender(const serve::StartTender& order);
    void begin_tender(OpenSale sale, const std::string& tender, const std::string& payment_code);
    void perform(const tender::Effect& effect);
    ScanKind kind_of(const std::string& code) const { return read_scan_ ? read_scan_(code) : ScanKind{}; }
    void resume_found();
    void open_place(serve::Place place);
    void open_day_report();
    void end_sale();
    void post_standing_notices();

    AppState& state_;
    std::function<std::string()> next_ref_;
    ReadScan read_scan_;
    std::vector<AppIntent> queue_;
    std::vector<Work> work_;
};

}  // namespace mulin::pos
