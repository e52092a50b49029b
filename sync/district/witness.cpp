#include "sync/district/witness.h"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

#include "sync/district/district.h"
#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

constexpr const char* kRootColumns = "SELECT number, at_ms, prev, root, points, signature FROM district_root ";

DistrictRoot root_from(const database::Statement& row) {
    return {row.number(0), UtcInstant{row.number(1)}, row.text(2), row.text(3), row.number(4), row.text(5)};
}

Result<std::optional<DistrictRoot>> one_root(database::Statement& query) {
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(root_from(query)) : std::optional<DistrictRoot>();
}

Status read_points(database::Statement query, bool fork, std::vector<RootPoint>& points) {
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        points.push_back({TillId(query.text(0)), EpochId(query.text(1)), query.number(2), query.text(3), fork});
    }
}

nlohmann::json point_value(const RootPoint& point) {
    return {{"till", point.till.text()}, {"epoch", point.epoch.text()}, {"seq", point.seq}, {"hash", point.hash}, {"fork", point.fork}};
}

}  // namespace

Result<std::optional<Countersigned>> Witness::given(const EntryKey& key, const std::string& hash) {
    auto query = database_.prepare(
        "SELECT at_ms, signature FROM countersigned WHERE till = ? AND epoch = ? AND seq = ? AND hash = ?");
    query.bind(key.till.text()).bind(key.epoch.text()).bind(key.seq).bind(hash);
    MULIN_TRY(const bool found, query.step());
    if (!found) return std::optional<Countersigned>();
    return std::optional(Countersigned{key.epoch, key.seq, hash, UtcInstant{query.number(0)}, query.text(1)});
}

Result<std::vector<Countersigned>> Witness::countersign(LedgerStore& ledger, const TillId& till,
                                                        const std::vector<CheckedLine>& lines, UtcInstant now) {
    std::vector<Countersigned> closes;
    for (const CheckedLine& line : lines) {
        if (!line.genuine || !line.decoded || !std::holds_alternative<ShiftClose>(line.decoded->body)) continue;
        const Entry& entry = *line.entry;
        MULIN_TRY(const auto held, ledger.held(entry.key));
        if (entry.key.till != till || !held || !held->kept || held->hash != entry.hash) continue;
        MULIN_TRY(auto close, given(entry.key, entry.hash));
        if (!close) {
            close = Countersigned{entry.key.epoch, entry.key.seq, entry.hash, now, {}};
            sync::countersign(*close, till, district_);
            auto write = database_.prepare(
                "INSERT INTO countersigned (till, epoch, seq, hash, at_ms, signature) VALUES (?, ?, ?, ?, ?, ?)");
            write.bind(till.text()).bind(close->epoch.text()).bind(close->seq).bind(close->hash);
            write.bind(now.ms).bind(close->signature);
            MULIN_TRY_STATUS(write.run());
        }
        closes.push_back(std::move(*close));
    }
    return closes;
}

Result<std::optional<DistrictRoot>> Witness::newest() {
    static const std::string sql = std::string(kRootColumns) + "ORDER BY number DESC LIMIT 1";
    auto query = database_.prepare(sql.c_str());
    return one_root(query);
}

Result<std::optional<DistrictRoot>> Witness::find(std::int64_t number) {
    static const std::string sql = std::string(kRootColumns) + "WHERE number = ?";
    auto query = database_.prepare(sql.c_str());
    query.bind(number);
    return one_root(query);
}

Result<std::vector<DistrictRoot>> Witness::behind(std::int64_t number) {
    std::vector<DistrictRoot> roots;
    if (number == 0) {
        MULIN_TRY(auto last, newest());
        if (last) roots.push_back(std::move(*last));
        return roots;
    }
    static const std::string sql = std::string(kRootColumns) + "WHERE number > ? ORDER BY number LIMIT ?";
    auto query = database_.prepare(sql.c_str());
    query.bind(number).bind(static_cast<std::int64_t>(kMaxRootsPerAnswer));
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return roots;
        roots.push_back(root_from(query));
    }
}

Status Witness::take_up(LedgerStore& ledger, const TillId& till, const std::vector<CheckedLine>& lines, UtcInstant now) {
    for (const CheckedLine& line : lines) {
        const auto* root = line.genuine && line.decoded ? std::get_if<DistrictRoot>(&line.decoded->body) : nullptr;
        if (root == nullptr || line.entry->key.till != till) continue;
        MULIN_TRY_STATUS(take_up_one(ledger, line.entry->key, *root, now));
    }
    return payment::ok();
}

Status Witness::take_up_one(LedgerStore& ledger, const EntryKey& key, const DistrictRoot& root, UtcInstant now) {
    if (!is_genuine(root, district_.public_key())) {
        return ledger.add_finding(key, "strange_root", "The till holds a root that this district never signed.", now);
    }
    MULIN_TRY(const auto ours, find(root.number));
    if (ours && digest_of(*ours) == digest_of(root)) return payment::ok();
    if (ours) {
        return ledger.add_finding(key, "root_conflict", "The till holds another root " + std::to_string(root.number) +
                                                            " of this district than the district itself.", now);
    }
    MULIN_TRY(const auto last, newest());
    const bool follows = last ? root.number == last->number + 1 && root.prev == digest_of(*last) : root.number == 1;
    // A till that joined late holds no more than the end of the chain: better that than none.
    if (follows || !last) return keep(root, false).map([](bool) { return payment::Unit{}; });
    if (root.number > last->number) return payment::ok();  // others may still bring those between
    auto before = database_.prepare("SELECT count(*) FROM district_root WHERE number < ?");
    before.bind(root.number);
    MULIN_TRY(const bool any, before.step());
    if (!any || before.number(0) == 0) return payment::ok();
    return ledger.add_finding(key, "forgotten_root", "The till holds root " + std::to_string(root.number) +
                                                         ", which this district signed before it was put back from a backup and "
                                                         "knows no more; the till's entry is the proof of it.", now);
}

Result<std::optional<UtcInstant>> Witness::restored() {
    auto query = database_.prepare("SELECT value FROM meta WHERE key = ?");
    query.bind(kRestoredKey);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(UtcInstant{std::stoll(query.text(0))}) : std::optional<UtcInstant>();
}

Result<bool> Witness::must_wait(UtcInstant restored, UtcInstant now) {
    if (now.ms >= restored.ms + kRootWaitMs) return false;
    auto query = database_.prepare(
        "SELECT count(*) FROM till WHERE state = 'active' AND enrolled_ms <= ? AND (last_seen_ms < ? OR waiting > 0)");
    query.bind(restored.ms).bind(restored.ms);
    MULIN_TRY(const bool row, query.step());
    return row && query.number(0) > 0;
}

// At most one root a day was signed since the newest that is known, or since there was a till to hold one.
Result<std::int64_t> Witness::next_number(const std::optional<DistrictRoot>& last, const std::optional<UtcInstant>& restored) {
    const std::int64_t next = last ? last->number + 1 : 1;
    if (!restored || (last && last->at.ms >= restored->ms)) return next;
    const auto day_of = [](UtcInstant at) { return std::int64_t{payment::china_date(at).days_since_1970()}; };
    if (last) return next + std::max<std::int64_t>(0, day_of(*restored) - day_of(last->at));
    auto query = database_.prepare("SELECT coalesce(min(enrolled_ms), ?) FROM till");
    query.bind(restored->ms);
    MULIN_TRY_STATUS(query.step().map([](bool) { return payment::Unit{}; }));
    return next + std::max<std::int64_t>(0, day_of(*restored) - day_of({query.number(0)}) + 1);
}

Result<std::vector<RootPoint>> Witness::new_points() {
    std::vector<RootPoint> points;
    MULIN_TRY_STATUS(read_points(database_.prepare(
        "SELECT e.till, e.epoch, e.watermark, n.hash FROM epoch e "
        "JOIN entry n ON n.till = e.till AND n.epoch = e.epoch AND n.seq = e.watermark AND n.kept = 1 "
        "LEFT JOIN rooted_epoch r ON r.till = e.till AND r.epoch = e.epoch "
        "WHERE coalesce(r.seq, 0) < e.watermark ORDER BY e.till, e.epoch"), false, points));
    MULIN_TRY_STATUS(read_points(database_.prepare(
        "SELECT f.till, f.epoch, f.seq, f.hash FROM fork_entry f LEFT JOIN rooted_fork r "
        "ON r.till = f.till AND r.epoch = f.epoch AND r.seq = f.seq AND r.hash = f.hash "
        "WHERE r.till IS NULL ORDER BY f.till, f.epoch, f.seq, f.hash"), true, points));
    // By bytes, whatever order the database has for texts.
    std::sort(points.begin(), points.end(), [](const RootPoint& a, const RootPoint& b) {
        return std::tie(a.till.text(), a.epoch.text(), a.seq, a.hash) < std::tie(b.till.text(), b.epoch.text(), b.seq, b.hash);
    });
    return points;
}

// False: another server has made this root meanwhile.
Result<bool> Witness::keep(const DistrictRoot& root, bool known) {
    auto write = database_.prepare(
        "INSERT INTO district_root (number, at_ms, prev, root, points, signature, known) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (number) DO NOTHING");
    write.bind(root.number).bind(root.at.ms).bind(root.prev).bind(root.root).bind(root.points);
    write.bind(root.signature).bind(known ? 1 : 0);
    MULIN_TRY_STATUS(write.run());
    return write.changed_rows() > 0;
}

Status Witness::keep_point(std::int64_t number, std::int64_t position, const RootPoint& point) {
    auto write = database_.prepare(
        "INSERT INTO root_point (number, position, till, epoch, seq, hash, fork) VALUES (?, ?, ?, ?, ?, ?, ?)");
    write.bind(number).bind(position).bind(point.till.text()).bind(point.epoch.text()).bind(point.seq);
    write.bind(point.hash).bind(point.fork ? 1 : 0);
    MULIN_TRY_STATUS(write.run());
    auto covered = database_.prepare(
        point.fork ? "INSERT INTO rooted_fork (till, epoch, seq, hash) VALUES (?, ?, ?, ?)"
                   : "INSERT INTO rooted_epoch (till, epoch, seq) VALUES (?, ?, ?) "
                     "ON CONFLICT (till, epoch) DO UPDATE SET seq = excluded.seq");
    covered.bind(point.till.text()).bind(point.epoch.text()).bind(point.seq);
    if (point.fork) covered.bind(point.hash);
    return covered.run();
}

Status Witness::make_root(UtcInstant now) {
    MULIN_TRY(const auto last, newest());
    if (last && payment::china_date(last->at) >= payment::china_date(now)) return payment::ok();
    MULIN_TRY(const auto back, restored());
    if (back) {
        MULIN_TRY(const bool wait, must_wait(*back, now));
        if (wait) return payment::ok();
    }
    MULIN_TRY(const auto points, new_points());
    if (points.empty()) return payment::ok();
    DistrictRoot root;
    MULIN_TRY(root.number, next_number(last, back));
    root.at = now;
    root.prev = last ? digest_of(*last) : std::string(kNoHash);
    root.root = root_of(points);
    root.points = static_cast<std::int64_t>(points.size());
    sign_root(root, district_);
    MULIN_TRY(const bool ours, keep(root, true));
    if (!ours) return payment::ok();
    std::int64_t position = 0;
    for (const RootPoint& point : points) MULIN_TRY_STATUS(keep_point(root.number, position++, point));
    return payment::ok();
}

Result<std::string> Witness::lines() {
    std::vector<std::pair<DistrictRoot, bool>> roots;
    {
        auto query = database_.prepare(
            "SELECT number, at_ms, prev, root, points, signature, known FROM district_root ORDER BY number");
        for (;;) {
            MULIN_TRY(const bool row, query.step());
            if (!row) break;
            roots.emplace_back(root_from(query), query.number(6) == 1);
        }
    }
    std::string text;
    for (const auto& [root, known] : roots) {
        nlohmann::json line = {{"number", root.number}, {"at", payment::to_rfc3339(root.at)}, {"prev", root.prev},
                                       {"root", root.root}, {"signature", root.signature}, {"points", root.points}};
        if (known) {
            auto query = database_.prepare(
                "SELECT till, epoch, seq, hash, fork FROM root_point WHERE number = ? ORDER BY position");
            query.bind(root.number);
            auto points = nlohmann::json::array();
            for (;;) {
                MULIN_TRY(const bool row, query.step());
                if (!row) break;
                points.push_back(point_value({TillId(query.text(0)), EpochId(query.text(1)), query.number(2), query.text(3), query.number(4) == 1}));
            }
            line["points"] = std::move(points);
        }
        text += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    return text;
}

}  // namespace mulin::sync::server
