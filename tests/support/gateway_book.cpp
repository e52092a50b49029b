#include "tests/support/gateway_book.h"

#include <charconv>

namespace mulin::tests {
namespace {

using B = Behaviour;

constexpr std::int64_t kDiscountFen = 100;

Behaviour behaviour_of(const std::string& code) {
    int number = 0;
    if (code.size() >= 2) std::from_chars(code.data() + code.size() - 2, code.data() + code.size(), number);
    return static_cast<Behaviour>(number);
}

bool waits(Behaviour behaviour) {
    switch (behaviour) {
        case B::wait_then_approve:
        case B::wait_then_decline:
        case B::wait_for_ever:
        case B::busy_reverse:
        case B::reverse_while_paying:
        case B::lose_the_reverse_answer:
        case B::late_success:
            return true;
        default:
            return false;
    }
}

// How the answer to a start travels.
Delivery delivery_of(Behaviour behaviour) {
    switch (behaviour) {
        case B::lose_the_answer:
        case B::paid_before_the_reverse:
        case B::query_fails_first:
        case B::rate_limited:
            return Delivery::none;
        case B::answer_after_deadline:
            return Delivery::after_deadline;
        case B::slow_drip:
            return Delivery::drip;
        case B::truncated_answer:
            return Delivery::cut_off;
        case B::garbage_answer:
            return Delivery::garbage;
        case B::giant_answer:
            return Delivery::giant;
        default:
            return Delivery::whole;
    }
}

Say say_of_start(Behaviour behaviour) {
    switch (behaviour) {
        case B::decline:
            return Say::refused;
        case B::system_error_then_found:
            return Say::system_error;
        case B::unsigned_error:
            return Say::unsigned_error;
        case B::unlisted_code:
            return Say::unlisted;
        case B::duplicate_number:
            return Say::used;
        default:
            return waits(behaviour) ? Say::paying : Say::state;
    }
}

}  // namespace

std::string code_of(const std::string& prefix, std::size_t length, Behaviour behaviour) {
    const std::string number = std::to_string(static_cast<int>(behaviour));
    std::string code = prefix;
    while (code.size() + 2 < length) code += static_cast<char>('0' + code.size() % 10);
    return code + (number.size() < 2 ? "0" : "") + number;
}

void GatewayBook::take(BookEntry& entry) {
    entry.standing = Standing::paid;
    entry.taken_fen += entry.amount_fen;
    if (entry.behaviour == B::platform_discount || entry.behaviour == B::merchant_discount) {
        entry.discount_fen = kDiscountFen;
        entry.platform_pays = entry.behaviour == B::platform_discount;
    }
}

void GatewayBook::end(BookEntry& entry, Standing standing) {
    entry.standing = standing;
    entry.returned_fen = entry.taken_fen;
    entry.queries_since_end = 0;
}

BookAnswer GatewayBook::start(const std::string& number, std::int64_t amount_fen, const std::string& code) {
    if (const auto known = entries_.find(number); known != entries_.end() && known->second.standing != Standing::absent) {
        ++known->second.starts;
        return {Say::used, &known->second};
    }
    const Behaviour behaviour = behaviour_of(code);
    if (behaviour == B::lose_the_request) return {Say::not_found, nullptr, Delivery::none};
    BookEntry& entry = entries_[number];
    entry.number = number;
    entry.amount_fen = amount_fen;
    entry.behaviour = behaviour;
    ++entry.starts;
    if (behaviour == B::arrive_late) return {Say::not_found, nullptr, Delivery::none};
    if (waits(behaviour)) {
        entry.standing = Standing::paying;
    } else if (behaviour == B::decline) {
        entry.standing = Standing::failed;
    } else {
        take(entry);
    }
    return {say_of_start(behaviour), &entry, delivery_of(behaviour), behaviour == B::server_error ? 502 : 200};
}

BookAnswer GatewayBook::query(const std::string& number) {
    const auto found = entries_.find(number);
    if (found == entries_.end()) return {};
    BookEntry& entry = found->second;
    ++entry.queries;
    if (entry.behaviour == B::arrive_late && entry.standing == Standing::absent) {
        if (entry.queries <= 2) return {};
        take(entry);
    }
    if (entry.standing == Standing::paying && entry.queries > 2) {
        if (entry.behaviour == B::wait_then_approve) take(entry);
        if (entry.behaviour == B::wait_then_decline) entry.standing = Standing::failed;
    }
    const bool ended = entry.standing == Standing::closed || entry.standing == Standing::revoked;
    if (ended && entry.behaviour == B::late_success && entry.taken_fen == 0 && ++entry.queries_since_end >= 2) take(entry);
    if (entry.behaviour == B::query_fails_first && entry.queries <= 2) return {Say::system_error, &entry};
    if (entry.behaviour == B::rate_limited && entry.queries == 1) return {Say::rate_limited, &entry};
    return {Say::state, &entry};
}

BookAnswer GatewayBook::reverse(const std::string& number) {
    const auto found = entries_.find(number);
    if (found == entries_.end() || found->second.standing == Standing::absent) return {};
    BookEntry& entry = found->second;
    ++entry.reverses;
    if (entry.behaviour == B::reverse_too_late && entry.standing == Standing::paid) return {Say::too_late, &entry};
    if (entry.behaviour == B::busy_reverse && entry.reverses <= 2) return {Say::again, &entry};
    if (entry.behaviour == B::reverse_while_paying && entry.reverses == 1) {
        take(entry);  // right behind the refusal
        return {Say::again_paying, &entry};
    }
    if (entry.standing == Standing::paid) end(entry, Standing::revoked);
    if (entry.standing == Standing::paying || entry.standing == Standing::failed) end(entry, Standing::closed);
    const bool lost = entry.behaviour == B::lose_the_reverse_answer && entry.reverses == 1;
    return {Say::done, &entry, lost ? Delivery::none : Delivery::whole};
}

BookAnswer GatewayBook::refund(const std::string& number, const std::string& refund_number, std::int64_t amount_fen) {
    const auto found = entries_.find(number);
    if (found == entries_.end()) return {};
    BookEntry& entry = found->second;
    if (entry.behaviour == B::refund_refused) return {Say::refused, &entry};
    if (const auto before = entry.refunds.find(refund_number); before != entry.refunds.end())
        return {before->second == amount_fen ? Say::done : Say::another, &entry};
    if (refund_owner_.contains(refund_number)) return {Say::another, &entry};
    if (amount_fen <= 0 || entry.taken_fen - entry.returned_fen < amount_fen) return {Say::too_much, &entry};
    entry.refunds[refund_number] = amount_fen;
    refund_owner_[refund_number] = number;
    entry.returned_fen += amount_fen;
    if (entry.behaviour == B::refund_processing) entry.refund_waits[refund_number] = 2;
    const bool lost = entry.behaviour == B::refund_answer_lost && entry.refunds.size() == 1;
    return {Say::done, &entry, lost ? Delivery::none : Delivery::whole};
}

BookAnswer GatewayBook::refund_query(const std::string& refund_number) {
    const auto owner = refund_owner_.find(refund_number);
    if (owner == refund_owner_.end()) return {};
    BookEntry& entry = entries_.at(owner->second);
    int& waiting = entry.refund_waits[refund_number];
    return {waiting-- > 0 ? Say::system_error : Say::done, &entry};
}

std::int64_t GatewayBook::held_fen(const std::string& number) const {
    const BookEntry* entry = find(number);
    return entry == nullptr ? 0 : entry->taken_fen - entry->returned_fen;
}

int GatewayBook::starts(const std::string& number) const {
    const BookEntry* entry = find(number);
    return entry == nullptr ? 0 : entry->starts;
}

const BookEntry* GatewayBook::find(const std::string& number) const {
    const auto found = entries_.find(number);
    return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace mulin::tests
