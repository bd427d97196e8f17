// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "data/labelled_set.h"

namespace gf {

/// Some samples of another data set, in their order, with labels of its own.
class SampleView final : public LabelledSet {
 public:
  /// `kept`: positions in `whole`, as many as there are labels.
  SampleView(std::shared_ptr<const DataSet> whole, std::vector<std::uint32_t> kept, Labelling labelling)
      : LabelledSet(std::move(labelling)), whole_(std::move(whole)), kept_(std::move(kept)) {}
  Pixels image(std::size_t index) const override { return whole_->image(at(index)); }
  void read(std::size_t index, const BoxWanted* wanted, Pixels& pixels) const override {
    whole_->read(at(index), wanted, pixels);
  }
  Oddities examine(std::size_t index, Pixels& pixels) const override { return whole_->examine(at(index), pixels); }
  bool decodes() const override { return whole_->decodes(); }
  std::string sampleName(std::size_t index) const override { return whole_->sampleName(at(index)); }

 private:
  /// One beyond the end is one beyond the end of the whole, which says so.
  std::size_t at(std::size_t index) const { return index < kept_.size() ? kept_[index] : whole_->size(); }

  std::shared_ptr<const DataSet> whole_;
  std::vector<std::uint32_t> kept_;
};

}  // namespace gf
