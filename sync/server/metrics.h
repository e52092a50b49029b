#pragma once
// What Prometheus reads at /metrics (text format 0.0.4): counts, ages and queue lengths, no personal
// data. Requests are counted here, by this process; the rest is read from the database when asked.

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sync/district/district.h"
#include "sync/http/http_server.h"

namespace mulin::sync::server {

class Metrics {
  public:
    // path: of a route that exists, else "other", so that strangers cannot make up series. Any thread.
    void count_request(const char* endpoint, std::string_view path, int status, std::int64_t ms);
    // Everything as text. names: one per endpoint, in order.
    Result<std::string> text(District& district, const HttpServer& server, const std::vector<const char*>& names) const;

  private:
    static constexpr std::array<std::int64_t, 8> kBoundsMs{5, 20, 50, 100, 200, 500, 1'000, 5'000};
    struct Times {
        std::array<std::int64_t, kBoundsMs.size() + 1> buckets{};
        std::int64_t sum_ms = 0;
        std::int64_t count = 0;
    };
    std::string request_text() const;
    mutable std::mutex mutex_;
    std::map<std::tuple<std::string, std::string, int>, std::int64_t> requests_;
    std::map<std::string, Times> times_;
};

}  // namespace mulin::sync::server
