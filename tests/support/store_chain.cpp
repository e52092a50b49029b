#include "tests/support/store_chain.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "payment/base/check.h"
#include "sync/journal/entry_json.h"
#include "tests/support/store_fixtures.h"

namespace mulin::test {

using namespace sync;

SigningKey chain_key() {
    std::array<std::uint8_t, 32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
    return SigningKey::from_seed(seed);
}

namespace {

// Appends one entry after the others, honestly.
class ChainMaker {
  public:
    std::vector<Entry> entries;

    void open_epoch(const std::string& id, const std::string& reason) {
        EpochOpen open{reason, {}, key_.public_key().text(), "mulin 0.1.0"};
        if (!entries.empty()) {
            const auto& last = entries.back();
            open.parent = EpochParent{last.key.epoch, last.key.seq, last.hash};
        }
        epoch_ = id;
        seq_ = 0;
        add(open);
    }

    EntryKey add(const EntryBody& body) {
        totals_ = totals_after(totals_, body);
        return add_with(body, totals_);
    }

    EntryKey add_with(const EntryBody& body, const Totals& totals) {
        const EntryKey key{TillId("T001"), EpochId(epoch_), ++seq_};
        const BodyStamp stamp{{kStoreTestNow.ms + 1000 * seq_ + 7}, 5000 + seq_, kStoreTestDay};
        const auto text = encode_body(body, stamp, totals);
        const auto prev = entries.empty() ? std::string(kNoHash) : entries.back().hash;
        const auto entry = seal_entry(key, prev, *text, key_);
        MULIN_CHECK(entry.has_value());
        entries.push_back(*entry);
        return key;
    }

    const Totals& totals() const { return totals_; }

  private:
    SigningKey key_ = chain_key();
    std::string epoch_;
    std::int64_t seq_ = 0;
    Totals totals_;
};

Sale awkward_sale() {
    Sale sale = store_sale("a-2", "D000002");
    sale.lines[0].name_zh = "\"狮子头\"\\\n𠅤\x01套餐";
    sale.lines.push_back({ItemId("fish"), "清蒸鲈鱼", "Steamed bass", ItemClass::meat, Money::fen(3200), 1, 250, Money::fen(1600)});
    sale.list += Money::fen(1600);
    sale.delivery = Money::fen(100);
    sale.service = Service::delivery;
    sale.cash_rounding = Money::fen(-3);
    sale.paid += Money::fen(1700);
    sale.payments = {{"qr", "simulated", payment::AttemptId("p1"), payment::Outcome::approved, Money::fen(2897), {}, {},
                      {{"bank", Money::fen(50)}}}};
    sale.clock_suspect = true;
    return sale;
}

ChainMaker honest() {
    ChainMaker maker;
    maker.open_epoch("01J0000000000000000000EPOCHA", "first");
    maker.add(store_shift("shift-1"));
    const auto first = maker.add(store_sale("a-1"));
    maker.add(awkward_sale());
    maker.add(store_void("v-1", first));
    maker.open_epoch("01J0000000000000000000EPOCHB", "start");
    Sale training = store_guest_sale("t-1");
    training.training = true;
    maker.add(training);
    maker.add(store_guest_sale("a-3"));
    maker.add(Note{"clock_change", "+3600000"});
    maker.add(ShiftClose{ShiftId("shift-1"), kStoreTestDay, kStoreTestNow, StaffId("C0101"), Money::fen(11'500),
                         {2, 1, Money::fen(4700), Money::fen(300), Money::fen(4400), Money::fen(11'500)}});
    return maker;
}

// One more sale, signed with the right key, whose totals leave out the sale.
std::vector<Entry> with_forgotten_sale() {
    auto maker = honest();
    maker.add_with(store_guest_sale("a-4"), maker.totals());
    return maker.entries;
}

std::vector<Entry> with_other_key() {
    auto entries = make_chain();
    std::array<std::uint8_t, 32> seed{};
    seed.fill(9);
    const auto other = SigningKey::from_seed(seed);
    entries[3] = *seal_entry(entries[3].key, entries[3].prev, entries[3].body, other);
    return entries;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    MULIN_CHECK(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

std::vector<Entry> make_chain() { return honest().entries; }

ChainHead head_of(const std::vector<Entry>& entries) {
    const auto decoded = decode_body(entries.back().body);
    MULIN_CHECK(decoded.has_value());
    return {entries.back().key, entries.back().hash, decoded->totals};
}

std::string lines_of(const std::vector<Entry>& entries) {
    std::string text;
    for (const auto& entry : entries) text += print_entry(entry) + "\n";
    return text;
}

std::string problem_with(const std::string& lines, const ChainHead& expected) {
    ChainVerifier chain(TillId("T001"), chain_key().public_key());
    std::istringstream input(lines);
    if (lines.empty() || lines.back() != '\n') return "no line feed at the end";
    for (std::string line; std::getline(input, line);) {
        const auto entry = parse_entry(line);
        if (!entry) return entry.error().message;
        if (const auto taken = chain.accept(*entry); !taken) return taken.error().message;
    }
    const auto end = chain.finish(expected);
    return end ? "" : end.error().message;
}

int ask_python(const std::string& lines, const ChainHead& expected) {
    const StoreDirectory directory;
    const auto file = directory.file("journal.jsonl");
    std::ofstream(file, std::ios::binary) << lines;
    const auto command = "python3 tests/sync/journal/verify_journal.py --till T001 --key " + chain_key().public_key().text() +
                         " --head " + expected.key.epoch.text() + "/" + std::to_string(expected.key.seq) + "/" +
                         expected.hash + " " + file.string() + " > " + directory.file("answer").string() + " 2>&1";
    return std::system(command.c_str());
}

std::vector<ChainVector> chain_vectors() {
    const auto good = make_chain();
    auto dropped = good;
    dropped.erase(dropped.begin() + 3);
    auto reordered = good;
    std::swap(reordered[2], reordered[3]);
    auto truncated = good;
    truncated.resize(truncated.size() - 2);
    auto repeated = good;
    repeated.insert(repeated.begin() + 4, good[3]);
    const auto text = lines_of(good);
    return {
        {"journal.jsonl", text, true},
        {"journal_changed_amount.jsonl", replaced(text, "\\\"paid_fen\\\":1200", "\\\"paid_fen\\\":1100"), false},
        {"journal_dropped.jsonl", lines_of(dropped), false},
        {"journal_reordered.jsonl", lines_of(reordered), false},
        {"journal_repeated.jsonl", lines_of(repeated), false},
        {"journal_truncated.jsonl", lines_of(truncated), false},
        {"journal_other_key.jsonl", lines_of(with_other_key()), false},
        {"journal_forgotten_sale.jsonl", lines_of(with_forgotten_sale()), false},
        {"journal_other_spelling.jsonl", replaced(text, "{\"till\":", "{ \"till\":"), false},
    };
}

}  // namespace mulin::test
