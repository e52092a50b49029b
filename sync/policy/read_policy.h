#pragma once
// From one file to a policy or a calendar, with everything that is wrong in it.

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/policy/document.h"
#include "sync/policy/lint.h"

namespace mulin::sync::policy {

// A declared word of a vocabulary: (index in kVocabularyNames, word).
using DeclaredWord = std::pair<std::size_t, std::string>;

// An id named by another rule, which must have acted before: (id, line, the asking rule).
struct RuleAsked {
    std::string id;
    int line = 0;
    std::string by;
};

struct ReadFile {
    std::shared_ptr<Policy> policy;      // one of the two, when there is no schema error
    std::shared_ptr<Calendar> calendar;
    std::vector<LintFinding> findings;   // schema errors, and findings only the text can show
    std::vector<DeclaredWord> declared_words;
    int words_line = 0;
    std::set<std::string> declared_payers;
    std::vector<RuleAsked> rules_asked_for;
    bool failed = false;
};

ReadFile read_file(const PolicyFile& file);

}  // namespace mulin::sync::policy
