#pragma once
// The meaning of each message between the host and an adapter's process (FORMAT.md in this folder):
// our records as the text of a JSON object and back. Pure; both ends use the same functions. Decoding
// is strict about types and sizes and ignores names it does not know, so that either end may be newer.
//
// Errors: ErrorCode::peer with what is wrong. A decoded result may still be unbelievable: the host
// checks the echo (hosted_adapter.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "payment/port/adapter.h"
#include "payment/port/channel_settings.h"

namespace mulin::payment::host {

inline constexpr std::int64_t kProtocol = 1;

namespace method {
inline constexpr const char* kHello = "hello";
inline constexpr const char* kStart = "start";
inline constexpr const char* kQuery = "query";
inline constexpr const char* kReverse = "reverse";
inline constexpr const char* kRefund = "refund";
inline constexpr const char* kRefundQuery = "refund_query";
inline constexpr const char* kShutdown = "shutdown";
inline constexpr const char* kCancel = "cancel";      // notification to the adapter
inline constexpr const char* kProgress = "progress";  // notification to the host
}  // namespace method

struct Hello {
    std::int64_t least = kProtocol;  // protocol numbers the host speaks
    std::int64_t most = kProtocol;
    ChannelSettings settings;
    std::string locale = "zh-CN";
    UtcInstant now;  // the till's clock, for an adapter that wants to compare
};
struct Welcome {
    std::int64_t protocol = kProtocol;  // the one chosen
    std::string adapter;
    std::string version;
    Capabilities capabilities;
};
// The answer's own word about which attempt and amount it is about.
struct Echo {
    std::string attempt;
    std::int64_t amount_fen = -1;
    std::string currency;
};
struct EchoedResult {
    AttemptResult result;
    Echo echo;
};
struct AboutAttempt {
    Attempt attempt;
    std::int64_t deadline_ms = 0;
};
struct AboutRefund {
    Attempt paid;
    RefundRequest request;
    std::int64_t deadline_ms = 0;
};
struct ProgressOf {
    std::string attempt;
    Progress progress;
};

std::string encode(const Hello& hello);
std::string encode(const Welcome& welcome);
std::string encode(const AttemptRequest& request);
std::string encode(const AboutAttempt& about);
std::string encode(const AboutRefund& about);
std::string encode(const EchoedResult& echoed);
std::string encode(const ReverseResult& result);
std::string encode(const RefundResult& result);
std::string encode(const ProgressOf& progress);
std::string encode_cancel(std::string_view attempt);

Result<Hello> decode_hello(std::string_view text);
Result<Welcome> decode_welcome(std::string_view text);
Result<AttemptRequest> decode_request(std::string_view text);  // without progress
Result<AboutAttempt> decode_about_attempt(std::string_view text);
Result<AboutRefund> decode_about_refund(std::string_view text);
Result<EchoedResult> decode_result(std::string_view text);
Result<ReverseResult> decode_reverse_result(std::string_view text);
Result<RefundResult> decode_refund_result(std::string_view text);
Result<ProgressOf> decode_progress(std::string_view text);
Result<std::string> decode_cancel(std::string_view text);

}  // namespace mulin::payment::host
