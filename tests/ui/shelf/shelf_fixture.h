// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "jobs/shelf_job.h"
#include "knowledge/shelf.h"
#include "report/shelf_report.h"

namespace gf::testing {

/// A made-up shelf: models of rising skill, each strong in some classes and weak in others.
inline std::shared_ptr<const Shelf> makeShelf(int models, int classes, int perClass) {
  auto shelf = std::make_shared<Shelf>();
  std::vector<std::int32_t> truth;
  for (int i = 0; i < classes * perClass; ++i) truth.push_back(i % classes);
  std::vector<std::vector<std::int32_t>> answers;
  ShelfInput input;
  for (int m = 0; m < models; ++m) {
    std::vector<std::int32_t> said;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto seed = static_cast<std::uint64_t>(m + 1);
      const auto k = static_cast<std::uint64_t>(truth[i]);
      const std::uint64_t skill =
          40 + 30 * static_cast<std::uint64_t>(m) / static_cast<std::uint64_t>(models) + mix(seed, k, 5) % 25;
      const auto other = static_cast<std::int32_t>(mix(seed, i, 7) % static_cast<std::uint64_t>(classes));
      said.push_back(mix(seed, i, 3) % 100 < skill ? truth[i] : other);
    }
    answers.push_back(std::move(said));
    const std::string name = "model-" + std::to_string(m);
    ModelChoice choice;
    choice.path = "/models/" + name + ".pt";
    shelf->request.models.push_back(choice);
    Inspection inspection;
    inspection.readable = true;
    inspection.path = choice.path;
    inspection.sha256 = std::string(64, 'a');
    inspection.metadata.emplace();
    inspection.metadata->name = name;
    inspection.metadata->family = m % 2 ? "MLP" : "CNN";
    shelf->models.push_back(inspection);
    input.models.push_back({name, inspection.metadata->family, inspection.sha256, choice.path.string(), 1000 + m});
  }
  const std::vector<Labels> predicted(answers.begin(), answers.end());
  shelf->knowledge = shelfKnowledge(truth, predicted, classes);
  input.dataPath = "patterns";
  input.dataKind = "IDX";
  input.dataSha256 = std::string(64, 'b');
  input.evalName = "test";
  for (int k = 0; k < classes; ++k) input.classNames.push_back("class " + std::to_string(k));
  input.knowledge = shelf->knowledge;
  input.device = "cpu";
  input.threads = 1;
  shelf->report = buildShelfReport(input);
  shelf->figures = shelfFigures(shelf->report);
  return shelf;
}

}  // namespace gf::testing
