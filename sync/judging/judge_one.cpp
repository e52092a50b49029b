#include "sync/judging/judge_one.h"

#include "sync/judging/judge_facts.h"
#include "sync/judging/reprice_rows.h"

namespace mulin::sync::server {

Result<Judgement> judge_one(District::Access& access, const EntryKey& key, const Sale& told) {
    JudgeFacts facts;
    MULIN_TRY_STATUS(facts.refresh(access.database));
    MULIN_TRY(const Sale sale, with_known_diner(access.database, key.till, told));
    MULIN_TRY(const QuoteSite* const at_site, facts.site(access.directory, sale.site));
    std::vector<FactsVersion> person;
    if (sale.diner) {
        MULIN_TRY(person, JudgeFacts::person(access.database, *sale.diner));
    }
    Status read = payment::ok();
    const auto before = [&](const std::string& counter, bool own) {
        const auto used = used_before(access.database, counter, key, sale.at, own);
        if (!used) read = tl::make_unexpected(used.error());
        return used.value_or(Usage{});
    };
    Judgement judgement = judge({sale, at_site, &person, &facts.releases(), before, true});
    MULIN_TRY_STATUS(read);
    return judgement;
}

}  // namespace mulin::sync::server
