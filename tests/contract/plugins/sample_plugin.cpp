// A vendor's library as one would hand it over: closed, blocking, careless. It prints to standard
// output, and by the code a payer shows ("sample:" and a behaviour's name) it crashes, loops for ever or
// lies about its buffers. Its far side is a folder with one file for each payment, as sample_gateway.py
// keeps it.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>

#include "payment/port/plugin_abi.h"

namespace {

using Payment = std::map<std::string, std::string>;

struct Vendor {
    std::string folder;
};

void put(mulin_buffer& buffer, const std::string& text) {
    buffer.size = static_cast<uint32_t>(std::min<std::size_t>(text.size(), buffer.capacity));
    std::memcpy(buffer.data, text.data(), buffer.size);
}

std::string file_of(const Vendor& vendor, const std::string& id) { return vendor.folder + "/" + id; }

Payment load(const Vendor& vendor, const std::string& id) {
    Payment payment;
    std::ifstream file(file_of(vendor, id));
    for (std::string line; std::getline(file, line);) {
        const auto equals = line.find('=');
        if (equals != std::string::npos) payment[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return payment;
}

void save(const Vendor& vendor, const std::string& id, const Payment& payment) {
    {
        std::ofstream file(file_of(vendor, id) + ".new");
        for (const auto& [key, value] : payment) file << key << "=" << value << "\n";
    }
    std::rename((file_of(vendor, id) + ".new").c_str(), file_of(vendor, id).c_str());
}

long number(const Payment& payment, const char* key) {
    const auto at = payment.find(key);
    return at == payment.end() ? 0 : std::stol(at->second);
}

int32_t open_vendor(const char* settings, void** handle, mulin_buffer* error) {
    const std::string lines = settings;
    const auto at = lines.find("ledger=");
    if (at == std::string::npos) {
        put(*error, "ledger is missing");
        return 1;
    }
    *handle = new Vendor{lines.substr(at + 7, lines.find('\n', at) - at - 7)};
    std::puts("Vendor library 1.0, all rights reserved");  // to standard output, as they do
    std::fflush(stdout);
    return 0;
}

void close_vendor(void* handle) { delete static_cast<Vendor*>(handle); }

void capabilities(void*, mulin_capabilities* can) {
    can->query = 1;
    can->reverse = can->refund = can->refund_partial = can->refund_query = can->refund_repeatable = 1;
    can->start_deadline_ms = 300;
}

void answer(const std::string& id, const Payment& payment, mulin_result* out) {
    const std::string how = payment.at("how");
    const std::string status = payment.at("status");
    long amount = number(payment, "amount_fen");
    if (how == "wrong_amount") ++amount;
    out->outcome = status == "paid" ? MULIN_APPROVED : status == "waiting" ? MULIN_PENDING : MULIN_DECLINED;
    out->echo_amount_fen = amount;
    put(out->echo_attempt_id, how == "wrong_order" ? "ANOTHER" : id);
    put(out->refs, "vendor_number=V" + id + "\n");
    put(out->channel_code, status);
    if (how == "platform_discount" && status == "paid") put(out->discounts, "platform=100\n");
    if (how == "garbage_answer") out->refs.size = 4'000'000'000U;
}

void start(void* handle, const mulin_attempt* attempt, mulin_result* out) {
    const Vendor& vendor = *static_cast<Vendor*>(handle);
    const std::string code = attempt->code;
    const std::string how = code.substr(code.find(':') + 1);
    if (how == "no_connection") {
        out->outcome = MULIN_NOT_SENT;
        return;
    }
    if (how == "lose_the_request") std::raise(SIGSEGV);
    const bool waits = how.rfind("wait", 0) == 0 || how == "lose_the_reverse_answer";
    const std::string status = how == "decline" ? "refused" : waits ? "waiting" : "paid";
    const Payment before = load(vendor, attempt->attempt_id);
    Payment payment{{"how", how}, {"amount_fen", std::to_string(attempt->amount_fen)}, {"status", status}, {"asked", "0"},
                    {"taken", status == "paid" ? std::to_string(attempt->amount_fen) : "0"}, {"returned", "0"},
                    {"reverses", "0"}, {"starts", std::to_string(number(before, "starts") + 1)}};
    save(vendor, attempt->attempt_id, payment);
    if (how == "lose_the_answer" || how == "paid_before_the_reverse") *const_cast<volatile int*>(static_cast<int*>(nullptr)) = 1;
    while (how == "answer_after_deadline") ::usleep(1000);
    answer(attempt->attempt_id, payment, out);
}

void query(void* handle, const mulin_attempt* attempt, mulin_result* out) {
    const Vendor& vendor = *static_cast<Vendor*>(handle);
    Payment payment = load(vendor, attempt->attempt_id);
    if (payment.empty()) return;  // unknown: it may still arrive
    payment["asked"] = std::to_string(number(payment, "asked") + 1);
    if (number(payment, "asked") >= 2 && payment["status"] == "waiting") {
        if (payment["how"] == "wait_then_approve") {
            payment["status"] = "paid";
            payment["taken"] = payment["amount_fen"];
        }
        if (payment["how"] == "wait_then_decline") payment["status"] = "refused";
    }
    save(vendor, attempt->attempt_id, payment);
    answer(attempt->attempt_id, payment, out);
}

void reverse(void* handle, const mulin_attempt* attempt, mulin_result* out) {
    const Vendor& vendor = *static_cast<Vendor*>(handle);
    Payment payment = load(vendor, attempt->attempt_id);
    if (payment.empty())
        payment = {{"how", "closed"}, {"amount_fen", std::to_string(attempt->amount_fen)}, {"taken", "0"}};
    const bool paid = number(payment, "taken") > 0;
    payment["status"] = paid ? "returned" : "closed";
    payment["returned"] = payment["taken"];
    payment["reverses"] = std::to_string(number(payment, "reverses") + 1);
    save(vendor, attempt->attempt_id, payment);
    if (payment["how"] == "lose_the_reverse_answer" && payment["reverses"] == "1") std::abort();
    out->outcome = paid ? MULIN_REVERSED : MULIN_NOT_PAID_CLOSED;
}

void refund_query(void* handle, const mulin_attempt* paid, const mulin_refund* refund, mulin_result* out) {
    const Vendor& vendor = *static_cast<Vendor*>(handle);
    Payment payment = load(vendor, paid->attempt_id);
    if (payment.count(std::string("refund.") + refund->refund_id) == 0) return;  // unknown: it may still arrive
    payment["questions"] = std::to_string(number(payment, "questions") + 1);
    save(vendor, paid->attempt_id, payment);
    const bool done = payment["how"] != "refund_processing" || number(payment, "questions") > 2;
    out->outcome = done ? MULIN_REFUNDED : MULIN_REFUND_PROCESSING;
}

// Once for each number, however often it is sent.
void refund(void* handle, const mulin_attempt* paid, const mulin_refund* refund, mulin_result* out) {
    const Vendor& vendor = *static_cast<Vendor*>(handle);
    Payment payment = load(vendor, paid->attempt_id);
    const std::string key = std::string("refund.") + refund->refund_id;
    const long left = number(payment, "taken") - number(payment, "returned");
    out->outcome = MULIN_REFUND_REFUSED;
    if (payment["how"] == "refund_refused") return;
    if (payment.count(key) == 0) {
        if (refund->amount_fen > left) return;
        payment[key] = std::to_string(refund->amount_fen);
        payment["returned"] = std::to_string(number(payment, "returned") + refund->amount_fen);
        payment["refunds"] = std::to_string(number(payment, "refunds") + 1);
        save(vendor, paid->attempt_id, payment);
        if (payment["how"] == "refund_answer_lost" && payment["refunds"] == "1") std::abort();
    }
    out->outcome = payment["how"] == "refund_processing" ? MULIN_REFUND_PROCESSING : MULIN_REFUNDED;
}

constexpr mulin_plugin_api kApi = {sizeof(mulin_plugin_api), MULIN_PLUGIN_ABI, "sample", "1.0", open_vendor, close_vendor,
                                   capabilities, start, query, reverse, nullptr, refund, refund_query};
// A library that promises what it cannot do, and one of a later time.
constexpr mulin_plugin_api kHollow = {sizeof(mulin_plugin_api), MULIN_PLUGIN_ABI, "hollow", "1.0", open_vendor, close_vendor,
                                      capabilities, start, nullptr, nullptr, nullptr, nullptr, nullptr};

}  // namespace

extern "C" const mulin_plugin_api* mulin_plugin_get_api(uint32_t least, uint32_t most, const mulin_host_api* host) {
    if (least > MULIN_PLUGIN_ABI || most < MULIN_PLUGIN_ABI || host->struct_size < sizeof(mulin_host_api)) return nullptr;
#if defined(MULIN_SAMPLE_HOLLOW)
    return &kHollow;
#elif defined(MULIN_SAMPLE_OTHER_ABI)
    return nullptr;
#else
    host->log(host->context, "ready; key=0123456789abcdef0123456789abcdef");
    return &kApi;
#endif
}
