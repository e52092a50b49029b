#pragma once
// ChannelHealth: which payment channels the cashier had better avoid just now, from what their attempts
// came to. Pure: told of attempts, alarms and answers with the time, it says what is so and whom to ask. Out
// of order is a channel that was silent twice running, or that says it is wrongly set up. One clear answer
// ends it, to a payment or to the harmless question (a payment that never was) that a silent one is asked now
// and then. So does time: without news the channel may be tried again, and one more silence puts the sign back.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "payment/port/charge.h"
#include "pos/app/till_config.h"

namespace mulin::pos {

enum class ChannelState { works, unreachable, misconfigured };

class ChannelHealth {
  public:
    static constexpr int kSilences = 2;
    static constexpr std::int64_t kTryAgainMs = 120'000;
    static constexpr std::int64_t kAskEveryMs = 20'000;

    // After each change of an attempt. Times are monotonic.
    void heard(const payment::Attempt& attempt, std::int64_t now_ms);
    void alarm(const payment::Alarm& alarm, std::int64_t now_ms);
    // Silent channels that are to be asked whether they are there again; each is named once until it is due anew.
    std::vector<std::string> ask_now(std::int64_t now_ms);
    // When the next one is to be asked; none: nobody.
    std::optional<std::int64_t> next_question(std::int64_t now_ms) const;
    // What came back: whatever the channel says of a payment that never was, it is there.
    void asked(const std::string& channel, const payment::AttemptResult& answer, std::int64_t now_ms);
    // Those that do not work.
    std::map<std::string, ChannelState> out_of_order(std::int64_t now_ms) const;
    // When out_of_order() next changes by time alone.
    std::optional<std::int64_t> next_change(std::int64_t now_ms) const;

  private:
    struct News {
        int silences = 0;
        bool misconfigured = false;
        std::int64_t at_ms = 0;
        std::int64_t asked_ms = 0;
    };
    static std::int64_t question_of(const News& news);
    static bool is_silent(const News& news, std::int64_t now_ms);
    std::map<std::string, News> news_;
    // Attempt and what was last heard of it: the same news is not counted twice.
    std::map<std::string, std::int64_t> counted_;
};

// What the screens say of it. A tender is out of order when every channel behind it is.
struct Outage {
    std::map<std::string, ChannelState> tenders;  // "qr", "senior_card", "bank_card"
    std::set<std::string> names;                  // wallets of codes, and tenders: for the sign on every screen
};
Outage outage_of(const TillConfig& config, const std::map<std::string, ChannelState>& out_of_order);

}  // namespace mulin::pos
