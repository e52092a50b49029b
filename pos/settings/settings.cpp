#include "pos/settings/settings.h"

#include <algorithm>

namespace mulin::pos::settings {
namespace {

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const Opened&) {
        s_.message.clear();
        effects_.push_back(LoadSettings{});
    }

    void operator()(const SettingsArrived& intent) {
        s_.language = intent.language;
        s_.devices = intent.devices;
        s_.training = intent.training;
        s_.may_train = intent.may_train;
        s_.version = intent.version;
        s_.till = intent.till;
    }

    void operator()(const SetLanguage& intent) {
        if (intent.language == s_.language || (intent.language != "zh-CN" && intent.language != "en")) return;
        s_.language = intent.language;
        effects_.push_back(ApplyLanguage{intent.language});
    }


    void operator()(const TestDevice& intent) {
        const bool known = std::ranges::find(s_.devices, intent.id, &Device::id) != s_.devices.end();
        if (!s_.testing.empty() || !known) return;
        s_.testing = intent.id;
        effects_.push_back(RunDeviceTest{intent.id});
    }

    void operator()(const DeviceTested& intent) {
        auto found = std::ranges::find(s_.devices, intent.device.id, &Device::id);
        if (found != s_.devices.end()) *found = intent.device;
        if (s_.testing == intent.device.id) s_.testing.clear();
    }

    void operator()(const ToggleTraining&) {
        if (!s_.may_train || s_.changing_training) return;
        s_.changing_training = true;
        s_.message.clear();
        effects_.push_back(ApplyTraining{!s_.training});
    }

    void operator()(const TrainingChanged& intent) {
        s_.changing_training = false;
        s_.training = intent.training;
        s_.message = intent.message;
    }

    void operator()(const Back&) { effects_.push_back(Close{}); }

  private:
    State& s_;
    std::vector<Effect>& effects_;
};

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

}  // namespace mulin::pos::settings
