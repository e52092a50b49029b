#include "sync/server/staff_commands.h"

#include <sstream>

#include <nlohmann/json.hpp>

#include "sync/console/audit_log.h"
#include "sync/console/member.h"
#include "sync/console/sessions.h"
#include "sync/console/sign_in_guard.h"
#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

using console::Member;
using console::Members;
using nlohmann::ordered_json;
using payment::ErrorCode;
using payment::fail;

Status write_operator_line(District::Access& access, UtcInstant now, const std::string& action, const std::string& subject) {
    console::AuditLine line;
    line.at = now;
    line.who = "operator";
    line.action = action;
    line.subject = subject;
    return console::AuditLog(access.database).append(std::move(line));
}

// What was given, or a new one that is told once.
struct GivenPassword {
    std::string record;
    std::string told;
};

Result<GivenPassword> password_for(District& district, const Command& command) {
    const std::string given = command.word("password");
    GivenPassword made;
    if (given.empty()) made.told = console::make_password(district.random());
    const std::string& password = given.empty() ? made.told : given;
    MULIN_TRY_STATUS(console::check_password(command.word("member"), password));
    MULIN_TRY(made.record, make_scrypt_record(password, console::kPasswordCost, district.random()));
    return made;
}

Status check_sites(District::Access& access, const Member& member) {
    if ((member.role == console::OfficeRole::site_manager) == member.sites.empty()) {
        return fail(ErrorCode::invalid_input, "A site manager, and nobody else, is given --site; nothing was changed.");
    }
    for (const std::string& site : member.sites) {
        MULIN_TRY(const auto known, access.directory.site(SiteId(site)));
        if (!known) return fail(ErrorCode::invalid_input, "Site \"" + site + "\" is not in the district; nothing was changed.");
    }
    return payment::ok();
}

Result<Member> member_from(const Command& command) {
    Member member;
    member.name = command.word("member");
    MULIN_TRY_STATUS(console::check_member_name(member.name));
    const auto role = console::parse_office_role(command.word("role"));
    if (!role) {
        return fail(ErrorCode::invalid_input, "\"" + command.word("role") + "\" is no role; write administrator, settlement, site_manager or auditor.");
    }
    member.role = *role;
    member.shown = command.word("shown").empty() ? member.name : command.word("shown");
    if (member.shown.size() > 100) return fail(ErrorCode::invalid_input, "The name to show is too long.");
    std::istringstream sites(command.word("sites"));
    for (std::string site; std::getline(sites, site, ',');) member.sites.push_back(site);
    return member;
}

// Runs the change and its audit line as one.
template <class Change>
Status change_member(District& district, const std::string& action, const std::string& name, const Change& change) {
    const UtcInstant now = district.clock().utc();
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Status {
        MULIN_TRY_STATUS(change(access, now));
        return write_operator_line(access, now, action, name);
    });
}

std::string told_password(const Command& command, const GivenPassword& password) {
    if (!command.word("json").empty()) {
        ordered_json value = {{"name", command.word("member")}};
        if (!password.told.empty()) value["password"] = password.told;
        return value.dump() + "\n";
    }
    return password.told.empty() ? "done\n" : "password " + password.told + "\n";
}

Result<std::string> staff_add(District& district, const Command& command) {
    MULIN_TRY(auto member, member_from(command));
    MULIN_TRY(const auto password, password_for(district, command));
    member.password = password.record;
    const Status changed = change_member(district, "add_staff", member.name + " as " + name_of(member.role),
                                   [&](District::Access& access, UtcInstant now) -> Status {
                                       MULIN_TRY_STATUS(check_sites(access, member));
                                       return Members(access.database).add(member, now);
                                   });
    if (!changed) return tl::make_unexpected(changed.error());
    return told_password(command, password);
}

Result<std::string> staff_password(District& district, const Command& command) {
    const std::string name = command.word("member");
    MULIN_TRY(const auto password, password_for(district, command));
    const Status changed = change_member(district, "set_password", name, [&](District::Access& access, UtcInstant now) -> Status {
        MULIN_TRY_STATUS(Members(access.database).set_password(name, password.record, now));
        MULIN_TRY_STATUS(console::Sessions(access.database).end_all(name));
        return console::SignInGuard(access.database).unlock(name);
    });
    if (!changed) return tl::make_unexpected(changed.error());
    return told_password(command, password);
}

Result<std::string> staff_close(District& district, const Command& command) {
    const bool closing = command.name == "staff close";
    const std::string name = command.word("member");
    const Status changed = change_member(district, closing ? "close_staff" : "open_staff", name, [&](District::Access& access, UtcInstant now) -> Status {
        MULIN_TRY_STATUS(Members(access.database).set_closed(name, closing, now));
        return console::Sessions(access.database).end_all(name);
    });
    if (!changed) return tl::make_unexpected(changed.error());
    return name + (closing ? " can no longer sign in\n" : " can sign in again\n");
}

Result<std::string> staff_unlock(District& district, const Command& command) {
    const std::string name = command.word("member");
    const Status changed = change_member(district, "unlock_staff", name, [&](District::Access& access, UtcInstant) {
        return console::SignInGuard(access.database).unlock(name);
    });
    if (!changed) return tl::make_unexpected(changed.error());
    return name + " may try again\n";
}

Result<std::string> staff_list(District& district, const Command& command) {
    auto access = district.access();
    MULIN_TRY(const auto members, Members(access.database).all());
    ordered_json list = ordered_json::array();
    std::string lines;
    for (const Member& member : members) {
        list.push_back({{"name", member.name}, {"shown", member.shown}, {"role", name_of(member.role)}, {"sites", member.sites},
                        {"state", member.closed ? "closed" : "open"}, {"demo", member.demo}});
        lines += member.name + "  " + name_of(member.role) + "  " + (member.closed ? "closed" : "open") + "  " + member.shown + "\n";
    }
    return command.word("json").empty() ? lines : list.dump() + "\n";
}

Result<std::string> audit_list(District& district, const Command&) {
    constexpr std::int64_t kLinesAtOnce = 1'000'000;
    auto access = district.access();
    MULIN_TRY(const auto lines, console::AuditLog(access.database).page(0, kLinesAtOnce));
    std::string text;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        text += ordered_json({{"seq", line->seq}, {"at", payment::to_rfc3339(line->at)}, {"who", line->who}, {"role", line->role},
                              {"source", line->source}, {"action", line->action}, {"subject", line->subject},
                              {"reason", line->reason}, {"hash", line->hash}})
                    .dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    }
    return text;
}

Result<std::string> audit_verify(District& district, const Command&) {
    auto access = district.access();
    MULIN_TRY(const auto head, console::AuditLog(access.database).verify());
    return "verified " + std::to_string(head.lines) + " lines of the audit log, head " + head.hash + "\n";
}

}  // namespace

Result<std::string> staff_command(District& district, const Command& command) {
    using Run = Result<std::string> (*)(District&, const Command&);
    static const std::map<std::string, Run> commands = {
        {"staff add", staff_add},       {"staff list", staff_list},     {"staff password", staff_password}, {"staff close", staff_close},
        {"staff open", staff_close},    {"staff unlock", staff_unlock}, {"audit list", audit_list},         {"audit verify", audit_verify},
    };
    const auto found = commands.find(command.name);
    if (found == commands.end()) return fail(ErrorCode::invalid_input, "There is no command \"" + command.name + "\".");
    return found->second(district, command);
}

Status add_demo_staff(database::Database& database, UtcInstant now) {
    const Member members[] = {
        {"admin", "示例管理员", console::OfficeRole::administrator, {}, console::kDemoPasswordRecord, false, true},
        {"settle", "示例结算员", console::OfficeRole::settlement, {}, console::kDemoPasswordRecord, false, true},
        {"manager", "示例站长", console::OfficeRole::site_manager, {"S1"}, console::kDemoPasswordRecord, false, true},
        {"auditor", "示例审计员", console::OfficeRole::auditor, {}, console::kDemoPasswordRecord, false, true},
    };
    for (const Member& member : members) MULIN_TRY_STATUS(Members(database).add(member, now));
    return payment::ok();
}

}  // namespace mulin::sync::server
