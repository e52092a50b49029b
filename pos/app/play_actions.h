#pragma once
// The actions of `play` as plain values, and their JSON. No till in here: play_sell.cpp and play.cpp
// carry them out.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/app/order.h"
#include "pos/app/refusal.h"
#include "sync/model/refund_record.h"
#include "sync/store/refund_store.h"
#include "sync/store/terminal_store.h"

namespace mulin::pos {

struct TenderAsked {
    std::string method;
    std::string code;  // payment code or card number
    std::optional<sync::Money> amount;
    std::optional<sync::Money> given;
};

struct SellAction {
    Order order;
    std::vector<TenderAsked> tenders;
};
struct VoidAction {
    std::string epoch;
    std::int64_t seq = 0;
    std::string reason;
    std::string approver;
};
struct RefundAction {
    std::string epoch;
    std::int64_t seq = 0;
    struct Line { std::int64_t line = 0; std::int64_t quantity = 1; };
    std::vector<Line> lines;  // none: all that is left
    std::string reason;
    std::string approver;
};
struct TopUpAction {
    std::string card;  // its number
    sync::Money amount;
    std::optional<sync::Money> given;
};
struct OpenShiftAction { sync::Money drawer_float; std::string cashier; };
struct CloseShiftAction { std::optional<sync::Money> counted; std::string cashier; };
struct StatusAction {};

struct Action {
    std::string ref;
    std::variant<SellAction, VoidAction, RefundAction, TopUpAction, OpenShiftAction, CloseShiftAction, StatusAction> what;
};

// ref_json gets the line's ref as JSON ("null" when it has none), also when the line is refused.
Answer<Action> parse_action(const std::string& line, std::string& ref_json);

// Answers, one line of JSON each, without a newline.
std::string sale_answer(const std::string& ref, const sync::CommittedSale& sale);
std::string void_answer(const std::string& ref, const sync::EntryKey& key, const sync::EntryKey& target);
std::string refund_answer(const std::string& ref, const sync::EntryKey& key, const sync::RefundRecord& record);
// balance: none when the district hears of it later.
std::string top_up_answer(const std::string& ref, const sync::CommittedTopUp& made, std::optional<sync::Money> balance);
std::string shift_answer(const std::string& ref, const sync::ShiftOpen& shift);
std::string shift_answer(const std::string& ref, const sync::ShiftClose& shift);
std::string status_answer(const std::string& ref, const sync::TillId& till, const sync::SyncState& sync,
                          const std::optional<sync::ShiftOpen>& shift, const sync::DayReport& day);
std::string refusal_answer(const std::string& ref_json, const Refused& refused,
                           const std::vector<payment::Attempt>& attempts = {});

}  // namespace mulin::pos
