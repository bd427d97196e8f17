// SPDX-License-Identifier: Apache-2.0
#include "shelf_material.h"

#include "base/random.h"

namespace gf::test {

ShelfMaterial::ShelfMaterial(std::string caseName, std::size_t samples, int classes, std::size_t models,
                             bool emptyClass, bool twins)
    : name(std::move(caseName)) {
  Random random(samples + models);
  const auto used = static_cast<std::uint64_t>(emptyClass ? classes - 1 : classes);
  const auto below = [&](std::uint64_t most) { return static_cast<std::int32_t>(random.below(most)); };
  for (std::size_t i = 0; i < samples; ++i) truth.push_back(below(used));
  constexpr const char* kFamilies[] = {"CNN", "Trafo", "MLP"};
  for (std::size_t m = 0; m < models; ++m) {
    const bool twin = twins && m + 1 == models;
    predicted.emplace_back();
    for (std::size_t i = 0; i < samples; ++i) {
      const auto k = static_cast<std::size_t>(truth[i]);
      const bool knows = below(100) < 30 + static_cast<std::int32_t>(10 * ((k + m) % 7));
      predicted[m].push_back(twin    ? predicted[m - 1][i]
                             : knows ? truth[i]
                                     : below(static_cast<std::uint64_t>(classes)));
    }
    const std::string own = "model-" + std::to_string(twin ? m - 1 : m);
    input.models.push_back({own, kFamilies[m % 3], std::string(64, 'a'), "/models/" + own + ".pt",
                            static_cast<std::int64_t>(1000 * (m + 1))});
  }
  for (int k = 0; k < classes; ++k) input.classNames.push_back("class " + std::to_string(k));
  input.dataPath = "/data/made-up";
  input.dataKind = "idx";
  input.dataSha256 = std::string(64, 'd');
  input.evalName = "test";
  input.device = "cpu";
  input.threads = 1;
  input.versions = {{"torch", "none"}};
  input.leftOut = {"broken.pt: must be a TorchScript archive; found text"};
  const std::vector<Labels> labels(predicted.begin(), predicted.end());
  input.knowledge = shelfKnowledge(truth, labels, classes);
}

nlohmann::json ShelfMaterial::rawJson() const {
  return {{"truth", truth}, {"predicted", predicted}, {"class_names", input.classNames}};
}

std::vector<ShelfMaterial> allShelves() {
  std::vector<ShelfMaterial> shelves;
  shelves.emplace_back("two", 60, 3, 2);
  shelves.emplace_back("twins", 200, 5, 3, false, true);
  shelves.emplace_back("one-class", 30, 1, 3);
  shelves.emplace_back("sample-like", 1000, 10, 13, true);
  shelves.emplace_back("many-classes", 3000, 300, 20);
  return shelves;
}

}  // namespace gf::test
