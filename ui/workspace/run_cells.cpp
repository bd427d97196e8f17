// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/run_cells.h"

#include <QDateTime>
#include <algorithm>

#include "report/text.h"
#include "ui/style/numbers.h"

namespace gf {

QString stateText(JobState state) {
  switch (state) {
    case JobState::Queued:
      return RunCenter::tr("Queued");
    case JobState::Preparing:
      return RunCenter::tr("Preparing");
    case JobState::Running:
      return RunCenter::tr("Running");
    case JobState::Pausing:
      return RunCenter::tr("Pausing…");
    case JobState::Paused:
      return RunCenter::tr("Paused");
    case JobState::Stopping:
      return RunCenter::tr("Stopping…");
    case JobState::Done:
      return RunCenter::tr("Done");
    case JobState::Stopped:
      return RunCenter::tr("Stopped");
    case JobState::Failed:
      return RunCenter::tr("Failed");
    case JobState::Interrupted:
      break;
  }
  return RunCenter::tr("Interrupted");
}

int stagesOf(const TransferRequest& request) {
  return request.options.teachers == TeacherMode::Parallel ? 1 : std::max(1, static_cast<int>(request.teachers.size()));
}

double totalEpochs(const TransferRequest& request) {
  return stagesOf(request) * (request.options.epochs + request.options.warmupLinearEpochs);
}

QString modeText(TeacherMode mode) {
  switch (mode) {
    case TeacherMode::Sequential:
      return RunCenter::tr("sequential");
    case TeacherMode::Parallel:
      return RunCenter::tr("parallel");
    case TeacherMode::Soup:
      break;
  }
  return RunCenter::tr("soup");
}

QString namesText(const QStringList& names) {
  constexpr qsizetype kMost = 3;
  if (names.size() <= 1) return names.join(QString());
  if (names.size() > kMost)
    return RunCenter::tr("%1 and %2 more")
        .arg(names.mid(0, kMost - 1).join(QStringLiteral(", ")), countText(names.size() - kMost + 1));
  return RunCenter::tr("%1 and %2").arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
}

bool isRunNumber(int column) {
  return column == RunCenter::Number || (column >= RunCenter::Share && column <= RunCenter::Loss);
}

QVariant runSortValue(const RunRow& row, int column) {
  const EvaluationRecord last = row.last.value_or(EvaluationRecord{});
  switch (column) {
    case RunCenter::Number:
      return QVariant::fromValue<quint64>(row.id);
    case RunCenter::State:
      return static_cast<int>(row.state);
    case RunCenter::Share:
      return row.progress.fraction;
    case RunCenter::Delta:
      return last.delta;
    case RunCenter::Gain:
      return last.gain;
    case RunCenter::Loss:
      return last.loss;
    case RunCenter::Started:
      return row.startedUnix;
    default:
      return row.title;
  }
}

QString runCell(const RunRow& row, int column) {
  const auto& last = row.last;
  switch (column) {
    case RunCenter::Number:
      return QString::number(row.id);
    case RunCenter::Title:
      return row.title;
    case RunCenter::State:
      return stateText(row.state);
    case RunCenter::Share:
      return row.state == JobState::Queued ? QString() : numberText(100 * row.progress.fraction, 0);
    case RunCenter::Delta:
      return last ? signedText(100 * last->delta, 2) : QString();
    case RunCenter::Gain:
      return last ? numberText(100 * last->gain, 2) : QString();
    case RunCenter::Loss:
      return last ? numberText(100 * last->loss, 2) : QString();
    default:
      break;
  }
  if (row.startedUnix == 0) return {};
  const QDateTime start = QDateTime::fromSecsSinceEpoch(static_cast<qint64>(row.startedUnix));
  const bool today = start.date() == QDate::currentDate();
  return start.toString(today ? QStringLiteral("hh:mm") : QStringLiteral("yyyy-MM-dd"));
}

QString runStart(const RunRow& row) {
  if (row.startedUnix == 0) return {};
  return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(row.startedUnix))
      .toString(QStringLiteral("yyyy-MM-dd hh:mm:ss"));
}

QString runHeader(int section) {
  switch (section) {
    case RunCenter::Number:
      return RunCenter::tr("No.");
    case RunCenter::Title:
      return RunCenter::tr("Run");
    case RunCenter::State:
      return RunCenter::tr("State");
    case RunCenter::Share:
      return RunCenter::tr("Done (%)");
    case RunCenter::Delta:
      return RunCenter::tr("Delta (points)");
    case RunCenter::Gain:
      return RunCenter::tr("Gain (%)");
    case RunCenter::Loss:
      return RunCenter::tr("Loss (%)");
    default:
      return RunCenter::tr("Started");
  }
}

}  // namespace gf
