#pragma once
// POST /v1/cards: a till's bookings on stored-value cards, in one durable transaction. Who may call is
// decided before (till_routes.h). Any thread.

#include "sync/district/district.h"
#include "sync/http/http_types.h"

namespace mulin::sync::server {

HttpResponse answer_cards(District& district, const TillRecord& till, const HttpRequest& request);

}  // namespace mulin::sync::server
