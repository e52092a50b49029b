#include "pos/app/top_bar_text.h"

#include "pos/text/formatting.h"

namespace mulin::pos {
namespace {

using text::Msg;

void sync_text(const Shell& shell, const text::Catalogue& words, std::int64_t long_minutes, touch::TopBar& bar) {
    const auto& link = shell.link;
    const auto waiting = text::count(link.waiting);
    const bool none = link.waiting == 0;
    bar.sync_tone = touch::Tone::attention;
    // Calmly: every sale says it, and lunch goes on.
    if (link.rules_out_of_date || link.provisional) {
        bar.sync = words.format(link.rules_out_of_date ? Msg::shell_rules_old : Msg::shell_provisional, waiting);
        return;
    }
    switch (link.link) {
        case sync_status::Link::not_enrolled:
            bar.sync = words(Msg::shell_not_enrolled);
            bar.sync_tone = touch::Tone::neutral;
            return;
        case sync_status::Link::online:
            bar.sync = none ? std::string(words(Msg::shell_online_all_sent)) : words.format(Msg::shell_online_waiting, waiting);
            bar.sync_tone = touch::Tone::good;
            return;
        case sync_status::Link::offline: break;
    }
    const std::int64_t away = link.last_exchange ? (shell.now.ms - link.last_exchange->ms) / 60'000 : 0;
    if (away >= long_minutes)
        bar.sync = words.format(Msg::shell_offline_long, waiting, text::count(away / (24 * 60)));
    else
        bar.sync = none ? std::string(words(Msg::shell_offline_nothing_waits)) : words.format(Msg::shell_offline_waiting, waiting);
}

Msg channel_word(const std::string& name) {
    if (name == "wechat") return Msg::shell_wallet_wechat;
    if (name == "alipay") return Msg::shell_wallet_alipay;
    if (name == "unionpay") return Msg::shell_wallet_unionpay;
    if (name == "senior_card") return Msg::shell_senior_card;
    if (name == "bank_card") return Msg::shell_bank_card;
    return Msg::shell_qr;
}

// Which channels to avoid.
std::string channels_out(const Shell& shell, const text::Catalogue& words) {
    std::string names;
    for (const auto& name : shell.channels_out)
        names += std::string(names.empty() ? "" : words(Msg::shell_and)) + std::string(words(channel_word(name)));
    return names.empty() ? names : words.format(Msg::shell_channels_out, names);
}

}  // namespace

touch::TopBar top_bar_text(const AppState& state, const text::Catalogue& words, std::int64_t offline_long_minutes) {
    const auto& shell = state.shell;
    touch::TopBar bar;
    bar.site = shell.english ? shell.site_en : shell.site_zh;
    bar.meal = words(text::meal_name(shell.meal));
    if (shell.window) {
        const int minute = payment::china_minute_of_day(shell.now);
        bar.meal += " " + text::time_window(shell.window->from_minute, shell.window->until_minute);
        bar.meal_open = minute >= shell.window->from_minute && minute < shell.window->until_minute;
    }
    bar.today_before = words(Msg::shell_served_today);
    bar.today_count = text::count(shell.served_today);
    bar.today_after = words(Msg::shell_served_unit);
    bar.clock = text::time_of_day(shell.now);
    bar.clock_wrong = shell.clock_suspect;
    bar.language = words(Msg::shell_language_key);
    if (shell.training) bar.training = words(Msg::shell_training);
    if (shell.staff) {
        const bool leads = shell.staff->role == sync::Role::site_manager;
        bar.cashier = words.format(leads ? Msg::shell_site_manager : Msg::shell_cashier, shell.staff->name);
    }
    if (shell.reviews > 0) bar.reviews = words.format(Msg::shell_reviews, shell.reviews);
    bar.channels = channels_out(shell, words);
    sync_text(shell, words, offline_long_minutes, bar);
    return bar;
}

}  // namespace mulin::pos
