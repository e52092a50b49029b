#pragma once
// The facts that a price depends on, as the district keeps them beside the signed entries: what was
// sold, to whom by which marks, and what was really given. Plain functions between model records,
// short texts for the database, and the questions that the rules are asked. No name and no number of
// a person is in any of them.

#include <string>
#include <string_view>
#include <vector>

#include "sync/backtest/backtest.h"
#include "sync/model/diner.h"
#include "sync/model/site.h"
#include "sync/policy/quote.h"

namespace mulin::sync::server {

// JSON of what rules may ask about a person; two texts are equal when no rule can tell them apart.
std::string facts_text(const Diner& diner);
Result<QuoteDiner> facts_from(std::string_view text, const std::string& id);

// JSON of what was sold, and of what was really given for it.
std::string basket_text(const Sale& sale);
Result<std::vector<QuoteLine>> basket_from(std::string_view text);
std::string given_text(const Sale& sale);
Result<std::vector<GivenPart>> given_from(std::string_view text);

QuoteSite quote_site(const Site& site);

// The question the till asked, as far as the sale tells; without diner, card and tender.
QuoteRequest request_of(const Sale& sale, const QuoteSite& site);

// The card a till takes for granted when nobody says which was shown.
std::string usual_card(const std::vector<std::string>& cards);

}  // namespace mulin::sync::server
