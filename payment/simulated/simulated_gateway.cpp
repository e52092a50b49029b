#include "payment/simulated/simulated_gateway.h"

#include <utility>

namespace mulin::payment {
namespace {

constexpr int kQueriesUntilApproved = 3;
constexpr int kQueriesUntilRefused = 2;
constexpr int kBusyReverses = 2;
constexpr int kCallsUntilArrival = 2;
constexpr int kScriptCount = static_cast<int>(Script::request_late) + 1;

GatewayReply not_connected() {
    GatewayReply reply;
    reply.connected = false;
    reply.answered = false;
    return reply;
}

GatewayReply lost() {
    GatewayReply reply;
    reply.answered = false;
    return reply;
}

GatewayReply reply_for(const GatewayPayment& payment) {
    GatewayReply reply;
    reply.status = payment.status;
    reply.payment_id = payment.payment_id;
    reply.gateway_number = "G" + payment.payment_id;
    reply.amount = payment.amount;
    if (payment.script == Script::wrong_amount) reply.amount += Money::fen(1);
    return reply;
}

}  // namespace

Script script_of_code(const std::string& code) {
    if (code.size() < 2) return Script::approve;
    const int number = (code[code.size() - 2] - '0') * 10 + (code.back() - '0');
    return number >= 0 && number < kScriptCount ? static_cast<Script>(number) : Script::approve;
}

Result<std::unique_ptr<SimulatedGateway>> SimulatedGateway::open(const std::string& path) {
    std::vector<LedgerLine> lines;
    MULIN_TRY(auto file, LedgerFile::open(path, lines));
    auto gateway = std::make_unique<SimulatedGateway>();
    for (const auto& line : lines) {
        if (!gateway->apply(line)) {
            return fail(ErrorCode::corrupt, "The simulated gateway's ledger " + path +
                                                " contradicts itself: move it away to start a new one.");
        }
    }
    gateway->file_ = std::move(file);
    return gateway;
}

// The ledger is the truth: a change happens by applying its line, also when read back from the file.
bool SimulatedGateway::apply(const LedgerLine& line) {
    auto at = payments_.find(line.payment_id);
    if (line.event == "start") {
        const auto amount = Money::from_fen_checked(line.amount_fen);
        if (!amount || line.script < 0 || line.script >= kScriptCount) return false;
        if (at == payments_.end()) {
            GatewayPayment payment;
            payment.payment_id = line.payment_id;
            payment.order_ref = line.order_ref;
            payment.amount = *amount;
            payment.script = static_cast<Script>(line.script);
            at = payments_.emplace(line.payment_id, std::move(payment)).first;
        }
        ++at->second.starts;
        return true;
    }
    if (line.event == "closed" && at == payments_.end()) {
        GatewayPayment payment;
        payment.payment_id = line.payment_id;
        at = payments_.emplace(line.payment_id, std::move(payment)).first;
    }
    if (at == payments_.end()) return false;
    GatewayPayment& payment = at->second;
    if (line.event == "charged") {
        ++payment.charges;
        payment.status = GatewayStatus::paid;
    } else if (line.event == "returned") {
        ++payment.returns;
        payment.status = GatewayStatus::returned;
    } else if (line.event == "refunded") {  // "order" names the refund
        const auto amount = Money::from_fen_checked(line.amount_fen);
        if (!amount || payment.refunded + *amount > payment.amount) return false;
        payment.refunded += *amount;
        payment.refunds.insert(line.order_ref);
    } else if (line.event == "refused" || line.event == "closed") {
        payment.status = line.event == "closed" ? GatewayStatus::closed : GatewayStatus::refused;
    } else {
        return false;
    }
    return true;
}

// False when the line could not be kept; then nothing has happened.
bool SimulatedGateway::record(const char* event, const GatewayPayment& payment) {
    const LedgerLine line{event, payment.payment_id, payment.order_ref, payment.amount.in_fen(),
                          static_cast<int>(payment.script)};
    if (file_ && !file_->append(line)) return false;
    return apply(line);
}

SimulatedGateway::Fault SimulatedGateway::next_fault(const char* call) {
    return faults_ ? faults_(call) : Fault::none;
}

void SimulatedGateway::begin_script(GatewayPayment& payment) {
    switch (payment.script) {
        case Script::approve:
        case Script::answer_lost:
        case Script::request_late:
        case Script::wrong_amount:
            record("charged", payment);
            break;
        case Script::decline:
            record("refused", payment);
            break;
        default:
            break;
    }
}

// What happens at the channel while the till asks again.
void SimulatedGateway::go_on(GatewayPayment& payment) {
    ++payment.queries;
    if (payment.script == Script::late_success && payment.status == GatewayStatus::closed &&
        payment.charges == 0) {
        record("charged", payment);
    }
    if (payment.status != GatewayStatus::waiting) return;
    if (payment.script == Script::pending_approve && payment.queries >= kQueriesUntilApproved) {
        record("charged", payment);
    }
    if (payment.script == Script::pending_decline && payment.queries >= kQueriesUntilRefused) {
        record("refused", payment);
    }
}

void SimulatedGateway::close(GatewayPayment& payment) {
    if (payment.status == GatewayStatus::paid) record("returned", payment);
    if (payment.status == GatewayStatus::waiting) record("closed", payment);
}

GatewayReply SimulatedGateway::pay(const std::string& payment_id, const std::string& order_ref, Money amount,
                                   Script script) {
    const std::lock_guard lock(mutex_);
    const Fault fault = next_fault("pay");
    if (fault == Fault::no_connection || script == Script::not_sent) return not_connected();
    if (fault == Fault::request_lost || script == Script::request_lost) return lost();
    GatewayPayment fresh;
    fresh.payment_id = payment_id;
    fresh.order_ref = order_ref;
    fresh.amount = amount;
    fresh.script = script;
    if (fault == Fault::request_late || script == Script::request_late) {
        late_.push_back({std::move(fresh), kCallsUntilArrival});
        return lost();
    }
    arrive(fresh);
    const auto at = payments_.find(payment_id);
    if (at == payments_.end() || fault == Fault::answer_lost || script == Script::answer_lost) return lost();
    return reply_for(at->second);
}

// The second request with one id is counted, and changes nothing.
void SimulatedGateway::arrive(const GatewayPayment& fresh) {
    const bool known = payments_.count(fresh.payment_id) > 0;
    if (record("start", fresh) && !known) begin_script(payments_.at(fresh.payment_id));
}

void SimulatedGateway::let_late_requests_arrive() {
    std::vector<Late> waiting;
    waiting.swap(late_);
    for (auto& late : waiting) {
        if (late.calls_left-- > 0) {
            late_.push_back(std::move(late));
        } else {
            arrive(late.payment);
        }
    }
}

GatewayReply SimulatedGateway::query(const std::string& payment_id) {
    const std::lock_guard lock(mutex_);
    const Fault fault = next_fault("query");
    let_late_requests_arrive();
    if (fault == Fault::no_connection) return not_connected();
    if (fault == Fault::request_lost || fault == Fault::request_late) return lost();
    const auto at = payments_.find(payment_id);
    if (at == payments_.end()) return {};
    go_on(at->second);
    return fault == Fault::answer_lost ? lost() : reply_for(at->second);
}

GatewayReply SimulatedGateway::reverse(const std::string& payment_id) {
    const std::lock_guard lock(mutex_);
    const Fault fault = next_fault("reverse");
    let_late_requests_arrive();
    if (fault == Fault::no_connection) return not_connected();
    if (fault == Fault::request_lost || fault == Fault::request_late) return lost();
    GatewayPayment unseen;
    unseen.payment_id = payment_id;
    // A payment that never arrived is closed all the same, so that a straggler finds it closed.
    if (payments_.count(payment_id) == 0 && !record("closed", unseen)) return lost();
    GatewayPayment& payment = payments_.at(payment_id);
    ++payment.reverses;
    if (payment.script == Script::reverse_busy && payment.reverses <= kBusyReverses) {
        GatewayReply reply = reply_for(payment);
        reply.try_again = true;
        return reply;
    }
    close(payment);
    const bool forget = payment.script == Script::reverse_lost && payment.reverses == 1;
    return fault == Fault::answer_lost || forget ? lost() : reply_for(payment);
}

GatewayReply SimulatedGateway::refund(const std::string& payment_id, const std::string& refund_id, Money amount) {
    const std::lock_guard lock(mutex_);
    const Fault fault = next_fault("refund");
    if (fault == Fault::no_connection) return not_connected();
    if (fault == Fault::request_lost || fault == Fault::request_late) return lost();
    const auto at = payments_.find(payment_id);
    if (at == payments_.end()) return {};
    GatewayPayment& payment = at->second;
    GatewayReply reply = reply_for(payment);
    reply.status = GatewayStatus::refused;
    const bool fits = payment.status == GatewayStatus::paid && payment.refunded + amount <= payment.amount;
    if (payment.refunds.contains(refund_id)) {
        reply.status = GatewayStatus::returned;
    } else if (fits) {
        GatewayPayment line = payment;
        line.order_ref = refund_id;
        line.amount = amount;
        if (!record("refunded", line)) return lost();
        reply.status = GatewayStatus::returned;
    }
    return fault == Fault::answer_lost ? lost() : reply;
}

bool SimulatedGateway::knows_refund(const std::string& payment_id, const std::string& refund_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = payments_.find(payment_id);
    return at != payments_.end() && at->second.refunds.contains(refund_id);
}

void SimulatedGateway::payer_pays(const std::string& payment_id) {
    const std::lock_guard lock(mutex_);
    const auto at = payments_.find(payment_id);
    if (at != payments_.end() && at->second.status == GatewayStatus::waiting) record("charged", at->second);
}

void SimulatedGateway::set_faults(FaultSource faults) {
    const std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
}

std::vector<GatewayPayment> SimulatedGateway::payments() const {
    const std::lock_guard lock(mutex_);
    std::vector<GatewayPayment> all;
    for (const auto& [id, payment] : payments_) all.push_back(payment);
    return all;
}

std::optional<GatewayPayment> SimulatedGateway::find(const std::string& payment_id) const {
    const std::lock_guard lock(mutex_);
    const auto at = payments_.find(payment_id);
    if (at == payments_.end()) return std::nullopt;
    return at->second;
}

Money SimulatedGateway::net_of_order(const std::string& order_ref) const {
    const std::lock_guard lock(mutex_);
    Money net;
    for (const auto& [id, payment] : payments_) {
        if (payment.order_ref == order_ref) net += payment.amount.times(payment.charges - payment.returns);
    }
    return net;
}

}  // namespace mulin::payment
