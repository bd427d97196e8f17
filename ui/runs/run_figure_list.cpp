// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_figure_list.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <array>
#include <string_view>

#include "report/run_figures.h"
#include "report/text.h"
#include "ui/workspace/figure_names.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::RunDetails)
};

/// Ids in the order of reading; those of one kind for each teacher begin alike.
constexpr std::array<std::string_view, 14> kOrder{
    "gain-loss",       "delta",   "classes-over-time", "class-changes", "interpolation", "objective", "routing-live",
    "weight-distance", "routing", "teacher-share",     "speed",         "memory",        "outcomes",  "flips"};

/// Which teacher the end of an id stands for, from 1; 0 when that cannot be told. A run may take them in another order.
int teacherOf(const std::string& ending, const QStringList& teachers) {
  int found = 0;
  for (int i = 0; i < teachers.size(); ++i) {
    if (ending != "-" + fileNameText(teachers[i].toStdString())) continue;
    if (found > 0) return 0;  // two of one name
    found = i + 1;
  }
  return found;
}

/// A run's pictures of the pair show it as it was before.
QString nameOf(const QString& kind) {
  if (kind == QLatin1String("outcomes")) return Words::tr("Outcomes before");
  if (kind == QLatin1String("flips")) return Words::tr("Flips before");
  return kindName(kind);
}

/// Names of the stages' teachers as far as they are known beforehand: ascending order is found out by the run.
std::vector<std::string> stageNames(const RunRow& row) {
  const TransferOptions& options = row.request.options;
  const bool known = options.teachers == TeacherMode::Soup ||
                     (options.teachers == TeacherMode::Sequential && options.teacherOrder == TeacherOrder::Given);
  std::vector<std::string> names;
  if (known && row.teachers.size() > 1)
    for (const QString& name : row.teachers) names.push_back(name.toStdString());
  return names;
}

std::vector<Figure> liveFigures(const RunRow& row, const RunClasses* classes) {
  std::vector<Figure> figures;
  const auto add = [&figures](Figure figure) {
    if (!figure.series.empty()) figures.push_back(std::move(figure));
  };
  const std::vector<std::string> stages = stageNames(row);
  if (!row.evaluations.empty()) {
    add(gainLossFigure(row.evaluations, stages));
    if (classes) add(classesOverTimeFigure(row.evaluations, classes->names, classes->samples, stages));
    add(weightDistanceFigure(row.evaluations, stages));
  }
  if (row.steps.empty()) return figures;
  const auto method = row.repeatable ? std::optional(row.request.options.method) : std::nullopt;
  add(objectiveFigure(row.steps, method));
  std::vector<std::string> teachers;
  for (const QString& name : row.teachers) teachers.push_back(name.toStdString());
  const bool atOnce = row.request.options.teachers == TeacherMode::Parallel;
  std::vector<Figure> routing = routingLiveFigures(row.steps, atOnce ? teachers : stages);
  // Of runs before there was routing by outcome, the whole share is what is known.
  if (routing.empty()) add(teacherShareFigure(row.steps));
  for (Figure& figure : routing) add(std::move(figure));
  add(speedFigure(row.steps));
  add(memoryFigure(row.steps));
  return figures;
}

}  // namespace

std::vector<Figure> figuresOfRun(const RunRow& row, const RunClasses* classes, const Result* result) {
  std::vector<Figure> figures = result ? result->figures : std::vector<Figure>();
  const auto shown = [&figures](const Figure& figure) {
    return std::any_of(figures.begin(), figures.end(), [&](const Figure& each) { return each.id == figure.id; });
  };
  for (Figure& figure : liveFigures(row, classes)) {
    if (figure.id == "objective" && shown(figure)) {
      // The report's holds raw terms; here the mean stands over them.
      *std::find_if(figures.begin(), figures.end(), [](const Figure& each) { return each.id == "objective"; }) =
          std::move(figure);
    } else if (!shown(figure)) {
      figures.push_back(std::move(figure));
    }
  }
  const auto placeOf = [](const Figure& figure) {
    return std::find(kOrder.begin(), kOrder.end(), figureKind(figure.id).toStdString()) - kOrder.begin();
  };
  std::stable_sort(figures.begin(), figures.end(),
                   [&](const Figure& a, const Figure& b) { return placeOf(a) < placeOf(b); });
  return figures;
}

QStringList shortNames(const std::vector<Figure>& figures, const QStringList& teachers) {
  QHash<QString, int> count, seen;
  for (const Figure& figure : figures) ++count[figureKind(figure.id)];
  QStringList names;
  for (const Figure& figure : figures) {
    const QString kind = figureKind(figure.id);
    QString name = kind.isEmpty() ? QString::fromStdString(figure.title) : nameOf(kind);
    if (!kind.isEmpty() && count[kind] > 1) {
      const int next = ++seen[kind];
      const int own = teacherOf(figure.id.substr(kind.toStdString().size()), teachers);
      name = Words::tr("%1, T%2").arg(name).arg(own > 0 ? own : next);
    }
    names << name;
  }
  return names;
}

}  // namespace gf
