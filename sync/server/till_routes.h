#pragma once
// What tills may ask over mutual TLS. Each handler decides alone who may call it: first contact and
// enrolment need no certificate, everything else an active till's own. Any thread.

#include "sync/district/district.h"
#include "sync/http/http_types.h"

namespace mulin::sync::server {

// GET /v1/ca, POST /v1/enroll, POST /v1/upload, POST /v1/renew, GET /v1/head, GET /v1/down, POST /v1/diners.
HttpResponse answer_till(District& district, const HttpRequest& request);

// The largest body worth reading for this target.
std::size_t body_limit_of(std::string_view target);

}  // namespace mulin::sync::server
