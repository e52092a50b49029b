#include "sync/settlement/verdict.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <openssl/sha.h>

#include "payment/base/check.h"
#include "payment/base/id.h"

namespace mulin::sync::settlement {
namespace {

// Texts of others stand with their length, so that no two sets of facts read alike.
std::string counted(const std::string& text) { return std::to_string(text.size()) + ":" + text + "|"; }

std::string shares_text(const std::vector<PayerShare>& shares) {
    std::string text;
    for (const auto& share : shares) text += counted(share.payer) + std::to_string(share.amount.in_fen()) + "|";
    return text + "/";
}

std::string claim_text(const Claim& claim) {
    const Circumstances& c = claim.circumstances;
    std::string text = counted(claim.entry.till.text()) + counted(claim.entry.epoch.text()) + std::to_string(claim.entry.seq) +
                       "|" + counted(claim.entry_hash) + counted(claim.diner.text()) + claim.business_date.text() + "|" +
                       name_of(claim.meal) + "|" + counted(claim.site.text()) + counted(claim.vendor.text()) +
                       std::to_string(claim.not_before.ms) + "|";
    for (const bool fact : {c.home_site, c.forked, c.identity_disputed, c.denied_card, c.lease_exceeded, c.clock_untrusted,
                            c.overridden, c.voided})
        text += fact ? '1' : '0';
    if (c.rules_out_of_date) text += 'r';
    text += std::string("|") + (c.ruling ? name_of(*c.ruling) : "") + "|";
    return text + shares_text(claim.claimed) + shares_text(claim.returned) + "\n";
}

std::string digest_of(const std::string& text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return payment::hex(digest);
}

// What speaks against the whole claim, whatever the rules would give.
std::optional<Reason> objection(const Circumstances& c) {
    const bool accepted = c.ruling == Ruling::accept;
    if (c.voided) return Reason::voided;
    if (c.forked && !accepted) return Reason::forked;
    if (c.identity_disputed && !accepted) return Reason::identity_disputed;
    if (c.denied_card && !accepted) return Reason::denied_card;
    return std::nullopt;
}

bool is_vendors_own(const std::string& payer) { return payer == "vendor"; }

bool same_meal(const Claim& a, const Claim& b) { return a.business_date == b.business_date && a.meal == b.meal; }

std::optional<Bearer> ruled_bearer(const Circumstances& c) {
    if (!c.ruling) return std::nullopt;
    switch (*c.ruling) {
        case Ruling::accept: return std::nullopt;
        case Ruling::vendor: return Bearer::vendor;
        case Ruling::tolerance: return Bearer::tolerance;
        case Ruling::diner: return Bearer::diner;
    }
    return std::nullopt;
}

class Judge {
  public:
    Judge(const VerdictRules& rules, std::string facts) : rules_(rules), facts_(std::move(facts)) {}

    Verdict verdict(const Claim& claim) {
        facts_ = digest_of(facts_ + claim_text(claim));
        Verdict verdict{claim.entry, claim.entry_hash, Reason::granted, {}, {}, rules_.version, facts_};
        const auto asked = beyond(claim.claimed, claim.returned);
        if (const auto against = objection(claim.circumstances)) {
            verdict.reason = *against;
            if (*against != Reason::voided) bear(verdict, claim, asked);
        } else if (asked.empty() && !claim.returned.empty()) {
            verdict.reason = Reason::refunded;
        } else {
            by_the_rules(verdict, claim, asked);
        }
        return verdict;
    }

  private:
    void by_the_rules(Verdict& verdict, const Claim& claim, const std::vector<PayerShare>& asked) {
        Due due = rules_.due(claim, granted_);
        due.shares = summed(due.shares);
        if (due.why == Due::Why::cannot_be_judged) {
            if (claim.circumstances.ruling == Ruling::accept) {
                due = {asked, Due::Why::unexplained};
            } else {
                verdict.reason = Reason::unjudged;
                return bear(verdict, claim, asked);
            }
        }
        if (rules_.one_subsidy_a_meal && has_public_subsidy(claim)) {
            std::erase_if(due.shares, [](const PayerShare& share) { return !is_vendors_own(share.payer) && !is_for_operator(share.payer); });
        }
        verdict.posted = within(asked, due.shares);
        if (const auto shortfall = beyond(asked, verdict.posted); !shortfall.empty()) {
            verdict.reason = shortfall_reason(claim, due.why);
            bear(verdict, claim, shortfall);
        } else if (!beyond(due.shares, claim.claimed).empty()) {
            verdict.reason = Reason::granted_less_than_due;
        }
        grant(verdict, claim);
    }

    void grant(const Verdict& verdict, const Claim& claim) {
        if (verdict.posted.empty()) return;
        granted_.push_back(claim);
        publicly_.push_back(std::any_of(verdict.posted.begin(), verdict.posted.end(), [](const PayerShare& share) {
            return !is_vendors_own(share.payer) && !is_for_operator(share.payer);
        }));
    }

    bool has_public_subsidy(const Claim& claim) const {
        for (std::size_t i = granted_.size(); i-- > 0;) {
            if (granted_[i].business_date != claim.business_date) return false;
            if (publicly_[i] && same_meal(granted_[i], claim)) return true;
        }
        return false;
    }

    // Why the payers owe less than was claimed.
    Reason shortfall_reason(const Claim& claim, Due::Why why) const {
        if (claim.circumstances.lease_exceeded) return Reason::lease_exceeded;
        if (claim.circumstances.overridden) return Reason::overridden;
        if (claim.circumstances.clock_untrusted) return Reason::clock_untrusted;
        const bool second = rules_.one_subsidy_a_meal && has_public_subsidy(claim);
        const bool same_site = std::any_of(granted_.rbegin(), granted_.rend(), [&](const Claim& earlier) {
            return earlier.site == claim.site && earlier.business_date == claim.business_date;
        });
        if (second || why == Due::Why::other_meals) return same_site ? Reason::double_same_site : Reason::double_elsewhere;
        if (why == Due::Why::not_up_to_date) return Reason::not_up_to_date;
        if (same_site) return Reason::double_same_site;
        return claim.circumstances.rules_out_of_date ? Reason::not_up_to_date : Reason::wrong_amounts;
    }

    void bear(Verdict& verdict, const Claim& claim, const std::vector<PayerShare>& shortfall) {
        if (const auto ruled = ruled_bearer(claim.circumstances)) return put(verdict, *ruled, shortfall);
        switch (verdict.reason) {
            case Reason::forked:
            case Reason::identity_disputed:
            case Reason::unjudged: return put(verdict, Bearer::suspense, shortfall);
            case Reason::not_up_to_date: return put(verdict, Bearer::tolerance, shortfall);
            case Reason::double_elsewhere: return tolerate(verdict, claim, shortfall);
            default: return put(verdict, Bearer::vendor, shortfall);
        }
    }
    static void put(Verdict& verdict, Bearer bearer, const std::vector<PayerShare>& shares) {
        for (const auto& share : shares) {
            const bool goes_without = bearer != Bearer::suspense && is_for_operator(share.payer);
            verdict.borne.push_back({goes_without ? Bearer::vendor : bearer, share.payer, share.amount});
        }
    }
    void tolerate(Verdict& verdict, const Claim& claim, const std::vector<PayerShare>& shortfall) {
        Money& used = tolerated_[claim.business_date];
        for (const auto& share : shortfall) {
            if (is_for_operator(share.payer)) {
                put(verdict, Bearer::vendor, {share});
                continue;
            }
            const Money left = rules_.tolerance_per_diner_day - used;
            const Money here = std::clamp(left, Money{}, share.amount);
            used += here;
            if (here > Money{}) verdict.borne.push_back({Bearer::tolerance, share.payer, here});
            if (here < share.amount) verdict.borne.push_back({Bearer::diner, share.payer, share.amount - here});
        }
    }

    const VerdictRules& rules_;
    std::string facts_;
    std::vector<Claim> granted_;
    std::vector<bool> publicly_;  // of each granted: somebody other than the vendor pays for the meal
    std::map<Date, Money> tolerated_;
};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::granted: return "granted";
        case Reason::granted_less_than_due: return "granted_less_than_due";
        case Reason::voided: return "voided";
        case Reason::refunded: return "refunded";
        case Reason::double_same_site: return "double_same_site";
        case Reason::double_elsewhere: return "double_elsewhere";
        case Reason::not_up_to_date: return "not_up_to_date";
        case Reason::wrong_amounts: return "wrong_amounts";
        case Reason::lease_exceeded: return "lease_exceeded";
        case Reason::overridden: return "overridden";
        case Reason::clock_untrusted: return "clock_untrusted";
        case Reason::denied_card: return "denied_card";
        case Reason::identity_disputed: return "identity_disputed";
        case Reason::forked: return "forked";
        case Reason::unjudged: return "unjudged";
    }
    return "";
}

const char* name_of(Bearer bearer) {
    switch (bearer) {
        case Bearer::vendor: return "vendor";
        case Bearer::tolerance: return "tolerance";
        case Bearer::diner: return "diner";
        case Bearer::suspense: return "suspense";
    }
    return "";
}

std::vector<Verdict> judge_claims(std::vector<Claim> claims, const VerdictRules& rules, const std::string& facts_before) {
    for (auto& claim : claims) {
        MULIN_CHECK(claim.diner == claims.front().diner);
        claim.claimed = summed(claim.claimed);
        claim.returned = within(claim.claimed, summed(claim.returned));
    }
    std::sort(claims.begin(), claims.end(), comes_before);
    Judge judge(rules, facts_before);
    std::vector<Verdict> verdicts;
    for (const auto& claim : claims) verdicts.push_back(judge.verdict(claim));
    return verdicts;
}

std::string posted_text(const Verdict& verdict) {
    std::string text;
    for (const auto& share : verdict.posted)
        text += (text.empty() ? "" : " ") + share.payer + "=" + std::to_string(share.amount.in_fen());
    return text;
}

std::string borne_text(const Verdict& verdict) {
    std::string text;
    for (const auto& burden : verdict.borne)
        text += (text.empty() ? "" : " ") + std::string(name_of(burden.bearer)) + ":" + burden.payer + "=" +
                std::to_string(burden.amount.in_fen());
    return text;
}

std::string verdict_text(const Verdict& verdict) {
    return verdict.entry.till.text() + " " + verdict.entry.epoch.text() + " " + std::to_string(verdict.entry.seq) + " " +
           verdict.entry_hash + " " + name_of(verdict.reason) + " post[" + posted_text(verdict) + "] borne[" +
           borne_text(verdict) + "] rules=" + verdict.rules + " facts=" + verdict.facts;
}

}  // namespace mulin::sync::settlement
