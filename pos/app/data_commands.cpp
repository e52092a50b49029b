#include "pos/app/data_commands.h"

#include <ostream>

#include "pos/app/demo_till.h"
#include "pos/app/report_text.h"
#include "pos/app/till.h"
#include "sync/client/enroll.h"
#include "sync/client/exchange.h"
#include "sync/journal/entry_json.h"
#include "sync/store/evidence.h"

namespace mulin::pos {
namespace {

using payment::Error;
using payment::ErrorCode;

// 1: the answer is no; 2: wrong input; 3: disk, network or peer.
int exit_code(const Error& error) {
    switch (error.code) {
        case ErrorCode::refused:
        case ErrorCode::conflict: return 1;
        case ErrorCode::invalid_input:
        case ErrorCode::unsupported: return 2;
        default: return 3;
    }
}

int report(const Error& error, std::ostream& err) {
    err << "mulin-pos: " << error.message << '\n';
    return exit_code(error);
}

struct Machine {
    payment::SystemClock clock;
    payment::SystemRandom random;
    payment::Result<std::unique_ptr<sync::TerminalStore>> open(const std::filesystem::path& dir, bool create = false) {
        sync::StoreOptions options;
        options.create = create;
        return sync::TerminalStore::open(dir.string(), clock, random, options);
    }
};

}  // namespace

int run_init_demo(const std::filesystem::path& dir, std::ostream& out, std::ostream& err) {
    Machine machine;
    if (auto made = make_demo_till(dir, machine.clock, machine.random); !made) return report(made.error(), err);
    out << "demo till ready in " << dir.string() << '\n';
    return 0;
}

int run_journal_export(const std::filesystem::path& dir, std::ostream& out, std::ostream& err) {
    Machine machine;
    auto store = machine.open(dir);
    if (!store) return report(store.error(), err);
    const auto done = (*store)->export_entries([&](const sync::Entry& entry) {
        out << sync::print_entry(entry) << '\n';
        return out.good();
    });
    return done ? 0 : report(done.error(), err);
}

int run_change_key(const std::filesystem::path& dir, std::ostream& out, std::ostream& err) {
    Machine machine;
    auto store = machine.open(dir);
    if (!store) return report(store.error(), err);
    const auto changed = (*store)->evidence().change_key(payment::china_date(machine.clock.utc()));
    if (!changed) return report(changed.error(), err);
    out << "signs with " << (*store)->public_key().text() << " from now on\n";
    return 0;
}

int run_journal_verify(const std::filesystem::path& dir, std::ostream& out, std::ostream& err) {
    Machine machine;
    auto store = machine.open(dir);
    if (!store) return report(store.error(), err) == 3 && store.error().code == ErrorCode::corrupt ? 1 : 3;
    const auto verified = (*store)->verify();
    if (!verified) {
        report(verified.error(), err);
        return verified.error().code == ErrorCode::corrupt ? 1 : 3;
    }
    out << "verified " << verified->entries << " entries, " << verified->sales << " sales\n";
    return 0;
}

int run_report_day(const std::filesystem::path& dir, const std::string& date, bool json, std::ostream& out,
                   std::ostream& err) {
    const auto day = payment::Date::parse(date);
    if (!day) return report({ErrorCode::invalid_input, "\"" + date + "\" is not a date; write YYYY-MM-DD."}, err);
    Machine machine;
    auto store = machine.open(dir);
    if (!store) return report(store.error(), err);
    const auto counts = (*store)->day_report(*day);
    if (!counts) return report(counts.error(), err);
    out << (json ? report_json(*counts) : report_lines(*counts)) << '\n';
    return 0;
}

int run_enroll(const std::filesystem::path& dir, const std::string& server, const std::string& code,
               std::ostream& out, std::ostream& err) {
    Machine machine;
    auto store = machine.open(dir, true);
    if (!store) return report(store.error(), err);
    const auto enrolment = sync::enroll(**store, dir, server, code);
    if (!enrolment) return report(enrolment.error(), err);
    if (auto kept = (*store)->set_setting(setting::kServer, server); !kept) return report(kept.error(), err);
    out << "joined " << enrolment->district << " as till " << enrolment->till.text() << " at site "
        << enrolment->site.text() << '\n';
    return 0;
}

int run_sync_once(const std::filesystem::path& dir, bool json, std::ostream& out, std::ostream& err) {
    Machine machine;
    auto store = machine.open(dir);
    if (!store) return report(store.error(), err);
    const auto enrolment = sync::load_enrolment(dir);
    if (!enrolment) return report(enrolment.error(), err);
    if (!*enrolment)
        return report({ErrorCode::refused, "This till belongs to no district yet; run `mulin-pos enroll` first."}, err);
    const bool clock_trusted = machine.clock.utc().ms > 1'767'225'600'000;  // 2026-01-01
    auto transport = sync::transport_of(**enrolment, dir, clock_trusted);
    if (!transport) return report(transport.error(), err);
    const auto summary = sync::exchange_once(**store, **enrolment, **transport, machine.clock);
    if (!summary) return report(summary.error(), err);
    if (json) out << sync::summary_json(*summary) << '\n';
    else out << "sent " << summary->uploaded << ", confirmed " << summary->acked << ", waiting " << summary->waiting << '\n';
    return 0;
}

}  // namespace mulin::pos
