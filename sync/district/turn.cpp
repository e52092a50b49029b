#include "sync/district/turn.h"

namespace mulin::sync::server {

payment::Result<bool> take_turn(database::Database& database, const char* work, const std::string& holder,
                                payment::UtcInstant now) {
    auto take = database.prepare("UPDATE turn SET holder = ?, until_ms = ? WHERE work = ? AND (holder = ? OR until_ms <= ?)");
    take.bind(holder).bind(now.ms + kTurnLifeMs).bind(work).bind(holder).bind(now.ms);
    MULIN_TRY_STATUS(take.run());
    if (take.changed_rows() == 1) return true;
    auto first = database.prepare("INSERT INTO turn (work, holder, until_ms) VALUES (?, ?, ?) ON CONFLICT (work) DO NOTHING");
    first.bind(work).bind(holder).bind(now.ms + kTurnLifeMs);
    MULIN_TRY_STATUS(first.run());
    return first.changed_rows() == 1;
}

payment::Status give_turn_back(database::Database& database, const char* work, const std::string& holder) {
    auto give = database.prepare("UPDATE turn SET until_ms = 0 WHERE work = ? AND holder = ?");
    give.bind(work).bind(holder);
    return give.run();
}

}  // namespace mulin::sync::server
