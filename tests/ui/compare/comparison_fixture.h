// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "jobs/compare_job.h"

namespace gf {

/// Grey gradients with a bright square whose place tells the class; image 13 cannot be decoded.
class PatternData final : public DataSet {
 public:
  PatternData(int classes, int perClass, int side, std::vector<std::string> names = {})
      : side_(side), names_(std::move(names)) {
    for (int i = static_cast<int>(names_.size()); i < classes; ++i) names_.push_back("class " + std::to_string(i));
    for (int i = 0; i < classes * perClass; ++i) labels_.push_back(i % classes);
  }
  std::size_t size() const override { return labels_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  std::string sampleName(std::size_t index) const override { return "pattern #" + std::to_string(index); }
  const std::string& identity() const override { return identity_; }
  Pixels image(std::size_t index) const override {
    if (index == 13) failInput(sampleName(index), "must be an image", "noise");
    Pixels pixels{side_, side_, 1, {}};
    const int label = labels_[index];
    for (int y = 0; y < side_; ++y) {
      for (int x = 0; x < side_; ++x) {
        const bool bright = x / 4 == label % 7 && y / 4 == (label / 7) % 7;
        pixels.bytes.push_back(static_cast<std::uint8_t>(bright ? 255 : 40 + 100 * y / side_));
      }
    }
    return pixels;
  }

 private:
  int side_;
  std::vector<std::string> names_;
  std::vector<std::int32_t> labels_;
  std::string identity_ = "pattern";
};

/// A made-up pair: the teacher is strong on the first half of the classes, the student on the second.
inline std::shared_ptr<const Comparison> makeComparison(int classes, int perClass, int side = 28,
                                                        std::vector<std::string> names = {}) {
  auto made = std::make_shared<Comparison>();
  auto data = std::make_shared<PatternData>(classes, perClass, side, std::move(names));
  made->data = {"patterns", "IDX", nullptr, data, "test"};
  const auto model = [](const char* name, const char* family) {
    Inspection inspection;
    inspection.readable = true;
    inspection.path = std::string("/models/") + name + ".pt";
    inspection.parameters = 12345;
    inspection.sha256 = std::string(64, 'a');
    inspection.metadata.emplace();
    inspection.metadata->name = name;
    inspection.metadata->family = family;
    return inspection;
  };
  made->student = model("student-mlp", "MLP");
  made->teachers = {model("tops-resnet", "CNN")};
  made->device = "cpu";
  const auto answers = [&](std::uint64_t seed, bool firstHalf) {
    Predictions predictions;
    predictions.samples = data->size();
    predictions.classes = static_cast<std::size_t>(classes);
    predictions.logits.own().assign(data->size() * predictions.classes, 0);
    for (std::size_t i = 0; i < data->size(); ++i) {
      const std::int32_t label = data->labels()[i];
      // Skill falls off class by class, so that the sorted chart has a shape.
      const double place = static_cast<double>(label) / classes;
      const double skill = 0.97 - 0.6 * std::pow(firstHalf ? place : 1 - place, 2);
      const double draw = static_cast<double>(mix(seed, i) % 100000) / 100000;
      const auto other = static_cast<std::int32_t>(mix(seed, i, 7) % static_cast<std::uint64_t>(classes));
      const std::int32_t said = draw < skill ? label : other;
      predictions.logits.own()[i * predictions.classes + static_cast<std::size_t>(said)] =
          2 + 4 * static_cast<float>(mix(seed, i, 9) % 1000) / 1000;
      predictions.logits.own()[i * predictions.classes + static_cast<std::size_t>(label)] += 1;
      predictions.predicted.push_back(0);
      const auto row = predictions.row(i);
      predictions.predicted[i] = static_cast<std::int32_t>(std::max_element(row.begin(), row.end()) - row.begin());
    }
    return predictions;
  };
  made->teacherPredictions = {answers(1, true)};
  made->studentPredictions = answers(2, false);
  made->knowledge = {comparePredictions(data->labels(), made->teacherPredictions[0].predicted,
                                        made->studentPredictions.predicted, classes)};
  ReportInput input;
  const auto named = [](const Inspection& inspection) {
    return ReportModel{inspection.metadata->name, inspection.metadata->family, inspection.sha256,
                       inspection.path.string(), inspection.parameters};
  };
  input.student = named(made->student);
  input.teachers = {named(made->teachers[0])};
  input.dataPath = "patterns";
  input.dataKind = "IDX";
  input.dataSha256 = std::string(64, 'b');
  input.evalName = "test";
  input.classNames = data->classNames();
  input.truth.assign(data->labels().begin(), data->labels().end());
  input.studentBefore = made->studentPredictions;
  input.teacherPredictions = made->teacherPredictions;
  input.device = "cpu";
  input.threads = 1;
  made->report = buildReport(input);
  return made;
}

}  // namespace gf
