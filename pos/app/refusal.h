#pragma once
// Why the till will not do what was asked: a stable code for scripts and a sentence for the cashier.
// Not an operating error (Result) and not a bug: a plain "no".

#include <string>
#include <utility>

#include "payment/base/result.h"

namespace mulin::pos {

struct Refused {
    std::string code;
    std::string message;
};

template <class T>
using Answer = tl::expected<T, Refused>;

inline tl::unexpected<Refused> refuse(std::string code, std::string message) {
    return tl::make_unexpected(Refused{std::move(code), std::move(message)});
}
inline tl::unexpected<Refused> refuse(const payment::Error& error) {
    return refuse(payment::error_code_name(error.code), error.message);
}

}  // namespace mulin::pos

// As MULIN_TRY (payment/base/result.h), turning an operating error into a refusal.
#define MULIN_ASK_IMPL_(tmp, name, expression)                          \
    auto tmp = (expression);                                            \
    if (!tmp) return ::mulin::pos::refuse(tmp.error());                 \
    name = std::move(*tmp)
#define MULIN_ASK(name, expression) \
    MULIN_ASK_IMPL_(MULIN_CONCAT(mulin_ask_, __LINE__), name, expression)
