#include "sync/judging/judge_facts.h"

#include "sync/backtest/sale_facts.h"
#include "sync/judging/reprice_rows.h"

namespace mulin::sync::server {

Status JudgeFacts::refresh(database::Database& database) {
    sites_.clear();
    std::int64_t newest_id = 0;
    {
        auto newest = database.prepare("SELECT coalesce(max(id), 0) FROM policy_release");
        MULIN_TRY(const bool row, newest.step());
        newest_id = row ? newest.number(0) : 0;
    }
    if (newest_id == newest_release_) return payment::ok();
    std::vector<std::pair<std::int64_t, std::int64_t>> known;
    auto query = database.prepare("SELECT id, published_ms FROM policy_release ORDER BY published_ms, id");
    for (;;) {
        MULIN_TRY(const bool more, query.step());
        if (!more) break;
        known.emplace_back(query.number(0), query.number(1));
    }
    std::vector<Release> releases;
    for (const auto& [id, published] : known) {
        std::vector<PolicyFile> texts;
        auto documents =
            database.prepare("SELECT name, text FROM policy_release_file WHERE release = ? ORDER BY name");
        documents.bind(id);
        for (;;) {
            MULIN_TRY(const bool more, documents.step());
            if (!more) break;
            texts.push_back({documents.text(0), documents.text(1)});
        }
        // What an older program accepted and this one cannot read judges nobody.
        auto rules = PolicySet::load(texts);
        if (rules) releases.emplace_back(published, std::move(*rules));
    }
    releases_ = std::move(releases);
    newest_release_ = newest_id;
    return payment::ok();
}

Result<const QuoteSite*> JudgeFacts::site(Directory& directory, const SiteId& id) {
    const auto at = sites_.find(id.text());
    if (at != sites_.end()) return &at->second;
    MULIN_TRY(const auto found, directory.site(id));
    if (!found) return nullptr;
    return &sites_.emplace(id.text(), quote_site(*found)).first->second;
}

Result<std::vector<FactsVersion>> JudgeFacts::person(database::Database& database, const DinerId& diner) {
    auto query = database.prepare("SELECT from_ms, facts FROM diner_facts WHERE diner = ? ORDER BY from_ms");
    query.bind(diner.text());
    std::vector<FactsVersion> versions;
    for (;;) {
        MULIN_TRY(const bool row, query.step());
        if (!row) return versions;
        MULIN_TRY(auto person, facts_from(query.text(1), diner.text()));
        versions.push_back({query.number(0), std::move(person)});
    }
}

Result<std::string> known_as(database::Database& database, const TillId& till, const std::string& sent) {
    auto query = database.prepare("SELECT kept FROM diner_alias WHERE sent = ?");
    query.bind(till.text() + "/" + sent);
    MULIN_TRY(const bool row, query.step());
    return row ? query.text(0) : sent;
}

Result<Sale> with_known_diner(database::Database& database, const TillId& till, const Sale& told) {
    Sale sale = told;
    if (!told.diner) return sale;
    MULIN_TRY(const auto diner, known_as(database, till, told.diner->text()));
    sale.diner = DinerId(diner);
    for (CounterUse& use : sale.uses) use.key = renamed_key(use.key, told.diner->text(), diner);
    return sale;
}

}  // namespace mulin::sync::server
