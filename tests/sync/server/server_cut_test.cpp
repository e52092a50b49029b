// The district's power goes at any disk operation: while batches come in, are priced again and settled, and
// while its file is brought up to date. Batches are whole or not there, what was answered stays, sums hold,
// and whoever goes on comes to the same bytes. MULIN_LONG=1 cuts at every operation.

#include <cstdlib>
#include <fstream>
#include <map>

#include <sqlite3.h>

#include "sync/district/district_database.h"
#include "sync/district/schema.h"
#include "tests/support/store_crash_vfs.h"
#include "tests/support/store_older_schema.h"
#include "tests/sync/server/settle_district.h"

namespace mulin::sync::server {
namespace {

using namespace test;
using mulin::test::CrashDisk;
using mulin::test::DiskFault;

constexpr std::size_t kBatch = 3;

std::int64_t stride(std::int64_t quick) { return std::getenv("MULIN_LONG") != nullptr ? 1 : quick; }

// SQLite opens its files there as long as this lives.
class DefaultDisk {
  public:
    explicit DefaultDisk(const CrashDisk& disk) : before_(sqlite3_vfs_find(nullptr)) {
        sqlite3_vfs_register(sqlite3_vfs_find(disk.vfs().c_str()), 1);
    }
    ~DefaultDisk() { sqlite3_vfs_register(before_, 1); }
    DefaultDisk(const DefaultDisk&) = delete;
    DefaultDisk& operator=(const DefaultDisk&) = delete;

  private:
    sqlite3_vfs* before_;
};

class ServerCut : public ::testing::Test {
  protected:
    ServerCut() {
        district_.publish(rules_off(300), noon(-500));
        const auto one = district_.person("D1", 1940, noon(-400));
        const auto two = district_.person("D2", 1941, noon(-400));
        for (int till = 0; till < 2; ++till) {
            tills_.emplace_back("T" + std::to_string(till), 100 + till, set_of(rules_off(300)));
            const Entry first = tills_.back().sell(one, noon(till * 10), at_site(till == 0 ? "S1" : "S2"));
            tills_.back().sell(two, noon(till * 10 + 1), at_site(till == 0 ? "S1" : "S2"));
            if (till == 1) tills_.back().undo(first, noon(20));
            tills_.back().sell(one, noon(30, 1), at_site("S1"));
        }
        dir_ = district_.district().dir();
        file_ = sqlite_file(dir_).string();
    }

    // Everything by the rules, stopped at the first failure. Counts what was confirmed to tills.
    void work(std::map<std::string, std::int64_t>& confirmed) {
        auto opened = District::open(dir_, district_.clock(), random_);
        if (!opened) return;
        for (auto& till : tills_) {
            till.rewind();
            while (!till.done()) {
                const auto through = take(**opened, till);
                if (through == 0) return;
                confirmed[till.record().id.text()] = through;
            }
        }
        if (reprice_all(**opened)) (void)settle_all(**opened);
    }

    // One batch as the server takes it in; 0 when that failed.
    std::int64_t take(District& district, ReviewedTill& till) {
        UploadRequest request;
        request.till = till.record().id;
        request.lines = lines_of(till.next(kBatch));
        const auto checked = check_lines(request.lines, {till.record().signing_key});
        auto access = district.access();
        database::Transaction transaction(access.database);
        if (!transaction.begun()) return 0;
        const auto outcome = ingest(access.ledger, till.record(), request, checked, district.clock().utc());
        if (!outcome || !transaction.commit()) return 0;
        return outcome->epochs.back().seq;
    }

    std::int64_t watermark(const std::string& till) {
        auto access = district_.district().access();
        auto query = access.database.prepare("SELECT coalesce(max(watermark), 0) FROM epoch WHERE till = ?");
        query.bind(till);
        EXPECT_TRUE(*query.step());
        return query.number(0);
    }

    // The district as it is before anything came in, on the disk that fails.
    CrashDisk::Image image_of_now() {
        district_.close();
        starts_ = mulin::test::bytes_of_file((dir_ / "starts").string());
        return {{file_, mulin::test::bytes_of_file(file_)}};
    }
    void begin_trial(const CrashDisk::Image& image) {
        disk_.load(image);
        std::ofstream(dir_ / "starts", std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(starts_.data()),
                                                                                static_cast<std::streamsize>(starts_.size()));
        district_.clock().advance_ms(60'000);  // whoever had the turn has lost it
    }
    std::string finished() {
        for (auto& till : tills_) {
            till.rewind();
            district_.upload(till);
        }
        std::string text = district_.verdicts() + district_.month();
        district_.expect_sound();
        return text;
    }

    SettleDistrict district_;
    std::vector<ReviewedTill> tills_;
    payment::SeededRandom random_{9};
    CrashDisk disk_{77};
    std::filesystem::path dir_;
    std::string file_;
    std::vector<std::uint8_t> starts_;
};

TEST_F(ServerCut, AtAnyOperationBatchesAreWholeAndTheSameBytesComeOut) {
    const auto image = image_of_now();
    const DefaultDisk on(disk_);
    begin_trial(image);
    district_.open_again();
    const std::string expected = finished();
    int before_all = 0, within = 0;
    for (std::int64_t at = 1;; at += stride(17)) {
        district_.close();
        begin_trial(image);
        disk_.plan(DiskFault::power_cut, at);
        std::map<std::string, std::int64_t> confirmed;
        work(confirmed);
        if (!disk_.fired()) break;
        disk_.reboot();
        district_.clock().advance_ms(60'000);
        district_.open_again();
        for (const auto& till : tills_) {
            const auto& name = till.record().id.text();
            const auto held = watermark(name);
            EXPECT_GE(held, confirmed[name]) << "cut at " << at;
            EXPECT_TRUE(held % kBatch == 0 || held == (name == "T1" ? 5 : 4)) << "half a batch after a cut at " << at;
        }
        (confirmed.empty() ? before_all : within) += 1;
        district_.expect_sound();
        ASSERT_EQ(finished(), expected) << "cut at " << at;
        if (HasFailure()) FAIL() << "cut at " << at;
    }
    EXPECT_GT(within, 5);
    RecordProperty("cuts", before_all + within);
    district_.close();
}

// The control: on a disk that only says that it flushed, batches that were confirmed are gone.
TEST_F(ServerCut, ControlADiskThatLiesLosesWhatWasConfirmed) {
    const auto image = image_of_now();
    const DefaultDisk on(disk_);
    int lost = 0;
    for (std::int64_t at = 40; at < 4'000; at += 97) {
        begin_trial(image);
        disk_.lie(true);
        disk_.plan(DiskFault::power_cut, at);
        std::map<std::string, std::int64_t> confirmed;
        work(confirmed);
        if (!disk_.fired()) break;
        disk_.reboot();
        disk_.lie(false);
        district_.open_again();
        for (const auto& [till, through] : confirmed) lost += watermark(till) < through ? 1 : 0;
        district_.close();
    }
    EXPECT_GT(lost, 0);
}

TEST_F(ServerCut, AFileOfAnyReleaseIsBroughtUpToDateStepByStepOrNotAtAll) {
    const std::string expected = finished();
    const mulin::test::SchemaSteps steps{kSchemaSteps, kDistrictApplicationId};
    std::vector<std::string> texts;
    for (std::size_t version = 0; version <= kSchemaSteps.size(); ++version) texts.push_back(schema_after(steps, version));
    (void)image_of_now();
    for (std::size_t version = 1; version < kSchemaSteps.size(); ++version) {
        const auto older = (dir_ / ("older" + std::to_string(version))).string();
        ASSERT_GT(write_older(file_, older, steps, version), 5);
        const CrashDisk::Image image{{file_, mulin::test::bytes_of_file(older)}};
        int cuts = 0;
        for (std::int64_t at = 1;; at += stride(41)) {
            const DefaultDisk on(disk_);
            begin_trial(image);
            disk_.plan(DiskFault::power_cut, at);
            { const auto opened = open_database(dir_); }
            const bool whole = !disk_.fired();
            disk_.reboot();
            const auto found = mulin::test::schema_of(file_, disk_.vfs());
            ASSERT_GE(found.version, static_cast<std::int64_t>(version));
            ASSERT_EQ(found.text, texts.at(static_cast<std::size_t>(found.version))) << "from " << version << ", cut at " << at;
            district_.open_again();
            EXPECT_EQ(district_.count("SELECT count(*) FROM entry"), 9) << "from " << version << ", cut at " << at;
            district_.close();
            if (whole) break;
            ++cuts;
        }
        EXPECT_GT(cuts, 0) << "from " << version;
    }
}

}  // namespace
}  // namespace mulin::sync::server
