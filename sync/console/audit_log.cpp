#include "sync/console/audit_log.h"

#include "sync/model/keyed_hash.h"

namespace mulin::sync::console {
namespace {

// Every field with its length before it, so that no two lines read alike.
std::string line_hash(const std::string& before, const AuditLine& line) {
    std::string text = before;
    for (const std::string& field : {std::to_string(line.seq), std::to_string(line.at.ms), line.who, line.role, line.source,
                                     line.action, line.subject, line.reason}) {
        text += std::to_string(field.size()) + ':' + field;
    }
    return keyed_hash("mulin office audit", text);
}

AuditLine read_audit_line(const database::Statement& row) {
    return {row.number(0), {row.number(1)}, row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7), row.text(8)};
}

}  // namespace

payment::Status AuditLog::append(AuditLine line) {
    MULIN_TRY(const auto before, head());
    line.seq = before.lines + 1;
    line.hash = line_hash(before.hash, line);
    auto insert = database_.prepare(
        "INSERT INTO audit_line (seq, at_ms, who, role, source, action, subject, reason, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(line.seq).bind(line.at.ms).bind(line.who).bind(line.role).bind(line.source);
    insert.bind(line.action).bind(line.subject).bind(line.reason).bind(line.hash);
    return insert.run();
}

payment::Result<std::vector<AuditLine>> AuditLog::page(std::int64_t before, std::int64_t at_most) {
    auto query = database_.prepare(
        "SELECT seq, at_ms, who, role, source, action, subject, reason, hash FROM audit_line "
        "WHERE seq < ? ORDER BY seq DESC LIMIT ?");
    query.bind(before > 0 ? before : INT64_MAX).bind(at_most);
    std::vector<AuditLine> lines;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return lines;
        lines.push_back(read_audit_line(query));
    }
}

payment::Result<AuditHead> AuditLog::head() {
    auto query = database_.prepare("SELECT seq, hash FROM audit_line ORDER BY seq DESC LIMIT 1");
    MULIN_TRY(const bool found, query.step());
    return found ? AuditHead{query.number(0), query.text(1)} : AuditHead{};
}

payment::Result<AuditHead> AuditLog::verify(const AuditHead& known) {
    if (known.lines > 0) {
        auto last = database_.prepare("SELECT hash FROM audit_line WHERE seq = ?");
        last.bind(known.lines);
        MULIN_TRY(const bool held, last.step());
        if (!held || last.text(0) != known.hash) {
            return payment::fail(payment::ErrorCode::corrupt, "Line " + std::to_string(known.lines) +
                                                                  " of the audit log was changed or taken out after it was checked.");
        }
    }
    auto query = database_.prepare(
        "SELECT seq, at_ms, who, role, source, action, subject, reason, hash FROM audit_line WHERE seq > ? ORDER BY seq");
    query.bind(known.lines);
    AuditHead so_far = known;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return so_far;
        const AuditLine line = read_audit_line(query);
        if (line.seq != so_far.lines + 1) {
            return payment::fail(payment::ErrorCode::corrupt,
                                 "Line " + std::to_string(so_far.lines + 1) + " of the audit log is missing.");
        }
        if (line.hash != line_hash(so_far.hash, line)) {
            return payment::fail(payment::ErrorCode::corrupt,
                                 "Line " + std::to_string(line.seq) + " of the audit log was changed after it was written.");
        }
        so_far = {line.seq, line.hash};
    }
}

payment::Result<AuditHead> AuditCheck::look(AuditLog& log) {
    const std::lock_guard guard(mutex_);
    MULIN_TRY(known_, log.verify(known_));
    return known_;
}

}  // namespace mulin::sync::console
