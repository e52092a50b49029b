#include "pos/tender/answer.h"

#include <algorithm>

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;
using payment::Money;

constexpr std::int64_t kDoneStaysMs = 6'000;       // a finished card sale makes room by itself
constexpr std::int64_t kQueryPatienceMs = 5'000;   // then "query now" may be pressed again

}  // namespace

const Option* find_option(const State& s, const std::string& tender) {
    auto found = std::ranges::find(s.options, tender, &Option::tender);
    return found == s.options.end() ? nullptr : &*found;
}

bool by_channel(const State& s) {
    return !s.taken.empty() || (s.tender != "cash" && s.tender != "none" && !s.paid.is_zero());
}

void Answer::begin(const Begin& intent) {
    s_ = State{};
    s_.ref = intent.ref;
    s_.name = intent.name;
    s_.items = intent.items;
    s_.options = intent.options;
    s_.rounding_unit = intent.rounding_unit;
    s_.presented_kind = intent.presented_kind;
    s_.presented_code = intent.presented_code;
    s_.now_ms = intent.now_ms;
    s_.training = intent.training;
    s_.can_present = intent.can_present;
    s_.trouble = intent.trouble;
    s_.cashier = intent.cashier;
    s_.staff = intent.staff;
}

void Answer::operator()(const Begin& intent) {
    begin(intent);
    if (intent.tender == "none") {
        s_.tender = "none";
        s_.phase = Phase::committing;
        commit();
        return;
    }
    if (intent.tender == "qr" && !intent.payment_code.empty() && find_option(s_, "qr")) {
        s_.phase = Phase::waiting_code;
        scan_for_payment({intent.payment_code, intent.now_ms, true, intent.wallet});
        return;
    }
    enter(intent.tender);
}

void Answer::enter(const std::string& tender) {
    const Option* option = find_option(s_, tender);
    if (!option) {
        s_.phase = Phase::choosing;
        return;
    }
    s_.paid = s_.due = wanted(s_, tender);
    s_.tender = tender;
    s_.rounding = {};
    s_.message.clear();
    s_.wants_change = false;
    s_.scan_ignored = false;
    if (s_.paid.is_zero()) {
        s_.phase = Phase::committing;
        commit();
    } else if (tender == "cash") {
        enter_cash();
    } else if (tender == "senior_card" && s_.presented_kind == "jinglao" && !s_.presented_code.empty()) {
        start(s_.presented_code);
    } else if (tender == "bank_card") {
        start({});  // the terminal reads the card itself
    } else {
        s_.phase = Phase::waiting_code;
    }
}

void Answer::enter_cash() {
    s_.phase = Phase::cash;
    // Rounded once, with what settles the sale; a part in the middle is exactly what it is.
    const bool last = s_.paid == remaining(s_);
    s_.due = last ? payment::round_money(s_.paid, payment::Rounding::half_up, s_.rounding_unit) : s_.paid;
    s_.rounding = s_.due - s_.paid;
    s_.notes = notes_for(s_.due);
    s_.given = s_.due;
    s_.exact = true;
    s_.typing = false;
    s_.digits.clear();
}

void Answer::start(const std::string& code) {
    ++s_.attempt;
    s_.phase = Phase::running;
    s_.attempt_state = AttemptState::created;
    s_.channel_text.clear();
    s_.message.clear();
    s_.deadline_ms = 0;
    s_.query_asked = false;
    s_.wants_change = false;
    s_.scan_ignored = false;
    s_.progress.reset();
    s_.presented_qr.clear();
    s_.due = s_.paid;
    s_.rounding = {};
    const std::string price = s_.price_tender.empty() ? s_.tender : s_.price_tender;
    effects_.push_back(StartAttempt{s_.ref, s_.attempt, s_.tender, s_.paid, code, price, total(s_)});
}

void Answer::operator()(const ShowCode&) {
    if (s_.left || s_.phase != Phase::waiting_code || s_.tender != "qr" || !s_.can_present) return;
    start({});
}

// The wallet is known only now, and some benefits are a wallet's own.
void Answer::scan_for_payment(const ScanArrived& intent) {
    const Option* own = intent.wallet.empty() ? nullptr : find_option(s_, intent.wallet + "_qr");
    s_.paid = wanted(s_, own ? own->tender : "qr");
    s_.tender = "qr";
    if (own && s_.taken.empty()) s_.price_tender = own->tender;
    if (s_.paid.is_zero()) {
        s_.message.clear();
        s_.phase = Phase::choosing;
        return;
    }
    start(intent.code);
}

void Answer::operator()(const NoteGiven& intent) {
    if (s_.phase != Phase::cash || std::ranges::find(s_.notes, intent.amount) == s_.notes.end()) return;
    s_.given = intent.amount;
    s_.exact = false;
    s_.typing = false;
}

void Answer::operator()(const ExactGiven&) {
    if (s_.phase != Phase::cash) return;
    s_.given = s_.due;
    s_.exact = true;
    s_.typing = false;
}

void Answer::operator()(const OpenKeypad&) {
    if (s_.phase != Phase::cash || s_.typing) return;
    s_.typing = true;
    s_.exact = false;
    s_.digits.clear();
    s_.given = {};
}

void Answer::operator()(const GivenKey& intent) {
    if (s_.phase != Phase::cash || !s_.typing) return;
    if (intent.key == 'c') {
        s_.digits.clear();
    } else if (intent.key == '<') {
        if (!s_.digits.empty()) s_.digits.pop_back();
    } else if (intent.key >= '0' && intent.key <= '9' && s_.digits.size() < kMaxDigits) {
        if (!s_.digits.empty() || intent.key != '0') s_.digits.push_back(intent.key);
    }
    std::int64_t fen = 0;
    for (char digit : s_.digits) fen = fen * 10 + (digit - '0');
    s_.given = Money::fen(fen);
}

void Answer::commit() {
    if (s_.tender == "cash" && (!s_.taken.empty() || s_.paid < total(s_)) && !remaining(s_).is_zero()) {
        take_cash();
    } else if (s_.tender == "cash" && s_.taken.empty() && !s_.paid.is_zero()) {
        effects_.push_back(CommitCash{s_.ref, s_.due, s_.rounding, s_.given, s_.given - s_.due});
    } else if (by_channel(s_)) {
        effects_.push_back(CommitPaid{s_.ref, s_.attempt});
    } else {
        effects_.push_back(CommitFree{s_.ref});
    }
}

void Answer::operator()(const Confirm&) {
    if (s_.left || !can_confirm(s_)) return;
    s_.phase = Phase::committing;
    s_.message.clear();
    commit();
}

void Answer::operator()(const QueryNow&) {
    if (!can_query(s_)) return;
    s_.query_asked = true;
    s_.query_asked_ms = s_.now_ms;
    effects_.push_back(QueryAttempt{s_.ref, s_.phase == Phase::giving_back ? s_.returning : s_.attempt});
}

void Answer::operator()(const ChangeTender&) {
    if (s_.left || !can_change_tender(s_)) return;
    s_.message.clear();
    if (s_.phase == Phase::running) {
        s_.phase = Phase::giving_up;
        s_.wants_change = true;
        effects_.push_back(GiveUpAttempt{s_.ref, s_.attempt});
    } else {
        s_.phase = Phase::choosing;
    }
}

void Answer::operator()(const Choose& intent) {
    if (s_.left || s_.phase != Phase::choosing || !find_option(s_, intent.tender)) return;
    if (s_.typing_part && typed_part(s_).is_zero()) return;
    enter(intent.tender);
}

void Answer::operator()(const SetAside&) {
    if (!can_set_aside(s_)) return;
    s_.left = true;
    effects_.push_back(Park{s_.ref, s_.attempt, s_.paid});
}

void Answer::finish(bool lookup) {
    if (s_.phase != Phase::done || s_.left) return;
    s_.left = true;
    effects_.push_back(Finish{s_.ref, lookup});
}

void Answer::operator()(const Back&) {
    if (!can_go_back(s_)) return;
    s_.left = true;
    effects_.push_back(Abandon{s_.ref, s_.phase == Phase::commit_failed ? s_.message : std::string()});
}

void Answer::operator()(const ScanArrived& intent) {
    if (s_.left || intent.code.empty()) return;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    const bool asks = s_.phase == Phase::waiting_code;
    const bool may_pay = asks || s_.phase == Phase::cash || s_.phase == Phase::choosing;
    if (s_.phase == Phase::done) {
        s_.left = true;
        effects_.push_back(IdentifyNext{s_.ref, intent.code});
    } else if (may_pay && intent.is_payment_code && find_option(s_, "qr")) {
        scan_for_payment(intent);
    } else if (asks && !intent.is_payment_code && s_.tender != "qr") {
        start(intent.code);
    } else if (asks) {
        s_.scan_ignored = true;
    } else {
        s_.scan_ignored = s_.phase != Phase::committing;
    }
}

void Answer::operator()(const Tick& intent) {
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    approve::tick(s_.second, s_.now_ms);
    if (s_.query_asked && s_.now_ms - s_.query_asked_ms >= kQueryPatienceMs) s_.query_asked = false;
    const bool over = s_.done_until_ms != 0 && s_.now_ms >= s_.done_until_ms;
    if (s_.phase == Phase::done && over && s_.device_trouble.empty()) finish(false);
}

void Answer::operator()(const ProgressArrived& intent) {
    if (!about_this_try(intent.ref, intent.attempt)) return;
    s_.progress = intent.progress.phase;
    if (intent.progress.phase == payment::Phase::presented) s_.presented_qr = intent.progress.text;
}

void Answer::settled_without_money(const std::string& why) {
    s_.message = why;
    s_.part_stays = false;
    part_over();
}

void Answer::operator()(const AttemptChanged& intent) {
    if (attempt_of_return(intent) || !about_this_try(intent.ref, intent.attempt)) return;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    s_.attempt_state = intent.state;
    s_.channel_text = intent.text;
    s_.query_asked = false;
    if (intent.deadline_ms != 0) s_.deadline_ms = intent.deadline_ms;
    if (!intent.presented.empty()) s_.presented_qr = intent.presented;
    if (intent.state == AttemptState::approved) s_.collecting = false;
    switch (intent.state) {
        case AttemptState::created:
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown:
            if (s_.phase == Phase::review) s_.phase = Phase::running;
            return;
        case AttemptState::reversing: s_.phase = Phase::giving_up; return;
        case AttemptState::approved:
            return take({intent.attempt, s_.tender, s_.paid, {}, {}, {}, intent.discounts});
        case AttemptState::declined:
        case AttemptState::not_sent:
        case AttemptState::voided:
        case AttemptState::reversed: return settled_without_money(intent.text);
        case AttemptState::manual_review:
        case AttemptState::late_success: s_.phase = Phase::review; return;
    }
}

void Answer::operator()(const SaleCommitted& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase == Phase::done) return;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    // Of one cash payment nothing is told before the sale is durable.
    if (s_.taken.empty() && s_.tender == "cash" && !s_.paid.is_zero())
        s_.taken.push_back({s_.attempt, s_.tender, s_.due, s_.rounding, s_.given, s_.given - s_.due, {}});
    s_.phase = Phase::done;
    s_.seq = intent.seq;
    s_.message.clear();
    s_.change = {};
    for (const Part& part : s_.taken) s_.change += part.change;
    const bool cash = std::ranges::find(s_.taken, std::string("cash"), &Part::tender) != s_.taken.end();
    s_.done_until_ms = cash ? 0 : s_.now_ms + kDoneStaysMs;
}

void Answer::operator()(const CommitFailed& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase == Phase::done) return;
    s_.phase = Phase::commit_failed;
    s_.message = intent.message;
}

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

const sync::Quote* quote(const State& state) {
    const Option* option = find_option(state, state.price_tender.empty() ? state.tender : state.price_tender);
    if (!option && state.tender == "none" && !state.options.empty()) option = &state.options.front();
    return option ? &option->quote : nullptr;
}

std::int64_t seconds_left(const State& state) {
    return state.deadline_ms == 0 ? 0 : std::max<std::int64_t>(0, (state.deadline_ms - state.now_ms + 999) / 1000);
}

bool can_confirm(const State& state) {
    return state.phase == Phase::commit_failed || (state.phase == Phase::cash && state.given >= state.due);
}

bool can_query(const State& state) {
    const bool out = state.phase == Phase::running || state.phase == Phase::giving_up || state.phase == Phase::review ||
                     state.phase == Phase::giving_back;
    return !state.left && !state.query_asked && out && state.attempt_state != AttemptState::created;
}

bool can_change_tender(const State& state) {
    return state.phase == Phase::cash || state.phase == Phase::waiting_code || state.phase == Phase::running ||
           (state.phase == Phase::commit_failed && !by_channel(state));
}

bool can_set_aside(const State& state) {
    if (state.left) return false;
    if (state.phase == Phase::giving_up || state.phase == Phase::review || state.phase == Phase::giving_back) return true;
    if (state.phase == Phase::choosing && !state.taken.empty()) return true;
    return state.phase == Phase::running && state.attempt_state == AttemptState::unknown;
}

bool can_go_back(const State& state) {
    return !state.left && state.taken.empty() && (state.phase == Phase::cash || state.phase == Phase::waiting_code ||
                           state.phase == Phase::choosing ||
                           (state.phase == Phase::commit_failed && !by_channel(state)));
}

std::vector<Money> notes_for(Money due) {
    std::vector<Money> notes;
    for (std::int64_t unit : {1, 5, 10, 20, 50, 100}) {
        const std::int64_t fen = unit * 100;
        const Money note = Money::fen((due.in_fen() + fen - 1) / fen * fen);
        if (note > due && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }
    std::ranges::sort(notes);
    if (notes.size() > 5) notes.erase(notes.begin() + 5, notes.end());
    return notes;
}

}  // namespace mulin::pos::tender
