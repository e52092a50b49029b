#include "sync/wire/messages.h"

#include <nlohmann/json.hpp>

#include "sync/journal/entry.h"
#include "sync/wire/fields.h"
#include "sync/wire/limits.h"
#include "sync/wire/record_json.h"

namespace mulin::sync {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxSeq = 1'000'000'000'000;

json point_value(const ChainPoint& point) {
    return {{"epoch", point.epoch.text()}, {"seq", point.seq}, {"hash", point.hash}};
}

json points_value(const std::vector<ChainPoint>& points) {
    json list = json::array();
    for (const ChainPoint& point : points) list.push_back(point_value(point));
    return list;
}

ChainPoint read_point(Fields fields) {
    return {EpochId(fields.id("epoch")), fields.integer("seq", 0, kMaxSeq),
            fields.text("hash", 64).empty() ? std::string() : fields.hex("hash", 32)};
}

std::optional<ChainPoint> read_optional_point(Fields& fields, const char* key) {
    if (!fields.has(key)) return std::nullopt;
    return read_point(fields.object(key));
}

std::vector<ChainPoint> read_points(Fields& fields, const char* key) {
    std::vector<ChainPoint> points;
    for (Fields& point : fields.objects(key, kMaxEpochsPerAnswer)) points.push_back(read_point(point));
    return points;
}

void check_version(Fields& fields) {
    if (fields.integer("v", 0, 1'000'000) != kWireVersion) {
        fields.problem("v", "must be 1: the other side speaks another version");
    }
}

json closes_value(const std::vector<Countersigned>& closes) {
    json list = json::array();
    for (const Countersigned& close : closes) {
        list.push_back({{"epoch", close.epoch.text()}, {"seq", close.seq}, {"hash", close.hash},
                        {"at", payment::to_rfc3339(close.at)}, {"signature", close.signature}});
    }
    return list;
}

json roots_value(const std::vector<DistrictRoot>& roots) {
    json list = json::array();
    for (const DistrictRoot& root : roots) {
        list.push_back({{"number", root.number}, {"at", payment::to_rfc3339(root.at)}, {"prev", root.prev},
                        {"root", root.root}, {"points", root.points}, {"signature", root.signature}});
    }
    return list;
}

void read_proofs(Fields& fields, UploadReply& message) {
    if (fields.has("countersigned")) {
        for (Fields& close : fields.objects("countersigned", kMaxEntriesPerUpload)) {
            message.countersigned.push_back({EpochId(close.id("epoch")), close.integer("seq", 1, kMaxSeq), close.hex("hash", 32),
                                             close.instant("at"), close.hex("signature", 64)});
        }
    }
    if (!fields.has("roots")) return;
    for (Fields& root : fields.objects("roots", kMaxRootsPerAnswer)) {
        message.roots.push_back({root.integer("number", 1, kMaxSeq), root.instant("at"), root.hex("prev", 32),
                                 root.hex("root", 32), root.integer("points", 0, kMaxSeq), root.hex("signature", 64)});
    }
}

std::string unhex(const std::string& text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
    }
    return bytes;
}

std::string hex_of(const std::string& bytes) {
    return payment::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// Any even number of lower-case hex digits.
std::string read_bytes(Fields& fields, const char* key, std::size_t max_bytes) {
    const std::string text = fields.text(key, max_bytes * 2);
    return text.empty() ? text : unhex(fields.hex(key, text.size() / 2));
}

template <class T>
Result<T> finish(const Fields& fields, T value) {
    if (!fields.ok()) return tl::make_unexpected(fields.error());
    return value;
}

}  // namespace

std::string print(const EnrollRequest& message) {
    return json_text({{"v", kWireVersion},
                      {"secret", message.secret},
                      {"csr", message.csr_pem},
                      {"signing_key", message.signing_key},
                      {"former_till", message.former_till.text()},
                      {"software", message.software}});
}

Result<EnrollRequest> parse_enroll_request(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "enroll"));
    Fields fields(*value, "enroll");
    check_version(fields);
    EnrollRequest message;
    message.secret = fields.id("secret");
    message.csr_pem = fields.text("csr", kMaxPemBytes);
    message.signing_key = fields.hex("signing_key", 32);
    message.former_till = TillId(fields.optional_id("former_till"));
    message.software = fields.optional_text("software", 64);
    return finish(fields, std::move(message));
}

std::string print(const EnrollReply& message) {
    return json_text({{"v", kWireVersion},
                      {"till", message.till.text()},
                      {"site", message.site.text()},
                      {"district", message.district},
                      {"district_name_zh", message.district_name_zh},
                      {"district_name_en", message.district_name_en},
                      {"incarnation", message.incarnation},
                      {"bundle_key", message.bundle_key},
                      {"hash_key", hex_of(message.hash_key)},
                      {"certificate", message.certificate_pem},
                      {"ca", message.ca_pem},
                      {"server_time", payment::to_rfc3339(message.server_time)}});
}

Result<EnrollReply> parse_enroll_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "enroll answer"));
    Fields fields(*value, "enroll answer");
    check_version(fields);
    EnrollReply message;
    message.till = TillId(fields.id("till"));
    message.site = SiteId(fields.id("site"));
    message.district = fields.id("district");
    message.district_name_zh = fields.text("district_name_zh", kMaxTextBytes);
    message.district_name_en = fields.text("district_name_en", kMaxTextBytes);
    message.incarnation = fields.id("incarnation");
    message.bundle_key = fields.hex("bundle_key", 32);
    message.hash_key = read_bytes(fields, "hash_key", 256);
    message.certificate_pem = fields.text("certificate", kMaxPemBytes);
    message.ca_pem = fields.text("ca", kMaxPemBytes);
    message.server_time = fields.instant("server_time");
    return finish(fields, std::move(message));
}

std::string print(const UploadRequest& message) {
    json head = {{"v", kWireVersion},
                 {"till", message.till.text()},
                 {"incarnation", message.incarnation},
                 {"utc", payment::to_rfc3339(message.utc)},
                 {"mono_ms", message.mono_ms},
                 {"software", message.software},
                 {"root", message.root},
                 {"entries", message.lines.size()}};
    if (message.gap_stays) head["gap_stays"] = true;
    if (message.head) head["head"] = point_value(*message.head);
    if (message.acked) head["acked"] = point_value(*message.acked);
    std::string text = json_text(head);
    for (const std::string& line : message.lines) {
        text += '\n';
        text += line;
    }
    return text += '\n';
}

namespace {

// The lines after the first, each ended by one newline.
void read_lines(Fields& fields, std::string_view text, std::vector<std::string>& lines) {
    const auto count = static_cast<std::size_t>(fields.integer("entries", 0, kMaxEntriesPerUpload));
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return fields.problem("entries", "end in the middle of a line");
        if (end > kMaxEntryLineBytes || lines.size() == count) {
            return fields.problem("entries", "hold too long a line or too many lines");
        }
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() != count) fields.problem("entries", "differ in number from the lines that follow");
}

}  // namespace

Result<UploadRequest> parse_upload_request(std::string_view text) {
    if (text.size() > kMaxUploadBytes) {
        return payment::fail(payment::ErrorCode::invalid_input, "The message is malformed: upload is too large.");
    }
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
        return payment::fail(payment::ErrorCode::invalid_input,
                             "The message is malformed: upload has no first line.");
    }
    MULIN_TRY(const auto value, parse_object(text.substr(0, end), kMaxHeaderBytes, "upload"));
    Fields fields(*value, "upload");
    check_version(fields);
    UploadRequest message;
    message.till = TillId(fields.id("till"));
    message.incarnation = fields.optional_id("incarnation");
    message.head = read_optional_point(fields, "head");
    message.acked = read_optional_point(fields, "acked");
    message.utc = fields.instant("utc");
    message.mono_ms = fields.integer("mono_ms", 0, INT64_MAX);
    message.software = fields.optional_text("software", 64);
    if (fields.has("root")) message.root = fields.integer("root", 0, kMaxSeq);
    message.gap_stays = fields.has("gap_stays") && fields.boolean("gap_stays");
    read_lines(fields, text.substr(end + 1), message.lines);
    return finish(fields, std::move(message));
}

std::string print(const UploadReply& message) {
    json value = {{"v", kWireVersion},
                  {"till", message.till.text()},
                  {"incarnation", message.incarnation},
                  {"server_time", payment::to_rfc3339(message.server_time)},
                  {"change", message.change},
                  {"epochs", points_value(message.epochs)},
                  {"accepted", message.accepted},
                  {"known", message.known},
                  {"quarantined", message.quarantined},
                  {"forked", message.forked}};
    if (message.want) value["want"] = point_value(*message.want);
    if (!message.countersigned.empty()) value["countersigned"] = closes_value(message.countersigned);
    if (!message.roots.empty()) value["roots"] = roots_value(message.roots);
    return json_text(value);
}

Result<UploadReply> parse_upload_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxAnswerBytes, "upload answer"));
    Fields fields(*value, "upload answer");
    check_version(fields);
    UploadReply message;
    message.till = TillId(fields.id("till"));
    message.incarnation = fields.id("incarnation");
    message.server_time = fields.instant("server_time");
    message.change = fields.integer("change", 0, kMaxSeq);
    message.epochs = read_points(fields, "epochs");
    message.want = read_optional_point(fields, "want");
    message.accepted = fields.integer("accepted", 0, kMaxSeq);
    message.known = fields.integer("known", 0, kMaxSeq);
    message.quarantined = fields.integer("quarantined", 0, kMaxSeq);
    message.forked = fields.integer("forked", 0, kMaxSeq);
    read_proofs(fields, message);
    return finish(fields, std::move(message));
}

std::string print(const RenewRequest& message) {
    return json_text({{"v", kWireVersion}, {"till", message.till.text()}, {"csr", message.csr_pem}});
}

Result<RenewRequest> parse_renew_request(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "renew"));
    Fields fields(*value, "renew");
    check_version(fields);
    RenewRequest message{TillId(fields.id("till")), fields.text("csr", kMaxPemBytes)};
    return finish(fields, std::move(message));
}

std::string print(const RenewReply& message) {
    return json_text({{"v", kWireVersion},
                      {"certificate", message.certificate_pem},
                      {"server_time", payment::to_rfc3339(message.server_time)}});
}

Result<RenewReply> parse_renew_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "renew answer"));
    Fields fields(*value, "renew answer");
    check_version(fields);
    RenewReply message{fields.text("certificate", kMaxPemBytes), fields.instant("server_time")};
    return finish(fields, std::move(message));
}

std::string print(const HeadReply& message) {
    return json_text({{"v", kWireVersion},
                      {"till", message.till.text()},
                      {"incarnation", message.incarnation},
                      {"server_time", payment::to_rfc3339(message.server_time)},
                      {"change", message.change},
                      {"epochs", points_value(message.epochs)}});
}

Result<HeadReply> parse_head_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxAnswerBytes, "head answer"));
    Fields fields(*value, "head answer");
    check_version(fields);
    HeadReply message;
    message.till = TillId(fields.id("till"));
    message.incarnation = fields.id("incarnation");
    message.server_time = fields.instant("server_time");
    message.change = fields.integer("change", 0, kMaxSeq);
    message.epochs = read_points(fields, "epochs");
    return finish(fields, std::move(message));
}

std::string print(const DinersRequest& message) {
    json list = json::array();
    for (const RegisteredDiner& diner : message.diners) {
        json cards = json::array();
        for (const Card& card : diner.cards) cards.push_back(to_json_value(card));
        list.push_back({{"diner", to_json_value(diner.diner)}, {"cards", std::move(cards)}});
    }
    return json_text({{"v", kWireVersion}, {"till", message.till.text()}, {"diners", std::move(list)}});
}

Result<DinersRequest> parse_diners_request(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxUploadBytes, "diners"));
    Fields fields(*value, "diners");
    check_version(fields);
    DinersRequest message;
    message.till = TillId(fields.id("till"));
    for (Fields& entry : fields.objects("diners", kMaxDinersPerUpload)) {
        RegisteredDiner registered;
        registered.diner = read_diner(entry.object("diner"));
        for (Fields& card : entry.objects("cards", 16)) registered.cards.push_back(read_card(card));
        message.diners.push_back(std::move(registered));
    }
    return finish(fields, std::move(message));
}

std::string print(const DinersReply& message) {
    json list = json::array();
    for (const DinerAnswer& answer : message.diners) {
        list.push_back({{"sent", answer.sent.text()}, {"kept", answer.kept.text()}});
    }
    return json_text({{"v", kWireVersion}, {"diners", std::move(list)}, {"change", message.change}});
}

Result<DinersReply> parse_diners_reply(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxAnswerBytes, "diners answer"));
    Fields fields(*value, "diners answer");
    check_version(fields);
    DinersReply message;
    for (Fields& entry : fields.objects("diners", kMaxDinersPerUpload)) {
        message.diners.push_back({DinerId(entry.id("sent")), DinerId(entry.id("kept"))});
    }
    message.change = fields.integer("change", 0, kMaxSeq);
    return finish(fields, std::move(message));
}

std::string print(const SignedBundle& message) {
    return json_text({{"v", kWireVersion}, {"bundle", message.text}, {"signature", message.signature}});
}

Result<SignedBundle> parse_signed_bundle(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxAnswerBytes, "bundle answer"));
    Fields fields(*value, "bundle answer");
    check_version(fields);
    SignedBundle message{fields.text("bundle", kMaxAnswerBytes), fields.hex("signature", 64)};
    return finish(fields, std::move(message));
}

std::string print(const WireRefusal& message) {
    return json_text({{"v", kWireVersion}, {"code", message.code}, {"message", message.message}});
}

Result<WireRefusal> parse_wire_refusal(std::string_view text) {
    MULIN_TRY(const auto value, parse_object(text, kMaxHeaderBytes, "refusal"));
    Fields fields(*value, "refusal");
    WireRefusal message{fields.text("code", 64), fields.text("message", kMaxTextBytes)};
    return finish(fields, std::move(message));
}

}  // namespace mulin::sync
