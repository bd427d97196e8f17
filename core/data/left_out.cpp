// SPDX-License-Identifier: Apache-2.0
#include "data/left_out.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "data/sample_view.h"
#include "data/sample_visit.h"

namespace gf {

std::vector<Unreadable> unreadableOf(const DataSet& data, std::span<const std::uint32_t> samples, int threads,
                                     const Control& control, const std::string& stage) {
  std::vector<std::optional<Unreadable>> found(samples.size());
  visitSamples(samples.size(), threads, control, stage, [&](std::size_t i) {
    try {
      Pixels pixels;
      data.read(samples[i], nullptr, pixels);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Input) throw;
      found[i] = Unreadable{samples[i], data.sampleName(samples[i]), error.rule(), error.observed()};
    }
  });
  std::vector<Unreadable> all;
  for (auto& each : found) {
    if (each) all.push_back(std::move(*each));
  }
  return all;
}

std::shared_ptr<const DataSet> withoutSamples(std::shared_ptr<const DataSet> data,
                                              std::span<const Unreadable> samples) {
  if (samples.empty()) return data;
  std::vector<bool> gone(data->size(), false);
  Sha256 hash;
  hash.add(data->identity()).add(" without");
  for (const auto& sample : samples) {
    gone.at(sample.sample) = true;
    hash.add(" " + std::to_string(sample.sample));
  }
  std::vector<std::uint32_t> kept;
  Labelling labelling{{}, data->classNames(), hash.hex(), data->wnids()};
  for (std::uint32_t i = 0; i < gone.size(); ++i) {
    if (gone[i]) continue;
    kept.push_back(i);
    labelling.labels.push_back(data->labels()[i]);
  }
  if (kept.empty()) {
    failInput(samples.front().name, "some image must be readable", "none of " + std::to_string(gone.size()),
              "Run gainfinder check to see what is wrong with them");
  }
  return std::make_shared<SampleView>(std::move(data), std::move(kept), std::move(labelling));
}

}  // namespace gf
