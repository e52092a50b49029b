#pragma once
// Reading fields of a JSON object that came from a stranger: each with its type and its bound, and
// the first mistake kept. Only for this room's sources.

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/result.h"
#include "payment/money/money.h"

namespace mulin::payment::host {

class Fields {
  public:
    // `object` outlives this.
    explicit Fields(const nlohmann::json& object) : object_(object) {}

    std::string text(const char* name, std::size_t most = 1024);  // absent: empty
    std::string needed(const char* name, std::size_t most = 128);  // absent or empty: a mistake
    std::int64_t number(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
    bool flag(const char* name);  // absent: false
    Money money(const char* name);
    UtcInstant instant(const char* name);  // RFC 3339; absent: 1970
    std::map<std::string, std::string> texts(const char* name);
    std::vector<std::int64_t> waits(const char* name, const std::vector<std::int64_t>& otherwise);
    const nlohmann::json* object(const char* name);  // none when absent
    const nlohmann::json* list(const char* name, std::size_t most);

    // The first mistake, or ok.
    Status status() const;
    void mistake(const std::string& what);

  private:
    const nlohmann::json* find(const char* name) const;
    const nlohmann::json& object_;
    std::optional<std::string> mistake_;
};

}  // namespace mulin::payment::host
