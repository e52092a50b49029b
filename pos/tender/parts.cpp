// A sale paid in several parts: what was taken stays taken, the rest is asked for next, and every part
// can go back the way it came.
#include <algorithm>

#include "pos/tender/answer.h"

namespace mulin::pos::tender {
namespace {

using payment::AttemptState;
using payment::Money;

}  // namespace

void Answer::operator()(const PayPart&) {
    if (s_.left || s_.phase != Phase::choosing) return;
    s_.typing_part = !s_.typing_part;
    s_.part_digits.clear();
}

void Answer::operator()(const PartKey& intent) {
    if (s_.phase != Phase::choosing || !s_.typing_part) return;
    if (intent.key == 'c') {
        s_.part_digits.clear();
    } else if (intent.key == '<') {
        if (!s_.part_digits.empty()) s_.part_digits.pop_back();
    } else if (intent.key >= '0' && intent.key <= '9' && s_.part_digits.size() < kMaxDigits) {
        if (!s_.part_digits.empty() || intent.key != '0') s_.part_digits.push_back(intent.key);
    }
}

// The cash on the counter is less than what is due: it counts, and the rest is paid another way.
void Answer::operator()(const TakePart&) {
    if (s_.left || !can_take_part(s_)) return;
    s_.paid = s_.due = s_.given;
    s_.rounding = {};
    take_cash();
}

void Answer::take_cash() {
    if (s_.price_tender.empty()) s_.price_tender = s_.tender;
    ++s_.attempt;
    s_.phase = Phase::committing;
    s_.message.clear();
    effects_.push_back(TakeCash{s_.ref, s_.attempt, s_.price_tender, total(s_), s_.due, s_.rounding, s_.given,
                                s_.given - s_.due});
}

void Answer::operator()(const PartTaken& intent) {
    const bool waited = s_.phase == Phase::committing && s_.tender == "cash" && intent.number == s_.attempt;
    if (s_.left || intent.ref != s_.ref || !waited) return;
    take({intent.number, s_.tender, s_.due, s_.rounding, s_.given, s_.given - s_.due, {}});
}

void Answer::take(const Part& part) {
    if (s_.price_tender.empty()) s_.price_tender = s_.tender;
    s_.taken.push_back(part);
    if (remaining(s_).is_zero())
        s_.phase = Phase::committing;
    else
        part_over();
}

// Ready for the next part.
void Answer::part_over() {
    s_.phase = Phase::choosing;
    s_.collecting = false;
    s_.typing_part = false;
    s_.part_digits.clear();
    s_.presented_qr.clear();
    s_.progress.reset();
    if (s_.taken.empty()) s_.price_tender.clear();
}

void Answer::operator()(const GiveBack& intent) {
    if (!can_give_back(s_)) return;
    s_.returning_all = intent.number == 0;
    const auto part = s_.returning_all ? s_.taken.end() - 1 : std::ranges::find(s_.taken, intent.number, &Part::number);
    if (part != s_.taken.end()) give_back(*part);
}

void Answer::give_back(const Part& part) {
    s_.phase = Phase::giving_back;
    s_.returning = part.number;
    s_.message.clear();
    s_.attempt_state = AttemptState::reversing;
    effects_.push_back(GiveBackPart{s_.ref, part.number, part.tender, part.amount});
}

void Answer::operator()(const PartReturned& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase != Phase::giving_back || intent.number != s_.returning) return;
    std::erase_if(s_.taken, [&](const Part& part) { return part.number == intent.number; });
    s_.returning = 0;
    if (s_.returning_all && !s_.taken.empty()) return give_back(s_.taken.back());
    s_.returning_all = false;
    part_over();
}

void Answer::operator()(const PartStays& intent) {
    if (s_.left || intent.ref != s_.ref || s_.phase != Phase::giving_back || intent.number != s_.returning) return;
    s_.returning = 0;
    s_.returning_all = false;
    s_.message = intent.message;
    s_.part_stays = true;
    part_over();
}

// A channel's part on its way back is told as any other change of its try.
bool Answer::attempt_of_return(const AttemptChanged& intent) {
    if (s_.left || intent.ref != s_.ref || s_.returning == 0 || intent.attempt != s_.returning) return false;
    if (s_.phase != Phase::giving_back) return false;
    s_.now_ms = std::max(s_.now_ms, intent.now_ms);
    s_.attempt_state = intent.state;
    s_.channel_text = intent.text;
    s_.query_asked = false;
    if (intent.state == AttemptState::reversed) (*this)(PartReturned{intent.ref, intent.attempt});
    return true;
}

void Answer::operator()(const Resume& intent) {
    begin(intent.begin);
    s_.resumed = true;
    s_.price_tender = intent.price_tender;
    s_.tender = intent.price_tender;
    s_.taken = intent.taken;
    s_.attempt = intent.attempts;
    s_.phase = remaining(s_).is_zero() ? Phase::commit_failed : Phase::choosing;
}

bool can_give_back(const State& state) {
    return !state.left && !state.taken.empty() && (state.phase == Phase::choosing || state.phase == Phase::commit_failed);
}

bool can_take_part(const State& state) {
    return state.phase == Phase::cash && state.given > Money() && state.given < state.due;
}

bool is_split(const State& state) { return !state.taken.empty() || state.typing_part || state.paid < remaining(state); }

Money total(const State& state) {
    const Option* option = find_option(state, state.price_tender.empty() ? state.tender : state.price_tender);
    return option ? option->quote.paid : Money();
}

Money taken_sum(const State& state) {
    Money sum;
    for (const Part& part : state.taken) sum += part.amount;
    return sum;
}

Money remaining(const State& state) {
    Money left = total(state);
    for (const Part& part : state.taken) left -= part.amount - part.rounding;
    return left;
}

Money typed_part(const State& state) {
    std::int64_t fen = 0;
    for (const char digit : state.part_digits) fen = fen * 10 + (digit - '0');
    return Money::fen(fen);
}

Money wanted(const State& state, const std::string& tender) {
    const Option* option = find_option(state, state.price_tender.empty() ? tender : state.price_tender);
    if (!option) return {};
    Money left = option->quote.paid;
    for (const Part& part : state.taken) left -= part.amount - part.rounding;
    const Money part = typed_part(state);
    return state.typing_part && part < left ? part : left;
}

std::vector<std::string> choices(const State& state) {
    std::vector<std::string> out;
    for (const Option& option : state.options)
        if (option.tender != "none" && !option.tender.ends_with("_qr")) out.push_back(option.tender);
    return out;
}

}  // namespace mulin::pos::tender
