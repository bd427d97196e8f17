// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_inspector.h"

#include <QCoreApplication>
#include <algorithm>

#include "jobs/accuracy_note.h"
#include "jobs/left_out_images.h"
#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"
#include "ui/workspace/label_map.h"

namespace gf {

namespace {

struct CompareInspector {
  Q_DECLARE_TR_FUNCTIONS(gf::CompareInspector)
};

constexpr std::size_t kNearest = 5;

void addOutcomes(InspectorContent& content, const OutcomeCounts& counts) {
  const auto row = [&](const QString& label, std::int64_t count) {
    content.rows << InspectorContent::Row{
        label, CompareInspector::tr("%1 (%2)").arg(countText(count), percentText(counts.share(count)))};
  };
  content.rows << InspectorContent::Row{CompareInspector::tr("Images"), countText(counts.samples)};
  row(outcomeText(Outcome::BothRight), counts.bothRight);
  row(outcomeText(Outcome::OnlyTeacher), counts.onlyTeacher);
  row(outcomeText(Outcome::OnlyStudent), counts.onlyStudent);
  row(outcomeText(Outcome::BothWrong), counts.bothWrong);
  content.rows << InspectorContent::Row{CompareInspector::tr("Difference (points)"),
                                        signedText(100 * counts.deltaAccuracy(), 1)};
}

/// "dog → hound": from the top down to the smallest group that holds all of them; empty where none does.
QString groupPath(const ClassGroups& groups, const std::set<int>& classes) {
  const auto holds = [&](const ClassGroup& group) {
    return std::all_of(classes.begin(), classes.end(), [&](int k) {
      return std::binary_search(group.classes.begin(), group.classes.end(), static_cast<std::size_t>(k));
    });
  };
  QStringList names;
  // Parents come before their parts, so the last one that holds them is the smallest.
  for (std::size_t g = groups.groups.size(); g-- > 0;) {
    if (!holds(groups.groups[g])) continue;
    for (int at = static_cast<int>(g); at != ClassGroup::kTop; at = groups.groups[static_cast<std::size_t>(at)].parent)
      names.prepend(QString::fromStdString(groups.groups[static_cast<std::size_t>(at)].name));
    break;
  }
  return names.join(QStringLiteral(" → "));
}

/// The classes outside that are most like these on average, with how alike.
QString nearest(const Comparison& comparison, const ClassSemantics& semantics, const std::set<int>& classes) {
  std::vector<std::pair<double, int>> others;
  for (int k = 0; k < static_cast<int>(semantics.names.size()); ++k) {
    if (classes.contains(k)) continue;
    double sum = 0;
    for (const int c : classes) sum += semantics.between(static_cast<std::size_t>(c), static_cast<std::size_t>(k));
    others.emplace_back(-sum / static_cast<double>(classes.size()), k);
  }
  const std::size_t count = std::min(kNearest, others.size());
  std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count), others.end());
  QStringList lines;
  for (std::size_t i = 0; i < count; ++i)
    lines << CompareInspector::tr("%1 (%2)").arg(className(comparison, others[i].second),
                                                 numberText(-others[i].first, 2));
  return lines.join('\n');
}

void addMeaning(InspectorContent& content, const Comparison& comparison, const PairMeaning* meaning,
                const std::set<int>& classes, const QString& groupLabel) {
  if (!meaning || classes.empty() ||
      static_cast<std::size_t>(*classes.rbegin()) >= meaning->classes.semantics.names.size())
    return;
  if (const QString path = groupPath(meaning->classes.groups, classes); !path.isEmpty())
    content.rows << InspectorContent::Row{groupLabel, path};
  if (const QString near = nearest(comparison, meaning->classes.semantics, classes); !near.isEmpty())
    content.rows << InspectorContent::Row{CompareInspector::tr("Most alike by meaning (similarity)"), near};
}

/// One below the other, of many the first.
QString linesOfMany(const QStringList& lines) {
  constexpr qsizetype kMost = 20;
  const QString shown = lines.mid(0, kMost).join(u'\n');
  if (lines.size() <= kMost) return shown;
  return CompareInspector::tr("%1\nand %2 more").arg(shown, countText(lines.size() - kMost));
}

}  // namespace

QStringList warningsOf(const Comparison& comparison) {
  QStringList lines;
  const OutcomeCounts& all = comparison.knowledge[kTeacher].all;
  const auto judge = [&](const Inspection& model, double accuracy) {
    const std::string note =
        accuracyNote(*model.metadata, comparison.data, accuracy, static_cast<std::size_t>(all.samples));
    if (!note.empty()) lines << QString::fromStdString(note) + u'.';
  };
  judge(comparison.teachers[kTeacher], all.teacherAccuracy());
  judge(comparison.student, all.studentAccuracy());
  if (comparison.leftOut.empty()) return lines;
  QStringList names;
  for (const Unreadable& image : comparison.leftOut) names << QString::fromStdString(image.name);
  lines << (names.size() == 1 ? CompareInspector::tr("1 image cannot be read and is left out: %1").arg(names.first())
                              : CompareInspector::tr("%1 images cannot be read and are left out: %2")
                                    .arg(countText(names.size()), listText(names, 3)));
  return lines;
}

InspectorContent pairContent(const Comparison& comparison) {
  const PairKnowledge& knowledge = comparison.knowledge[kTeacher];
  InspectorContent content{
      CompareInspector::tr("%1 and %2").arg(teacherName(comparison), studentName(comparison)), {}, {}};
  content.rows = {{CompareInspector::tr("Teacher's accuracy"), percentText(knowledge.all.teacherAccuracy())},
                  {CompareInspector::tr("Student's accuracy"), percentText(knowledge.all.studentAccuracy())},
                  {CompareInspector::tr("Difference (points)"), signedText(100 * knowledge.all.deltaAccuracy(), 2)},
                  {CompareInspector::tr("Positive flips"), percentText(knowledge.all.positiveFlips(), 2)},
                  {CompareInspector::tr("Negative flips"), percentText(knowledge.all.negativeFlips(), 2)},
                  {CompareInspector::tr("Images"), countText(knowledge.all.samples)},
                  {CompareInspector::tr("Device"), QString::fromStdString(comparison.device)}};
  if (!comparison.leftOut.empty()) {
    QStringList lines;
    for (const std::string& line : linesOf(comparison.leftOut)) lines << QString::fromStdString(line);
    content.rows << InspectorContent::Row{
        CompareInspector::tr("Left out, as they cannot be read (%1)").arg(countText(lines.size())), linesOfMany(lines)};
  }
  if (const auto entropy = knowledge.flipEntropy()) {
    content.rows << InspectorContent::Row{CompareInspector::tr("Entropy of the flips over classes (nats)"),
                                          numberText(*entropy, 2)};
  }
  content.note = CompareInspector::tr(
      "Positive flips are images that only the teacher gets right, negative flips those that only the "
      "student does.");
  return content;
}

InspectorContent imageContent(const Comparison& comparison, std::size_t sample) {
  const auto words = [&](const Predictions& predictions) {
    const Answer answer = answerOf(comparison, predictions, sample);
    return CompareInspector::tr("%1 (%2), %3")
        .arg(className(comparison, answer.predicted), percentText(answer.confidence),
             answer.right ? CompareInspector::tr("right") : CompareInspector::tr("wrong"));
  };
  InspectorContent content{QString::fromStdString(comparison.data.eval->sampleName(sample)), {}, {}};
  content.rows = {{CompareInspector::tr("Truth"), className(comparison, comparison.data.eval->labels()[sample])},
                  {teacherName(comparison), words(comparison.teacherPredictions[kTeacher])},
                  {studentName(comparison), words(comparison.studentPredictions)},
                  {CompareInspector::tr("Outcome"), outcomeText(comparison.knowledge[kTeacher].outcomes[sample])},
                  {CompareInspector::tr("Number in the evaluation set"), countText(static_cast<qint64>(sample))}};
  return content;
}

InspectorContent classContent(const Comparison& comparison, const PairMeaning* meaning, int index) {
  InspectorContent content{className(comparison, index), {}, {}};
  content.rows << InspectorContent::Row{CompareInspector::tr("Class number"), QString::number(index)};
  addOutcomes(content, comparison.knowledge[kTeacher].classes.at(static_cast<std::size_t>(index)));
  addMeaning(content, comparison, meaning, {index}, CompareInspector::tr("Group"));
  return content;
}

InspectorContent classesContent(const Comparison& comparison, const PairMeaning* meaning,
                                const std::set<int>& classes) {
  const PairKnowledge& knowledge = comparison.knowledge[kTeacher];
  OutcomeCounts counts;
  QStringList names;
  for (const int k : classes) {
    counts += knowledge.classes[static_cast<std::size_t>(k)];
    names << className(comparison, k);
  }
  InspectorContent content{
      CompareInspector::tr("%1 classes").arg(countText(static_cast<qint64>(classes.size()))), {}, {}};
  QString path = CompareInspector::tr("All in the group");
  if (meaning) {
    for (const ClassGroup& group : meaning->classes.groups.groups) {
      const bool same = group.classes.size() == classes.size() &&
                        std::equal(group.classes.begin(), group.classes.end(), classes.begin(),
                                   [](std::size_t a, int b) { return static_cast<int>(a) == b; });
      if (!same) continue;
      content.title =
          CompareInspector::tr("%1, %2 classes").arg(QString::fromStdString(group.name)).arg(classes.size());
      path = CompareInspector::tr("Group");
      break;
    }
  }
  addOutcomes(content, counts);
  content.rows << InspectorContent::Row{CompareInspector::tr("Classes"), listText(names, 12)};
  addMeaning(content, comparison, meaning, classes, path);
  return content;
}

InspectorContent shelfContent(const Shelf* shelf, const QString& blocked) {
  InspectorContent content{CompareInspector::tr("Whole shelf"), {}, blocked};
  if (!shelf) return content;
  const auto count = [](std::size_t value) { return countText(static_cast<qint64>(value)); };
  const std::size_t models = shelf->knowledge.models;
  content.rows = {{CompareInspector::tr("Models"), count(models)},
                  {CompareInspector::tr("Pairs"), count(models * (models - 1))},
                  {CompareInspector::tr("Images"), countText(shelf->knowledge.samples)},
                  {CompareInspector::tr("Classes"), count(shelf->knowledge.classes)}};
  if (!shelf->leftOut.empty())
    content.rows << InspectorContent::Row{CompareInspector::tr("Left out"), count(shelf->leftOut.size())};
  if (!shelf->imagesLeftOut.empty()) {
    QStringList lines;
    for (const std::string& line : linesOf(shelf->imagesLeftOut)) lines << QString::fromStdString(line);
    content.rows << InspectorContent::Row{
        CompareInspector::tr("Images left out, as they cannot be read (%1)").arg(count(shelf->imagesLeftOut.size())),
        linesOfMany(lines)};
  }
  content.note = CompareInspector::tr("Choosing a pair compares it class by class and image by image.");
  return content;
}

}  // namespace gf
