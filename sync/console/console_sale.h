#pragma once
// One sale for whoever must answer for it: finding it, and its whole story from the signed bytes to the
// bill. Everything here is a look at personal data: the caller writes it into the audit log in the same
// transaction. Diners are named by a mask unless the look unveils them.

#include <optional>
#include <string>

#include "sync/console/member.h"
#include "sync/district/district.h"

namespace mulin::sync::server {

struct SaleSearch {
    std::string text;  // number on a slip, text of its QR code, a payment's number, a diner's id or whole name
    std::optional<Date> date;
    std::optional<std::int64_t> amount_fen;  // list, or what the diner paid
    std::string time;                        // "11:45": half an hour around it
};

struct SearchAnswer {
    std::string json;     // {"list":[…],"more":false}, newest first
    std::string subject;  // for the audit log: what was asked for, without names
    bool by_person = false;
};

// invalid_input when nothing is asked for.
Result<SearchAnswer> search_sales(District::Access& access, const console::Member& member, const SaleSearch& asked);

// "T001/01J…/12", "T001-01J…-12" or "MULIN1 T001 01J… 12 <hash>".
std::optional<EntryKey> parse_entry_name(std::string_view text);

// The entry and what the district knows about it. not_found: no such entry, or none of the member's sites.
Result<std::string> sale_story(District::Access& access, const console::Member& member, const EntryKey& key, bool unveil);

// "王＊英", "王＊＊"; one character stays hidden whole.
std::string masked_name(std::string_view name);
std::string masked_id(std::string_view id);  // "D****23"

}  // namespace mulin::sync::server
