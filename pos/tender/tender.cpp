#include "pos/tender/tender.h"

#include <algorithm>

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;
using payment::Money;

constexpr std::size_t kMaxDigits = 7;              // 99,999.99 yuan
constexpr std::int64_t kDoneStaysMs = 6'000;       // a finished card sale makes room by itself
constexpr std::int64_t kQueryPatienceMs = 5'000;   // then "query now" may be pressed again

const Option* find_option(const State& s, const std::string& tender) {
    auto found = std::ranges::find(s.options, tender, &Option::tender);
    return found == s.options.end() ? nullptr : &*found;
}

bool by_channel(const State& s) { return s.tender != "cash" && s.tender != "none" && !s.paid.is_zero(); }

class Answer {
  public:
    Answer(State& state, std::vector<Effect>& effects) : s_(state), effects_(effects) {}

    void operator()(const NoteGiven& intent);
    void operator()(const ExactGiven&);
    void operator()(const OpenKeypad&);
    void operator()(const GivenKey& intent);
    void operator()(const Confirm&);
    void operator()(const QueryNow&);
    void operator()(const ChangeTender&);
    void operator()(const Choose& intent);
    void operator()(const SetAside&);
    void operator()(const Next&) { finish(false); }
    void operator()(const LookupNext&) { finish(true); }
    void operator()(const Back&);
    void operator()(const Begin& intent);
    void operator()(const ScanArrived& intent);
    void operator()(const Tick& intent);
    void operator()(const AttemptChanged& intent);
    void operator()(const SaleCommitted& intent);
    void operator()(const CommitFailed& intent);
    void operator()(const DeviceTrouble& intent) { s_.device_trouble = intent.message; }

  private:
    void enter(const std::string& tender);
    void enter_cash();
    void start(const std::string& code);
    void finish(bool lookup);
    void commit();
    bool about_this_try(const std::string& ref, std::int64_t attempt) const {
        return !s_.left && ref == s_.ref && attempt == s_.attempt &&
               (s_.phase == Phase::running || s_.phase == Phase::giving_up || s_.phase == Phase::review);
    }

    State& s_;
    std::vector<Effect>& effects_;
};

void Answer::operator()(const Begin& intent) {
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
    if (intent.tender == "none") {
        s_.tender = "none";
        s_.phase = Phase::committing;
        commit();
        return;
    }
    if (intent.tender == "qr" && !intent.payment_code.empty() && find_option(s_, "qr")) {
        s_.tender = "qr";
        s_.paid = s_.due = find_option(s_, "qr")->quote.paid;
        start(intent.payment_code);
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
    s_.tender = tender;
    s_.paid = s_.due = option->quote.paid;
    s_.rounding = {};
    s_.message.clear();
    s_.wants_change = false;
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
    s_.due = payment::round_money(s_.paid, payment::Rounding::half_up, s_.rounding_unit);
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
    effects_.push_back(StartAttempt{s_.ref, s_.attempt, s_.tender, s_.paid, code});
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
    if (s_.tender == "cash" && !s_.paid.is_zero()) {
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
    effects_.push_back(QueryAttempt{s_.ref, s_.attempt});
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
    if (s_.phase == Phase::waiting_code) {
        start(intent.code);
    } else if (s_.phase == Phase::done) {
        s_.left = true;
        effects_.push_back(IdentifyNext{s_.ref, intent.code});
    }
}

void Answer::operator()(const Tick& intent) {
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    if (s_.query_asked && s_.now_ms - s_.query_asked_ms >= kQueryPatienceMs) s_.query_asked = false;
    const bool over = s_.done_until_ms != 0 && s_.now_ms >= s_.done_until_ms;
    if (s_.phase == Phase::done && over && s_.device_trouble.empty()) finish(false);
}

void Answer::operator()(const AttemptChanged& intent) {
    if (!about_this_try(intent.ref, intent.attempt)) return;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    s_.attempt_state = intent.state;
    s_.channel_text = intent.text;
    s_.query_asked = false;
    if (intent.deadline_ms != 0) s_.deadline_ms = intent.deadline_ms;
    switch (intent.state) {
        case AttemptState::created:
        case AttemptState::sending:
        case AttemptState::pending:
        case AttemptState::unknown:
            if (s_.phase == Phase::review) s_.phase = Phase::running;
            return;
        case AttemptState::reversing: s_.phase = Phase::giving_up; return;
        case AttemptState::approved: s_.phase = Phase::committing; return;
        case AttemptState::declined:
        case AttemptState::not_sent:
        case AttemptState::voided:
        case AttemptState::reversed:
            s_.phase = Phase::choosing;
            s_.message = intent.text;
            return;
        case AttemptState::manual_review:
        case AttemptState::late_success: s_.phase = Phase::review; return;
    }
}

void Answer::operator()(const SaleCommitted& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase == Phase::done) return;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    s_.phase = Phase::done;
    s_.seq = intent.seq;
    s_.message.clear();
    const bool cash = s_.tender == "cash" && !s_.paid.is_zero();
    s_.change = cash ? s_.given - s_.due : Money{};
    s_.done_until_ms = cash ? 0 : s_.now_ms + kDoneStaysMs;
}

void Answer::operator()(const CommitFailed& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase == Phase::done) return;
    s_.phase = Phase::commit_failed;
    s_.message = intent.message;
}

}  // namespace

std::vector<Effect> update(State& state, const Intent& intent) {
    std::vector<Effect> effects;
    std::visit(Answer(state, effects), intent);
    return effects;
}

const sync::Quote* quote(const State& state) {
    const Option* option = find_option(state, state.tender);
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
    return !state.left && !state.query_asked &&
           (state.phase == Phase::running || state.phase == Phase::giving_up || state.phase == Phase::review) &&
           state.attempt_state != AttemptState::created;
}

bool can_change_tender(const State& state) {
    return state.phase == Phase::cash || state.phase == Phase::waiting_code || state.phase == Phase::running ||
           (state.phase == Phase::commit_failed && !by_channel(state));
}

bool can_set_aside(const State& state) {
    if (state.left) return false;
    if (state.phase == Phase::giving_up || state.phase == Phase::review) return true;
    return state.phase == Phase::running && state.attempt_state == AttemptState::unknown;
}

bool can_go_back(const State& state) {
    return !state.left && (state.phase == Phase::cash || state.phase == Phase::waiting_code ||
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
