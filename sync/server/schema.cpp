#include "sync/server/schema.h"

namespace mulin::sync::server {

payment::Status migrate(SqliteFile& file) {
    MULIN_TRY(const auto version, file.user_version());
    const auto newest = static_cast<std::int64_t>(kSchemaSteps.size());
    if (version > newest) {
        return payment::fail(payment::ErrorCode::refused,
                             "The district's database was written by a newer Mulin; install that version or a newer one.");
    }
    for (auto step = version; step < newest; ++step) {
        Transaction transaction(file);
        MULIN_TRY_STATUS(transaction.begun());
        MULIN_TRY_STATUS(file.execute(std::string(kSchemaSteps[static_cast<std::size_t>(step)])));
        MULIN_TRY_STATUS(file.execute("PRAGMA user_version=" + std::to_string(step + 1)));
        MULIN_TRY_STATUS(transaction.commit());
    }
    return payment::ok();
}

}  // namespace mulin::sync::server
