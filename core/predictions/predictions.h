// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "predictions/logits.h"

namespace gf {

/// One model's answers on one data set.
struct Predictions {
  std::size_t samples = 0, classes = 0;
  /// [N, C], row by row. A column of -infinity throughout is a class that the model does not know.
  Logits logits;
  std::vector<std::int32_t> predicted;  ///< [N], arg max of each row; ties go to the lower index.

  /// Throws Error(Run) where the logits lie in a file that lost some.
  std::span<const float> row(std::size_t sample) const;
  /// Softmax probability (T = 1) of class `k` for a sample, in double.
  double probability(std::size_t sample, std::size_t k) const;
  double confidence(std::size_t sample) const;  ///< Probability of the predicted class.
};

/// Fills `predicted` from `logits`.
void fillPredicted(Predictions& predictions);
/// Share of samples whose prediction equals the label, 0–1.
double accuracyOf(std::span<const std::int32_t> predicted, std::span<const std::int32_t> labels);

/// Keeps evaluations by what they depend on, so that a model is evaluated once per data set.
/// Files are NumPy .npy named by the key: KEY.npy holds the logits (float32 [N, C]), KEY.answers.npy the answers alone
/// (int32 [N]), which are all that a shelf of models needs. A damaged one counts as absent.
class PredictionStore {
 public:
  explicit PredictionStore(std::filesystem::path folder);
  std::optional<Predictions> find(const std::string& key) const;
  /// The answers of an evaluation of `samples` samples among `classes` classes, also where only its logits are kept.
  std::optional<std::vector<std::int32_t>> findAnswers(const std::string& key, std::size_t samples,
                                                       std::size_t classes) const;
  /// Logits and answers. Written atomically; a store that cannot be written is logged, not fatal.
  void put(const std::string& key, const Predictions& predictions) const;
  void putAnswers(const std::string& key, std::span<const std::int32_t> answers) const;

 private:
  std::filesystem::path folder_;
};

/// Writes float32 [N, C] as .npy; reads it where it lies on the disk. Throws Error.
void writeNpy(const std::filesystem::path& path, const Predictions& predictions);
Predictions readNpy(const std::filesystem::path& path);

/// Writes int32 [N] as .npy; reads it back where it holds `samples` numbers from 0 to `classes` − 1. Throws Error.
void writeAnswers(const std::filesystem::path& path, std::span<const std::int32_t> answers);
std::vector<std::int32_t> readAnswers(const std::filesystem::path& path, std::size_t samples, std::size_t classes);

}  // namespace gf
