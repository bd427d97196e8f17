// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/plan_words.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <set>

#include "report/text.h"
#include "study/cell.h"
#include "ui/style/numbers.h"
#include "ui/style/size_text.h"

namespace gf {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(gf::PlanView)
};

QString counted(std::size_t count, const QString& one, const QString& many) {
  return QStringLiteral("%1 %2").arg(countText(static_cast<qint64>(count)), count == 1 ? one : many);
}

}  // namespace

PairGridData plannedPairs(const PreparedStudy& prepared) {
  PairGridData grid;
  std::map<std::size_t, int> rows, columns;
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (const PlannedCell& cell : prepared.expansion.cells) {
    if (cell.teachers.size() != 1) continue;
    rows.emplace(cell.student, 0);
    columns.emplace(cell.teachers.front(), 0);
    pairs.emplace(cell.student, cell.teachers.front());
  }
  for (auto& [model, row] : rows) grid.students << QString::fromStdString(prepared.models[model].name);
  for (auto& [model, column] : columns) grid.teachers << QString::fromStdString(prepared.models[model].name);
  for (const auto& [student, unused] : rows) {
    for (const auto& [teacher, ignored] : columns) {
      PairCell cell;
      cell.kind = pairs.contains({student, teacher})                                   ? PairCell::Kind::Planned
                  : prepared.models[student].sha256 == prepared.models[teacher].sha256 ? PairCell::Kind::Self
                                                                                       : PairCell::Kind::Off;
      grid.cells.push_back(cell);
    }
  }
  return grid;
}

QString planSizeText(const PreparedStudy& prepared) {
  const StudyExpansion& expansion = prepared.expansion;
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  std::set<std::uint64_t> seeds;
  std::set<std::string> settings;
  std::size_t teams = 0;
  for (const PlannedCell& cell : expansion.cells) {
    if (cell.teachers.size() > 1) {
      ++teams;
      continue;
    }
    pairs.emplace(cell.student, cell.teachers.front());
    seeds.insert(cell.options.seed);
    settings.insert(toJson(settingOf(cell.options)).dump());
  }
  QString text = Words::tr("%1 × %2 × %3: %4.")
                     .arg(counted(pairs.size(), Words::tr("pair"), Words::tr("pairs")),
                          counted(settings.size(), Words::tr("setting"), Words::tr("settings")),
                          counted(seeds.size(), Words::tr("seed"), Words::tr("seeds")),
                          counted(expansion.cells.size() - teams, Words::tr("cell"), Words::tr("cells")));
  if (teams > 0)
    text +=
        ' ' +
        Words::tr("%1 more from several teachers at once.").arg(counted(teams, Words::tr("cell"), Words::tr("cells")));
  if (!expansion.selfPairs.empty())
    text += ' ' + Words::tr("%1 of a model with itself left out.")
                      .arg(counted(expansion.selfPairs.size(), Words::tr("pair"), Words::tr("pairs")));
  return text;
}

QString planCostText(const StudyCost& cost, int workers) {
  QString text = Words::tr(
                     "%1 passes of an image: %2 of students in training, %3 of teachers and frozen students, %4 in "
                     "evaluations.")
                     .arg(countText(cost.forwardsInAll()), countText(cost.training),
                          countText(cost.teaching + cost.retaining + cost.keeping + cost.comparing),
                          countText(cost.evaluations + cost.checking));
  if (cost.reading > 0)
    text += ' ' + Words::tr("%1 answers of frozen models are read instead of computed.").arg(countText(cost.reading));
  return text + ' ' +
         Words::tr(
             "%1 on the disk for the students, %2 for kept answers and decoded images, up to %3 more while it runs.")
             .arg(sizeText(double(cost.bytesKept)), sizeText(double(cost.bytesCached + cost.bytesDecoded)),
                  sizeText(double(cost.bytesWorking * workers)));
}

QString planTimeText(double seconds, int workers) {
  QString text = Words::tr("About %1 on one worker, by timing every model; decoding is not in it")
                     .arg(QString::fromStdString(durationText(std::max(1.0, seconds))));
  if (workers > 1) text += Words::tr("; %1 workers share it").arg(workers);
  return text + '.';
}

QString planNotesText(const StudyExpansion& expansion, const StudyCost& cost) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> notes = expansion.notes;
  notes.insert(notes.end(), cost.notes.begin(), cost.notes.end());
  QStringList lines;
  for (std::size_t i = 0; i < std::min(kShown, notes.size()); ++i) lines << QString::fromStdString(notes[i]);
  if (notes.size() > kShown) lines << Words::tr("and %1 more notes").arg(notes.size() - kShown);
  return lines.join(u'\n');
}

QString planSummary(const StudyPlan& plan, const nlohmann::ordered_json& filled) {
  QStringList lines{QString::fromStdString(plan.name)};
  if (!plan.about.empty()) lines << QString() << QString::fromStdString(plan.about);
  QStringList seeds;
  for (const auto seed : plan.seeds) seeds << QString::number(seed);
  lines << QString() << Words::tr("Settings: %1").arg(plan.settings.size());
  constexpr std::size_t kShown = 12;
  const auto names = settingNames(plan.settings);
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i)
    lines << QStringLiteral("• ") + QString::fromStdString(names[i]);
  if (names.size() > kShown) lines << Words::tr("and %1 more").arg(names.size() - kShown);
  lines << Words::tr("Seeds: %1").arg(seeds.join(QStringLiteral(", ")));
  if (plan.pick) lines << Words::tr("%1 of the pairs, drawn at random").arg(plan.pick->pairs);
  if (!filled.is_null()) {
    lines << QString() << Words::tr("Models: %1").arg(QString::fromStdString(filled.at("models").get<std::string>()));
    lines << Words::tr("Data: %1").arg(QString::fromStdString(filled.at("data").get<std::string>()));
  }
  return lines.join(u'\n');
}

QString strangersIn(const PreparedStudy& prepared, const PlanDraft& draft) {
  const auto has = [](const std::vector<DraftModel>& models, const std::filesystem::path& path) {
    return std::any_of(models.begin(), models.end(), [&](const DraftModel& model) {
      std::error_code ignored;
      return model.path == path || std::filesystem::equivalent(model.path, path, ignored);
    });
  };
  std::set<std::size_t> students, teachers;
  for (const PlannedCell& cell : prepared.expansion.cells) {
    students.insert(cell.student);
    teachers.insert(cell.teachers.begin(), cell.teachers.end());
  }
  const auto say = [&](std::size_t model) {
    return Words::tr("%1 is not ticked but bears the name of a model that is: rename one of them.")
        .arg(QString::fromStdString(prepared.models[model].path.string()));
  };
  for (const std::size_t model : students)
    if (!has(draft.students, prepared.models[model].path)) return say(model);
  for (const std::size_t model : teachers)
    if (!has(draft.teachers, prepared.models[model].path)) return say(model);
  return {};
}

}  // namespace gf
