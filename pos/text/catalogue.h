#pragma once
// Catalogue: the words of one language. Loaded once per language from assets/text; after that
// immutable and safe to read from any thread. Placeholders are {0}, {1}, ...

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/result.h"
#include "pos/text/messages.h"

namespace mulin::pos::text {

enum class Language { zh_cn, en };
const char* language_name(Language language);  // "zh-CN", "en"
std::optional<Language> parse_language(std::string_view text);

class Catalogue {
  public:
    // Reads <directory>/<language>/*.json. A missing, unknown or doubled key is an error, named.
    static payment::Result<Catalogue> load(const std::filesystem::path& directory, Language language);

    Language language() const { return language_; }
    std::string_view operator()(Msg message) const { return words_[static_cast<std::size_t>(message)]; }

    template <class... Args>
    std::string format(Msg message, const Args&... args) const {
        return fill(message, {to_text(args)...});
    }

  private:
    static std::string to_text(std::string_view text) { return std::string(text); }
    template <std::integral T>
    static std::string to_text(T number) { return std::to_string(number); }
    std::string fill(Msg message, const std::vector<std::string>& args) const;

    Language language_ = Language::zh_cn;
    std::vector<std::string> words_;
};

}  // namespace mulin::pos::text
