#include "pos/app/quote_command.h"

#include <fstream>
#include <istream>
#include <ostream>

#include "pos/app/policy_files.h"
#include "sync/policy/case_json.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::pos {
namespace {

std::string answer(const std::string& line, const sync::PolicySet& policies, sync::MemoryUsage& usage) {
    const auto asked = sync::parse_case(line);
    if (!asked) return sync::error_json(sync::case_id_json(line), asked.error().message);
    const sync::Quote quote = policies.price(asked->request, usage);
    if (asked->commit) usage.commit(quote);
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

int answer_all(const sync::PolicySet& policies, std::istream& in, std::ostream& out, std::ostream& err) {
    sync::MemoryUsage usage;
    std::string line;
    while (read_line(in, line)) {
        if (is_blank(line)) continue;
        if (line.size() > kMaxLine) {
            out << sync::error_json("null", "The line is longer than 1 MB; a case is one short line.") << '\n';
        } else {
            out << answer(line, policies, usage) << '\n';
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
              std::ostream& out, std::ostream& err) {
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
    if (cases_file.empty()) return answer_all(*set, in, out, err);
    std::ifstream cases(cases_file, std::ios::binary);
    if (!cases) {
        err << "mulin-pos quote: " << cases_file << ": cannot be read; check the path.\n";
        return 2;
    }
    return answer_all(*set, cases, out, err);
}

}  // namespace mulin::pos
