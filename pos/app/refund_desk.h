#pragma once
// RefundDesk: what the refund screen asks for. Looking and previewing run on the payment worker too, so
// that what is shown is what is left. Plans that a channel has not finished go on by themselves, also
// after a restart. Calls from the thread that draws.

#include <functional>
#include <map>

#include "pos/app/payment_desk.h"
#include "pos/app/refund_sale.h"

namespace mulin::pos {

struct RefundMade {
    sync::CommittedRefund committed;
    sync::Sale sale;
};

class RefundDesk {
  public:
    RefundDesk(Till& till, Inbox& inbox, const Phrases& phrases, PaymentDesk& payments, std::function<void(const RefundMade&)> made);

    // Once the payment desk is there: goes on with what was begun before.
    void start();
    void find(const refund::FindSales& asked);
    void preview(const refund::Preview& asked);
    void give_back(const refund::GiveBack& asked, const sync::StaffId& cashier);
    // From a row of today's sales.
    void open_with(const sync::EntryKey& key, std::int64_t serial);

  private:
    refund::SaleFound found(const sync::SaleRecord& record);
    std::vector<refund::SaleFound> by_number(std::int64_t number);
    std::vector<refund::SaleFound> by_code(const std::string& code);
    void tell(std::int64_t serial, const Answer<RefundStanding>& standing);
    std::int64_t go_on();
    bool finish(const RefundStanding& standing);

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    PaymentDesk& payments_;
    std::function<void(const RefundMade&)> made_;
    std::map<std::string, std::int64_t> shown_;  // ref of a plan -> serial of the screen that waits for it
    bool recovered_ = false;
};

}  // namespace mulin::pos
