#pragma once
// AfterSale: receipt, drawer and voice, once a sale or void is durable and never before. Its own thread,
// so that a printer without paper holds up nobody. Trouble is told, the sale stands.

#include <memory>

#include "pos/app/inbox.h"
#include "pos/app/payment_desk.h"
#include "pos/app/phrases.h"
#include "pos/app/top_up_desk.h"
#include "pos/app/worker.h"
#include "pos/device/drawer.h"
#include "pos/device/receipt.h"
#include "pos/device/receipt_printer.h"
#include "pos/device/voice.h"
#include "sync/store/refund_store.h"
#include "sync/store/slip_queue.h"

namespace mulin::pos {

class AfterSale {
  public:
    AfterSale(Till& till, Inbox& inbox, const Phrases& phrases);

    void sale_made(const SaleMade& made);
    void void_made(const VoidMade& made);
    void refund_made(const sync::CommittedRefund& committed, const sync::Sale& sale);
    void top_up_made(const TopUpMade& made);
    void shift_closed();  // the newest close
    // The newest slip of today, whatever it is of; marked with how many copies there are.
    void reprint_last();
    void reprint_shift();  // of the shift that was closed last, also before a restart
    void test(const std::string& device);
    std::vector<settings::Device> devices() const;

  private:
    SaleSlip slip_of(const sync::CommittedSale& committed, const std::string& diner_name);
    SlipEntry entry_of(const sync::EntryKey& key);
    template <class Slip, class Record>
    Slip slip_of(const sync::EntryKey& key, const Record& record, const sync::Sale& sale);
    VoidSlip void_slip(const sync::EntryKey& key, const sync::VoidRecord& record, const sync::Sale& sale);
    RefundSlip refund_slip(const sync::EntryKey& key, const sync::RefundRecord& record, const sync::Sale& sale);
    TopUpSlip top_up_slip(const TopUpMade& made);
    void reprint(const sync::WaitingSlip& slip);
    bool print(const std::string& job, const Raster& raster);
    // The slip of an entry, for the first time: off the queue once the printer has it. Then what the
    // printer did not take before.
    void print_entry(const sync::EntryKey& key, const Raster& raster);
    // What was written down before this instant and never reached the printer; each once, marked.
    void print_late(sync::UtcInstant before);
    // A marked slip, made from the journal alone.
    std::optional<Raster> copy_of(const sync::EntryKey& key, int copy);
    void trouble(const payment::Error& error);
    ReceiptTypesetter* typesetter();

    Till& till_;
    Inbox& inbox_;
    const Phrases& phrases_;
    std::unique_ptr<ReceiptPrinter> printer_;
    std::unique_ptr<Drawer> drawer_;
    std::unique_ptr<Voice> voice_;
    std::unique_ptr<ReceiptTypesetter> typesetter_;
    Worker worker_;
};

}  // namespace mulin::pos
