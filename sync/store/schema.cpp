#include "sync/store/schema.h"

namespace mulin::sync {

Result<std::int64_t> read_pragma(Database& db, const char* sql) {
    Query query(db, sql);
    MULIN_TRY(const bool found, query.next());
    return found ? query.integer(0) : -1;
}

Status migrate(Database& db) {
    MULIN_TRY(const auto version, read_pragma(db, "PRAGMA user_version"));
    const auto newest = static_cast<std::int64_t>(kSchemaSteps.size());
    if (version > newest) {
        return payment::fail(payment::ErrorCode::refused,
                             "The till's database was written by a newer Mulin; install that version or a newer one.");
    }
    if (version == newest) return payment::ok();
    // All at once: a file that is being made is nothing or a till, never an older till.
    Transaction transaction(db);
    MULIN_TRY_STATUS(transaction.begin());
    for (auto step = version; step < newest; ++step) {
        MULIN_TRY_STATUS(db.run(std::string(kSchemaSteps[static_cast<std::size_t>(step)])));
    }
    MULIN_TRY_STATUS(db.run("PRAGMA application_id = " + std::to_string(kApplicationId)));
    MULIN_TRY_STATUS(db.run("PRAGMA user_version = " + std::to_string(newest)));
    return transaction.commit();
}

}  // namespace mulin::sync
