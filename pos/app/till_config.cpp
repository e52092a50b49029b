#include "pos/app/till_config.h"

#include <algorithm>
#include <optional>
#include <set>

#include <toml++/toml.h>

namespace mulin::pos {
namespace {

using payment::ErrorCode;
using payment::fail;
using payment::Status;

Status bad(const toml::node& node, const std::string& what) {
    return fail(ErrorCode::invalid_input,
                "mulin.toml, line " + std::to_string(node.source().begin.line) + ": " + what + ".");
}

// Reads one table and remembers which keys it knows, so that a misspelt key is an error.
class Section {
  public:
    Section(const toml::table& root, std::string name) : name_(std::move(name)), table_(root[name_].as_table()) {}

    void text(const char* key, std::string& into) {
        if (const auto* node = find(key)) {
            if (const auto* value = node->as_string()) into = value->get();
            else problem(*node, std::string(key) + " must be a text in quotes");
        }
    }
    void number(const char* key, std::int64_t& into, std::int64_t least, std::int64_t most) {
        const auto* node = find(key);
        if (node == nullptr) return;
        const auto* value = node->as_integer();
        if (value == nullptr || value->get() < least || value->get() > most) {
            problem(*node, std::string(key) + " must be a whole number from " + std::to_string(least) + " to " +
                               std::to_string(most));
            return;
        }
        into = value->get();
    }
    template <class T, class Parse>
    void word(const char* key, T& into, Parse parse, const char* choices) {
        std::string name;
        text(key, name);
        const auto* node = table_ ? table_->get(key) : nullptr;
        if (node == nullptr || !status_) return;
        const auto value = parse(name);
        if (value) into = *value;
        else problem(*node, std::string(key) + " must be one of " + choices);
    }
    Status finish() {
        if (!status_ || table_ == nullptr) return status_;
        for (const auto& [key, node] : *table_) {
            if (!known_.contains(std::string(key.str())))
                return bad(node, "there is no setting \"" + std::string(key.str()) + "\" in [" + name_ + "]");
        }
        return status_;
    }

  private:
    const toml::node* find(const char* key) {
        known_.insert(key);
        return table_ ? table_->get(key) : nullptr;
    }
    void problem(const toml::node& node, const std::string& what) {
        if (status_) status_ = bad(node, what);
    }

    std::string name_;
    const toml::table* table_;
    std::set<std::string> known_;
    Status status_ = payment::ok();
};

Status read_route(const toml::node& node, std::vector<payment::CodeRule>& rules) {
    const auto* table = node.as_table();
    if (table == nullptr) return bad(node, "a payment code rule must be a table");
    payment::CodeRule rule;
    rule.prefix_from = static_cast<int>((*table)["prefix_from"].value_or(std::int64_t{-1}));
    rule.prefix_to = static_cast<int>((*table)["prefix_to"].value_or(std::int64_t{rule.prefix_from}));
    rule.min_length = static_cast<std::size_t>((*table)["min_length"].value_or(std::int64_t{0}));
    rule.max_length = static_cast<std::size_t>((*table)["max_length"].value_or(std::int64_t{64}));
    rule.wallet = (*table)["wallet"].value_or(std::string{});
    rule.channel = (*table)["channel"].value_or(std::string{});
    if (rule.prefix_from < 0 || rule.prefix_to > 99 || rule.prefix_from > rule.prefix_to)
        return bad(node, "prefix_from and prefix_to must be two digits, 0 to 99, in rising order");
    if (rule.channel.empty()) return bad(node, "a payment code rule needs a channel");
    rules.push_back(rule);
    return payment::ok();
}

Status read_routes(const toml::table& root, TillConfig& config) {
    config.code_rules = payment::published_code_rules("simulated");
    const auto* list = root["code"].as_array();
    if (list == nullptr) return payment::ok();
    config.code_rules.clear();
    for (const auto& node : *list) MULIN_TRY_STATUS(read_route(node, config.code_rules));
    return payment::ok();
}

Status read_all(const toml::table& root, TillConfig& config) {
    static const std::set<std::string> kSections{"devices", "cash", "simulated", "card", "qr", "sync", "code", "channel"};
    for (const auto& [key, node] : root) {
        if (!kSections.contains(std::string(key.str())))
            return bad(node, "there is no section [" + std::string(key.str()) + "]");
    }
    Section devices(root, "devices");
    devices.text("printer", config.devices.printer);
    devices.text("drawer", config.devices.drawer);
    devices.text("voice", config.devices.voice);
    const auto same = [](const std::string& name) { return std::optional(name); };
    const auto one_of = [same](std::vector<std::string> words) {
        return [same, words](const std::string& name) { return std::ranges::find(words, name) == words.end() ? std::nullopt : same(name); };
    };
    devices.word("display", config.devices.display, one_of({"window", "none"}), "window, none");
    devices.number("display_monitor", config.devices.display_monitor, 0, 8);
    devices.word("display_language", config.devices.display_language, one_of({"zh-CN", "en"}), "zh-CN, en");
    MULIN_TRY_STATUS(devices.finish());
    Section cash(root, "cash");
    cash.word("rounding", config.cash.mode, payment::parse_rounding, "half_up, half_even, down, up");
    cash.word("unit", config.cash.unit, payment::parse_rounding_unit, "fen, jiao, yuan");
    MULIN_TRY_STATUS(cash.finish());
    Section simulated(root, "simulated");
    simulated.text("ledger", config.simulated.ledger);
    simulated.text("payers", config.simulated.payers);
    simulated.number("latency_ms", config.simulated.latency_ms, 0, 60'000);
    simulated.number("give_up_ms", config.simulated.give_up_ms, 100, 600'000);
    MULIN_TRY_STATUS(simulated.finish());
    Section card(root, "card");
    card.text("channel", config.card_channel);
    card.text("senior", config.senior_channel);
    MULIN_TRY_STATUS(card.finish());
    Section qr(root, "qr");
    qr.text("present", config.present_channel);
    MULIN_TRY_STATUS(qr.finish());
    Section sync(root, "sync");
    sync.number("every_s", config.sync_every_s, 1, 3600);
    sync.number("offline_long_minutes", config.offline_long_minutes, 1, 100'000);
    MULIN_TRY_STATUS(sync.finish());
    return read_routes(root, config);
}

}  // namespace

payment::Result<TillConfig> load_till_config(const std::filesystem::path& data_dir) {
    TillConfig config;
    const auto file = data_dir / "mulin.toml";
    toml::table root;
    if (std::filesystem::exists(file)) {
        try {
            root = toml::parse_file(file.string());
        } catch (const toml::parse_error& error) {
            return fail(ErrorCode::invalid_input,
                        "mulin.toml, line " + std::to_string(error.source().begin.line) + ": " +
                            std::string(error.description()) + ".");
        }
    }
    MULIN_TRY_STATUS(read_all(root, config));
    config.simulated.payers = (data_dir / config.simulated.payers).string();
    MULIN_TRY(config.channels, read_channels(data_dir));
    return config;
}

}  // namespace mulin::pos
