// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace gf {

/// Class names in order, and their ImageNet ids or none.
struct ClassList {
  std::vector<std::string> names, wnids;
};

/// The same images labelled by other classes: those of class k have the label places[k] among `classes`; where that is
/// −1 they are left out. `data` itself where nothing would move. Throws Error(Input) about `subject` when no sample is
/// left.
std::shared_ptr<const DataSet> labelledBy(std::shared_ptr<const DataSet> data, const std::vector<std::int64_t>& places,
                                          const ClassList& classes, const std::string& subject);

}  // namespace gf
