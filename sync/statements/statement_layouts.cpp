// The layouts of bills: two that are published, and any other by a profile.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "payment/money/sponsor.h"
#include "sync/statements/statement.h"
#include "sync/wire/fields.h"

namespace mulin::sync::server {
namespace {

using nlohmann::json;
using payment::ErrorCode;
using payment::fail;

constexpr std::size_t kMaxProfileBytes = 256 * 1024;
constexpr std::size_t kMaxNames = 20;

constexpr const char* kProfileKeys[] = {"mulin_statement", "name", "note", "separator", "cell_mark", "comment", "end", "unit", "columns",
                                        "discounts", "kinds", "ignored_kinds", "count_of_rows", "sum_of_amounts",
                                        "count_of_payments", "count_of_refunds", "out_no_prefix", "widths", "gap"};
constexpr const char* kColumnKeys[] = {"time", "date", "clock", "out_no", "txn", "refund_no", "paid_txn", "paid_out_no", "kind",
                                       "amount", "refund_amount", "fee", "settled", "status"};

template <std::size_t N>
Status only_known(const json& value, const char* const (&known)[N], const std::string& file, const char* where) {
    for (const auto& [key, member] : value.items()) {
        if (std::find(std::begin(known), std::end(known), key) == std::end(known))
            return fail(ErrorCode::invalid_input, file + ": \"" + key + "\" is not known in " + where + " of a statement profile.");
    }
    return payment::ok();
}

// One name or a list of them.
std::vector<std::string> column_names(Fields& fields, const json& columns, const char* key) {
    if (!columns.contains(key)) return {};
    if (columns.at(key).is_string()) return {fields.text(key, 200)};
    return fields.texts(key, kMaxNames);
}

char one_character(Fields& fields, const char* key, char otherwise) {
    if (!fields.has(key)) return otherwise;
    const std::string text = fields.text(key, 8);
    if (text.size() != 1 || text[0] == '\n') fields.problem(key, "must be one character");
    return text.empty() ? otherwise : text[0];
}

Status read_columns(const json& value, Fields& profile, StatementLayout& layout, const std::string& file) {
    if (!value.contains("columns") || !value.at("columns").is_object())
        return fail(ErrorCode::invalid_input, file + ": \"columns\" must say where time, amount and the channel's number are.");
    const json& columns = value.at("columns");
    MULIN_TRY_STATUS(only_known(columns, kColumnKeys, file, "the columns"));
    Fields fields = profile.object("columns");
    const std::pair<const char*, std::vector<std::string>*> places[] = {
        {"time", &layout.time},     {"date", &layout.date},           {"clock", &layout.clock},
        {"out_no", &layout.out_no}, {"txn", &layout.txn},             {"refund_no", &layout.refund_no},
        {"kind", &layout.kind},     {"amount", &layout.amount},       {"refund_amount", &layout.refund_amount},
        {"fee", &layout.fee},       {"settled", &layout.settled},     {"status", &layout.status},
        {"paid_txn", &layout.paid_txn}, {"paid_out_no", &layout.paid_out_no}};
    for (const auto& [key, place] : places) *place = column_names(fields, columns, key);
    const bool timed = !layout.time.empty() || (!layout.date.empty() && !layout.clock.empty());
    if (!timed || layout.txn.empty() || layout.amount.empty())
        return fail(ErrorCode::invalid_input, file + ": \"columns\" needs \"time\" (or \"date\" and \"clock\"), \"txn\" and \"amount\".");
    return payment::ok();
}

Status read_kinds(const json& value, StatementLayout& layout, const std::string& file) {
    if (!value.contains("kinds")) return payment::ok();
    if (layout.kind.empty()) return fail(ErrorCode::invalid_input, file + ": \"kinds\" needs the column \"kind\".");
    if (!value.at("kinds").is_object()) return fail(ErrorCode::invalid_input, file + ": \"kinds\" must say what each word means.");
    for (const auto& [word, meaning] : value.at("kinds").items()) {
        const auto* name = meaning.get_ptr<const std::string*>();
        if (name == nullptr || (*name != "pay" && *name != "refund" && *name != "revoke"))
            return fail(ErrorCode::invalid_input, file + ": the kind \"" + word + "\" must be pay, refund or revoke.");
        layout.kinds[word] = *name == "pay" ? StatementKind::pay : *name == "refund" ? StatementKind::refund : StatementKind::revoke;
    }
    return payment::ok();
}

// Files without column names: each column is then a place in the row.
Status read_widths(const json& value, Fields& fields, StatementLayout& layout, const std::string& file) {
    if (!value.contains("widths")) return payment::ok();
    const json& widths = value.at("widths");
    const bool numbers = widths.is_array() && !widths.empty() && widths.size() <= 500 &&
                         std::all_of(widths.begin(), widths.end(), [](const json& one) { return one.is_number_unsigned() && one <= 10'000u && one > 0u; });
    if (!numbers) return fail(ErrorCode::invalid_input, file + ": \"widths\" must be 1 to 500 numbers of bytes.");
    for (const auto& one : widths) layout.widths.push_back(one.get<int>());
    if (fields.has("gap")) layout.gap = static_cast<int>(fields.integer("gap", 0, 10));
    std::vector<const std::vector<std::string>*> all = {
        &layout.time, &layout.date, &layout.clock, &layout.out_no, &layout.txn, &layout.refund_no, &layout.paid_txn,
        &layout.paid_out_no, &layout.kind, &layout.amount, &layout.refund_amount, &layout.fee, &layout.settled, &layout.status};
    for (const auto& discount : layout.discounts) all.push_back(&discount.column);
    for (const auto* names : all) {
        for (const auto& name : *names) {
            const auto place = parse_statement_place(name);
            if (!place || place->cell >= layout.widths.size())
                return fail(ErrorCode::invalid_input, file + ": with \"widths\" a column is the number of a cell, like \"10\" or \"10:1-14\", not \"" + name + "\".");
        }
    }
    return payment::ok();
}

Status read_discounts(const json& value, Fields& fields, StatementLayout& layout, const std::string& file) {
    if (!value.contains("discounts")) return payment::ok();
    for (Fields& discount : fields.objects("discounts", kMaxNames)) {
        layout.discounts.push_back({{discount.text("column", 200)}, discount.text("sponsor", 64)});
        if (!payment::sponsor::is_known(layout.discounts.back().sponsor))
            return fail(ErrorCode::invalid_input, file + ": the sponsor \"" + layout.discounts.back().sponsor + "\" must be platform, issuer, merchant or other.");
    }
    return payment::ok();
}

}  // namespace

StatementLayout wechat_layout() {
    StatementLayout layout;
    layout.name = "WeChat";
    layout.cell_mark = '`';
    layout.end = "总交易单数";
    layout.time = {"交易时间"};
    layout.out_no = {"商户订单号"};
    layout.txn = {"微信订单号"};
    layout.refund_no = {"商户退款单号", "微信退款单号"};
    layout.kind = {"交易状态"};
    // Older bills have no amount of the order; what is settled is then all there is.
    layout.amount = {"订单金额", "应结订单金额", "总金额"};
    layout.refund_amount = {"申请退款金额", "退款金额"};
    layout.fee = {"手续费"};
    layout.settled = {"应结订单金额"};
    layout.status = {"交易状态"};
    // Who paid for a coupon is not said; one that the merchant gave is missing in what is settled.
    layout.discounts = {{{"代金券金额", "代金券或立减优惠金额", "企业红包金额"}, payment::sponsor::kPlatform}};
    layout.merchant_bears_unsettled = true;
    layout.kinds = {{"SUCCESS", StatementKind::pay}, {"REFUND", StatementKind::refund}, {"REVOKED", StatementKind::revoke}};
    layout.count_of_rows = "总交易单数";
    layout.sum_of_amounts = "订单总金额";
    return layout;
}

StatementLayout alipay_layout() {
    StatementLayout layout;
    layout.name = "Alipay";
    layout.comment = "#";
    layout.time = {"完成时间", "创建时间"};
    layout.out_no = {"商户订单号"};
    layout.txn = {"支付宝交易号"};
    layout.refund_no = {"退款批次号/请求号", "退款批次号"};
    layout.kind = {"业务类型"};
    layout.amount = {"订单金额"};
    layout.fee = {"服务费"};
    layout.settled = {"商家实收"};
    layout.status = {"业务类型"};
    // 集分宝 are points that the payer owns: no discount.
    layout.discounts = {{{"支付宝红包"}, payment::sponsor::kPlatform},     {{"支付宝优惠"}, payment::sponsor::kPlatform},
                        {{"商家优惠"}, payment::sponsor::kMerchant},       {{"券核销金额"}, payment::sponsor::kMerchant},
                        {{"商家红包消费金额"}, payment::sponsor::kMerchant}};
    layout.kinds = {{"交易", StatementKind::pay}, {"退款", StatementKind::refund}};
    layout.count_of_payments = "交易合计";
    layout.count_of_refunds = "退款合计";
    return layout;
}

Result<StatementLayout> read_statement_profile(std::string_view text, const std::string& file) {
    MULIN_TRY(const auto value, parse_object(text, kMaxProfileBytes, file.c_str()));
    MULIN_TRY_STATUS(only_known(*value, kProfileKeys, file, "the top"));
    Fields fields(*value, file);
    if (fields.integer("mulin_statement", 1, 1) != 1) return tl::make_unexpected(fields.error());
    StatementLayout layout;
    layout.name = fields.text("name", 200);
    layout.separator = one_character(fields, "separator", ',');
    layout.cell_mark = one_character(fields, "cell_mark", 0);
    layout.comment = fields.optional_text("comment", 20);
    layout.end = fields.optional_text("end", 200);
    const std::string unit = fields.text("unit", 10);
    if (unit != "yuan" && unit != "fen") fields.problem("unit", "must be yuan or fen");
    layout.in_fen = unit == "fen";
    MULIN_TRY_STATUS(read_columns(*value, fields, layout, file));
    MULIN_TRY_STATUS(read_kinds(*value, layout, file));
    MULIN_TRY_STATUS(read_discounts(*value, fields, layout, file));
    MULIN_TRY_STATUS(read_widths(*value, fields, layout, file));
    layout.out_no_prefix = fields.optional_text("out_no_prefix", 20);
    if (value->contains("ignored_kinds")) layout.ignored_kinds = fields.texts("ignored_kinds", 100);
    layout.count_of_rows = fields.optional_text("count_of_rows", 200);
    layout.sum_of_amounts = fields.optional_text("sum_of_amounts", 200);
    layout.count_of_payments = fields.optional_text("count_of_payments", 200);
    layout.count_of_refunds = fields.optional_text("count_of_refunds", 200);
    if (!layout.count_of_rows.empty() && layout.end.empty()) fields.problem("count_of_rows", "needs \"end\"");
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return layout;
}

}  // namespace mulin::sync::server
