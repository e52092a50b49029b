#include "pos/app/channels.h"

#include <filesystem>
#include <system_error>

#include "payment/host/hosted_adapter.h"
#include "payment/table/built_in.h"

namespace mulin::pos {
namespace {

using payment::Result;

// An installed till has its programs in one folder.
std::string beside_the_till(const char* program) {
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
    return ((problem ? std::filesystem::path(".") : self.parent_path()) / program).string();
}

std::vector<std::string> command_of(const ChannelConfig& channel) {
    if (!channel.command.empty()) return channel.command;
    if (!channel.plugin.empty()) return {beside_the_till("mulin-adapter-plugin"), channel.plugin};
    return {beside_the_till("mulin-adapter"), channel.adapter};
}

Result<std::unique_ptr<payment::Adapter>> make_channel(const ChannelConfig& channel, const payment::Clock& clock,
                                                       payment::Random& random, const ChannelLog& log) {
    const payment::AdapterSeams seams{clock, random};
    if (!channel.isolated) return payment::make_built_in(channel.adapter, channel.settings, seams);
    payment::host::HostSettings settings;
    settings.command = command_of(channel);
    settings.channel = channel.settings;
    if (log) settings.log = [log, name = channel.settings.channel()](const std::string& line) { log(name, line); };
    auto hosted = std::make_unique<payment::host::HostedAdapter>(std::move(settings), clock);
    if (const auto opened = hosted->open(); !opened && !opened.error().retry) return tl::make_unexpected(opened.error());
    return hosted;
}

}  // namespace

Result<std::vector<std::unique_ptr<payment::Adapter>>> make_channels(const std::vector<ChannelConfig>& channels,
                                                                     const payment::Clock& clock, payment::Random& random,
                                                                     const ChannelLog& log) {
    std::vector<std::unique_ptr<payment::Adapter>> made;
    for (const auto& channel : channels) {
        MULIN_TRY(auto adapter, make_channel(channel, clock, random, log));
        made.push_back(std::move(adapter));
    }
    return made;
}

}  // namespace mulin::pos
