#pragma once
// The words and figures of the day's table and list, in the catalogue's language. Used by the view.

#include <string>
#include <string_view>
#include <vector>

#include "pos/day_report/day_report.h"
#include "pos/text/catalogue.h"

namespace mulin::pos::day_report {

// The payers that get a column of their own; all others are added up under the last, empty name.
std::vector<std::string> shown_payers(const Day& day);
std::vector<std::string> heading_texts(const text::Catalogue& words, const std::vector<std::string>& payers);
std::vector<std::string> row_texts(std::string_view name, const MealRow& row,
                                   const std::vector<std::string>& payers);
std::string payer_name(const text::Catalogue& words, const std::string& payer);
std::string tender_name(const text::Catalogue& words, const std::string& tender);
// "11:42 王秀英 敬老卡", "11:39 作废 #1043"
std::string sale_line(const text::Catalogue& words, const SaleRow& sale);

}  // namespace mulin::pos::day_report
