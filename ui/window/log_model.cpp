// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/log_model.h"

#include <QDateTime>
#include <QMetaObject>

#include "ui/style/theme.h"

namespace gf {
namespace {

QString nameOf(LogLevel level) {
  switch (level) {
    case LogLevel::Info:
      return LogModel::tr("Note");
    case LogLevel::Warning:
      return LogModel::tr("Warning");
    case LogLevel::Error:
      return LogModel::tr("Problem");
  }
  return {};
}

QString timeOf(const LogEntry& entry) {
  return QDateTime::fromMSecsSinceEpoch(qint64(entry.unixSeconds * 1000)).toString(QStringLiteral("HH:mm:ss"));
}

}  // namespace

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {
  const auto tell = [this](const LogEntry& entry) {
    QMetaObject::invokeMethod(
        this, [this, entry] { add(entry); }, Qt::QueuedConnection);
  };
  subscription_ = std::make_unique<LogSubscription>(tell);
}

LogModel::~LogModel() = default;

void LogModel::add(const LogEntry& entry) {
  if (int(entries_.size()) >= kMostLines) {
    beginRemoveRows({}, 0, 0);
    entries_.pop_front();
    endRemoveRows();
  }
  const int at = int(entries_.size());
  beginInsertRows({}, at, at);
  entries_.push_back(entry);
  endInsertRows();
}

void LogModel::clear() {
  beginResetModel();
  entries_.clear();
  endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(entries_.size());
}

int LogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const LogEntry& entry = entries_[std::size_t(index.row())];
  if (role == LevelRole) return int(entry.level);
  if (role == Qt::ForegroundRole && index.column() == Level && entry.level != LogLevel::Info)
    return Theme::instance().colours().danger;
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  switch (index.column()) {
    case Time:
      return timeOf(entry);
    case Level:
      return nameOf(entry.level);
    default: {
      const QString text = QString::fromStdString(entry.text);
      return role == Qt::DisplayRole ? text.simplified() : text;
    }
  }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Time:
      return tr("Time");
    case Level:
      return tr("Kind");
    case Message:
      return tr("Message");
    default:
      return {};
  }
}

}  // namespace gf
