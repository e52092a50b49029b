#include "pos/app/adapters.h"

#include <algorithm>

#include "payment/cash/cash_adapter.h"
#include "payment/senior_card/senior_card_adapter.h"
#include "payment/simulated/simulated_adapter.h"

namespace mulin::pos {

std::vector<std::unique_ptr<payment::Adapter>> make_adapters(const TillConfig& config,
                                                             payment::SimulatedGateway& gateway) {
    payment::SimulatedSettings simulated;
    simulated.latency_ms = config.simulated.latency_ms;
    simulated.poll.give_up_ms = config.simulated.give_up_ms;
    if (config.present_channel == simulated.name) simulated.payers_file = config.simulated.payers;
    std::vector<std::unique_ptr<payment::Adapter>> table;
    table.push_back(std::make_unique<payment::CashAdapter>());
    table.push_back(std::make_unique<payment::SimulatedAdapter>(gateway, simulated));
    return table;
}

std::string channel_for(const TillConfig& config, const std::string& method, const std::string& code) {
    if (method == "cash") return "cash";
    if (method == "qr" && code.empty()) return config.present_channel;  // the payer scans a code of ours
    if (method == "qr") return payment::route_code(code, config.code_rules).value_or("");
    if (method == "senior_card") return config.senior_channel;
    if (method == "bank_card") return config.card_channel;
    return "";
}

std::vector<std::string> tenders_of(const TillConfig& config) {
    std::vector<std::string> tenders{"senior_card", "qr", "cash"};
    const bool takes_cards = std::any_of(config.channels.begin(), config.channels.end(),
                                         [&](const ChannelConfig& channel) { return channel.settings.channel() == config.card_channel; });
    if (takes_cards) tenders.emplace_back("bank_card");
    return tenders;
}

}  // namespace mulin::pos
