#include "sync/server/schema.h"

namespace mulin::sync::server {

payment::Status migrate(database::Database& database) {
    MULIN_TRY(const auto version, database.schema_version());
    const auto newest = static_cast<std::int64_t>(kSchemaSteps.size());
    if (version > newest) {
        return payment::fail(payment::ErrorCode::refused,
                             "The district's database was written by a newer Mulin; install that version or a newer one.");
    }
    for (auto step = version; step < newest; ++step) {
        database::Transaction transaction(database);
        MULIN_TRY_STATUS(transaction.begun());
        MULIN_TRY_STATUS(database.execute(std::string(kSchemaSteps[static_cast<std::size_t>(step)])));
        MULIN_TRY_STATUS(database.set_schema_version(step + 1));
        MULIN_TRY_STATUS(transaction.commit());
    }
    return payment::ok();
}

}  // namespace mulin::sync::server
