// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/ranking_model.h"

#include <algorithm>

#include "jobs/shelf_job.h"
#include "ui/style/numbers.h"

namespace gf {

namespace {

constexpr double kPercent = 100;

QString text(const nlohmann::ordered_json& words) {
  return QString::fromStdString(words.get<std::string>());
}

QString pText(double p) {
  if (p < 0.0001) return QStringLiteral("< 0.0001");
  return numberText(p, p < 0.1 ? 4 : 2);
}

QString leadText(const QStringList& classes) {
  return classes.isEmpty() ? RankingModel::tr("no class, beyond chance") : classes.join(QStringLiteral(", "));
}

bool isNumber(int column) {
  return column >= RankingModel::Headroom && column <= RankingModel::PValue;
}

}  // namespace

void RankingModel::setShelf(std::shared_ptr<const Shelf> shelf) {
  beginResetModel();
  shelf_ = std::move(shelf);
  names_.clear();
  rows_.clear();
  if (shelf_) {
    for (const auto& model : shelf_->report.at("models")) names_ << text(model.at("name"));
    readRanking();
    addBestTeachers();
  }
  endResetModel();
}

void RankingModel::readRanking() {
  for (const auto& pair : shelf_->report.at("ranking")) {
    Row row;
    row.teacher = static_cast<std::size_t>(names_.indexOf(text(pair.at("teacher"))));
    row.student = static_cast<std::size_t>(names_.indexOf(text(pair.at("student"))));
    row.headroom = pair.at("headroom").get<double>();
    row.positive = pair.at("positive_flips").get<double>();
    row.negative = pair.at("negative_flips").get<double>();
    row.delta = pair.at("delta_accuracy").get<double>();
    row.interval = {pair.at("delta_ci95").at(0).get<double>(), pair.at("delta_ci95").at(1).get<double>()};
    row.p = pair.at("mcnemar_p").get<double>();
    row.reason = text(pair.at("reason"));
    QStringList classes;
    for (const auto& name : pair.at("classes")) classes << text(name);
    row.classes = leadText(classes);
    rows_.push_back(std::move(row));
  }
}

/// On a large shelf a student may have no pair among those with most headroom.
void RankingModel::addBestTeachers() {
  const ShelfKnowledge& knowledge = shelf_->knowledge;
  const std::vector<TeachingPair> best = bestTeachers(knowledge);
  for (std::size_t i = 0; i < best.size(); ++i) {
    const TeachingPair& pair = best[i];
    const bool listed = std::any_of(rows_.begin(), rows_.end(), [&](const Row& each) {
      return each.teacher == pair.teacher && each.student == pair.student;
    });
    if (listed) continue;
    Row row;
    row.teacher = pair.teacher;
    row.student = pair.student;
    row.headroom = pair.headroom;
    row.positive = pair.positiveFlips;
    row.negative = pair.negativeFlips;
    row.delta = knowledge.deltaAccuracy(row.teacher, row.student);
    const std::int64_t gained = knowledge.onlyTeacher[row.teacher * knowledge.models + row.student];
    const std::int64_t lost = knowledge.onlyTeacher[row.student * knowledge.models + row.teacher];
    row.p = mcnemar(gained, lost);
    row.reason = text(shelf_->report.at("best_teachers").at(i).at("reason"));
    QStringList classes;
    for (const std::int32_t k : pair.classes)
      classes << text(shelf_->report.at("classes").at(static_cast<std::size_t>(k)).at("name"));
    row.classes = leadText(classes);
    rows_.push_back(std::move(row));
  }
}

/// Drawn as the report draws its own, and only for rows that are looked at: hundreds take a while.
const gf::Interval& RankingModel::intervalOf(const Row& row) const {
  if (row.interval) return *row.interval;
  const ShelfKnowledge& knowledge = shelf_->knowledge;
  const auto& bootstrap = shelf_->report.at("manifest").at("bootstrap");
  row.interval = bootstrapDelta(knowledge.onlyTeacher[row.teacher * knowledge.models + row.student],
                                knowledge.onlyTeacher[row.student * knowledge.models + row.teacher], knowledge.samples,
                                bootstrap.at("seed").get<std::uint64_t>(), bootstrap.at("draws").get<int>());
  return *row.interval;
}

qint64 RankingModel::pairs() const {
  return names_.size() * (names_.size() - 1);
}

int RankingModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RankingModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant RankingModel::number(const Row& row, int column) const {
  switch (column) {
    case Headroom:
      return row.headroom;
    case Positive:
      return row.positive;
    case Negative:
      return row.negative;
    case Delta:
      return row.delta;
    case Interval:
      return intervalOf(row).low;
    case PValue:
      return row.p;
    default:
      return words(row, column);
  }
}

QString RankingModel::words(const Row& row, int column) const {
  switch (column) {
    case Teacher:
      return names_[static_cast<qsizetype>(row.teacher)];
    case Student:
      return names_[static_cast<qsizetype>(row.student)];
    case Headroom:
      return numberText(kPercent * row.headroom, 1);
    case Positive:
      return numberText(kPercent * row.positive, 1);
    case Negative:
      return numberText(kPercent * row.negative, 1);
    case Delta:
      return signedText(kPercent * row.delta, 1);
    case Interval:
      return tr("%1 to %2")
          .arg(signedText(kPercent * intervalOf(row).low, 1), signedText(kPercent * intervalOf(row).high, 1));
    case PValue:
      return pText(row.p);
    case Classes:
      return row.classes;
    default:
      return {};
  }
}

QVariant RankingModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return words(row, index.column());
    case Qt::ToolTipRole:
    case ReasonRole:
      return tr("%1 can teach %2: %3.").arg(words(row, Teacher), words(row, Student), row.reason);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case SortRole:
      return number(row, index.column());
    case StudentRole:
      return static_cast<int>(row.student);
    case TeacherRole:
      return static_cast<int>(row.teacher);
    default:
      return {};
  }
}

QVariant RankingModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  static const QString names[] = {tr("Teacher"),
                                  tr("Student"),
                                  tr("Headroom\n(points)"),
                                  tr("Positive\nflips (%)"),
                                  tr("Negative\nflips (%)"),
                                  tr("Δacc\n(points)"),
                                  tr("95 % interval\n(points)"),
                                  tr("p"),
                                  tr("Leads in")};
  static const QString tips[] = {
      {},
      {},
      tr("What choosing the better model class by class would add to the student’s accuracy, counting only classes in "
         "which the teacher leads beyond chance"),
      tr("Share of all images that only the teacher gets right"),
      tr("Share of all images that only the student gets right"),
      tr("Accuracy of the teacher minus the student’s"),
      tr("Of Δacc, by resampling the images"),
      tr("How likely a Δacc as large would be if both were equally good (McNemar’s exact test)"),
      tr("Classes in which the teacher leads beyond chance, the largest lead first")};
  if (role == Qt::DisplayRole) return names[section];
  return role == Qt::ToolTipRole && !tips[section].isEmpty() ? QVariant(tips[section]) : QVariant();
}

}  // namespace gf
