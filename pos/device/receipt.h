#pragma once
// What a slip shows, and its layout as a 576-dot raster (80 mm paper, 203 dpi). Everything is drawn,
// so every character prints. It never shows an aid class: benefits carry their neutral names only.
// Not the printer: receipt_printer.h. Call from a worker; one ReceiptTypesetter per thread.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pos/device/raster.h"
#include "sync/model/refund_record.h"
#include "sync/model/sale.h"
#include "sync/model/site.h"
#include "sync/model/top_up.h"

namespace mulin::pos {

enum class SlipLanguage { chinese, english };

// The durable journal entry the slip is evidence of.
struct SlipEntry {
    sync::EntryKey key;
    std::string hash;  // hex of the entry's hash
};

struct SaleSlip {
    sync::Sale sale;
    SlipEntry entry;
    std::string site_name;
    std::string vendor_name;
    std::string diner_name;  // empty for a guest
    std::string cashier_name;
    std::vector<std::string> notes;  // below the sums: what could not be taken off today
    int meal_number = 0;             // today's call number; 0 prints none
    int reprint = 0;      // 0 is the original; n marks the nth reprint
};

struct VoidSlip {
    sync::VoidRecord record;
    sync::Sale sale;  // the sale it undoes
    SlipEntry entry;  // of the void itself
    std::string site_name;
    std::string diner_name;
    std::string cashier_name;
    std::string approver_name;
    int reprint = 0;
};

// Part or all of a sale given back. Only what goes to the diner; the payers' parts are in the journal.
struct RefundSlip {
    sync::RefundRecord record;
    sync::Sale sale;  // the sale it belongs to
    SlipEntry entry;  // of the refund itself
    std::string site_name;
    std::string diner_name;
    std::string cashier_name;
    std::string approver_name;
    int reprint = 0;
};

// Money put on a senior card. The balance is the account service's word, or "later".
struct TopUpSlip {
    sync::TopUpRecord record;
    SlipEntry entry;
    std::string site_name;
    std::string diner_name;
    std::string cashier_name;
    std::optional<sync::Money> balance;
    bool late = false;  // printed afterwards: what the balance was by then nobody knows
    int reprint = 0;
};

// The drawer at the end of a shift. Pieces of cash as they were counted: value and how many.
struct ShiftSlip {
    std::string site_name;
    std::string cashier_name;
    sync::UtcInstant since;
    sync::UtcInstant until;
    sync::Money drawer_float;
    sync::Money due;
    sync::Money counted;
    std::vector<std::pair<sync::Money, std::int64_t>> pieces;
    std::string reason;  // code of pos/shift; empty when none was asked for
    std::int64_t sales = 0;
    std::int64_t voids = 0;
    sync::Money paid;
    int reprint = 0;
};

// "MULIN1 <till> <epoch> <seq> <hash>": what the slip's QR code says.
std::string slip_code_text(const SlipEntry& entry);

class ReceiptTypesetter {
  public:
    // Opens Noto Sans CJK SC (the error names the package) and, for rare characters, Hanazono Mincho;
    // what no font has is drawn as a box with its code point.
    static sync::Result<ReceiptTypesetter> open(SlipLanguage language);
    ReceiptTypesetter(ReceiptTypesetter&&) noexcept;
    ReceiptTypesetter& operator=(ReceiptTypesetter&&) noexcept;
    ~ReceiptTypesetter();

    Raster lay_out(const SaleSlip& slip);
    Raster lay_out(const VoidSlip& slip);
    Raster lay_out(const RefundSlip& slip);
    Raster lay_out(const TopUpSlip& slip);
    Raster lay_out(const ShiftSlip& slip);
    Raster lay_out_test_page(const std::string& site_name);

  private:
    struct State;
    explicit ReceiptTypesetter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace mulin::pos
