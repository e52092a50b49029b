#include "pos/device/slip_words.h"

#include <array>
#include <cstddef>

namespace mulin::pos {
namespace {

constexpr SlipWords kChinese{
    .guest = "访客",
    .list = "原价",
    .delivery = "送餐费",
    .due = "应付",
    .rounding = "抹零",
    .given = "收现金",
    .change = "找零",
    .cashier = "收银员",
    .approver = "复核",
    .entry = "凭据号",
    .check = "校验",
    .thanks = "谢谢，请慢用",
    .reprint = "重打 · 非原始小票 · 第",
    .training = "培训 · 不作凭据",
    .voided = "已作废",
    .of_entry = "作废的凭据",
    .refund = "退还",
    .reason = "原因",
    .number = "号",
    .scan = "扫码核对这一餐",
    .test_page = "打印测试",
    .refunded = "退款",
    .refund_of = "退的凭据",
    .meals = {"早餐", "午餐", "晚餐"},
    .services = {"堂食", "外带", "送餐"},
    .topped_up = "敬老卡充值",
    .card_ending = "卡号尾号",
    .on_card = "充值",
    .balance = "卡内余额",
    .balance_later = "联网后到账，不用再充一次",
    .keep = "请保管好小票",
    .scan_top_up = "扫码核对这次充值",
    .shift_closed = "交班",
    .since = "开班",
    .until = "交班",
    .drawer_float = "备用金",
    .cash_moved = "本班现金收支",
    .cash_due = "应有现金",
    .cash_counted = "数出现金",
    .difference = "相差",
    .sales = "笔数",
    .voids = "作废",
    .taken = "老人实付",
    .signature = "签名",
};

constexpr SlipWords kEnglish{
    .guest = "Guest",
    .list = "List price",
    .delivery = "Delivery",
    .due = "To pay",
    .rounding = "Cash rounding",
    .given = "Cash given",
    .change = "Change",
    .cashier = "Cashier",
    .approver = "Approved by",
    .entry = "Entry",
    .check = "Check",
    .thanks = "Thank you, enjoy your meal",
    .reprint = "REPRINT · not the original · no. ",
    .training = "TRAINING · not a receipt",
    .voided = "VOID",
    .of_entry = "Voided entry",
    .refund = "Give back",
    .reason = "Reason",
    .number = "No.",
    .scan = "Scan to check this meal",
    .test_page = "Printer test",
    .refunded = "REFUND",
    .refund_of = "Refunded entry",
    .meals = {"Breakfast", "Lunch", "Dinner"},
    .services = {"dine in", "take away", "delivery"},
    .topped_up = "Card top-up",
    .card_ending = "Card ending",
    .on_card = "Put on",
    .balance = "Balance",
    .balance_later = "On the card once online; do not top up again",
    .keep = "Please keep this slip",
    .scan_top_up = "Scan to check this top-up",
    .shift_closed = "Shift closed",
    .since = "Opened",
    .until = "Closed",
    .drawer_float = "Float",
    .cash_moved = "Cash in, less out",
    .cash_due = "Should be there",
    .cash_counted = "Counted",
    .difference = "Difference",
    .sales = "Sales",
    .voids = "Voids",
    .taken = "Diners paid",
    .signature = "Signed",
};

struct CodeWord {
    const char *code, *zh, *en;
};
constexpr std::array kMethods{CodeWord{"cash", "现金", "Cash"}, CodeWord{"qr", "扫码", "QR"},
                              CodeWord{"senior_card", "敬老卡", "Senior card"},
                              CodeWord{"bank_card", "银行卡", "Bank card"}};
constexpr std::array kReasons{CodeWord{"wrong_diner", "认错了人", "Wrong diner"},
                              CodeWord{"wrong_item", "点错了菜", "Wrong dish"},
                              CodeWord{"entered_twice", "重复记了", "Entered twice"},
                              CodeWord{"meal_not_taken", "没有用餐", "Meal not taken"},
                              CodeWord{"not_good", "菜有问题", "Food not good"},
                              CodeWord{"payment_wrong", "付款不对", "Payment wrong"},
                              CodeWord{"change_wrong", "找零找错了", "Wrong change"},
                              CodeWord{"cash_added", "有人放进钱", "Cash was added"},
                              CodeWord{"cash_taken", "有人取走钱", "Cash was taken"},
                              CodeWord{"float_wrong", "备用金数错", "Float miscounted"},
                              CodeWord{"unknown", "查不出", "Not known"},
                              CodeWord{"other", "其他", "Other"}};

template <std::size_t N>
std::string word_of(const std::array<CodeWord, N>& table, const std::string& code, SlipLanguage language) {
    for (const auto& word : table) {
        if (code == word.code) return language == SlipLanguage::chinese ? word.zh : word.en;
    }
    return code;
}

}  // namespace

const SlipWords& slip_words(SlipLanguage language) {
    return language == SlipLanguage::chinese ? kChinese : kEnglish;
}

std::string method_word(const std::string& method, SlipLanguage language) {
    return word_of(kMethods, method, language);
}

std::string reason_word(const std::string& reason, SlipLanguage language) {
    return word_of(kReasons, reason, language);
}

}  // namespace mulin::pos
