// Any bytes as a bundle's text: read, and then the same when printed and read again, or refused with a place.

#include "tests/fuzz/bundle_target.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sync/wire/bundle.h"
#include "sync/wire/messages.h"

namespace mulin::tests {

bool try_bundle(std::string_view bytes) {
    (void)mulin::sync::parse_signed_bundle(bytes);
    const auto bundle = mulin::sync::parse_bundle(bytes);
    if (!bundle) {
        if (bundle.error().message.empty()) std::abort();
        return false;
    }
    const auto again = mulin::sync::parse_bundle(mulin::sync::bundle_text(*bundle));
    if (!again || *again != *bundle) std::abort();
    // Whatever it says, a till that stands elsewhere only answers yes or no.
    (void)mulin::sync::check_bundle_order(*bundle, {"d", bundle->till, mulin::sync::SiteId("S1"), "I", 5, {1}});
    return true;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)mulin::tests::try_bundle({reinterpret_cast<const char*>(data), size});
    return 0;
}
#endif
