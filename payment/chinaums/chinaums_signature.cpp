#include "payment/chinaums/chinaums_signature.h"

#include "payment/wire/signature.h"

namespace mulin::payment {

std::string chinaums_body_signature(const ChinaumsKey& key, std::string_view timestamp, std::string_view nonce,
                                    std::string_view body) {
    std::string line = key.app_id;
    line += timestamp;
    line += nonce;
    line += sha256_hex(body);
    return base64(hmac_sha256(key.app_key, line));
}

std::string chinaums_authorization(const ChinaumsKey& key, std::string_view timestamp, std::string_view nonce,
                                   std::string_view body) {
    const auto quoted = [](const char* name, std::string_view value) {
        return std::string(name) + "=\"" + std::string(value) + "\"";
    };
    return "OPEN-BODY-SIG " + quoted("AppId", key.app_id) + ", " + quoted("Timestamp", timestamp) + ", " +
           quoted("Nonce", nonce) + ", " +
           quoted("Signature", chinaums_body_signature(key, timestamp, nonce, body));
}

std::optional<std::string> chinaums_notice_digest(const FormFields& fields, std::string_view key,
                                                  const std::set<std::string>& own) {
    FormFields signed_fields = fields;
    for (const auto& name : own) signed_fields.erase(name);
    std::string line = sorted_line(signed_fields, {"sign"});
    line += key;
    const std::string& kind = field(fields, "signType");
    if (kind == "SHA256") return upper_ascii(sha256_hex(line));
    if (kind == "MD5" || kind.empty()) return upper_ascii(md5_hex(line));
    return std::nullopt;
}

std::optional<ChinaumsNotice> read_chinaums_notice(std::string_view body, std::string_view key,
                                                   const std::set<std::string>& own) {
    const auto fields = form_decode(body, Plus::is_space);
    if (!fields || key.empty()) return std::nullopt;
    const auto digest = chinaums_notice_digest(*fields, key, own);
    if (!digest || !same_secret(*digest, upper_ascii(field(*fields, "sign")))) return std::nullopt;
    const bool bill = !field(*fields, "billNo").empty();
    return ChinaumsNotice{field(*fields, bill ? "billNo" : "merOrderId"), field(*fields, "mid"), field(*fields, bill ? "billStatus" : "status"),
                          "SUCCESS"};
}

}  // namespace mulin::payment
