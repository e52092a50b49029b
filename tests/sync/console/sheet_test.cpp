// What a spreadsheet makes of our CSV: cells as it would read them, codes that stay codes, and no
// formula whatever a name holds.

#include "sync/backtest/backtest_report.h"
#include "tests/sync/console/office.h"

namespace mulin::sync::server {
namespace {

using namespace test;

// RFC 4180 and nothing looser: CRLF, quotes only around a whole cell. Empty when the text is not that.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
    std::vector<std::vector<std::string>> rows{{""}};
    for (std::size_t at = 0; at < text.size();) {
        std::string& cell = rows.back().back();
        if (text[at] == '"' && cell.empty()) {
            for (++at; at < text.size(); ++at) {
                if (text[at] == '"' && text.substr(at, 2) != "\"\"") break;
                if (text[at] == '"') ++at;
                cell += text[at];
            }
            const std::string after = text.substr(++at, 1);
            if (after != "," && after != "\r") return {};
        }
        if (text[at] == ',') {
            rows.back().emplace_back();
            ++at;
        } else if (text[at] == '\r') {
            if (text.substr(at, 2) != "\r\n") return {};
            at += 2;
            rows.push_back({""});
        } else if (text[at] == '"' || text[at] == '\n') {
            return {};
        } else {
            cell += text[at++];
        }
    }
    rows.pop_back();
    return rows;
}

// Shown in another way than it was written: as a formula, or as a number that loses digits or zeros.
bool is_spoilt(const std::string& cell) {
    if (cell.empty()) return false;
    if (std::string("=+-@").find(cell[0]) != std::string::npos) return true;
    const bool digits = cell.find_first_not_of("0123456789") == std::string::npos;
    if (digits) return cell.size() >= 12 || (cell.size() > 1 && cell[0] == '0');
    const auto exponent = cell.find_first_of("eE");
    return exponent != std::string::npos && exponent > 0 && exponent + 1 < cell.size() &&
           cell.find_first_not_of("0123456789eE+-") == std::string::npos;
}

TEST(Sheet, TextCellsStayWhatTheyAre) {
    for (const std::string text : {"310110016000", "31011001600012", "00123", "1E5", "1e+5", "=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx"}) {
        const auto rows = rows_of(csv_cell(text) + "\r\n");
        ASSERT_EQ(rows.size(), 1U) << text;
        EXPECT_FALSE(is_spoilt(rows[0][0])) << text;
        EXPECT_NE(rows[0][0].find(text), std::string::npos) << "and nothing of it is lost";
    }
    for (const std::string text : {"S1", "310110016", "street:310110016000", "0", "2026-03", "E5", "12 Kitchen", "王秀英", ""}) EXPECT_EQ(csv_cell(text), text);
    for (const std::string text : {"310110016000", "=1+1", "00123", "1E5"}) EXPECT_TRUE(is_spoilt(text)) << "the control: as written without care";
    EXPECT_EQ(rows_of("a,\"b\"\"c,\r\nd\",e\r\n"), (std::vector<std::vector<std::string>>{{"a", "b\"c,\r\nd", "e"}}));
    EXPECT_TRUE(rows_of("a,\"b\"c\r\n").empty());
    EXPECT_TRUE(rows_of("a\nb\r\n").empty());
}

TEST(Sheet, AMonthsReportKeepsItsCodesAndItsSums) {
    Office office;
    ReviewedTill till("T1", 1, set_of(rules_off(300)));
    till.sell(office.diner, noon(0));
    till.sell(std::nullopt, noon(5), [](Sale& sale) { sale.vendor = VendorId("=HYPERLINK(\"x\",\"y\")"); });
    office.upload(till);
    const std::string text = office.month("2026-03", true);
    ASSERT_EQ(text.substr(0, 3), "\xEF\xBB\xBF");
    const auto rows = rows_of(text.substr(3));
    ASSERT_FALSE(rows.empty());
    bool code = false, vendor = false;
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            const bool money = !row[column].empty() && row[column].find_first_not_of("-0123456789.") == std::string::npos && column > 1;
            EXPECT_TRUE(money || !is_spoilt(row[column])) << row[column];
        }
        code = code || (row.size() > 6 && row[0] == "subdistrict" && row[1] == "\t310110016000" && row[2] == "2" && row[3] == "30.00");
        vendor = vendor || (row.size() > 6 && row[0] == "vendor" && row[1] == "'=HYPERLINK(\"x\",\"y\")" && row[6] == "15.00");
    }
    EXPECT_TRUE(code);
    EXPECT_TRUE(vendor);
}

}  // namespace
}  // namespace mulin::sync::server
