#include "sync/console/console_claim.h"

#include <nlohmann/json.hpp>

namespace mulin::sync::server {
namespace {

using nlohmann::ordered_json;

std::string claim_text(const ordered_json& value) {
    return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json parts_value(const ClaimVerdict& claim) {
    ordered_json payers = ordered_json::array();
    for (const auto& [payer, part] : claim.parts) {
        payers.push_back({{"payer", payer},
                          {"claimed_fen", part.claimed.in_fen()},
                          {"posted_fen", part.posted.in_fen()},
                          {"voided_fen", part.voided.in_fen()},
                          {"refunded_fen", part.returned.in_fen()},
                          {"vendor_fen", part.vendor.in_fen()},
                          {"tolerance_fen", part.tolerance.in_fen()},
                          {"diner_fen", part.diner.in_fen()},
                          {"suspense_fen", part.suspense.in_fen()}});
    }
    return payers;
}

bool is_waiting(const ClaimVerdict& claim) {
    for (const auto& [payer, part] : claim.parts) {
        if (part.suspense > Money()) return true;
    }
    return false;
}

ordered_json rulings_on(const RecordName& record, const std::vector<RulingRow>& rulings) {
    ordered_json list = ordered_json::array();
    for (const RulingRow& row : rulings) {
        if (row.record != record) continue;
        list.push_back({{"ruling", row.ruling}, {"person", row.person}, {"reason", row.reason},
                        {"at", payment::to_rfc3339({row.at.ms / 1000 * 1000})}});
    }
    return list;
}

}  // namespace

Result<std::string> claims_json(database::Database& database, const EntryKey& sale) {
    MULIN_TRY(const auto claims, verdicts_of(database, sale));
    MULIN_TRY(const auto rulings, rulings_of(database, sale));
    ordered_json list = ordered_json::array();
    for (const ClaimVerdict& claim : claims) {
        list.push_back({{"hash", claim.record.hash}, {"reason", claim.reason}, {"waiting", is_waiting(claim)},
                        {"verdicts", claim.n}, {"posted", claim.posted}, {"borne", claim.borne}, {"rules", claim.rules},
                        {"period", claim.period}, {"payers", parts_value(claim)}, {"rulings", rulings_on(claim.record, rulings)}});
    }
    return claim_text(list);
}

Result<std::string> decide_claim(District& district, const Visitor& visitor, RulingRequest request) {
    request.person = visitor.member.name;
    const UtcInstant now = district.clock().utc();
    MULIN_TRY_STATUS(rule(district, request, [&](District::Access& access) {
        return write_audit(access, visitor, now, "decide", entry_name(request.sale) + "/" + request.hash.substr(0, 12) + " " + request.ruling,
                           request.reason);
    }));
    auto access = district.access();
    MULIN_TRY(const auto claims, claims_json(access.database, request.sale));
    return "{\"claims\":" + claims + "}";
}

}  // namespace mulin::sync::server
