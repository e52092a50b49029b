#pragma once
// The right card of the tender screen, one function for each group of phases. Drawing only.

#include <string>
#include <vector>

#include "pos/tender/tender.h"
#include "pos/text/formatting.h"
#include "pos/touch/scene.h"

namespace mulin::pos::tender {

using Scene = touch::Scene<State, Intent>;

void draw_cash(const Scene& scene, touch::Rect card);
void draw_waiting_code(const Scene& scene, touch::Rect card);
void draw_attempt(const Scene& scene, touch::Rect card);  // running, giving up, review
void draw_choosing(const Scene& scene, touch::Rect card);
void draw_committing(const Scene& scene, touch::Rect card);  // and when it failed
void draw_done(const Scene& scene, touch::Rect card);

text::Msg tender_name(const std::string& tender);

}  // namespace mulin::pos::tender
