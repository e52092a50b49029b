#pragma once
// DIR/mulin.toml: how this till reaches its devices and payment channels. Everything has a default,
// so the file may be absent; what is in it is checked whole before anything opens (README, "mulin.toml").
// Not what the district decides (menus, rules, diners): that comes down by sync.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "payment/base/result.h"
#include "payment/money/rate.h"
#include "payment/port/code_route.h"
#include "pos/app/channel_config.h"

namespace mulin::pos {

struct DeviceConfig {
    std::string printer = "file:receipts";  // "file:DIR", "device:/dev/usb/lp0" or "none"
    std::string drawer = "file:drawer.log"; // "file:FILE", "device:/dev/usb/lp0" or "none"
    std::string voice = "espeak";           // "espeak" or "none"
    std::string display = "none";           // the diner's side: "window" or "none"
    std::int64_t display_monitor = 2;       // 1 is the first; 0, or one that is not there: beside the till's window
    std::string display_language = "zh-CN";
};

struct CashConfig {
    payment::Rounding mode = payment::Rounding::half_up;
    payment::RoundingUnit unit = payment::RoundingUnit::fen;  // fen: cash is not rounded
};

struct SimulatedConfig {
    std::string ledger = "simulated-gateway.jsonl";
    std::string payers = "simulated-payers.txt";  // codes that pretended payers scanned
    std::int64_t latency_ms = 300;
    std::int64_t give_up_ms = 45'000;
};

struct TillConfig {
    DeviceConfig devices;
    CashConfig cash;
    SimulatedConfig simulated;
    std::vector<payment::CodeRule> code_rules;  // scanned payment codes to channels
    std::vector<ChannelConfig> channels;        // beside cash and the simulated one
    std::string card_channel = "simulated";     // bank cards, and senior cards without an account
    std::string senior_channel;                 // empty: as Till::open finds, the district's accounts or card_channel
    std::string present_channel;                // shows a code that the payer scans; empty: none does
    std::int64_t sync_every_s = 5;
    std::int64_t offline_long_minutes = 24 * 60;
};

// invalid_input names file, line and what to write instead.
payment::Result<TillConfig> load_till_config(const std::filesystem::path& data_dir);

}  // namespace mulin::pos
