// Linked beside the tests of this folder: every district of theirs stands in PostgreSQL.

#include "tests/support/postgres_server.h"
#include "tests/support/sync_product.h"

namespace mulin::sync::test {
namespace {

[[maybe_unused]] const bool in_postgres = (fresh_postgres = [] { return PostgresServer::get().fresh_url(); }, true);

}  // namespace
}  // namespace mulin::sync::test
