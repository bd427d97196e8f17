// SPDX-License-Identifier: Apache-2.0
// report_cases FOLDER: one result folder per case with raw.json beside it, for tests/report/validate.py.
#include <iostream>

#include "base/files.h"
#include "meaning_material.h"
#include "report_material.h"

namespace {

/// Some cases know what their classes mean: the report is written again with it, and so are the figures.
bool hasMeaning(const gf::test::Plan& plan) {
  return plan.name == "compare-three" || plan.name == "one-class" || plan.name == "soup" || plan.name == "crd";
}

void addMeaningTo(const std::filesystem::path& folder, const gf::test::Material& material) {
  gf::Result result = gf::openResult(folder);
  const auto meaning = gf::classMeaning(gf::test::families(material.input.classNames, 0.3));
  gf::test::addMeaning(result.report, material.input, meaning);
  gf::writeSimilarity(folder, meaning.semantics, result.report);
  result.similarity = gf::readSimilarity(folder, result.report);
  gf::writeReport(folder, result.report, gf::figuresOf(result.report, result.metrics, result.similarity));
}

}  // namespace

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
    if (hasMeaning(plan)) addMeaningTo(folder / plan.name, material);
    gf::writeAtomically(folder / plan.name / "raw.json", gf::test::rawJson(material).dump());
  }
  return 0;
}
