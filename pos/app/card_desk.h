#pragma once
// The senior card's channel of this till: the district's account service over a mutual-TLS connection of
// its own, and the till's durable offline allowance. Numbers become keyed hashes here and go no further.
// Decides nothing about payments (payment/senior_card) or limits (sync/store/card_shelf.h).
// Threads: the payment worker.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "payment/port/adapter.h"
#include "payment/port/card_accounts.h"
#include "sync/client/enroll.h"
#include "sync/store/card_shelf.h"
#include "sync/wire/card_messages.h"

namespace mulin::pos {

class CardDesk final : public payment::CardAccounts, public payment::OfflineCards {
  public:
    // Gives the enrolment and a connection, or nothing while the till belongs to no district.
    struct Line {
        sync::Enrolment enrolment;
        std::unique_ptr<sync::Transport> transport;
    };
    using OpenLine = std::function<payment::Result<std::optional<Line>>()>;

    CardDesk(sync::TerminalStore& store, std::string hash_key, const payment::Clock& clock, OpenLine open_line)
        : store_(store), hash_key_(std::move(hash_key)), clock_(clock), open_line_(std::move(open_line)) {}

    payment::CardReply debit(const payment::CardDebit& debit) override;
    payment::CardReply query(const payment::AttemptId& id) override;
    payment::CardReply reverse(const payment::AttemptId& id) override;
    payment::CardReply refund(const payment::AttemptId& debit, const payment::RefundId& id, payment::Money amount) override;
    payment::CardReply refund_query(const payment::RefundId& id) override;
    // Online, or durably noted to be told later: the cash is in the drawer.
    payment::CardReply top_up(const payment::CardTopUp& top_up) override;
    payment::CardState state(const std::string& card) override;

    payment::CardReply spend(const payment::CardDebit& debit) override;
    payment::CardReply find(const payment::AttemptId& id) override;
    payment::CardReply give_back(const payment::AttemptId& id) override;

  private:
    payment::CardReply ask(const sync::CardRequest& request, std::int64_t timeout_ms);
    std::string hash_of(const std::string& number) const;

    sync::TerminalStore& store_;
    std::string hash_key_;
    const payment::Clock& clock_;
    OpenLine open_line_;
    std::optional<Line> line_;
    std::int64_t not_before_ms_ = 0;  // monotonic: no new try to connect before
};

// The channel as the till's table holds it; owns its desk. The store outlives it.
std::unique_ptr<payment::Adapter> make_senior_card_channel(sync::TerminalStore& store, const std::filesystem::path& dir,
                                                           const std::string& hash_key, const payment::Clock& clock);

}  // namespace mulin::pos
