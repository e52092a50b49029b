#include "pos/text/catalogue.h"

#include <fstream>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace mulin::pos::text {

namespace {

using payment::ErrorCode;
using Words = std::map<std::string, std::string, std::less<>>;

payment::Result<Words> read_words(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return payment::fail(ErrorCode::not_found, "The words file " + path.string() + " cannot be read.");
    bool doubled = false;
    std::set<std::string> seen;
    const auto watch = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
        if (event == nlohmann::json::parse_event_t::key) doubled |= !seen.insert(value.get<std::string>()).second;
        return true;
    };
    const nlohmann::json document = nlohmann::json::parse(file, watch, false);
    if (!document.is_object() || doubled)
        return payment::fail(ErrorCode::invalid_input, "The words file " + path.string() +
                                                           " is not one JSON object with each key once.");
    Words words;
    for (const auto& [key, value] : document.items()) {
        if (!value.is_string())
            return payment::fail(ErrorCode::invalid_input, path.string() + ": " + key + " is not a text.");
        words.emplace(key, value.get<std::string>());
    }
    return words;
}

std::string named(const std::filesystem::path& directory, std::string_view screen, std::string_view key) {
    return (directory / (std::string(screen) + ".json")).string() + ": " + std::string(key);
}

}  // namespace

const char* language_name(Language language) { return language == Language::en ? "en" : "zh-CN"; }

std::optional<Language> parse_language(std::string_view text) {
    for (const Language language : {Language::zh_cn, Language::en})
        if (text == language_name(language)) return language;
    return std::nullopt;
}

payment::Result<Catalogue> Catalogue::load(const std::filesystem::path& root, Language language) {
    const std::filesystem::path directory = root / language_name(language);
    std::map<std::string, Words, std::less<>> screens;
    Catalogue catalogue;
    catalogue.language_ = language;
    catalogue.words_.resize(kMessageCount);
    for (std::size_t i = 0; i < kMessageCount; ++i) {
        const MessageKey key = message_key(static_cast<Msg>(i));
        auto screen = screens.find(key.screen);
        if (screen == screens.end()) {
            MULIN_TRY(Words words, read_words(directory / (std::string(key.screen) + ".json")));
            screen = screens.emplace(std::string(key.screen), std::move(words)).first;
        }
        const auto words = screen->second.find(key.name);
        if (words == screen->second.end())
            return payment::fail(ErrorCode::invalid_input, named(directory, key.screen, key.name) + " is missing.");
        catalogue.words_[i] = std::move(words->second);
        screen->second.erase(words);
    }
    for (const auto& [screen, words] : screens)
        if (!words.empty())
            return payment::fail(ErrorCode::invalid_input,
                                 named(directory, screen, words.begin()->first) + " belongs to no message.");
    return catalogue;
}

std::string Catalogue::fill(Msg message, const std::vector<std::string>& args) const {
    const std::string_view words = (*this)(message);
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool placeholder = words[i] == '{' && i + 2 < words.size() && words[i + 2] == '}' &&
                                 words[i + 1] >= '0' && words[i + 1] <= '9';
        if (!placeholder) {
            out += words[i];
            continue;
        }
        const auto index = static_cast<std::size_t>(words[i + 1] - '0');
        if (index < args.size()) out += args[index];
        i += 2;
    }
    return out;
}

}  // namespace mulin::pos::text
