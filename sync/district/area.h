#pragma once
// Which diners the tills of a site are told of, and how much of each: only who may be expected there, and
// only what a till needs to find them and the published rules ask about them. Pure.

#include <span>
#include <string>
#include <vector>

#include "sync/model/diner.h"
#include "sync/model/site.h"
#include "sync/wire/bundle.h"

namespace mulin::sync::server {

// A site's tags "area:310110016" name where its diners live or are registered (a code and all inside it);
// whose canteen it is ("home:S0101") belongs to it as well. Without such a tag it is the whole district.
class Area {
  public:
    explicit Area(const Site& site);
    bool is_everybody() const { return codes_.empty(); }
    bool holds(const Diner& diner) const;
    friend bool operator==(const Area&, const Area&) = default;

  private:
    std::vector<std::string> codes_;
    std::string home_;
};

// Facts about people that some published rule asks for, of those that only rules may need.
struct AskedFacts {
    bool hukou = false;
    bool aid = false;
    bool disability_grade = false;
    bool care = false;
    bool living = false;
    bool approved = false;
    friend bool operator==(const AskedFacts&, const AskedFacts&) = default;
};
// In doubt a fact is asked for.
AskedFacts asked_facts(std::span<const PolicyDocument> policies);
bool asks_more(const AskedFacts& now, const AskedFacts& before);

// Of somebody who eats here no more nothing is left but the id.
Diner minimised(Diner diner, const AskedFacts& asked);

}  // namespace mulin::sync::server
