#include "sync/settlement/verdict.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <openssl/sha.h>

#include "payment/base/check.h"

namespace mulin::sync::settlement {
namespace {

std::string claim_text(const Claim& claim) {
    const Circumstances& c = claim.circumstances;
    std::string text = claim.entry.till.text() + "|" + claim.entry.epoch.text() + "|" + std::to_string(claim.entry.seq) + "|" +
                       claim.entry_hash + "|" + claim.diner.text() + "|" + claim.business_date.text() + "|" +
                       name_of(claim.meal) + "|" + claim.site.text() + "|" + claim.vendor.text() + "|" +
                       std::to_string(claim.not_before.ms) + "|";
    for (const bool fact : {c.home_site, c.forked, c.identity_disputed, c.denied_card, c.lease_exceeded, c.clock_untrusted,
                            c.overridden, c.voided})
        text += fact ? '1' : '0';
    for (const auto& share : claim.claimed) text += "|" + share.payer + "=" + std::to_string(share.amount.in_fen());
    return text + "\n";
}

std::string digest_of(const std::vector<Claim>& claims) {
    std::string text;
    for (const auto& claim : claims) text += claim_text(claim);
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return payment::hex(digest);
}

// What speaks against the whole claim, whatever the rules would give.
std::optional<Reason> objection(const Circumstances& c) {
    if (c.voided) return Reason::voided;
    if (c.forked) return Reason::forked;
    if (c.identity_disputed) return Reason::identity_disputed;
    if (c.denied_card) return Reason::denied_card;
    return std::nullopt;
}

// Why the payers owe less than was claimed.
Reason shortfall_reason(const Claim& claim, const std::vector<Claim>& granted) {
    if (claim.circumstances.lease_exceeded) return Reason::lease_exceeded;
    if (claim.circumstances.overridden) return Reason::overridden;
    if (claim.circumstances.clock_untrusted) return Reason::clock_untrusted;
    const bool same_site = std::any_of(granted.begin(), granted.end(), [&](const Claim& earlier) {
        return earlier.site == claim.site && earlier.business_date == claim.business_date;
    });
    return same_site ? Reason::double_same_site : Reason::double_elsewhere;
}

class Judge {
  public:
    Judge(const VerdictRules& rules, std::string facts) : rules_(rules), facts_(std::move(facts)) {}

    Verdict verdict(const Claim& claim) {
        Verdict verdict{claim.entry, Reason::granted, {}, {}, rules_.version, facts_};
        if (const auto against = objection(claim.circumstances)) {
            verdict.reason = *against;
            if (*against != Reason::voided) bear(verdict, claim, claim.claimed);
            return verdict;
        }
        const auto due = summed(rules_.due(claim, granted_));
        verdict.posted = within(claim.claimed, due);
        const auto shortfall = beyond(claim.claimed, due);
        if (!shortfall.empty()) {
            verdict.reason = shortfall_reason(claim, granted_);
            bear(verdict, claim, shortfall);
        } else if (!beyond(due, claim.claimed).empty()) {
            verdict.reason = Reason::granted_less_than_due;
        }
        if (!verdict.posted.empty()) granted_.push_back(claim);
        return verdict;
    }

  private:
    void bear(Verdict& verdict, const Claim& claim, const std::vector<PayerShare>& shortfall) {
        switch (verdict.reason) {
            case Reason::forked:
            case Reason::identity_disputed: return put(verdict, Bearer::suspense, shortfall);
            case Reason::double_elsewhere: return tolerate(verdict, claim, shortfall);
            default: return put(verdict, Bearer::vendor, shortfall);
        }
    }
    static void put(Verdict& verdict, Bearer bearer, const std::vector<PayerShare>& shares) {
        for (const auto& share : shares) verdict.borne.push_back({bearer, share.payer, share.amount});
    }
    void tolerate(Verdict& verdict, const Claim& claim, const std::vector<PayerShare>& shortfall) {
        Money& used = tolerated_[claim.business_date];
        for (const auto& share : shortfall) {
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
    std::map<Date, Money> tolerated_;
};

}  // namespace

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::granted: return "granted";
        case Reason::granted_less_than_due: return "granted_less_than_due";
        case Reason::voided: return "voided";
        case Reason::double_same_site: return "double_same_site";
        case Reason::double_elsewhere: return "double_elsewhere";
        case Reason::lease_exceeded: return "lease_exceeded";
        case Reason::overridden: return "overridden";
        case Reason::clock_untrusted: return "clock_untrusted";
        case Reason::denied_card: return "denied_card";
        case Reason::identity_disputed: return "identity_disputed";
        case Reason::forked: return "forked";
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

std::vector<Verdict> judge_claims(std::vector<Claim> claims, const VerdictRules& rules) {
    for (auto& claim : claims) {
        MULIN_CHECK(claim.diner == claims.front().diner);
        claim.claimed = summed(claim.claimed);
    }
    std::sort(claims.begin(), claims.end(), comes_before);
    Judge judge(rules, digest_of(claims));
    std::vector<Verdict> verdicts;
    for (const auto& claim : claims) verdicts.push_back(judge.verdict(claim));
    return verdicts;
}

std::string verdict_text(const Verdict& verdict) {
    std::string text = verdict.entry.till.text() + " " + verdict.entry.epoch.text() + " " +
                       std::to_string(verdict.entry.seq) + " " + name_of(verdict.reason);
    for (const auto& share : verdict.posted) text += " post:" + share.payer + "=" + std::to_string(share.amount.in_fen());
    for (const auto& burden : verdict.borne)
        text += std::string(" ") + name_of(burden.bearer) + ":" + burden.payer + "=" + std::to_string(burden.amount.in_fen());
    return text + " rules=" + verdict.rules + " facts=" + verdict.facts;
}

}  // namespace mulin::sync::settlement
