// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace gf {

/// What a transfer did, as aligned tables for a terminal, from its report: before beside after for each teacher and,
/// where there are such, stages or branches, what each of several teachers was followed in, slow and fast weights.
std::string transferTables(const nlohmann::ordered_json& report);

}  // namespace gf
