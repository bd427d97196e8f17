// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reports with meaning whose numbers can be worked by hand, and larger ones.
#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/flips.h"
#include "report/meaning_report.h"
#include "report_material.h"

namespace gf::test {

/// Similarities without vectors; `similarity`: [C, C].
inline ClassSemantics likenesses(std::vector<std::string> names, std::vector<double> similarity) {
  ClassSemantics semantics;
  semantics.names = std::move(names);
  semantics.similarity = std::move(similarity);
  semantics.notes = {"made by hand"};
  semantics.provenance = {{"provider", "file"}, {"path", "/words.npy"}};
  return semantics;
}

/// Classes in families of five: 0.9 within, `across` else, a little different each.
inline ClassSemantics families(const std::vector<std::string>& names, double across) {
  const std::size_t classes = names.size();
  std::vector<double> similarity(classes * classes, 1);
  for (std::size_t a = 0; a < classes; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double base = a / 5 == b / 5 ? 0.9 : across;
      const double value = base - 0.01 * static_cast<double>((a * 31 + b * 17) % 7);
      similarity[a * classes + b] = similarity[b * classes + a] = value;
    }
  }
  return likenesses(names, std::move(similarity));
}

inline std::vector<PairKnowledge> knowledgeOf(const ReportInput& input) {
  std::vector<PairKnowledge> all;
  for (const auto& teacher : input.teacherPredictions) {
    all.push_back(comparePredictions(input.truth, teacher.predicted, input.studentBefore.predicted,
                                     static_cast<int>(input.classNames.size())));
  }
  return all;
}

inline void addMeaning(nlohmann::ordered_json& report, const ReportInput& input, const ClassMeaning& meaning) {
  std::vector<std::string> teachers;
  for (const auto& teacher : input.teachers) teachers.push_back(teacher.name);
  report["meaning"] = meaningJson(meaning, teachers, knowledgeOf(input));
}

/// Four classes of five images. Only the teacher knows 2 shirts, 2 coats and 1 sandal, only the student 1 boot.
struct Wardrobe {
  Wardrobe() {
    makeMaterial({.name = "wardrobe", .samples = 20, .classes = 4}, material);
    auto& input = material.input;
    input.classNames = {"Shirt", "Boot", "Coat", "Sandal"};
    input.teachers[0].name = "tailor";
    const std::vector<int> studentMisses{2, 0, 2, 1}, teacherMisses{0, 1, 0, 0};
    input.truth.clear();
    auto &student = input.studentBefore, &teacher = input.teacherPredictions[0];
    student.logits = {};
    teacher.logits = {};
    student.predicted.clear();
    teacher.predicted.clear();
    for (int k = 0; k < 4; ++k) {
      for (int i = 0; i < 5; ++i) {
        const auto index = static_cast<std::size_t>(k);
        input.truth.push_back(k);
        student.predicted.push_back(i < studentMisses[index] ? (k + 1) % 4 : k);
        teacher.predicted.push_back(i < teacherMisses[index] ? (k + 1) % 4 : k);
      }
    }
    meaning = classMeaning(likenesses(input.classNames, {1, 0.1, 0.9, 0.2, 0.1, 1, 0.5, 0.8,  //
                                                         0.9, 0.5, 1, 0.3, 0.2, 0.8, 0.3, 1}));
    report = buildReport(input);
    addMeaning(report, input, meaning);
  }
  std::vector<float> similarity() const {
    return {meaning.semantics.similarity.begin(), meaning.semantics.similarity.end()};
  }

  Material material;
  ClassMeaning meaning;
  nlohmann::ordered_json report;
};

}  // namespace gf::test
