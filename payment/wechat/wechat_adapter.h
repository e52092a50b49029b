#pragma once
// WeChat Pay 付款码 as an adapter: which call when. One class for both protocols (V2 XML, V3 JSON),
// chosen by `protocol`; the translation is wechat_messages.h. Remembers nothing between calls; what may
// be retried is the runner's business. Settings, codes, timings and their sources: README.md.

#include <memory>

#include "payment/port/adapter_table.h"
#include "payment/wire/http.h"

namespace mulin::payment {

// Settings (README.md has all of them): protocol, address, app_id, merchant_id, description, device,
// store; V2: api_key_file, certificate_file, certificate_key_file, sign_type; V3: merchant_key_file,
// merchant_serial, platform_key_file, platform_serial; start_deadline_ms, give_up_ms.
Result<std::unique_ptr<Adapter>> make_wechat_adapter(const ChannelSettings& settings, const AdapterSeams& seams);

// The same over another transport, for tests.
Result<std::unique_ptr<Adapter>> make_wechat_adapter_over(const ChannelSettings& settings, const AdapterSeams& seams,
                                                          std::unique_ptr<HttpTransport> transport);

}  // namespace mulin::payment
