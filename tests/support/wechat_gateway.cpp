// What both protocols of the simulator share.

#include "tests/support/wechat_gateway.h"

namespace mulin::tests {

WechatGateway::WechatGateway(Protocol protocol)
    : protocol_(protocol), server_([this](const GatewayCall& call) { return handle(call); }) {
    const std::lock_guard lock(mutex_);
    if (is_v3()) {
        merchant_key_ = rsa_key_of_process(1);
        platform_key_ = rsa_key_of_process(0);
        folder_.write("merchant.pem", merchant_key_->pem());
        folder_.write("platform.pem", platform_key_->public_key().pem());
    } else {
        folder_.write("api_key", api_key_ + "\n");
        folder_.write("certificate.pem", gateway_trust().merchant.certificate_pem);
        folder_.write("certificate_key.pem", gateway_trust().merchant.key_pem);
    }
    folder_.write("authority.pem", gateway_trust().authority.certificate_pem);
}

std::map<std::string, std::string> WechatGateway::settings() const {
    const auto file = [this](const char* name) { return folder_.path() + "/" + name; };
    std::map<std::string, std::string> all = {
        {"protocol", is_v3() ? "v3" : "v2"}, {"address", server_.url()},
        {"app_id", kAppId},    {"merchant_id", kMerchant},
        {"description", "长者午餐"},         {"device", "T01"},
        {"store", "S001"},                   {"authorities_file", file("authority.pem")},
    };
    if (is_v3()) {
        all["merchant_key_file"] = file("merchant.pem");
        all["merchant_serial"] = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
        all["platform_key_file"] = file("platform.pem");
        all["platform_serial"] = "PUB_KEY_ID_0119000001092026000000000001";
        if (protocol_ == Protocol::v3_partner) all["sub_merchant_id"] = "1900000110";
    } else {
        all["sign_type"] = protocol_ == Protocol::v2_md5 ? "MD5" : "HMAC-SHA256";
        all["api_key_file"] = file("api_key");
        all["certificate_file"] = file("certificate.pem");
        all["certificate_key_file"] = file("certificate_key.pem");
    }
    return all;
}

std::string WechatGateway::state_word(Standing standing) {
    switch (standing) {
        case Standing::paid:
            return "SUCCESS";
        case Standing::paying:
            return "USERPAYING";
        case Standing::failed:
            return "PAYERROR";
        case Standing::closed:
            return "CLOSED";
        case Standing::revoked:
            return "REVOKED";
        case Standing::absent:
            break;
    }
    return "NOTPAY";
}

std::int64_t WechatGateway::held_fen(const std::string& number) {
    const std::lock_guard lock(mutex_);
    return book_.held_fen(number);
}

int WechatGateway::starts(const std::string& number) {
    const std::lock_guard lock(mutex_);
    return book_.starts(number);
}

std::vector<std::string> WechatGateway::complaints() {
    const std::lock_guard lock(mutex_);
    return complaints_;
}

GatewayAnswer WechatGateway::handle(const GatewayCall& call) {
    const std::lock_guard lock(mutex_);
    return is_v3() ? handle_v3(call) : handle_v2(call);
}

}  // namespace mulin::tests
