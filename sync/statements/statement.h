#pragma once
// Bills of payment channels (WeChat trade bill V2/V3, Alipay business detail, and any acquirer's CSV or
// file of fixed widths by a profile): text in, rows out. Pure functions; nothing is stored here. A file is read whole or not at
// all: the first thing that is wrong is named with its line.
//
// Sources of the built-in layouts: WeChat Pay "downloadbill" and "format-trade" (four parts: column
// names, rows whose cells begin with a backtick, summary names, summary); Alipay's business detail
// export (lines of '#' before and after a table of CSV, GB18030).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/model/kinds.h"

namespace mulin::sync::server {

inline constexpr std::size_t kMaxStatementBytes = 64u * 1024 * 1024;

enum class StatementKind { pay, refund, revoke };
const char* name_of(StatementKind kind);

struct StatementDiscount {
    std::string sponsor;
    Money amount;
};

struct StatementRow {
    int line = 0;
    StatementKind kind = StatementKind::pay;
    std::string out_no;     // our number of the payment
    std::string txn;        // the channel's number of the payment
    std::string refund_no;  // of a refund: ours, else the channel's
    UtcInstant at;
    Money amount;  // of the order, or given back; never negative
    Money fee;     // negative: given back
    std::optional<Money> settled;
    std::vector<StatementDiscount> discounts;
    std::string status;  // in the channel's words
    std::string raw;     // the line as it stands in the file
};

struct Bill {
    std::string encoding;  // "utf-8" or "gb18030"
    std::vector<StatementRow> rows;
    std::int64_t set_aside = 0;  // rows of kinds that the profile leaves out
};

// Where an acquirer keeps what. Column names are compared without blanks and without "（元）".
struct StatementLayout {
    std::string name;  // for messages
    char separator = ',';
    char cell_mark = 0;           // stands before every cell of a row: '`'
    std::string comment;          // lines that begin with it are no rows
    std::string end;              // a first cell that begins with it ends the rows
    bool in_fen = false;          // else yuan
    std::vector<std::string> time, date, clock;  // names that a column may have, the first that is there counts
    std::vector<std::string> out_no, txn, refund_no, kind, amount, refund_amount, fee, settled, status;
    // Where a refund is an order of its own: the numbers of the payment that it gives back.
    std::vector<std::string> paid_txn, paid_out_no;
    std::string out_no_prefix;  // the channel's letters before our numbers
    // A file without column names: each cell has so many bytes of GBK, `gap` blanks stand between two. A column is
    // then a cell's number, from 1, or a part of it: "10", "10:1-14".
    std::vector<int> widths;
    int gap = 0;
    struct Discount {
        std::vector<std::string> column;
        std::string sponsor;  // payment/money/sponsor.h
    };
    std::vector<Discount> discounts;
    // The discounts are told in one sum: what of the order we do not get is the merchant's.
    bool merchant_bears_unsettled = false;
    std::map<std::string, StatementKind> kinds;  // by what stands in the column `kind`; without it all are payments
    std::vector<std::string> ignored_kinds;
    // Checks against the bill's own summary, by its column name, or, with a comment, the words before a number.
    std::string count_of_rows, sum_of_amounts, count_of_payments, count_of_refunds;
};

StatementLayout wechat_layout();
StatementLayout alipay_layout();
// A profile (JSON, assets/statements/README.md). Unknown keys are refused.
Result<StatementLayout> read_statement_profile(std::string_view text, const std::string& file);

// A cell of a row, or a part of one, by its number from 1 ("10", "10:1-14"), for files without column names.
struct StatementPlace {
    std::size_t cell = 0;
    std::size_t from = 0;
    std::size_t count = std::string::npos;
};
std::optional<StatementPlace> parse_statement_place(std::string_view text);
// A row of fixed widths; cells are trimmed. none: the line does not reach over the cells up to `needed`, or has no
// blank where one belongs.
std::optional<std::vector<std::string>> split_fixed_widths(std::string_view line, const StatementLayout& layout, std::size_t needed);

// UTF-8 stays as it is (a byte order mark is dropped); anything else must be GB18030.
struct StatementText {
    std::string text;
    std::string encoding;
};
Result<StatementText> decode_statement(std::string_view bytes, const std::string& file);

Result<Bill> parse_statement(std::string_view text, const std::string& file, const StatementLayout& layout);

// "2026-03-10 11:45:00", "2026/3/10 9:05", "20260310114500", "20260310 114500", in China's time.
std::optional<UtcInstant> parse_statement_time(std::string_view text);
// "12.30", "-0.05", "1,234.50", "¥12.3", more decimals only when zero unless `round`.
std::optional<Money> parse_statement_amount(std::string_view text, bool in_fen, bool round);

}  // namespace mulin::sync::server
