#include <algorithm>
#include <charconv>

#include "payment/money/sponsor.h"
#include "sync/statements/statement.h"

namespace mulin::sync::server {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kMaxCells = 500;

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

// Names of columns differ in blanks and in "（元）" between exports of one channel.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c != ' ' && c != '\t' && c != '\r') plain += c;
    }
    for (const std::string_view unit : {"（元）", "(元)"}) {
        const auto at = plain.find(unit);
        if (at != std::string::npos) plain.erase(at, unit.size());
    }
    return plain;
}

class BillReader {
  public:
    BillReader(std::string_view text, const std::string& file, const StatementLayout& layout)
        : text_(text), file_(file), layout_(layout) {}

    Result<Bill> whole_bill() {
        if (!layout_.widths.empty()) MULIN_TRY_STATUS(find_columns({}));
        for (std::string_view line; next_line(line);) {
            MULIN_TRY_STATUS(take(line));
        }
        // Of a day without a trade some channels send the summary alone.
        const bool summed = !layout_.count_of_rows.empty() && !summary_.empty();
        if (!has_header_ && !summed) {
            return fail(ErrorCode::invalid_input, file_ + " has no line with the column names of a " + layout_.name +
                                                      " bill; nothing was imported.");
        }
        MULIN_TRY_STATUS(check_summary());
        return std::move(bill_);
    }

  private:
    using Place = std::optional<StatementPlace>;
    struct Columns {
        Place time, date, clock, out_no, txn, refund_no, paid_txn, paid_out_no, kind, amount, refund_amount, fee, settled, status;
        std::vector<Place> discounts;
    };

    // A line, or several when a quoted cell holds line ends.
    bool next_line(std::string_view& line) {
        if (at_ >= text_.size()) return false;
        line_ = next_number_;
        const std::size_t from = at_;
        bool quoted = false;
        while (at_ < text_.size() && (text_[at_] != '\n' || quoted)) {
            if (text_[at_] == '"' && layout_.cell_mark == 0) quoted = !quoted;
            if (text_[at_] == '\n') ++next_number_;
            ++at_;
        }
        line = text_.substr(from, at_ - from);
        if (at_ < text_.size()) ++at_;
        ++next_number_;
        return true;
    }

    tl::unexpected<payment::Error> wrong(const std::string& what, int line = 0) const {
        return fail(ErrorCode::invalid_input,
                    file_ + " line " + std::to_string(line == 0 ? line_ : line) + ": " + what + " Nothing was imported.");
    }

    Result<std::vector<std::string>> split(std::string_view line) const {
        std::vector<std::string> cells(1);
        const bool marked = layout_.cell_mark != 0 && !line.empty() && line.front() == layout_.cell_mark;
        if (marked) line.remove_prefix(1);
        bool quoted = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            if (layout_.cell_mark == 0 && c == '"') {
                if (quoted && i + 1 < line.size() && line[i + 1] == '"') cells.back() += line[i++];
                else quoted = !quoted;
            } else if (c == layout_.separator && !quoted && (!marked || (i + 1 < line.size() && line[i + 1] == layout_.cell_mark))) {
                if (cells.size() == kMaxCells) return wrong("there are more than 500 columns.");
                cells.emplace_back();
                if (marked) ++i;
            } else {
                cells.back() += c;
            }
        }
        if (quoted) return wrong("a quoted cell does not end.");
        for (auto& cell : cells) cell = std::string(trimmed(cell));
        return cells;
    }

    Status take(std::string_view line) {
        const std::string_view bare = trimmed(line);
        if (bare.empty()) return payment::ok();
        if (!layout_.comment.empty() && bare.substr(0, layout_.comment.size()) == layout_.comment) {
            comments_.emplace_back(bare);
            return payment::ok();
        }
        if (!layout_.widths.empty()) return take_fixed(line);
        MULIN_TRY(const auto cells, split(bare));
        if (!layout_.end.empty() && cells[0].rfind(layout_.end, 0) == 0) {
            summary_names_ = cells;
            return payment::ok();
        }
        if (!summary_names_.empty()) {
            if (summary_.empty()) summary_ = cells;
            summary_line_ = line_;
            return payment::ok();
        }
        if (!has_header_) return find_columns(cells);
        return take_row(bare, cells);
    }

    Status take_fixed(std::string_view line) {
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        const auto cells = split_fixed_widths(line, layout_, needed_);
        if (!cells) return wrong("the cells do not stand where the profile says; the line is cut or of another layout.");
        return take_row(trimmed(line), *cells);
    }

    Place column(const std::vector<std::string>& cells, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            if (!layout_.widths.empty()) {
                const Place place = parse_statement_place(name);
                if (place) needed_ = std::max(needed_, place->cell + 1);
                return place;
            }
            if (const auto at = named(cells, name)) return StatementPlace{*at};
        }
        return std::nullopt;
    }

    static std::optional<std::size_t> named(const std::vector<std::string>& cells, const std::string& name) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (plain_name(cells[i]) == plain_name(name)) return i;
        }
        return std::nullopt;
    }

    // Lines before the one that names the columns say who asked for the bill; without it there is none.
    Status find_columns(const std::vector<std::string>& cells) {
        Columns found;
        found.time = column(cells, layout_.time);
        found.date = column(cells, layout_.date);
        found.clock = column(cells, layout_.clock);
        found.out_no = column(cells, layout_.out_no);
        found.txn = column(cells, layout_.txn);
        found.refund_no = column(cells, layout_.refund_no);
        found.paid_txn = column(cells, layout_.paid_txn);
        found.paid_out_no = column(cells, layout_.paid_out_no);
        found.kind = column(cells, layout_.kind);
        found.amount = column(cells, layout_.amount);
        found.refund_amount = column(cells, layout_.refund_amount);
        found.fee = column(cells, layout_.fee);
        found.settled = column(cells, layout_.settled);
        found.status = column(cells, layout_.status);
        for (const auto& discount : layout_.discounts) found.discounts.push_back(column(cells, discount.column));
        const bool timed = found.time || (found.date && found.clock);
        const bool numbered = found.txn.has_value();
        if (!timed && !numbered && !found.amount) return payment::ok();
        const bool amounts = found.amount || found.refund_amount;
        if (!timed || !numbered || !amounts || (!layout_.kinds.empty() && !found.kind)) {
            return wrong(std::string("these column names lack the one of ") + (!timed ? "the time" : !numbered ? "the channel's number" : !amounts ? "the amount" : "the kind") + ".");
        }
        columns_ = found;
        has_header_ = true;
        width_ = layout_.widths.empty() ? cells.size() : layout_.widths.size();
        return payment::ok();
    }

    static std::string cell_of(const std::vector<std::string>& cells, const Place& place) {
        if (!place || place->cell >= cells.size()) return {};
        const std::string& cell = cells[place->cell];
        return place->from < cell.size() ? cell.substr(place->from, place->count) : std::string();
    }

    Status take_row(std::string_view raw, const std::vector<std::string>& cells) {
        // Some exports end every row, but not the names, with one more separator.
        const bool tail = cells.size() == width_ + 1 && cells.back().empty();
        if (cells.size() != width_ && !tail) {
            return wrong("there are " + std::to_string(cells.size()) + " cells under " + std::to_string(width_) + " column names; the file is cut or changed.");
        }
        StatementRow row;
        row.line = line_;
        row.raw = std::string(raw);
        row.status = cell_of(cells, columns_.status);
        if (!layout_.kinds.empty()) {
            const std::string kind = cell_of(cells, columns_.kind);
            const auto known = layout_.kinds.find(kind);
            if (known == layout_.kinds.end()) {
                const auto& ignored = layout_.ignored_kinds;
                if (std::find(ignored.begin(), ignored.end(), kind) == ignored.end())
                    return wrong("\"" + kind + "\" is no kind of row that is known.");
                ++bill_.set_aside;
                return payment::ok();
            }
            row.kind = known->second;
        }
        MULIN_TRY_STATUS(read_numbers(cells, row));
        MULIN_TRY_STATUS(read_amounts(cells, row));
        bill_.rows.push_back(std::move(row));
        return payment::ok();
    }

    std::string ours(const std::string& number) const {
        const std::string& prefix = layout_.out_no_prefix;
        return !prefix.empty() && number.starts_with(prefix) ? number.substr(prefix.size()) : number;
    }

    Status read_numbers(const std::vector<std::string>& cells, StatementRow& row) const {
        row.out_no = ours(cell_of(cells, columns_.out_no));
        row.txn = cell_of(cells, columns_.txn);
        if (row.kind != StatementKind::pay) {
            row.refund_no = ours(cell_of(cells, columns_.refund_no));
            // The row is then told of the payment, as where a channel writes both numbers in one.
            const std::string paid = cell_of(cells, columns_.paid_txn);
            if (paid.find_first_not_of("0 ") != std::string::npos) {
                row.txn = paid;
                row.out_no = ours(cell_of(cells, columns_.paid_out_no));
            }
        }
        if (row.txn.empty()) return wrong("the channel's number is missing.");
        const std::string when = columns_.time ? cell_of(cells, columns_.time)
                                               : cell_of(cells, columns_.date) + " " + cell_of(cells, columns_.clock);
        const auto at = parse_statement_time(when);
        if (!at) return wrong("\"" + when + "\" is not a time.");
        row.at = *at;
        return payment::ok();
    }

    Status read_amounts(const std::vector<std::string>& cells, StatementRow& row) {
        // The bill's total is that of the column, whatever the kinds of its rows.
        if (const auto order = parse_statement_amount(cell_of(cells, columns_.amount), layout_.in_fen, false)) column_sum_ += *order;
        const bool back = row.kind != StatementKind::pay && columns_.refund_amount;
        const std::string text = cell_of(cells, back ? columns_.refund_amount : columns_.amount);
        const auto amount = parse_statement_amount(text, layout_.in_fen, false);
        if (!amount) return wrong("the amount \"" + text + "\" is not a whole number of fen.");
        if (amount->is_negative() && row.kind == StatementKind::pay) return wrong("a payment is negative.");
        row.amount = amount->is_negative() ? -*amount : *amount;
        if (const std::string fee = cell_of(cells, columns_.fee); !fee.empty()) {
            const auto read = parse_statement_amount(fee, layout_.in_fen, true);
            if (!read) return wrong("the fee \"" + fee + "\" is not an amount.");
            row.fee = *read;
        }
        if (const std::string settled = cell_of(cells, columns_.settled); !settled.empty()) {
            row.settled = parse_statement_amount(settled, layout_.in_fen, false);
            if (!row.settled) return wrong("the amount \"" + settled + "\" is not a whole number of fen.");
        }
        for (std::size_t i = 0; i < columns_.discounts.size(); ++i) {
            const std::string part = cell_of(cells, columns_.discounts[i]);
            if (part.empty()) continue;
            const auto read = parse_statement_amount(part, layout_.in_fen, false);
            if (!read) return wrong("the discount \"" + part + "\" is not a whole number of fen.");
            if (!read->is_zero()) add_discount(row, layout_.discounts[i].sponsor, read->is_negative() ? -*read : *read);
        }
        return payment::ok();
    }

    void add_discount(StatementRow& row, const std::string& by, Money amount) const {
        if (layout_.merchant_bears_unsettled && row.kind == StatementKind::pay && row.settled && *row.settled < row.amount) {
            const Money own = std::min(amount, row.amount - *row.settled);
            row.discounts.push_back({payment::sponsor::kMerchant, own});
            amount -= own;
        }
        if (!amount.is_zero()) row.discounts.push_back({by, amount});
    }

    std::int64_t count_of(std::optional<StatementKind> kind) const {
        return std::count_if(bill_.rows.begin(), bill_.rows.end(), [&](const StatementRow& row) { return !kind || row.kind == *kind; });
    }

    // The first number behind `words` in a comment: "#交易合计：12笔，…".
    std::optional<std::int64_t> told(const std::string& words) const {
        for (const auto& comment : comments_) {
            const auto at = words.empty() ? std::string::npos : comment.find(words);
            if (at == std::string::npos) continue;
            const auto from = comment.find_first_of("0123456789", at + words.size());
            std::int64_t number = 0;
            if (from != std::string::npos &&
                std::from_chars(comment.data() + from, comment.data() + comment.size(), number).ec == std::errc())
                return number;
        }
        return std::nullopt;
    }

    // What the summary says under this name; none without such a column.
    std::optional<std::string> summed_up(const std::string& name) const {
        const auto at = name.empty() ? std::nullopt : named(summary_names_, name);
        if (!at) return std::nullopt;
        return cell_of(summary_, StatementPlace{*at});
    }

    Status check_summary() const {
        const auto pays = told(layout_.count_of_payments);
        const auto refunds = told(layout_.count_of_refunds);
        const std::int64_t all = count_of(std::nullopt);
        const std::int64_t paid = count_of(StatementKind::pay);
        if (pays && *pays != paid)
            return wrong("the bill counts " + std::to_string(*pays) + " payments, but " + std::to_string(paid) + " are there; the file is cut or changed.", next_number_ - 1);
        if (refunds && *refunds != all - paid)
            return wrong("the bill counts " + std::to_string(*refunds) + " refunds, but " + std::to_string(all - paid) + " are there; the file is cut or changed.", next_number_ - 1);
        if (layout_.count_of_rows.empty()) return payment::ok();
        if (summary_.empty()) return wrong("the summary is missing; the file is cut.", next_number_ - 1);
        const std::string count = summed_up(layout_.count_of_rows).value_or("");
        if (count != std::to_string(all + bill_.set_aside))
            return wrong("the bill counts " + count + " rows, but " + std::to_string(all + bill_.set_aside) + " are there.", summary_line_);
        const auto total = summed_up(layout_.sum_of_amounts);
        if (!total || (total->empty() && all == 0)) return payment::ok();
        const auto said = parse_statement_amount(*total, layout_.in_fen, false);
        if (!said || *said != column_sum_)
            return wrong("the bill's total is " + *total + " yuan, but its rows come to " + payment::to_yuan(column_sum_) + ".", summary_line_);
        return payment::ok();
    }

    std::string_view text_;
    const std::string& file_;
    const StatementLayout& layout_;
    std::size_t at_ = 0;
    int line_ = 0, next_number_ = 1;
    bool has_header_ = false;
    std::size_t width_ = 0;
    std::size_t needed_ = 0;  // of fixed widths, cells up to the last that is read
    Columns columns_;
    std::vector<std::string> comments_, summary_names_, summary_;
    int summary_line_ = 0;
    Money column_sum_;
    Bill bill_;
};

}  // namespace

Result<Bill> parse_statement(std::string_view text, const std::string& file, const StatementLayout& layout) {
    return BillReader(text, file, layout).whole_bill();
}

}  // namespace mulin::sync::server
