// The senior card in the contract suite, online onto an account service in memory. What happens offline is
// tests/payment/senior_card's and tests/sync/server's.

#include "payment/senior_card/senior_card_adapter.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/account_book.h"

namespace mulin::contract {
namespace {

using payment::Money;
using testing::AccountBook;
using testing::AccountScript;
using B = Behaviour;

std::optional<AccountScript> account_script(Behaviour behaviour) {
    switch (behaviour) {
        case B::approve: return AccountScript{};
        case B::decline: return AccountScript{};
        case B::no_connection: return AccountScript{.no_connection = true};
        case B::lose_the_request: return AccountScript{.lose_request = true};
        case B::lose_the_answer:
        case B::answer_after_deadline:
        case B::truncated_answer:
        case B::garbage_answer:
        case B::giant_answer:
        case B::slow_drip:
        case B::server_error:
        case B::paid_before_the_reverse: return AccountScript{.lose_answer = true};
        case B::arrive_late: return AccountScript{.late_by = 3};
        case B::wrong_amount: return AccountScript{.said_more = 100};
        case B::wrong_order: return AccountScript{.wrong_id = true};
        case B::unlisted_code: return AccountScript{.odd_code = "from_next_year"};
        case B::duplicate_number: return AccountScript{.odd_code = "conflict"};
        case B::system_error_then_found: return AccountScript{.odd_code = "internal"};
        case B::query_fails_first: return AccountScript{.lose_answer = true, .questions_fail = 2};
        case B::rate_limited: return AccountScript{.lose_answer = true, .questions_fail = 1};
        case B::reverse_too_late: return AccountScript{.reverse_too_late = true};
        case B::refund: return AccountScript{};
        case B::refund_answer_lost: return AccountScript{.refund_unheard = true};
        case B::refund_processing: return AccountScript{.refund_processing = 2};
        case B::refund_refused: return AccountScript{.refund_refused = true};
        default: return std::nullopt;
    }
}

class SeniorCardChannel final : public Channel {
  public:
    std::unique_ptr<payment::Adapter> make_adapter() override {
        return std::make_unique<payment::SeniorCardAdapter>(book_, nullptr);
    }
    std::optional<std::string> code_for(Behaviour behaviour) override {
        const auto script = account_script(behaviour);
        if (!script) return std::nullopt;
        book_.next = *script;
        return behaviour == B::decline ? "9310000000000002" : "9310000000000001";
    }
    std::optional<Money> held(const payment::AttemptId& id) override { return book_.held(id.text()); }
    std::optional<int> starts(const payment::AttemptId& id) override {
        const auto at = book_.bookings.find(id.text());
        return at == book_.bookings.end() ? 0 : at->second.debits;
    }
    std::string method() const override { return "senior_card"; }
    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> no;
        for (const auto waits : {B::wait_then_approve, B::wait_then_decline, B::wait_for_ever, B::busy_reverse,
                                 B::reverse_while_paying, B::lose_the_reverse_answer, B::late_success})
            no[waits] = "nobody types anything: an account is charged at once or not";
        for (const auto terminal : {B::busy_with_another, B::power_cycle, B::no_repeat_receipt, B::auto_reversal, B::card_removed})
            no[terminal] = "there is no terminal";
        for (const auto signs : {B::wrong_signature, B::wrong_clock, B::unsigned_error, B::wrong_merchant})
            no[signs] = "mutual TLS names both sides; an answer for another till is no answer";
        for (const auto sponsor : {B::platform_discount, B::merchant_discount}) no[sponsor] = "the account service knows no sponsors";
        return no;
    }

  private:
    AccountBook book_;
};

const RegisterChannel senior_card({"senior_card", [] { return std::make_unique<SeniorCardChannel>(); }, 25});

}  // namespace
}  // namespace mulin::contract
