// SPDX-License-Identifier: Apache-2.0
#include "data/other_classes.h"

#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "data/sample_view.h"

namespace gf {
namespace {

std::string identityOf(const DataSet& data, const std::vector<std::int64_t>& places, const ClassList& classes) {
  Sha256 hash;
  hash.add(data.identity()).add(" labelled by");
  for (const std::int64_t place : places) hash.add(" " + std::to_string(place));
  for (const auto& name : classes.names) hash.add("\n" + name);
  return hash.hex();
}

}  // namespace

std::shared_ptr<const DataSet> labelledBy(std::shared_ptr<const DataSet> data, const std::vector<std::int64_t>& places,
                                          const ClassList& classes, const std::string& subject) {
  std::vector<std::int64_t> inPlace(classes.names.size());
  std::iota(inPlace.begin(), inPlace.end(), 0);
  if (places == inPlace) return data;
  std::vector<std::uint32_t> kept;
  Labelling labelling{{}, classes.names, identityOf(*data, places, classes), classes.wnids};
  const auto labels = data->labels();
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    const std::int64_t place = places.at(static_cast<std::size_t>(labels[i]));
    if (place < 0) continue;
    kept.push_back(i);
    labelling.labels.push_back(static_cast<std::int32_t>(place));
  }
  if (kept.empty()) {
    failInput(subject, "some image must be of a class that the model knows", "none of " + std::to_string(labels.size()),
              "Choose data that shares classes with the model, or give it a new head");
  }
  return std::make_shared<SampleView>(std::move(data), std::move(kept), std::move(labelling));
}

}  // namespace gf
