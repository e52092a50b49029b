// Any bytes as a bill or as a profile: read or refused with a line, never more.

#include "tests/fuzz/statement_target.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sync/statements/statement.h"

namespace mulin::tests {

using namespace mulin::sync::server;

bool try_statement(std::string_view bytes) {
    const auto decoded = decode_statement(bytes, "f");
    if (!decoded) return false;
    bool read = false;
    for (const auto& layout : {wechat_layout(), alipay_layout()}) {
        const auto bill = parse_statement(decoded->text, "f", layout);
        read = read || bill.has_value();
        if (!bill) {
            if (bill.error().message.rfind("f ", 0) != 0) std::abort();  // names the file
            continue;
        }
        for (const auto& row : bill->rows) {
            if (row.amount.is_negative() || row.txn.empty() || row.line < 1) std::abort();
        }
    }
    return read;
}

bool try_statement_profile(std::string_view bytes, std::string_view bill) {
    const auto layout = read_statement_profile(bytes, "p");
    if (!layout) return false;
    (void)parse_statement(bill, "f", *layout);
    return true;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)mulin::tests::try_statement(bytes);
    (void)mulin::tests::try_statement_profile(bytes, bytes);
    return 0;
}
#endif
