#include "sync/policy/policy_set.h"

#include <openssl/evp.h>

#include <algorithm>
#include <map>

#include "payment/base/check.h"
#include "payment/base/id.h"
#include "sync/policy/book.h"
#include "sync/policy/pricing.h"
#include "sync/policy/read_policy.h"

namespace mulin::sync {
namespace {

using payment::ErrorCode;
using payment::fail;
using policy::Book;
using policy::Calendar;
using policy::Policy;

// More than a canteen sells in a year; keeps every product far below the bound of Money.
constexpr std::int64_t kMaxLineFen = 1'000'000'000;
constexpr std::int64_t kMaxQuantity = 100'000;
constexpr std::int64_t kMaxWeight = 10'000'000;
constexpr std::size_t kMaxLines = 1'000;

std::string short_hash(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    MULIN_CHECK(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
    for (const auto& text : texts) {
        const std::string length = std::to_string(text.size()) + ":";
        EVP_DigestUpdate(context, length.data(), length.size());
        EVP_DigestUpdate(context, text.data(), text.size());
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context, digest, &size);
    EVP_MD_CTX_free(context);
    return payment::hex(std::span<const std::uint8_t>(digest, 6));
}

Status join_calendars(Policy& policy, const std::map<std::string, std::shared_ptr<Calendar>>& calendars) {
    for (const auto& id : policy.calendar_ids) {
        const auto found = calendars.find(id);
        if (found == calendars.end())
            return fail(ErrorCode::invalid_input, policy.file + ": calendar \"" + id +
                                                      "\" is not among the files; add its file beside the policy.");
        const Calendar& calendar = *found->second;
        auto& joined = policy.calendar;
        joined.holidays.insert(joined.holidays.end(), calendar.holidays.begin(), calendar.holidays.end());
        joined.working_days.insert(joined.working_days.end(), calendar.working_days.begin(), calendar.working_days.end());
        joined.years.insert(joined.years.end(), calendar.years.begin(), calendar.years.end());
    }
    std::sort(policy.calendar.holidays.begin(), policy.calendar.holidays.end());
    std::sort(policy.calendar.working_days.begin(), policy.calendar.working_days.end());
    return payment::ok();
}

bool acts_before(const std::shared_ptr<const Policy>& a, const std::shared_ptr<const Policy>& b) {
    if (a->order != b->order) return a->order < b->order;
    if (a->id != b->id) return a->id < b->id;
    if (a->from != b->from) return a->from < b->from;
    return a->version < b->version;
}

// Pricing asks for a rule's group often: a number is found sooner than a name.
void number_groups(std::span<const std::shared_ptr<Policy>> policies) {
    std::map<std::string, std::size_t> numbers;
    for (const auto& policy : policies) {
        for (auto& group : policy->groups) group.number = numbers.emplace(group.name, numbers.size()).first->second;
    }
}

std::string version_texts(std::span<const PolicyFile> files) {
    std::vector<std::string> texts;
    for (const auto& file : files) texts.push_back(file.text);
    return short_hash(std::move(texts));
}

Status check_line(const QuoteLine& line) {
    const auto refuse = [&](const char* what) {
        return fail(ErrorCode::invalid_input, "Line \"" + line.item + "\": " + what);
    };
    const auto within = [](Money amount, std::int64_t bound) { return !amount.is_negative() && amount.in_fen() <= bound; };
    if (!within(line.unit_price, kMaxLineFen) || !within(line.price_per_500g, kMaxLineFen))
        return refuse("a price must not be negative or above 10 million yuan.");
    if (line.quantity < 1 || line.quantity > kMaxQuantity) return refuse("the quantity must be from 1 to 100000.");
    if (line.weight_g < 0 || line.weight_g > kMaxWeight) return refuse("the weight must be from 0 to 10000000 grams.");
    const __int128 price = line.weight_g > 0 ? static_cast<__int128>(line.price_per_500g.in_fen()) * line.weight_g / 500
                                             : static_cast<__int128>(line.unit_price.in_fen());
    if (price * line.quantity > kMaxLineFen) return refuse("the amount must not be above 10 million yuan.");
    return payment::ok();
}

}  // namespace

namespace policy {

std::vector<const Policy*> in_force(const Book& book, Date date) {
    std::vector<const Policy*> found;
    for (const auto& policy : book.policies) {
        if (date < policy->from || (policy->through && date > *policy->through)) continue;
        const auto same = std::find_if(found.begin(), found.end(), [&](const Policy* p) { return p->id == policy->id; });
        if (same == found.end()) {
            found.push_back(policy.get());
            continue;
        }
        const bool later = policy->from != (*same)->from ? policy->from > (*same)->from : policy->version > (*same)->version;
        if (!later) continue;
        found.erase(same);  // the new one stands where its own order puts it
        found.push_back(policy.get());
    }
    return found;
}

}  // namespace policy

Status check_request(const QuoteRequest& request) {
    if (request.lines.empty()) return fail(ErrorCode::invalid_input, "There is no line to price; add at least one.");
    if (request.lines.size() > kMaxLines) return fail(ErrorCode::invalid_input, "There are more than 1000 lines.");
    if (request.delivery_fee.is_negative() || request.delivery_fee.in_fen() > kMaxLineFen)
        return fail(ErrorCode::invalid_input, "The delivery fee must not be negative or above 10 million yuan.");
    for (const auto& line : request.lines) MULIN_TRY_STATUS(check_line(line));
    const int year = payment::china_date(request.at).year();
    if (year < 1970 || year > 9998) return fail(ErrorCode::invalid_input, "The time of the sale is outside the years 1970 to 9998.");
    return payment::ok();
}

PolicySet::PolicySet() {
    auto book = std::make_shared<Book>();
    book->version = short_hash({});
    book_ = std::move(book);
}

Result<PolicySet> PolicySet::load(std::span<const PolicyFile> files) {
    auto book = std::make_shared<Book>();
    std::map<std::string, std::shared_ptr<Calendar>> calendars;
    std::vector<std::shared_ptr<Policy>> policies;
    for (const auto& file : files) {
        auto read = policy::read_file(file);
        for (const auto& finding : read.findings) {
            if (finding.kind != LintFinding::Kind::schema_error) continue;
            const std::string rule = finding.rule.empty() ? "" : " (rule " + finding.rule + ")";
            return fail(ErrorCode::invalid_input, file.name + rule + ": " + finding.message);
        }
        if (read.calendar && !calendars.emplace(read.calendar->id, read.calendar).second)
            return fail(ErrorCode::invalid_input, file.name + ": calendar \"" + read.calendar->id + "\" is there twice.");
        if (read.policy) policies.push_back(std::move(read.policy));
    }
    number_groups(policies);
    for (auto& policy : policies) {
        MULIN_TRY_STATUS(join_calendars(*policy, calendars));
        book->policies.push_back(std::move(policy));
    }
    std::sort(book->policies.begin(), book->policies.end(), acts_before);
    for (std::size_t i = 1; i < book->policies.size(); ++i) {
        const auto& a = *book->policies[i - 1];
        const auto& b = *book->policies[i];
        if (a.id == b.id && a.version == b.version && a.from == b.from)
            return fail(ErrorCode::invalid_input, b.file + ": policy \"" + b.id + "\" version \"" + b.version +
                                                      "\" is there twice (also in " + a.file + ").");
    }
    book->version = version_texts(files);
    PolicySet set;
    set.book_ = std::move(book);
    return set;
}

Quote PolicySet::price(const QuoteRequest& request, const UsageView& usage, Explain explain) const {
    Quote quote;
    if (const Status valid = check_request(request); !valid) {
        quote.refused = Refusal{"invalid_request", "这笔单据不能计价", valid.error().message};
    } else {
        const auto policies = policy::in_force(*book_, payment::china_date(request.at));
        quote = policy::Pricing(request, usage, policies, explain).run();
    }
    quote.policy_version = book_->version;
    return quote;
}

std::vector<CounterUse> PolicySet::given_back_on_void(const std::vector<CounterUse>& uses) const {
    std::vector<CounterUse> back;
    for (const auto& use : uses) {
        const std::string prefix = use.key.substr(0, use.key.find('|'));
        bool keeps = false;
        for (const auto& policy : book_->policies) {
            for (const auto& limit : policy->limits) keeps = keeps || (!limit.gives_back && limit.key_prefix == prefix);
        }
        if (!keeps) back.push_back(use);
    }
    return back;
}

std::string PolicySet::version() const { return book_->version; }

}  // namespace mulin::sync
