// The seam's promises, over both products: parameters, rows, transactions, errors, big results.

#include <algorithm>
#include <set>

#include "sync/database/in_transaction.h"
#include "sync/district/schema.h"
#include "tests/sync/database/either_database.h"

namespace mulin::sync::test {
namespace {

using database::Isolation;
using database::Transaction;
using payment::ErrorCode;
using payment::Status;

class DatabaseContract : public EitherDatabase {
  protected:
    DatabaseContract() {
        EXPECT_TRUE(db().execute_schema("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, amount INTEGER) STRICT;"
                                        "CREATE TABLE other (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"));
    }
    Status put(const std::string& name, std::int64_t amount) {
        auto write = db().prepare("INSERT INTO thing (name, amount) VALUES (?, ?)");
        write.bind(name).bind(amount);
        return write.run();
    }
    std::string names() {
        auto query = db().prepare("SELECT name FROM thing ORDER BY name");
        std::string all;
        for (;;) {
            const auto row = query.step();
            EXPECT_TRUE(row);
            if (!row || !*row) return all;
            all += query.text(0) + ";";
        }
    }
};
MULIN_EITHER_PRODUCT(DatabaseContract);

TEST_P(DatabaseContract, TextsComeBackAsTheyWent) {
    for (const std::string& text : {std::string("睦邻 𠅤"), std::string("it's ? and $1 \"x\" \\"), std::string(""), std::string("a\nb"),
                                    std::string("nul\0inside", 10), std::string("\xff\xfe\x1a not text"), std::string("\xed\xa0\x80")}) {
        ASSERT_TRUE(put(text, 7));
        auto query = db().prepare("SELECT name, amount FROM thing WHERE name = ?");
        query.bind(text);
        ASSERT_TRUE(*query.step());
        EXPECT_EQ(query.text(0), text);
        EXPECT_FALSE(*query.step());
    }
}

TEST_P(DatabaseContract, NumbersAndNulls) {
    for (const std::int64_t value : {std::int64_t{0}, INT64_MIN, INT64_MAX, std::int64_t{-1}}) {
        ASSERT_TRUE(put("n" + std::to_string(value), value));
        auto query = db().prepare("SELECT amount, amount IS NULL FROM thing WHERE amount = ?1 AND (?1 = amount OR name = '?')");
        query.bind(value);
        ASSERT_TRUE(*query.step());
        EXPECT_EQ(query.number(0), value);
        EXPECT_EQ(query.number(1), 0);
    }
    auto write = db().prepare("INSERT INTO thing (name, amount) VALUES (?, ?) RETURNING id");
    write.bind("none").bind_null();
    const auto id = write.returned();
    ASSERT_TRUE(id);
    auto query = db().prepare("SELECT amount, amount IS NULL FROM thing WHERE id = ?");
    query.bind(*id);
    ASSERT_TRUE(*query.step());
    EXPECT_EQ(query.text(0), "");
    EXPECT_EQ(query.number(1), 1);
}

TEST_P(DatabaseContract, TextIsOrderedByItsBytes) {
    for (const char* name : {"b", "B", "a", "Z", "_", "é", "10", "9"}) ASSERT_TRUE(put(name, 0));
    EXPECT_EQ(names(), "10;9;B;Z;_;a;b;é;");
}

TEST_P(DatabaseContract, AllOfATransactionOrNothing) {
    {
        Transaction transaction(db());
        ASSERT_TRUE(transaction.begun());
        ASSERT_TRUE(put("lost", 1));
    }
    EXPECT_EQ(names(), "");
    {
        Transaction transaction(db());
        ASSERT_TRUE(transaction.begun());
        ASSERT_TRUE(put("kept", 1));
        ASSERT_TRUE(transaction.commit());
    }
    EXPECT_EQ(names(), "kept;");
}

TEST_P(DatabaseContract, QueuedWritesAreSeenByWhatIsAskedNext) {
    const auto kept = database::in_transaction(db(), [&]() -> Status {
        for (int i = 0; i < 1000; ++i) {
            auto write = db().prepare("INSERT INTO thing (name, amount) VALUES (?, ?)");
            write.bind("n" + std::to_string(i)).bind(i);
            MULIN_TRY_STATUS(write.queue());
        }
        EXPECT_EQ(number("SELECT count(*) FROM thing"), 1000);
        return payment::ok();
    });
    ASSERT_TRUE(kept);
    EXPECT_EQ(number("SELECT sum(amount) FROM thing"), 999 * 500);
}

TEST_P(DatabaseContract, AFailedQueuedWriteFailsTheTransaction) {
    ASSERT_TRUE(put("taken", 1));
    const auto kept = database::in_transaction(db(), [&]() -> Status {
        for (const char* name : {"new", "taken", "newer"}) {
            auto write = db().prepare("INSERT INTO thing (name, amount) VALUES (?, ?)");
            write.bind(name).bind(2);
            MULIN_TRY_STATUS(write.queue());
        }
        return payment::ok();
    });
    ASSERT_FALSE(kept);
    EXPECT_EQ(names(), "taken;");
    EXPECT_TRUE(put("later", 1)) << "the connection goes on";
}

TEST_P(DatabaseContract, AnErrorInsideFailsTheCommitEvenWhenItWasNotHeeded) {
    if (GetParam() == Product::sqlite) return;  // SQLite undoes the one statement and goes on
    ASSERT_TRUE(put("taken", 1));
    Transaction transaction(db());
    ASSERT_TRUE(transaction.begun());
    ASSERT_TRUE(put("new", 1));
    EXPECT_FALSE(put("taken", 1));
    EXPECT_FALSE(transaction.commit());
}

TEST_P(DatabaseContract, RowsOfTwoStatementsAtATime) {
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(put("n" + std::to_string(i), i));
    auto outer = db().prepare("SELECT amount FROM thing ORDER BY amount");
    int rows = 0;
    while (*outer.step()) {
        auto inner = db().prepare("SELECT name FROM thing WHERE amount = ?");
        inner.bind(outer.number(0));
        ASSERT_TRUE(*inner.step());
        EXPECT_EQ(inner.text(0), "n" + std::to_string(rows++));
    }
    EXPECT_EQ(rows, 50);
}

TEST_P(DatabaseContract, AStatementMayEndBeforeItsRows) {
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(put("n" + std::to_string(i), i));
    for (int times = 0; times < 3; ++times) {
        auto query = db().prepare("SELECT amount FROM thing ORDER BY amount");
        ASSERT_TRUE(*query.step());
        EXPECT_EQ(query.number(0), 0);
    }
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 50);
}

TEST_P(DatabaseContract, ChangedRowsAndConflicts) {
    ASSERT_TRUE(put("a", 1));
    auto write = db().prepare("INSERT INTO thing (name, amount) VALUES (?, ?) ON CONFLICT (name) DO NOTHING");
    write.bind("a").bind(2);
    ASSERT_TRUE(write.run());
    EXPECT_EQ(number("SELECT amount FROM thing"), 1);
    auto update = db().prepare("UPDATE thing SET amount = amount + ? WHERE name = ?");
    update.bind(5).bind("a");
    ASSERT_TRUE(update.run());
    EXPECT_EQ(update.changed_rows(), 1);
    EXPECT_FALSE(put("a", 3));
}

TEST_P(DatabaseContract, NumbersAreNobodyElsesAndGoOnBehindRows) {
    ASSERT_TRUE(put("first", 1));
    const auto block = [&](int count) {
        auto numbers = db().numbers("thing", "id", count);
        EXPECT_TRUE(numbers) << numbers.error().message;
        return numbers.value_or(std::vector<std::int64_t>());
    };
    std::set<std::int64_t> seen{number("SELECT id FROM thing")};
    for (const int count : {1, 300, 2}) {
        Transaction transaction(db(), Isolation::row_locks);
        const auto numbers = block(count);
        ASSERT_EQ(numbers.size(), static_cast<std::size_t>(count));
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
        for (const std::int64_t id : numbers) {
            EXPECT_TRUE(seen.insert(id).second) << id;
            auto write = db().prepare("INSERT INTO thing (id, name, amount) VALUES (?, ?, 0)");
            const std::string name = "n" + std::to_string(id);
            write.bind(id).bind(name);
            ASSERT_TRUE(write.queue());
        }
        ASSERT_TRUE(transaction.commit());
        ASSERT_TRUE(put("by itself " + std::to_string(count), 1));
        EXPECT_TRUE(seen.insert(number("SELECT max(id) FROM thing")).second);
    }
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 1 + 1 + 300 + 2 + 3);
}

TEST_P(DatabaseContract, SchemaVersionBelongsToTheTransaction) {
    EXPECT_EQ(*db().schema_version(), 0);
    {
        Transaction transaction(db());
        ASSERT_TRUE(transaction.begun());
        ASSERT_TRUE(db().set_schema_version(3));
    }
    EXPECT_EQ(*db().schema_version(), 0);
    ASSERT_TRUE(db().set_schema_version(3));
    ASSERT_TRUE(db().set_schema_version(4));
    EXPECT_EQ(*db().schema_version(), 4);
}

class SchemaContract : public EitherDatabase {};
MULIN_EITHER_PRODUCT(SchemaContract);

TEST_P(SchemaContract, TheDistrictsSchemaIsMadeOnceAndComplete) {
    ASSERT_TRUE(server::migrate(db()));
    EXPECT_EQ(*db().schema_version(), static_cast<std::int64_t>(server::kSchemaSteps.size()));
    ASSERT_TRUE(server::migrate(db()));
    EXPECT_EQ(number("SELECT count(*) FROM change_counter"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM entry"), 0);
    ASSERT_TRUE(db().set_schema_version(static_cast<std::int64_t>(server::kSchemaSteps.size()) + 1));
    EXPECT_EQ(server::migrate(db()).error().code, ErrorCode::refused);
}

}  // namespace
}  // namespace mulin::sync::test
