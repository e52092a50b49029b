#include "payment/card_terminal/slip_book.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mulin::payment::zvt {
namespace {

constexpr std::size_t kKeptNotes = 500;
constexpr std::uintmax_t kMaxFileBytes = 4U << 20;

// "-" stands for nothing.
std::string word(const std::string& text) { return text.empty() ? "-" : text; }

std::string words(const SlipMark& mark) {
    std::ostringstream out;
    out << mark.receipt << ' ' << mark.trace << ' ' << mark.amount_fen << ' ' << mark.currency << ' '
        << mark.result_code << ' ' << word(mark.terminal_id);
    return out.str();
}

bool read(std::istream& in, SlipMark& mark) {
    in >> mark.receipt >> mark.trace >> mark.amount_fen >> mark.currency >> mark.result_code >> mark.terminal_id;
    if (mark.terminal_id == "-") mark.terminal_id.clear();
    return static_cast<bool>(in);
}

tl::unexpected<Error> unwritable(const std::string& file) {
    return fail(errno == ENOSPC ? ErrorCode::disk_full : ErrorCode::disk,
                "Cannot write " + file + ", the card terminal's notes; nothing was asked of the terminal.", true);
}

Status write_durably(const std::string& file, const std::string& text, int flags) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (fd < 0) return unwritable(file);
    const ssize_t n = ::write(fd, text.data(), text.size());
    const bool flushed = n == static_cast<ssize_t>(text.size()) && ::fdatasync(fd) == 0;
    auto status = flushed ? ok() : Status(unwritable(file));
    ::close(fd);
    return status;
}

bool is_word(const std::string& text) {
    return !text.empty() && text.size() <= 64 && text.find_first_of(" \t\r\n") == std::string::npos;
}

}  // namespace

SlipMark mark_of(const Report& report) {
    return {report.receipt, report.trace, report.amount_fen, report.currency, report.result_code, report.terminal_id};
}

Result<SlipBook> SlipBook::open(const std::string& file) {
    SlipBook book(file);
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) {
        MULIN_TRY_STATUS(write_durably(file, "", 0));
        return book;
    }
    if (std::filesystem::file_size(file, problem) > kMaxFileBytes || problem) {
        return fail(ErrorCode::corrupt, file + " is not a card terminal's notes.");
    }
    std::ifstream in(file, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    const std::string text = all.str();
    std::size_t from = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        if (!book.take(text.substr(from, end - from))) {
            return fail(ErrorCode::corrupt, file + " is damaged; look at the open payments by hand, then remove it.");
        }
        from = end + 1;
    }
    if (from < text.size() || book.notes_.size() > 2 * kKeptNotes) MULIN_TRY_STATUS(book.rewrite());
    return book;
}

bool SlipBook::take(const std::string& line) {
    std::istringstream in(line);
    std::string what, id;
    in >> what >> id;
    if (!in || !is_word(id)) return false;
    if (what == "asked") {
        SlipNote note;
        note.id = id;
        if (!(in >> note.amount_fen) || !read(in, note.before)) return false;
        at_[id] = notes_.size();
        notes_.push_back(std::move(note));
        return true;
    }
    const auto at = at_.find(id);
    if (at == at_.end()) return false;
    SlipNote& note = notes_[at->second];
    if (what == "decided") return static_cast<bool>(in >> note.outcome) && read(in, note.slip);
    if (what == "undo") return read(in, note.before_undo.emplace());
    if (what == "undone") return note.undone = true;
    return false;
}

Status SlipBook::append(const std::string& line) {
    MULIN_TRY_STATUS(write_durably(file_, line + "\n", O_APPEND));
    if (!take(line)) return fail(ErrorCode::invalid_input, "The card terminal's notes cannot hold this payment.");
    return ok();
}

// Only the newest payments can still be open.
Status SlipBook::rewrite() const {
    std::string text;
    for (std::size_t i = notes_.size() > kKeptNotes ? notes_.size() - kKeptNotes : 0; i < notes_.size(); ++i) {
        const SlipNote& note = notes_[i];
        text += "asked " + note.id + " " + std::to_string(note.amount_fen) + " " + words(note.before) + "\n";
        if (!note.outcome.empty()) text += "decided " + note.id + " " + note.outcome + " " + words(note.slip) + "\n";
        if (note.before_undo) text += "undo " + note.id + " " + words(*note.before_undo) + "\n";
        if (note.undone) text += "undone " + note.id + "\n";
    }
    const std::string fresh = file_ + ".new";
    MULIN_TRY_STATUS(write_durably(fresh, text, O_TRUNC));
    std::error_code problem;
    std::filesystem::rename(fresh, file_, problem);
    if (problem) return fail(ErrorCode::disk, "Cannot replace " + file_ + ": " + problem.message() + ".", true);
    return ok();
}

std::optional<SlipNote> SlipBook::find(const std::string& id) const {
    const auto at = at_.find(id);
    return at == at_.end() ? std::nullopt : std::optional(notes_[at->second]);
}

std::optional<SlipNote> SlipBook::after(const std::string& id) const {
    const auto at = at_.find(id);
    if (at == at_.end() || at->second + 1 >= notes_.size()) return std::nullopt;
    return notes_[at->second + 1];
}

Status SlipBook::asked(const std::string& id, std::int64_t amount_fen, const SlipMark& before) {
    if (!is_word(id) || find(id)) return fail(ErrorCode::conflict, "This payment was asked for already.");
    return append("asked " + id + " " + std::to_string(amount_fen) + " " + words(before));
}
Status SlipBook::decided(const std::string& id, const std::string& outcome, const SlipMark& slip) {
    return append("decided " + id + " " + outcome + " " + words(slip));
}
Status SlipBook::undo_asked(const std::string& id, const SlipMark& before) {
    return append("undo " + id + " " + words(before));
}
Status SlipBook::undone(const std::string& id) { return append("undone " + id); }

}  // namespace mulin::payment::zvt
