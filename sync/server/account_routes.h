#pragma once
// POST /v1/cards: a till's bookings on stored-value cards, in one durable transaction. Who may call is
// decided before (till_routes.h). Any thread.

#include "sync/server/district.h"
#include "sync/server/http_types.h"

namespace mulin::sync::server {

HttpResponse answer_cards(District& district, const TillRecord& till, const HttpRequest& request);

}  // namespace mulin::sync::server
