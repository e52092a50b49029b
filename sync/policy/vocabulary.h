#pragma once
// The words of the open vocabularies, with what a cashier may read out. A word outside these lists
// works, too, if the policy declares it under "words"; lint names undeclared ones as likely typos.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync/policy/condition.h"

namespace mulin::sync::policy {

struct KnownWord {
    std::string_view word;
    std::string_view zh;
    std::string_view en;
};

enum class Vocabulary { aid, care, living, tags, approved, cards, tenders, site_kinds, item_classes, payers };

inline constexpr std::string_view kVocabularyNames[] = {"aid",     "care",       "living",       "tags",  "approved", "cards",
                                                        "tenders", "site_kinds", "item_classes", "payers"};

// Empty for the vocabularies in which every word is a district's own (tags, approved).
std::span<const KnownWord> known_words(Vocabulary vocabulary);
const KnownWord* find_word(Vocabulary vocabulary, std::string_view word);

// Words that name why somebody is helped; they must not stand in a text the diner can see.
std::span<const std::string_view> sensitive_words();

}  // namespace mulin::sync::policy
