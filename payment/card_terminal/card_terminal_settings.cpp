// From a channel's settings to an adapter.

#include <algorithm>

#include "payment/card_terminal/card_terminal_adapter.h"

namespace mulin::payment {
namespace {

bool is_digits(const std::string& text, std::size_t length) {
    return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

tl::unexpected<Error> wrong(const ChannelSettings& settings, const std::string& what) {
    return fail(ErrorCode::invalid_input, "Payment channel " + settings.channel() + ": " + what + ".");
}

Status read_times(const ChannelSettings& from, CardTerminalSettings& to) {
    zvt::Timings& t = to.line.timings;
    constexpr std::int64_t kLongest = 600'000;
    MULIN_TRY(t.t1_ms, from.number_or("t1_ms", t.t1_ms, 1, kLongest));
    MULIN_TRY(t.t2_ms, from.number_or("t2_ms", t.t2_ms, 1, kLongest));
    MULIN_TRY(t.t3_ms, from.number_or("t3_ms", t.t3_ms, 1, kLongest));
    MULIN_TRY(t.t4_ms, from.number_or("t4_ms", t.t4_ms, 1, kLongest));
    MULIN_TRY(t.connect_ms, from.number_or("connect_ms", t.connect_ms, 1, kLongest));
    MULIN_TRY(to.poll.give_up_ms, from.number_or("give_up_ms", to.poll.give_up_ms, 1'000, 3'600'000));
    MULIN_TRY(to.start_wait_ms, from.number_or("start_wait_ms", to.start_wait_ms, 0, kLongest));
    MULIN_TRY(to.query_wait_ms, from.number_or("query_wait_ms", to.query_wait_ms, 0, kLongest));
    MULIN_TRY(to.reverse_wait_ms, from.number_or("reverse_wait_ms", to.reverse_wait_ms, 0, kLongest));
    return ok();
}

Status read_line(const ChannelSettings& from, CardTerminalSettings& to) {
    to.line.host = from.text_or("host", "");
    to.line.device = from.text_or("device", "");
    if (to.line.host.empty() == to.line.device.empty()) {
        return wrong(from, "give either host (network) or device (serial line)");
    }
    MULIN_TRY(const auto port, from.number_or("port", to.line.port, 1, 65535));
    to.line.port = static_cast<int>(port);
    MULIN_TRY(to.line.baud, from.number_or("baud", to.line.baud, 9'600, 115'200));
    return ok();
}

}  // namespace

Result<std::unique_ptr<Adapter>> make_card_terminal_adapter(const ChannelSettings& settings, const AdapterSeams&) {
    MULIN_TRY_STATUS(settings.only({"host", "port", "device", "baud", "notes_file", "password", "currency", "terminal_id",
                                    "t1_ms", "t2_ms", "t3_ms", "t4_ms", "connect_ms", "give_up_ms", "start_wait_ms",
                                    "query_wait_ms", "reverse_wait_ms"}));
    CardTerminalSettings made;
    made.name = settings.channel();
    MULIN_TRY_STATUS(read_line(settings, made));
    MULIN_TRY_STATUS(read_times(settings, made));
    MULIN_TRY(made.notes_file, settings.text("notes_file"));
    made.terminal.password = settings.text_or("password", made.terminal.password);
    if (!is_digits(made.terminal.password, 6)) return wrong(settings, "password must have six digits");
    MULIN_TRY(const auto currency, settings.number_or("currency", made.terminal.currency, 1, 999));
    made.terminal.currency = static_cast<int>(currency);
    made.terminal_id = settings.text_or("terminal_id", "");
    if (!made.terminal_id.empty() && !is_digits(made.terminal_id, 8)) return wrong(settings, "terminal_id must have eight digits");
    MULIN_TRY(auto adapter, CardTerminalAdapter::make(std::move(made)));
    return std::unique_ptr<Adapter>(std::move(adapter));
}

}  // namespace mulin::payment
