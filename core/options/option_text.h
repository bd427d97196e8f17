// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "options/transfer_options.h"

namespace gf {

/// Reads a finite number, the whole text, whatever the locale. False leaves `value` undefined.
bool readReal(std::string_view text, double& value);
/// True when `text` is a share in (0, 1] or a positive whole count followed by "perclass".
bool readSubset(std::string_view text, SubsetRule& rule);
/// "auto", "cpu", "cuda" or "cuda:0" … "cuda:999".
bool isDevice(std::string_view text);

}  // namespace gf
