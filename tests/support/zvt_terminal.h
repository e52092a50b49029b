#pragma once
// A card terminal that speaks ZVT over real TCP or over a pseudo-terminal, with a ledger of its own: what
// it has taken stays taken, whatever the till hears of it. How the next payment goes is a script. Where
// the documents leave a choice it behaves as terminals are reported to.
//
// Threads: its own one serves; every public call locks. It learns which payment of the till an amount
// belongs to from the till's notes file, since ZVT has no number of the till's.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "payment/card_terminal/card_terminal_messages.h"

namespace mulin::testing {

struct ZvtScript {
    // The payer.
    int wait_ms = 0;            // until the card is shown
    bool wait_for_ever = false;
    bool card_removed = false;  // clear abort, nothing taken
    int result_code = 0;        // of the host; not 00: nothing taken
    // The answer, once taken.
    enum class Answer { whole, none, silent, drip, truncated, garbage, giant } answer = Answer::whole;
    std::size_t drops = 12;     // of a dripping answer, and the pause after each
    int drop_ms = 150;
    int said_code = -1;         // another result code than the ledger's
    int end_code = -1;          // 06 1E with this code instead of report and completion
    std::int64_t said_amount_more = 0;  // also when the receipt is repeated
    bool other_terminal = false;
    bool old_receipt = false;   // names the receipt before
    bool auto_reversal = false; // 04 FF 05, then abort: it gives back what it took
    // The request.
    bool lose_request = false;  // hangs up on 06 01, takes nothing
    int late_by = 0;            // hangs up on 06 01, takes it after so many repeated receipts
    bool busy = false;          // 84 9C: still waiting on an earlier amount
    bool reversed_already = false;
    // Afterwards.
    bool forgets = false;       // power cycle: the number is gone
    bool empty_receipt = false; // 06 20 answers without one
    int hang_up = 0;            // so many connections after the payment end at once
    int busy_after = 0;         // so many registrations after it are answered 84 9C
    int aborts_refused = 0;     // so many 06 B0 are refused
    bool pays_then = false;     // ... and then the payer pays
    bool abort_unheard = false; // aborts, notes it on a receipt, and hangs up
    bool takes_it_after_all = false;  // aborted, and the host books it all the same
    bool reversal_impossible = false;
    bool reversal_unheard = false;    // the first is done, its answer is lost
};

struct ZvtSlip {
    std::string payment;  // the till's id
    std::int64_t receipt = 0;
    std::int64_t trace = 0;
    std::int64_t amount_fen = 0;
    int result_code = 0;
    std::int64_t undoes = 0;  // receipt that it reverses
    bool undone = false;
    bool hidden = false;      // forgotten in a power cycle
    ZvtScript script;
};

class ZvtPeer;

class ZvtTerminal {
  public:
    enum class Road { tcp, serial };
    ZvtTerminal(Road road, std::string notes_file);
    ~ZvtTerminal();
    ZvtTerminal(const ZvtTerminal&) = delete;
    ZvtTerminal& operator=(const ZvtTerminal&) = delete;

    int port() const { return port_; }
    const std::string& device() const { return device_; }
    static constexpr std::int64_t kTerminalId = 52'500'041;
    static constexpr int kCurrency = 156;
    static constexpr const char* kPassword = "123456";

    void next(const ZvtScript& script);
    void listen(bool on);  // off: nobody takes a connection
    // Taken minus given back for one payment of the till.
    std::int64_t held(const std::string& payment);
    int starts(const std::string& payment);
    std::vector<std::string> asked();  // every payment whose amount arrived
    std::vector<ZvtSlip> slips();
    std::vector<std::string> heard();  // every command as hex
    int end_of_days();

  private:
    void serve();
    void serve_tcp();
    void serve_serial();
    void talk(ZvtPeer& peer);
    bool answer(ZvtPeer& peer, const payment::zvt::Apdu& command);
    bool authorise(ZvtPeer& peer, std::int64_t amount_fen);
    bool wait_for_card(ZvtPeer& peer, const ZvtScript& script, std::int64_t amount_fen);
    bool say_result(ZvtPeer& peer, const ZvtSlip& slip);
    bool repeat(ZvtPeer& peer);
    bool reverse(ZvtPeer& peer, std::int64_t receipt);
    ZvtSlip& book(std::int64_t amount_fen, int code, const ZvtScript& script);
    std::string asked_for() const;
    payment::zvt::Apdu report_of(const ZvtSlip& slip) const;

    std::string notes_file_;
    int port_ = 0;
    std::string device_;
    int listener_ = -1;
    int master_ = -1;
    int slave_ = -1;
    std::atomic<bool> stop_{false};
    std::mutex mutex_;  // guards what follows
    ZvtScript script_;
    int hang_up_ = 0, busy_ = 0, late_ = -1;
    std::int64_t late_amount_ = 0;
    std::string late_for_;
    ZvtScript after_;  // of the newest payment
    std::vector<ZvtSlip> slips_;
    std::vector<std::string> heard_;
    std::map<std::string, int> starts_;
    std::int64_t next_receipt_ = 1;
    int end_of_days_ = 0;
    std::thread thread_;
};

}  // namespace mulin::testing
