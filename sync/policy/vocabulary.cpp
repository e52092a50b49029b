#include "sync/policy/vocabulary.h"

#include <array>

namespace mulin::sync::policy {
namespace {

constexpr KnownWord kAid[] = {
    {"dibao", "低保", "minimum living allowance"},
    {"dibao_edge", "低保边缘", "just above the allowance line"},
    {"dibian", "低保边缘", "just above the allowance line"},
    {"low_income", "低收入", "low income"},
    {"tekun", "特困", "in extreme hardship"},
    {"sanwu", "三无", "without income, work or family"},
    {"wubao", "五保", "five guarantees"},
    {"zhongcan", "重残无业", "gravely disabled and without work"},
    {"disability_allowance", "困难残疾人生活补贴", "disability living allowance"},
    {"shidu", "失独", "lost an only child"},
    {"jisheng_special", "计生特殊家庭", "special family-planning household"},
    {"youfu", "优抚对象", "entitled to special care"},
    {"sanshu", "三属", "family of the fallen"},
    {"wulao", "五老", "old revolutionary"},
    {"lieshu", "烈属", "family of a martyr"},
    {"veteran", "退役军人", "veteran"},
    {"traditional", "传统民政对象", "long-standing civil affairs case"},
    {"illness_poverty", "因病支出型贫困", "poor because of illness"},
    {"rigid_expenditure", "刚性支出困难", "in need because of fixed expenses"},
    {"monitored", "防返贫监测对象", "watched against falling back into poverty"},
    {"hardship_worker", "困难职工", "worker in hardship"},
    {"labour_model", "劳动模范", "model worker"},
};
constexpr KnownWord kCare[] = {
    {"none", "无", "none"},
    {"mild", "轻度", "mild"},
    {"partial", "半失能", "partly dependent"},
    {"moderate", "中度", "moderate"},
    {"severe", "重度", "severe"},
    {"dependent", "失能", "dependent"},
    {"dementia", "失智", "dementia"},
    {"ltc1", "长护一级", "long-term care 1"},
    {"ltc2", "长护二级", "long-term care 2"},
    {"ltc3", "长护三级", "long-term care 3"},
    {"ltc4", "长护四级", "long-term care 4"},
    {"ltc5", "长护五级", "long-term care 5"},
    {"ltc6", "长护六级", "long-term care 6"},
};
constexpr KnownWord kLiving[] = {
    {"alone", "独居", "lives alone"},
    {"empty_nest", "空巢", "children live elsewhere"},
    {"childless", "孤寡", "without family"},
    {"left_behind", "留守", "left behind"},
    {"visited", "探访关爱对象", "on the visiting list"},
    {"care_home", "住养老机构", "lives in a care home"},
    {"couple_old", "纯老家庭", "only old people in the household"},
};
constexpr KnownWord kCards[] = {
    {"jinglao", "敬老卡", "senior card"},
    {"shebao", "社保卡", "social security card"},
    {"laonian", "老年卡", "elder card"},
    {"district_card", "区助餐卡", "district meal card"},
    {"meal_card", "助餐卡", "meal card"},
    {"veteran_card", "优待证", "honour card"},
    {"certificate", "证件", "certificate"},
    {"bank", "登记的银行卡", "registered bank card"},
    {"qr", "身份码", "identity code"},
    {"face", "人脸", "face"},
    {"id_card", "身份证", "identity card"},
    {"citizen_card", "市民卡", "citizen card"},
    {"residence_permit", "居住证", "residence permit"},
    {"zhucan", "养老助残卡", "senior and disability card"},
};
constexpr KnownWord kTenders[] = {
    {"cash", "现金", "cash"},          {"qr", "扫码", "QR"},
    {"unionpay_qr", "云闪付", "UnionPay QR"}, {"wechat", "微信", "WeChat"},
    {"digital_rmb", "数字人民币", "digital yuan"},
    {"alipay", "支付宝", "Alipay"},      {"senior_card", "敬老卡", "senior card"},
    {"bank_card", "银行卡", "bank card"},
};
constexpr KnownWord kSiteKinds[] = {
    {"canteen", "社区食堂", "community canteen"},
    {"meal_point", "助餐点", "meal point"},
    {"restaurant", "社会餐饮", "restaurant"},
    {"care_home", "养老机构", "care home"},
    {"delivery_kitchen", "送餐中心", "delivery kitchen"},
    {"mobile", "流动餐车", "mobile kitchen"},
};
constexpr KnownWord kItemClasses[] = {
    {"set", "套餐", "set meal"},   {"dish", "菜品", "dish"},   {"meat", "荤菜", "meat dish"},
    {"vegetable", "素菜", "vegetable dish"}, {"soup", "汤", "soup"},     {"staple", "主食", "staple"},
    {"drink", "饮料", "drink"},    {"noodles", "面", "noodles"}, {"weighed", "称重", "weighed food"},
    {"table", "桌餐", "table for a party"}, {"other", "其他", "other"},
    {"diet_set", "特殊膳食套餐", "special diet set"}, {"buffet", "自助餐", "buffet"}, {"porridge", "粥", "porridge"}, {"bun", "面点", "steamed bun"},
};
constexpr KnownWord kPayers[] = {
    {"province", "省里", "the province"},   {"city", "市里", "the city"},
    {"district", "区里", "the district"},   {"county", "县里", "the county"},
    {"street", "街道", "the subdistrict"},  {"subdistrict", "街道", "the subdistrict"},
    {"town", "镇里", "the town"},           {"village", "村里", "the village"},
    {"government", "政府", "the government"}, {"foundation", "基金会", "the foundation"},
    {"bank", "银行", "the bank"},           {"unionpay", "银联", "UnionPay"},
    {"merchant", "店里", "the canteen"},    {"vendor", "店里", "the canteen"},
    {"site", "店里", "the canteen"},        {"operator", "店里", "the canteen"},
    {"donor", "爱心捐助", "donors"},        {"charity", "慈善", "charity"},
    {"residents", "居民", "the residents"}, {"campaign", "活动方", "the campaign"},
    {"community", "社区", "the community"}, {"lottery", "福彩公益金", "the welfare lottery"},
    {"enterprise", "企业", "a company"},     {"fund", "基金", "the fund"},
};
constexpr std::string_view kSensitive[] = {
    "低保", "低收入", "特困", "三无", "五保", "重残", "残疾", "失独", "贫困", "困难", "失能", "失智", "救助", "孤寡", "双低", "优抚", "特殊人群", "特殊对象", "一类对象", "二类对象", "三类对象",
    "dibao", "tekun", "zhongcan", "shidu", "wubao", "sanwu", "poor", "poverty", "disab", "low income", "low-income",
    "low_income", "hardship", "welfare", "dementia"};

}  // namespace

std::span<const KnownWord> known_words(Vocabulary vocabulary) {
    switch (vocabulary) {
        case Vocabulary::aid: return kAid;
        case Vocabulary::care: return kCare;
        case Vocabulary::living: return kLiving;
        case Vocabulary::cards: return kCards;
        case Vocabulary::tenders: return kTenders;
        case Vocabulary::site_kinds: return kSiteKinds;
        case Vocabulary::item_classes: return kItemClasses;
        case Vocabulary::payers: return kPayers;
        case Vocabulary::tags:
        case Vocabulary::approved: return {};
    }
    return {};
}

const KnownWord* find_word(Vocabulary vocabulary, std::string_view word) {
    for (const auto& known : known_words(vocabulary)) {
        if (known.word == word) return &known;
    }
    return nullptr;
}

std::span<const std::string_view> sensitive_words() { return kSensitive; }

}  // namespace mulin::sync::policy
