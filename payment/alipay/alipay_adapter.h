#pragma once
// Alipay 当面付 (the payer shows a code) as an adapter: which call when. The translation is
// alipay_messages.h. Remembers nothing between calls; what may be retried is the runner's business.
// Settings, codes, timings and their sources: README.md.

#include <memory>

#include "payment/port/adapter_table.h"
#include "payment/wire/http.h"

namespace mulin::payment {

// Settings (README.md has all of them): address, app_id, app_key_file, alipay_key_file, subject, store,
// terminal, timeout_express, start_deadline_ms, call_deadline_ms, give_up_ms.
Result<std::unique_ptr<Adapter>> make_alipay_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

// The same over another transport, for tests.
Result<std::unique_ptr<Adapter>> make_alipay_adapter_over(const ChannelSettings& settings, const AdapterSeams& seams,
                                                          std::unique_ptr<HttpTransport> transport);

}  // namespace mulin::payment
