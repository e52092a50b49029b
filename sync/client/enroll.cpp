#include "sync/client/enroll.h"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "sync/client/software.h"
#include "sync/client/transport_key.h"
#include "sync/journal/hex.h"
#include "sync/store/district_word.h"
#include "sync/store/evidence.h"
#include "sync/wire/enrolment_code.h"
#include "sync/wire/fields.h"
#include "sync/wire/messages.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;

std::filesystem::path keys_of(const std::filesystem::path& dir) { return dir / "keys"; }

std::string hex_of(const std::string& bytes) {
    return payment::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string enrolment_text(const Enrolment& enrolment) {
    return json_text({{"server_url", enrolment.server_url},
                      {"till", enrolment.till.text()},
                      {"site", enrolment.site.text()},
                      {"district", enrolment.district},
                      {"district_name_zh", enrolment.district_name_zh},
                      {"district_name_en", enrolment.district_name_en},
                      {"bundle_key", enrolment.bundle_key},
                      {"hash_key", hex_of(enrolment.hash_key)}});
}

Result<Enrolment> parse_enrolment(const std::string& text) {
    MULIN_TRY(const auto value, parse_object(text, 64 * 1024, "enrolment.json"));
    Fields fields(*value, "enrolment.json");
    Enrolment enrolment;
    enrolment.server_url = fields.text("server_url", 512);
    enrolment.till = TillId(fields.id("till"));
    enrolment.site = SiteId(fields.id("site"));
    enrolment.district = fields.id("district");
    enrolment.district_name_zh = fields.text("district_name_zh", 512);
    enrolment.district_name_en = fields.text("district_name_en", 512);
    enrolment.bundle_key = fields.hex("bundle_key", 32);
    const std::string key = fields.text("hash_key", 512);
    enrolment.hash_key.resize(key.size() / 2);
    if (!read_hex(key, {reinterpret_cast<std::uint8_t*>(enrolment.hash_key.data()), enrolment.hash_key.size()})) {
        fields.problem("hash_key", "must be hexadecimal");
    }
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return enrolment;
}

// The authority's certificate, asked from a server that nobody vouches for yet.
Result<std::string> fetch_authority(const std::string& server_url, const EnrolmentCode& code,
                                    const MakeTransport& make_transport) {
    CurlOptions options;
    options.server_url = server_url;
    MULIN_TRY(const auto transport, make_transport(options));
    HttpCall call{"GET", "/v1/ca", ""};
    call.max_answer_bytes = 64 * 1024;
    MULIN_TRY(const auto answer, transport->call(call));
    if (answer.status != 200) return fail(ErrorCode::peer, "What answers at " + server_url + " is not a district's server; check the address.");
    MULIN_TRY(const auto sha256, certificate_sha256(answer.body));
    if (!code.names_authority(sha256)) {
        return fail(ErrorCode::peer, "The server at " + server_url + " is not the district that gave this code; "
                                     "check the address and the code. Nothing was sent.");
    }
    return answer.body;
}

Result<EnrollReply> ask_to_join(Transport& transport, const EnrollRequest& request) {
    HttpCall call{"POST", "/v1/enroll", print(request)};
    call.timeout_ms = 30'000;
    MULIN_TRY(const auto answer, transport.call(call));
    if (answer.status == 201) return parse_enroll_reply(answer.body);
    const auto refusal = parse_wire_refusal(answer.body);
    const std::string why = refusal ? refusal->message : "status " + std::to_string(answer.status);
    const bool said_no = answer.status == 403 || answer.status == 409;
    return fail(said_no ? ErrorCode::refused : ErrorCode::peer, "The district did not take this till: " + why);
}

std::filesystem::path time_file(const std::filesystem::path& dir) { return keys_of(dir) / "district_time"; }

std::int64_t noted_time(const std::filesystem::path& dir) {
    std::error_code error;
    if (!std::filesystem::exists(time_file(dir), error)) return 0;
    const auto text = read_private_file(time_file(dir));
    const auto time = text ? payment::parse_rfc3339(text->substr(0, text->find('\n'))) : std::nullopt;
    return time ? time->ms : 0;
}

Status keep(TerminalStore& store, const std::filesystem::path& dir, const Enrolment& enrolment,
            const EnrollReply& reply) {
    const auto keys = keys_of(dir);
    const auto present = store.till();
    if (!present || *present != reply.till) MULIN_TRY_STATUS(store.set_till(reply.till));
    MULIN_TRY_STATUS(store.set_setting("site", reply.site.text()));
    MULIN_TRY_STATUS(store.set_setting("district", reply.district));
    MULIN_TRY_STATUS(store.set_setting("hash_key", reply.hash_key));
    MULIN_TRY_STATUS(store.set_setting("server", enrolment.server_url));
    MULIN_TRY_STATUS(note_time(dir, reply.server_time));
    // Everything comes down anew: what is here may be another district's.
    MULIN_TRY_STATUS(store.set_setting("sync.cursor", "0"));
    MULIN_TRY_STATUS(store.set_setting("sync.incarnation", reply.incarnation));
    MULIN_TRY_STATUS(store.set_setting(word::kHeard, "0"));
    MULIN_TRY_STATUS(write_private_file(keys / "ca.crt", reply.ca_pem));
    MULIN_TRY_STATUS(write_private_file(keys / "transport.crt", reply.certificate_pem));
    std::error_code error;
    std::filesystem::rename(keys / "transport.key.fresh", keys / "transport.key", error);
    if (error) return fail(ErrorCode::disk, "The till's keys cannot be written in " + keys.string() + ".");
    return write_private_file(keys / "enrolment.json", enrolment_text(enrolment));
}

}  // namespace

Status note_time(const std::filesystem::path& dir, UtcInstant server_time) {
    constexpr std::int64_t kSeldomMs = 24LL * 3600 * 1000;
    if (server_time.ms < noted_time(dir) + kSeldomMs) return payment::ok();
    return write_private_file(time_file(dir), payment::to_rfc3339(server_time) + "\n");
}

Result<bool> renewal_is_due(const Enrolment& enrolment, UtcInstant server_time) {
    constexpr std::int64_t kSpreadMs = 5LL * 24 * 3600 * 1000;
    const auto keys = keys_of(enrolment.dir);
    MULIN_TRY(const auto certificate, read_private_file(keys / "transport.crt"));
    MULIN_TRY(const auto key, read_private_file(keys / "transport.key"));
    MULIN_TRY(const auto valid, validity_of(certificate, key));
    std::uint64_t name = 1469598103934665603ULL;  // FNV-1a: spreads tills that were enrolled together
    for (const char c : enrolment.till.text()) name = (name ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    const auto spread = static_cast<std::int64_t>(name % static_cast<std::uint64_t>(kSpreadMs));
    return server_time.ms >= valid.from_ms + (valid.until_ms - valid.from_ms) / 3 * 2 + spread;
}

Status renew_certificate(const Enrolment& enrolment, Transport& transport) {
    const auto keys = keys_of(enrolment.dir);
    RenewRequest request{enrolment.till, {}};
    MULIN_TRY(request.csr_pem, request_for_key(keys / "transport.key"));
    MULIN_TRY(const auto answer, transport.call({"POST", "/v1/renew", print(request)}));
    if (answer.status != 200) {
        const auto refusal = parse_wire_refusal(answer.body);
        return fail(answer.status == 403 ? ErrorCode::refused : ErrorCode::peer,
                    refusal ? refusal->message : "The district gave no new certificate; it will be tried again.", answer.status != 403);
    }
    MULIN_TRY(const auto reply, parse_renew_reply(answer.body));
    MULIN_TRY(const auto key, read_private_file(keys / "transport.key"));
    MULIN_TRY_STATUS(validity_of(reply.certificate_pem, key).map([](const Validity&) { return payment::Unit{}; }));
    MULIN_TRY_STATUS(write_private_file(keys / "transport.crt", reply.certificate_pem));
    transport.reconnect();
    return payment::ok();
}

Result<std::optional<Enrolment>> load_enrolment(const std::filesystem::path& dir) {
    const auto file = keys_of(dir) / "enrolment.json";
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::optional<Enrolment>();
    MULIN_TRY(const auto text, read_private_file(file));
    auto enrolment = parse_enrolment(text);
    if (!enrolment) return fail(ErrorCode::corrupt, "The file " + file.string() + " is damaged; enrol the till again.");
    enrolment->dir = dir;
    return std::optional(std::move(*enrolment));
}

Result<Enrolment> enroll(TerminalStore& store, const std::filesystem::path& dir, const std::string& server_url,
                         const std::string& code_text, const MakeTransport& make_transport) {
    MULIN_TRY(const auto code, EnrolmentCode::parse(code_text));
    MULIN_TRY(const auto authority, fetch_authority(server_url, code, make_transport));
    const auto keys = keys_of(dir);
    std::error_code error;
    std::filesystem::create_directories(keys, error);
    if (::chmod(keys.c_str(), 0700) != 0) return fail(ErrorCode::disk, "The directory " + keys.string() + " cannot be made.");
    MULIN_TRY_STATUS(write_private_file(keys / "ca.first.crt", authority));

    EnrollRequest request;
    request.secret = code.secret;
    MULIN_TRY(request.csr_pem, make_transport_key(keys / "transport.key.fresh"));
    // The district knows a till by the key its journal begins with; what changed later stands in the journal.
    MULIN_TRY(const auto first_key, store.evidence().first_key());
    request.signing_key = first_key.value_or(store.public_key().text());
    if (const auto till = store.till()) request.former_till = *till;
    request.software = kSoftware;

    CurlOptions options;
    options.server_url = server_url;
    options.authority = keys / "ca.first.crt";
    options.ignore_dates = true;  // a new till's clock is nobody's authority
    MULIN_TRY(const auto transport, make_transport(options));
    MULIN_TRY(const auto reply, ask_to_join(*transport, request));
    const Enrolment enrolment{server_url, reply.till, reply.site, reply.district, reply.district_name_zh,
                              reply.district_name_en, reply.bundle_key, reply.hash_key, dir};
    MULIN_TRY_STATUS(keep(store, dir, enrolment, reply));
    std::filesystem::remove(keys / "ca.first.crt", error);
    // Whose books these are changes here, so the journal says so; a till without one has nothing to divide.
    MULIN_TRY(const auto head, store.chain_head());
    if (head) MULIN_TRY_STATUS(store.evidence().begin_anew("enrolled", ""));
    return enrolment;
}

Result<std::unique_ptr<Transport>> transport_of(const Enrolment& enrolment, const std::filesystem::path& dir,
                                                bool clock_trusted) {
    CurlOptions options;
    options.server_url = enrolment.server_url;
    options.authority = keys_of(dir) / "ca.crt";
    options.certificate = keys_of(dir) / "transport.crt";
    options.key = keys_of(dir) / "transport.key";
    options.ignore_dates = !clock_trusted;
    options.known_time_ms = noted_time(dir);
    return make_curl_transport(std::move(options));
}

}  // namespace mulin::sync
