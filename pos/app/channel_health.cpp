#include "pos/app/channel_health.h"

#include <algorithm>
#include <utility>

namespace mulin::pos {
namespace {

using payment::Attempt;
using payment::AttemptState;

enum class Heard { answer, silence, nothing };

// Somebody said something: a host's word for a process that failed begins with "adapter_".
bool spoke(const payment::AttemptResult& result) {
    const auto& code = result.channel_code;
    return !code.empty() && !code.starts_with("adapter_") && code != "no_answer" && code != "no_connection";
}

Heard heard_of(const Attempt& attempt) {
    switch (attempt.state) {
        case AttemptState::approved:
        case AttemptState::declined: return Heard::answer;
        // Later questions without an answer leave a pending attempt pending.
        case AttemptState::pending: return attempt.polls == 0 ? Heard::answer : Heard::nothing;
        // Also what an adapter would not send, such as a code that is none: that says nothing of the channel.
        case AttemptState::not_sent:
        case AttemptState::unknown:
        case AttemptState::reversing: return spoke(attempt.result) ? Heard::nothing : Heard::silence;
        default: return Heard::nothing;
    }
}

constexpr std::size_t kCountedAttempts = 64;

}  // namespace

void ChannelHealth::heard(const Attempt& attempt, std::int64_t now_ms) {
    auto [counted, fresh] = counted_.try_emplace(attempt.id.text(), attempt.state_seq);
    if (!fresh && std::exchange(counted->second, attempt.state_seq) == attempt.state_seq) return;
    if (counted_.size() > kCountedAttempts) counted_.erase(counted_.begin());  // ids rise with time
    const Heard heard = heard_of(attempt);
    // A refusal because of our own settings is an answer, and no good news.
    const auto alarm = attempt.result.refs.find("alarm");
    if (heard == Heard::answer && (alarm == attempt.result.refs.end() || alarm->second != "config")) news_.erase(attempt.channel);
    if (heard != Heard::silence) return;
    News& news = news_[attempt.channel];
    ++news.silences;
    news.at_ms = now_ms;
}

void ChannelHealth::alarm(const payment::Alarm& alarm, std::int64_t now_ms) {
    if (alarm.kind != "config") return;
    News& news = news_[alarm.channel];
    news.misconfigured = true;
    news.at_ms = now_ms;
}

std::vector<std::string> ChannelHealth::ask_now(std::int64_t now_ms) {
    std::vector<std::string> due;
    for (auto& [channel, news] : news_) {
        if (!is_silent(news, now_ms) || now_ms < question_of(news)) continue;
        news.asked_ms = now_ms;
        due.push_back(channel);
    }
    return due;
}

void ChannelHealth::asked(const std::string& channel, const payment::AttemptResult& answer, std::int64_t now_ms) {
    const auto found = news_.find(channel);
    if (found == news_.end()) return;
    if (spoke(answer)) {
        found->second.silences = 0;
        if (!found->second.misconfigured) news_.erase(found);
    } else if (answer.outcome == payment::Outcome::not_sent) {
        found->second.at_ms = now_ms;  // still nobody there
    }
}

std::optional<std::int64_t> ChannelHealth::next_question(std::int64_t now_ms) const {
    std::optional<std::int64_t> next;
    for (const auto& [channel, news] : news_)
        if (is_silent(news, now_ms) && (!next || question_of(news) < *next)) next = question_of(news);
    return next;
}

std::int64_t ChannelHealth::question_of(const News& news) { return std::max(news.at_ms, news.asked_ms) + kAskEveryMs; }

bool ChannelHealth::is_silent(const News& news, std::int64_t now_ms) {
    return news.silences >= kSilences && now_ms - news.at_ms < kTryAgainMs;
}

std::map<std::string, ChannelState> ChannelHealth::out_of_order(std::int64_t now_ms) const {
    std::map<std::string, ChannelState> out;
    for (const auto& [channel, news] : news_) {
        if (now_ms - news.at_ms >= kTryAgainMs) continue;
        if (news.misconfigured) out[channel] = ChannelState::misconfigured;
        else if (news.silences >= kSilences) out[channel] = ChannelState::unreachable;
    }
    return out;
}

std::optional<std::int64_t> ChannelHealth::next_change(std::int64_t now_ms) const {
    std::optional<std::int64_t> next;
    for (const auto& [channel, state] : out_of_order(now_ms)) {
        const std::int64_t until = news_.at(channel).at_ms + kTryAgainMs;
        if (!next || until < *next) next = until;
    }
    return next;
}

Outage outage_of(const TillConfig& config, const std::map<std::string, ChannelState>& out_of_order) {
    Outage outage;
    const auto say = [&](const std::string& tender, const std::string& channel) {
        const auto found = out_of_order.find(channel);
        if (found == out_of_order.end()) return;
        outage.tenders[tender] = found->second;
        outage.names.insert(tender);
    };
    say("senior_card", config.senior_channel);
    say("bank_card", config.card_channel);
    std::size_t out = 0;
    std::set<std::string> wallets;
    for (const auto& rule : config.code_rules) {
        const auto found = out_of_order.find(rule.channel);
        if (found == out_of_order.end()) continue;
        ++out;
        wallets.insert(rule.wallet);
        outage.tenders["qr"] = found->second;
    }
    if (out == config.code_rules.size() && out > 0) {
        outage.names.insert("qr");
    } else {
        outage.tenders.erase("qr");  // some codes are still taken
        outage.names.merge(wallets);
    }
    return outage;
}

}  // namespace mulin::pos
