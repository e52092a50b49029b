#include "sync/policy/fields.h"

#include <algorithm>
#include <numeric>

namespace mulin::sync::policy {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string listed(std::span<const std::string_view> names) {
    std::string text;
    for (const auto name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

std::string shown(std::string_view word) { return "\"" + std::string(word.substr(0, 60)) + "\""; }

std::string unknown_word(std::string_view word, std::span<const std::string_view> known) {
    const std::string near = nearest(word, known);
    if (!near.empty()) return shown(word) + " is not known; did you mean \"" + near + "\"?";
    return shown(word) + " is not known; use one of: " + listed(known) + ".";
}

bool is_id_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string_view> known) {
    if (word.size() > 60) return {};
    std::string best;
    std::size_t best_distance = 1 + std::max<std::size_t>((word.size() + 1) / 3, 1);
    for (const auto name : known) {
        std::size_t distance = edit_distance(word, name);
        // "subsidy_fen" for "amount_fen" is far, "hukous" or "pay" for "pay_percent" is near.
        if (word.size() >= 3 && name.find(word) != std::string_view::npos) distance = std::min<std::size_t>(distance, 2);
        if (distance < best_distance) {
            best = name;
            best_distance = distance;
        }
    }
    return best;
}

void Report::error(int line, std::string code, const std::string& message) {
    failed_ = true;
    if (findings_.size() >= 500) return;
    findings_.push_back({file_, rule_, std::move(code), "Line " + std::to_string(line) + ": " + message,
                         LintFinding::Kind::schema_error, line});
}

void Report::finding(int line, std::string code, const std::string& message) {
    if (findings_.size() >= 500) return;
    findings_.push_back({file_, rule_, std::move(code), "Line " + std::to_string(line) + ": " + message,
                         LintFinding::Kind::finding, line});
}

bool expect(const Node& node, Node::Kind kind, Report& report, const std::string& where) {
    if (node.kind == kind) return true;
    report.error(node.line, "wrong_type",
                 where + " must be " + name_of(kind) + ", not " + name_of(node.kind) + ".");
    return false;
}

Fields::Fields(const Node& node, Report& report, std::string where, std::initializer_list<std::string_view> known)
    : node_(node), report_(report), where_(std::move(where)) {
    is_object_ = expect(node, Node::Kind::object, report, where_);
    for (const auto& member : node.members) {
        const std::string_view key = member.key;
        if (key == "note" || key == "$schema") continue;
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        report.error(member.line, "unknown_key",
                     "in " + where_ + ", the key " +
                         unknown_word(key, std::span<const std::string_view>(known.begin(), known.size())));
    }
}

const Node* Fields::find(std::string_view key) const { return node_.find(key); }

const Node* Fields::need(std::string_view key) const {
    const Node* node = node_.find(key);
    if (node == nullptr && is_object_)
        error(node_.line, "missing_key", where_ + " needs the key \"" + std::string(key) + "\".");
    return node;
}

void Fields::error(int line, std::string code, const std::string& message) const {
    report_.error(line, std::move(code), message);
}

std::string Fields::text(std::string_view key) const {
    const Node* node = find(key);
    if (node == nullptr || !expect(*node, Node::Kind::text, report_, "\"" + std::string(key) + "\"")) return {};
    return node->text;
}

std::string Fields::need_text(std::string_view key) const {
    const Node* node = need(key);
    if (node == nullptr) return {};
    std::string value = text(key);
    if (node->kind == Node::Kind::text && value.empty())
        error(node->line, "bad_value", "\"" + std::string(key) + "\" must not be empty.");
    return value;
}

std::string Fields::need_id(std::string_view key) const {
    std::string id = need_text(key);
    if (id.empty()) return id;
    if (id.size() > 64 || !std::all_of(id.begin(), id.end(), is_id_char))
        error(find(key)->line, "bad_value",
              "\"" + std::string(key) + "\" must be at most 64 of a-z, A-Z, 0-9, '-', '_' and '.'.");
    return id;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
    const Node* node = find(key);
    if (node == nullptr || !expect(*node, Node::Kind::integer, report_, "\"" + std::string(key) + "\""))
        return std::nullopt;
    if (node->integer < low || node->integer > high) {
        error(node->line, "bad_value",
              "\"" + std::string(key) + "\" must be from " + std::to_string(low) + " to " + std::to_string(high) +
                  ", not " + std::to_string(node->integer) + ".");
        return std::nullopt;
    }
    return node->integer;
}

std::optional<Money> Fields::money(std::string_view key) const {
    const auto fen = integer(key, 0, kMaxPolicyFen);
    if (!fen) return std::nullopt;
    return Money::fen(*fen);
}

Money Fields::need_money(std::string_view key) const {
    if (need(key) == nullptr) return {};
    return money(key).value_or(Money());
}

std::optional<bool> Fields::boolean(std::string_view key) const {
    const Node* node = find(key);
    if (node == nullptr || !expect(*node, Node::Kind::boolean, report_, "\"" + std::string(key) + "\""))
        return std::nullopt;
    return node->boolean;
}

std::optional<Date> Fields::date(std::string_view key) const {
    const Node* node = find(key);
    return node == nullptr ? std::nullopt : read_date(*node, report_);
}

Words Fields::need_words(std::string_view key) const {
    const Node* node = need(key);
    return node == nullptr ? Words{} : read_words(*node, report_, "\"" + std::string(key) + "\"");
}

std::optional<std::size_t> Fields::choice(std::string_view key, std::span<const std::string_view> names) const {
    const Node* node = find(key);
    if (node == nullptr || !expect(*node, Node::Kind::text, report_, "\"" + std::string(key) + "\""))
        return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), node->text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    error(node->line, "bad_value", "for \"" + std::string(key) + "\", " + unknown_word(node->text, names));
    return std::nullopt;
}

std::optional<std::size_t> Fields::need_choice(std::string_view key, std::span<const std::string_view> names) const {
    if (find(key) == nullptr && is_object_) {
        error(node_.line, "missing_key",
              where_ + " needs the key \"" + std::string(key) + "\" (one of: " + listed(names) + ").");
        return std::nullopt;
    }
    return choice(key, names);
}

std::optional<Date> read_date(const Node& node, Report& report) {
    if (!expect(node, Node::Kind::text, report, "a date")) return std::nullopt;
    const auto date = Date::parse(node.text);
    if (date) return date;
    const bool shaped = node.text.size() == 10 && node.text.find_first_not_of("0123456789-") == std::string::npos &&
                        node.text[4] == '-' && node.text[7] == '-';
    report.error(node.line, "bad_value",
                 shown(node.text) + (shaped ? " is not a date: this day does not exist; take one of the calendar, such as 2026-02-28."
                                            : " is not a date of the form 2026-03-10; write year, month and day so."));
    return date;
}

Words read_words(const Node& node, Report& report, const std::string& where) {
    const Fields fields(node, report, where, {"zh", "en"});
    return {fields.need_text("zh"), fields.need_text("en")};
}

std::vector<std::string> read_texts(const Node& node, Report& report, const std::string& where) {
    if (node.kind == Node::Kind::text) {
        if (node.text.empty()) report.error(node.line, "bad_value", where + " must not be empty.");
        return {node.text};
    }
    if (node.kind != Node::Kind::list) {
        report.error(node.line, "wrong_type",
                     where + " must be a text or a list of texts, not " + name_of(node.kind) + ".");
        return {};
    }
    if (node.items.empty()) report.error(node.line, "bad_value", where + " must name at least one.");
    std::vector<std::string> texts;
    for (const auto& item : node.items) {
        if (expect(item, Node::Kind::text, report, "each value of " + where)) texts.push_back(item.text);
    }
    return texts;
}

unsigned read_mask(const Node& node, Report& report, const std::string& where,
                   std::span<const std::string_view> names) {
    unsigned mask = 0;
    for (const auto& text : read_texts(node, report, where)) {
        const auto found = std::find(names.begin(), names.end(), text);
        if (found == names.end()) {
            report.error(node.line, "bad_value", "for " + where + ", " + unknown_word(text, names));
        } else {
            mask |= 1u << (found - names.begin());
        }
    }
    return mask;
}

IntRange read_range(const Node& node, Report& report, const std::string& where, std::int64_t low,
                    std::int64_t high) {
    const Fields fields(node, report, where, {"from", "above", "through", "below"});
    IntRange range;
    if (!fields.is_object()) return range;
    if (fields.find("from") != nullptr && fields.find("above") != nullptr)
        fields.error(node.line, "bad_value", where + " must have \"from\" or \"above\", not both.");
    if (fields.find("through") != nullptr && fields.find("below") != nullptr)
        fields.error(node.line, "bad_value", where + " must have \"through\" or \"below\", not both.");
    if (const auto value = fields.integer("from", low, high)) range.from = *value;
    if (const auto value = fields.integer("above", low, high)) range.from = *value + 1;
    if (const auto value = fields.integer("through", low, high)) range.below = *value + 1;
    if (const auto value = fields.integer("below", low, high)) range.below = *value;
    if (node.find("from") == nullptr && node.find("above") == nullptr && node.find("through") == nullptr &&
        node.find("below") == nullptr)
        fields.error(node.line, "missing_key", where + " needs \"from\" or \"above\", \"through\" or \"below\".");
    if (range.from >= range.below)
        fields.error(node.line, "bad_value", where + " is empty: its end lies before its start.");
    return range;
}

}  // namespace mulin::sync::policy
