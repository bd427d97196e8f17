// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/control.h"

namespace gf {

/// Calls `visit` once for every number below `count`, on `threads` threads (0: all cores but one), in no order. The
/// first exception ends it and is thrown; so does a stop (Stopped), within a few samples.
void visitSamples(std::size_t count, int threads, const Control& control, const std::string& stage,
                  const std::function<void(std::size_t)>& visit);

}  // namespace gf
