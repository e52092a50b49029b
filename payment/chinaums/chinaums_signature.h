#pragma once
// What ChinaUMS signs. Requests carry OPEN-BODY-SIG, a message code over the exact bytes of the body;
// answers carry nothing, so they are believed only over TLS to a pinned host and after a confirming
// question (chinaums_adapter.h). Notices carry a keyed digest. Pure functions. Sources: README.md.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "payment/wire/form.h"

namespace mulin::payment {

struct ChinaumsKey {
    std::string app_id;
    std::string app_key;
};

// base64(HMAC-SHA256(app_key, app_id + timestamp + nonce + hex(SHA-256(body)))).
std::string chinaums_body_signature(const ChinaumsKey& key, std::string_view timestamp, std::string_view nonce,
                                    std::string_view body);
// The value of the Authorization header; timestamp as yyyyMMddHHmmss in Beijing.
std::string chinaums_authorization(const ChinaumsKey& key, std::string_view timestamp, std::string_view nonce,
                                   std::string_view body);

// The digest of a notice: fields that are not empty, sorted, without `sign` and those we added to the
// address ourselves, then the communication key without '&'; upper-case hex. Nothing for a signType
// other than MD5 and SHA256.
std::optional<std::string> chinaums_notice_digest(const FormFields& fields, std::string_view key,
                                                  const std::set<std::string>& own);

// A notice (netpay, form-urlencoded) that proved its digest.
struct ChinaumsNotice {
    std::string order;   // billNo or merOrderId, as sent
    std::string merchant;
    std::string status;  // their word
    std::string answer;  // what to answer: SUCCESS
};
// Nothing unless the digest is right: then answer FAILED. A notice is only a reason to ask at once,
// never an outcome: the till works the same without any.
std::optional<ChinaumsNotice> read_chinaums_notice(std::string_view body, std::string_view key,
                                                   const std::set<std::string>& own = {});

}  // namespace mulin::payment
