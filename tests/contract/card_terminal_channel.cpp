// The bank-card terminal in the contract suite: the adapter over real TCP, and over a pseudo-terminal,
// onto a terminal with a ledger of its own.

#include <cstdlib>
#include <filesystem>

#include "payment/base/check.h"
#include "payment/base/clock.h"
#include "payment/card_terminal/card_terminal_adapter.h"
#include "tests/contract/channel_under_test.h"
#include "tests/support/zvt_terminal.h"

namespace mulin::contract {
namespace {

using payment::Money;
using testing::ZvtScript;
using testing::ZvtTerminal;
using B = Behaviour;

// Behaviours that a terminal of this kind can have, each as its script.
std::optional<ZvtScript> terminal_script(Behaviour behaviour) {
    using A = ZvtScript::Answer;
    switch (behaviour) {
        case B::approve: return ZvtScript{};
        case B::decline: return ZvtScript{.result_code = 0x05};
        case B::wait_then_approve: return ZvtScript{.wait_ms = 900};
        case B::wait_then_decline: return ZvtScript{.wait_ms = 900, .result_code = 0x51};
        case B::wait_for_ever: return ZvtScript{.wait_for_ever = true};
        case B::lose_the_request: return ZvtScript{.lose_request = true};
        case B::lose_the_answer: return ZvtScript{.answer = A::none};
        case B::answer_after_deadline: return ZvtScript{.answer = A::silent};
        case B::slow_drip: return ZvtScript{.answer = A::drip};
        case B::truncated_answer: return ZvtScript{.answer = A::truncated};
        case B::garbage_answer: return ZvtScript{.answer = A::garbage};
        case B::giant_answer: return ZvtScript{.answer = A::giant};
        case B::arrive_late: return ZvtScript{.late_by = 3};
        case B::server_error: return ZvtScript{.end_code = 0xFF};
        case B::system_error_then_found: return ZvtScript{.end_code = 0x7D};
        case B::wrong_amount: return ZvtScript{.said_amount_more = 100};
        case B::wrong_order: return ZvtScript{.old_receipt = true};
        case B::wrong_merchant: return ZvtScript{.other_terminal = true};
        case B::unlisted_code: return ZvtScript{.said_code = 0x37};
        case B::query_fails_first: return ZvtScript{.answer = A::none, .hang_up = 2};
        case B::rate_limited: return ZvtScript{.answer = A::none, .busy_after = 1};
        case B::busy_reverse: return ZvtScript{.wait_for_ever = true, .aborts_refused = 2};
        case B::reverse_while_paying: return ZvtScript{.wait_for_ever = true, .aborts_refused = 1, .pays_then = true};
        case B::lose_the_reverse_answer: return ZvtScript{.wait_for_ever = true, .abort_unheard = true};
        case B::paid_before_the_reverse: return ZvtScript{.answer = A::none};
        case B::late_success: return ZvtScript{.wait_for_ever = true, .takes_it_after_all = true};
        case B::reverse_too_late: return ZvtScript{.reversal_impossible = true};
        case B::busy_with_another: return ZvtScript{.busy = true};
        case B::power_cycle: return ZvtScript{.answer = A::none, .forgets = true};
        case B::no_repeat_receipt: return ZvtScript{.answer = A::none, .empty_receipt = true};
        case B::auto_reversal: return ZvtScript{.auto_reversal = true};
        case B::card_removed: return ZvtScript{.card_removed = true};
        default: return std::nullopt;
    }
}

class CardTerminalChannel final : public Channel {
  public:
    explicit CardTerminalChannel(ZvtTerminal::Road road)
        : folder_(make_folder()), road_(road), terminal_(road, folder_ + "/notes") {}
    ~CardTerminalChannel() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<payment::Adapter> make_adapter() override {
        auto made = payment::make_card_terminal_adapter(settings(), seams_);
        MULIN_CHECK(made.has_value());
        return std::move(*made);
    }

    std::optional<std::string> code_for(Behaviour behaviour) override {
        if (cannot().contains(behaviour)) return std::nullopt;
        terminal_.listen(road_ == ZvtTerminal::Road::tcp && behaviour != B::no_connection);
        terminal_.next(terminal_script(behaviour).value_or(ZvtScript{}));
        return "";
    }

    std::optional<Money> held(const payment::AttemptId& id) override { return Money::fen(terminal_.held(id.text())); }
    std::optional<int> starts(const payment::AttemptId& id) override { return terminal_.starts(id.text()); }
    std::vector<payment::AttemptId> known() override {
        std::vector<payment::AttemptId> all;
        for (const auto& id : terminal_.asked()) all.emplace_back(id);
        return all;
    }
    std::string method() const override { return "bank_card"; }
    std::optional<OwnProcess> own_process() override { return OwnProcess{"card_terminal", settings()}; }

    std::map<Behaviour, std::string> cannot() const override {
        std::map<Behaviour, std::string> no = {
            {B::wrong_signature, "ZVT signs nothing: the line is a private cable"},
            {B::wrong_clock, "its clock decides nothing"},
            {B::unsigned_error, "ZVT signs nothing: the line is a private cable"},
            {B::duplicate_number, "ZVT carries no number of the till's"},
            {B::platform_discount, "a terminal reports no sponsors"},
            {B::merchant_discount, "a terminal reports no sponsors"},
            {B::refund, "only whole payments go back, by reversing the receipt"},
            {B::refund_answer_lost, "only whole payments go back, by reversing the receipt"},
            {B::refund_processing, "a reversal is done or not"},
            {B::refund_refused, "only whole payments go back, by reversing the receipt"},
        };
        if (road_ == ZvtTerminal::Road::serial) {
            no[B::no_connection] = "a serial line has no connection; silence is tested beside the suite";
            for (const auto hangs_up : {B::query_fails_first, B::giant_answer})
                no[hangs_up] = "nobody can hang up a serial line";
        }
        return no;
    }

  private:
    static std::string make_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "mulin-terminal-XXXXXX").string();
        MULIN_CHECK(::mkdtemp(pattern.data()) != nullptr);
        return pattern;
    }

    payment::ChannelSettings settings() const {
        std::map<std::string, std::string> values = {
            {"notes_file", folder_ + "/notes"}, {"password", ZvtTerminal::kPassword}, {"currency", "156"},
            {"terminal_id", "52500041"},        {"t1_ms", "100"},                     {"t2_ms", "900"},
            {"t3_ms", "300"},                   {"t4_ms", "350"},                     {"connect_ms", "300"},
            {"start_wait_ms", "650"},           {"query_wait_ms", "100"},             {"reverse_wait_ms", "600"},          {"give_up_ms", "6000"}};
        if (road_ == ZvtTerminal::Road::tcp) {
            values["host"] = "127.0.0.1";
            values["port"] = std::to_string(terminal_.port());
        } else {
            values["device"] = terminal_.device();
        }
        return {"card_terminal", values};
    }

    std::string folder_;
    ZvtTerminal::Road road_;
    ZvtTerminal terminal_;
    payment::SystemClock clock_;
    payment::SystemRandom random_;
    payment::AdapterSeams seams_{clock_, random_};
};

const RegisterChannel tcp(
    {"card_terminal_tcp", [] { return std::make_unique<CardTerminalChannel>(ZvtTerminal::Road::tcp); }, 32});
const RegisterChannel serial(
    {"card_terminal_serial", [] { return std::make_unique<CardTerminalChannel>(ZvtTerminal::Road::serial); }, 29});

}  // namespace
}  // namespace mulin::contract
