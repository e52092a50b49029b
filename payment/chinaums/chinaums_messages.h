#pragma once
// ChinaUMS (银联商务) as bytes, two families: poslink, where the till scans the payer (B扫C), and netpay
// bills, where the payer scans a code of ours (C扫B). Requests are JSON whose exact bytes are signed;
// answers are read into one status for both. Pure functions; which call when is chinaums_adapter.h.
// Amounts are fen. Fields, codes and their sources: README.md.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "payment/base/clock.h"
#include "payment/port/adapter.h"

namespace mulin::payment {

struct ChinaumsShop {
    std::string merchant;  // merchantCode or mid, 15 characters
    std::string terminal;  // terminalCode or tid, 8
    std::string source_id;  // netpay's msgSrcId, 4 characters: every order number begins with it
    std::string description = "午餐";
    // poslink wants to know where the device stands; empty ones are left out.
    std::string device_type, device_serial, longitude, latitude, ip;
    std::string notify_url;
    // errCodes as the acquirer confirmed them; the documents hold no table. Empty: everything but
    // success is in doubt.
    std::set<std::string> waiting_codes, refused_codes, not_found_codes;
};

std::string chinaums_time(UtcInstant instant);   // yyyyMMddHHmmss in Beijing
std::string chinaums_stamp(UtcInstant instant);  // yyyy-MM-dd HH:mm:ss in Beijing

// ---- poslink
std::string poslink_pay(const ChinaumsShop& shop, const AttemptRequest& request);
std::string poslink_query(const ChinaumsShop& shop, const Attempt& attempt);
std::string poslink_void(const ChinaumsShop& shop, const Attempt& attempt);     // voidpayment and reversepayment
std::string poslink_refund(const ChinaumsShop& shop, const Attempt& paid, const RefundRequest& request);
std::string poslink_refund_query(const ChinaumsShop& shop, const Attempt& paid, const RefundRequest& request);

// ---- netpay
std::string netpay_bill_number(const ChinaumsShop& shop, const AttemptId& id);
// The refund that takes an attempt back: always the same, so that it can be repeated.
std::string netpay_undo_number(const ChinaumsShop& shop, const AttemptId& id);
std::string netpay_refund_number(const ChinaumsShop& shop, const RefundId& id);
std::string netpay_show(const ChinaumsShop& shop, const AttemptRequest& request, UtcInstant now, UtcInstant valid_until);
// refund_number empty: about the bill; else about that refund of it.
std::string netpay_query(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now, const std::string& refund_number);
std::string netpay_close(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now);
std::string netpay_refund(const ChinaumsShop& shop, const Attempt& attempt, UtcInstant now,
                          const std::string& refund_number, Money amount);

// ---- Answers, of both
enum class ChinaumsTrade {
    in_doubt,   // everything that is not clear
    waiting,    // for the payer
    paid,
    refused,    // clearly not paid, and never will be
    closed,     // not paid, and can no longer be
    returned,   // voided or reversed: the payer has it all back
    refunded,   // wholly or in part, nobody says which
    not_found,  // only where not_found_codes says so
};

struct ChinaumsStatus {
    ChinaumsTrade trade = ChinaumsTrade::in_doubt;
    bool answered = false;  // the question itself worked
    bool mismatch = false;  // another order, merchant, terminal or amount
    bool unclear_amounts = false;  // the parts do not add up to the order's amount
    std::map<std::string, std::string> refs;
    std::vector<ChannelDiscount> discounts;
    std::string channel_code;
    std::string channel_text;
};

// The answer to poslink's pay, void or refund by itself: said yes, no, or neither. Never an outcome.
struct ChinaumsSaid {
    enum class Word { yes, waiting, refused, neither } word = Word::neither;
    bool mismatch = false;
    std::map<std::string, std::string> refs;
    std::string channel_code;
    std::string channel_text;
};
ChinaumsSaid read_poslink(std::string_view body, const ChinaumsShop& shop, Money amount);
ChinaumsStatus read_poslink_query(std::string_view body, const ChinaumsShop& shop, const Attempt& attempt);
RefundResult read_poslink_refund_query(std::string_view body, const ChinaumsShop& shop, const RefundRequest& request);

struct ChinaumsBill {
    ChinaumsSaid said;
    std::string code;  // billQRCode
};
ChinaumsBill read_netpay_show(std::string_view body, const ChinaumsShop& shop, const AttemptRequest& request);
ChinaumsStatus read_netpay_query(std::string_view body, const ChinaumsShop& shop, const Attempt& attempt);
// Of netpay's close, by itself.
ChinaumsSaid read_netpay(std::string_view body, const ChinaumsShop& shop);
// The answer to a refund, and to a question about it.
RefundResult read_netpay_refund(std::string_view body, const std::string& bill_number, const std::string& refund_number, Money amount);
RefundResult read_netpay_refund_query(std::string_view body, const std::string& bill_number, Money amount);

// The outcome of a payment asked about.
AttemptResult chinaums_result(const ChinaumsStatus& status);

}  // namespace mulin::payment
