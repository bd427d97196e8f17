// SPDX-License-Identifier: Apache-2.0
#include "jobs/accuracy_note.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace gf {
namespace {

/// "CIFAR-10 (test)" → "cifar10": letters and digits of all words but those that name a split.
std::string bareName(const std::string& name) {
  constexpr std::array kSplits = {"val", "valid", "validation", "test", "eval", "set", "split"};
  std::string bare, word;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const auto letter = static_cast<unsigned char>(i < name.size() ? name[i] : ' ');
    if (std::isalnum(letter)) {
      word += static_cast<char>(std::tolower(letter));
      continue;
    }
    if (std::none_of(kSplits.begin(), kSplits.end(), [&](std::string_view split) { return word == split; }))
      bare += word;
    word.clear();
  }
  return bare;
}

/// Short names that people use, by the kind they mean.
std::string fullName(const std::string& bare) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kShort = {
      {{"imagenet", "imagenet1k"},
       {"ilsvrc2012", "imagenet1k"},
       {"imagenet2012", "imagenet1k"},
       {"imagenet1kilsvrc2012", "imagenet1k"},
       {"cub200", "cub2002011"},
       {"cub", "cub2002011"}}};
  for (const auto& [name, full] : kShort) {
    if (bare == name) return std::string(full);
  }
  return bare;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

}  // namespace

bool isAbout(const std::string& reference, const DataSource& data) {
  if (data.kind == "IDX" || data.kind == "image folder" || data.kind == "ImageNet classes") return false;
  if (data.kind == "ImageNet-1k" && data.evalName != "val") return false;
  return fullName(bareName(reference)) == bareName(data.kind);
}

std::string accuracyNote(const ModelMetadata& model, const DataSource& data, double measured, std::size_t samples) {
  if (!model.referenceAccuracy || samples == 0 || !isAbout(model.referenceAccuracy->data, data)) return {};
  const double published = model.referenceAccuracy->value;
  const double error = std::sqrt(published * (1 - published) / static_cast<double>(samples));
  if (std::abs(measured - published) <= std::max(kAccuracyTolerance, kAccuracyStandardErrors * error)) return {};
  return model.name + " is right on " + percent(measured) + " of these " + std::to_string(samples) +
         " images, but its published accuracy on " + model.referenceAccuracy->data + " is " + percent(published) +
         ". The usual causes: its classes stand in another order than its labels say, another normalisation (mean, "
         "std), "
         "another interpolation or crop, or other images than those it was published for";
}

}  // namespace gf
