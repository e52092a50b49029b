// Tills' books, payments and refunds, beside the channels' bills and the account service's bookings, for
// one day.

#include <map>

#include <nlohmann/json.hpp>

#include "payment/money/sponsor.h"
#include "sync/journal/body.h"
#include "sync/statements/statement_store.h"

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

// Money moves at midnight too: the partner of a row may stand on the day beside.
constexpr std::int32_t kDaysBeside = 1;

// Who bears what of it: ourselves, and all others, whom not every bill tells apart.
struct Sponsored {
    std::int64_t merchant_fen = 0;
    std::int64_t others_fen = 0;
    void add(const std::string& by, std::int64_t fen) { (by == payment::sponsor::kMerchant ? merchant_fen : others_fen) += fen; }
    bool operator==(const Sponsored&) const = default;
};

struct Booked {
    std::string till, epoch;
    std::int64_t seq = 0;
    std::string attempt;
    std::int64_t amount_fen = 0;
    std::int64_t refunded_fen = 0;
    std::int32_t day = 0;
    bool voided = false;
    bool found = false;
    Sponsored sponsored = {};
    std::int64_t back_fen() const { return voided ? amount_fen : refunded_fen; }
};
struct Billed {
    std::string txn, out_no, file;
    std::int64_t line = 0;
    std::int64_t amount_fen = 0;
    std::int64_t back_fen = 0;  // refunded or revoked since
    std::int32_t day = 0;
    std::int64_t row = 0;
    Sponsored sponsored = {};
};

struct ChannelMatch {
    bool has_bill = false;
    bool tells_sponsors = false;  // its bills have named one
    std::multimap<std::string, Booked> booked;  // by attempt
    std::vector<Billed> billed;
};

ordered_json booked_value(const Booked& one) {
    return {{"sale", {{"till", one.till}, {"epoch", one.epoch}, {"seq", one.seq}}},
            {"attempt", one.attempt},
            {"amount_fen", one.amount_fen},
            {"returned_fen", one.back_fen()},
            {"merchant_fen", one.sponsored.merchant_fen},
            {"sponsors_fen", one.sponsored.others_fen},
            {"voided", one.voided}};
}

ordered_json billed_value(const Billed& one) {
    return {{"txn", one.txn}, {"out_no", one.out_no}, {"amount_fen", one.amount_fen}, {"returned_fen", one.back_fen},
            {"merchant_fen", one.sponsored.merchant_fen}, {"sponsors_fen", one.sponsored.others_fen}, {"file", one.file}, {"line", one.line}};
}

Status read_booked(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto query = database.prepare(
        "SELECT p.channel, e.till, e.epoch, e.seq, p.attempt, p.amount_fen, p.china_day, "
        "EXISTS (SELECT 1 FROM sale_void v WHERE v.till = e.till AND v.epoch = e.epoch AND v.seq = e.seq) "
        "FROM sale_payment p JOIN entry e ON e.id = p.entry WHERE p.china_day BETWEEN ? AND ? AND p.channel "
        "<> 'cash' "
        "ORDER BY p.attempt, e.till, e.epoch, e.seq");
    query.bind(day.days_since_1970() - kDaysBeside).bind(day.days_since_1970() + kDaysBeside);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        Booked one{query.text(1), query.text(2), query.number(3), query.text(4), query.number(5), 0,
                   static_cast<std::int32_t>(query.number(6)), query.number(7) == 1, false};
        channels[query.text(0)].booked.emplace(query.text(4), std::move(one));
    }
}

Status read_billed(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto query = database.prepare(
        "SELECT r.channel, r.txn, r.out_no, f.name, r.line, r.amount_fen, (SELECT "
        "coalesce(sum(b.amount_fen), 0) FROM statement_row b "
        "WHERE b.channel = r.channel AND b.txn = r.txn AND b.kind <> 'pay'), r.business_day, r.id FROM "
        "statement_row r "
        "JOIN statement_file f ON f.id = r.file WHERE r.kind = 'pay' AND r.business_day BETWEEN ? AND ? "
        "ORDER BY r.channel, r.at_ms, r.txn");
    query.bind(day.days_since_1970() - kDaysBeside).bind(day.days_since_1970() + kDaysBeside);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        ChannelMatch& channel = channels[query.text(0)];
        const auto on = static_cast<std::int32_t>(query.number(7));
        if (on == day.days_since_1970()) channel.has_bill = true;
        channel.billed.push_back({query.text(1), query.text(2), query.text(3), query.number(4), query.number(5), query.number(6), on, query.number(8)});
    }
}

Status read_billed_sponsors(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto known = database.prepare("SELECT DISTINCT r.channel FROM statement_discount d JOIN statement_row r ON r.id = d.statement_row");
    for (;;) {
        MULIN_TRY(const bool row, known.step());
        if (!row) break;
        if (const auto at = channels.find(known.text(0)); at != channels.end()) at->second.tells_sponsors = true;
    }
    auto query = database.prepare(
        "SELECT d.statement_row, d.sponsor, d.amount_fen FROM statement_discount d JOIN statement_row r ON r.id = d.statement_row "
        "WHERE r.kind = 'pay' AND r.business_day BETWEEN ? AND ?");
    query.bind(day.days_since_1970() - kDaysBeside).bind(day.days_since_1970() + kDaysBeside);
    std::map<std::int64_t, Sponsored> by_row;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        by_row[query.number(0)].add(query.text(1), query.number(2));
    }
    for (auto& [name, channel] : channels) {
        for (Billed& bill : channel.billed)
            if (const auto at = by_row.find(bill.row); at != by_row.end()) bill.sponsored = at->second;
    }
    return payment::ok();
}

Status read_booked_sponsors(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto query = database.prepare(
        "SELECT DISTINCT e.id, e.body FROM sale_payment p JOIN entry e ON e.id = p.entry WHERE p.china_day BETWEEN ? AND ? AND "
        "p.channel <> 'cash' AND e.body LIKE '%\"sponsor\"%' ORDER BY e.id");
    query.bind(day.days_since_1970() - kDaysBeside).bind(day.days_since_1970() + kDaysBeside);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        const auto decoded = decode_body(query.text(1));
        const auto* sale = decoded ? std::get_if<Sale>(&decoded->body) : nullptr;
        if (sale == nullptr) continue;
        for (const Payment& part : sale->payments) {
            const auto channel = channels.find(part.channel);
            if (channel == channels.end()) continue;
            const auto [from, until] = channel->second.booked.equal_range(part.attempt.text());
            for (auto at = from; at != until; ++at) {
                at->second.sponsored = {};
                for (const auto& discount : part.discounts) at->second.sponsored.add(discount.sponsor, discount.amount.in_fen());
            }
        }
    }
}

// What tills gave back of those payments, on whatever day.
Status read_refunded(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto query = database.prepare(
        "SELECT DISTINCT r.entry, b.body FROM sale_payment p JOIN entry e ON e.id = p.entry JOIN refund r ON r.target_till "
        "= e.till AND r.target_epoch = e.epoch AND r.target_seq = e.seq JOIN entry b ON b.id = r.entry WHERE p.china_day "
        "BETWEEN ? AND ? AND p.channel <> 'cash' ORDER BY r.entry");
    query.bind(day.days_since_1970() - kDaysBeside).bind(day.days_since_1970() + kDaysBeside);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return payment::ok();
        const auto decoded = decode_body(query.text(1));
        const auto* refund = decoded ? std::get_if<RefundRecord>(&decoded->body) : nullptr;
        if (refund == nullptr) continue;
        for (const RefundPayment& payment : refund->payments) {
            const auto channel = channels.find(payment.channel);
            if (channel == channels.end()) continue;
            const auto booked = channel->second.booked.find(payment.attempt.text());
            if (booked != channel->second.booked.end()) booked->second.refunded_fen += payment.amount.in_fen();
        }
    }
}

// Of the district's own account service there is no bill: its bookings are one.
Status read_accounts(database::Database& database, Date day, std::map<std::string, ChannelMatch>& channels) {
    auto query = database.prepare(
        "SELECT d.id, d.amount_fen, d.at_ms, CASE WHEN d.state = 'returned' THEN d.amount_fen ELSE (SELECT "
        "coalesce(sum(r.amount_fen), 0) FROM card_booking r WHERE r.debit = d.id AND r.kind = 'refund' AND r.state = "
        "'booked') END FROM card_booking d WHERE d.kind = 'debit' AND d.state IN ('booked', 'returned') AND d.at_ms >= ? AND "
        "d.at_ms < ? ORDER BY d.at_ms, d.id");
    constexpr std::int64_t kBillDayMs = 86'400'000;
    const std::int64_t midnight = day.days_since_1970() * kBillDayMs - payment::kChinaOffsetMs;
    query.bind(midnight - kDaysBeside * kBillDayMs).bind(midnight + (kDaysBeside + 1) * kBillDayMs);
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) break;
        const auto on = payment::china_date(UtcInstant{query.number(2)}).days_since_1970();
        channels["senior_card"].billed.push_back({query.text(0), query.text(0), "account service", 0, query.number(1), query.number(3), on});
    }
    if (const auto at = channels.find("senior_card"); at != channels.end()) at->second.has_bill = true;
    return payment::ok();
}

// Some channels put letters of their own before our number.
Booked* partner(ChannelMatch& channel, const std::string& out_no) {
    for (std::size_t cut = 0; cut <= 4 && cut < out_no.size(); ++cut) {
        const auto [from, until] = channel.booked.equal_range(out_no.substr(cut));
        for (auto at = from; at != until; ++at) {
            if (!at->second.found) return &at->second;
        }
    }
    return nullptr;
}

ordered_json match_channel(ChannelMatch& channel, std::int32_t day) {
    std::int64_t matched = 0;
    std::int64_t matched_fen = 0;
    ordered_json only_bill = ordered_json::array(), only_till = ordered_json::array(), differs = ordered_json::array(),
                 undone = ordered_json::array(), refunds = ordered_json::array(), sponsors = ordered_json::array();
    for (const Billed& bill : channel.billed) {
        Booked* const book = partner(channel, bill.out_no);
        const bool today = bill.day == day || (book != nullptr && book->day == day);
        if (book != nullptr) book->found = true;
        if (!today) continue;
        // Paid and given back whole: nothing that a sale would have to stand beside.
        const bool nothing_left = bill.back_fen >= bill.amount_fen;
        if (book == nullptr) {
            if (bill.day == day && !nothing_left) only_bill.push_back(billed_value(bill));
        } else if (book->amount_fen != bill.amount_fen) {
            ordered_json value = billed_value(bill);
            value["till"] = booked_value(*book);
            differs.push_back(std::move(value));
        } else if (book->back_fen() != bill.back_fen) {
            ordered_json value = billed_value(bill);
            value["till"] = booked_value(*book);
            const bool undone_there = book->back_fen() >= book->amount_fen;
            (undone_there != nothing_left ? undone : refunds).push_back(std::move(value));
        } else if (channel.tells_sponsors && book->sponsored != bill.sponsored) {
            ordered_json value = billed_value(bill);
            value["till"] = booked_value(*book);
            sponsors.push_back(std::move(value));
        } else if (bill.day == day) {
            ++matched;
            matched_fen += bill.amount_fen;
        }
    }
    for (const auto& [attempt, book] : channel.booked) {
        if (!book.found && book.day == day && channel.has_bill) only_till.push_back(booked_value(book));
    }
    return {{"has_bill", channel.has_bill}, {"matched", matched}, {"matched_fen", matched_fen}, {"only_in_till", std::move(only_till)},
            {"only_in_bill", std::move(only_bill)}, {"amount_differs", std::move(differs)}, {"undone_on_one_side", std::move(undone)},
            {"refund_differs", std::move(refunds)}, {"sponsors_differ", std::move(sponsors)}};
}

}  // namespace

Result<std::string> match_json(District& district, Date day) {
    auto access = district.access();
    std::map<std::string, ChannelMatch> channels;
    MULIN_TRY_STATUS(read_booked(access.database, day, channels));
    MULIN_TRY_STATUS(read_refunded(access.database, day, channels));
    MULIN_TRY_STATUS(read_billed(access.database, day, channels));
    MULIN_TRY_STATUS(read_billed_sponsors(access.database, day, channels));
    MULIN_TRY_STATUS(read_booked_sponsors(access.database, day, channels));
    MULIN_TRY_STATUS(read_accounts(access.database, day, channels));
    ordered_json out = {{"date", day.text()}};
    ordered_json by_channel = ordered_json::object();
    for (auto& [name, channel] : channels) {
        bool any = channel.has_bill;
        for (const auto& [attempt, book] : channel.booked) any = any || book.day == day.days_since_1970();
        if (any) by_channel[name] = match_channel(channel, day.days_since_1970());
    }
    out["channels"] = std::move(by_channel);
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace mulin::sync::server
