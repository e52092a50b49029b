#include "pos/app/channel_config.h"

#include <map>
#include <set>

#include <toml++/toml.h>

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Result;

tl::unexpected<payment::Error> bad_channel(const toml::node& node, const std::string& what) {
    return fail(ErrorCode::invalid_input,
                "mulin.toml, line " + std::to_string(node.source().begin.line) + ": " + what + ".");
}

bool is_path(std::string_view key, std::string_view value) {
    return (key.ends_with("_file") || key == "ledger") && !value.starts_with("pkcs11:");
}

Result<std::string> value_text(const toml::node& node, const std::string& key, const std::filesystem::path& dir) {
    if (const auto* text = node.as_string()) {
        const std::filesystem::path path(text->get());
        return is_path(key, text->get()) && path.is_relative() && !text->get().empty() ? (dir / path).string() : text->get();
    }
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    return bad_channel(node, key + " must be a text, a whole number, true or false");
}

Result<std::vector<std::string>> command_of(const toml::node& node) {
    std::vector<std::string> command;
    const auto* list = node.as_array();
    if (list != nullptr) {
        for (const auto& word : *list)
            if (const auto* text = word.as_string()) command.push_back(text->get());
    }
    if (list == nullptr || command.empty() || command.size() != list->size() || command[0].empty() || command[0][0] != '/')
        return bad_channel(node, "command must be a list of texts, the first a full path");
    return command;
}

Result<ChannelConfig> channel_of(const toml::table& table, const std::filesystem::path& dir) {
    ChannelConfig channel;
    std::string name;
    std::map<std::string, std::string> values;
    for (const auto& [key_node, node] : table) {
        const std::string key(key_node.str());
        if (key == "command") {
            MULIN_TRY(channel.command, command_of(node));
            continue;
        }
        MULIN_TRY(const auto text, value_text(node, key, dir));
        if (key == "name") name = text;
        else if (key == "adapter") channel.adapter = text;
        else if (key == "plugin") channel.plugin = text;
        else if (key == "isolated" && !node.is_boolean()) return bad_channel(node, "isolated must be true or false");
        else if (key == "isolated") channel.isolated = text == "true";
        else values[key] = text;
    }
    const int ways = (channel.adapter.empty() ? 0 : 1) + (channel.plugin.empty() ? 0 : 1) + (channel.command.empty() ? 0 : 1);
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
        return bad_channel(table, "a [[channel]] needs a name of lower-case letters, digits and _");
    if (name == "cash" || name == "simulated") return bad_channel(table, "the channel " + name + " is always there: choose another name");
    if (ways != 1) return bad_channel(table, "a [[channel]] needs one of adapter, command and plugin");
    if (channel.adapter.empty() && !channel.isolated)
        return bad_channel(table, "only a built-in adapter may run inside the till: take isolated = false out");
    channel.settings = payment::ChannelSettings(name, std::move(values));
    return channel;
}

}  // namespace

Result<std::vector<ChannelConfig>> read_channels(const std::filesystem::path& data_dir) {
    std::vector<ChannelConfig> channels;
    const auto file = data_dir / "mulin.toml";
    if (!std::filesystem::exists(file)) return channels;
    toml::table root;
    try {
        root = toml::parse_file(file.string());
    } catch (const toml::parse_error& error) {
        return fail(ErrorCode::invalid_input, "mulin.toml, line " + std::to_string(error.source().begin.line) + ": " +
                                                  std::string(error.description()) + ".");
    }
    const auto* node = root.get("channel");
    if (node == nullptr) return channels;
    const auto* list = node->as_array();
    if (list == nullptr || !list->is_homogeneous<toml::table>()) return bad_channel(*node, "channels are written [[channel]]");
    std::set<std::string> names;
    for (const auto& entry : *list) {
        MULIN_TRY(auto channel, channel_of(*entry.as_table(), data_dir));
        if (!names.insert(channel.settings.channel()).second)
            return bad_channel(entry, "there are two channels named " + channel.settings.channel());
        channels.push_back(std::move(channel));
    }
    return channels;
}

}  // namespace mulin::pos
