// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/dataset.h"

namespace gf {

/// What every reader's data set has besides its images.
struct Labelling {
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  std::string identity;
  std::vector<std::string> wnids{};  ///< Empty or one for each name.
};

/// A data set but for how its images are named and read.
class LabelledSet : public DataSet {
 public:
  std::size_t size() const override { return labelling_.labels.size(); }
  std::span<const std::int32_t> labels() const override { return labelling_.labels; }
  const std::vector<std::string>& classNames() const override { return labelling_.names; }
  const std::vector<std::string>& wnids() const override { return labelling_.wnids; }
  const std::string& identity() const override { return labelling_.identity; }

 protected:
  explicit LabelledSet(Labelling labelling) : labelling_(std::move(labelling)) {}
  /// Throws Error(Run) about `subject` when there is no such sample.
  void checkIndex(std::size_t index, const std::string& subject) const;

 private:
  Labelling labelling_;
};

/// The byte at `offset` of every `stride` bytes as class numbers. Throws Error(Input) about `subject` when one is not
/// below `classes`; `remedy` says what to do then.
std::vector<std::int32_t> byteLabels(std::string_view bytes, std::size_t offset, std::size_t stride,
                                     std::size_t classes, const std::string& subject, const std::string& remedy);

}  // namespace gf
