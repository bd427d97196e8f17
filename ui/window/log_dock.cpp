// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/log_dock.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/window/log_model.h"

namespace gf {
namespace {

constexpr int kNarrow = 76;  // of time and kind

/// Lets through what is at least a warning, when asked to.
class LevelFilter final : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setProblemsOnly(bool on) {
    problemsOnly_ = on;
    invalidateFilter();
  }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    const QVariant level = sourceModel()->index(row, 0, parent).data(LogModel::LevelRole);
    return !problemsOnly_ || level.toInt() != int(LogLevel::Info);
  }

 private:
  bool problemsOnly_ = false;
};

}  // namespace

LogDock::LogDock(QWidget* parent) : QDockWidget(tr("Log and problems"), parent), model_(new LogModel(this)) {
  setObjectName(QStringLiteral("log"));
  setAccessibleName(windowTitle());
  auto* filter = new LevelFilter(this);
  filter->setSourceModel(model_);
  filtered_ = filter;

  table_ = new QTableView(this);
  setUpTable(table_);
  table_->setSortingEnabled(false);
  table_->setModel(filtered_);
  table_->setAccessibleName(tr("Lines of the log"));
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setDefaultSectionSize(kNarrow);
  details_ = new QPlainTextEdit(this);
  details_->setReadOnly(true);
  details_->setAccessibleName(tr("The chosen line in full"));
  details_->setPlaceholderText(tr("Choose a line to read it in full."));

  auto* split = new QSplitter(this);
  split->addWidget(table_);
  split->addWidget(details_);
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 2);
  auto* body = new QWidget(this);
  auto* layout = new QVBoxLayout(body);
  layout->setContentsMargins(space::kS, space::kXs, space::kS, space::kS);
  layout->setSpacing(space::kXs);
  layout->addWidget(makeTools());
  layout->addWidget(split, 1);
  setWidget(body);

  connect(problemsOnly_, &QCheckBox::toggled, this, [filter](bool on) { filter->setProblemsOnly(on); });
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogDock::showCurrent);
  connect(filtered_, &QAbstractItemModel::rowsInserted, this, [this] { table_->scrollToBottom(); });
}

QWidget* LogDock::makeTools() {
  auto* tools = new QWidget(this);
  auto* layout = new QHBoxLayout(tools);
  layout->setContentsMargins(0, 0, 0, 0);
  problemsOnly_ = new QCheckBox(tr("Problems only"), tools);
  auto* copyButton = new QPushButton(tr("Copy"), tools);
  copyButton->setToolTip(tr("Copies the chosen lines, or all of them when none is chosen"));
  auto* clearButton = new QPushButton(tr("Clear"), tools);
  clearButton->setToolTip(tr("Empties this list; files are not touched"));
  layout->addWidget(problemsOnly_);
  layout->addStretch(1);
  layout->addWidget(copyButton);
  layout->addWidget(clearButton);
  auto* copyKey = new QAction(this);
  copyKey->setShortcut(QKeySequence::Copy);
  copyKey->setShortcutContext(Qt::WidgetShortcut);
  table_->addAction(copyKey);
  connect(copyKey, &QAction::triggered, this, &LogDock::copy);
  connect(copyButton, &QPushButton::clicked, this, &LogDock::copy);
  connect(clearButton, &QPushButton::clicked, this, [this] {
    model_->clear();
    details_->clear();
  });
  return tools;
}

void LogDock::addProblem(const QString& title, const QString& details) {
  const QString text = details.isEmpty() ? title : title + QStringLiteral(": ") + details;
  model_->add({LogLevel::Error, double(QDateTime::currentMSecsSinceEpoch()) / 1000, text.toStdString()});
  const QModelIndex last = filtered_->index(filtered_->rowCount() - 1, 0);
  table_->setCurrentIndex(last);
  table_->scrollTo(last);
}

void LogDock::showCurrent() {
  const QModelIndex current = table_->currentIndex();
  details_->setPlainText(current.siblingAtColumn(LogModel::Message).data(Qt::ToolTipRole).toString());
}

void LogDock::copy() {
  QList<int> rows;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) rows << index.row();
  if (rows.isEmpty())
    for (int row = 0; row < filtered_->rowCount(); ++row) rows << row;
  std::sort(rows.begin(), rows.end());
  QStringList lines;
  for (const int row : rows) {
    QStringList cells;
    for (int column = 0; column < LogModel::ColumnCount; ++column)
      cells << filtered_->index(row, column).data(Qt::ToolTipRole).toString();
    lines << cells.join(u'\t');
  }
  QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

}  // namespace gf
