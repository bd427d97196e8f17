// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/shelf_report.h"

namespace gf::test {

/// A made-up shelf with everything its report is built from, and the raw numbers to check the report by.
struct ShelfMaterial {
  /// `emptyClass`: the last class has no samples. `twins`: the last two models share name and answers.
  ShelfMaterial(std::string name, std::size_t samples, int classes, std::size_t models, bool emptyClass = false,
                bool twins = false);
  nlohmann::json rawJson() const;

  std::string name;
  std::vector<std::int32_t> truth;
  std::vector<std::vector<std::int32_t>> predicted;
  ShelfInput input;
};

std::vector<ShelfMaterial> allShelves();

}  // namespace gf::test
