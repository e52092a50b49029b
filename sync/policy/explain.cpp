#include "sync/policy/explain.h"

#include "sync/policy/pricing.h"
#include "sync/policy/wording.h"

namespace mulin::sync::policy {
namespace {

struct Span {
    const char* zh;
    const char* en;
};

Span span_of(Window window) {
    switch (window) {
        case Window::meal: return {"这一餐", "for this meal"};
        case Window::day: return {"今天", "today"};
        case Window::week: return {"本周", "this week"};
        case Window::month: return {"本月", "this month"};
        case Window::year: return {"今年", "this year"};
        case Window::campaign: return {"活动期间", "in this campaign"};
        case Window::release: return {"本期", "of this release"};
        case Window::sale: return {"本单", "in this sale"};
    }
    return {"", ""};
}

// Where leftovers carry on, the allowance is the year's or the campaign's.
Window span_kind(const Limit& limit) {
    if (limit.carry_over == Limit::CarryOver::year) return Window::year;
    if (limit.carry_over == Limit::CarryOver::campaign && limit.window != Window::release) return Window::campaign;
    return limit.window;
}

Words payers_text(const Verdict& verdict) {
    Words text;
    for (const auto& share : verdict.shares) {
        const Words money = word_money(share.amount);
        text.zh += "，" + share.part->words.zh + "承担 " + money.zh;
        text.en += std::string(text.en.empty() ? "; " : ", ") + share.part->words.en + " pays " + money.en;
    }
    return text;
}

Reason granted(const Verdict& verdict, const Facts& facts, Audience audience) {
    const Rule& rule = *verdict.rule;
    Words because = rule.because.empty() || audience == Audience::manager ? why(rule.condition, facts, audience) : rule.because;
    Words benefit = word_benefit(rule.benefit);
    if (benefit.empty()) {
        const Words money = word_money(verdict.amount);
        benefit = {"减 " + money.zh, money.en + " off"};
    }
    if (!because.zh.empty()) because.zh += "：";
    if (!because.en.empty()) because.en += ": ";
    const Words payers = payers_text(verdict);
    return {rule.id, true, because.zh + benefit.zh + payers.zh, because.en + benefit.en + payers.en};
}

Words say_threshold(const Threshold& threshold) {
    const Words money = word_money(threshold.amount);
    const bool after = threshold.basis == Basis::after_earlier;
    const std::string zh = after ? "优惠后" : "";
    const std::string en = after ? " after earlier benefits" : "";
    if (threshold.inclusive)
        return {zh + "消费不满 " + money.zh, "less than " + money.en + en};
    return {zh + "消费没有超过 " + money.zh, "not more than " + money.en + en};
}

Words refused_words(const Verdict& verdict, const Facts& facts, Audience audience) {
    const Rule& rule = *verdict.rule;
    switch (verdict.fate) {
        case Fate::condition:
            if (!rule.because_not.empty() && audience == Audience::counter) return rule.because_not;
            if (!facts.request.diner) return {"没有登记，按原价", "not registered, full price"};
            return why_not(rule.condition, facts, audience);
        case Fate::no_items: return {"没有点指定菜品", "no item of this offer was ordered"};
        case Fate::threshold: return say_threshold(*rule.threshold);
        case Fate::group_taken: return {"已享受另一项优惠，不再叠加", "another benefit applies instead"};
        case Fate::unidentified: return {"要先认出是哪一位", "needs to know who is eating"};
        case Fate::used_up: return say_limit(*verdict.limit);
        case Fate::not_leased:
            return {"现在不能确认名额，这一项不减", "this till cannot confirm a place now, so this is not taken off"};
        case Fate::unfunded: return {"没有写明由谁承担，这一项不减", "no payer is named, so this is not taken off"};
        case Fate::nothing: return {"没有可减的金额", "there is nothing to take off"};
        case Fate::granted:
        case Fate::elsewhere: break;
    }
    return {};
}

}  // namespace

Words say_limit(const Limit& limit) {
    const Span span = span_of(span_kind(limit));
    if (limit.is_pool() || limit.subject == Subject::site)
        return {std::string(span.zh) + "的名额已经用完", std::string("all places ") + span.en + " are taken"};
    if (!limit.max_uses)
        return {std::string(span.zh) + "的额度已经用完", std::string("the allowance ") + span.en + " is used up"};
    if (limit.max_uses == 1)
        return {std::string(span.zh) + "已经享受过一次", std::string("already had once ") + span.en};
    const std::string times = std::to_string(*limit.max_uses);
    return {span.zh + ("已经享受过" + times + "次"), "already had " + times + " times " + span.en};
}

namespace {

Reason explain(const Verdict& verdict, const Facts& facts, Audience audience) {
    if (verdict.fate == Fate::granted) return granted(verdict, facts, audience);
    const Words words = refused_words(verdict, facts, audience);
    Reason reason{verdict.rule->id, false, words.zh, words.en};
    reason.pool_short = verdict.fate == Fate::not_leased;
    return reason;
}

}  // namespace

Reason explain(const Verdict& verdict, const Facts& facts) { return explain(verdict, facts, Audience::counter); }

void explain_to_manager(const Verdict& verdict, const Facts& facts, Reason& reason) {
    Reason full = explain(verdict, facts, Audience::manager);
    reason.manager_zh = std::move(full.zh);
    reason.manager_en = std::move(full.en);
}

}  // namespace mulin::sync::policy
