#include "sync/server/metrics.h"

#include <fstream>

#include <unistd.h>

#include "sync/console/audit_log.h"
#include "sync/console/sessions.h"
#include "sync/judging/difference.h"

namespace mulin::sync::server {
namespace {

// One metric: its two comment lines, then samples.
class MetricText {
  public:
    void begin(const std::string& name, const char* type, const char* what) {
        name_ = name;
        text_ += "# HELP " + name + " " + what + "\n# TYPE " + name + " " + type + "\n";
    }
    void sample(std::int64_t value, const std::string& labels = "", const char* tail = "") {
        text_ += name_ + tail + (labels.empty() ? "" : "{" + labels + "}") + " " + std::to_string(value) + "\n";
    }
    std::string take() { return std::move(text_); }

  private:
    std::string name_;
    std::string text_;
};

std::string label(const std::string& key, std::string_view value) {
    std::string text = key + "=\"";
    for (const char letter : value) {
        if (letter == '"' || letter == '\\') text += '\\';
        text += letter == '\n' ? ' ' : letter;
    }
    return text + "\"";
}

Result<std::int64_t> one_number(database::Database& database, const char* sql) {
    auto query = database.prepare(sql);
    MULIN_TRY(const bool found, query.step());
    return found ? query.number(0) : 0;
}

std::int64_t resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::int64_t pages = 0, resident = 0;
    in >> pages >> resident;
    return in ? resident * ::sysconf(_SC_PAGESIZE) : 0;
}

Status add_tills(District::Access& access, UtcInstant now, MetricText& out) {
    MULIN_TRY(const auto tills, access.tills.all());
    std::int64_t active = 0;
    for (const TillRecord& till : tills) active += till.revoked ? 0 : 1;
    out.begin("mulin_tills", "gauge", "tills by state");
    out.sample(active, label("state", "active"));
    out.sample(static_cast<std::int64_t>(tills.size()) - active, label("state", "revoked"));
    const auto labels = [](const TillRecord& till) { return label("till", till.id.text()) + "," + label("site", till.site.text()); };
    out.begin("mulin_till_last_seen_age_seconds", "gauge", "how long ago a till was last heard of");
    for (const TillRecord& till : tills) {
        if (!till.revoked && till.last_seen.ms > 0) out.sample((now.ms - till.last_seen.ms) / 1000, labels(till));
    }
    out.begin("mulin_till_waiting_entries", "gauge", "entries a till had still to send when it was last heard of");
    for (const TillRecord& till : tills) {
        if (!till.revoked) out.sample(till.waiting, labels(till));
    }
    out.begin("mulin_till_clock_ahead_seconds", "gauge", "a till's clock minus the server's");
    for (const TillRecord& till : tills) {
        if (!till.revoked && till.last_seen.ms > 0) out.sample(till.clock_ahead_ms / 1000, labels(till));
    }
    return payment::ok();
}

Status add_ledger(District::Access& access, UtcInstant now, MetricText& out) {
    const struct {
        const char* name;
        const char* what;
        const char* sql;
    } counts[] = {
        {"mulin_entries", "signed entries held without a gap", "SELECT coalesce(sum(watermark), 0) FROM epoch"},
        {"mulin_quarantined_entries", "entries set aside as unusable", "SELECT count(*) FROM quarantine"},
        {"mulin_forked_entries", "second versions of a number that was taken", "SELECT count(*) FROM fork_entry"},
        {"mulin_findings", "entries a person should look at", "SELECT count(*) FROM finding"},
        {"mulin_change", "the district's counter of changes", "SELECT change FROM change_counter WHERE id = 1"},
    };
    for (const auto& one : counts) {
        MULIN_TRY(const auto value, one_number(access.database, one.sql));
        out.begin(one.name, "gauge", one.what);
        out.sample(value);
    }
    MULIN_TRY(const auto differences, difference_counts(access));
    out.begin("mulin_pricing_queue", "gauge", "entries that have not been priced again yet");
    out.sample(differences.waiting);
    out.begin("mulin_price_differences", "gauge", "sales whose price the district does not agree with");
    out.sample(differences.expected, label("expected", "yes"));
    out.sample(differences.to_look_at, label("expected", "no"));
    MULIN_TRY(const auto sessions, console::Sessions(access.database).open_count(now));
    out.begin("mulin_office_sessions", "gauge", "people signed in to the console");
    out.sample(sessions);
    MULIN_TRY(const auto audit, console::AuditLog(access.database).head());
    out.begin("mulin_audit_lines", "counter", "lines of the audit log");
    out.sample(audit.lines);
    return payment::ok();
}

void add_endpoints(const HttpServer& server, const std::vector<const char*>& names, MetricText& out) {
    const struct {
        const char* name;
        const char* type;
        const char* what;
        std::int64_t EndpointCounts::*value;
    } counts[] = {
        {"mulin_http_connections", "gauge", "open connections", &EndpointCounts::connections},
        {"mulin_http_accepted_total", "counter", "connections accepted", &EndpointCounts::accepted},
        {"mulin_http_turned_away_total", "counter", "connections that found no place or made room", &EndpointCounts::turned_away},
        {"mulin_http_malformed_total", "counter", "requests refused before any handler", &EndpointCounts::malformed},
        {"mulin_http_busy_total", "counter", "requests answered busy", &EndpointCounts::busy},
        {"mulin_http_waiting", "gauge", "requests with the workers", &EndpointCounts::waiting},
    };
    for (const auto& one : counts) {
        out.begin(one.name, one.type, one.what);
        for (std::size_t i = 0; i < names.size(); ++i) out.sample(server.counts(i).*one.value, label("endpoint", names[i]));
    }
}

}  // namespace

void Metrics::count_request(const char* endpoint, std::string_view path, int status, std::int64_t ms) {
    const std::lock_guard lock(mutex_);
    ++requests_[{endpoint, std::string(path), status}];
    Times& times = times_[endpoint];
    std::size_t bucket = 0;
    while (bucket < kBoundsMs.size() && ms > kBoundsMs[bucket]) ++bucket;
    ++times.buckets[bucket];
    times.sum_ms += ms;
    ++times.count;
}

std::string Metrics::request_text() const {
    const std::lock_guard lock(mutex_);
    MetricText out;
    out.begin("mulin_http_requests_total", "counter", "requests answered");
    for (const auto& [key, count] : requests_) {
        out.sample(count, label("endpoint", std::get<0>(key)) + "," + label("path", std::get<1>(key)) + "," +
                              label("code", std::to_string(std::get<2>(key))));
    }
    out.begin("mulin_http_request_milliseconds", "histogram", "time from the whole request to the answer");
    for (const auto& [endpoint, times] : times_) {
        std::int64_t so_far = 0;
        for (std::size_t i = 0; i <= kBoundsMs.size(); ++i) {
            so_far += times.buckets[i];
            const std::string bound = i < kBoundsMs.size() ? std::to_string(kBoundsMs[i]) : "+Inf";
            out.sample(so_far, label("endpoint", endpoint) + "," + label("le", bound), "_bucket");
        }
        out.sample(times.sum_ms, label("endpoint", endpoint), "_sum");
        out.sample(times.count, label("endpoint", endpoint), "_count");
    }
    return out.take();
}

Result<std::string> Metrics::text(District& district, const HttpServer& server, const std::vector<const char*>& names) const {
    MetricText out;
    {
        const UtcInstant now = district.clock().utc();
        auto access = district.access();
        MULIN_TRY_STATUS(add_tills(access, now, out));
        MULIN_TRY_STATUS(add_ledger(access, now, out));
    }
    add_endpoints(server, names, out);
    out.begin("process_resident_memory_bytes", "gauge", "memory of the server");
    out.sample(resident_bytes());
    return out.take() + request_text();
}

}  // namespace mulin::sync::server
