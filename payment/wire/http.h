#pragma once
// One HTTP exchange with a gateway: the seam between an adapter's translation and the network. What
// matters for money is told apart here: an answer, "nothing left the till", and everything else.
// Not a client with sessions: nothing is kept between calls, repeated or redirected.
//
// Threads: an implementation may be called from one thread at a time. Units: milliseconds, bytes.
// Errors: there are none beside the three kinds; `problem` is a sentence for the operator and holds
// no part of a request or answer.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mulin::payment {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "POST";  // "GET" or "POST"
    std::string url;              // absolute
    HttpHeaders headers;          // Content-Type among them; Host and Content-Length are the transport's
    std::string body;
    std::int64_t deadline_ms = 10'000;  // for the whole exchange, connecting included
    std::size_t max_answer_bytes = 1024 * 1024;
    bool present_certificate = false;  // mutual TLS with the transport's client certificate
    std::string unfit;  // why it must not leave (it could not be signed); empty when it may
};

struct HttpAnswer {
    int status = 0;
    HttpHeaders headers;  // names in lower case, in the order received
    std::string body;
    // The value of a header that came exactly once (lower-case name); else none.
    std::optional<std::string> header(std::string_view name) const;
};

struct HttpExchange {
    enum class Kind {
        answered,      // a whole answer, whatever its status
        nothing_left,  // name, connection or TLS failed: no byte of the request left the till
        unknown,       // the request may have arrived, in whole or in part; nobody knows
    };
    Kind kind = Kind::unknown;
    HttpAnswer answer;    // only when answered
    std::string problem;  // only when not answered
};

class HttpTransport {
  public:
    virtual ~HttpTransport() = default;
    virtual HttpExchange exchange(const HttpRequest& request) = 0;
};

}  // namespace mulin::payment
