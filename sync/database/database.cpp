#include "sync/database/database.h"

#include "payment/base/check.h"

namespace mulin::sync::database {

payment::Status Statement::run() {
    MULIN_TRY(const bool row, step());
    MULIN_CHECK(!row);
    return payment::ok();
}

payment::Result<std::int64_t> Statement::returned() {
    MULIN_TRY(const bool row, step());
    MULIN_CHECK(row);
    const std::int64_t value = number(0);
    prepared_->reset();
    return value;
}

}  // namespace mulin::sync::database
