#include "sync/policy/json_tree.h"

#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

namespace mulin::sync::policy {
namespace {

// Counts the line breaks before the character read last. The lexer reads one character past a
// number; that this may be a line break must not move the number to the next line.
struct LineCount {
    int line = 1;
    bool last_was_break = false;
    void read(char c) {
        if (last_was_break) ++line;
        last_was_break = c == '\n';
    }
};

class Cursor {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, LineCount* lines) : at_(at), lines_(lines) {}
    reference operator*() const { return *at_; }
    Cursor& operator++() {
        lines_->read(*at_);
        ++at_;
        return *this;
    }
    bool operator==(const Cursor& other) const { return at_ == other.at_; }
    bool operator!=(const Cursor& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    LineCount* lines_;
};

// Receives the parser's events and builds the tree. Signatures are the library's.
class TreeBuilder {
  public:
    explicit TreeBuilder(const LineCount& lines) : lines_(lines) {}

    bool null() { return place({}); }
    bool boolean(bool value) {
        Node node;
        node.kind = Node::Kind::boolean;
        node.boolean = value;
        return place(std::move(node));
    }
    bool number_integer(std::int64_t value) {
        Node node;
        node.kind = Node::Kind::integer;
        node.integer = value;
        return place(std::move(node));
    }
    bool number_unsigned(std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(INT64_MAX)) return too_big(std::to_string(value));
        return number_integer(static_cast<std::int64_t>(value));
    }
    bool number_float(double, const std::string& written) {
        // A whole number that does not fit in 64 bits arrives here, too.
        if (written.find_first_of(".eE") == std::string::npos) return too_big(written);
        return text_node(Node::Kind::decimal, written);
    }
    bool string(std::string& value) { return text_node(Node::Kind::text, std::move(value)); }
    bool binary(std::vector<std::uint8_t>&) { return false; }

    bool start_object(std::size_t) { return open(Node::Kind::object); }
    bool start_array(std::size_t) { return open(Node::Kind::list); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        Node& object = *open_.back();
        for (const auto& member : object.members) {
            if (member.key == name)
                return stop("duplicate_key", "The key \"" + name + "\" stands twice in one object; keep one.");
        }
        if (object.members.size() >= 2000) return stop("too_large", "An object has more than 2000 keys.");
        object.members.push_back({std::move(name), lines_.line, {}});
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& failure) {
        std::string what = failure.what();
        if (what.find("UTF-8") != std::string::npos)
            return stop("not_utf8", "The text is not UTF-8; save the file as UTF-8.");
        if (what.find("number overflow") != std::string::npos)
            return stop("bad_number", "A number is too large.");
        const auto at = what.find(": syntax error");
        if (at != std::string::npos) what = what.substr(at + 2);
        return stop("json_syntax", "This is not valid JSON: " + what + ".");
    }

    Node root;
    JsonProblem problem;

  private:
    bool place(Node node) {
        node.line = lines_.line;
        if (++count_ > kMaxJsonNodes) return stop("too_large", "The document has too many values.");
        attach(std::move(node));
        return true;
    }
    Node& attach(Node node) {
        if (open_.empty()) return root = std::move(node);
        Node& parent = *open_.back();
        if (parent.kind == Node::Kind::list) return parent.items.emplace_back(std::move(node));
        return parent.members.back().value = std::move(node);
    }
    bool text_node(Node::Kind kind, std::string value) {
        Node node;
        node.kind = kind;
        node.text = std::move(value);
        return place(std::move(node));
    }
    bool open(Node::Kind kind) {
        if (open_.size() >= kMaxJsonDepth) return stop("too_deep", "Values are nested too deeply.");
        if (++count_ > kMaxJsonNodes) return stop("too_large", "The document has too many values.");
        Node node;
        node.kind = kind;
        node.line = lines_.line;
        open_.push_back(&attach(std::move(node)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool too_big(const std::string& written) {
        return stop("bad_number", "The number " + written.substr(0, 40) + " is too large.");
    }
    bool stop(const char* code, std::string message) {
        problem = {lines_.line, code, std::move(message)};
        return false;
    }

    const LineCount& lines_;
    std::vector<Node*> open_;  // a parent's list does not grow while a child is open
    std::size_t count_ = 0;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& member : members) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

tl::expected<Node, JsonProblem> parse_json(std::string_view text) {
    if (text.size() > kMaxJsonBytes)
        return tl::make_unexpected(JsonProblem{1, "too_large", "The document is larger than 8 MB."});
    LineCount lines;
    TreeBuilder builder(lines);
    try {
        const Cursor begin(text.data(), &lines);
        const Cursor end(text.data() + text.size(), &lines);
        if (nlohmann::json::sax_parse(begin, end, &builder)) return std::move(builder.root);
    } catch (const nlohmann::json::exception& failure) {
        builder.problem = {lines.line, "json_syntax", failure.what()};
    }
    return tl::make_unexpected(std::move(builder.problem));
}

void append_json_text(std::string& out, std::string_view text) {
    constexpr auto kPlain = [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    bool plain = true;
    for (const char c : text) plain = plain && kPlain(static_cast<unsigned char>(c));
    if (plain) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    using nlohmann::json;
    out += json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
}

const char* name_of(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::null: return "null";
        case Node::Kind::boolean: return "true or false";
        case Node::Kind::integer: return "a whole number";
        case Node::Kind::decimal: return "a number with a fraction";
        case Node::Kind::text: return "a text";
        case Node::Kind::list: return "a list";
        case Node::Kind::object: return "an object";
    }
    return "";
}

}  // namespace mulin::sync::policy
