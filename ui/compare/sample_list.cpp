// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_list.h"

#include <charconv>

#include "report/csv.h"
#include "report/text.h"
#include "ui/compare/sample_scores.h"
#include "ui/compare/sample_text.h"

namespace gf {

namespace {

const char* outcomeCode(Outcome outcome) {
  switch (outcome) {
    case Outcome::BothRight:
      return "both_right";
    case Outcome::OnlyTeacher:
      return "only_teacher";
    case Outcome::OnlyStudent:
      return "only_student";
    case Outcome::BothWrong:
      break;
  }
  return "both_wrong";
}

void addText(std::string& line, std::string text) {
  line += ',' + csvCell(std::move(text));
}

void addNumber(std::string& line, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  line += ',';
  line.append(digits, end);
}

}  // namespace

std::string sampleListCsv(const Comparison& comparison, const SampleScores& scores,
                          std::span<const std::uint32_t> samples) {
  const DataSet& data = *comparison.data.eval;
  const auto name = [&](std::int32_t index) { return className(comparison, index).toStdString(); };
  std::string csv =
      "index,name,truth,outcome,teacher_prediction,student_prediction,teacher_confidence,student_confidence,"
      "teacher_probability_of_truth,student_probability_of_truth,gap\r\n";
  for (const std::uint32_t sample : samples) {
    csv += std::to_string(sample);
    addText(csv, data.sampleName(sample));
    addText(csv, name(data.labels()[sample]));
    addText(csv, outcomeCode(comparison.knowledge[kTeacher].outcomes[sample]));
    addText(csv, name(comparison.teacherPredictions[kTeacher].predicted[sample]));
    addText(csv, name(comparison.studentPredictions.predicted[sample]));
    for (const auto* values :
         {&scores.teacherConfidence, &scores.studentConfidence, &scores.teacherOfTruth, &scores.studentOfTruth}) {
      addNumber(csv, (*values)[sample]);
    }
    addNumber(csv, scores.gap(sample));
    csv += "\r\n";
  }
  return csv;
}

QString sampleListName(const Comparison& comparison) {
  return QStringLiteral("images-%1-%2.csv")
      .arg(QString::fromStdString(fileNameText(studentName(comparison).toStdString())),
           QString::fromStdString(fileNameText(teacherName(comparison).toStdString())));
}

}  // namespace gf
