#include "pos/device/receipt.h"

#include <array>
#include <cstdio>

#include "pos/device/glyph_painter.h"
#include "pos/device/slip_sheet.h"
#include "pos/device/slip_words.h"

namespace mulin::pos {

using payment::Money;
using payment::to_yuan;

struct ReceiptTypesetter::State {
    GlyphPainter painter;
    SlipLanguage language;
};

namespace {

constexpr TextStyle kTitle{38, true};
constexpr TextStyle kSmall{22, false};
constexpr TextStyle kTiny{19, false};  // an entry's name fits one line
constexpr TextStyle kBody{28, false};
constexpr TextStyle kStrong{28, true};
constexpr TextStyle kPerson{38, true};
constexpr TextStyle kWord{34, true};
constexpr TextStyle kAmount{76, true};
constexpr TextStyle kBand{30, true};
constexpr int kCodeModule = 5;
constexpr std::size_t kShownHash = 16;

std::string local_time(sync::UtcInstant at) {
    const int minute = payment::china_minute_of_day(at);
    std::array<char, 8> clock{};
    std::snprintf(clock.data(), clock.size(), "%02d:%02d", minute / 60 % 24, minute % 60);
    return payment::china_date(at).text() + " " + clock.data();
}

std::string minus(Money amount) { return "−" + to_yuan(amount); }

std::string entry_text(const sync::EntryKey& key) {
    return key.till.text() + "-" + key.epoch.text() + "-" + std::to_string(key.seq);
}

std::string signed_amount(Money amount) { return amount.is_negative() ? minus(-amount) : to_yuan(amount); }

// "3f2a 91bc 77d0 0e15": enough to compare by eye; the code holds all of it.
std::string shown_hash(const std::string& hash) {
    std::string out;
    for (std::size_t i = 0; i < hash.size() && i < kShownHash; ++i) {
        if (i > 0 && i % 4 == 0) out += ' ';
        out += hash[i];
    }
    return out;
}

std::string join(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty()) return a + b;
    return a + " · " + b;
}

// One slip being written: the paper, the words, the language.
struct Writer {
    SlipSheet sheet;
    const SlipWords& words;
    SlipLanguage language;

    bool chinese() const { return language == SlipLanguage::chinese; }
    void marks(int reprint, bool training);
    void head(const std::string& site, const std::string& vendor, const sync::Sale& sale, sync::UtcInstant at);
    void person(const std::string& name, const sync::Sale& sale, int number);
    void lines(const sync::Sale& sale);
    void sums(const sync::Sale& sale);
    void payments(const sync::Sale& sale);
    // How much of what was paid goes back, and how.
    template <class Parts>
    void given_back(sync::Money amount, const Parts& parts);
    // Why a sale was undone or given back, who did it and who agreed; `of` says which sale.
    template <class Slip>
    void agreed(const Slip& slip, const char* of);
    void evidence(const SlipEntry& entry) { evidence(entry, words.scan); }
    void evidence(const SlipEntry& entry, const char* what_for);
};

template <class Parts>
void Writer::given_back(sync::Money amount, const Parts& parts) {
    sheet.rule(4);
    sheet.figure(words.refund, kWord, "¥" + to_yuan(amount), kAmount);
    sheet.gap(6);
    for (const auto& part : parts) sheet.row(method_word(part.method, language), to_yuan(part.amount), kBody);
}

template <class Slip>
void Writer::agreed(const Slip& slip, const char* of) {
    sheet.dashes();
    sheet.row(words.reason, reason_word(slip.record.reason, language), kBody);
    sheet.row(words.cashier, slip.cashier_name, kBody);
    sheet.row(words.approver, slip.approver_name, kBody);
    sheet.gap(4);
    sheet.row(of + (" " + entry_text(slip.record.target)), "", kTiny);
    evidence(slip.entry);
    sheet.gap(10);
}

void Writer::marks(int reprint, bool training) {
    if (training) sheet.band(words.training, kBand);
    if (reprint > 0) sheet.band(words.reprint + std::to_string(reprint) + (chinese() ? " 次" : ""), kBand);
}

void Writer::head(const std::string& site, const std::string& vendor, const sync::Sale& sale, sync::UtcInstant at) {
    sheet.gap(14);
    sheet.centred(site, kTitle);
    if (!vendor.empty()) sheet.centred(vendor, kSmall);
    sheet.gap(4);
    sheet.rule(2);
    const std::string what = join(words.meals[static_cast<std::size_t>(sale.meal)],
                                  words.services[static_cast<std::size_t>(sale.service)]);
    sheet.row(local_time(at), what, kSmall);
}

void Writer::person(const std::string& name, const sync::Sale& sale, int number) {
    const std::string call = number == 0 ? ""
                             : chinese() ? std::to_string(number) + " " + words.number
                                         : words.number + (" " + std::to_string(number));
    sheet.gap(4);
    const std::string nameless = sale.diner ? sale.diner->text() : words.guest;
    sheet.row(name.empty() ? nameless : name, call, kPerson);
    sheet.dashes();
}

void Writer::lines(const sync::Sale& sale) {
    for (const auto& line : sale.lines) {
        std::string name = chinese() ? line.name_zh : line.name_en;
        if (line.weight_g > 0)
            name += " " + std::to_string(line.weight_g) + (chinese() ? " 克" : " g");
        else
            name += " × " + std::to_string(line.quantity);
        sheet.row(name, to_yuan(line.amount), kBody);
    }
}

void Writer::sums(const sync::Sale& sale) {
    sheet.dashes();
    sheet.row(words.list, to_yuan(sale.list), kBody);
    if (!sale.delivery.is_zero()) sheet.row(words.delivery, to_yuan(sale.delivery), kBody);
    for (const auto& benefit : sale.benefits) {
        if (!benefit.amount.is_zero())
            sheet.row(chinese() ? benefit.name_zh : benefit.name_en, minus(benefit.amount), kStrong);
    }
    sheet.rule(4);
    sheet.figure(words.due, kWord, "¥" + to_yuan(sale.paid), kAmount);
}

void Writer::payments(const sync::Sale& sale) {
    sheet.gap(6);
    if (!sale.cash_rounding.is_zero()) sheet.row(words.rounding, signed_amount(sale.cash_rounding), kBody);
    for (const auto& part : sale.payments) {
        if (part.given.is_zero()) {
            sheet.row(method_word(part.method, language), to_yuan(part.amount), kBody);
        } else {
            sheet.row(words.given, to_yuan(part.given), kBody);
            sheet.row(words.change, to_yuan(part.change), kStrong);
        }
        for (const auto& discount : part.discounts) sheet.row("  " + discount.sponsor, minus(discount.amount), kSmall);
    }
}

void Writer::evidence(const SlipEntry& entry, const char* what_for) {
    sheet.gap(10);
    sheet.code(slip_code_text(entry), kCodeModule);
    sheet.centred(what_for, kSmall);
    sheet.gap(6);
    sheet.centred(words.entry + (" " + entry_text(entry.key)), kTiny);
    sheet.centred(words.check + (" " + shown_hash(entry.hash)), kSmall);
}

}  // namespace

std::string slip_code_text(const SlipEntry& entry) {
    return "MULIN1 " + entry.key.till.text() + " " + entry.key.epoch.text() + " " + std::to_string(entry.key.seq) +
           " " + entry.hash;
}

ReceiptTypesetter::ReceiptTypesetter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReceiptTypesetter::ReceiptTypesetter(ReceiptTypesetter&&) noexcept = default;
ReceiptTypesetter& ReceiptTypesetter::operator=(ReceiptTypesetter&&) noexcept = default;
ReceiptTypesetter::~ReceiptTypesetter() = default;

sync::Result<ReceiptTypesetter> ReceiptTypesetter::open(SlipLanguage language) {
    MULIN_TRY(GlyphPainter painter, GlyphPainter::open());
    return ReceiptTypesetter(std::make_unique<State>(State{std::move(painter), language}));
}

Raster ReceiptTypesetter::lay_out(const SaleSlip& slip) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    writer.marks(slip.reprint, slip.sale.training);
    writer.head(slip.site_name, slip.vendor_name, slip.sale, slip.sale.at);
    writer.person(slip.diner_name, slip.sale, slip.meal_number);
    writer.lines(slip.sale);
    writer.sums(slip.sale);
    for (const auto& note : slip.notes) writer.sheet.centred(note, kSmall);
    writer.payments(slip.sale);
    writer.evidence(slip.entry);
    if (!slip.cashier_name.empty())
        writer.sheet.centred(writer.words.cashier + (" " + slip.cashier_name), kSmall);
    writer.sheet.gap(10);
    writer.sheet.centred(writer.words.thanks, kStrong);
    writer.sheet.gap(10);
    writer.marks(slip.reprint, slip.sale.training);
    return writer.sheet.finish();
}

Raster ReceiptTypesetter::lay_out(const VoidSlip& slip) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    writer.marks(slip.reprint, slip.sale.training);
    writer.sheet.band(writer.words.voided, kTitle);
    writer.head(slip.site_name, "", slip.sale, slip.record.at);
    writer.person(slip.diner_name, slip.sale, 0);
    writer.lines(slip.sale);
    writer.given_back(slip.sale.paid + slip.sale.cash_rounding, slip.sale.payments);
    writer.agreed(slip, writer.words.of_entry);
    writer.sheet.band(writer.words.voided, kBand);
    return writer.sheet.finish();
}

Raster ReceiptTypesetter::lay_out(const RefundSlip& slip) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    writer.marks(slip.reprint, slip.sale.training);
    writer.sheet.band(writer.words.refunded, kTitle);
    writer.head(slip.site_name, "", slip.sale, slip.record.at);
    writer.person(slip.diner_name, slip.sale, 0);
    for (const auto& line : slip.record.lines) {
        const auto& sold = slip.sale.lines.at(static_cast<std::size_t>(line.line));
        const bool chinese = state_->language == SlipLanguage::chinese || sold.name_en.empty();
        writer.sheet.row((chinese ? sold.name_zh : sold.name_en) + " ×" + std::to_string(line.quantity), to_yuan(line.amount), kBody);
    }
    writer.given_back(slip.record.paid + slip.record.cash_rounding, slip.record.payments);
    writer.agreed(slip, writer.words.refund_of);
    return writer.sheet.finish();
}

Raster ReceiptTypesetter::lay_out(const TopUpSlip& slip) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    const auto& words = writer.words;
    auto& sheet = writer.sheet;
    writer.marks(slip.reprint, slip.record.training);
    sheet.gap(14);
    sheet.centred(slip.site_name, kTitle);
    sheet.centred(words.topped_up, kWord);
    sheet.rule(2);
    sheet.row(local_time(slip.record.at), "", kSmall);
    sheet.row(slip.diner_name, "", kPerson);
    sheet.row(words.card_ending, slip.record.card_last4, kBody);
    sheet.rule(4);
    sheet.figure(words.on_card, kWord, "¥" + to_yuan(slip.record.amount), kAmount);
    sheet.gap(6);
    if (!slip.record.cash_rounding.is_zero()) sheet.row(words.rounding, signed_amount(slip.record.cash_rounding), kBody);
    for (const auto& part : slip.record.payments) {
        sheet.row(words.given, to_yuan(part.given), kBody);
        sheet.row(words.change, to_yuan(part.change), kStrong);
    }
    sheet.dashes();
    if (slip.balance) sheet.row(words.balance, to_yuan(*slip.balance), kStrong);
    else if (!slip.late && !slip.record.training) sheet.centred(words.balance_later, kStrong);
    writer.evidence(slip.entry, words.scan_top_up);
    if (!slip.cashier_name.empty()) sheet.centred(words.cashier + (" " + slip.cashier_name), kSmall);
    sheet.gap(8);
    sheet.centred(words.keep, kStrong);
    sheet.gap(10);
    writer.marks(slip.reprint, slip.record.training);
    return sheet.finish();
}

Raster ReceiptTypesetter::lay_out(const ShiftSlip& slip) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    const auto& words = writer.words;
    auto& sheet = writer.sheet;
    writer.marks(slip.reprint, false);
    sheet.gap(14);
    sheet.centred(slip.site_name, kTitle);
    sheet.centred(words.shift_closed, kWord);
    sheet.rule(2);
    sheet.row(words.cashier, slip.cashier_name, kStrong);
    sheet.row(words.since, local_time(slip.since), kBody);
    sheet.row(words.until, local_time(slip.until), kBody);
    sheet.dashes();
    sheet.row(words.sales, std::to_string(slip.sales), kBody);
    sheet.row(words.voids, std::to_string(slip.voids), kBody);
    sheet.row(words.taken, to_yuan(slip.paid), kBody);
    sheet.row(words.drawer_float, to_yuan(slip.drawer_float), kBody);
    sheet.row(words.cash_moved, signed_amount(slip.due - slip.drawer_float), kBody);
    sheet.dashes();
    for (const auto& [value, pieces] : slip.pieces)
        if (pieces > 0) sheet.row("¥" + to_yuan(value) + " × " + std::to_string(pieces), to_yuan(value.times(pieces)), kBody);
    sheet.rule(2);
    sheet.row(words.cash_due, to_yuan(slip.due), kBody);
    sheet.row(words.cash_counted, to_yuan(slip.counted), kBody);
    sheet.figure(words.difference, kWord, signed_amount(slip.counted - slip.due), kPerson);
    if (!slip.reason.empty()) sheet.row(words.reason, reason_word(slip.reason, state_->language), kBody);
    sheet.gap(24);
    sheet.row(words.signature, "", kBody);
    sheet.gap(30);
    sheet.rule(2);
    sheet.gap(10);
    writer.marks(slip.reprint, false);
    return sheet.finish();
}

Raster ReceiptTypesetter::lay_out_test_page(const std::string& site_name) {
    Writer writer{SlipSheet(state_->painter), slip_words(state_->language), state_->language};
    writer.sheet.gap(14);
    writer.sheet.centred(site_name, kTitle);
    writer.sheet.centred(writer.words.test_page, kWord);
    writer.sheet.rule(2);
    writer.sheet.row("睦邻小厨 Mulin 0123456789", "¥88.88", kBody);
    writer.sheet.row("𠅤 𬱖 㛃 䶮 𠮷", "", kBody);
    writer.sheet.code("MULIN1 TEST", kCodeModule);
    writer.sheet.gap(10);
    return writer.sheet.finish();
}

}  // namespace mulin::pos
