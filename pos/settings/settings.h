#pragma once
// Language, devices and training mode of this till. Prices, rules and people are not
// settings: they come from the district.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::pos::settings {

enum class DeviceState { ready, absent, trouble };

struct Device {
    std::string id;  // "printer", "drawer", "voice", "display", "scanner", "card_reader"
    DeviceState state = DeviceState::absent;
    std::string detail;  // driver, port, or what is wrong and what to do
    friend bool operator==(const Device&, const Device&) = default;
};

struct State {
    std::string language = "zh-CN";  // or "en"
    std::vector<Device> devices;
    std::string testing;       // device under test
    bool training = false;
    bool may_train = false;    // a site manager is signed in and no sale is open
    bool changing_training = false;
    std::string version;
    std::string till;
    std::string message;
};

// --- Intents
struct Opened {};
struct SettingsArrived {
    std::string language;
    std::vector<Device> devices;
    bool training = false;
    bool may_train = false;
    std::string version;
    std::string till;
};
struct SetLanguage { std::string language; };
struct TestDevice { std::string id; };
struct DeviceTested { Device device; };
struct ToggleTraining {};
struct TrainingChanged { bool training = false; std::string message; };
struct Back {};
using Intent = std::variant<Opened, SettingsArrived, SetLanguage, TestDevice, DeviceTested,
                            ToggleTraining, TrainingChanged, Back>;

// --- Effects
struct LoadSettings {};
struct ApplyLanguage { std::string language; };
struct RunDeviceTest { std::string id; };
struct ApplyTraining { bool training = false; };  // -> TrainingChanged
struct Close {};
using Effect = std::variant<LoadSettings, ApplyLanguage, RunDeviceTest, ApplyTraining,
                            Close>;

std::vector<Effect> update(State& state, const Intent& intent);

}  // namespace mulin::pos::settings
