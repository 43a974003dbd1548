#pragma once
#include "app/installation.h"
#include "platform/check/check.h"

namespace auricle::app {

void add_module_checks(check::Checks& checks, Installation& installation);  // checks.cpp: each module's own

}  // namespace auricle::app
