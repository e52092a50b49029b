#include "pos/day_report/rows_view.h"

#include <algorithm>

#include "pos/text/formatting.h"

namespace mulin::pos::day_report {
namespace {

using text::Msg;

constexpr std::size_t kPayerColumns = 3;

sync::Money column_amount(const MealRow& row, const std::string& payer, const std::vector<std::string>& payers) {
    if (!payer.empty()) return amount_of(row, payer);
    sync::Money rest;
    for (const PayerAmount& share : row.payers) {
        if (std::ranges::find(payers, share.payer) == payers.end()) rest += share.amount;
    }
    return rest;
}

}  // namespace

std::vector<std::string> shown_payers(const Day& day) {
    auto all = payers(day);
    if (all.size() <= kPayerColumns) return all;
    all.resize(kPayerColumns - 1);
    all.emplace_back();
    return all;
}

// "street:310110016" names which street; the column says what kind of payer it is.
std::string payer_name(const text::Catalogue& words, const std::string& full) {
    const std::string payer = full.substr(0, full.find(':'));
    if (payer == "city") return std::string(words(Msg::day_report_payer_city));
    if (payer == "district") return std::string(words(Msg::day_report_payer_district));
    if (payer == "street") return std::string(words(Msg::day_report_payer_street));
    if (payer == "foundation") return std::string(words(Msg::day_report_payer_foundation));
    if (payer == "vendor") return std::string(words(Msg::day_report_payer_vendor));
    if (payer == "bank") return std::string(words(Msg::day_report_payer_bank));
    return payer.empty() ? std::string(words(Msg::day_report_payer_rest)) : payer;
}

std::string tender_name(const text::Catalogue& words, const std::string& tender) {
    if (tender == "cash") return std::string(words(Msg::shell_cash));
    if (tender == "senior_card") return std::string(words(Msg::shell_senior_card));
    if (tender == "qr") return std::string(words(Msg::shell_qr));
    if (tender == "bank_card") return std::string(words(Msg::shell_bank_card));
    return tender == "none" ? std::string(words(Msg::day_report_none)) : tender;
}

std::vector<std::string> heading_texts(const text::Catalogue& words, const std::vector<std::string>& payers) {
    std::vector<std::string> out;
    for (const Msg message : {Msg::day_report_col_meal, Msg::day_report_col_first, Msg::day_report_col_second,
                              Msg::day_report_col_guest, Msg::day_report_col_staff, Msg::day_report_col_list}) {
        out.emplace_back(words(message));
    }
    for (const std::string& payer : payers) out.push_back(payer_name(words, payer));
    out.emplace_back(words(Msg::day_report_col_paid));
    return out;
}

std::vector<std::string> row_texts(std::string_view name, const MealRow& row,
                                   const std::vector<std::string>& payers) {
    std::vector<std::string> out{std::string(name), text::count(row.first), text::count(row.second),
                                 text::count(row.guest), text::count(row.staff), text::plain_money(row.list)};
    for (const std::string& payer : payers) {
        const sync::Money amount = column_amount(row, payer, payers);
        out.push_back(amount.is_zero() ? "—" : text::plain_money(amount));
    }
    out.push_back(text::plain_money(row.paid));
    return out;
}

std::string sale_line(const text::Catalogue& words, const SaleRow& sale) {
    std::string line = text::time_of_day(sale.at) + " ";
    if (sale.is_void) return line + words.format(Msg::day_report_void_row, sale.voids_seq);
    if (sale.training) line += std::string(words(Msg::day_report_training_row)) + " ";
    if (!sale.name.empty()) {
        line += sale.name;
    } else {
        const bool staff = sale.category == sync::Category::staff;
        line += words(staff ? Msg::day_report_staff_meal : Msg::day_report_guest);
    }
    return line + " " + tender_name(words, sale.tender);
}

}  // namespace mulin::pos::day_report
