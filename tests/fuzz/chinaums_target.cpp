#include "tests/fuzz/chinaums_target.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "payment/base/check.h"
#include "payment/chinaums/chinaums_messages.h"
#include "payment/chinaums/chinaums_signature.h"
#include "payment/wire/json.h"

namespace mulin::tests {
namespace {

using namespace payment;  // NOLINT: the target speaks the room's words throughout

ChinaumsShop chinaums_fuzz_shop() {
    ChinaumsShop shop;
    shop.merchant = "898000000000001";
    shop.terminal = "00000001";
    shop.source_id = "9999";
    shop.waiting_codes = {"W1"};
    shop.refused_codes = {"R1"};
    shop.not_found_codes = {"N1"};
    return shop;
}

Attempt chinaums_lunch() {
    Attempt attempt;
    attempt.id = AttemptId("SH0120260101000001");
    attempt.amount = Money::fen(1200);
    attempt.created = {1'767'240'000'000};
    return attempt;
}

void must_be_fit(const std::string& text) {
    std::size_t run = 0;
    for (const char c : text) {
        run = c >= '0' && c <= '9' ? run + 1 : 0;
        MULIN_CHECK(run <= 12);
    }
    MULIN_CHECK(text.size() <= 300);
}

int check_payment(const ChinaumsStatus& status, const Attempt& attempt, const std::string& said_id, std::string_view bytes) {
    const AttemptResult result = chinaums_result(status);
    must_be_fit(result.channel_text);
    must_be_fit(result.channel_code);
    Money sum;
    for (const auto& one : result.discounts) {
        MULIN_CHECK(one.amount > Money());
        sum += one.amount;
    }
    MULIN_CHECK(sum <= attempt.amount);
    const bool clear = result.outcome == Outcome::approved || result.outcome == Outcome::declined;
    if (clear) MULIN_CHECK(said_id == attempt.id.text() || said_id == "9999" + attempt.id.text());
    if (result.outcome == Outcome::approved) MULIN_CHECK(bytes.find("1200") != std::string_view::npos);
    return clear ? 1 : 0;
}

}  // namespace

int try_chinaums(std::string_view bytes) {
    static const ChinaumsShop shop = chinaums_fuzz_shop();
    static const Attempt attempt = chinaums_lunch();
    const auto json = Json::parse(bytes);
    const std::string order = json ? (*json)["merchantOrderId"].plain() : std::string();
    const std::string bill = json ? (*json)["billNo"].plain() : std::string();
    int clear = check_payment(read_poslink_query(bytes, shop, attempt), attempt, order, bytes);
    clear += check_payment(read_netpay_query(bytes, shop, attempt), attempt, bill, bytes);
    const ChinaumsSaid said = read_poslink(bytes, shop, attempt.amount);
    must_be_fit(said.channel_text);
    must_be_fit(read_netpay(bytes, shop).channel_text);
    RefundRequest refund;
    refund.id = RefundId("R1");
    refund.amount = Money::fen(300);
    clear += read_poslink_refund_query(bytes, shop, refund).outcome == RefundOutcome::refunded ? 1 : 0;
    clear += read_netpay_refund(bytes, "9999SH0120260101000001", "9999R1", refund.amount).outcome == RefundOutcome::refunded ? 1 : 0;
    clear += read_netpay_refund_query(bytes, "9999SH0120260101000001", refund.amount).outcome == RefundOutcome::refunded ? 1 : 0;
    AttemptRequest request;
    request.id = attempt.id;
    request.amount = attempt.amount;
    clear += read_netpay_show(bytes, shop, request).code.empty() ? 0 : 1;
    MULIN_CHECK(!read_chinaums_notice(bytes, "a key that nobody has").has_value());
    return clear;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mulin::tests::try_chinaums(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
#endif
