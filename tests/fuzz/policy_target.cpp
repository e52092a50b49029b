#include "tests/fuzz/policy_target.h"

#include <cstddef>
#include <cstdint>

#include "payment/base/check.h"
#include "sync/policy/case_json.h"
#include "sync/policy/lint.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace mulin::tests {
namespace {

using sync::Money;

constexpr const char* kCases[] = {
    R"({"id":1,"at":"2026-03-10T11:45:00+08:00","site":{"id":"S1","subdistrict":"310107001","vendor":"V1"},"meal":"lunch","service":"dine_in",
"diner":{"id":"D1","birth_date":"1943-03-10","hukou":"310107001","residence":"310107001","aid":["dibao"],"cards":["jinglao"],"approved":["putuo-dinein"]},
"presented":"jinglao","delivery_fee_fen":300,"lines":[{"item":"a","class":"set","unit_price_fen":2000,"quantity":2},{"item":"b","class":"weighed","weight_g":333,"price_fen_per_500g":777}]})",
    R"({"id":2,"at":"2026-03-14T07:45:00+08:00","site":{"id":"S2"},"meal":"breakfast","service":"delivery","diner":null,"lines":[{"item":"a","class":"dish","unit_price_fen":0}]})",
};

constexpr const char* kPolicy = R"({"mulin_policy":1,"id":"p","version":"1","order":1,"name":{"zh":"a","en":"a"},
"effective":{"from":"2000-01-01","through":null},"limits":{"d":{"per":"day","for":"person","max_uses":2}},
"rules":[{"id":"r","name":{"zh":"a","en":"a"},"if":{"age":{"from":60}},"limits":["d"],"payers":[{"payer":"a","ratio":1},{"payer":"b","ratio":2}],
"benefit":{"kind":"percent","pay_percent":33.3333,"rounding":{"mode":"half_up","unit":"jiao"}}},
{"id":"s","name":{"zh":"a","en":"a"},"payers":"c","benefit":{"kind":"amount","amount_fen":100,"per":"piece"}}]})";

void must_add_up(const sync::Quote& quote) {
    Money sum = quote.paid;
    MULIN_CHECK(!quote.paid.is_negative());
    for (const auto& benefit : quote.benefits) {
        Money shares;
        for (const auto& payer : benefit.payers) {
            MULIN_CHECK(!payer.amount.is_negative());
            shares += payer.amount;
        }
        MULIN_CHECK(shares == benefit.amount);
        sum += benefit.amount;
    }
    MULIN_CHECK(sum == quote.list + quote.delivery);
}

void price_twice(const sync::PolicySet& set, const sync::QuoteRequest& request) {
    sync::MemoryUsage usage;
    for (int i = 0; i < 2; ++i) {
        const auto quote = set.price(request, usage);
        must_add_up(quote);
        usage.commit(quote);
        sync::answer_json("1", quote);
    }
}

}  // namespace

bool try_policy(std::string_view bytes) {
    const sync::PolicyFile file{"f.json", std::string(bytes)};
    const auto findings = sync::lint({&file, 1});
    for (const auto& finding : findings) sync::finding_json(finding);
    const auto set = sync::PolicySet::load({&file, 1});
    if (!set) return false;
    for (const char* text : kCases) price_twice(*set, sync::parse_case(text)->request);
    return true;
}

bool try_case(std::string_view bytes) {
    static const sync::PolicySet set = *sync::PolicySet::load(std::vector<sync::PolicyFile>{{"p", kPolicy}});
    const auto read = sync::parse_case(bytes);
    sync::error_json(sync::case_id_json(bytes), bytes);
    if (!read) return false;
    price_twice(set, read->request);
    return true;
}

}  // namespace mulin::tests

#ifdef MULIN_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        mulin::tests::try_policy(bytes);
    } else {
        mulin::tests::try_case(bytes);
    }
    return 0;
}
#endif
