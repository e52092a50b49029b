#include "sync/console/member.h"

#include <algorithm>

namespace mulin::sync::console {
namespace {

using payment::ErrorCode;
using payment::fail;

constexpr OfficeRole kOfficeRoles[] = {OfficeRole::administrator, OfficeRole::settlement, OfficeRole::site_manager,
                                       OfficeRole::auditor};

std::string joined_sites(const std::vector<std::string>& sites) {
    std::string text;
    for (const std::string& site : sites) text += (text.empty() ? "" : ",") + site;
    return text;
}

std::vector<std::string> split_sites(const std::string& text) {
    std::vector<std::string> sites;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        sites.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return sites;
}

Member read_member(const database::Statement& row) {
    Member member;
    member.name = row.text(0);
    member.shown = row.text(1);
    member.role = parse_office_role(row.text(2)).value_or(OfficeRole::auditor);
    member.sites = split_sites(row.text(3));
    member.password = row.text(4);
    member.closed = row.number(5) != 0;
    member.demo = row.number(6) != 0;
    return member;
}

payment::Status changed_one(database::Statement& statement, const std::string& name) {
    MULIN_TRY_STATUS(statement.run());
    if (statement.changed_rows() == 1) return payment::ok();
    return fail(ErrorCode::not_found, "Nobody signs in as \"" + name + "\"; see `mulin-district staff list`.");
}

}  // namespace

const char* name_of(OfficeRole role) {
    switch (role) {
        case OfficeRole::administrator: return "administrator";
        case OfficeRole::settlement: return "settlement";
        case OfficeRole::site_manager: return "site_manager";
        case OfficeRole::auditor: return "auditor";
    }
    return "";
}

std::optional<OfficeRole> parse_office_role(std::string_view name) {
    for (const OfficeRole role : kOfficeRoles) {
        if (name == name_of(role)) return role;
    }
    return std::nullopt;
}

bool Member::may_see(const std::string& site) const {
    return role != OfficeRole::site_manager || std::find(sites.begin(), sites.end(), site) != sites.end();
}

payment::Status check_member_name(std::string_view name) {
    const bool good = !name.empty() && name.size() <= 40 &&
                      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string_view::npos;
    if (good) return payment::ok();
    return fail(ErrorCode::invalid_input, "A sign-in name has 1 to 40 lower-case letters, digits, dots or dashes.");
}

payment::Status check_password(std::string_view name, std::string_view password) {
    if (password.size() < kMinPasswordBytes || password.size() > kMaxPasswordBytes) {
        return fail(ErrorCode::invalid_input, "A password has 10 to 128 characters; choose another one.");
    }
    const bool one_letter = password.find_first_not_of(password[0]) == std::string_view::npos;
    if (one_letter || password.find(name) != std::string_view::npos || password.find("1234567890") != std::string_view::npos) {
        return fail(ErrorCode::invalid_input, "This password is guessed at once; choose another one.");
    }
    return payment::ok();
}

std::string make_password(payment::Random& random) {
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string password;
    for (int i = 0; i < 16; ++i) {
        if (i > 0 && i % 4 == 0) password += '-';
        password += letters[random.below(letters.size())];
    }
    return password;
}

payment::Status Members::add(const Member& member, payment::UtcInstant now) {
    auto insert = database_.prepare(
        "INSERT INTO office_member (name, shown, role, sites, password, closed, demo, changed_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING");
    insert.bind(member.name).bind(member.shown).bind(name_of(member.role)).bind(joined_sites(member.sites));
    insert.bind(member.password).bind(std::int64_t{member.closed}).bind(std::int64_t{member.demo}).bind(now.ms);
    MULIN_TRY_STATUS(insert.run());
    if (insert.changed_rows() == 1) return payment::ok();
    return fail(ErrorCode::conflict, "Somebody signs in as \"" + member.name + "\" already; nothing was changed.");
}

payment::Status Members::set_password(const std::string& name, const std::string& record, payment::UtcInstant now) {
    auto update = database_.prepare("UPDATE office_member SET password = ?, demo = 0, changed_ms = ? WHERE name = ?");
    update.bind(record).bind(now.ms).bind(name);
    return changed_one(update, name);
}

payment::Status Members::set_closed(const std::string& name, bool closed, payment::UtcInstant now) {
    auto update = database_.prepare("UPDATE office_member SET closed = ?, changed_ms = ? WHERE name = ?");
    update.bind(std::int64_t{closed}).bind(now.ms).bind(name);
    return changed_one(update, name);
}

payment::Result<std::optional<Member>> Members::find(const std::string& name) {
    auto query = database_.prepare(
        "SELECT name, shown, role, sites, password, closed, demo FROM office_member WHERE name = ?");
    query.bind(name);
    MULIN_TRY(const bool found, query.step());
    return found ? std::optional(read_member(query)) : std::nullopt;
}

payment::Result<std::vector<Member>> Members::all() {
    auto query = database_.prepare(
        "SELECT name, shown, role, sites, password, closed, demo FROM office_member ORDER BY name");
    std::vector<Member> members;
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) return members;
        members.push_back(read_member(query));
    }
}

}  // namespace mulin::sync::console
