// SPDX-License-Identifier: Apache-2.0
// shelf_cases FOLDER: one result folder per case with raw.json beside it, for tests/report/validate_shelf.py.
#include <iostream>

#include "base/files.h"
#include "report/result_folder.h"
#include "shelf_material.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: shelf_cases FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const auto& shelf : gf::test::allShelves()) {
    const auto report = gf::buildShelfReport(shelf.input);
    gf::writeReport(folder / shelf.name, report, gf::shelfFigures(report));
    gf::writeAtomically(folder / shelf.name / "raw.json", shelf.rawJson().dump());
  }
  return 0;
}
