#pragma once
// One transaction around a body that can be repeated whole. Products that let several processes write
// refuse a transaction now and then because of another (SQLSTATE 40001, 40P01), or lose their
// connection before it was committed; then it did not happen and the body runs again. A connection
// that is lost while committing is an error (timeout): nobody knows whether it happened.

#include <chrono>
#include <thread>
#include <type_traits>

#include "sync/database/database.h"

namespace mulin::sync::database {

inline constexpr int kTransactionTries = 12;

// body() gives a Result or Status, changes nothing outside the database that a second run would not
// set again, and ends in success for a commit.
template <class Body>
std::invoke_result_t<Body&> in_transaction(Database& database, Isolation isolation, Body&& body) {
    for (int tries = 1;; ++tries) {
        auto result = [&]() -> std::invoke_result_t<Body&> {
            Transaction transaction(database, isolation);
            if (!transaction.begun()) return tl::make_unexpected(transaction.begun().error());
            auto done = body();
            if (!done) return done;
            if (const auto committed = transaction.commit(); !committed) return tl::make_unexpected(committed.error());
            return done;
        }();
        if (result || !database.may_repeat() || tries == kTransactionTries) return result;
        std::this_thread::sleep_for(std::chrono::milliseconds(tries * tries));
    }
}

template <class Body>
std::invoke_result_t<Body&> in_transaction(Database& database, Body&& body) {
    return in_transaction(database, Isolation::serial, std::forward<Body>(body));
}

}  // namespace mulin::sync::database
