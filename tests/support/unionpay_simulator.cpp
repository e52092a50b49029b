#include "tests/support/unionpay_simulator.h"

#include <algorithm>
#include <cstdlib>

#include "payment/base/check.h"
#include "payment/wire/certificate.h"
#include "payment/wire/signature.h"

namespace mulin::tests {
namespace {

using payment::field;
using payment::FormFields;
using UnionpayLie = UnionpayPlan::Lie;
using UnionpayFate = UnionpayPlan::Fate;

constexpr long kMerchantSerial = 69026276696;

bool digits(const std::string& text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most && text.find_first_not_of("0123456789") == std::string::npos;
}

bool letters_and_digits(const std::string& text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

std::int64_t fen_in(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

std::string beijing(payment::UtcInstant instant) {
    const std::string text = payment::to_rfc3339(payment::UtcInstant{instant.ms / 1000 * 1000});
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + text.substr(11, 2) + text.substr(14, 2) + text.substr(17, 2);
}

// From 23:00 to 23:00.
std::int64_t clearing_day(const std::string& time) {
    const auto day = payment::Date::parse(time.substr(0, 4) + "-" + time.substr(4, 2) + "-" + time.substr(6, 2));
    return (day ? day->days_since_1970() : 0) + (time.substr(8, 2) == "23" ? 1 : 0);
}

enum class Writing { as_it_stands, plus_kept, plus_for_space };

std::string escape(const std::string& text, Writing writing) {
    if (writing == Writing::as_it_stands) return text;
    std::string out;
    for (const char c : text) {
        const bool plus_stays = c == '+' && writing == Writing::plus_kept;
        if (c == ' ' && writing == Writing::plus_for_space) out += '+';
        else if (plus_stays) out += c;
        else out += payment::percent_encode(std::string(1, c));
    }
    return out;
}

std::string write(const FormFields& fields, Writing writing) {
    std::string body;
    for (const auto& [name, value] : fields) body += (body.empty() ? "" : "&") + name + "=" + escape(value, writing);
    return body;
}

}  // namespace

UnionpaySimulator::UnionpaySimulator(Options options)
    : options_(std::move(options)),
      key_(rsa_key_of_process(0)),
      server_([this](const GatewayCall& call) { return handle(call); }) {
    const Identity& authority = options_.stranger_signs ? gateway_trust().stranger_authority : gateway_trust().authority;
    certificate_pem_ = certificate_for(key_.public_key().pem(), options_.signer_name, authority, 68759663125);
    const auto& merchant = rsa_key_of_process(1);
    merchant_key_pem_ = merchant.pem();
    merchant_ = merchant.public_key();
    merchant_certificate_pem_ =
        certificate_for(merchant_->pem(), std::string("merchant ") + kMerchant, gateway_trust().authority, kMerchantSerial);
    merchant_certificate_id_ = std::to_string(kMerchantSerial);
}

std::string UnionpaySimulator::code_for(const UnionpayPlan& plan) {
    const std::lock_guard lock(mutex_);
    std::string last = std::to_string(++codes_);
    const std::string code = "6225735053201" + std::string(6 - last.size(), '0') + last;
    plans_[code] = plan;
    return code;
}

void UnionpaySimulator::next_shown(const UnionpayPlan& plan) {
    const std::lock_guard lock(mutex_);
    next_shown_ = plan;
}

void UnionpaySimulator::scan(const std::string& order_id) {
    const std::lock_guard lock(mutex_);
    ledger_.at(order_id).shown_only = false;
}

std::int64_t UnionpaySimulator::returned_of(const std::string& order_id) const {
    std::int64_t sum = 0;
    for (const auto& [id, one] : ledger_)
        if (one.original == order_id && one.code == "00") sum += one.amount_fen;
    return sum;
}

std::int64_t UnionpaySimulator::held(const std::string& order_id) {
    const std::lock_guard lock(mutex_);
    const auto found = ledger_.find(order_id);
    if (found == ledger_.end() || found->second.closed) return 0;
    const Transaction& one = found->second;
    // Not waiting for the payer: it is taken, whatever anybody has been told yet.
    const bool taken = one.plan.fate == UnionpayFate::paid && !one.shown_only && (one.waiting == 0 || one.code == one.plan.success_code);
    return taken ? one.amount_fen - returned_of(order_id) : 0;
}

int UnionpaySimulator::starts(const std::string& order_id) {
    const std::lock_guard lock(mutex_);
    const auto found = ledger_.find(order_id);
    return found == ledger_.end() ? 0 : found->second.starts;
}

std::vector<std::string> UnionpaySimulator::orders_of(const std::string& type) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    for (const auto& [id, one] : ledger_)
        if (one.type == type) ids.push_back(id);
    return ids;
}

int UnionpaySimulator::queries() {
    const std::lock_guard lock(mutex_);
    return queries_;
}

// ---- Requests

GatewayAnswer UnionpaySimulator::handle(const GatewayCall& call) {
    const std::lock_guard lock(mutex_);
    const bool is_query = call.path == "/gateway/api/queryTrans.do";
    if (call.method != "POST" || (!is_query && call.path != "/gateway/api/backTransReq.do")) return {.status = 404};
    const auto request = payment::form_decode(call.body, payment::Plus::is_space);
    if (!request) return {.status = 400};
    if (const std::string refusal = refusal_of(*request, is_query); !refusal.empty()) return answer(echo(*request, refusal));
    const std::string type = field(*request, "txnType"), sub_type = field(*request, "txnSubType");
    if (is_query && type == "00" && sub_type == "00") return query(*request);
    if (is_query) return answer(echo(*request, "10"));
    if (type == "01" && (sub_type == "06" || sub_type == "07")) return pay(*request);
    if (type == "31" && sub_type == "00") return take_back(*request);
    if (type == "99" && sub_type == "01") return reverse(*request);
    if (type == "04" && sub_type == "00") return refund(*request);
    return answer(echo(*request, "10"));
}

std::string UnionpaySimulator::keyed_signature(const Fields& fields) const {
    const auto digest = options_.sign_method == "12" ? payment::sm3_hex : payment::sha256_hex;
    return digest(payment::sorted_line(fields, {"signature"}) + "&" + digest(options_.secure_key));
}

bool UnionpaySimulator::signed_by_merchant(const Fields& request) const {
    const std::string& signature = field(request, "signature");
    if (options_.sign_method != "01") return request.count("certId") == 0 && signature == keyed_signature(request);
    return field(request, "certId") == merchant_certificate_id_ &&
           merchant_->verify(payment::sha256_hex(payment::sorted_line(request, {"signature"})), signature);
}

// The code under which a request is refused before anything else is looked at; empty when it is well made.
std::string UnionpaySimulator::refusal_of(const Fields& request, bool is_query) const {
    for (const char* name : {"version", "encoding", "signMethod", "txnType", "txnSubType", "bizType",
                             "accessType", "merId", "orderId", "txnTime", "signature"})
        if (field(request, name).empty()) return "13";
    if (field(request, "version") != "5.1.0" || field(request, "encoding") != "UTF-8" ||
        field(request, "signMethod") != options_.sign_method || field(request, "bizType") != "000000" || field(request, "accessType") != "0")
        return "10";
    if (field(request, "merId") != kMerchant || !signed_by_merchant(request)) return "11";
    if (!letters_and_digits(field(request, "orderId"), 8, 40) || !digits(field(request, "txnTime"), 14, 14)) return "10";
    if (is_query) return "";
    const std::string type = field(request, "txnType");
    if (field(request, "channelType") != "07" && field(request, "channelType") != "08") return "10";
    const bool with_money = type != "99";
    if (with_money && (!digits(field(request, "txnAmt"), 1, 12) || fen_in(field(request, "txnAmt")) <= 0 ||
                       field(request, "currencyCode") != "156" || field(request, "backUrl").empty() ||
                       field(request, "backUrl").find('?') != std::string::npos))
        return "10";
    if (type == "01" && field(request, "txnSubType") == "06" && !digits(field(request, "qrNo"), 1, 20)) return "10";
    if (options_.clock != nullptr && with_money) {
        const std::int64_t now = options_.clock->utc().ms;
        if (field(request, "txnTime") < beijing({now - 600'000}) || field(request, "txnTime") > beijing({now + 600'000})) return "10";
    }
    return "";
}

UnionpaySimulator::Fields UnionpaySimulator::echo(const Fields& request, const std::string& code) const {
    Fields fields;
    for (const char* name : {"version", "encoding", "signMethod", "txnType", "txnSubType", "bizType", "accessType",
                             "merId", "orderId", "txnTime", "txnAmt", "currencyCode", "reqReserved"})
        if (request.count(name) > 0) fields[name] = request.at(name);
    fields["respCode"] = code;
    fields["respMsg"] = code == "00" ? "成功[0000000]" : "交易不成功 + 请重试[" + code + "00000]";
    return fields;
}

GatewayAnswer UnionpaySimulator::answer(Fields fields, UnionpayLie lie) {
    if (lie == UnionpayLie::amount) fields["txnAmt"] = "1";
    if (lie == UnionpayLie::order) fields["orderId"] = "01K7QC3M5VSOMEBODYELSES001";
    if (lie == UnionpayLie::merchant) fields["merId"] = "777290058110049";
    fields["signMethod"] = options_.sign_method;
    if (options_.sign_method == "01") fields["signPubKeyCert"] = certificate_pem_;
    std::erase_if(fields, [](const auto& one) { return one.second.empty(); });
    std::string signature = options_.sign_method == "01" ? key_.sign(payment::sha256_hex(payment::sorted_line(fields, {"signature"})))
                                                         : keyed_signature(fields);
    if (lie == UnionpayLie::signature) signature[7] = signature[7] == 'A' ? 'B' : 'A';
    fields["signature"] = signature;
    GatewayAnswer reply;
    reply.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    reply.body = write(fields, static_cast<Writing>(answers_++ % 3));
    return reply;
}

UnionpaySimulator::Transaction& UnionpaySimulator::record(const Fields& request, const UnionpayPlan& plan) {
    Transaction one;
    one.type = field(request, "txnType");
    one.order_id = field(request, "orderId");
    one.time = field(request, "txnTime");
    std::string last = std::to_string(ledger_.size() + 1);
    one.query_id = one.time + std::string(7 - last.size(), '0') + last;
    one.amount_fen = fen_in(field(request, "txnAmt"));
    one.starts = 1;
    one.plan = plan;
    return ledger_[one.order_id] = one;
}

GatewayAnswer UnionpaySimulator::pay(const Fields& request) {
    const bool shown = field(request, "txnSubType") == "07";
    UnionpayPlan plan = next_shown_;
    if (!shown) {
        const auto known = plans_.find(field(request, "qrNo"));
        if (known == plans_.end()) return answer(echo(request, "88"));
        plan = known->second;
    }
    if (const auto before = ledger_.find(field(request, "orderId")); before != ledger_.end()) {
        ++before->second.starts;
        return answer(echo(request, "12"));
    }
    if (plan.lost) return {.delivery = Delivery::none};
    Transaction& one = record(request, plan);
    one.waiting = plan.waiting_queries;
    one.unfound = plan.unfound_queries;
    std::string code = plan.start_code;
    if (plan.fate == UnionpayFate::refused && plan.waiting_queries == 0) {
        one.code = plan.refused_code;
        code = plan.refused_code;
    }
    one.shown_only = shown && code == "00" && plan.scanned_after != 0;
    Fields fields = echo(request, code);
    if (shown && code == "00") fields["qrCode"] = options_.shown_code;
    if (!shown) fields["queryId"] = one.query_id;
    GatewayAnswer reply = answer(fields, plan.lie);
    if (plan.start_unsigned) reply.body = "respCode=11&respMsg=系统繁忙&orderId=" + one.order_id;
    reply.status = plan.start_status;
    if (plan.start_status != 200) reply.body = "<html><body>502 Bad Gateway</body></html>";
    reply.delivery = plan.start_delivery;
    return reply;
}

// ---- Taking back

UnionpaySimulator::Transaction* UnionpaySimulator::original_of(const Fields& request) {
    for (auto& [id, one] : ledger_) {
        if (one.type != "01") continue;
        if (!field(request, "origQryId").empty() ? one.query_id == field(request, "origQryId")
                                                 : id == field(request, "origOrderId") && one.time == field(request, "origTxnTime"))
            return &one;
    }
    return nullptr;
}

std::optional<GatewayAnswer> UnionpaySimulator::busy(const Fields& request, Transaction& original) {
    if (original.plan.busy_reverses <= 0) return std::nullopt;
    --original.plan.busy_reverses;
    if (original.plan.busy_reverses == 0 && original.plan.pays_while_reversed) {
        original.plan.fate = UnionpayFate::paid;
        original.waiting = 0;
    }
    return answer(echo(request, "37"));
}

GatewayAnswer UnionpaySimulator::take_back(const Fields& request) {
    Transaction* const original = original_of(request);
    if (original == nullptr) return answer(echo(request, "35"));
    if (ledger_.count(field(request, "orderId")) > 0) return answer(echo(request, "12"));
    if (auto later = busy(request, *original)) return *later;
    decide(*original);
    if (returned_of(original->order_id) > 0) return answer(echo(request, "45"));
    const bool undoable = original->code == original->plan.success_code && !original->plan.undo_refused &&
                          fen_in(field(request, "txnAmt")) == original->amount_fen &&
                          (options_.clock == nullptr || clearing_day(original->time) == clearing_day(field(request, "txnTime")));
    if (!undoable) return answer(echo(request, "35"));
    Transaction& undo = record(request, original->plan);
    undo.original = original->order_id;
    undo.code = "00";
    undo.waiting = original->plan.undo_waiting_queries;
    GatewayAnswer reply = answer(echo(request, "00"));
    reply.delivery = std::exchange(original->plan.reverse_delivery, Delivery::whole);
    return reply;
}

GatewayAnswer UnionpaySimulator::reverse(const Fields& request) {
    const auto found = ledger_.find(field(request, "orderId"));
    if (found == ledger_.end() || found->second.time != field(request, "txnTime")) return answer(echo(request, "34"));
    Transaction& one = found->second;
    if (auto later = busy(request, one)) return *later;
    one.closed = true;
    one.code = "01";
    GatewayAnswer reply = answer(echo(request, "00"));
    reply.delivery = std::exchange(one.plan.reverse_delivery, Delivery::whole);
    return reply;
}

GatewayAnswer UnionpaySimulator::refund(const Fields& request) {
    Transaction* const original = original_of(request);
    if (original == nullptr) return answer(echo(request, "35"));
    if (ledger_.count(field(request, "orderId")) > 0) return answer(echo(request, "12"));
    decide(*original);
    const std::int64_t returned = returned_of(original->order_id);
    if (original->plan.refund_refused || original->code != original->plan.success_code) return answer(echo(request, "35"));
    if (returned >= original->amount_fen) return answer(echo(request, "45"));
    if (returned + fen_in(field(request, "txnAmt")) > original->amount_fen) return answer(echo(request, "33"));
    Transaction& back = record(request, original->plan);
    back.original = original->order_id;
    back.code = "00";
    back.waiting = original->plan.refund_waiting_queries;
    GatewayAnswer reply = answer(echo(request, "00"));
    reply.delivery = std::exchange(original->plan.refund_delivery, Delivery::whole);
    return reply;
}

// ---- Queries

void UnionpaySimulator::decide(Transaction& one) {
    if (!one.code.empty() || one.waiting > 0 || one.shown_only) return;
    if (one.plan.fate == UnionpayFate::paid) one.code = one.plan.success_code;
    if (one.plan.fate == UnionpayFate::refused) one.code = one.plan.refused_code;
}

GatewayAnswer UnionpaySimulator::query(const Fields& request) {
    ++queries_;
    const auto found = ledger_.find(field(request, "orderId"));
    if (found == ledger_.end() || found->second.time != field(request, "txnTime")) return answer(echo(request, "34"));
    Transaction& one = found->second;
    const bool payment = one.type == "01";
    if (payment && one.plan.failing_queries > 0) {
        --one.plan.failing_queries;
        return {.status = 502, .body = "<html><body>Bad Gateway</body></html>"};
    }
    if (payment && one.plan.too_often_queries > 0) {
        --one.plan.too_often_queries;
        return answer(echo(request, "37"));
    }
    if (one.plan.scanned_after && one.looks++ >= *one.plan.scanned_after) one.shown_only = false;
    if (one.shown_only || one.unfound-- > 0) return answer(echo(request, "34"));
    if (one.closed && one.plan.late_success && ++one.looks_after_close > 1) {
        one.closed = false;
        one.plan.fate = UnionpayFate::paid;
        one.code = one.plan.success_code;
        one.waiting = 0;
    }
    decide(one);
    Fields fields = echo(request, "00");
    fields["txnType"] = one.type;
    fields["txnAmt"] = std::to_string(one.amount_fen);
    fields["currencyCode"] = "156";
    fields["queryId"] = one.query_id;
    fields["traceNo"] = one.query_id.substr(15);
    fields["traceTime"] = one.time.substr(4);
    fields["settleDate"] = one.time.substr(4, 4);
    fields["settleAmt"] = fields["txnAmt"];
    fields["accNo"] = "6216***********0018";
    std::string code = one.code.empty() ? "05" : one.code;
    if (one.waiting > 0) {
        --one.waiting;
        code = "05";
    } else if (payment && code == one.plan.success_code) {
        if (returned_of(one.order_id) >= one.amount_fen && !one.plan.undone_says_paid) code = "45";
        fields["couponInfo"] = one.plan.coupon_info;
    }
    fields["origRespCode"] = code;
    fields["origRespMsg"] = code == "00" ? "成功[0000000]" : "交易状态 + 原因[" + code + "00000]";
    return answer(fields, payment ? one.plan.lie : UnionpayLie::none);
}

}  // namespace mulin::tests
