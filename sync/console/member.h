#pragma once
// The district's office staff: who may sign in to the console, as what, and for which sites. Not the
// staff of a site, who sign in to tills with a PIN (sync/model/site.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/database/database.h"
#include "sync/model/kinds.h"
#include "sync/model/scrypt_record.h"

namespace mulin::sync::console {

// administrator: everything. settlement: money and exceptions, no audit log. site_manager: the counts
// and sales of named sites. auditor: sees everything, decides nothing.
enum class OfficeRole { administrator, settlement, site_manager, auditor };
const char* name_of(OfficeRole role);
std::optional<OfficeRole> parse_office_role(std::string_view name);

struct Member {
    std::string name;   // what they sign in with: lower-case letters, digits, '.', '-', '_'
    std::string shown;  // their name for people
    OfficeRole role = OfficeRole::auditor;
    std::vector<std::string> sites;  // of a site manager
    std::string password;            // scrypt record
    bool closed = false;
    bool demo = false;  // its password is printed in the manual: good on this machine only
    bool may_see(const std::string& site) const;
};

// About 0.4 s and 32 MiB a try: as slow as 2^17, 8, 1 (OWASP), with a quarter of the memory.
inline constexpr ScryptCost kPasswordCost{1 << 15, 8, 3};
inline constexpr std::size_t kMinPasswordBytes = 10;
inline constexpr std::size_t kMaxPasswordBytes = 128;

// Of everybody in a demo district; printed by `init --demo` and in the manual.
inline constexpr const char* kDemoPassword = "mulin-demo-2026";
inline constexpr const char* kDemoPasswordRecord =
    "scrypt$32768$8$3$627c5341eeeeab6871ecd82cd001b2e5$"
    "e61f5417287379ca98d17e67987f22ce1bf81f8d0e7b30fb65cdf4e8ccf82fe9";

// invalid_input names what is wrong with a sign-in name or a password.
payment::Status check_member_name(std::string_view name);
payment::Status check_password(std::string_view name, std::string_view password);
// Sixteen characters that nobody confuses when reading them aloud.
std::string make_password(payment::Random& random);

// Writers run inside a transaction of the caller.
class Members {
  public:
    explicit Members(database::Database& database) : database_(database) {}
    // conflict when the name is taken.
    payment::Status add(const Member& member, payment::UtcInstant now);
    // not_found without such a member.
    payment::Status set_password(const std::string& name, const std::string& record, payment::UtcInstant now);
    payment::Status set_closed(const std::string& name, bool closed, payment::UtcInstant now);
    payment::Result<std::optional<Member>> find(const std::string& name);
    payment::Result<std::vector<Member>> all();

  private:
    database::Database& database_;
};

}  // namespace mulin::sync::console
