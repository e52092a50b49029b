#include "tests/support/zvt_terminal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "payment/base/check.h"
#include "tests/support/zvt_peer.h"

namespace mulin::testing {

using payment::zvt::Apdu;
using payment::zvt::bitmap;
using payment::zvt::encode;
using payment::zvt::Bytes;
using payment::zvt::to_bcd;

ZvtTerminal::ZvtTerminal(Road road, std::string notes_file) : notes_file_(std::move(notes_file)) {
    if (road == Road::tcp) {
        listen(true);
    } else {
        char name[128];
        MULIN_CHECK(::openpty(&master_, &slave_, name, nullptr, nullptr) == 0);
        termios mode{};
        ::tcgetattr(slave_, &mode);
        ::cfmakeraw(&mode);
        ::tcsetattr(slave_, TCSANOW, &mode);
        ::fcntl(master_, F_SETFL, O_NONBLOCK);
        device_ = name;
    }
    // Somebody paid here before, and over just the amount that tests like.
    book(1'234, 0, ZvtScript{}).payment = "before";
    thread_ = std::thread([this] { serve(); });
}

ZvtTerminal::~ZvtTerminal() {
    stop_ = true;
    thread_.join();
    for (const int fd : {listener_, master_, slave_}) {
        if (fd >= 0) ::close(fd);
    }
}

void ZvtTerminal::listen(bool on) {
    std::lock_guard lock(mutex_);
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
    if (!on) return;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    MULIN_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    MULIN_CHECK(::listen(listener_, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
}

void ZvtTerminal::serve() {
    while (!stop_) master_ >= 0 ? serve_serial() : serve_tcp();
}

void ZvtTerminal::serve_serial() {
    const auto peer = zvt_serial_peer(master_, stop_);
    talk(*peer);
}

void ZvtTerminal::serve_tcp() {
    int fd = -1;
    {
        std::lock_guard lock(mutex_);
        fd = listener_ >= 0 ? ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
        if (fd >= 0 && hang_up_ > 0) {
            --hang_up_;
            ::close(fd);
            return;
        }
    }
    if (fd < 0) {
        ::usleep(2'000);
        return;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto peer = zvt_tcp_peer(fd, stop_);
    talk(*peer);
    ::close(fd);
}

// Commands until the till hangs up or the script does.
void ZvtTerminal::talk(ZvtPeer& peer) {
    while (!stop_ && !peer.gone()) {
        const auto command = peer.receive(50);
        if (command && !answer(peer, *command)) return;
    }
}

bool ZvtTerminal::answer(ZvtPeer& peer, const Apdu& command) {
    {
        std::lock_guard lock(mutex_);
        heard_.push_back(payment::zvt::hex_text(encode(command)));
        if (command.is(0x06, 0x00) && busy_ > 0) {
            --busy_;
            return peer.send(payment::zvt::negative(0x9C));
        }
    }
    const auto fields = payment::zvt::parse_fields(
        command.cls == 0x06 && command.instr == 0x01 ? payment::zvt::View(command.data) : payment::zvt::View());
    if (command.is(0x06, 0x00)) return peer.send(payment::zvt::positive()) && peer.tell({0x06, 0x0F, {0x19, 0x00}});
    if (command.is(0x06, 0x01)) {
        if (!fields || !fields->number(0x04) || fields->number(0x49) != kCurrency) {
            return peer.send(payment::zvt::negative(0x6F));
        }
        return authorise(peer, *fields->number(0x04));
    }
    if (command.is(0x06, 0x20)) return repeat(peer);
    if (command.is(0x06, 0x30)) return reverse(peer, *payment::zvt::from_bcd(payment::zvt::View(command.data).subspan(4, 2)));
    if (command.is(0x06, 0x50)) {
        std::lock_guard lock(mutex_);
        ++end_of_days_;
        Bytes data = bitmap(0x27, Bytes{0x00});
        for (const Bytes& part : {bitmap(0x04, to_bcd(0, 6)), bitmap(0x49, to_bcd(kCurrency, 2))}) data.insert(data.end(), part.begin(), part.end());
        return peer.send(payment::zvt::positive()) && peer.tell({0x04, 0x0F, data}) && peer.tell({0x06, 0x0F, {}});
    }
    if (command.is(0x05, 0x01)) {
        return peer.send(payment::zvt::positive()) &&
               peer.tell({0x06, 0x0F, {0xF0, 0xF0, 0xF7, '2', '.', '1', '4', '.', '1', '5', 0x00}});
    }
    if (command.is(0x06, 0xB0)) return peer.send(payment::zvt::positive());
    if (command.cls == 0x80 || command.cls == 0x84) return true;
    return peer.send(payment::zvt::negative(0x83));
}

// Which payment the till noted last.
std::string ZvtTerminal::asked_for() const {
    std::ifstream notes(notes_file_);
    std::string line, id;
    while (std::getline(notes, line)) {
        if (line.rfind("asked ", 0) == 0) id = line.substr(6, line.find(' ', 6) - 6);
    }
    return id;
}

ZvtSlip& ZvtTerminal::book(std::int64_t amount_fen, int code, const ZvtScript& script) {
    ZvtSlip slip;
    slip.receipt = next_receipt_++;
    slip.trace = 4'000 + slip.receipt;
    slip.amount_fen = amount_fen;
    slip.result_code = code;
    slip.script = script;
    slips_.push_back(slip);
    return slips_.back();
}

bool ZvtTerminal::authorise(ZvtPeer& peer, std::int64_t amount_fen) {
    ZvtScript script;
    const std::string id = asked_for();
    {
        std::lock_guard lock(mutex_);
        script = std::exchange(script_, ZvtScript{});
        after_ = script;
        ++starts_[id];
        hang_up_ = script.hang_up;
        busy_ = script.busy_after;
        if (script.late_by > 0) {
            late_ = script.late_by;
            late_amount_ = amount_fen;
            late_for_ = id;
        }
    }
    if (script.busy) return peer.send(payment::zvt::negative(0x9C));
    if (script.lose_request || script.late_by > 0) return false;
    if (!peer.send(payment::zvt::positive())) return false;
    if (!wait_for_card(peer, script, amount_fen)) {
        std::lock_guard lock(mutex_);
        if (script.takes_it_after_all) book(amount_fen, 0, script).payment = id;
        return !script.abort_unheard && !peer.gone();
    }
    ZvtSlip slip;
    {
        std::lock_guard lock(mutex_);
        ZvtSlip& booked = book(amount_fen, script.result_code, script);
        booked.payment = id;
        booked.undone = script.auto_reversal;
        booked.hidden = script.forgets || script.auto_reversal;
        slip = booked;
    }
    return say_result(peer, slip);
}

// False when it ended without the payer paying.
bool ZvtTerminal::wait_for_card(ZvtPeer& peer, const ZvtScript& script, std::int64_t amount_fen) {
    peer.tell({0x04, 0xFF, {0x0A, 0x01}});
    if (script.card_removed) {
        peer.tell({0x06, 0x1E, {0x6C}});
        return false;
    }
    int refused = 0;
    for (int waited = 0; !stop_ && !peer.gone() && (script.wait_for_ever || waited < script.wait_ms); waited += 20) {
        if (waited % 100 == 80) peer.tell({0x04, 0xFF, {0x0A}});
        const auto word = peer.receive(20);
        // A serial line does not hang up: a till that registers anew has forgotten the payment.
        if (word && word->is(0x06, 0x00)) return false;
        const bool abort = std::exchange(peer.pending_abort, false) || (word && word->is(0x06, 0xB0));
        if (!abort) continue;
        if (refused++ < script.aborts_refused) {
            peer.send(payment::zvt::negative(0x83));
            if (script.pays_then && refused == script.aborts_refused) return true;
            continue;
        }
        peer.send(payment::zvt::positive());
        std::lock_guard lock(mutex_);
        if (script.abort_unheard) book(amount_fen, 0x6C, script);
        else peer.tell({0x06, 0x1E, {0x6C}});
        return false;
    }
    return !stop_ && !peer.gone();
}

Apdu ZvtTerminal::report_of(const ZvtSlip& slip) const {
    const auto& script = slip.script;
    const std::int64_t receipt = slip.receipt - (script.old_receipt ? 1 : 0);
    Bytes data = bitmap(0x27, Bytes{static_cast<std::uint8_t>(slip.result_code)});
    const auto add = [&data](const Bytes& more) { data.insert(data.end(), more.begin(), more.end()); };
    add(bitmap(0x04, to_bcd(slip.amount_fen + script.said_amount_more, 6)));
    add(bitmap(0x0B, to_bcd(slip.trace - (script.old_receipt ? 1 : 0), 3)));
    add(bitmap(0x0C, to_bcd(114'530, 3)));
    add(bitmap(0x0D, to_bcd(310, 2)));
    add(bitmap(0x29, to_bcd(kTerminalId + (script.other_terminal ? 1 : 0), 4)));
    add(bitmap(0x49, to_bcd(kCurrency, 2)));
    add(bitmap(0x87, to_bcd(receipt, 2)));
    add(payment::zvt::variable_bitmap(0x22, to_bcd(6'217'001'234'567'890, 8), 2));
    add(payment::zvt::variable_bitmap(0x23, to_bcd(6'217'001'234'567'890, 8), 2));
    const std::string name = "UnionPay Debit";
    add(payment::zvt::variable_bitmap(0x8B, Bytes(name.begin(), name.end()), 2));
    const std::string text = "CARD 6217 0012 3456 7890";
    add(payment::zvt::variable_bitmap(0x3C, Bytes(text.begin(), text.end()), 3));
    if (slip.undoes > 0) add(bitmap(0x37, to_bcd(4'000 + slip.undoes, 3)));
    return {0x04, 0x0F, data};
}

bool ZvtTerminal::say_result(ZvtPeer& peer, const ZvtSlip& slip) {
    const ZvtScript& script = slip.script;
    if (script.auto_reversal) {
        peer.tell({0x04, 0xFF, {0x05}});
        peer.tell({0x06, 0x1E, {0x6C}});
        return true;
    }
    ZvtSlip said = slip;
    if (script.said_code >= 0) said.result_code = script.said_code;
    Apdu report = report_of(said);
    switch (script.answer) {
        case ZvtScript::Answer::none:
            return false;
        case ZvtScript::Answer::silent:
            peer.sleep_ms(1'200);
            return false;
        case ZvtScript::Answer::drip: {
            const Bytes bytes = encode(report);
            for (std::size_t i = 0; i < std::min(bytes.size(), script.drops) && !stop_ && peer.send_raw({bytes[i]}); ++i)
                peer.sleep_ms(script.drop_ms);
            return false;
        }
        case ZvtScript::Answer::truncated: {
            auto bytes = encode(report);
            bytes.resize(bytes.size() / 2);
            peer.send_raw(bytes);
            return false;
        }
        case ZvtScript::Answer::garbage:
            peer.send_raw(Bytes(600, 0xFF));
            return false;
        case ZvtScript::Answer::giant:
            for (int i = 0; i < 25'000 && peer.send_raw(encode({0x04, 0xFF, Bytes(4'000, 0x0E)})); ++i) {
            }
            return false;
        case ZvtScript::Answer::whole:
            break;
    }
    if (script.end_code >= 0) return peer.tell({0x06, 0x1E, {static_cast<std::uint8_t>(script.end_code)}});
    peer.tell({0x04, 0xFF, {0x04}});
    peer.tell(report);
    if (said.result_code != 0) return peer.tell({0x06, 0x1E, {static_cast<std::uint8_t>(said.result_code)}});
    peer.tell({0x06, 0xD3, {}});
    return peer.tell({0x06, 0x0F, {}});
}

bool ZvtTerminal::repeat(ZvtPeer& peer) {
    std::optional<ZvtSlip> newest;
    {
        std::lock_guard lock(mutex_);
        if (late_ > 0 && --late_ == 0) book(late_amount_, 0, ZvtScript{}).payment = late_for_;
        for (const ZvtSlip& slip : slips_) {
            if (!slip.hidden) newest = slip;
        }
        if (after_.empty_receipt) newest.reset();
    }
    if (!peer.send(payment::zvt::positive())) return false;
    if (!newest) return peer.tell({0x06, 0x1E, {0x64}});
    return peer.tell(report_of(*newest)) && peer.tell({0x06, 0x0F, {}});
}

bool ZvtTerminal::reverse(ZvtPeer& peer, std::int64_t receipt) {
    if (!peer.send(payment::zvt::positive())) return false;
    ZvtSlip undo;
    {
        std::lock_guard lock(mutex_);
        const auto at = std::find_if(slips_.begin(), slips_.end(), [&](const ZvtSlip& slip) {
            return slip.receipt == receipt && slip.result_code == 0 && slip.undoes == 0 && !slip.undone;
        });
        if (at == slips_.end() || at->script.reversal_impossible) return peer.tell({0x06, 0x1E, {0x83}});
        at->undone = true;
        const auto original = *at;
        undo = book(original.amount_fen, 0, ZvtScript{});
        slips_.back().undoes = original.receipt;
        undo = slips_.back();
        if (original.script.reversal_unheard) return false;
    }
    return peer.tell(report_of(undo)) && peer.tell({0x06, 0x0F, {}});
}

void ZvtTerminal::next(const ZvtScript& script) {
    std::lock_guard lock(mutex_);
    script_ = script;
}

std::int64_t ZvtTerminal::held(const std::string& payment) {
    std::lock_guard lock(mutex_);
    std::int64_t sum = 0;
    for (const ZvtSlip& slip : slips_) {
        const bool taken = slip.payment == payment && slip.result_code == 0 && slip.undoes == 0 && !slip.undone;
        if (taken) sum += slip.amount_fen;
    }
    return sum;
}

int ZvtTerminal::starts(const std::string& payment) {
    std::lock_guard lock(mutex_);
    return starts_[payment];
}

std::vector<std::string> ZvtTerminal::asked() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [payment, count] : starts_)
        if (count > 0) all.push_back(payment);
    return all;
}

std::vector<ZvtSlip> ZvtTerminal::slips() {
    std::lock_guard lock(mutex_);
    return slips_;
}

std::vector<std::string> ZvtTerminal::heard() {
    std::lock_guard lock(mutex_);
    return heard_;
}

int ZvtTerminal::end_of_days() {
    std::lock_guard lock(mutex_);
    return end_of_days_;
}

}  // namespace mulin::testing
