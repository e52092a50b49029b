#pragma once
// Reading a policy document strictly: Fields is one object whose keys are all known; Report collects
// what is wrong with line, code and, for a misspelt name, the nearest known one. Reading goes on
// after an error so that one run names them all.

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/kinds.h"
#include "sync/policy/condition.h"
#include "sync/policy/json_tree.h"
#include "sync/policy/lint.h"

namespace mulin::sync::policy {

// No amount in a policy passes 1,000 million yuan.
inline constexpr std::int64_t kMaxPolicyFen = 100'000'000'000;

// The known name nearest to `word` if it is near enough to be meant, else empty.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

class Report {
  public:
    explicit Report(std::string file) : file_(std::move(file)) {}
    void error(int line, std::string code, const std::string& message);
    void finding(int line, std::string code, const std::string& message);
    void set_rule(std::string rule) { rule_ = std::move(rule); }
    const std::string& rule() const { return rule_; }
    bool failed() const { return failed_; }
    std::vector<LintFinding> take() { return std::move(findings_); }
    const std::vector<LintFinding>& findings() const { return findings_; }

  private:
    std::string file_;
    std::string rule_;
    std::vector<LintFinding> findings_;
    bool failed_ = false;
};

class Fields {
  public:
    // `where` names the object in messages: "the benefit". Keys "note" and "$schema" are always
    // allowed and hold free text.
    Fields(const Node& node, Report& report, std::string where, std::initializer_list<std::string_view> known);

    bool is_object() const { return is_object_; }
    int line() const { return node_.line; }
    const Node* find(std::string_view key) const;
    const Node* need(std::string_view key) const;  // reports missing_key

    std::string text(std::string_view key) const;       // empty when absent
    std::string need_text(std::string_view key) const;  // not empty
    std::string need_id(std::string_view key) const;    // letters, digits, '-', '_', '.'
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high) const;
    std::optional<Money> money(std::string_view key) const;
    Money need_money(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    std::optional<Date> date(std::string_view key) const;
    Words need_words(std::string_view key) const;  // {"zh","en"}
    // Index of the value in `names`; nothing when absent or wrong (reported).
    std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> names) const;
    std::optional<std::size_t> need_choice(std::string_view key, std::span<const std::string_view> names) const;

    void error(int line, std::string code, const std::string& message) const;
    const std::string& where() const { return where_; }
    Report& report() const { return report_; }

  private:
    const Node& node_;
    Report& report_;
    std::string where_;
    bool is_object_ = false;
};

// Readers of single values; they report and return something harmless.
std::optional<Date> read_date(const Node& node, Report& report);
Words read_words(const Node& node, Report& report, const std::string& where);
// One text or a list of texts.
std::vector<std::string> read_texts(const Node& node, Report& report, const std::string& where);
// Bits by position in `names`, from one name or a list of names.
unsigned read_mask(const Node& node, Report& report, const std::string& where,
                   std::span<const std::string_view> names);
// {"from"|"above", "through"|"below"}: at least one end.
IntRange read_range(const Node& node, Report& report, const std::string& where, std::int64_t low,
                    std::int64_t high);
bool expect(const Node& node, Node::Kind kind, Report& report, const std::string& where);

}  // namespace mulin::sync::policy
