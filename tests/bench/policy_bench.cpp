// Quotes per second on one core for a stack of 12 rules with counters, with and without the sentences
// that explain them, over a hand-written function for the same 12 rules. Aim: at most 8 times its
// time without sentences; a quote under 50 us with them.
//   policy_bench [quotes]      default 400000; ctest runs a few so that it never rots

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "payment/base/id.h"
#include "payment/money/rate.h"
#include "sync/policy/memory_usage.h"
#include "sync/policy/policy_set.h"

namespace {

using namespace mulin;
using namespace mulin::sync;

std::string rule(const std::string& id, const std::string& condition, const std::string& rest) {
    return R"({"id":")" + id + R"(","name":{"zh":"长者优惠","en":"Senior benefit"},"if":)" + condition + "," + rest + "}";
}

std::string percent(int pay) {
    return R"("group":"age","payers":"district","benefit":{"kind":"percent","pay_percent":)" + std::to_string(pay) +
           R"(,"rounding":{"mode":"half_up","unit":"fen"}})";
}

std::string amount(int fen, const std::string& limit, const std::string& payer, const std::string& more = "") {
    return more + R"("limits":[")" + limit + R"("],"payers":")" + payer + R"(","benefit":{"kind":"amount","amount_fen":)" + std::to_string(fen) + "}";
}

std::string threshold(int fen) {
    return R"("group":"subsidy","threshold":{"amount_fen":)" + std::to_string(fen) + R"(,"basis":"gross","compare":"at_least","delivery_fee":"excluded"},)";
}

std::string twelve_rules() {
    const std::string rules[] = {
        rule("a60", R"({"age":{"from":60,"below":70},"residence":"310110"})", percent(95)),
        rule("a70", R"({"age":{"from":70,"below":80},"residence":"310110"})", percent(90)),
        rule("a80", R"({"age":{"from":80,"below":90},"residence":"310110"})", percent(85)),
        rule("a90", R"({"age":{"from":90},"residence":"310110"})", percent(80)),
        rule("s-a", R"({"age":{"from":60},"aid":"dibao","hukou":"31","approved":"meal"})", amount(500, "daily", "district", threshold(800))),
        rule("s-b", R"({"age":{"from":60,"below":80},"hukou":"31","approved":"meal"})", amount(200, "daily", "district", threshold(1500))),
        rule("s-c", R"({"age":{"from":80},"hukou":"31","approved":"meal"})", amount(300, "daily", "district", threshold(1500))),
        rule("street", R"({"age":{"from":60},"residence_here":"subdistrict"})", amount(100, "meal", "street")),
        rule("card", R"({"presented":"jinglao","vendor":"V1"})", amount(50, "weekly", "vendor")),
        rule("birthday", R"({"birthday":"day"})", amount(500, "yearly", "foundation")),
        rule("campaign", R"({"tender":"unionpay_qr"})", amount(100, "pool", "bank")),
        rule("delivery", R"({"age":{"from":80},"service":"delivery"})",
             R"("payers":"district","benefit":{"kind":"amount","on":"delivery_fee","amount_fen":200})")};
    std::string text = R"({"mulin_policy":1,"id":"b","version":"1","order":1,"name":{"zh":"a","en":"a"},"effective":{"from":"2000-01-01","through":null},
        "groups":{"age":{"pick":"first"},"subsidy":{"pick":"first"}},"limits":{"daily":{"per":"day","for":"person","max_uses":1},
        "meal":{"per":"meal","for":"person","max_uses":1},"weekly":{"per":"week","for":"person","max_uses":5},
        "yearly":{"per":"year","for":"person","max_uses":1},"pool":{"per":"day","for":"everyone","max_uses":100000}},"rules":[)";
    for (const auto& one : rules) text += (text.back() == '[' ? "" : ",") + one;
    return text + "]}";
}

// The same twelve rules as somebody would write them for this one district.
class HandWritten {
  public:
    HandWritten(const QuoteRequest& request, const UsageView& usage) : request_(request), usage_(usage) {}

    Quote price() {
        for (const auto& line : request_.lines) {
            const Money sum = line.unit_price.times(line.quantity);
            quote_.line_amounts.push_back(sum);
            quote_.list += sum;
        }
        quote_.delivery = request_.delivery_fee;
        left_ = quote_.list;
        const QuoteDiner& diner = *request_.diner;
        date_ = payment::china_date(request_.at);
        const int age = payment::completed_years(*diner.birth_date, date_);
        if (diner.residence.starts_with("310110")) discount(age);
        if (age >= 60 && diner.hukou.starts_with("31") && has(diner.approved, "meal")) subsidy(age, has(diner.aid, "dibao"));
        const auto here = request_.site.subdistrict.substr(0, 9);
        if (age >= 60 && here.size() == 9 && diner.residence.starts_with(here))
            take("street", 100, "street", "meal", diner.id, date_.text() + "/" + name_of(request_.meal), 1);
        if (request_.presented == "jinglao" && request_.site.vendor == "V1")
            take("card", 50, "vendor", "weekly", diner.id, "w" + date_.plus_days(1 - date_.weekday()).text(), 5);
        if (diner.birth_date->month() == date_.month() && diner.birth_date->day() == date_.day())
            take("birthday", 500, "foundation", "yearly", diner.id, date_.text().substr(0, 4), 1);
        if (request_.tender == "unionpay_qr") take("campaign", 100, "bank", "pool", "*", date_.text(), 100000);
        Money delivery_left = quote_.delivery;
        if (age >= 80 && request_.service == Service::delivery) {
            const Money off = std::min(Money::fen(200), delivery_left);
            if (!off.is_zero()) add("delivery", off, "district");
            delivery_left -= off;
        }
        quote_.paid = left_ + delivery_left;
        return std::move(quote_);
    }

  private:
    static bool has(const std::vector<std::string>& words, const char* word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    }

    void add(const char* id, Money off, const char* payer) {
        quote_.benefits.push_back({id, "长者优惠", "Senior benefit", off, {{payer, off}}});
    }

    void discount(int age) {
        if (age < 60) return;
        const int pay = age >= 90 ? 80 : age >= 80 ? 85 : age >= 70 ? 90 : 95;
        const char* id = age >= 90 ? "a90" : age >= 80 ? "a80" : age >= 70 ? "a70" : "a60";
        const Money paid = payment::apply_rate(left_, payment::Rate::percent(pay), payment::Rounding::half_up, payment::RoundingUnit::fen);
        if (paid == left_) return;
        add(id, left_ - paid, "district");
        left_ = paid;
    }

    void subsidy(int age, bool class_a) {
        const std::string today = date_.text();
        const std::string& id = request_.diner->id;
        if (class_a && quote_.list >= Money::fen(800)) {
            if (take("s-a", 500, "district", "daily", id, today, 1)) return;
        }
        if (quote_.list < Money::fen(1500)) return;
        take(age < 80 ? "s-b" : "s-c", age < 80 ? 200 : 300, "district", "daily", id, today, 1);
    }

    bool take(const char* id, int fen, const char* payer, const char* limit, const std::string& who, const std::string& window, int max) {
        std::string key = std::string("b/") + limit + "|" + who + "|" + window;
        if (usage_.used(key).uses >= max) return false;
        const Money off = std::min(Money::fen(fen), left_);
        if (off.is_zero()) return false;
        add(id, off, payer);
        quote_.uses.push_back({std::move(key), 1, off});
        left_ -= off;
        return true;
    }

    const QuoteRequest& request_;
    const UsageView& usage_;
    Quote quote_;
    Money left_;
    Date date_;
};

std::vector<QuoteRequest> requests() {
    payment::SeededRandom random(5);
    std::vector<QuoteRequest> made(512);
    for (auto& one : made) {
        one.at = UtcInstant{1'773'100'000'000 + static_cast<std::int64_t>(random.below(40)) * 3'600'000};
        one.site = {"S1", random.below(2) == 0 ? "310110016000" : "310110018000", random.below(2) == 0 ? "V1" : "V2", "canteen", {}};
        one.service = random.below(5) == 0 ? Service::delivery : Service::dine_in;
        one.delivery_fee = Money::fen(one.service == Service::delivery ? 300 : 0);
        one.presented = random.below(2) == 0 ? "jinglao" : "";
        one.tender = random.below(3) == 0 ? "unionpay_qr" : "cash";
        QuoteDiner diner;
        diner.id = "D00" + std::to_string(1000 + random.below(300));
        diner.birth_date = Date::from_ymd(1926 + static_cast<int>(random.below(45)), 3, 1 + static_cast<int>(random.below(28)));
        diner.hukou = random.below(8) == 0 ? "320500000000" : "310110016000";
        diner.residence = random.below(6) == 0 ? "310109001000" : "310110016000";
        if (random.below(10) == 0) diner.aid = {"dibao"};
        if (random.below(2) == 0) diner.approved = {"meal"};
        one.diner = diner;
        for (std::uint64_t i = 0; i < 1 + random.below(3); ++i)
            one.lines.push_back({"set-a", "set", Money::fen(300 + static_cast<std::int64_t>(random.below(1500))), 1, 0, {}});
    }
    return made;
}

bool equal(const Quote& a, const Quote& b) {
    return a.list == b.list && a.paid == b.paid && a.benefits == b.benefits && a.uses == b.uses;
}

template <class Price>
double microseconds(const std::vector<QuoteRequest>& asked, int count, std::int64_t& sum, Price price) {
    std::vector<double> rounds;
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < count / 5; ++i) sum += price(asked[static_cast<std::size_t>(i) % asked.size()]).paid.in_fen();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        rounds.push_back(took.count() / std::max(1, count / 5));
    }
    return *std::min_element(rounds.begin(), rounds.end());
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 400'000;
    const auto set = PolicySet::load(std::vector<PolicyFile>{{"b", twelve_rules()}});
    if (!set) {
        std::fprintf(stderr, "policy_bench: %s\n", set.error().message.c_str());
        return 1;
    }
    const auto asked = requests();
    MemoryUsage usage;
    for (const auto& one : asked) {
        const Quote quote = set->price(one, usage);
        if (!equal(quote, HandWritten(one, usage).price())) {
            std::fprintf(stderr, "policy_bench: engine and hand-written function differ for %s\n", one.diner->id.c_str());
            return 1;
        }
        if (one.diner->id.back() % 2 == 0) usage.commit(quote);
    }
    std::int64_t sum = 0;
    const double by_hand = microseconds(asked, count, sum, [&](const auto& one) { return HandWritten(one, usage).price(); });
    const double plain = microseconds(asked, count, sum, [&](const auto& one) { return set->price(one, usage, Explain::no); });
    const double explained = microseconds(asked, count, sum, [&](const auto& one) { return set->price(one, usage); });
    std::printf("12 rules, %d quotes each, best of 5 rounds (checksum %lld)\n", count, static_cast<long long>(sum));
    std::printf("hand-written            %7.2f us  %9.0f quotes/s\n", by_hand, 1e6 / by_hand);
    std::printf("engine, not explained   %7.2f us  %9.0f quotes/s  ratio %.1f (aim <= 8)\n", plain, 1e6 / plain, plain / by_hand);
    std::printf("engine, explained       %7.2f us  %9.0f quotes/s  ratio %.1f (aim < 50 us)\n", explained, 1e6 / explained, explained / by_hand);
    return 0;
}
