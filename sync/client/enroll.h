#pragma once
// Joining a district: the till makes its transport key, proves that it holds the one-time code, and
// keeps what the district answers in DIR/keys (directory 0700, files 0600). The code carries the
// fingerprint of the district's authority, so a wrong server is found before the secret is sent.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sync/client/transport.h"
#include "sync/store/terminal_store.h"

namespace mulin::sync {

// What a till knows about its district. File DIR/keys/enrolment.json.
struct Enrolment {
    std::string server_url;
    TillId till;
    SiteId site;
    std::string district;
    std::string district_name_zh;
    std::string district_name_en;
    std::string bundle_key;  // 64 hex
    std::string hash_key;    // key of keyed_hash; secret
    std::filesystem::path dir;  // where its key files are; not in the file
};

// Nothing when the till never joined a district; corrupt when the file is damaged.
Result<std::optional<Enrolment>> load_enrolment(const std::filesystem::path& dir);

using MakeTransport = std::function<Result<std::unique_ptr<Transport>>(const CurlOptions&)>;

// Joins, names the store's till and writes the settings "site", "district" and "hash_key". May be
// called again with a new code, also after a failure half way. refused: the code is wrong, used or
// expired, or this till's journal carries a name that belongs to another till.
Result<Enrolment> enroll(TerminalStore& store, const std::filesystem::path& dir,
                         const std::string& server_url, const std::string& code,
                         const MakeTransport& make_transport = make_curl_transport);

// Whether the till should ask for its next certificate, by the district's time: from two thirds of its life on,
// at a moment that its name spreads over five days.
Result<bool> renewal_is_due(const Enrolment& enrolment, UtcInstant server_time);
// The newest time that the district told, for the day when the till's own clock is wrong; written once a day at most.
Status note_time(const std::filesystem::path& dir, UtcInstant server_time);
// One POST /v1/renew with the key that the till has. Its certificate is replaced in one step.
Status renew_certificate(const Enrolment& enrolment, Transport& transport);

// The transport of an enrolled till. clock_trusted as in CurlOptions::ignore_dates.
Result<std::unique_ptr<Transport>> transport_of(const Enrolment& enrolment, const std::filesystem::path& dir,
                                                bool clock_trusted);

}  // namespace mulin::sync
