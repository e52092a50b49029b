#pragma once
// The server's own log: one JSON object a line on stderr, for journald or whatever collects it. Only
// events of operation: no name, number, amount or id of a diner, no address typed by a stranger beyond
// the route it matched. Any thread.

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "payment/base/clock.h"

namespace mulin::sync::server {

class ServerLog {
  public:
    // Texts are quoted and escaped here; numbers are given as texts of digits with `number`.
    struct Field {
        std::string key;
        std::string value;
        bool number = false;
    };
    explicit ServerLog(const payment::Clock& clock) : clock_(clock) {}
    void info(std::string_view event, const std::vector<Field>& fields = {}) { write("info", event, fields); }
    void warning(std::string_view event, const std::vector<Field>& fields = {}) { write("warning", event, fields); }

  private:
    void write(std::string_view level, std::string_view event, const std::vector<Field>& fields);
    const payment::Clock& clock_;
    std::mutex mutex_;
};

}  // namespace mulin::sync::server
