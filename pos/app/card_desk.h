#pragma once
// The senior card's channel of this till: the district's account service over a mutual-TLS connection of
// its own, and the till's durable offline allowance. Numbers become keyed hashes here and go no further.
// Decides nothing about payments (payment/senior_card) or limits (sync/store/card_shelf.h).
// Threads: one at a time. The payment worker has one desk, the top-up desk another, each with a line of its own.

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

    // The same for a card that is known by its keyed hash: one of a diner's, without its number.
    payment::CardReply book_top_up(const sync::CardNote& top_up);
    payment::CardState state_of(const std::string& card);
    // Blocked at this till at once. True when the district knows it too; else it is told with the next exchange.
    payment::Result<bool> report_lost(const std::string& card);
    std::string hash_of(const std::string& number) const;

    payment::CardReply spend(const payment::CardDebit& debit) override;
    payment::CardReply find(const payment::AttemptId& id) override;
    payment::CardReply give_back(const payment::AttemptId& id) override;

  private:
    payment::CardReply ask(const sync::CardRequest& request, std::int64_t timeout_ms);

    sync::TerminalStore& store_;
    std::string hash_key_;
    const payment::Clock& clock_;
    OpenLine open_line_;
    std::optional<Line> line_;
    std::int64_t change_ = 0;  // of the district's data, in the last answer
    std::int64_t not_before_ms_ = 0;  // monotonic: no new try to connect before
};

// A line to the district that the till of DIR is enrolled in.
CardDesk::OpenLine card_line(const std::filesystem::path& dir);

// The channel as the till's table holds it; owns its desk. The store outlives it.
std::unique_ptr<payment::Adapter> make_senior_card_channel(sync::TerminalStore& store, const std::filesystem::path& dir,
                                                           const std::string& hash_key, const payment::Clock& clock);

}  // namespace mulin::pos
