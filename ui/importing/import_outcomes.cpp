// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_outcomes.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTableView>
#include <cmath>

#include "ui/importing/import_words.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr int kSteps = 1000;
constexpr int kWaitsRole = Qt::UserRole + 1;  ///< Of the first column: whether the model still waits.

}  // namespace

ImportOutcomes::ImportOutcomes(QWidget* parent)
    : QWidget(parent),
      heading_(new QLabel(this)),
      stage_(mutedLabel({}, this)),
      chosen_(sentenceLabel({}, this)),
      bar_(new QProgressBar(this)),
      model_(new QStandardItemModel(0, ColumnCount, this)),
      table_(new QTableView(this)),
      copy_(new QPushButton(tr("Copy the list"), this)) {
  heading_->setObjectName(QStringLiteral("importHeadline"));
  heading_->setTextFormat(Qt::PlainText);
  chosen_->setObjectName(QStringLiteral("importReason"));
  chosen_->setAccessibleName(tr("What became of the chosen model"));
  bar_->setRange(0, kSteps);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of the import"));
  model_->setHorizontalHeaderLabels({tr("Model"), tr("Result"), tr("Details")});
  setUpTable(table_);
  table_->setSortingEnabled(false);
  table_->setObjectName(QStringLiteral("importOutcomes"));
  table_->setAccessibleName(tr("What became of each model"));
  table_->setModel(model_);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->resizeSection(Name, 260);
  table_->horizontalHeader()->resizeSection(Result, 150);
  table_->horizontalHeader()->setStretchLastSection(true);
  auto* below = new QHBoxLayout;
  below->addWidget(chosen_, 1);
  below->addWidget(copy_, 0, Qt::AlignTop);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(heading_);
  layout->addWidget(bar_);
  layout->addWidget(stage_);
  layout->addWidget(table_, 1);
  layout->addLayout(below);
  connect(copy_, &QPushButton::clicked, this, &ImportOutcomes::copyList);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ImportOutcomes::sayChosen);
}

void ImportOutcomes::put(int row, int column, const QString& text) {
  auto* item = new QStandardItem(text);
  item->setToolTip(text);
  item->setEditable(false);
  model_->setItem(row, column, item);
}

void ImportOutcomes::begin(const QStringList& names) {
  imported_ = failed_ = 0;
  model_->removeRows(0, model_->rowCount());
  for (int row = 0; row < names.size(); ++row) {
    put(row, Name, names[row]);
    model_->item(row, Name)->setData(true, kWaitsRole);
    put(row, Result, tr("Waits"));
    put(row, Details, {});
  }
  heading_->setText(names.size() == 1 ? tr("Importing %1").arg(names.first())
                                      : tr("Importing %1 models").arg(countText(names.size())));
  bar_->setValue(0);
  bar_->show();
  stage_->show();
  stage_->clear();
  chosen_->clear();
}

/// The row that the outcome belongs to: that of its name, else the first one that still waits (a file's model is named
/// by what is in it).
int ImportOutcomes::rowOf(const QString& name) const {
  int waiting = -1;
  for (int row = 0; row < model_->rowCount(); ++row) {
    if (!model_->item(row, Name)->data(kWaitsRole).toBool()) continue;
    if (model_->item(row, Name)->text() == name) return row;
    if (waiting < 0) waiting = row;
  }
  return waiting;
}

void ImportOutcomes::add(const ImportOutcome& outcome) {
  int row = rowOf(QString::fromStdString(outcome.name));
  if (row < 0) row = model_->rowCount();
  (outcome.done() ? imported_ : failed_) += 1;
  QStringList details;
  if (outcome.done()) {
    for (const std::string& warning : outcome.warnings) details << QString::fromStdString(warning);
    details << QString::fromStdString(outcome.file.string());
  } else {
    details << failureText(outcome);
  }
  put(row, Name, QString::fromStdString(outcome.name));
  put(row, Result,
      !outcome.done()            ? tr("Failed")
      : outcome.warnings.empty() ? tr("Imported")
                                 : tr("Imported, with remarks"));
  if (!outcome.done()) model_->item(row, Result)->setForeground(Theme::instance().colours().danger);
  put(row, Details, details.join(QStringLiteral("; ")));
  if (!table_->currentIndex().isValid() || !outcome.done()) table_->selectRow(row);
  sayChosen();
}

void ImportOutcomes::showProgress(const JobStatus& status) {
  bar_->setValue(static_cast<int>(std::lround(kSteps * status.progress.fraction)));
  if (status.state != JobState::Stopping) stage_->setText(QString::fromStdString(status.progress.stage));
}

void ImportOutcomes::showStopping() {
  heading_->setText(tr("Stopping; what is imported stays"));
  stage_->clear();
}

void ImportOutcomes::showFailure(const QString& text) {
  chosen_->setText(text);
}

QString ImportOutcomes::counts() const {
  const int waiting = model_->rowCount() - imported_ - failed_;
  QStringList parts;
  parts << (imported_ == 1 ? tr("1 model imported") : tr("%1 models imported").arg(countText(imported_)));
  if (failed_ > 0) parts << tr("%1 failed").arg(countText(failed_));
  if (waiting > 0) parts << tr("%1 not begun").arg(countText(waiting));
  return parts.join(QStringLiteral(", "));
}

void ImportOutcomes::end() {
  for (int row = 0; row < model_->rowCount(); ++row)
    if (model_->item(row, Name)->data(kWaitsRole).toBool()) put(row, Result, tr("Not imported"));
  heading_->setText(counts());
  bar_->hide();
  stage_->hide();
}

void ImportOutcomes::sayChosen() {
  const int row = table_->currentIndex().row();
  const QStandardItem* item = row < 0 ? nullptr : model_->item(row, Details);
  chosen_->setText(item ? item->text() : QString());
}

void ImportOutcomes::copyList() {
  QStringList lines;
  for (int row = 0; row < model_->rowCount(); ++row) {
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column) cells << model_->item(row, column)->text();
    lines << cells.join(u'\t');
  }
  QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

}  // namespace gf
