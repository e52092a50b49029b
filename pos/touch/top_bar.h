#pragma once
// The bar on every screen: site, meal with its window, meals served, clock, state of the
// connection, who is signed in, language. Words come localised from the caller.
// Ids: bar.site, bar.meal, bar.today, bar.channels, bar.reviews, bar.clock, bar.sync, bar.sign_out, bar.language.

#include <string>

#include "pos/touch/ui.h"

namespace mulin::pos::touch {

struct TopBar {
    std::string site;      // "殷行 · 欣益睦邻小厨"
    std::string meal;      // "午餐 10:30–13:00"; empty between meals
    bool meal_open = true; // false: outside its serving window
    std::string today_before;  // "今日已服务"
    std::string today_count;   // "126"
    std::string today_after;   // "份"
    std::string clock;     // "11:42"
    bool clock_wrong = false;
    std::string sync;      // "离线 · 14 笔待传"
    Tone sync_tone = Tone::good;
    std::string cashier;   // "收银员 刘敏"; empty when nobody is signed in
    std::string language;  // "中 / EN"
    std::string reviews;   // "2 笔要站长看"; empty: nothing waits for a person
    std::string channels;  // "支付宝 先别用"; empty: every payment channel works
    std::string training;  // words of the training band; empty = real sales
};

struct TopBarTaps {
    bool today = false;     // opens the day's report
    bool sync = false;      // opens the status screen
    bool sign_out = false;
    bool reviews = false;
    bool language = false;
};

// Draws the bar (and the training band), fills the paper, sets ui.body() to what is left.
TopBarTaps draw_top_bar(Ui& ui, const TopBar& bar);

}  // namespace mulin::pos::touch
