#include "payment/host/plugin_adapter.h"

#include <dlfcn.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>

#include "payment/port/plugin_abi.h"

namespace mulin::payment::host {
namespace {

// The part of the table every library has; later fields may be missing.
constexpr std::size_t kLeastTable = offsetof(mulin_plugin_api, cancel);

std::string lines_of(const std::map<std::string, std::string>& values) {
    std::string text;
    for (const auto& [key, value] : values) {
        if (value.find('\n') == std::string::npos) text += key + "=" + value + "\n";
    }
    return text;
}

std::map<std::string, std::string> values_of(const std::string& text) {
    std::map<std::string, std::string> values;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        const auto equals = text.find('=', from);
        if (equals < end) values[text.substr(from, equals - from)] = text.substr(equals + 1, end - equals - 1);
        from = end + 1;
    }
    return values;
}

template <std::size_t n>
mulin_buffer buffer_over(std::array<char, n>& bytes) {
    return {bytes.data(), static_cast<std::uint32_t>(n), 0};
}

// The buffers of one call, and the result that points into them.
struct Room {
    std::array<char, 128> id{};
    std::array<char, 8192> refs{};
    std::array<char, 128> code{};
    std::array<char, 1024> text{};
    std::array<char, 4096> presented{};
    std::array<char, 1024> discounts{};
    mulin_result result{};

    Room() {
        result.struct_size = sizeof(mulin_result);
        result.echo_amount_fen = -1;
        result.echo_attempt_id = buffer_over(id);
        result.refs = buffer_over(refs);
        result.channel_code = buffer_over(code);
        result.channel_text = buffer_over(text);
        result.presented = buffer_over(presented);
        result.discounts = buffer_over(discounts);
    }
    // A library that writes beyond its buffer harms only this process; what it says is still bounded.
    static std::string taken(const mulin_buffer& buffer, std::size_t room, const char* from) {
        return buffer.size <= room ? std::string(from, buffer.size) : std::string();
    }
    std::string echo_id() const { return taken(result.echo_attempt_id, id.size(), id.data()); }
    std::map<std::string, std::string> said() const { return values_of(taken(result.refs, refs.size(), refs.data())); }
    std::string said_code() const { return taken(result.channel_code, code.size(), code.data()); }
    std::string said_text() const { return taken(result.channel_text, text.size(), text.data()); }
    std::string shown() const { return taken(result.presented, presented.size(), presented.data()); }
    std::string sponsored() const { return taken(result.discounts, discounts.size(), discounts.data()); }
};

Outcome outcome_of(std::int32_t number) {
    switch (number) {
        case MULIN_APPROVED: return Outcome::approved;
        case MULIN_DECLINED: return Outcome::declined;
        case MULIN_PENDING: return Outcome::pending;
        case MULIN_NOT_SENT: return Outcome::not_sent;
        default: return Outcome::unknown;
    }
}

ReverseOutcome reverse_outcome_of(std::int32_t number) {
    switch (number) {
        case MULIN_REVERSED: return ReverseOutcome::reversed;
        case MULIN_NOT_PAID_CLOSED: return ReverseOutcome::not_paid_closed;
        case MULIN_REFUSED_RETRY: return ReverseOutcome::refused_retry;
        case MULIN_TOO_LATE: return ReverseOutcome::too_late;
        default: return ReverseOutcome::unknown;
    }
}

RefundOutcome refund_outcome_of(std::int32_t number) {
    switch (number) {
        case MULIN_REFUNDED: return RefundOutcome::refunded;
        case MULIN_REFUND_PROCESSING: return RefundOutcome::processing;
        case MULIN_REFUND_REFUSED: return RefundOutcome::refused;
        case MULIN_REFUND_NOT_SENT: return RefundOutcome::not_sent;
        default: return RefundOutcome::unknown;
    }
}

// False when a line is no amount: then nothing of the answer is believed.
bool read_discounts(const std::string& text, std::vector<ChannelDiscount>& discounts) {
    for (const auto& [sponsor, number] : values_of(text)) {
        std::int64_t fen = -1;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), fen);
        const auto amount = Money::from_fen_checked(fen);
        if (read.ec != std::errc{} || read.ptr != number.data() + number.size() || !amount || fen < 0) return false;
        discounts.push_back({sponsor, *amount});
    }
    return true;
}

class PluginAdapter final : public Adapter {
  public:
    PluginAdapter(std::string channel) : channel_(std::move(channel)) {
        host_.struct_size = sizeof(mulin_host_api);
        host_.abi = MULIN_PLUGIN_ABI;
        host_.context = this;
        host_.log = [](void*, const char* text) { std::fprintf(stderr, "%s\n", text); };
        host_.progress = [](void* self, std::uint32_t phase, const char* text) {
            static_cast<PluginAdapter*>(self)->pass(phase, text);
        };
    }
    ~PluginAdapter() override {
        if (api_ != nullptr && opened_) api_->close(handle_);
        // The library stays loaded: it may have threads of its own.
    }

    Status load(const std::string& library, const ChannelSettings& settings) {
        void* loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (loaded == nullptr) return refuse(library, "cannot be loaded");
        const auto entry = reinterpret_cast<mulin_plugin_get_api_fn>(::dlsym(loaded, MULIN_PLUGIN_ENTRY));
        if (entry == nullptr) return refuse(library, "has no " MULIN_PLUGIN_ENTRY);
        api_ = entry(MULIN_PLUGIN_ABI, MULIN_PLUGIN_ABI, &host_);
        if (api_ == nullptr || api_->abi != MULIN_PLUGIN_ABI) return refuse(library, "speaks another version of the plug-in interface");
        if (api_->struct_size < kLeastTable || !api_->open || !api_->close || !api_->capabilities || !api_->start)
            return refuse(library, "has an incomplete table of functions");
        MULIN_TRY_STATUS(open(library, settings));
        return check(library);
    }

    std::string name() const override { return channel_; }
    Capabilities capabilities() const override { return can_; }

    AttemptResult start(const AttemptRequest& request) override {
        progress_ = request.progress;
        Attempt attempt;
        attempt.id = request.id;
        attempt.order_ref = request.order_ref;
        attempt.method = request.method;
        attempt.amount = request.amount;
        attempt.created = request.created;
        auto result = ask(api_->start, attempt, request.code, request.deadline_ms);
        progress_ = nullptr;
        return result;
    }
    AttemptResult query(const Attempt& attempt) override {
        return can_.query ? ask(api_->query, attempt, "", can_.start_deadline_ms) : AttemptResult{};
    }
    void cancel(const AttemptId& id) override {
        if (has(offsetof(mulin_plugin_api, cancel)) && api_->cancel) api_->cancel(handle_, id.text().c_str());
    }
    ReverseResult reverse(const Attempt& attempt) override {
        if (!can_.reverse) return {};
        Room room;
        call(api_->reverse, attempt, "", can_.start_deadline_ms, room);
        return {reverse_outcome_of(room.result.outcome), room.said(), room.said_code(), room.said_text()};
    }
    RefundResult refund(const Attempt& paid, const RefundRequest& request) override {
        return can_.refund ? give_back(api_->refund, paid, request) : Adapter::refund(paid, request);
    }
    RefundResult refund_query(const Attempt& paid, const RefundRequest& request) override {
        return can_.refund_query ? give_back(api_->refund_query, paid, request) : Adapter::refund_query(paid, request);
    }

  private:
    using Call = void (*)(void*, const mulin_attempt*, mulin_result*);
    using RefundCall = void (*)(void*, const mulin_attempt*, const mulin_refund*, mulin_result*);

    static Status refuse(const std::string& library, const std::string& what) {
        return fail(ErrorCode::unsupported, "The payment plug-in " + library + " " + what + ".");
    }
    bool has(std::size_t offset) const { return api_->struct_size >= offset + sizeof(void*); }

    Status open(const std::string& library, const ChannelSettings& settings) {
        std::array<char, 512> words{};
        mulin_buffer error = buffer_over(words);
        const std::string lines = lines_of(settings.values());
        if (api_->open(lines.c_str(), &handle_, &error) != 0)
            return refuse(library, "refuses its settings: " + Room::taken(error, words.size(), words.data()));
        opened_ = true;
        return ok();
    }

    // What it promises must be there.
    Status check(const std::string& library) {
        mulin_capabilities can{};
        can.struct_size = sizeof can;
        api_->capabilities(handle_, &can);
        can_.query = can.query != 0;
        can_.reverse = can.reverse != 0;
        can_.refund = can.refund != 0;
        can_.refund_partial = can.refund_partial != 0;
        can_.refund_query = can.refund_query != 0;
        can_.refund_repeatable = can.refund_repeatable != 0;
        can_.needs_code = can.needs_code != 0;
        can_.presented_code = can.presented_code != 0;
        if (can.start_deadline_ms > 0) can_.start_deadline_ms = can.start_deadline_ms;
        if (can.give_up_ms > 0) can_.poll.give_up_ms = can.give_up_ms;
        if (can.reverse_not_before_ms > 0) can_.poll.reverse_not_before_ms = can.reverse_not_before_ms;
        if (can.poll_first_ms > 0 && can.poll_repeat_ms > 0) can_.poll.delays_ms = {can.poll_first_ms, can.poll_repeat_ms};
        const bool whole = (!can_.query || api_->query) && (!can_.reverse || api_->reverse) &&
                           (!can_.refund || (has(offsetof(mulin_plugin_api, refund)) && api_->refund)) &&
                           (!can_.refund_query || (has(offsetof(mulin_plugin_api, refund_query)) && api_->refund_query));
        return whole ? ok() : refuse(library, "lacks a function that its capabilities promise");
    }

    template <class Use>
    static void with(const Attempt& attempt, const std::string& code, std::int64_t deadline_ms, Use use) {
        const std::string refs = lines_of(attempt.result.refs);
        const mulin_attempt plain{sizeof(mulin_attempt), attempt.id.text().c_str(), attempt.order_ref.c_str(),
                                  attempt.method.c_str(), "CNY", attempt.amount.in_fen(), code.c_str(), refs.c_str(),
                                  attempt.created.ms, deadline_ms};
        use(plain);
    }
    void call(Call function, const Attempt& attempt, const std::string& code, std::int64_t deadline_ms, Room& room) {
        with(attempt, code, deadline_ms, [&](const mulin_attempt& plain) { function(handle_, &plain, &room.result); });
    }

    AttemptResult ask(Call function, const Attempt& attempt, const std::string& code, std::int64_t deadline_ms) {
        Room room;
        call(function, attempt, code, deadline_ms, room);
        AttemptResult result;
        result.outcome = outcome_of(room.result.outcome);
        result.refs = room.said();
        result.channel_code = room.said_code();
        result.channel_text = room.said_text();
        result.presented = room.shown();
        result.retry_after_ms = room.result.retry_after_ms;
        const bool ours = room.echo_id() == attempt.id.text() && room.result.echo_amount_fen == attempt.amount.in_fen();
        const bool counted = read_discounts(room.sponsored(), result.discounts);
        if (result.outcome == Outcome::approved && !(ours && counted)) {
            result.outcome = Outcome::unknown;
            result.discounts.clear();
            result.refs["alarm"] = "mismatch";
        }
        return result;
    }

    RefundResult give_back(RefundCall function, const Attempt& paid, const RefundRequest& request) {
        Room room;
        const mulin_refund plain{sizeof(mulin_refund), request.id.text().c_str(), request.amount.in_fen(),
                                 request.refunded_before.in_fen(), request.reason.c_str()};
        with(paid, "", can_.start_deadline_ms,
             [&](const mulin_attempt& attempt) { function(handle_, &attempt, &plain, &room.result); });
        return {refund_outcome_of(room.result.outcome), room.said(), room.said_code(), room.said_text()};
    }

    void pass(std::uint32_t phase, const char* text) {
        static constexpr std::array kPhases = {Phase::host, Phase::presented, Phase::waiting_payer, Phase::password,
                                               Phase::card_inserted};
        if (progress_ && phase < kPhases.size()) progress_({kPhases[phase], text == nullptr ? "" : text});
    }

    std::string channel_;
    mulin_host_api host_{};
    const mulin_plugin_api* api_ = nullptr;
    void* handle_ = nullptr;
    bool opened_ = false;
    Capabilities can_;
    std::function<void(const Progress&)> progress_;
};

}  // namespace

Result<std::unique_ptr<Adapter>> load_plugin(const std::string& library, const ChannelSettings& settings) {
    auto adapter = std::make_unique<PluginAdapter>(settings.channel());
    MULIN_TRY_STATUS(adapter->load(library, settings));
    return adapter;
}

}  // namespace mulin::payment::host
