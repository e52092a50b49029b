#include "sync/judging/judge.h"

#include <algorithm>

#include "sync/backtest/sale_facts.h"

namespace mulin::sync::server {
namespace {

struct Name {
    Deviation deviation;
    const char* code;
    bool expected;
    const char* zh;
    const char* en;
};

constexpr Name kNames[] = {
    {Deviation::no_lease, "no_lease", true, "当时收银机没有名额或额度，未享受该项优惠", "The till had no share of the pool then, so the benefit was not given"},
    {Deviation::served_elsewhere, "served_elsewhere", true, "同一天在别的收银机用过，当时这台还不知道", "The diner was served at another till that this one did not know of yet"},
    {Deviation::older_facts, "older_facts", true, "收银机当时还没收到老人资料的更新", "The till had not yet received a change of the diner's record"},
    {Deviation::newer_facts, "newer_facts", true, "收银机比区里先知道老人资料的更新", "The till knew of a change of the diner's record before the district"},
    {Deviation::older_rules, "older_rules", true, "收银机当时还没收到新规则", "The till had not yet received the rules in force"},
    {Deviation::newer_rules, "newer_rules", false, "收银机用了这笔之后才发布的规则，请核对时钟", "The till used rules published after the sale; look at its clock"},
    {Deviation::full_price, "full_price", true, "按原价售出，没有用优惠", "Sold at full price although there was a benefit"},
    {Deviation::wrong_amounts, "wrong_amounts", false, "金额与规则不符，原因不明", "The amounts do not follow from the rules, and nothing explains why"},
    {Deviation::unknown_rules, "unknown_rules", false, "收银机用了区里从未发布的规则", "The till used rules that were never published here"},
    {Deviation::unknown_diner, "unknown_diner", false, "区里没有这位老人的资料，无法核对", "The district has no record of the diner, so this cannot be checked"},
    {Deviation::unknown_site, "unknown_site", false, "区里没有这个点位，无法核对", "The district has no record of the site, so this cannot be checked"},
    {Deviation::no_rules, "no_rules", false, "区里还没有发布规则，无法核对", "No rules are published yet, so this cannot be checked"},
    {Deviation::invalid_request, "invalid_request", false, "这笔单据不能计价", "This sale cannot be priced at all"},
};

const Name& entry_of(Deviation deviation) {
    return *std::find_if(std::begin(kNames), std::end(kNames), [&](const Name& name) { return name.deviation == deviation; });
}

// What a till is asked to know: a choice per question.
struct Circumstances {
    const Release* release = nullptr;
    const QuoteDiner* diner = nullptr;  // none: sold as to a guest
    bool this_till_only = false;
    bool leased = false;  // pools held no more than what the sale took of them
    std::vector<Deviation> deviations;
};

class Judge {
  public:
    explicit Judge(const JudgedSale& asked) : asked_(asked), sale_(asked.sale) {}

    Judgement decide() {
        if (const auto open = cannot_judge()) return *open;
        find_in_force();
        const auto all = circumstances();
        for (const bool by_choice : {false, true}) {
            for (const auto& one : all) {
                auto agreed = by_choice ? chosen_under(one) : agreed_under(one);
                if (agreed) return std::move(*agreed);
            }
        }
        return unexplained();
    }

  private:
    class Before final : public UsageView {
      public:
        Before(const Judge& judge, const Circumstances& under) : judge_(judge), under_(under) {}
        // Pools are not judged sale by sale: whether one was overdrawn is asked of the whole pool.
        Usage used(const std::string& key) const override {
            if (under_.release->shared.count(std::string_view(key).substr(0, key.find('|'))) != 0) return {};
            return judge_.asked_.before(key, under_.this_till_only);
        }
        std::optional<Usage> left_of_lease(const std::string& key, UtcInstant) const override {
            if (!under_.leased) return std::nullopt;
            for (const auto& use : judge_.sale_.uses) {
                if (use.key == key) return Usage{use.uses, use.amount};
            }
            return Usage{};
        }

      private:
        const Judge& judge_;
        const Circumstances& under_;
    };

    std::optional<Judgement> cannot_judge() const {
        const auto open = [&](Deviation why) {
            Judgement judgement;
            judgement.deviations = {why};
            judgement.expected = false;
            return judgement;
        };
        if (asked_.releases->empty()) return open(Deviation::no_rules);
        if (asked_.site == nullptr) return open(Deviation::unknown_site);
        if (sale_.diner && asked_.diner->empty()) return open(Deviation::unknown_diner);
        if (!check_request(request_of(sale_, *asked_.site))) return open(Deviation::invalid_request);
        return std::nullopt;
    }

    void find_in_force() {
        const auto newest = [&](const auto& versions, auto moment) {
            const auto* found = &versions.front();
            for (const auto& version : versions) {
                if (moment(version) <= sale_.at.ms) found = &version;
            }
            return found;
        };
        release_ = newest(*asked_.releases, [](const Release& release) { return release.published_ms; });
        if (sale_.diner) facts_ = newest(*asked_.diner, [](const FactsVersion& version) { return version.from_ms; });
    }

    // From nothing unusual to ever more; the first that explains the sale counts.
    std::vector<Circumstances> circumstances() const {
        std::vector<Circumstances> all;
        std::vector<std::pair<const Release*, std::optional<Deviation>>> releases{{release_, std::nullopt}};
        for (const Release& other : *asked_.releases) {
            if (&other != release_ && other.rules.version() == sale_.policy_version)
                releases.push_back({&other, other.published_ms < release_->published_ms ? Deviation::older_rules : Deviation::newer_rules});
        }
        std::vector<std::pair<const QuoteDiner*, std::optional<Deviation>>> people;
        people.push_back({facts_ == nullptr ? nullptr : &facts_->facts, std::nullopt});
        if (facts_ != nullptr) {
            for (auto at = asked_.diner->rbegin(); at != asked_.diner->rend(); ++at) {
                if (&*at != facts_)
                    people.push_back({&at->facts, at->from_ms < facts_->from_ms ? Deviation::older_facts : Deviation::newer_facts});
            }
        }
        for (const auto& [release, of_rules] : releases) {
            for (const auto& [diner, of_facts] : people) {
                for (const bool own : {false, true}) {
                    for (const bool leased : {false, true}) {
                        Circumstances one{release, diner, own, leased, {}};
                        if (of_rules) one.deviations.push_back(*of_rules);
                        if (of_facts) one.deviations.push_back(*of_facts);
                        if (own) one.deviations.push_back(Deviation::served_elsewhere);
                        if (leased) one.deviations.push_back(Deviation::no_lease);
                        all.push_back(std::move(one));
                    }
                }
            }
        }
        std::stable_sort(all.begin(), all.end(), [](const Circumstances& a, const Circumstances& b) {
            return a.deviations.size() < b.deviations.size();
        });
        return all;
    }

    // Cards and tenders that may have been named, the likeliest first.
    std::vector<std::pair<std::string, std::string>> answers(const QuoteDiner* diner) const {
        std::vector<std::string> cards;
        const auto add = [](std::vector<std::string>& to, const std::string& word) {
            if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(word);
        };
        if (diner != nullptr) {
            add(cards, usual_card(diner->cards));
            for (const auto& card : diner->cards) add(cards, card);
        }
        add(cards, "");
        std::vector<std::string> tenders;
        for (const auto& payment : sale_.payments) add(tenders, payment.method);
        if (tenders.empty()) tenders = {"cash", "senior_card", "qr", "bank_card"};
        add(tenders, "");
        std::vector<std::pair<std::string, std::string>> all;
        for (const auto& tender : tenders) {
            for (const auto& card : cards) all.emplace_back(card, tender);
        }
        return all;
    }

    Quote price(const Circumstances& under, const std::pair<std::string, std::string>& answer, Explain explain) const {
        QuoteRequest request = request_of(sale_, *asked_.site);
        request.presented = answer.first;
        request.tender = answer.second;
        if (under.diner != nullptr) request.diner = *under.diner;
        return under.release->rules.price(request, Before(*this, under), explain);
    }

    static bool same_uses(std::vector<CounterUse> a, std::vector<CounterUse> b) {
        const auto by_key = [](const CounterUse& x, const CounterUse& y) { return x.key < y.key; };
        std::sort(a.begin(), a.end(), by_key);
        std::sort(b.begin(), b.end(), by_key);
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const CounterUse& x, const CounterUse& y) {
            return x.key == y.key && x.uses == y.uses && x.amount == y.amount;
        });
    }

    bool agrees(const Quote& quote) const {
        if (quote.list != sale_.list || quote.delivery != sale_.delivery || quote.paid != sale_.paid) return false;
        const auto same_money = [](const Benefit& a, const Benefit& b) {
            return a.rule == b.rule && a.amount == b.amount && a.payers == b.payers;
        };
        return std::equal(quote.benefits.begin(), quote.benefits.end(), sale_.benefits.begin(), sale_.benefits.end(), same_money) &&
               quote.operator_amounts == sale_.operator_amounts && same_uses(quote.uses, sale_.uses);
    }

    std::optional<Judgement> agreed_under(const Circumstances& under) const {
        for (const auto& answer : answers(under.diner)) {
            if (agrees(price(under, answer, Explain::no))) return made(under, answer, under.deviations);
        }
        const auto sold = as_to_a_guest(under);
        if (!sold) return std::nullopt;
        const Quote with_benefits = price(under, *sold, Explain::no);
        const bool must = with_benefits.refused || with_benefits.paid == sale_.paid;
        return must ? std::optional(made(under, *sold, under.deviations)) : std::nullopt;
    }

    // Without the person's benefits, though there were some.
    std::optional<Judgement> chosen_under(const Circumstances& under) const {
        const auto sold = as_to_a_guest(under);
        if (!sold) return std::nullopt;
        auto deviations = under.deviations;
        deviations.push_back(Deviation::full_price);
        return made(under, *sold, deviations);
    }

    // Whether the sale is what a guest would get: the card that was likely shown, and the tender.
    std::optional<std::pair<std::string, std::string>> as_to_a_guest(const Circumstances& under) const {
        if (under.diner == nullptr) return std::nullopt;
        Circumstances guest = under;
        guest.diner = nullptr;
        for (const auto& answer : answers(nullptr)) {
            if (agrees(price(guest, answer, Explain::no))) return std::pair(answers(under.diner).front().first, answer.second);
        }
        return std::nullopt;
    }

    // The district's own answer is always the one by the rules and facts in force and all that is known.
    Judgement made(const Circumstances& under, const std::pair<std::string, std::string>& answer,
                   std::vector<Deviation> deviations) const {
        Judgement judgement;
        judgement.presented = answer.first;
        judgement.tender = answer.second;
        judgement.expected = std::all_of(deviations.begin(), deviations.end(), is_expected);
        if (deviations.empty()) {
            judgement.district = price(under, answer, asked_.explain ? Explain::yes : Explain::no);
        } else {
            const Circumstances right{release_, facts_ == nullptr ? nullptr : &facts_->facts, false, false, {}};
            judgement.district = price(right, answer, Explain::yes);
            judgement.diner_more = sale_.paid - judgement.district.paid;
        }
        judgement.deviations = std::move(deviations);
        return judgement;
    }

    Judgement unexplained() const {
        const bool published = std::any_of(asked_.releases->begin(), asked_.releases->end(), [&](const Release& release) {
            return release.rules.version() == sale_.policy_version;
        });
        const QuoteDiner* diner = facts_ == nullptr ? nullptr : &facts_->facts;
        return made({release_, diner, false, false, {}}, answers(diner).front(),
                    {published ? Deviation::wrong_amounts : Deviation::unknown_rules});
    }

    const JudgedSale& asked_;
    const Sale& sale_;
    const Release* release_ = nullptr;
    const FactsVersion* facts_ = nullptr;
};

}  // namespace

Release::Release(std::int64_t published, PolicySet set) : published_ms(published), rules(std::move(set)) {
    for (const auto& limit : rules.limits()) {
        if (limit.is_shared) shared.insert(limit.prefix);
        if (limit.is_pool) pools.insert(limit.prefix);
    }
}

const char* name_of(Deviation deviation) { return entry_of(deviation).code; }
std::string deviation_zh(Deviation deviation) { return entry_of(deviation).zh; }
std::string deviation_en(Deviation deviation) { return entry_of(deviation).en; }
bool is_expected(Deviation deviation) { return entry_of(deviation).expected; }
bool is_open(Deviation deviation) { return deviation >= Deviation::unknown_diner; }

Judgement judge(const JudgedSale& asked) { return Judge(asked).decide(); }

std::string deviations_text(const std::vector<Deviation>& deviations) {
    std::string text;
    for (const Deviation deviation : deviations) text += (text.empty() ? "" : "+") + std::string(name_of(deviation));
    return text;
}

std::vector<Deviation> parse_deviations(std::string_view text) {
    std::vector<Deviation> deviations;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find('+'));
        for (const Name& name : kNames) {
            if (word == name.code) deviations.push_back(name.deviation);
        }
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    return deviations;
}

}  // namespace mulin::sync::server
