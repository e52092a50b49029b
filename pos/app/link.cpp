#include "pos/app/link.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sync/client/exchange.h"
#include "sync/store/district_word.h"

namespace mulin::pos {
namespace {

constexpr int kVerdictsShown = 120;

sync_status::Verdict shown_verdict(sync::TerminalStore& store, const sync::SiteVerdict& verdict) {
    sync_status::Verdict shown;
    shown.date = verdict.business_date;
    shown.meal = verdict.meal;
    shown.sale = verdict.sale.till.text() + " #" + std::to_string(verdict.sale.seq);
    shown.reason = verdict.reason;
    if (!verdict.business_date.text().starts_with(verdict.period)) shown.period = verdict.period;
    shown.claimed = verdict.claimed;
    shown.posted = verdict.posted;
    shown.vendor = verdict.vendor;
    shown.tolerance = verdict.tolerance;
    shown.diner = verdict.diner_bears;
    shown.suspense = verdict.suspense;
    if (!verdict.diner) return shown;
    const auto diner = store.diner(*verdict.diner);
    shown.name = diner && *diner ? (*diner)->name : verdict.diner->text();
    return shown;
}

std::vector<sync_status::Verdict> shown_verdicts(sync::TerminalStore& store) {
    std::vector<sync_status::Verdict> shown;
    const auto verdicts = store.district_word().verdicts(kVerdictsShown);
    if (!verdicts) return shown;
    for (const auto& verdict : *verdicts) shown.push_back(shown_verdict(store, verdict));
    return shown;
}

}  // namespace

Link::Link(Till& till, Inbox& inbox, const Phrases& phrases, std::function<void()> news_came)
    : till_(till), inbox_(inbox), phrases_(phrases), news_came_(std::move(news_came)),
      pace_(till.clock().monotonic()), worker_([this] { return tick(); }) {}

std::int64_t Link::tick() {
    if (!enrolment_) {
        auto loaded = sync::load_enrolment(till_.dir());
        if (loaded && *loaded) enrolment_ = **loaded;
        else if (!loaded) last_error_ = phrases_.sentence(loaded.error());
        post_status();
        if (!enrolment_) return 60'000;
    }
    const auto now = till_.clock().monotonic();
    if (pace_.is_due(now)) exchange();
    return std::clamp<std::int64_t>(pace_.due().ms - till_.clock().monotonic().ms, 10, 60'000);
}

void Link::exchange() {
    if (!transport_) {
        auto transport = sync::transport_of(*enrolment_, till_.dir(), !till_.now().device_wrong);
        if (!transport) {
            last_error_ = phrases_.sentence(transport.error());
            pace_.failed(till_.clock().monotonic(), transport.error(), till_.random());
            return post_status();
        }
        transport_ = std::move(*transport);
    }
    const auto summary = sync::exchange_once(till_.store(), *enrolment_, *transport_, till_.clock());
    if (summary) {
        last_error_.clear();
        till_.hear_district_time(summary->clock_ahead_ms);
        pace_.succeeded(till_.clock().monotonic(), summary->waiting > 0);
        if (summary->snapshot || summary->diners_down > 0) {
            if (const auto reloaded = till_.reload(); !reloaded) last_error_ = phrases_.sentence(reloaded.error());
            news_came_();
        }
    } else {
        last_error_ = phrases_.sentence(summary.error());
        transport_.reset();
        pace_.failed(till_.clock().monotonic(), summary.error(), till_.random());
    }
    if (std::exchange(asked_, false)) {
        posted_.reset();
        inbox_.post(sync_status::Intent(sync_status::ExchangeEnded{}));
    }
    post_status();
}

void Link::something_waits() {
    worker_.post([this] {
        pace_.something_waits(till_.clock().monotonic());
        post_status();
    });
}

void Link::exchange_now() {
    worker_.post([this] {
        asked_ = true;
        if (!enrolment_) return inbox_.post(sync_status::Intent(sync_status::ExchangeEnded{}));
        pace_.asked(till_.clock().monotonic());
    });
}

void Link::post_status_soon() {
    worker_.post([this] {
        posted_.reset();
        post_status();
    });
}

void Link::post_status() {
    const auto now = status();
    const auto shown = [](const sync_status::Status& s) {
        return std::tie(s.link, s.waiting, s.server, s.last_error, s.diners, s.policy_version, s.rules_out_of_date, s.provisional, s.verdicts);
    };
    if (posted_ && shown(*posted_) == shown(now)) return;
    posted_ = now;
    inbox_.post(ShellIntent(LinkArrived{now}));
}

sync_status::Status Link::status() {
    sync_status::Status status;
    status.till = till_.id().text();
    status.last_error = last_error_.empty() ? till_.rules_problem() : last_error_;
    status.policy_version = till_.policies().version();
    status.menu_date = payment::china_date(till_.now().at).text();
    if (const auto count = till_.store().diner_count()) status.diners = *count;
    if (const auto state = till_.store().sync_state()) {
        status.waiting = state->waiting;
        status.last_exchange = state->last_exchange;
    }
    if (!enrolment_) {
        status.link = sync_status::Link::not_enrolled;
        return status;
    }
    if (const auto word = till_.store().district_word().standing(till_.now().at)) {
        status.rules_out_of_date = word->rules_out_of_date;
        status.provisional = word->provisional;
    }
    status.verdicts = shown_verdicts(till_.store());
    status.server = enrolment_->server_url;
    status.link = pace_.online() ? sync_status::Link::online : sync_status::Link::offline;
    const auto wait_ms = pace_.due().ms - till_.clock().monotonic().ms;
    status.next_try = sync::UtcInstant{till_.clock().utc().ms + std::max<std::int64_t>(wait_ms, 0)};
    return status;
}

}  // namespace mulin::pos
