#include "payment/wire/json.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace mulin::payment {
namespace {

constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostMembers = 1'000;  // of one object; also bounds the search for doubles

}  // namespace

// Receives the parser's events and builds the value. Signatures are the library's.
class JsonBuilder {
  public:
    bool null() { return place({}); }
    bool boolean(bool value) { return scalar(Json::Kind::boolean, value ? "true" : "false"); }
    bool number_integer(std::int64_t value) { return scalar(Json::Kind::number, std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return scalar(Json::Kind::number, std::to_string(value)); }
    bool number_float(double, const std::string& written) {
        std::string text = written;  // the library writes the locale's decimal sign
        std::replace(text.begin(), text.end(), ',', '.');
        return scalar(Json::Kind::number, std::move(text));
    }
    bool string(std::string& value) { return scalar(Json::Kind::text, std::move(value)); }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t) { return open(Json::Kind::object); }
    bool start_array(std::size_t) { return open(Json::Kind::array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        names_.back() = std::move(name);
        return open_.back().members().size() < kMostMembers && !named_before();
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

    Json take() { return std::move(root_); }

  private:
    bool named_before() const {
        const auto& members = open_.back().members();
        return std::any_of(members.begin(), members.end(), [&](const auto& one) { return one.first == names_.back(); });
    }
    bool scalar(Json::Kind kind, std::string text) {
        Json value;
        value.kind_ = kind;
        value.scalar_ = std::move(text);
        return place(std::move(value));
    }
    bool open(Json::Kind kind) {
        if (open_.size() >= kMostLevels) return false;
        open_.emplace_back();
        open_.back().kind_ = kind;
        names_.emplace_back();
        return true;
    }
    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back();
        names_.pop_back();
        return place(std::move(done));
    }
    bool place(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (open_.back().kind() == Json::Kind::array) {
            open_.back().items_.push_back(std::move(value));
        } else {
            open_.back().members_.emplace_back(names_.back(), std::move(value));
        }
        return true;
    }

    Json root_;
    std::vector<Json> open_;
    std::vector<std::string> names_;
};

const std::string& Json::nothing() {
    static const std::string none;
    return none;
}

Result<Json> Json::parse(std::string_view bytes) {
    JsonBuilder builder;
    bool good = false;
    try {
        good = nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &builder);
    } catch (const nlohmann::json::exception&) {
        good = false;
    }
    if (!good) return fail(ErrorCode::peer, "The answer is no JSON that can be trusted.");
    return builder.take();
}

const Json& Json::operator[](std::string_view name) const {
    static const Json none;
    for (const auto& [key, value] : members_)
        if (key == name) return value;
    return none;
}

std::string Json::text() const { return kind_ == Kind::text ? scalar_ : std::string(); }

std::optional<std::int64_t> Json::whole() const {
    const std::string& digits = plain();
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, problem] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || problem != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

std::optional<bool> Json::flag() const {
    if (kind_ != Kind::boolean) return std::nullopt;
    return scalar_ == "true";
}

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A cursor over text that is known to be JSON: it only has to find where values end.
struct Scan {
    std::string_view text;
    std::size_t at = 0;

    void skip_blanks() {
        while (at < text.size() && blank(text[at])) ++at;
    }
    void skip_string() {
        for (++at; at < text.size() && text[at] != '"'; ++at)
            if (text[at] == '\\') ++at;
        ++at;
    }
    void skip_value() {
        std::size_t depth = 0;
        for (; at < text.size(); ++at) {
            const char c = text[at];
            if (c == '"') {
                skip_string();
                --at;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || blank(c))) {
                return;
            } else if (c == '}' || c == ']') {
                --depth;
            }
        }
    }
};

}  // namespace

std::optional<std::string_view> raw_member(std::string_view object, std::string_view name) {
    const auto parsed = Json::parse(object);  // also refuses a name that comes twice
    if (!parsed || parsed->kind() != Json::Kind::object) return std::nullopt;
    Scan scan{object};
    scan.skip_blanks();
    ++scan.at;
    for (const auto& [key, value] : parsed->members()) {
        scan.skip_blanks();
        scan.skip_string();
        scan.skip_blanks();
        ++scan.at;  // the colon
        scan.skip_blanks();
        const std::size_t from = scan.at;
        scan.skip_value();
        if (key == name) return object.substr(from, scan.at - from);
        scan.skip_blanks();
        ++scan.at;  // the comma
    }
    return std::nullopt;
}

std::string json_quoted(std::string_view text) {
    return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace mulin::payment
