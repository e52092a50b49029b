#include "sync/policy/wording.h"

#include <algorithm>
#include <cstdio>

#include "sync/policy/document.h"
#include "sync/policy/vocabulary.h"

namespace mulin::sync::policy {
namespace {

using Kind = ConditionKind;

std::string num(std::int64_t value) { return std::to_string(value); }

void set(Condition& c, Words yes, Words no) {
    c.yes = std::move(yes);
    c.no = std::move(no);
}

void word_age(Condition& c) {
    const auto from = num(c.range.from);
    const auto last = num(c.range.below - 1);
    if (!c.range.has_below()) {
        set(c, {"已满" + from + "周岁", "is " + from + " or older"}, {"未满" + from + "周岁", "is not yet " + from});
    } else if (!c.range.has_from()) {
        set(c, {"未满" + num(c.range.below) + "周岁", "is under " + num(c.range.below)},
            {"已满" + num(c.range.below) + "周岁", "is " + num(c.range.below) + " or older"});
    } else {
        set(c, {from + "至" + last + "周岁", "is " + from + " to " + last},
            {"年龄不在" + from + "至" + last + "周岁", "is not between " + from + " and " + last});
    }
}

struct Place {
    const char* zh;
    const char* en;
};

Place place_of(std::size_t digits, bool city_province) {
    if (digits <= 2) return city_province ? Place{"本市", "this city"} : Place{"本省", "this province"};
    if (digits <= 4) return {"本市", "this city"};
    if (digits <= 6) return {"本区", "this district"};
    return {"本街镇", "this subdistrict"};
}

Place place_of(const Condition& c) {
    if (c.kind == Kind::hukou_here || c.kind == Kind::residence_here || c.kind == Kind::hukou_is_residence) {
        constexpr std::size_t kDigits[] = {2, 4, 6, 9};
        return place_of(kDigits[static_cast<int>(c.level)], false);
    }
    const std::string code = c.words.empty() ? "" : c.words.front();
    const std::string head = code.substr(0, 2);
    return place_of(code.size(), head == "31" || head == "11" || head == "12" || head == "50");
}

void word_place(Condition& c) {
    const Place place = place_of(c);
    const std::string zh = place.zh;
    const std::string en = place.en;
    if (c.kind == Kind::hukou || c.kind == Kind::hukou_here) {
        set(c, {zh + "户籍", "registered in " + en}, {"不是" + zh + "户籍", "not registered in " + en});
    } else if (c.kind == Kind::hukou_is_residence) {
        set(c, {"人户一致", "lives where registered"}, {"人户分离", "does not live where registered"});
    } else {
        set(c, {"住在" + zh, "lives in " + en}, {"不住在" + zh, "does not live in " + en});
    }
}

// One word for both answers: "午餐" and "只限午餐".
void word_only(Condition& c, const std::string& zh, const std::string& en) {
    set(c, {zh, en}, {"只限" + zh, "only for " + en});
    c.except = {"除" + zh + "外", "except " + en};
    c.excluded = {zh + "不适用", "not for " + en};
}

template <std::size_t N>
Words listed(unsigned mask, const Words (&names)[N]) {
    Words text;
    for (std::size_t i = 0; i < N; ++i) {
        if ((mask >> i & 1u) == 0) continue;
        if (!text.zh.empty()) text.zh += "或";
        if (!text.en.empty()) text.en += " or ";
        text.zh += names[i].zh;
        text.en += names[i].en;
    }
    return text;
}

const Words kMeals[] = {{"早餐", "breakfast"}, {"午餐", "lunch"}, {"晚餐", "dinner"}};
const Words kServices[] = {{"堂食", "dine-in"}, {"外带", "take-away"}, {"送餐", "delivery"}};
const Words kWeekdays[] = {{"周一", "Monday"}, {"周二", "Tuesday"},  {"周三", "Wednesday"}, {"周四", "Thursday"},
                           {"周五", "Friday"}, {"周六", "Saturday"}, {"周日", "Sunday"}};
const Words kDays[] = {{"工作日", "working days"},
                       {"休息日", "days of rest"},
                       {"法定节假日", "public holidays"},
                       {"调休上班日", "make-up working days"}};

void word_mask(Condition& c) {
    Words text;
    if (c.kind == Kind::meal) text = listed(c.mask, kMeals);
    if (c.kind == Kind::service) text = listed(c.mask, kServices);
    if (c.kind == Kind::weekday) text = c.mask == 31 ? Words{"周一至周五", "Monday to Friday"} : listed(c.mask, kWeekdays);
    if (c.kind == Kind::day) text = listed(c.mask, kDays);
    word_only(c, text.zh, text.en);
}

std::string clock_text(std::int64_t minute) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "%02d:%02d", static_cast<int>(minute / 60), static_cast<int>(minute % 60));
    return buffer;
}

void word_time(Condition& c) {
    const auto from = clock_text(c.range.from);
    const auto until = clock_text(c.range.below);
    word_only(c, from + "至" + until, from + " to " + until);
}

Words card_words(const Condition& c) {
    Words text;
    for (const auto& card : c.words) {
        const KnownWord* known = find_word(Vocabulary::cards, card);
        if (known == nullptr) return {"指定的卡", "a card of the right kind"};
        text.zh += (text.zh.empty() ? "" : "或") + std::string(known->zh);
        text.en += (text.en.empty() ? "the " : " or the ") + std::string(known->en);
    }
    return text;
}

void word_cards(Condition& c) {
    const Words card = card_words(c);
    if (c.kind == Kind::cards) {
        set(c, {"持有" + card.zh, "holds " + card.en}, {"没有" + card.zh, "does not hold " + card.en});
    } else {
        set(c, {"出示了" + card.zh, "showed " + card.en}, {"要出示" + card.zh, "has to show " + card.en});
        c.except = {"没有出示" + card.zh, "did not show " + card.en};
    }
}

void word_tender(Condition& c) {
    Words text;
    for (const auto& word : c.words) {
        const KnownWord* known = find_word(Vocabulary::tenders, word);
        text.zh += (text.zh.empty() ? "" : "或") + (known == nullptr ? std::string("指定方式") : std::string(known->zh));
        text.en += (text.en.empty() ? "" : " or ") + (known == nullptr ? std::string("the named means") : std::string(known->en));
    }
    set(c, {"用" + text.zh + "付款", "paid by " + text.en}, {"要用" + text.zh + "付款", "has to pay by " + text.en});
    c.except = {"不用" + text.zh + "付款", "not paid by " + text.en};
    c.excluded = {"用" + text.zh + "付款不适用", "not when paid by " + text.en};
}

void word_nth_meal(Condition& c) {
    constexpr const char* kZh[] = {"这一餐", "今天", "本周", "本月", "今年", "活动期间"};
    constexpr const char* kEn[] = {" of this meal period", " of the day", " of the week", " of the month", " of the year", " of the campaign"};
    const std::string zh = kZh[static_cast<int>(c.window)];
    const std::string en = kEn[static_cast<int>(c.window)];
    if (c.every != 0) {
        const auto n = num(c.every);
        return set(c, {zh + "每第" + n + "餐", "each meal number " + n + en}, {"不是" + zh + "每第" + n + "餐", "not each meal number " + n + en});
    }
    if (c.range.has_from() && c.range.below == c.range.from + 1) {
        const auto n = num(c.range.from);
        set(c, {zh + "第" + n + "餐", "meal number " + n + en}, {"不是" + zh + "第" + n + "餐", "not meal number " + n + en});
    } else if (!c.range.has_below()) {
        const auto n = num(c.range.from);
        set(c, {zh + "第" + n + "餐起", "meal number " + n + en + " or later"},
            {"还没到" + zh + "第" + n + "餐", "before meal number " + n + en});
    } else {
        const auto n = num(c.range.below - 1);
        set(c, {zh + "前" + n + "餐", "within the first " + n + " meals" + en},
            {zh + "已超过" + n + "餐", "past the first " + n + " meals" + en});
    }
}

void word_plain(Condition& c) {
    switch (c.kind) {
        case Kind::birthday:
            if (c.flag) return set(c, {"本月生日", "birthday this month"}, {"本月不过生日", "no birthday this month"});
            return set(c, {"今天生日", "birthday today"}, {"今天不是生日", "not the birthday today"});
        case Kind::approved:
            return set(c, {"申请已通过", "application approved"}, {"还没有通过申请", "no approved application"});
        case Kind::guest:
            if (c.flag) return set(c, {"散客", "a guest"}, {"不是散客", "not a guest"});
            return set(c, {"已登记", "registered"}, {"没有登记", "not registered"});
        case Kind::date:
            if (std::all_of(c.dates.begin(), c.dates.end(), [](const DateRange& range) { return range.from == range.through; }))
                return set(c, {"在指定日期", "on a named date"}, {"不是指定日期", "not one of the named dates"});
            [[fallthrough]];
        case Kind::month_day: return set(c, {"在期限内", "within the dates"}, {"不在期限内", "outside the dates"});
        case Kind::day_of_month: return set(c, {"在每月的指定日子", "on the named days of the month"}, {"不在每月的指定日子", "not on the named days of the month"});
        case Kind::site:
        case Kind::site_kind:
        case Kind::site_tags:
        case Kind::vendor:
            return set(c, {"在指定点位", "at a named site"}, {"这里不是指定点位", "not one of the named sites"});
        case Kind::subdistrict:
            return set(c, {"在本街镇用餐", "eats in the area"}, {"用餐点不在范围内", "this site is outside the area"});
        case Kind::has_item:
            return set(c, {"点了指定菜品", "ordered a named item"}, {"没有点指定菜品", "no named item was ordered"});
        case Kind::list_fen: return set(c, {"消费额符合", "the amount fits"}, {"消费额不符合", "the amount does not fit"});
        case Kind::granted: return set(c, {}, {"前一项没有享受", "the benefit before it was not granted"});
        default: return set(c, {"符合享受条件", "entitled"}, {"不在享受名单内", "not on the list for this"});
    }
}

void add_once(std::string& text, const std::string& phrase, const char* between) {
    if (phrase.empty() || text.find(phrase) != std::string::npos) return;
    if (!text.empty()) text += between;
    text += phrase;
}

// `all` answers yes with every part; evaluation picks the failing part for no. The two phrases here
// serve a negation or a list of alternatives around it.
void word_joined(Condition& c) {
    Words yes;
    Words no;
    for (const auto& part : c.parts) {
        add_once(yes.zh, part.yes.zh, c.kind == Kind::all ? "、" : "或");
        add_once(yes.en, part.yes.en, c.kind == Kind::all ? ", " : " or ");
        add_once(no.zh, part.no.zh, c.kind == Kind::all ? "或" : "、");
        add_once(no.en, part.no.en, c.kind == Kind::all ? " or " : ", ");
    }
    set(c, yes, no);
}

// The same for a manager, who may hear it: the words of the vocabulary, or the code where it is a
// district's own.
void word_sensitive(Condition& c) {
    const auto vocabulary = c.kind == Kind::aid      ? Vocabulary::aid
                            : c.kind == Kind::care   ? Vocabulary::care
                            : c.kind == Kind::living ? Vocabulary::living
                                                     : Vocabulary::tags;
    Words names;
    for (const auto& word : c.words) {
        const KnownWord* known = find_word(vocabulary, word);
        names.zh += (names.zh.empty() ? "" : "或") + (known == nullptr ? word : std::string(known->zh));
        names.en += (names.en.empty() ? "" : " or ") + (known == nullptr ? word : std::string(known->en));
    }
    if (c.kind == Kind::disability_grade) {
        const std::string from = num(std::max<std::int64_t>(c.range.from, 0));
        const std::string last = c.range.has_below() ? num(c.range.below - 1) : "4";
        names = {"残疾" + from + "至" + last + "级", "disability grade " + from + " to " + last};
    }
    c.manager_yes = {"属于：" + names.zh, "is: " + names.en};
    c.manager_no = {"不属于：" + names.zh, "is not: " + names.en};
}

bool is_sensitive(Kind kind) {
    return kind == Kind::aid || kind == Kind::care || kind == Kind::living || kind == Kind::tags || kind == Kind::disability_grade;
}

// What "not" of a condition says, where turning yes and no around would not do.
void word_exception(Condition& c) {
    switch (c.kind) {
        case Kind::meal:
        case Kind::service:
        case Kind::weekday:
        case Kind::day:
        case Kind::time:
        case Kind::tender: return;
        case Kind::aid:
        case Kind::care:
        case Kind::living:
        case Kind::tags:
        case Kind::disability_grade:
        case Kind::on_list:
        case Kind::approved: c.excluded = {"不在享受名单内", "not on the list for this"}; return;
        case Kind::date:
        case Kind::month_day:
        case Kind::day_of_month: c.excluded = {"这一天不适用", "not on this date"}; return;
        case Kind::site:
        case Kind::site_kind:
        case Kind::site_tags:
        case Kind::vendor:
        case Kind::subdistrict: c.excluded = {"这里不适用", "not at this site"}; return;
        case Kind::list_fen: c.excluded = {"消费额不符合", "the amount does not fit"}; return;
        default: break;
    }
    if (c.except.empty()) c.except = c.no;
    c.excluded = c.kind == Kind::granted ? Words{"已享受前一项优惠", "the benefit before it was granted"} : c.yes;
}

void word_itself(Condition& c) {
    switch (c.kind) {
        case Kind::always: return;
        case Kind::all:
        case Kind::any: return word_joined(c);
        case Kind::negated: return set(c, c.parts.front().except, c.parts.front().excluded);
        case Kind::age: return word_age(c);
        case Kind::hukou:
        case Kind::hukou_here:
        case Kind::residence:
        case Kind::residence_here:
        case Kind::hukou_is_residence: return word_place(c);
        case Kind::meal:
        case Kind::service:
        case Kind::weekday:
        case Kind::day: return word_mask(c);
        case Kind::time: return word_time(c);
        case Kind::cards:
        case Kind::presented: return word_cards(c);
        case Kind::tender: return word_tender(c);
        case Kind::nth_meal: return word_nth_meal(c);
        default: return word_plain(c);
    }
}

}  // namespace

void word_condition(Condition& c) {
    if (is_sensitive(c.kind)) word_sensitive(c);
    word_itself(c);
    word_exception(c);
}

Words word_money(Money amount) {
    const std::string yuan = payment::to_yuan(amount);
    return {yuan + " 元", yuan + " yuan"};
}

namespace {

// 90 is 九折, 88 is 八八折; anything finer is said as a percent.
Words word_percent(Fraction pay) {
    constexpr const char* kDigits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (pay.top != 0 && pay.bottom != payment::Rate::kOne) {
        const std::string part = num(pay.top) + "/" + num(pay.bottom);
        return {"按 " + part + " 付", "pays " + part};
    }
    const std::int64_t millionths = pay.top;
    if (millionths == 0) return {"免费", "free"};
    std::string percent = num(millionths / 10'000);
    std::string fraction = num(1'000'000 + millionths % 10'000 * 100).substr(1, 4);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    if (!fraction.empty()) percent += "." + fraction;
    const std::string en = "pays " + percent + " %";
    if (!fraction.empty() || millionths < 100'000 || millionths == 1'000'000) return {"按 " + percent + "% 付", en};
    const auto tens = millionths / 100'000;
    const auto ones = millionths / 10'000 % 10;
    return {std::string(kDigits[tens]) + (ones == 0 ? "" : kDigits[ones]) + "折", en};
}

// Free is said of no more than what is free.
Words word_free(const BenefitSpec& benefit, bool chosen_items, Money minimum_own) {
    Words text = benefit.pieces ? Words{"免费送", "free"} : Words{"免费", "free"};
    if (benefit.on == BenefitOn::delivery_fee) {
        text = {"免送餐费", "free delivery"};
    } else if (chosen_items) {
        text = {"指定菜品" + text.zh, "named items free"};
    }
    if (benefit.max_off) {
        const std::string yuan = payment::to_yuan(*benefit.max_off);
        text.zh += "，最多减" + yuan + "元";
        text.en += ", at most " + yuan + " yuan off";
    }
    if (!minimum_own.is_zero() && benefit.on != BenefitOn::delivery_fee) {
        const std::string yuan = payment::to_yuan(minimum_own);
        text.zh += "，个人至少付" + yuan + "元";
        text.en += ", at least " + yuan + " yuan to pay";
    }
    return text;
}

}  // namespace

Words word_benefit(const BenefitSpec& benefit, bool chosen_items, Money minimum_own) {
    if (benefit.kind == BenefitKind::percent) {
        const Words percent = word_percent(benefit.pay);
        if (!benefit.max_off) return percent;
        const std::string yuan = payment::to_yuan(*benefit.max_off);
        return {percent.zh + "，最多减" + yuan + "元", percent.en + ", at most " + yuan + " yuan off"};
    }
    if (benefit.kind == BenefitKind::free) return word_free(benefit, chosen_items, minimum_own);
    if (benefit.kind == BenefitKind::pay_at_most && benefit.amounts.entries.size() == 1) {
        const Words money = word_money(benefit.amounts.entries.front().amount);
        return {"最多付 " + money.zh, "pays at most " + money.en};
    }
    return {};
}

}  // namespace mulin::sync::policy
