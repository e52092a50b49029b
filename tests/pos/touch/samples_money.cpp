// Screens of money that is under way, goes back, or waits for a person; and the diner's side.
#include "pos/correct/correct_view.h"
#include "pos/display/display_view.h"
#include "pos/refund/refund_view.h"
#include "pos/review/review_view.h"
#include "pos/tender/tender_view.h"
#include "pos/touch/top_bar.h"
#include "tests/pos/touch/samples.h"

namespace mulin::tests {
namespace {

using namespace mulin::pos;
using payment::AttemptState;
using payment::Money;
using text::Catalogue;
using touch::Ui;

const approve::Person kCashier{sync::StaffId("C0101"), "刘敏", sync::Role::cashier};
const approve::Person kManager{sync::StaffId("M0101"), "陈站长", sync::Role::site_manager};

std::vector<approve::Person> staff(int cashiers) {
    std::vector<approve::Person> all{kCashier, kManager};
    for (int i = 0; i < cashiers; ++i)
        all.push_back({sync::StaffId("C020" + std::to_string(i)), "尉迟秀兰", sync::Role::cashier});
    return all;
}

template <class State, class Intent>
Sample money_sample(std::string name, const char* screen, State state,
                    void (*draw)(Ui&, const Catalogue&, const State&, std::vector<Intent>&)) {
    return {std::move(name), [state = std::move(state), screen, draw](Ui& ui, const Catalogue& words) {
                ui.set_screen(screen);
                touch::draw_top_bar(ui, sample_bar(words, false));
                std::vector<Intent> out;
                draw(ui, words, state, out);
            }};
}

void type_pin(approve::State& second) {
    for (const char key : std::string("1357")) approve::type(second, key);
}

// --- Paying

tender::State split(const char* tender, Money paid = Money::fen(1500)) {
    sync::Quote quote;
    quote.list = paid + Money::fen(600);
    quote.paid = paid;
    for (int i = 0; i < 2; ++i) quote.benefits.push_back({"r", "助餐优惠 8.5 折", "Meal benefit 15 %", Money::fen(300), {}});
    tender::Begin begin;
    begin.ref = "r1";
    begin.name = "王秀英";
    begin.items = 2;
    for (const char* one : {"senior_card", "qr", "bank_card", "cash"}) begin.options.push_back({one, quote});
    begin.tender = tender;
    begin.can_present = true;
    begin.cashier = kCashier;
    begin.staff = staff(0);
    begin.now_ms = 1000;
    tender::State state;
    (void)tender::update(state, begin);
    return state;
}

tender::State with_parts(int parts) {
    tender::State state = split("cash");
    for (int i = 1; i <= parts; ++i) {
        (void)tender::update(state, tender::ChangeTender{});
        (void)tender::update(state, tender::PayPart{});
        for (const char key : std::string("300")) (void)tender::update(state, tender::PartKey{key});
        (void)tender::update(state, tender::Choose{"cash"});
        (void)tender::update(state, tender::Confirm{});
        (void)tender::update(state, tender::PartTaken{"r1", i});
    }
    return state;
}

tender::State try_out(const char* tender, AttemptState to) {
    tender::State state = split(tender);
    (void)tender::update(state, tender::ScanArrived{"134000000000000600", 1000, true, ""});
    (void)tender::update(state, tender::AttemptChanged{"r1", 1, to, "SYSTEM_BUSY", 33'000, 2000, {}, {}});
    return state;
}

void add_paying(std::vector<Sample>& all) {
    const auto add = [&](std::string name, tender::State state) {
        all.push_back(money_sample("tender-" + std::move(name), "tender", std::move(state), &tender::draw));
    };
    tender::State part = split("cash");
    (void)tender::update(part, tender::ChangeTender{});
    (void)tender::update(part, tender::PayPart{});
    add("part-keypad", part);
    add("one-part", with_parts(1));
    add("four-parts", with_parts(4));
    tender::State back = with_parts(2);
    (void)tender::update(back, tender::GiveBack{2});
    add("giving-back", back);
    tender::State stays = with_parts(2);
    (void)tender::update(stays, tender::GiveBack{2});
    (void)tender::update(stays, tender::PartStays{"r1", 2, "银行没有回音，这一部分还在。请稍后再退。"});
    stays.resumed = true;
    stays.trouble = {{"qr", "网络断了，扫码付款现在用不了。"}};
    add("part-stays", stays);
    add("ask-code", split("qr"));
    add("ask-card", split("senior_card"));
    tender::State trouble = split("qr");
    trouble.trouble = {{"qr", "网络断了，扫码付款现在用不了。"}};
    trouble.message = "这个码已经过期，请老人刷新付款码再扫。";
    add("ask-code-again", trouble);
    add("pending-card", try_out("bank_card", AttemptState::pending));
    tender::State password = try_out("qr", AttemptState::pending);
    (void)tender::update(password, tender::ProgressArrived{"r1", 1, {payment::Phase::password, ""}});
    add("password", password);
    add("sending", try_out("qr", AttemptState::sending));
    tender::State shown = split("qr");
    (void)tender::update(shown, tender::ShowCode{});
    (void)tender::update(shown, tender::ProgressArrived{"r1", 1, {payment::Phase::presented, "MULIN-SIMULATED-PAY 1"}});
    (void)tender::update(shown, tender::AttemptChanged{"r1", 1, AttemptState::pending, "", 33'000, 2000, {}, {}});
    add("presented", shown);
    tender::State ignored = try_out("qr", AttemptState::unknown);
    ignored.scan_ignored = true;
    add("unknown-scan-ignored", ignored);
    tender::State collect = try_out("qr", AttemptState::unknown);
    (void)tender::update(collect, tender::CollectAnyway{});
    add("collect", collect);
    collect.staff = staff(7);
    collect.cashier = kManager;
    (void)tender::update(collect, tender::CollectCancel{});
    (void)tender::update(collect, tender::CollectAnyway{});
    (void)tender::update(collect, tender::PickSecond{kCashier.id});
    collect.second.trouble = approve::Trouble::wrong_pin;
    add("collect-crowd", collect);
}

// --- Refund

refund::SaleFound sale_found(int lines) {
    refund::SaleFound sale;
    sale.key = {sync::TillId("T1"), sync::EpochId("e1"), 104'312};
    sale.at = *payment::parse_rfc3339("2026-03-10T11:42:00+08:00");
    sale.name = "买买提·阿卜杜拉·努尔穆罕默德·伊布拉音";
    sale.paid = Money::fen(1145);
    for (int i = 0; i < lines; ++i)
        sale.lines.push_back({i == 0 ? "套餐A 红烧狮子头" : "老上海八宝辣酱配手工擀面与时令蔬菜大份装",
                              i == 0 ? "Set A, braised meatball" : "Old Shanghai eight-treasure sauce, extra large", 2, Money::fen(1500)});
    return sale;
}

refund::State refund_open(int lines, int people = 0) {
    refund::State state;
    (void)refund::update(state, refund::Opened{kCashier, staff(people), 1000, false});
    (void)refund::update(state, refund::ScanArrived{"9310"});
    (void)refund::update(state, refund::SalesFound{state.serial, {sale_found(lines)}});
    return state;
}

refund::State refund_ready(int lines, int payers) {
    refund::State state = refund_open(lines);
    (void)refund::update(state, refund::More{0});
    std::vector<refund::Back> back{{"cash", false, Money::fen(400)}, {"qr", false, Money::fen(745)}};
    const char* names[] = {"district", "street:310110016", "foundation", "bank", "vendor"};
    for (int i = 0; i < payers; ++i) back.push_back({names[i], true, Money::fen(100)});
    (void)refund::update(state, refund::Previewed{state.serial, back, ""});
    (void)refund::update(state, refund::PickReason{refund::Reason::not_good});
    type_pin(state.second);
    return state;
}

void add_refund(std::vector<Sample>& all) {
    const auto add = [&](std::string name, refund::State state) {
        all.push_back(money_sample("refund-" + std::move(name), "refund", std::move(state), &refund::draw));
    };
    refund::State empty;
    (void)refund::update(empty, refund::Opened{kCashier, staff(0), 1000, false});
    add("find", empty);
    refund::State list = empty;
    (void)refund::update(list, refund::ScanArrived{"9310"});
    std::vector<refund::SaleFound> many(12, sale_found(1));
    many[1].problem = "这一笔已经全部退过。";
    many[2].name.clear();
    (void)refund::update(list, refund::SalesFound{list.serial, many});
    (void)refund::update(list, refund::PickSale{1});
    add("list", list);
    add("open", refund_open(1));
    add("many-lines", refund_open(9, 5));
    add("ready", refund_ready(2, 2));
    add("many-payers", refund_ready(3, 5));
    refund::State failed = refund_ready(2, 3);
    failed.failure = "银行说这一笔不能退，请站长打电话问银行。";
    add("failed", failed);
    refund::State working = refund_ready(1, 1);
    working.phase = refund::Phase::working;
    add("working", working);
    working.waiting = true;
    add("waiting", working);
    working.phase = refund::Phase::done;
    add("done", working);
    working.back = {{"cash", false, Money::fen(1145)}};
    add("done-cash", working);
    refund::State none = empty;
    (void)refund::update(none, refund::ScanArrived{"9310"});
    (void)refund::update(none, refund::SalesFound{none.serial, {}});
    for (const char key : std::string("104312")) (void)refund::update(none, refund::Key{key});
    add("none", none);
    refund::State whole = refund_open(4);
    (void)refund::update(whole, refund::All{});
    (void)refund::update(whole, refund::Previewed{whole.serial, {{"senior_card", false, Money::fen(1145)}, {"district", true, Money::fen(300)}}, ""});
    add("whole", whole);
    refund::State refused = refund_open(1);
    (void)refund::update(refused, refund::More{0});
    (void)refund::update(refused, refund::Previewed{refused.serial, {}, "这一笔的优惠已经结算，不能在柜台退，请找站长。"});
    add("refused", refused);
}

// --- Review

review::Item item(const std::string& id, bool is_refund) {
    review::Item one;
    one.is_refund = is_refund;
    one.id = id;
    one.tender = "qr";
    one.channel = "simulated";
    one.amount = Money::fen(1145);
    one.diner = "王秀英";
    one.waits_for_sale = true;
    one.sent = *payment::parse_rfc3339("2026-03-10T11:42:00+08:00");
    one.changed = *payment::parse_rfc3339("2026-03-10T11:43:10+08:00");
    one.polls = 12;
    one.answer = "USERPAYING · 需要用户输入支付密码";
    one.numbers = {"transaction_id: 4200001234202603101234567890"};
    one.note = "对方说已经来不及撤销";
    return one;
}

review::State queue(int count) {
    review::State state;
    (void)review::update(state, review::Opened{kCashier, staff(0), 1000});
    std::vector<review::Item> items;
    for (int i = 0; i < count; ++i) items.push_back(item("01HV9Z6J7K8M9N0P1Q2R3S4T5" + std::to_string(i), i % 3 == 1));
    (void)review::update(state, review::ItemsArrived{items});
    return state;
}

void add_review(std::vector<Sample>& all) {
    const auto add = [&](std::string name, review::State state) {
        all.push_back(money_sample("review-" + std::move(name), "review", std::move(state), &review::draw));
    };
    add("loading", review::State{});
    add("empty", queue(0));
    add("one", queue(1));
    review::State decided = queue(9);
    (void)review::update(decided, review::Decide{review::Decision::paid});
    (void)review::update(decided, review::PickReason{review::Reason::telephone});
    type_pin(decided.second);
    add("decided", decided);
    review::State refund = queue(3);
    (void)review::update(refund, review::Pick{refund.items[1].id});
    refund.message = "这一笔已经有结果了，请再看一遍。";
    add("refund", refund);
    review::State settled = queue(1);
    settled.settled = "这一餐另外付过，钱原路退回";
    settled.items[0].sale_stands = true;
    settled.items[0].numbers = {"a: 1", "b: 2", "c: 3", "d: 4", "e: 5"};
    add("settled", settled);
    review::State late = queue(2);
    late.items[0].late = true;
    late.phase = review::Phase::working;
    add("late", late);
}

// --- Void

void add_correct(std::vector<Sample>& all) {
    const auto add = [&](std::string name, correct::State state) {
        all.push_back(money_sample("correct-" + std::move(name), "correct", std::move(state), &correct::draw));
    };
    correct::SaleSummary sale;
    sale.key = {sync::TillId("T1"), sync::EpochId("e1"), 104'312};
    sale.at = *payment::parse_rfc3339("2026-03-10T11:42:00+08:00");
    sale.name = "买买提·阿卜杜拉·努尔穆罕默德·伊布拉音";
    sale.paid = Money::fen(1145);
    sale.parts = {{"cash", Money::fen(400)}, {"qr", Money::fen(300)}, {"senior_card", Money::fen(445)}};
    correct::State open;
    (void)correct::update(open, correct::Opened{sale, kManager, staff(7), 1000});
    add("open", open);
    correct::State failed;
    (void)correct::update(failed, correct::Opened{sale, kCashier, staff(0), 1000});
    failed.message = "这一笔已经作废过。";
    add("failed", failed);
    correct::State nobody;
    (void)correct::update(nobody, correct::Opened{sale, kCashier, {kCashier}, 1000});
    add("nobody", nobody);
    failed.phase = correct::Phase::done;
    add("done-split", failed);
    failed.sale.parts = {{"cash", Money::fen(1145)}};
    add("done-cash", failed);
}

// --- The diner's side

display::State shown(display::Phase phase) {
    display::State state;
    state.phase = phase;
    for (int i = 0; i < 8; ++i) state.lines.push_back({"套餐A 红烧狮子头", 1 + i % 2, Money::fen(1500)});
    state.benefits = {{"助餐优惠 8.5 折", Money::fen(255)}, {"堂食补贴", Money::fen(300)}};
    state.list = Money::fen(1700);
    state.due = Money::fen(1145);
    return state;
}

void add_display(std::vector<Sample>& all) {
    using text::Msg;
    const auto add = [&](std::string name, display::State state, Msg title, std::optional<Msg> hint) {
        all.push_back({"display-" + std::move(name), [state = std::move(state), title, hint](Ui& ui, const Catalogue& words) {
                           display::State said = state;
                           said.title = words(title);
                           if (hint) said.hint = words(*hint);
                           display::draw(ui, words, said);
                       }});
    };
    add("idle", {}, Msg::display_greeting, Msg::display_welcome_hint);
    add("choosing", shown(display::Phase::choosing), Msg::display_greeting_lunch, Msg::display_look);
    display::State few = shown(display::Phase::paying);
    few.lines.resize(2);
    add("cash", few, Msg::display_greeting_lunch, Msg::display_hand_cash);
    add("ask-code", few, Msg::display_greeting_lunch, Msg::display_show_code);
    add("password", few, Msg::display_greeting_lunch, Msg::display_password_on_phone);
    display::State part = shown(display::Phase::paying);
    part.taken = {{"已付", Money::fen(400)}, {"已付", Money::fen(300)}};
    add("part", part, Msg::display_greeting_lunch, Msg::display_choose_how);
    display::State top_up = few;
    top_up.benefits.clear();
    top_up.lines = {{"卡内余额", 1, Money::fen(123'450)}, {"充值以后", 1, Money::fen(131'450)}};
    top_up.due = Money::fen(8'000);
    add("top-up", top_up, Msg::top_up_title, Msg::display_hand_cash);
    display::State code = shown(display::Phase::paying);
    code.code = "https://qr.example.org/pay/0123456789012345678901234567890123456789";
    code.seconds_left = 32;
    add("code", code, Msg::display_scan_this, std::nullopt);
    add("wait", shown(display::Phase::wait), Msg::display_wait, Msg::display_wait_what);
    display::State done = shown(display::Phase::done);
    add("done", done, Msg::display_thanks, Msg::display_thanks_what);
    done.change = Money::fen(855);
    add("done-change", done, Msg::display_thanks, Msg::display_thanks_what);
}

}  // namespace

std::vector<Sample> money_samples() {
    std::vector<Sample> all;
    add_paying(all);
    add_refund(all);
    add_review(all);
    add_correct(all);
    add_display(all);
    return all;
}

}  // namespace mulin::tests
