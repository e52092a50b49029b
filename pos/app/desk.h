#pragma once
// Desk: carries out the router's work for the window. Quick questions to the store (quotes, lookups,
// counts) run on one worker; money on the payment desk; network on the link; paper and sound on
// AfterSale. Answers come back through the inbox. Made and called on the thread that draws.

#include "pos/app/after_sale.h"
#include "pos/app/day_view.h"
#include "pos/app/inbox.h"
#include "pos/app/link.h"
#include "pos/app/payment_desk.h"
#include "pos/app/refund_desk.h"
#include "pos/app/review_desk.h"
#include "pos/app/router.h"
#include "pos/app/till.h"
#include "pos/app/top_up_desk.h"

namespace mulin::pos {

class Desk {
  public:
    Desk(Till& till, Inbox& inbox, const Phrases& phrases);

    void perform(const Work& work, sync::Meal meal);

  private:
    void run(const serve::RequestQuote& asked);
    void run(const serve::SetSoldOut& asked);
    void run(const IdentifyByScan& asked);
    void run(const IdentifyByPick& asked);
    void run(const lookup::Search& asked);
    void run(const CommitCash& asked);
    void run(const CommitFree& asked);
    void run(const CommitPaid& asked);
    void run(const StartAttempt& asked);
    void run(const tender::QueryAttempt& asked);
    void run(const tender::GiveUpAttempt& asked);
    void run(const ParkSale& asked);
    void run(const TakeCash& asked);
    void run(const tender::GiveBackPart& asked);
    void run(const tender::SetTryAside& asked);
    void run(const ResumeOrder& asked);
    void run(const refund::FindSales& asked) { refunds_.find(asked); }
    void run(const refund::Preview& asked) { refunds_.preview(asked); }
    void run(const GiveRefund& asked) { refunds_.give_back(asked.asked, asked.cashier); }
    void run(const LoadRefund& asked) { refunds_.open_with(asked.sale, asked.serial); }
    void run(const review::LoadItems&) { reviews_.load(); }
    void run(const review::AskChannel& asked) { reviews_.ask(asked); }
    void run(const review::Carry& asked) { reviews_.carry(asked); }
    void run(const ForgetOrder& asked);
    void run(const register_diner::CheckNumber& asked);
    void run(const register_diner::CheckCard& asked);
    void run(const register_diner::SaveDiner& asked);
    void run(const RegisterOpened&);
    void run(const CheckStaffPin& asked);
    void run(const VoidSale& asked);
    void run(const LoadCorrect& asked);
    void run(const day_report::LoadDay& asked);
    void run(const sync_status::LoadStatus&);
    void run(const sync_status::StartExchange&);
    void run(const settings::LoadSettings&);
    void run(const settings::RunDeviceTest& asked);
    void run(const SetTraining& asked);
    void run(const LoadStaff&);
    void run(const LoadShell&);
    void run(const LoadMenu&);
    void run(const ReprintLast&);
    void run(const EnsureShift& asked);
    void run(const top_up::LoadCards& asked) { top_ups_.load_cards(asked); }
    void run(const top_up::FindCard& asked) { top_ups_.find(asked); }
    void run(const TakeTopUp& asked) { top_ups_.top_up(asked.asked, asked.cashier); }
    void run(const ReportLostCard& asked) { top_ups_.report_lost(asked.asked, asked.cashier); }
    void run(const ReprintTopUp&) { after_sale_.reprint_last(); }
    void run(const shift::LoadShift& asked);
    void run(const OpenShiftNow& asked);
    void run(const shift::Compare& asked);
    void run(const CloseShiftNow& asked);
    void run(const ReprintShift&) { after_sale_.reprint_shift(); }

    TenderOrder tender_order(const OpenSale& sale) const;
    void identified(const sync::DinerId& id, std::int64_t serial, serve::Presented presented);
    void post_menu();
    void post_shell();
    sync::Date today() { return payment::china_date(till_.now().at); }

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    sync::Meal meal_ = sync::Meal::lunch;
    AfterSale after_sale_;
    Link link_;
    // Before the desk whose worker uses them: it is joined first.
    RefundDesk refunds_;
    ReviewDesk reviews_;
    PaymentDesk payments_;
    TopUpDesk top_ups_;
    DayView day_view_;  // of the worker
    Worker worker_;
};

}  // namespace mulin::pos
