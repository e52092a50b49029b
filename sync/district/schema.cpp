#include "sync/district/schema.h"

#include "sync/database/in_transaction.h"

namespace mulin::sync::server {
namespace {

constexpr auto newest_version = [] { return static_cast<std::int64_t>(kSchemaSteps.size()); };

// One step, or the whole schema for an empty database. The version is written first: of several
// servers that start at once one does it, and the others find it done.
payment::Result<std::int64_t> migrate_once(database::Database& database) {
    MULIN_TRY(const auto version, database.schema_version());
    if (version >= newest_version()) return version;
    const auto reached = version == 0 ? newest_version() : version + 1;
    const auto ddl = version == 0 ? kSchema : kSchemaSteps[static_cast<std::size_t>(version)];
    MULIN_TRY_STATUS(database.set_schema_version(reached));
    MULIN_TRY_STATUS(database.execute_schema(std::string(ddl)));
    return reached;
}

}  // namespace

payment::Status migrate(database::Database& database) {
    MULIN_TRY(auto version, database.schema_version());
    if (version > newest_version()) {
        return payment::fail(payment::ErrorCode::refused,
                             "The district's database was written by a newer Mulin; install that version or a newer one.");
    }
    while (version < newest_version()) {
        MULIN_TRY(version, database::in_transaction(database, [&] { return migrate_once(database); }));
    }
    return payment::ok();
}

}  // namespace mulin::sync::server
