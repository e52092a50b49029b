#include "sync/backtest/backtest_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

ordered_json money_value(const Compared& compared) {
    return {{"real_fen", compared.real.in_fen()},
            {"draft_fen", compared.draft.in_fen()},
            {"difference_fen", (compared.draft - compared.real).in_fen()}};
}

ordered_json payers_value(const std::map<std::string, Compared>& payers) {
    ordered_json value = ordered_json::object();
    for (const auto& [payer, compared] : payers) value[payer] = money_value(compared);
    return value;
}

ordered_json rules_value(const std::map<std::string, Compared>& rules) {
    ordered_json value = ordered_json::object();
    for (const auto& [rule, compared] : rules) {
        value[rule] = {{"real_sales", compared.real_sales}, {"draft_sales", compared.draft_sales}};
        value[rule].update(money_value(compared));
    }
    return value;
}

ordered_json shift_value(const Shift& shift, const char* what) {
    return {{"better", {{what, shift.better.count}, {"amount_fen", shift.better.amount.in_fen()}}},
            {"worse", {{what, shift.worse.count}, {"amount_fen", shift.worse.amount.in_fen()}}},
            {"same", {{what, shift.same}}}};
}

ordered_json class_value(const ClassShift& shift) {
    return {{"diners", shift_value(shift.diners, "diners")}, {"sales", shift_value(shift.sales, "sales")}};
}

const LimitFacts* limit_of(const std::vector<LimitFacts>& limits, const std::string& key) {
    const std::string prefix = key.substr(0, key.find('|'));
    const LimitFacts* found = nullptr;
    for (const LimitFacts& limit : limits) {
        if (limit.prefix == prefix) found = &limit;
    }
    return found;
}

ordered_json pools_value(const BacktestHead& head, const BacktestResult& result) {
    ordered_json list = ordered_json::array();
    for (const auto& [key, pool] : result.pools) {
        ordered_json value = {{"pool", key}, {"for", pool.is_pool ? "everyone" : "site"}, {"uses", pool.uses},
                              {"amount_fen", pool.amount.in_fen()}};
        const LimitFacts* limit = limit_of(head.limits, key);
        const bool uses = limit != nullptr && limit->max_uses;
        const bool amount = limit != nullptr && limit->max_amount;
        value["max_uses"] = uses ? ordered_json(*limit->max_uses) : ordered_json();
        value["max_amount_fen"] = amount ? ordered_json(limit->max_amount->in_fen()) : ordered_json();
        const bool dry = pool.dry_at_ms >= 0;
        value["dry_at"] = dry ? ordered_json(payment::to_rfc3339({pool.dry_at_ms})) : ordered_json();
        value["sales_after"] = pool.asked_after;
        list.push_back(std::move(value));
    }
    return list;
}

ordered_json unpriced_value(const BacktestHead& head, const BacktestResult& result) {
    ordered_json list = ordered_json::array();
    for (const auto& [reason, row] : result.unpriced) {
        ordered_json value = {{"reason", reason}, {"sales", row.sales}};
        const auto named = head.unpriced_sales.find(reason);
        value["named"] = named == head.unpriced_sales.end() ? std::vector<std::string>() : named->second;
        list.push_back(std::move(value));
    }
    return list;
}

std::int64_t unpriced_count(const BacktestResult& result) {
    std::int64_t sales = 0;
    for (const auto& [reason, row] : result.unpriced) sales += row.sales;
    return sales;
}

// Fourteen columns, whatever the section.
class Sheet {
  public:
    void row(const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < kColumns; ++i) text_ += (i == 0 ? "" : ",") + (i < cells.size() ? cells[i] : std::string());
        text_ += "\r\n";
    }
    void money(const char* section, const std::string& key, const Compared& compared, bool sales) {
        row({section, csv_cell(key), sales ? std::to_string(compared.real_sales) : "", sales ? std::to_string(compared.draft_sales) : "",
             payment::to_yuan(compared.real), payment::to_yuan(compared.draft), payment::to_yuan(compared.draft - compared.real)});
    }
    void shift(const char* section, const std::string& key, const Shift& shift) {
        row({section, csv_cell(key), "", "", "", "", "", std::to_string(shift.better.count), payment::to_yuan(shift.better.amount),
             std::to_string(shift.worse.count), payment::to_yuan(shift.worse.amount), std::to_string(shift.same)});
    }
    std::string text() && { return std::move(text_); }

  private:
    static constexpr std::size_t kColumns = 13;
    std::string text_ = "\xEF\xBB\xBF";
};

// Spreadsheets show a code of twelve digits as 3.1011E+11, take "1E5" for a number, cut zeros in front.
bool is_spoilt_as_a_number(const std::string& cell) {
    const std::size_t digits = std::min(cell.find_first_not_of("0123456789"), cell.size());
    if (digits == 0) return false;
    if (digits == cell.size()) return digits >= 12 || (digits > 1 && cell.front() == '0');
    return (cell[digits] == 'E' || cell[digits] == 'e') && digits + 1 < cell.size() &&
           cell.find_first_not_of("0123456789+-", digits + 1) == std::string::npos;
}

}  // namespace

std::string backtest_json(const BacktestHead& head, const BacktestResult& result) {
    ordered_json out = {{"month", head.month}, {"draft_version", head.draft_version}, {"taken_as_in_force", head.moved}};
    out["sales"] = result.sales;
    out["unpriced_sales"] = unpriced_count(result);
    out["list_fen"] = result.list.in_fen();
    out["delivery_fen"] = result.delivery.in_fen();
    out["benefit"] = money_value(result.benefit);
    out["paid"] = money_value(result.paid);
    out["by_payer"] = payers_value(result.by_payer);
    out["by_operator_payer"] = payers_value(result.by_operator_payer);
    out["diners"] = shift_value(result.all.diners, "diners");
    out["sales_compared"] = shift_value(result.all.sales, "sales");
    ordered_json classes = ordered_json::object();
    for (const auto& [name, shift] : result.by_class) classes[name] = class_value(shift);
    out["by_class"] = std::move(classes);
    out["by_rule"] = rules_value(result.by_rule);
    ordered_json refused = ordered_json::object();
    for (const auto& [code, sales] : result.refused) refused[code] = sales;
    out["refused_by_draft"] = std::move(refused);
    out["pools"] = pools_value(head, result);
    out["unpriced"] = unpriced_value(head, result);
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string backtest_csv(const BacktestHead& head, const BacktestResult& result) {
    Sheet sheet;
    sheet.row({"section", "key", "real_sales", "draft_sales", "real_yuan", "draft_yuan", "difference_yuan", "better", "better_yuan",
               "worse", "worse_yuan", "same", "note"});
    sheet.row({"month", csv_cell(head.month), std::to_string(result.sales), std::to_string(result.sales), "", "", "", "", "", "", "", "",
               csv_cell("draft " + head.draft_version)});
    sheet.money("total", "benefit", result.benefit, false);
    sheet.money("total", "paid", result.paid, false);
    for (const auto& [payer, compared] : result.by_payer) sheet.money("payer", payer, compared, false);
    for (const auto& [payer, compared] : result.by_operator_payer) sheet.money("operator_payer", payer, compared, false);
    sheet.shift("diners", "all", result.all.diners);
    for (const auto& [name, shift] : result.by_class) {
        if (shift.diners.better.count + shift.diners.worse.count + shift.diners.same > 0) sheet.shift("diners", name, shift.diners);
    }
    sheet.shift("sales", "all", result.all.sales);
    for (const auto& [name, shift] : result.by_class) sheet.shift("sales", name, shift.sales);
    for (const auto& [rule, compared] : result.by_rule) sheet.money("rule", rule, compared, true);
    for (const auto& [code, sales] : result.refused) sheet.row({"refused_by_draft", csv_cell(code), "", std::to_string(sales)});
    for (const auto& [key, pool] : result.pools) {
        const std::string note = pool.dry_at_ms < 0 ? "" : "dry at " + payment::to_rfc3339({pool.dry_at_ms}) + ", asked " +
                                                               std::to_string(pool.asked_after) + " times after";
        sheet.row({"pool", csv_cell(key), "", std::to_string(pool.uses), "", payment::to_yuan(pool.amount), "", "", "", "", "", "", csv_cell(note)});
    }
    for (const auto& [reason, row] : result.unpriced) {
        std::string note;
        const auto named = head.unpriced_sales.find(reason);
        if (named != head.unpriced_sales.end()) {
            for (const auto& sale : named->second) note += (note.empty() ? "" : " ") + sale;
        }
        sheet.row({"unpriced", csv_cell(reason), std::to_string(row.sales), "", "", "", "", "", "", "", "", "", csv_cell(note)});
    }
    return std::move(sheet).text();
}

std::string csv_cell(const std::string& text) {
    std::string cell = text;
    if (!cell.empty() && std::string("=+-@\t\r").find(cell.front()) != std::string::npos) cell.insert(0, 1, '\'');
    if (is_spoilt_as_a_number(cell)) cell.insert(0, 1, '\t');
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

}  // namespace mulin::sync::server
