// SPDX-License-Identifier: Apache-2.0
#include "data/labelled_set.h"

#include "base/error.h"

namespace gf {

void LabelledSet::checkIndex(std::size_t index, const std::string& subject) const {
  if (index >= size()) failRun(subject, "a sample must be below " + std::to_string(size()), std::to_string(index));
}

std::vector<std::int32_t> byteLabels(std::string_view bytes, std::size_t offset, std::size_t stride,
                                     std::size_t classes, const std::string& subject, const std::string& remedy) {
  std::vector<std::int32_t> labels;
  labels.reserve(bytes.size() / stride);
  for (std::size_t at = offset; at < bytes.size(); at += stride) {
    const auto label = static_cast<unsigned char>(bytes[at]);
    if (label >= classes) {
      failInput(subject, "every label must be below the number of classes, " + std::to_string(classes),
                std::to_string(label) + " at sample " + std::to_string(labels.size()), remedy);
    }
    labels.push_back(label);
  }
  return labels;
}

}  // namespace gf
