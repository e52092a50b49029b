#pragma once
// Result<T>: a value, or an operating error (disk, network, peer, file, input).
// Not for business outcomes (declined, not eligible, unknown): those are ordinary values.

#include <string>
#include <utility>

// Declared before the library does, so that every Result a caller drops is a warning (an error in
// the dev preset): discard one on purpose with a (void) cast.
namespace tl {
template <class T, class E>
class [[nodiscard]] expected;
}
#include <tl/expected.hpp>

namespace mulin::payment {

enum class ErrorCode {
    invalid_input,  // what was given is malformed; nothing changed
    not_found,
    refused,    // well-formed, but the answer is no
    conflict,   // the same id with other content
    corrupt,    // stored bytes are damaged or not ours
    disk,       // read, write or flush failed
    disk_full,
    network,    // peer could not be reached, or went away
    timeout,    // deadline passed; what happened is unknown
    peer,       // peer answered something we cannot accept
    unsupported,
};

// Stable lower-case name, used in JSON answers and tests.
const char* error_code_name(ErrorCode code);

struct Error {
    ErrorCode code;
    std::string message;  // one sentence: what is wrong, where, and what to do
    bool retry = false;   // true when the same call may succeed later
};

template <class T>
using Result = tl::expected<T, Error>;

// Result without a value.
struct Unit {
    friend bool operator==(Unit, Unit) = default;
};
using Status = Result<Unit>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, bool retry = false) {
    return tl::make_unexpected(Error{code, std::move(message), retry});
}

inline Status ok() { return Unit{}; }

}  // namespace mulin::payment

// Evaluates a Result expression; returns its error from the enclosing function, or declares `name`.
#define MULIN_CONCAT_(a, b) a##b
#define MULIN_CONCAT(a, b) MULIN_CONCAT_(a, b)
#define MULIN_TRY_IMPL_(tmp, name, expression)          \
    auto tmp = (expression);                            \
    if (!tmp) return ::tl::make_unexpected(tmp.error()); \
    name = std::move(*tmp)
#define MULIN_TRY(name, expression) \
    MULIN_TRY_IMPL_(MULIN_CONCAT(mulin_try_, __LINE__), name, expression)
#define MULIN_TRY_STATUS(expression)                                                       \
    do {                                                                                   \
        if (auto mulin_status_ = (expression); !mulin_status_)                             \
            return ::tl::make_unexpected(mulin_status_.error());                           \
    } while (false)
