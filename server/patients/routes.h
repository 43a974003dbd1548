#pragma once
#include "patients/patients.h"
#include "platform/http/http.h"

namespace auricle::patients {

void add_routes(http::Router& router, const Patients& patients);

}  // namespace auricle::patients
