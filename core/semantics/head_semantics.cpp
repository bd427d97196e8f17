// SPDX-License-Identifier: Apache-2.0
#include "semantics/head_semantics.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "models/label_fit.h"

namespace gf {
namespace {

constexpr const char* kRemedy = "Choose another source of meaning for the classes";

/// Whether a square weight stands as inputs × outputs: which way round explains the logits of the model itself.
bool isTransposed(const Classifier& model, const at::Tensor& weight) {
  const at::NoGradGuard noGradients;
  Classifier copy = model.clone();
  copy.setTraining(false);
  copy.arrangeFor(copy.metadata().classes);  // the module's own order
  const auto [channels, height, width] = copy.preprocess().inputSize;
  const at::Generator generator = at::detail::createCPUGenerator(1);
  const at::Tensor inputs = at::randn({8, channels, height, width}, generator).to(copy.device());
  const LogitsAndFeatures seen = copy.logitsAndFeatures(inputs);
  const at::Tensor features = seen.features.to(at::kCPU, at::kDouble);
  if (features.dim() != 2 || features.size(1) != weight.size(0)) return false;
  // Differences between samples are free of the bias; the model may scale its logits.
  const auto centred = [](const at::Tensor& rows) { return rows - rows.mean(0, true); };
  const auto likeness = [&](const at::Tensor& product) {
    const at::Tensor a = centred(product).flatten(), b = centred(seen.logits.to(at::kCPU, at::kDouble)).flatten();
    return (a.dot(b) / (a.norm() * b.norm()).clamp_min(1e-30)).item<double>();
  };
  return likeness(features.matmul(weight)) > likeness(features.matmul(weight.t()));
}

/// [C, D] in the order of the model's own classes, float64 on the CPU.
at::Tensor classifierRows(const Classifier& model) {
  const std::string subject = model.path().string();
  const auto classes = static_cast<std::int64_t>(model.metadata().classes.size());
  const auto parameters = model.headParameters();
  if (parameters.empty()) {
    const std::string problem = model.featuresProblem();
    failInput(subject, "its classifier must be a linear layer with weights of its own",
              problem.empty() ? "weights that are constants" : problem, kRemedy);
  }
  std::vector<at::Tensor> parts;
  for (const at::Tensor& parameter : parameters) {
    if (parameter.dim() < 2) continue;  // a bias
    at::Tensor weight = parameter.detach().to(at::kCPU, at::kDouble);
    const bool rows = weight.dim() == 2 && weight.size(0) == classes;
    const bool columns = weight.dim() == 2 && weight.size(1) == classes;
    if (!rows && !columns) {
      std::string shape;
      for (const std::int64_t size : weight.sizes()) shape += (shape.empty() ? "" : " × ") + std::to_string(size);
      failInput(subject,
                "its classifier must be one weight with a row for each of its " + std::to_string(classes) + " classes",
                shape, kRemedy);
    }
    const bool turn = rows && columns ? isTransposed(model, weight) : columns;
    parts.push_back(turn ? weight.t() : weight);
  }
  if (parts.empty()) failInput(subject, "its classifier must have a weight", "a bias only", kRemedy);
  return at::cat(parts, 1).contiguous();
}

/// Rows for `known` out of all rows, as the floats that semanticsOf takes.
std::vector<float> chosenRows(const at::Tensor& rows, const std::vector<std::int64_t>& known) {
  const at::Tensor chosen = rows.index_select(0, at::tensor(known, at::kLong)).to(at::kFloat).contiguous();
  const float* values = chosen.const_data_ptr<float>();
  return {values, values + chosen.numel()};
}

/// Puts the classes that the model lacks back in their places.
ClassSemantics spread(ClassSemantics known, const std::vector<std::string>& names,
                      const std::vector<std::int64_t>& columns) {
  ClassSemantics result;
  const std::size_t all = names.size(), dimensions = known.dimensions;
  std::vector<std::size_t> places;
  std::string missing;
  std::size_t count = 0;
  for (std::size_t k = 0; k < all; ++k) {
    if (columns[k] >= 0) {
      places.push_back(k);
    } else if (++count <= 10) {
      missing += (count > 1 ? ", " : "") + names[k];
    }
  }
  result.names = names;
  result.dimensions = dimensions;
  result.vectors.assign(all * dimensions, 0.0f);
  result.similarity.assign(all * all, 0.0);
  for (std::size_t k = 0; k < all; ++k) result.similarity[k * all + k] = 1;
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::copy_n(known.vectors.data() + i * dimensions, dimensions, result.vectors.data() + places[i] * dimensions);
    for (std::size_t j = 0; j < places.size(); ++j) {
      result.similarity[places[i] * all + places[j]] = known.similarity[i * places.size() + j];
    }
  }
  result.provenance = std::move(known.provenance);
  result.notes.push_back(std::to_string(count) + (count == 1 ? " class is" : " classes are") +
                         " unknown to the model and like no other: " + missing + (count > 10 ? ", …" : ""));
  return result;
}

}  // namespace

ClassSemantics headSemantics(const Classifier& model, const std::vector<std::string>& names) {
  return headSemantics(model, NamedClasses{"the data", names});
}

ClassSemantics headSemantics(const Classifier& model, const NamedClasses& wanted) {
  const std::string subject = model.path().string();
  const NamedClasses own{"the model", model.metadata().classes, model.metadata().wnids};
  const auto& names = wanted.names;
  requireLabels(subject, own, wanted, /*mayMiss=*/true);
  const auto columns = columnsFor(subject, own, wanted);
  const at::Tensor rows = classifierRows(model);
  std::vector<std::string> knownNames;
  std::vector<std::int64_t> known;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (columns[k] < 0) continue;
    known.push_back(columns[k]);
    knownNames.push_back(names[k]);
  }
  nlohmann::ordered_json provenance = {
      {"provider", "head"},
      {"model", model.metadata().name},
      {"files", nlohmann::ordered_json::array({{{"path", subject}, {"sha256", sha256OfFile(model.path())}}})},
      {"dimensions", rows.size(1)}};
  ClassSemantics result;
  try {
    result =
        semanticsOf(knownNames, chosenRows(rows, known), static_cast<std::size_t>(rows.size(1)), std::move(provenance));
  } catch (const Error& failure) {
    failInput(subject + ", " + failure.subject(), failure.rule(), failure.observed(), kRemedy);
  }
  return known.size() == names.size() ? result : spread(std::move(result), names, columns);
}

ClassSemantics headSemantics(const Classifier& model) {
  return headSemantics(model, model.metadata().classes);
}

}  // namespace gf
