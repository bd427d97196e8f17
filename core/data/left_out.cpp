// SPDX-License-Identifier: Apache-2.0
#include "data/left_out.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "data/sample_visit.h"

namespace gf {
namespace {

class Rest final : public DataSet {
 public:
  Rest(std::shared_ptr<const DataSet> whole, std::vector<std::uint32_t> kept, std::string identity)
      : whole_(std::move(whole)), kept_(std::move(kept)), identity_(std::move(identity)) {
    for (const auto sample : kept_) labels_.push_back(whole_->labels()[sample]);
  }
  std::size_t size() const override { return kept_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return whole_->classNames(); }
  const std::vector<std::string>& wnids() const override { return whole_->wnids(); }
  Pixels image(std::size_t index) const override { return whole_->image(at(index)); }
  void read(std::size_t index, const BoxWanted* wanted, Pixels& pixels) const override {
    whole_->read(at(index), wanted, pixels);
  }
  Oddities examine(std::size_t index, Pixels& pixels) const override { return whole_->examine(at(index), pixels); }
  std::string sampleName(std::size_t index) const override { return whole_->sampleName(at(index)); }
  const std::string& identity() const override { return identity_; }

 private:
  /// One beyond the end is one beyond the end of the whole, which says so.
  std::size_t at(std::size_t index) const { return index < kept_.size() ? kept_[index] : whole_->size(); }

  std::shared_ptr<const DataSet> whole_;
  std::vector<std::uint32_t> kept_;
  std::vector<std::int32_t> labels_;
  std::string identity_;
};

}  // namespace

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
  for (std::uint32_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) kept.push_back(i);
  }
  if (kept.empty()) {
    failInput(samples.front().name, "some image must be readable", "none of " + std::to_string(gone.size()),
              "Run gainfinder check to see what is wrong with them");
  }
  return std::make_shared<Rest>(std::move(data), std::move(kept), hash.hex());
}

}  // namespace gf
