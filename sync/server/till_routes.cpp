#include "sync/server/till_routes.h"

#include <charconv>

#include "sync/database/in_transaction.h"
#include "sync/district/ingest.h"
#include "sync/district/lease_grants.h"
#include "sync/district/witness.h"
#include "sync/server/account_routes.h"
#include "sync/wire/limits.h"

namespace mulin::sync::server {
namespace {

using payment::Error;
using payment::ErrorCode;

HttpResponse answer_error(const Error& error) {
    switch (error.code) {
        case ErrorCode::invalid_input: return refusal(400, "malformed", error.message);
        case ErrorCode::refused: return refusal(403, "refused", error.message);
        case ErrorCode::conflict: return refusal(409, "conflict", error.message);
        case ErrorCode::not_found: return refusal(404, "not_found", error.message);
        case ErrorCode::disk_full: return refusal(507, "disk_full", error.message);
        default: return refusal(500, error_code_name(error.code), error.message);
    }
}

struct Caller {
    std::optional<TillRecord> till;
    HttpResponse no;
    bool expired = false;           // but within the grace time: data may come in
    std::vector<std::string> keys;  // that may have signed its entries
};

HttpResponse wrong_certificate() {
    return refusal(403, "wrong_certificate", "The certificate is not this till's current one; enrol the till again.");
}

HttpResponse expired() {
    return refusal(403, "certificate_expired", "The till's certificate has expired; enrol the till again, its sales are kept and go up then.");
}

// Whether the certificate is in force, and for how long.
Result<Caller> judge_caller(District::Access& access, const TillRecord& till, const HttpRequest& request, UtcInstant now) {
    std::optional<UtcInstant> until;
    if (till.certificate_sha256 == request.certificate_sha256) {
        MULIN_TRY(until, access.tills.show_certificate(till, request.certificate_sha256));
    } else {
        MULIN_TRY(until, database::in_transaction(access.database, [&] {
                      return access.tills.show_certificate(till, request.certificate_sha256);
                  }));
    }
    if (!until) return Caller{std::nullopt, wrong_certificate(), false, {}};
    Caller caller{till, {}, request.certificate_expired, {}};
    if (until->ms > 0 && now.ms > until->ms) caller.expired = true;
    if (until->ms > 0 && now.ms > until->ms + kRenewGraceMs) return Caller{std::nullopt, expired(), true, {}};
    MULIN_TRY(caller.keys, access.tills.signing_keys(till));
    return caller;
}

// The till whose current certificate this is.
Caller caller_of(District& district, const HttpRequest& request) {
    if (request.certificate_sha256.empty()) {
        return {std::nullopt, refusal(401, "no_certificate", "This needs a till's certificate; enrol the till first.")};
    }
    const std::string prefix = "spiffe://" + district.identity().id + "/till/";
    if (request.certificate_uri.rfind(prefix, 0) != 0) {
        return {std::nullopt, refusal(403, "wrong_certificate", "The certificate is not a till's of this district.")};
    }
    auto access = district.access();
    const auto found = access.tills.find(TillId(request.certificate_uri.substr(prefix.size())));
    if (!found) return {std::nullopt, answer_error(found.error())};
    if (!*found) return {std::nullopt, wrong_certificate()};
    auto judged = judge_caller(access, **found, request, district.clock().utc());
    return judged ? std::move(*judged) : Caller{std::nullopt, answer_error(judged.error())};
}

HttpResponse revoked() {
    return refusal(403, "revoked", "This till is revoked; ask the district for a new enrolment code.");
}

HttpResponse get_authority(District& district) {
    return {200, "application/x-pem-file", district.authority().certificate_pem()};
}

Result<EnrollReply> enrol(District& district, const EnrollRequest& request) {
    const UtcInstant now = district.clock().utc();
    MULIN_TRY_STATUS(PublicKey::from_hex(request.signing_key).map([](const auto&) { return payment::Unit{}; }));
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<EnrollReply> {
        MULIN_TRY(const auto till, access.tills.join({request.secret, request.former_till, request.signing_key,
                                                      request.software}, now));
        MULIN_TRY(const auto certificate,
                  district.authority().sign_till(request.csr_pem, district.identity().id, till.id.text(), now));
        MULIN_TRY_STATUS(access.tills.set_certificate(till.id, certificate.sha256, certificate.until));
        MULIN_TRY(const auto keys, access.tills.signing_keys(till));
        MULIN_TRY_STATUS(release(access.ledger, till, keys, now).map([](const auto&) { return payment::Unit{}; }));
        const DistrictIdentity& identity = district.identity();
        return EnrollReply{till.id, till.site, identity.id, identity.name_zh, identity.name_en, district.incarnation(),
                           district.bundle_key().public_key().text(), identity.hash_key, certificate.pem,
                           district.authority().certificate_pem(), now};
    });
}

HttpResponse post_enroll(District& district, const HttpRequest& request) {
    const auto message = parse_enroll_request(request.body);
    if (!message) return answer_error(message.error());
    const auto reply = enrol(district, *message);
    if (reply) return {201, "application/json", print(*reply)};
    if (reply.error().code == ErrorCode::refused) return refusal(403, "bad_code", reply.error().message);
    return answer_error(reply.error());
}

// The till was told that we hold what we do not: this server's data are older than what it once answered.
Result<bool> has_lost(District::Access& access, const TillRecord& till, const UploadRequest& request) {
    if (!request.acked || till.revoked) return false;
    MULIN_TRY(const auto row, access.ledger.epoch(till.id, request.acked->epoch));
    if (row && row->watermark >= request.acked->seq) return false;
    MULIN_TRY(const bool on_fork, access.ledger.has_fork({till.id, request.acked->epoch, request.acked->seq}, request.acked->hash));
    return !on_fork;
}

// Closes and roots; a district that knows fewer roots than its till has lost some and makes none.
Status witness_upload(District& district, District::Access& access, const TillRecord& till, const UploadRequest& request,
                      const std::vector<CheckedLine>& lines, UploadReply& reply) {
    if (till.revoked) return payment::ok();
    Witness witness(access.database, district.bundle_key());
    MULIN_TRY_STATUS(witness.take_up(access.ledger, till.id, lines, reply.server_time));
    MULIN_TRY(const auto newest, witness.newest());
    const bool knows_more = request.root > (newest ? newest->number : 0);
    const bool same_world = request.incarnation.empty() || request.incarnation == reply.incarnation;
    if (!knows_more && same_world) MULIN_TRY_STATUS(witness.make_root(reply.server_time));
    MULIN_TRY(reply.countersigned, witness.countersign(access.ledger, till.id, lines, reply.server_time));
    MULIN_TRY(reply.roots, witness.behind(request.root));
    return payment::ok();
}

Result<UploadReply> store_upload(District& district, const TillRecord& till, const UploadRequest& request,
                                 const std::vector<CheckedLine>& lines) {
    const UtcInstant now = district.clock().utc();
    auto access = district.access();
    MULIN_TRY_STATUS(access.ledger.open_months(lines));
    return database::in_transaction(access.database, database::Isolation::row_locks, [&]() -> Result<UploadReply> {
        MULIN_TRY_STATUS(access.ledger.lock(till.id));
        MULIN_TRY(const bool lost, has_lost(access, till, request));
        if (lost && request.incarnation == district.incarnation()) MULIN_TRY_STATUS(district.rewound(access, 0));
        MULIN_TRY(auto outcome, ingest(access.ledger, till, request, lines, now));
        std::int64_t waiting = 0;
        if (request.head && !outcome.epochs.empty() && request.head->epoch == outcome.epochs.back().epoch) {
            waiting = std::max<std::int64_t>(0, request.head->seq - outcome.epochs.back().seq);
        }
        MULIN_TRY_STATUS(access.tills.seen(till.id, now, request.utc.ms - now.ms, waiting, request.software));
        MULIN_TRY(const auto change, access.directory.change());
        UploadReply reply{till.id, district.incarnation(), now, change, std::move(outcome.epochs), outcome.want,
                          outcome.accepted, outcome.known, outcome.quarantined, outcome.forked, {}, {}};
        MULIN_TRY_STATUS(witness_upload(district, access, till, request, lines, reply));
        return reply;
    });
}

HttpResponse post_upload(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    const auto message = parse_upload_request(request.body);
    if (!message) return answer_error(message.error());
    if (message->till != caller.till->id) {
        return refusal(403, "wrong_certificate", "The upload names another till than its certificate.");
    }
    // Signatures are checked here, before anything is locked.
    const auto lines = check_lines(message->lines, caller.keys);
    const auto reply = store_upload(district, *caller.till, *message, lines);
    if (!reply) return answer_error(reply.error());
    if (caller.till->revoked && message->lines.empty()) return revoked();
    return {200, "application/json", print(*reply)};
}

Result<RenewReply> renew(District& district, const TillRecord& till, const RenewRequest& request) {
    const UtcInstant now = district.clock().utc();
    MULIN_TRY(const auto certificate,
              district.authority().sign_till(request.csr_pem, district.identity().id, till.id.text(), now));
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<RenewReply> {
        MULIN_TRY_STATUS(access.tills.offer_certificate(till.id, certificate.sha256, certificate.until));
        return RenewReply{certificate.pem, now};
    });
}

HttpResponse post_renew(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    if (caller.till->revoked) return revoked();
    const auto message = parse_renew_request(request.body);
    if (!message) return answer_error(message.error());
    if (message->till != caller.till->id) return refusal(403, "wrong_certificate", "The request names another till than its certificate.");
    const auto reply = renew(district, *caller.till, *message);
    if (!reply) return answer_error(reply.error());
    return {200, "application/json", print(*reply)};
}

HttpResponse get_head(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    HeadReply reply;
    reply.till = caller.till->id;
    reply.incarnation = district.incarnation();
    reply.server_time = district.clock().utc();
    auto access = district.access();
    const auto change = access.directory.change();
    if (!change) return answer_error(change.error());
    reply.change = *change;
    const auto read = access.ledger.each_epoch(caller.till->id, [&](const TillId&, const EpochRow& row) {
        reply.epochs.push_back({row.epoch, row.watermark, row.hash});
        return true;
    });
    if (!read) return answer_error(read.error());
    return {200, "application/json", print(reply)};
}

Result<Bundle> bundle_for(District& district, const TillRecord& till, std::int64_t cursor,
                          std::string_view incarnation) {
    const UtcInstant now = district.clock().utc();
    auto access = district.access();
    MULIN_TRY(const auto change, access.directory.change());
    const bool same_world = incarnation == district.incarnation();
    if (same_world && cursor > change) {
        MULIN_TRY_STATUS(database::in_transaction(access.database, [&] { return district.rewound(access, cursor); }));
    }
    const bool follows = same_world && cursor <= change;
    MULIN_TRY_STATUS(look_after_leases(district, access, till.id));
    MULIN_TRY(auto bundle, access.directory.bundle_after(follows ? cursor : 0, till.site, payment::china_date(now)));
    bundle.district = district.identity().id;
    bundle.incarnation = district.incarnation();
    bundle.till = till.id;
    bundle.issued_at = now;
    MULIN_TRY(const auto terms, access.directory.word_terms());
    bundle.not_after = UtcInstant{now.ms + terms.hours * 3'600'000};
    bundle.allowance = terms.offline;
    MULIN_TRY_STATUS(add_leases(access, bundle, follows ? cursor : 0, now));
    return bundle;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

// A till whose newest word is old gets a new one, so that what it holds does not run out while nothing changes.
bool wants_word(const HttpRequest& request, const Bundle& bundle) {
    const auto heard = whole_number(request.query("heard"));
    return heard && bundle.issued_at.ms >= *heard + kWordAgainMs;
}

HttpResponse get_down(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    if (caller.till->revoked) return revoked();
    if (caller.expired) return expired();
    const auto cursor = whole_number(request.query("cursor"));
    if (!cursor) return refusal(400, "malformed", "The cursor must be a whole number.");
    const auto bundle = bundle_for(district, *caller.till, *cursor, request.query("incarnation"));
    if (!bundle) return answer_error(bundle.error());
    const bool nothing_new = bundle->from == bundle->to && bundle->from == *cursor;
    if (nothing_new && !wants_word(request, *bundle)) return {204, "application/json", ""};
    return {200, "application/json", print(seal_bundle(bundle_text(*bundle), district.bundle_key()))};
}

Result<DinersReply> store_diners(District& district, const DinersRequest& request) {
    auto access = district.access();
    return database::in_transaction(access.database, [&]() -> Result<DinersReply> {
        DinersReply reply;
        for (const RegisteredDiner& diner : request.diners) {
            MULIN_TRY(auto answer, access.directory.register_diner(diner, request.till));
            reply.diners.push_back(std::move(answer));
        }
        MULIN_TRY(reply.change, access.directory.change());
        return reply;
    });
}

HttpResponse post_diners(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    if (caller.till->revoked) return revoked();
    if (caller.expired) return expired();
    const auto message = parse_diners_request(request.body);
    if (!message) return answer_error(message.error());
    if (message->till != caller.till->id) {
        return refusal(403, "wrong_certificate", "The diners name another till than the certificate.");
    }
    const auto reply = store_diners(district, *message);
    if (!reply) return answer_error(reply.error());
    return {200, "application/json", print(*reply)};
}

HttpResponse post_cards(District& district, const HttpRequest& request) {
    const Caller caller = caller_of(district, request);
    if (!caller.till) return caller.no;
    if (caller.till->revoked) return revoked();
    if (caller.expired) return expired();
    return answer_cards(district, *caller.till, request);
}

struct Route {
    const char* method;
    const char* path;
    HttpResponse (*handle)(District&, const HttpRequest&);
};

constexpr Route kRoutes[] = {
    {"GET", "/v1/ca", [](District& district, const HttpRequest&) { return get_authority(district); }},
    {"POST", "/v1/enroll", post_enroll},
    {"POST", "/v1/upload", post_upload},
    {"POST", "/v1/renew", post_renew},
    {"GET", "/v1/head", get_head},
    {"GET", "/v1/down", get_down},
    {"POST", "/v1/diners", post_diners},
    {"POST", "/v1/cards", post_cards},
};

}  // namespace

HttpResponse answer_till(District& district, const HttpRequest& request) {
    bool known_path = false;
    for (const Route& route : kRoutes) {
        if (request.path() != route.path) continue;
        if (request.method == route.method) return route.handle(district, request);
        known_path = true;
    }
    if (known_path) return refusal(405, "method", "This address does not take that method.");
    return refusal(404, "not_found", "There is nothing at this address.");
}

std::size_t body_limit_of(std::string_view target) {
    if (target.rfind("/v1/upload", 0) == 0 || target.rfind("/v1/diners", 0) == 0 || target.rfind("/v1/cards", 0) == 0) return kMaxUploadBytes;
    return 64 * 1024;
}

}  // namespace mulin::sync::server
