// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <numeric>
#include <vector>

#include "base/control.h"
#include "data/left_out.h"

namespace test {

/// How many damaged or hostile things the tests of this program have tried.
inline int hostileCases = 0;

/// What of all samples cannot be read.
inline std::vector<gf::Unreadable> readAll(const gf::DataSet& data) {
  std::vector<std::uint32_t> samples(data.size());
  std::iota(samples.begin(), samples.end(), 0U);
  return gf::unreadableOf(data, samples, 2, gf::Control(), "reading");
}

}  // namespace test
