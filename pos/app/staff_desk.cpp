#include "pos/app/staff_desk.h"

#include <algorithm>

#include "sync/model/pin.h"

namespace mulin::pos {
namespace {

struct PinAnswer {
    bool accepted = false;
    std::int64_t locked_until_ms = 0;  // monotonic
    std::string failure;
};

PinAnswer check(Till& till, const CheckStaffPin& asked, const Phrases& phrases) {
    PinAnswer answer;
    const auto now_ms = [&] { return till.clock().monotonic().ms; };
    const auto locked_until = [&](sync::UtcInstant allowed) {
        const auto wait = allowed.ms - till.clock().utc().ms;
        return wait > 0 ? now_ms() + wait : 0;
    };
    const auto staff = till.store().staff();
    const auto attempt = till.store().begin_pin_try(asked.staff);
    if (!staff || !attempt) {
        answer.failure = phrases.sentence(!staff ? staff.error() : attempt.error());
        return answer;
    }
    answer.locked_until_ms = locked_until(attempt->next_allowed);
    if (!attempt->allowed) return answer;
    const auto person = std::ranges::find(*staff, asked.staff, &sync::Staff::id);
    answer.accepted = person != staff->end() && person->active && sync::check_pin(person->pin, asked.pin);
    if (answer.accepted) (void)till.store().pin_accepted(asked.staff);
    return answer;
}

}  // namespace

sign_in::StaffArrived staff_tiles(Till& till) {
    sign_in::StaffArrived arrived;
    arrived.now_ms = till.clock().monotonic().ms;
    const auto staff = till.store().staff();
    if (!staff) return arrived;
    for (const auto& person : *staff)
        if (person.active) arrived.staff.push_back({person.id, person.name, person.role, 0});
    return arrived;
}

correct::Opened correct_opened(Till& till, const LoadCorrect& asked) {
    correct::Opened opened;
    opened.sale = {asked.sale.key, asked.sale.at, asked.sale.name, asked.sale.paid, {}};
    if (const auto record = till.store().find_sale(asked.sale.key); record && *record)
        for (const auto& payment : (*record)->sale.payments) opened.sale.parts.push_back({payment.method, payment.amount});
    opened.cashier = person_of(asked.cashier);
    opened.now_ms = till.clock().monotonic().ms;
    const auto staff = till.store().staff();
    if (!staff) return opened;
    for (const auto& person : *staff)
        if (person.active) opened.staff.push_back({person.id, person.name, person.role});
    return opened;
}

void check_staff_pin(Till& till, const CheckStaffPin& asked, const Phrases& phrases, Inbox& inbox) {
    const auto answer = check(till, asked, phrases);
    const auto now_ms = till.clock().monotonic().ms;
    const approve::PinChecked checked{asked.serial, answer.accepted, answer.locked_until_ms, answer.failure, now_ms};
    if (asked.purpose == PinFor::refund) return inbox.post(refund::Intent(refund::PinChecked{checked}));
    if (asked.purpose == PinFor::review) return inbox.post(review::Intent(review::PinChecked{checked}));
    if (asked.purpose == PinFor::correct) return inbox.post(correct::Intent(correct::PinChecked{checked}));
    if (asked.purpose == PinFor::tender) return inbox.post(tender::Intent(tender::PinChecked{checked}));
    const auto tell = [&](auto one) { inbox.post(sign_in::Intent(one)); };
    if (!answer.failure.empty()) tell(sign_in::CheckFailed{asked.serial, answer.failure});
    else if (answer.accepted) tell(sign_in::PinAccepted{asked.serial});
    else tell(sign_in::PinRefused{asked.serial, answer.locked_until_ms, now_ms});
}

}  // namespace mulin::pos
