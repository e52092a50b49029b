#pragma once
// The district's word as rows, for the sources of this folder only.

#include "sync/store/records.h"
#include "sync/store/sqlite.h"

namespace mulin::sync {

// Deny list, verdicts and those who are gone, of one bundle; after its records, in their transaction.
Status apply_word(Database& db, const DistrictData& data);

// SQL: whether the card whose hash is `hash` is to be turned away. What was reported lost at this counter
// is, even if a bundle that left before says otherwise.
#define MULIN_CARD_IS_DENIED(hash)                                              \
    "(EXISTS (SELECT 1 FROM lost_here WHERE lost_here.card = " hash ") OR EXISTS " \
    "(SELECT 1 FROM denied WHERE denied.kind = 'card' AND denied.subject = " hash "))"

}  // namespace mulin::sync
