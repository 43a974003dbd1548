#pragma once
#include <functional>

#include "patients/patients.h"
#include "platform/http/http.h"

namespace auricle::patients {

// Whether the record an entry of the timeline stands for may be seen: asked of the module that has it.
using MaySee = std::function<bool(const Viewer&, db::Session&, const TimelineEntry&)>;
void add_routes(http::Router& router, const Patients& patients, const MaySee& may_see);

}  // namespace auricle::patients
