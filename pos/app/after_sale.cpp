#include "pos/app/after_sale.h"

#include <algorithm>

#include "pos/app/shift_desk.h"
#include "sync/journal/body.h"

namespace mulin::pos {
namespace {

// "file:receipts" -> the driver's word and where; paths are inside the data directory unless absolute.
struct Place {
    std::string driver;
    std::filesystem::path path;
};

Place place_of(const std::string& setting, const std::filesystem::path& dir) {
    const auto colon = setting.find(':');
    if (colon == std::string::npos) return {setting, {}};
    return {setting.substr(0, colon), dir / setting.substr(colon + 1)};
}

std::unique_ptr<ReceiptPrinter> open_printer(const Till& till) {
    const auto place = place_of(till.config().devices.printer, till.dir());
    if (place.driver == "file") return make_file_printer(place.path);
    if (place.driver == "device") return make_device_printer(place.path);
    return make_null_printer();
}

std::unique_ptr<Drawer> open_drawer(const Till& till) {
    const auto place = place_of(till.config().devices.drawer, till.dir());
    if (place.driver == "file") return make_file_drawer(place.path, till.clock());
    if (place.driver == "device") return make_printer_drawer(place.path);
    return make_null_drawer();
}

std::unique_ptr<Voice> open_voice(const Till& till) {
    return till.config().devices.voice == "espeak" ? make_espeak_voice(SlipLanguage::chinese) : make_null_voice();
}

std::string job_name(const sync::EntryKey& key) { return key.till.text() + "-" + key.epoch.text() + "-" + std::to_string(key.seq); }

// Older slips nobody waits for; they are printed again by hand.
constexpr std::int64_t kLateSlipMs = 30 * 60'000;

bool took_cash(const sync::Sale& sale) {
    for (const auto& part : sale.payments)
        if (part.channel == "cash") return true;
    return false;
}

std::string staff_name(Till& till, const sync::StaffId& id) {
    const auto staff = till.store().staff();
    if (staff)
        for (const auto& person : *staff)
            if (person.id == id) return person.name;
    return id.text();
}

std::string vendor_name(Till& till, const sync::VendorId& id) {
    const auto vendors = till.store().vendors();
    if (vendors)
        for (const auto& vendor : *vendors)
            if (vendor.id == id) return vendor.name_zh;
    return "";
}

std::string name_of_diner(Till& till, const std::optional<sync::DinerId>& id) {
    if (!id) return "";
    const auto diner = till.store().diner(*id);
    return diner && *diner ? (*diner)->name : id->text();
}

std::string name_of_card(Till& till, const std::string& card) {
    const auto match = till.store().diner_by_card(card);
    return match && *match ? (*match)->diner.name : "";
}

// Of today; where no slip was promised, as before somebody printed here, the newest sale's.
std::optional<sync::WaitingSlip> newest_slip(Till& till) {
    const auto today = payment::china_date(till.now().at);
    const auto slip = till.store().slips().newest();
    if (slip && *slip && payment::china_date((*slip)->queued) == today) return **slip;
    const auto sales = till.store().sales_of_day(today, 1);
    if (!sales || sales->empty()) return std::nullopt;
    return sync::WaitingSlip{sales->front().key, "sale", sales->front().sale.at, true, 0};
}

}  // namespace

AfterSale::AfterSale(Till& till, Inbox& inbox, const Phrases& phrases)
    : till_(till), inbox_(inbox), phrases_(phrases), printer_(open_printer(till)), drawer_(open_drawer(till)),
      voice_(open_voice(till)) {
    // Who prints nothing owes no slips.
    till_.store().slips().enable(till_.config().devices.printer != "none");
    worker_.post([this, started = till_.clock().utc()] { print_late(started); });
}

void AfterSale::trouble(const payment::Error& error) {
    inbox_.post(tender::Intent(tender::DeviceTrouble{phrases_.sentence(error)}));
}

ReceiptTypesetter* AfterSale::typesetter() {
    if (!typesetter_) {
        auto opened = ReceiptTypesetter::open(SlipLanguage::chinese);
        if (!opened) {
            trouble(opened.error());
            return nullptr;
        }
        typesetter_ = std::make_unique<ReceiptTypesetter>(std::move(*opened));
    }
    return typesetter_.get();
}

SlipEntry AfterSale::entry_of(const sync::EntryKey& key) {
    const auto entry = till_.store().entry(key);
    return {key, entry && *entry ? (*entry)->hash : std::string()};
}

SaleSlip AfterSale::slip_of(const sync::CommittedSale& committed, const std::string& diner_name) {
    const auto site = till_.site();
    SaleSlip slip;
    slip.sale = committed.stored;
    slip.entry = entry_of(committed.key);
    slip.site_name = site.subdistrict_name_zh + " · " + site.name_zh;
    slip.diner_name = diner_name;
    if (auto notes = till_.store().slips().notes(committed.stored.ref)) slip.notes = std::move(*notes);
    slip.vendor_name = vendor_name(till_, committed.stored.vendor);
    slip.cashier_name = staff_name(till_, committed.stored.cashier);
    return slip;
}

bool AfterSale::print(const std::string& job, const Raster& raster) {
    const auto printed = printer_->print(job, raster);
    if (!printed) trouble(printed.error());
    return printed.has_value();
}

void AfterSale::print_entry(const sync::EntryKey& key, const Raster& raster) {
    const auto promised = till_.store().slips().find(key);
    if (promised && *promised && (*promised)->done) return;  // it came late, in between
    if (!print(job_name(key), raster)) return;  // it stays in the queue, and comes late and marked
    if (const auto noted = till_.store().slips().printed(key); !noted) trouble(noted.error());
    if (promised && *promised) print_late((*promised)->queued);
}

std::optional<Raster> AfterSale::copy_of(const sync::EntryKey& key, int copy) {
    auto* typesetter_now = typesetter();
    const auto entry = till_.store().entry(key);
    if (typesetter_now == nullptr || !entry || !*entry) return std::nullopt;
    const auto decoded = sync::decode_body((*entry)->body);
    if (!decoded) return std::nullopt;
    const auto mark = [&](auto slip) {
        slip.reprint = copy;
        return typesetter_now->lay_out(slip);
    };
    if (const auto* sale = std::get_if<sync::Sale>(&decoded->body))
        return mark(slip_of({key, false, *sale}, name_of_diner(till_, sale->diner)));
    if (const auto* topped_up = std::get_if<sync::TopUpRecord>(&decoded->body)) {
        const auto said = till_.store().slips().notes(topped_up->ref);
        const bool known = said && !said->empty();
        auto slip = top_up_slip({{key, false, *topped_up}, name_of_card(till_, topped_up->card),
                                 known ? payment::parse_yuan(said->front()) : std::nullopt});
        slip.late = !known;
        return mark(slip);
    }
    if (std::holds_alternative<sync::ShiftClose>(decoded->body)) {
        auto slip = shift_slip(till_, key);
        return slip ? std::optional(mark(*slip)) : std::nullopt;
    }
    const auto* voided = std::get_if<sync::VoidRecord>(&decoded->body);
    const auto* refunded = std::get_if<sync::RefundRecord>(&decoded->body);
    if (voided == nullptr && refunded == nullptr) return std::nullopt;
    const auto target = till_.store().find_sale(voided != nullptr ? voided->target : refunded->target);
    if (!target || !*target) return std::nullopt;
    return voided != nullptr ? mark(void_slip(key, *voided, (*target)->sale))
                             : mark(refund_slip(key, *refunded, (*target)->sale));
}

void AfterSale::print_late(sync::UtcInstant before) {
    const auto waiting = till_.store().slips().waiting();
    if (!waiting || waiting->empty() || typesetter() == nullptr) return;
    for (const auto& slip : *waiting) {
        if (slip.queued >= before) continue;  // its turn comes in the ordinary way
        const bool fresh = slip.queued.ms + kLateSlipMs > before.ms;
        const auto raster = fresh ? copy_of(slip.key, 1) : std::nullopt;
        if (raster && !print(job_name(slip.key) + "-late", *raster)) return;
        if (const auto noted = till_.store().slips().printed(slip.key, raster ? 1 : 0); !noted) trouble(noted.error());
    }
}

void AfterSale::sale_made(const SaleMade& made) {
    worker_.post([this, made] {
        const auto& sale = made.committed.stored;
        if (took_cash(sale) && !sale.training) {
            if (const auto kicked = drawer_->kick("sale"); !kicked) trouble(kicked.error());
        }
        sync::Money change;
        for (const auto& part : sale.payments) change += part.change;
        voice_->say(spoken_done(change, SlipLanguage::chinese));
        if (auto* typesetter_now = typesetter())
            print_entry(made.committed.key, typesetter_now->lay_out(slip_of(made.committed, made.diner_name)));
    });
}

void AfterSale::reprint_last() {
    worker_.post([this] {
        if (const auto newest = newest_slip(till_)) reprint(*newest);
    });
}

void AfterSale::reprint(const sync::WaitingSlip& slip) {
    const int copy = static_cast<int>(slip.copies) + 1;
    const auto raster = copy_of(slip.key, copy);
    if (!raster || !print(job_name(slip.key) + "-reprint-" + std::to_string(copy), *raster)) return;
    if (const auto noted = till_.store().slips().printed(slip.key, copy); !noted) trouble(noted.error());
}

void AfterSale::void_made(const VoidMade& made) {
    worker_.post([this, made] {
        const auto& record = made.voided.record;
        if (made.voided.cash_back > sync::Money() && !made.voided.sale.training) {
            if (const auto kicked = drawer_->kick("void"); !kicked) trouble(kicked.error());
        }
        if (auto* typesetter_now = typesetter())
            print_entry(made.voided.key, typesetter_now->lay_out(void_slip(made.voided.key, record, made.voided.sale)));
    });
}

template <class Slip, class Record>
Slip AfterSale::slip_of(const sync::EntryKey& key, const Record& record, const sync::Sale& sale) {
    Slip slip;
    slip.record = record;
    slip.sale = sale;
    slip.entry = entry_of(key);
    slip.site_name = till_.site().name_zh;
    slip.diner_name = name_of_diner(till_, sale.diner);
    slip.cashier_name = staff_name(till_, record.cashier);
    slip.approver_name = staff_name(till_, record.approver);
    return slip;
}

VoidSlip AfterSale::void_slip(const sync::EntryKey& key, const sync::VoidRecord& record, const sync::Sale& sale) {
    return slip_of<VoidSlip>(key, record, sale);
}

RefundSlip AfterSale::refund_slip(const sync::EntryKey& key, const sync::RefundRecord& record, const sync::Sale& sale) {
    return slip_of<RefundSlip>(key, record, sale);
}

void AfterSale::refund_made(const sync::CommittedRefund& committed, const sync::Sale& sale) {
    worker_.post([this, committed, sale] {
        const auto& record = committed.stored;
        const bool cash = std::ranges::any_of(record.payments, [](const auto& part) { return part.channel == "cash"; });
        if (cash) {
            if (const auto kicked = drawer_->kick("refund"); !kicked) trouble(kicked.error());
        }
        if (auto* typesetter_now = typesetter())
            print_entry(committed.key, typesetter_now->lay_out(refund_slip(committed.key, record, sale)));
    });
}

TopUpSlip AfterSale::top_up_slip(const TopUpMade& made) {
    TopUpSlip slip;
    slip.record = made.committed.stored;
    slip.entry = entry_of(made.committed.key);
    slip.site_name = till_.site().name_zh;
    slip.diner_name = made.diner_name;
    slip.cashier_name = staff_name(till_, made.committed.stored.cashier);
    slip.balance = made.balance;
    return slip;
}

void AfterSale::top_up_made(const TopUpMade& made) {
    worker_.post([this, made] {
        const auto& record = made.committed.stored;
        if (!record.training) {
            if (const auto kicked = drawer_->kick("top_up"); !kicked) trouble(kicked.error());
            const std::string said = made.balance ? payment::to_yuan(*made.balance) : "later";
            if (const auto kept = till_.store().slips().keep_notes(record.ref, {said}); !kept) trouble(kept.error());
        }
        if (auto* typesetter_now = typesetter()) print_entry(made.committed.key, typesetter_now->lay_out(top_up_slip(made)));
    });
}

void AfterSale::shift_closed() {
    worker_.post([this] {
        const auto promised = till_.store().slips().newest("shift_close");
        if (!promised || !*promised) return;
        const auto slip = shift_slip(till_, (*promised)->key);
        if (auto* typesetter_now = typesetter(); slip && typesetter_now != nullptr)
            print_entry((*promised)->key, typesetter_now->lay_out(*slip));
    });
}

void AfterSale::reprint_shift() {
    worker_.post([this] {
        const auto closed = till_.store().slips().newest("shift_close");
        if (closed && *closed) reprint(**closed);
    });
}

void AfterSale::test(const std::string& device) {
    worker_.post([this, device] {
        settings::Device result{device, settings::DeviceState::ready, ""};
        payment::Status done = payment::ok();
        if (device == "printer") {
            if (auto* typesetter_now = typesetter())
                done = printer_->print("test-" + std::to_string(till_.clock().utc().ms), typesetter_now->lay_out_test_page(till_.site().name_zh));
        }
        if (device == "drawer") done = drawer_->kick("test");
        if (device == "voice") voice_->say(spoken_due(sync::Money::fen(1250), SlipLanguage::chinese));
        if (!done) {
            result.state = settings::DeviceState::trouble;
            result.detail = phrases_.sentence(done.error());
        }
        inbox_.post(settings::Intent(settings::DeviceTested{result}));
    });
}

std::vector<settings::Device> AfterSale::devices() const {
    const auto& config = till_.config().devices;
    const auto device = [](const char* id, const std::string& driver) {
        const auto state = driver == "none" ? settings::DeviceState::absent : settings::DeviceState::ready;
        return settings::Device{id, state, driver};
    };
    return {device("printer", config.printer), device("drawer", config.drawer), device("voice", config.voice)};
}

}  // namespace mulin::pos
