#include "sync/books/settle_news.h"

namespace mulin::sync::server {
namespace {

// What was granted, or what the till itself took back.
bool is_as_assumed(settlement::Reason reason) {
    using settlement::Reason;
    return reason == Reason::granted || reason == Reason::voided || reason == Reason::refunded;
}

SiteVerdict news_of(const settlement::Claim& claim, const settlement::Verdict& verdict) {
    SiteVerdict news;
    news.sale = verdict.entry;
    news.hash = verdict.entry_hash;
    news.business_date = claim.business_date;
    news.meal = claim.meal;
    if (!claim.diner.text().starts_with("guest:")) news.diner = claim.diner;
    news.reason = settlement::name_of(verdict.reason);
    for (const auto& [payer, part] : settlement::parts_of(claim, verdict)) {
        news.claimed += part.claimed;
        news.posted += part.posted;
        news.vendor += part.vendor;
        news.tolerance += part.tolerance;
        news.diner_bears += part.diner;
        news.suspense += part.suspense;
    }
    return news;
}

}  // namespace

Status tell_site(Directory& directory, const settlement::Claim& claim, const settlement::Verdict& verdict, std::int64_t n,
                 const std::string& period, UtcInstant now) {
    if (is_as_assumed(verdict.reason)) {
        if (n == 1) return payment::ok();
        MULIN_TRY(const bool told, directory.was_told(verdict.entry, verdict.entry_hash));
        if (!told) return payment::ok();
    }
    SiteVerdict news = news_of(claim, verdict);
    news.n = n;
    news.period = period;
    news.at = now;
    return directory.tell_site(claim.site, news);
}

}  // namespace mulin::sync::server
