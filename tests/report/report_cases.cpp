// SPDX-License-Identifier: Apache-2.0
// report_cases FOLDER: one result folder per case with raw.json beside it, for tests/report/validate.py.
#include <iostream>

#include "base/files.h"
#include "report_material.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: report_cases FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const auto& plan : gf::test::allPlans()) {
    gf::test::Material material;
    gf::test::makeMaterial(plan, material);
    gf::test::writeFolder(folder / plan.name, material);
    gf::writeAtomically(folder / plan.name / "raw.json", gf::test::rawJson(material).dump());
  }
  return 0;
}
