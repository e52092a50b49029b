#pragma once
// Who speaks, in protocol V3: our signature over a request, and whether an answer was signed by WeChat
// Pay, recently. Sources: README.md. Pure functions over what they are given.

#include <string>
#include <string_view>

#include "payment/base/clock.h"
#include "payment/wechat/wechat_settings.h"
#include "payment/wire/http.h"

namespace mulin::payment {

// "METHOD\nPATH?query\nTIMESTAMP\nNONCE\nBODY\n": what a request's signature covers.
std::string v3_request_message(std::string_view method, std::string_view target, UtcInstant now, std::string_view nonce,
                               std::string_view body);
// The Authorization header's value; empty when the key's token does not answer.
std::string v3_authorization(const WechatSettings& settings, std::string_view method, std::string_view target,
                             UtcInstant now, std::string_view nonce, std::string_view body);

enum class V3Proof {
    good,
    unsigned_answer,  // none of the signature's headers
    wrong,            // an unknown key, another body, or headers that do not belong together
    stale,            // signed too long ago or ahead: played again, or a clock is wrong
};
V3Proof v3_proof(const WechatSettings& settings, const HttpAnswer& answer, UtcInstant now);

}  // namespace mulin::payment
