#include "tests/pos/touch/samples.h"

#include "pos/serve/serve_view.h"
#include "pos/tender/tender_view.h"
#include "pos/touch/areas.h"
#include "pos/touch/top_bar.h"

namespace mulin::tests {

namespace {

using namespace mulin::pos;
using payment::Money;
using sync::ItemClass;
using text::Catalogue;
using text::Msg;
using touch::Ui;

sync::MenuItem item(const char* id, const char* zh, const char* en, ItemClass item_class, int fen) {
    sync::MenuItem made;
    made.id = sync::ItemId(id);
    made.name_zh = zh;
    made.name_en = en;
    made.item_class = item_class;
    made.price = Money::fen(fen);
    return made;
}

std::vector<sync::MenuItem> short_menu() {
    std::vector<sync::MenuItem> menu{
        item("set-a", "套餐A 红烧狮子头", "Set A, braised meatball", ItemClass::set, 1500),
        item("set-b", "套餐B 清蒸鲈鱼", "Set B, steamed bass", ItemClass::set, 1800),
        item("set-c", "套餐C 番茄炒蛋", "Set C, tomato and egg", ItemClass::set, 1200),
        item("soft", "软食套餐 肉末豆腐", "Soft set, minced pork tofu", ItemClass::set, 1200),
        item("pork", "红烧肉", "Braised pork", ItemClass::meat, 900),
        item("chicken", "宫保鸡丁", "Kung pao chicken", ItemClass::meat, 750),
        item("shrimp", "油爆虾", "Fried shrimps", ItemClass::meat, 1600),
        item("spinach", "蒜蓉空心菜", "Garlic water spinach", ItemClass::vegetable, 400),
        item("melon", "冬瓜排骨汤", "Winter melon rib soup", ItemClass::soup, 500),
        item("nori", "紫菜蛋花汤", "Nori egg soup", ItemClass::soup, 200),
        item("rice", "米饭", "Rice", ItemClass::staple, 100),
        item("bun", "馒头", "Steamed bun", ItemClass::staple, 100)};
    menu[0].detail_zh = "红烧狮子头、青菜、米饭";
    menu[0].detail_en = "braised meatball, greens, rice";
    menu[6].sold_out = true;
    return menu;
}

std::vector<sync::MenuItem> long_menu() {
    std::vector<sync::MenuItem> menu = short_menu();
    menu.push_back(item("long", "老上海八宝辣酱配手工擀面与时令蔬菜大份装",
                        "Old Shanghai eight-treasure spicy sauce with handmade noodles, seasonal greens, extra large",
                        ItemClass::meat, 2800));
    menu.push_back(item("fish", "葱油鲳鱼", "Pomfret in scallion oil", ItemClass::meat, 2200));
    menu.back().weighed = true;
    for (int i = 0; i < 10; ++i)
        menu.push_back(item(("extra-" + std::to_string(i)).c_str(), "时令小炒", "Seasonal stir-fry", ItemClass::vegetable,
                            600 + 50 * i));
    return menu;
}

sync::Quote quote(const std::vector<serve::BasketLine>& lines, int benefits) {
    sync::Quote q;
    for (const serve::BasketLine& line : lines) {
        q.line_amounts.push_back(line.item.price.times(line.quantity));
        q.list += q.line_amounts.back();
    }
    q.paid = q.list;
    const char* names[][2] = {{"助餐优惠 8.5 折", "Meal benefit 15 %"},
                              {"堂食补贴", "Dine-in allowance"},
                              {"敬老节日加补（社区基金会公益项目）", "Festival top-up by the community foundation"}};
    for (int i = 0; i < benefits; ++i) {
        sync::Benefit benefit{"r" + std::to_string(i), names[i][0], names[i][1], Money::fen(255 + 45 * i), {}};
        q.paid -= benefit.amount;
        q.benefits.push_back(benefit);
        q.why.push_back({benefit.rule, true, "80 岁以上，堂食，每餐一次", "Aged 80 or more, dine-in, once a meal"});
    }
    q.why.push_back({"x", false, "送餐补贴：这一单不是送餐", "Delivery allowance: this is not a delivery"});
    return q;
}

void priced(serve::State& s, int benefits) {
    s.serial = s.quoted = 1;
    for (const std::string& tender : s.tenders) s.quotes.push_back({tender, quote(serve::slip_lines(s), benefits)});
}

serve::State nobody() {
    serve::State s;
    s.menu = short_menu();
    s.last_sale = serve::LastSale{"r", "吴杏云", "cash", Money::fen(1150), Money::fen(850), 125};
    return s;
}

serve::DinerCard wang() {
    serve::DinerCard d;
    d.id = sync::DinerId("D1");
    d.name = "王秀英";
    d.initial = "王";
    d.age = 82;
    d.id_last4 = "2716";
    d.diet = "少盐 · 不吃花生";
    d.last_visit = payment::parse_rfc3339("2026-03-09T11:40:00+08:00");
    d.last_visit_meal = sync::Meal::lunch;
    d.last_items_zh = {"套餐A", "米饭"};
    d.last_items_en = {"Set A", "Rice"};
    d.usual = {{sync::ItemId("set-a"), 1, 0}};
    return d;
}

serve::State regular() {
    serve::State s = nobody();
    s.who = serve::Who::diner;
    s.diner = wang();
    s.basket = {{s.menu[0], 1, 0}, {s.menu[9], 1, 0}};
    s.history.push_back({});
    priced(s, 2);
    return s;
}

serve::State usual_offered() {
    serve::State s = nobody();
    s.who = serve::Who::diner;
    s.diner = wang();
    s.usual_offered = true;
    priced(s, 2);
    return s;
}

serve::State rare_name() {
    serve::State s = regular();
    s.diner->name = "𠅤𬱖㛃䶮";
    s.diner->initial = "𠅤";
    s.diner->standing = serve::Standing::second_meal;
    s.diner->meal_of_day = 2;
    s.diner->birthday = true;
    s.notices.push_back({serve::NoticeKind::second_meal, {}, {}});
    s.notices.push_back({serve::NoticeKind::sold_out, "油爆虾", "Fried shrimps"});
    s.standing.push_back({serve::NoticeKind::offline_long, {}, {}});
    return s;
}

serve::State full() {
    serve::State s = regular();
    s.menu = long_menu();
    s.diner->name = "买买提·阿卜杜拉·努尔穆罕默德·伊布拉音";
    s.diner->initial = "买";
    s.basket.push_back({s.menu[12], 2, 0});
    s.basket.push_back({s.menu[13], 1, 420});
    s.basket.push_back({s.menu[4], 3, 0});
    s.quotes.clear();
    priced(s, 3);
    s.quotes.back().quote.paid += Money::fen(300);
    return s;
}

serve::State refused() {
    serve::State s = regular();
    for (serve::TenderQuote& q : s.quotes) {
        q.quote.benefits.clear();
        q.quote.paid = q.quote.list;
        q.quote.refused = sync::Refusal{"twice", "这张餐卡这一餐已经刷过一次", "This meal card was already used at this meal"};
    }
    return s;
}

serve::State guest_all_free() {
    serve::State s = nobody();
    s.who = serve::Who::guest;
    s.basket = {{s.menu[2], 1, 0}};
    priced(s, 0);
    s.standing.push_back({serve::NoticeKind::printer_trouble, "打印机没纸了，换纸后可以补打", "Out of paper; change the roll"});
    return s;
}

Sample serve_sample(std::string name, serve::State state, bool offline = false, bool training = false) {
    return {"serve-" + std::move(name), [state = std::move(state), offline, training](Ui& ui, const Catalogue& words) {
                ui.set_screen("serve");
                touch::TopBar top = sample_bar(words, offline);
                if (training) top.training = words(Msg::shell_training);
                touch::draw_top_bar(ui, top);
                std::vector<serve::Intent> out;
                serve::draw(ui, words, state, out);
            }};
}

tender::State cash() {
    const serve::State s = regular();
    std::vector<tender::Option> options;
    for (const serve::TenderQuote& q : s.quotes) options.push_back({q.tender, q.quote});
    tender::State t;
    tender::Begin begin;
    begin.ref = "r1";
    begin.name = "王秀英";
    begin.items = 2;
    begin.options = options;
    begin.tender = "cash";
    tender::update(t, begin);
    tender::update(t, tender::NoteGiven{Money::fen(2000)});
    return t;
}

tender::State qr(payment::AttemptState state, tender::Phase phase) {
    tender::State t = cash();
    t.tender = "qr";
    t.phase = phase;
    t.due = t.paid;
    t.attempt = 1;
    t.attempt_state = state;
    t.now_ms = 1000;
    t.deadline_ms = 33'000;
    return t;
}

Sample tender_sample(std::string name, tender::State state) {
    return {"tender-" + std::move(name), [state = std::move(state)](Ui& ui, const Catalogue& words) {
                ui.set_screen("tender");
                touch::draw_top_bar(ui, sample_bar(words, false));
                std::vector<tender::Intent> out;
                tender::draw(ui, words, state, out);
            }};
}

void add_serve(std::vector<Sample>& all) {
    all.push_back(serve_sample("nobody", nobody()));
    all.push_back(serve_sample("regular", regular(), true));
    all.push_back(serve_sample("usual", usual_offered()));
    all.push_back(serve_sample("rare", rare_name(), true));
    all.push_back(serve_sample("full", full()));
    all.push_back(serve_sample("refused", refused()));
    all.push_back(serve_sample("guest", guest_all_free(), false, true));
    serve::State empty = nobody();
    empty.menu.clear();
    empty.last_sale.reset();
    empty.notices.push_back({serve::NoticeKind::unknown_card, {}, {}});
    all.push_back(serve_sample("empty", empty));
    serve::State weighing = full();
    weighing.weighing = serve::Weighing{weighing.menu[13], "420"};
    all.push_back(serve_sample("weighing", weighing));
    serve::State why = full();
    why.why_open = true;
    all.push_back(serve_sample("why", why));
    serve::State more = regular();
    more.more_open = true;
    all.push_back(serve_sample("more", more));
    serve::State marking = full();
    marking.marking_sold_out = true;
    all.push_back(serve_sample("marking", marking));
}

void add_tender(std::vector<Sample>& all) {
    using payment::AttemptState;
    using tender::Phase;
    all.push_back(tender_sample("cash", cash()));
    tender::State typing = cash();
    tender::update(typing, tender::OpenKeypad{});
    tender::update(typing, tender::GivenKey{'5'});
    all.push_back(tender_sample("typing", typing));
    all.push_back(tender_sample("waiting-code", qr(AttemptState::created, Phase::waiting_code)));
    all.push_back(tender_sample("pending", qr(AttemptState::pending, Phase::running)));
    tender::State unknown = qr(AttemptState::unknown, Phase::running);
    unknown.channel_text = "SYSTEM_BUSY";
    all.push_back(tender_sample("unknown", unknown));
    all.push_back(tender_sample("giving-up", qr(AttemptState::reversing, Phase::giving_up)));
    all.push_back(tender_sample("review", qr(AttemptState::manual_review, Phase::review)));
    tender::State failed = qr(AttemptState::declined, Phase::choosing);
    failed.message = "余额不足";
    all.push_back(tender_sample("choosing", failed));
    tender::State broken = cash();
    broken.phase = Phase::commit_failed;
    broken.message = "磁盘满了。请叫站长，腾出空间后再试。";
    all.push_back(tender_sample("commit-failed", broken));
    tender::State saving = cash();
    saving.phase = Phase::committing;
    all.push_back(tender_sample("committing", saving));
    tender::State done = cash();
    done.phase = Phase::done;
    done.seq = 1043;
    done.change = done.given - done.due;
    all.push_back(tender_sample("done", done));
    done.device_trouble = "打印机没纸了，换纸后可以补打。";
    done.name = "买买提·阿卜杜拉·努尔穆罕默德·伊布拉音";
    all.push_back(tender_sample("done-trouble", done));
}

}  // namespace

touch::TopBar sample_bar(const Catalogue& words, bool offline) {
    touch::TopBar bar;
    const bool en = words.language() == text::Language::en;
    bar.site = en ? "Yinhang · Xinyi Neighbours' Kitchen" : "殷行 · 欣益睦邻小厨";
    bar.meal = std::string(words(Msg::shell_lunch)) + " 10:30–13:00";
    bar.today_before = words(Msg::shell_served_today);
    bar.today_count = "126";
    bar.today_after = words(Msg::shell_served_unit);
    bar.clock = "11:42";
    bar.sync = offline ? words.format(Msg::shell_offline_waiting, 14) : std::string(words(Msg::shell_online_all_sent));
    bar.sync_tone = offline ? touch::Tone::attention : touch::Tone::good;
    bar.cashier = words.format(Msg::shell_cashier, en ? "Liu Min" : "刘敏");
    bar.language = words(Msg::shell_language_key);
    return bar;
}

std::vector<Sample> samples() {
    std::vector<Sample> all = money_samples();
    for (auto& sample : drawer_samples()) all.push_back(std::move(sample));
    for (auto& sample : sync_samples()) all.push_back(std::move(sample));
    add_serve(all);
    add_tender(all);
    return all;
}

Sample fullest_sample() { return serve_sample("full", full()); }

}  // namespace mulin::tests
