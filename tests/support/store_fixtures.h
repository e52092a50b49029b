#pragma once
// Invented records and a throw-away directory for tests of the journal and the terminal's store.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "payment/port/attempt.h"
#include "sync/store/terminal_store.h"

namespace mulin::test {

// A fresh directory under the system's temporary one, removed with everything in it at the end.
class StoreDirectory {
  public:
    StoreDirectory();
    ~StoreDirectory();
    StoreDirectory(const StoreDirectory&) = delete;
    StoreDirectory& operator=(const StoreDirectory&) = delete;
    std::string path() const { return path_.string(); }
    std::filesystem::path file(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// 2026-03-10 11:45 in Shanghai, a Tuesday.
inline constexpr payment::UtcInstant kStoreTestNow{1'773'114'300'000};
inline const sync::Date kStoreTestDay = *sync::Date::from_ymd(2026, 3, 10);

// A directory with a till "T001" in it, opened; everything injected stands still until moved.
struct StoreBench {
    StoreDirectory directory;
    payment::ManualClock clock{kStoreTestNow};
    payment::SeededRandom random{42};
    std::unique_ptr<sync::TerminalStore> store;

    explicit StoreBench(sync::StoreOptions options = {});
    // Closes and opens again, as a new process would.
    void reopen(sync::StoreOptions options = {});
    sync::Result<std::unique_ptr<sync::TerminalStore>> try_open(sync::StoreOptions options = {});
};

// 15.00 list, 3.00 paid by the district, 12.00 in cash out of 20.00; counts on "p01|<diner>|<date>".
sync::Sale store_sale(const std::string& ref, const std::string& diner = "D000001");
// The same for somebody without benefits.
sync::Sale store_guest_sale(const std::string& ref);
sync::VoidRecord store_void(const std::string& ref, const sync::EntryKey& target);
sync::ShiftOpen store_shift(const std::string& id);
sync::Diner store_diner(int number, const std::string& name, const std::string& pinyin);
payment::Attempt store_attempt(const std::string& id, const std::string& order_ref);

}  // namespace mulin::test
