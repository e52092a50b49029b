#include "sync/policy/explain.h"

#include "sync/policy/pricing.h"
#include "sync/policy/wording.h"

namespace mulin::sync::policy {
namespace {

constexpr std::size_t kSentence = 160;  // longer than most, so that one is put together in one piece

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

// ", the district pays 2.00 yuan" and so on, once per payer.
void append_payers(const Verdict& verdict, Reason& reason) {
    const char* between = "; ";
    for (const auto& share : verdict.shares) {
        const std::string yuan = payment::to_yuan(share.amount);
        reason.zh.append("，").append(share.part->words.zh).append("承担 ").append(yuan).append(" 元");
        reason.en.append(between).append(share.part->words.en).append(" pays ").append(yuan).append(" yuan");
        between = ", ";
    }
}

void say_granted(const Verdict& verdict, const Facts& facts, Audience audience, Reason& reason) {
    const Rule& rule = *verdict.rule;
    Words made;
    const bool own_words = !rule.because.empty() && audience == Audience::counter;
    const Words& because = own_words ? rule.because : why(rule.condition, facts, audience, made);
    reason.zh.reserve(kSentence);
    reason.en.reserve(kSentence);
    if (!because.zh.empty()) reason.zh.append(because.zh).append("：");
    if (!because.en.empty()) reason.en.append(because.en).append(": ");
    if (!rule.benefit_words.empty()) {
        reason.zh += rule.benefit_words.zh;
        reason.en += rule.benefit_words.en;
    } else {
        const std::string yuan = payment::to_yuan(verdict.amount);
        reason.zh.append("减 ").append(yuan).append(" 元");
        reason.en.append(yuan).append(" yuan off");
    }
    append_payers(verdict, reason);
}

const Words& why_not_granted(const Verdict& verdict, const Facts& facts, Audience audience, Words& made) {
    const Rule& rule = *verdict.rule;
    if (!rule.because_not.empty() && audience == Audience::counter && !lacks_calendar(rule.condition, facts)) return rule.because_not;
    if (!facts.request.diner && !lacks_calendar(rule.condition, facts)) return made = {"没有登记，按原价", "not registered, full price"};
    return why_not(rule.condition, facts, audience, made);
}

const Words& refused_words(const Verdict& verdict, const Facts& facts, Audience audience, Words& made) {
    switch (verdict.fate) {
        case Fate::condition: return why_not_granted(verdict, facts, audience, made);
        case Fate::no_items: return made = {"没有点指定菜品", "no item of this offer was ordered"};
        case Fate::threshold: return verdict.rule->threshold->not_reached;
        case Fate::group_taken: return made = {"已享受另一项优惠，不再叠加", "another benefit applies instead"};
        case Fate::other_class: return made = {"不适用本项，按所属类别计算", "another class applies instead of this one"};
        case Fate::unidentified: return made = {"要先认出是哪一位", "needs to know who is eating"};
        case Fate::used_up: return verdict.limit->used_up;
        case Fate::not_leased:
            return made = {"现在不能确认名额，这一项不减", "this till cannot confirm a place now, so this is not taken off"};
        case Fate::unfunded: return made = {"没有写明由谁承担，这一项不减", "no payer is named, so this is not taken off"};
        case Fate::unnamed_payer: return made = {"不能确定由哪里承担，这一项不减", "it is not known which place pays, so this is not taken off"};
        case Fate::nothing: return made = {"没有可减的金额", "there is nothing to take off"};
        case Fate::granted:
        case Fate::elsewhere: break;
    }
    return made = {};
}

void say(const Verdict& verdict, const Facts& facts, Audience audience, Reason& reason) {
    if (verdict.fate == Fate::granted) return say_granted(verdict, facts, audience, reason);
    Words made;
    const Words& words = refused_words(verdict, facts, audience, made);
    const bool is_made = &words == &made;
    reason.zh = is_made ? std::move(made.zh) : words.zh;
    reason.en = is_made ? std::move(made.en) : words.en;
}

}  // namespace

Words say_threshold(const Threshold& threshold) {
    const Words money = word_money(threshold.amount);
    const bool after = threshold.basis == Basis::after_earlier;
    const std::string zh = after ? "优惠后" : "";
    const std::string en = after ? " after earlier benefits" : "";
    if (threshold.inclusive)
        return {zh + "消费不满 " + money.zh, "less than " + money.en + en};
    return {zh + "消费没有超过 " + money.zh, "not more than " + money.en + en};
}

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

void explain(const Verdict& verdict, const Facts& facts, Reason& reason) {
    reason.rule = verdict.rule->id;
    reason.applied = verdict.fate == Fate::granted;
    reason.pool_short = verdict.fate == Fate::not_leased;
    say(verdict, facts, Audience::counter, reason);
}

void explain_policy(const Policy& policy, const Facts& facts, bool to_manager, Reason& reason) {
    Words made;
    reason.rule = policy.id;
    const Words& words = why_not(policy.condition, facts, Audience::counter, made);
    const bool guest = !facts.request.diner && !lacks_calendar(policy.condition, facts);
    reason.zh = guest ? "没有登记，按原价" : words.zh;
    reason.en = guest ? "not registered, full price" : words.en;
    if (!to_manager) return;
    const Words& full = why_not(policy.condition, facts, Audience::manager, made);
    reason.manager_zh = full.zh;
    reason.manager_en = full.en;
}

void explain_to_manager(const Verdict& verdict, const Facts& facts, Reason& reason) {
    Reason full;
    say(verdict, facts, Audience::manager, full);
    reason.manager_zh = std::move(full.zh);
    reason.manager_en = std::move(full.en);
}

}  // namespace mulin::sync::policy
