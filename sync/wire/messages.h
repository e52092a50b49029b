#pragma once
// Requests and answers between till and district as plain values, and their text (FORMAT.md).
// Parsers accept any bytes, keep to limits.h, and name the first thing that is wrong; they believe
// nothing: signatures, rights and order are checked by whoever uses the values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/journal/proofs.h"
#include "sync/model/diner.h"
#include "sync/model/sale.h"

namespace mulin::sync {

struct EnrollRequest {
    std::string secret;       // from the enrolment code
    std::string csr_pem;      // for the transport key (TLS client certificate)
    std::string signing_key;  // 64 hex: the Ed25519 key that signs the journal
    TillId former_till;       // the name its journal has carried so far; empty on a fresh till
    std::string software;
};

struct EnrollReply {
    TillId till;  // the former name where the district could keep it
    SiteId site;
    std::string district;
    std::string district_name_zh;
    std::string district_name_en;
    std::string incarnation;
    std::string bundle_key;  // 64 hex: Ed25519 key that signs bundles
    std::string hash_key;    // key of keyed_hash for identity and card numbers; raw bytes, secret
    std::string certificate_pem;
    std::string ca_pem;
    UtcInstant server_time;
};

// A place in a till's chain.
struct ChainPoint {
    EpochId epoch;
    std::int64_t seq = 0;
    std::string hash;  // 64 hex
    friend bool operator==(const ChainPoint&, const ChainPoint&) = default;
};

struct UploadRequest {
    TillId till;
    std::string incarnation;          // of the server's data, as last seen; may be empty
    std::optional<ChainPoint> head;   // newest entry at the till
    std::optional<ChainPoint> acked;  // newest entry the server has confirmed
    UtcInstant utc;                   // the till's clock now
    std::int64_t mono_ms = 0;
    std::string software;
    std::vector<std::string> lines;  // entries as printed by print_entry, in chain order
    std::int64_t root = 0;   // number of the newest district root this till holds; 0: none
    bool gap_stays = false;  // what was asked for is not here and never will be: go on without it
};

struct UploadReply {
    TillId till;
    std::string incarnation;
    UtcInstant server_time;
    std::int64_t change = 0;         // the district's change counter: a bundle waits if it is ahead
    std::vector<ChainPoint> epochs;  // every epoch touched: highest entry without a gap before it
    // The till must send again from here, since what comes before it is missing.
    std::optional<ChainPoint> want;  // hash is empty
    std::int64_t accepted = 0;
    std::int64_t known = 0;
    std::int64_t quarantined = 0;
    std::int64_t forked = 0;
    std::vector<Countersigned> countersigned;  // closes among the lines of this upload
    std::vector<DistrictRoot> roots;           // that the till does not hold yet, oldest first
};

// A new certificate for the transport key that the till has.
struct RenewRequest { TillId till; std::string csr_pem; };
struct RenewReply { std::string certificate_pem; UtcInstant server_time; };

struct HeadReply {
    TillId till;
    std::string incarnation;
    UtcInstant server_time;
    std::int64_t change = 0;
    std::vector<ChainPoint> epochs;  // every epoch the server knows of this till
};

struct RegisteredDiner {
    Diner diner;
    std::vector<Card> cards;
    friend bool operator==(const RegisteredDiner&, const RegisteredDiner&) = default;
};

struct DinersRequest {
    TillId till;
    std::vector<RegisteredDiner> diners;
};

// The district's id for each diner sent; another one than sent when that person was known already.
struct DinerAnswer {
    DinerId sent;
    DinerId kept;
    friend bool operator==(const DinerAnswer&, const DinerAnswer&) = default;
};

struct DinersReply {
    std::vector<DinerAnswer> diners;
    std::int64_t change = 0;
};

// A bundle on the wire: the exact text and the district's signature over
// "mulin/v1/bundle" 0x00 text.
struct SignedBundle {
    std::string text;
    std::string signature;  // 128 hex
};

// Any answer but 2xx.
struct WireRefusal {
    std::string code;  // "revoked", "bad_code", "no_certificate", "malformed", "too_large", ...
    std::string message;
};

std::string print(const EnrollRequest& message);
std::string print(const EnrollReply& message);
std::string print(const UploadRequest& message);
std::string print(const UploadReply& message);
std::string print(const RenewRequest& message);
std::string print(const RenewReply& message);
std::string print(const HeadReply& message);
std::string print(const DinersRequest& message);
std::string print(const DinersReply& message);
std::string print(const SignedBundle& message);
std::string print(const WireRefusal& message);

Result<EnrollRequest> parse_enroll_request(std::string_view text);
Result<EnrollReply> parse_enroll_reply(std::string_view text);
Result<UploadRequest> parse_upload_request(std::string_view text);
Result<UploadReply> parse_upload_reply(std::string_view text);
Result<RenewRequest> parse_renew_request(std::string_view text);
Result<RenewReply> parse_renew_reply(std::string_view text);
Result<HeadReply> parse_head_reply(std::string_view text);
Result<DinersRequest> parse_diners_request(std::string_view text);
Result<DinersReply> parse_diners_reply(std::string_view text);
Result<SignedBundle> parse_signed_bundle(std::string_view text);
Result<WireRefusal> parse_wire_refusal(std::string_view text);

}  // namespace mulin::sync
