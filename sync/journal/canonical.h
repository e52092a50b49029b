#pragma once
// Writes JSON in the one form the journal allows (FORMAT.md, "Canonical JSON"; a subset of RFC 8785):
// no white space, keys in ascending byte order, integers only, UTF-8 unescaped. The caller writes the
// keys in order; a key out of order ends the program. Not a general JSON writer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mulin::sync {

class CanonicalWriter {
  public:
    CanonicalWriter() { out_.reserve(2048); }
    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);
    void text(std::string_view value);
    void number(std::int64_t value);
    void boolean(bool value);
    void null();

    void field(std::string_view name, std::string_view value) { key(name), text(value); }
    void field(std::string_view name, const char* value) { key(name), text(value); }
    void field(std::string_view name, std::int64_t value) { key(name), number(value); }
    void flag(std::string_view name, bool value) { key(name), boolean(value); }

    // False once a text was not well-formed UTF-8; then the output is worthless.
    bool valid() const { return valid_; }
    std::string take() { return std::move(out_); }

  private:
    void separate();
    std::string out_;
    std::vector<std::string_view> last_keys_;  // one per open object or array; keys must be literals
    bool after_value_ = false;
    bool valid_ = true;
};

// Well-formed UTF-8 in the sense of Unicode 15, table 3-7: no overlong form, no surrogate.
bool is_utf8(std::string_view text);

}  // namespace mulin::sync
