#include "pos/app/shift_desk.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "pos/app/shift.h"
#include "sync/journal/body.h"

namespace mulin::pos {
namespace {

std::string cashier_name(Till& till, const sync::StaffId& id) {
    const auto staff = till.store().staff();
    if (!staff) return id.text();
    const auto person = std::ranges::find(*staff, id, &sync::Staff::id);
    return person == staff->end() ? id.text() : person->name;
}

// The order of the keys and the spelling are the format's.
sync::Note note_of_count(const shift::CloseShift& asked) {
    std::string pieces;
    for (std::size_t i = 0; i < shift::kPieces.size(); ++i) {
        if (!pieces.empty()) pieces += ',';
        pieces += "{\"pieces\":" + std::to_string(asked.counted[i]) + ",\"value_fen\":" + std::to_string(shift::kPieces[i]) + "}";
    }
    return {"cash_count", "{\"counted\":[" + pieces + "],\"counts\":" + std::to_string(asked.counts) + ",\"reason\":\"" +
                              asked.reason + "\",\"shift\":\"" + asked.shift.text() + "\"}"};
}

}  // namespace

AppIntent shift_now(Till& till, std::int64_t serial, const Phrases& phrases) {
    const auto open = till.store().current_shift();
    if (!open) return shift::Intent(shift::Failed{serial, phrases.sentence(open.error())});
    shift::ShiftArrived arrived{serial, std::nullopt};
    if (*open) arrived.open = shift::OpenNow{(*open)->shift, cashier_name(till, (*open)->cashier), (*open)->at, (*open)->drawer_float};
    return shift::Intent(arrived);
}

AppIntent compare_count(Till& till, const shift::Compare& asked, const Phrases& phrases) {
    const auto totals = till.store().shift_totals(asked.shift);
    if (!totals) return shift::Intent(shift::Failed{asked.serial, phrases.sentence(totals.error())});
    return shift::Intent(shift::Compared{asked.serial, totals->cash_due});
}

Answer<shift::ClosedShift> close_counted(Till& till, const shift::CloseShift& asked, const sync::StaffId& cashier) {
    MULIN_ASK(const auto open, till.store().current_shift());
    if (!open || open->shift != asked.shift) return refuse("no_shift", "This shift is closed already.");
    const auto how = note_of_count(asked);
    MULIN_ASK(const auto closed, till.store().close_shift(asked.shift, cashier, shift::sum_of(asked.counted), &how));
    return shift::ClosedShift{cashier_name(till, open->cashier), open->at,        closed.at, closed.totals.cash_due,
                              *closed.cash_counted,              closed.totals.sales};
}

bool read_count(const std::string& note, ShiftSlip& slip) {
    const auto count = nlohmann::json::parse(note, nullptr, false);
    if (!count.is_object() || !count.contains("counted") || !count["counted"].is_array()) return false;
    for (const auto& kind : count["counted"]) {
        const auto whole = [&](const char* name) -> std::int64_t {
            const bool there = kind.is_object() && kind.contains(name) && kind[name].is_number_integer();
            return there ? kind[name].get<std::int64_t>() : -1;
        };
        const auto value = whole("value_fen");
        const auto pieces = whole("pieces");
        if (value < 0 || value > shift::kPieces.front() || pieces < 0 || pieces > shift::kMostPieces) return false;
        slip.pieces.emplace_back(sync::Money::fen(value), pieces);
    }
    if (count.contains("reason") && count["reason"].is_string()) slip.reason = count["reason"].get<std::string>();
    return true;
}

std::optional<ShiftSlip> shift_slip(Till& till, const sync::EntryKey& close) {
    const auto body_of = [&](const sync::EntryKey& key) -> std::optional<sync::EntryBody> {
        const auto entry = till.store().entry(key);
        if (!entry || !*entry) return std::nullopt;
        const auto decoded = sync::decode_body((*entry)->body);
        return decoded ? std::optional(decoded->body) : std::nullopt;
    };
    const auto closing = body_of(close);
    const auto* closed = closing ? std::get_if<sync::ShiftClose>(&*closing) : nullptr;
    if (closed == nullptr) return std::nullopt;
    ShiftSlip slip;
    slip.site_name = till.site().name_zh;
    slip.until = closed->at;
    slip.due = closed->totals.cash_due;
    slip.counted = closed->cash_counted.value_or(sync::Money());
    slip.sales = closed->totals.sales;
    slip.voids = closed->totals.voids;
    slip.paid = closed->totals.paid;
    slip.cashier_name = cashier_name(till, closed->cashier);
    if (const auto opened = till.store().shift(closed->shift); opened && *opened) {
        slip.cashier_name = cashier_name(till, (*opened)->cashier);
        slip.since = (*opened)->at;
        slip.drawer_float = (*opened)->drawer_float;
    }
    // The count stands right before the close, in the same transaction.
    const auto before = body_of({close.till, close.epoch, close.seq - 1});
    const auto* count = before ? std::get_if<sync::Note>(&*before) : nullptr;
    if (count != nullptr && count->kind == "cash_count" && !read_count(count->text, slip)) slip.pieces.clear();
    return slip;
}

}  // namespace mulin::pos
