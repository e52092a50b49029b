#include "payment/table/built_in.h"

#include "payment/alipay/alipay_adapter.h"
#include "payment/card_terminal/card_terminal_adapter.h"
#include "payment/chinaums/chinaums_adapter.h"
#include "payment/simulated/simulated_adapter.h"
#include "payment/unionpay/unionpay_adapter.h"
#include "payment/wechat/wechat_adapter.h"

namespace mulin::payment {

// A new adapter adds its include and its line here.
const std::vector<AdapterKind>& built_in_adapters() {
    static const std::vector<AdapterKind> all = {
        {"card_terminal", make_card_terminal_adapter},
        {"simulated", make_simulated_adapter},
        {"unionpay", make_unionpay_adapter},
        {"wechat", make_wechat_adapter},
        {"alipay", make_alipay_adapter},
        {"chinaums", make_chinaums_adapter},
    };
    return all;
}

Result<std::unique_ptr<Adapter>> make_built_in(const std::string& kind, const ChannelSettings& settings,
                                               const AdapterSeams& seams) {
    std::string known;
    for (const auto& adapter : built_in_adapters()) {
        if (adapter.name == kind) return adapter.make(settings, seams);
        known += (known.empty() ? "" : ", ") + adapter.name;
    }
    return fail(ErrorCode::invalid_input, "Payment channel " + settings.channel() + ": there is no adapter \"" + kind +
                                              "\"; there are " + known + ".");
}

}  // namespace mulin::payment
