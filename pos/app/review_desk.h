#pragma once
// ReviewDesk: gathers the evidence of payments and refunds that wait for a person, and carries out what
// was decided. A payment that was made pays for the order that still waits for it; when the meal was
// paid otherwise its money goes back. Calls from the thread that draws; work on the payment worker.

#include "pos/app/payment_desk.h"

namespace mulin::pos {

class ReviewDesk {
  public:
    ReviewDesk(Till& till, Inbox& inbox, const Phrases& phrases, PaymentDesk& payments)
        : till_(till), inbox_(inbox), phrases_(phrases), payments_(payments), checkout_(till) {}

    void load();
    void ask(const review::AskChannel& asked);
    void carry(const review::Carry& asked);

  private:
    void post_items();
    std::int64_t watch();
    review::Item item_of(const payment::Attempt& attempt);
    review::Item item_of(const payment::Refund& refund);
    payment::Result<text::Msg> decide_attempt(const review::Carry& asked);
    payment::Result<text::Msg> decide_refund(const review::Carry& asked);

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    PaymentDesk& payments_;
    Checkout checkout_;
    bool watching_ = false;
    std::vector<review::AskChannel> asked_;  // no answer yet
};

}  // namespace mulin::pos
