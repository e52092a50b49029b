#pragma once
// The district's own certificate authority: P-256 keys, X.509 v3, made with OpenSSL. It signs the
// server's certificate (server authentication only) and the tills' (client authentication only), so
// that no till can pose as the district. Key files are 0600 and never overwritten.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/base/result.h"

struct evp_pkey_st;
struct x509_st;

namespace mulin::sync::server {

inline constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
inline constexpr std::int64_t kAuthorityLifeMs = 20 * 366 * kDayMs;
inline constexpr std::int64_t kServerLifeMs = 366 * kDayMs;
inline constexpr std::int64_t kTillLifeMs = 90 * kDayMs;  // renewed over the same link, see POST /v1/renew
// Certificates begin this much before now, for clocks that are behind.
inline constexpr std::int64_t kBackdateMs = 2 * kDayMs;

class Authority {
  public:
    // Writes ca.key and ca.crt into dir.
    static payment::Status create(const std::filesystem::path& dir, const std::string& district,
                                  payment::UtcInstant now);
    static payment::Result<Authority> load(const std::filesystem::path& dir);

    const std::string& certificate_pem() const { return pem_; }
    std::array<std::uint8_t, 32> sha256() const;

    struct ServerFiles {
        std::filesystem::path key;
        std::filesystem::path certificate;  // with the authority's behind it
    };
    // Renews server.key and server.crt in dir when missing, due, or made for other names. Names are
    // DNS names or IP addresses.
    payment::Result<ServerFiles> server_files(const std::filesystem::path& dir, std::vector<std::string> names,
                                              payment::UtcInstant now) const;

    struct TillCertificate {
        std::string pem;
        std::string sha256;  // 64 hex, of the DER
        payment::UtcInstant until;
    };
    // invalid_input for a request that is no CSR, or not signed by its own key, or with a weak key.
    payment::Result<TillCertificate> sign_till(const std::string& csr_pem, const std::string& district,
                                               const std::string& till, payment::UtcInstant now) const;

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> certificate_;
    std::string pem_;
};

}  // namespace mulin::sync::server
