#include "pos/app/quote_command.h"

#include <fstream>
#include <istream>
#include <optional>
#include <ostream>

#include "pos/app/policy_files.h"
#include "sync/policy/case_json.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::pos {
namespace {

// Counters of days long past are dropped once there are many, but only where the cases have come in
// order of time; a case that then lies before them is refused instead of priced without its past.
class Counters {
  public:
    static constexpr int kKeptDays = 7;
    static constexpr std::size_t kMany = 100'000;

    // Whether what this day's sales may depend on is still there.
    bool reaches(sync::Date date) {
        if (!newest_ || date > *newest_) newest_ = date;
        in_order_ = in_order_ && newest_->plus_days(-kKeptDays) <= date;
        return !kept_from_ || date >= *kept_from_;
    }
    sync::MemoryUsage& usage() { return usage_; }
    std::string kept_from() const { return kept_from_ ? kept_from_->text() : ""; }

    void forget() {
        if (!in_order_ || !newest_ || usage_.size() < kMany) return;
        const sync::Date from = newest_->plus_days(-kKeptDays);
        if (kept_from_ && from <= *kept_from_) return;
        usage_.forget_before(from);
        kept_from_ = from;
    }

  private:
    sync::MemoryUsage usage_;
    std::optional<sync::Date> newest_;
    std::optional<sync::Date> kept_from_;
    bool in_order_ = true;
};

std::string answer(const std::string& line, const sync::PolicySet& policies, Counters& counters, sync::Explain explain) {
    const auto asked = sync::parse_case(line);
    if (!asked) return sync::error_json(sync::case_id_json(line), asked.error().message);
    if (!counters.reaches(payment::china_date(asked->request.at)))
        return sync::error_json(asked->id_json, "This case lies before " + counters.kept_from() +
                                                    ", whose counters are no longer kept; give cases in order of time.");
    const sync::Quote quote = policies.price(asked->request, counters.usage(), explain);
    if (asked->commit) counters.usage().commit(quote);
    counters.forget();
    return sync::answer_json(asked->id_json, quote);
}

// No case is longer than this; a longer line is answered as malformed and skipped to its end, so that
// a file without line breaks cannot fill the memory.
constexpr std::size_t kMaxLine = 1024 * 1024;

// Like std::getline, but keeps at most kMaxLine + 1 characters.
bool read_line(std::istream& in, std::string& line) {
    line.clear();
    std::streambuf& from = *in.rdbuf();
    for (int c = from.sbumpc();; c = from.sbumpc()) {
        if (c == std::char_traits<char>::eof()) {
            in.setstate(std::ios::eofbit);
            return !line.empty();
        }
        if (c == '\n') return true;
        if (line.size() <= kMaxLine) line += static_cast<char>(c);
    }
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

int answer_all(const sync::PolicySet& policies, std::istream& in, std::ostream& out, std::ostream& err, sync::Explain explain) {
    Counters counters;
    std::string line;
    while (read_line(in, line)) {
        if (is_blank(line)) continue;
        if (line.size() > kMaxLine) {
            out << sync::error_json("null", "The line is longer than 1 MB; a case is one short line.") << '\n';
        } else {
            out << answer(line, policies, counters, explain) << '\n';
        }
        // Somebody typing at a terminal, or a program asking one by one, waits for each answer.
        if (in.rdbuf()->in_avail() <= 0) out.flush();
        if (!out) break;
    }
    out.flush();
    if (out && !in.bad()) return 0;
    err << "mulin-pos quote: reading cases or writing answers failed; check the disk and the pipe.\n";
    return 3;
}

}  // namespace

int run_quote(const std::vector<std::string>& policies, const std::string& cases_file, std::istream& in,
              std::ostream& out, std::ostream& err, bool for_manager) {
    const auto explain = for_manager ? sync::Explain::manager : sync::Explain::yes;
    const auto files = read_policy_files(policies);
    if (!files) {
        err << "mulin-pos quote: " << files.error().message << '\n';
        return 2;
    }
    const auto set = sync::PolicySet::load(*files);
    if (!set) {
        err << "mulin-pos quote: " << set.error().message << '\n';
        return 2;
    }
    if (cases_file.empty()) return answer_all(*set, in, out, err, explain);
    std::ifstream cases(cases_file, std::ios::binary);
    if (!cases) {
        err << "mulin-pos quote: " << cases_file << ": cannot be read; check the path.\n";
        return 2;
    }
    return answer_all(*set, cases, out, err, explain);
}

}  // namespace mulin::pos
