// Screens of the cash in the drawer: cards that are topped up, and the shift.
#include "pos/day_report/day_report_view.h"
#include "pos/shift/shift_view.h"
#include "pos/top_up/top_up_view.h"
#include "pos/touch/top_bar.h"
#include "tests/pos/touch/samples.h"

namespace mulin::tests {
namespace {

using namespace mulin::pos;
using payment::Money;
using text::Catalogue;
using touch::Ui;

template <class State, class Intent>
Sample drawer_sample(std::string name, const char* screen, State state, bool offline,
                     void (*draw)(Ui&, const Catalogue&, const State&, std::vector<Intent>&)) {
    return {std::move(name), [state = std::move(state), screen, offline, draw](Ui& ui, const Catalogue& words) {
                ui.set_screen(screen);
                touch::draw_top_bar(ui, sample_bar(words, offline));
                std::vector<Intent> out;
                draw(ui, words, state, out);
            }};
}

// --- Top-up

top_up::CardShown card_shown(const char* name, top_up::Trouble trouble) {
    top_up::CardShown card;
    card.key = "k";
    card.name = name;
    card.last4 = "0001";
    card.balance = Money::fen(123'450);
    card.heard = *payment::parse_rfc3339("2026-03-10T08:12:00+08:00");
    card.online = trouble == top_up::Trouble::none;
    card.trouble = trouble;
    card.can_be_lost = trouble == top_up::Trouble::none;
    return card;
}

top_up::State with_card(const top_up::CardShown& card, const char* digits) {
    top_up::State state;
    top_up::update(state, top_up::Opened{});
    top_up::update(state, top_up::ScanArrived{"9310"});
    top_up::update(state, top_up::CardArrived{state.serial, card});
    for (const char* digit = digits; *digit != 0; ++digit) top_up::update(state, top_up::Key{*digit});
    return state;
}

top_up::State listed(bool lost) {
    top_up::State state;
    top_up::update(state, top_up::Opened{sync::DinerId("D1")});
    top_up::update(state, top_up::CardsArrived{state.serial, "买买提·阿卜杜拉·努尔穆罕默德·伊布拉音",
                                               {{"a", "0001", false}, {"b", "4417", true}}});
    if (!lost) return state;
    top_up::update(state, top_up::AskLost{0});
    top_up::update(state, top_up::LostYes{});
    top_up::update(state, top_up::LostReported{state.serial, false, ""});
    return state;
}

void add_top_up(std::vector<Sample>& all) {
    using top_up::Trouble;
    const auto add = [&](const char* name, top_up::State state, bool offline = false) {
        all.push_back(drawer_sample(std::string("top_up-") + name, "top_up", std::move(state), offline, &top_up::draw));
    };
    top_up::State empty;
    add("find", empty);
    add("cards", listed(false));
    add("reported", listed(true), true);
    top_up::State asked = listed(false);
    top_up::update(asked, top_up::AskLost{0});
    add("lost", asked);
    add("card", with_card(card_shown("王秀英", Trouble::none), ""));
    top_up::State amount = with_card(card_shown("𠅤𬱖㛃䶮", Trouble::none), "80");
    top_up::update(amount, top_up::Given{Money::fen(10'000)});
    add("amount", amount);
    auto offline = card_shown("买买提·阿卜杜拉·努尔穆罕默德·伊布拉音", Trouble::none);
    offline.online = false;
    add("offline", with_card(offline, "1000"), true);
    add("too-much", with_card(card_shown("王秀英", Trouble::none), "9999"));
    add("blocked", with_card(card_shown("王秀英", Trouble::blocked), ""));
    add("replaced", with_card(card_shown("王秀英", Trouble::replaced), ""));
    auto unknown = card_shown("", Trouble::unknown_here);
    unknown.balance.reset();
    unknown.can_be_lost = false;
    add("unknown", with_card(unknown, ""), true);
    top_up::update(amount, top_up::Confirm{});
    add("working", amount);
    top_up::update(amount, top_up::Done{amount.serial, {"0001", "𠅤𬱖㛃䶮", Money::fen(8'000), Money::fen(2'000), Money::fen(131'450), false}});
    add("done", amount);
    amount.done->balance.reset();
    add("done-later", amount, true);
    amount.done->training = true;
    add("done-training", amount);
    top_up::State looking;
    top_up::update(looking, top_up::Opened{});
    top_up::update(looking, top_up::ScanArrived{"9310"});
    add("looking", looking);
    add("unknown-card", with_card(unknown, ""));
    auto away = card_shown("王秀英", Trouble::not_offline);
    away.balance.reset();
    add("not-offline", with_card(away, ""), true);
    add("not-enrolled", with_card(card_shown("王秀英", Trouble::not_enrolled), ""), true);
    top_up::State failed = with_card(card_shown("王秀英", Trouble::none), "300");
    failed.message = "硬盘满了，这一笔没有记下来。先不要收钱，请站长清出空间再充。";
    add("failed", failed);
}

// --- Shift

shift::State counting(bool open) {
    shift::State state;
    shift::update(state, shift::Opened{});
    shift::ShiftArrived arrived{state.serial, std::nullopt};
    if (open) arrived.open = shift::OpenNow{sync::ShiftId("s"), "刘敏", *payment::parse_rfc3339("2026-03-10T06:30:00+08:00"), Money::fen(20'000)};
    shift::update(state, arrived);
    return state;
}

shift::State counted(Money due) {
    shift::State state = counting(true);
    const char* pieces[] = {"12", "9", "31", "18", "44", "107", "9", "23"};
    for (std::size_t i = 0; i < shift::kPieces.size(); ++i) {
        shift::update(state, shift::Pick{i});
        for (const char* digit = pieces[i]; *digit != 0; ++digit) shift::update(state, shift::Key{*digit});
    }
    if (due.is_zero()) return state;
    shift::update(state, shift::CountDone{});
    shift::update(state, shift::Compared{state.serial, due});
    return state;
}

void add_shift(std::vector<Sample>& all) {
    const auto add = [&](const char* name, shift::State state) {
        all.push_back(drawer_sample(std::string("shift-") + name, "shift", std::move(state), false, &shift::draw));
    };
    add("loading", shift::State{});
    add("opening", counting(false));
    add("counting", counted(Money()));
    const Money sum = shift::total(counted(Money()));
    add("exact", counted(sum));
    shift::State off = counted(sum + Money::fen(12'350));
    shift::update(off, shift::PickReason{shift::Reason::change_wrong});
    add("short", off);
    off.message = "硬盘满了，这一笔没有记下来。先不要出餐，请站长清出空间再收。";
    add("failed", off);
    off.message.clear();
    shift::update(off, shift::CloseNow{});
    add("working", off);
    shift::update(off, shift::Closed{off.serial, {"刘敏", off.open->since, {off.open->since.ms + 7 * 3'600'000}, sum + Money::fen(12'350), sum, 126}});
    add("closed", off);
}

// --- Today, with the keys that lead here

day_report::State today() {
    day_report::State state;
    state.loaded = true;
    state.day.tenders = {{"cash", 41, Money::fen(41'250)}, {"senior_card", 63, Money::fen(70'410)}, {"qr", 22, Money::fen(31'000)}};
    state.day.top_ups = 3;
    state.day.topped_up = Money::fen(45'000);
    for (const auto meal : {sync::Meal::breakfast, sync::Meal::lunch, sync::Meal::dinner}) {
        day_report::MealRow row;
        row.meal = meal;
        row.first = 42;
        row.guest = 7;
        row.list = Money::fen(73'500);
        row.paid = Money::fen(47'553);
        state.day.meals.push_back(row);
    }
    return state;
}

}  // namespace

std::vector<Sample> drawer_samples() {
    std::vector<Sample> all;
    add_top_up(all);
    add_shift(all);
    all.push_back(drawer_sample("today", "today", today(), false, &day_report::draw));
    return all;
}

}  // namespace mulin::tests
