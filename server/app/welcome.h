#pragma once
// The first steps of a new clinic: what is there already, what was put off. Nothing is counted twice: a step is done
// when its thing exists.
#include "platform/http/http.h"

namespace auricle::app {

struct Services;

void add_welcome_routes(http::Router& router, Services& services);
void end_welcome(db::Tx& tx);  // for an invented clinic: it is not asked to begin

}  // namespace auricle::app
