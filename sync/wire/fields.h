#pragma once
// Strict reading of a parsed JSON object, for the parsers of this room only. The first problem is
// kept and named with its place ("upload.entries[3].seq"); reading goes on with empty values, so a
// parser reads everything and looks at ok() once. Members it does not know are ignored.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "payment/base/clock.h"
#include "payment/base/result.h"
#include "payment/money/money.h"

namespace mulin::sync {

// Shared by an object and everything read inside it.
struct FirstProblem {
    std::string text;
};

class Fields {
  public:
    // `value` must outlive this; anything but an object is a problem.
    Fields(const nlohmann::json& value, std::string where, std::shared_ptr<FirstProblem> problem = nullptr);

    std::string text(const char* key, std::size_t max_bytes);
    std::string id(const char* key);           // 1 to kMaxIdBytes of [A-Za-z0-9._:-]
    std::string optional_id(const char* key);  // may be absent or empty
    std::string hex(const char* key, std::size_t bytes);
    std::string optional_text(const char* key, std::size_t max_bytes);
    std::int64_t integer(const char* key, std::int64_t min, std::int64_t max);
    bool boolean(const char* key);
    payment::Money money(const char* key);
    payment::Date date(const char* key);
    payment::UtcInstant instant(const char* key);
    std::vector<std::string> texts(const char* key, std::size_t max_count);
    bool has(const char* key) const;
    // The members of an array, each as Fields; an absent one is a problem.
    std::vector<Fields> objects(const char* key, std::size_t max_count);
    Fields object(const char* key);

    void problem(const char* key, std::string_view what);
    bool ok() const { return problem_->text.empty(); }
    payment::Error error() const;

  private:
    const nlohmann::json* find(const char* key);
    const nlohmann::json* value_ = nullptr;
    std::string where_;
    std::shared_ptr<FirstProblem> problem_;
};

// Parses text that must be one JSON object of at most max_bytes.
payment::Result<std::shared_ptr<const nlohmann::json>> parse_object(std::string_view text, std::size_t max_bytes,
                                                                    const char* what);
// JSON text; bytes that are no UTF-8 are replaced, never refused.
std::string json_text(const nlohmann::json& value);

}  // namespace mulin::sync
