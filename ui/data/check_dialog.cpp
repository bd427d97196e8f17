// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/check_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "ui/data/check_table.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kSteps = 1000;

}  // namespace

CheckDialog::CheckDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent),
      workspace_(workspace),
      table_(new CheckTable(this)),
      filter_(new CheckFilter(table_, this)),
      view_(new QTableView(this)),
      kinds_(new QComboBox(this)),
      search_(new QLineEdit(this)),
      sentence_(sentenceLabel({}, this)),
      left_(mutedLabel({}, this)),
      bar_(new QProgressBar(this)),
      message_(new ElidingLabel(this)),
      copy_(new QPushButton(tr("Copy"), this)),
      export_(new QPushButton(tr("Export CSV…"), this)),
      again_(new QPushButton(tr("Check again"), this)),
      stop_(new QPushButton(tr("Stop"), this)) {
  setWindowTitle(tr("Check images"));
  build();
  connect(&workspace_, &Workspace::activityChanged, this, &CheckDialog::showProgress);
  connect(&workspace_, &Workspace::dataChanged, this, &CheckDialog::refresh);
  connect(kinds_, &QComboBox::currentIndexChanged, this, &CheckDialog::refresh);
  connect(search_, &QLineEdit::textChanged, this, &CheckDialog::refresh);
  connect(copy_, &QPushButton::clicked, this, &CheckDialog::copyList);
  connect(export_, &QPushButton::clicked, this, &CheckDialog::exportList);
  connect(again_, &QPushButton::clicked, this, &CheckDialog::start);
  connect(stop_, &QPushButton::clicked, this, &CheckDialog::stop);
  auto* copyKey = new QShortcut(QKeySequence::Copy, view_);
  copyKey->setContext(Qt::WidgetShortcut);
  connect(copyKey, &QShortcut::activated, this, &CheckDialog::copyList);
  start();
}

CheckDialog::~CheckDialog() {
  stop();
}

void CheckDialog::build() {
  sentence_->setObjectName(QStringLiteral("checkSentence"));
  setUpTable(view_);
  view_->setObjectName(QStringLiteral("checkTable"));
  view_->setAccessibleName(tr("Images that are odd or cannot be read"));
  view_->setModel(filter_);
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->sortByColumn(-1, Qt::AscendingOrder);
  view_->horizontalHeader()->resizeSection(CheckTable::Image, 330);
  view_->horizontalHeader()->resizeSection(CheckTable::Kind, 140);
  view_->horizontalHeader()->setStretchLastSection(true);
  kinds_->setObjectName(QStringLiteral("checkKinds"));
  kinds_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  kinds_->setAccessibleName(tr("Which images are listed"));
  search_->setPlaceholderText(tr("Filter by name or reason"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  bar_->setRange(0, kSteps);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of the check"));
  auto* close = new QPushButton(tr("Close"), this);
  connect(close, &QPushButton::clicked, this, &QDialog::close);
  auto* tools = new QHBoxLayout;
  tools->setSpacing(space::kS);
  tools->addWidget(kinds_);
  tools->addWidget(search_, 1);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space::kS);
  buttons->addWidget(message_, 1);
  for (QPushButton* button : {stop_, again_, copy_, export_, close}) {
    button->setAutoDefault(false);
    buttons->addWidget(button);
  }
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  layout->addWidget(sentence_);
  layout->addWidget(bar_);
  layout->addWidget(left_);
  layout->addLayout(tools);
  layout->addWidget(view_, 1);
  layout->addLayout(buttons);
  resize(900, 560);
}

void CheckDialog::start() {
  if (checking() || !workspace_.data()) return;
  path_ = workspace_.dataPath();
  take(nullptr);
  const auto job = std::make_shared<CheckJob>(CheckRequest{path_.toStdString()});
  const auto done = [this, job](const JobStatus& status) {
    job_ = 0;
    take(job->result());
    if (status.failure) {
      sentence_->setText(QString::fromUtf8(status.failure->what()));
      emit workspace_.problem(tr("The images were not checked"), sentence_->text());
    } else if (!result_) {
      sentence_->setText(tr("The check was stopped; nothing of it is kept."));
    }
  };
  bar_->setValue(0);
  left_->clear();
  job_ = workspace_.startChecking(job, done, this);
  sentence_->setText(tr("Reading every image of %1 once.").arg(QFileInfo(path_).fileName()));
  refresh();
}

void CheckDialog::stop() {
  if (!checking()) return;
  sentence_->setText(tr("Stopping…"));
  workspace_.cancel(job_);
}

void CheckDialog::showProgress() {
  const auto status = workspace_.statusOf(job_);
  if (!status || status->state == JobState::Stopping) return;
  bar_->setValue(static_cast<int>(std::lround(kSteps * status->progress.fraction)));
  const QString left = timeLeftText(status->progress.secondsLeft);
  const QString stage = status->state == JobState::Queued ? tr("Waits for what goes through images now")
                                                          : QString::fromStdString(status->progress.stage);
  left_->setText(left.isEmpty() ? stage : tr("%1, %2").arg(stage, left));
}

void CheckDialog::take(std::shared_ptr<const DataCheck> result) {
  result_ = std::move(result);
  table_->show(result_);
  fillKinds();
  if (result_) sentence_->setText(summary());
  refresh();
}

QString CheckDialog::summary() const {
  qint64 odd = 0;
  for (const std::size_t count : result_->counts) odd += qint64(count);
  const auto bad = qint64(result_->bad.size());
  const QString images =
      tr("%1 images (%2)").arg(countText(qint64(result_->images)), QString::fromStdString(result_->kind));
  const QString treated = odd == 0   ? tr("nothing had to be treated in any way")
                          : odd == 1 ? tr("1 oddity was treated")
                                     : tr("%1 oddities were treated").arg(countText(odd));
  if (bad == 0) return tr("%1: every one can be read; %2.").arg(images, treated);
  return tr("%1: %2 cannot be read; %3. Unreadable images can be left out on the Data page.")
      .arg(images, countText(bad), treated);
}

/// Only kinds that occur.
void CheckDialog::fillKinds() {
  const QSignalBlocker quiet(kinds_);
  kinds_->clear();
  if (!result_) return;
  kinds_->addItem(tr("All listed (%1)").arg(countText(table_->rowCount())), CheckTable::kAll);
  if (!result_->bad.empty())
    kinds_->addItem(tr("Cannot be read (%1)").arg(countText(qint64(result_->bad.size()))), CheckTable::kBad);
  for (std::size_t o = 0; o < kOddities; ++o) {
    if (result_->counts[o] == 0) continue;
    const QString name = QString::fromStdString(nameOf(Oddity(o)));
    const auto count = qint64(result_->counts[o]), listed = qint64(result_->names[o].size());
    kinds_->addItem(count == listed
                        ? tr("%1 (%2)").arg(name, countText(count))
                        : tr("%1 (%2, the first %3 are listed)").arg(name, countText(count), countText(listed)),
                    int(o));
  }
}

void CheckDialog::refresh() {
  filter_->show(kinds_->count() ? kinds_->currentData().toInt() : int(CheckTable::kAll), search_->text());
  for (QWidget* widget : std::initializer_list<QWidget*>{bar_, left_, stop_}) widget->setVisible(checking());
  again_->setVisible(!checking());
  const QString nothing = filter_->rowCount() == 0 ? tr("The list is empty.") : QString();
  setBlocked(copy_, nothing, tr("The chosen rows, or all that are shown (Ctrl+C)"));
  setBlocked(export_, nothing, tr("Writes what is shown as a table"));
  setBlocked(again_, workspace_.data() ? QString() : tr("No data are open."), tr("Goes through the open data"));
}

void CheckDialog::copyList() {
  QModelIndexList rows = view_->selectionModel()->selectedRows();
  if (rows.isEmpty())
    for (int row = 0; row < filter_->rowCount(); ++row) rows << filter_->index(row, 0);
  QGuiApplication::clipboard()->setText(filter_->lines(rows));
  message_->say(rows.size() == 1 ? tr("1 line is on the clipboard.")
                                 : tr("%1 lines are on the clipboard.").arg(countText(rows.size())));
}

void CheckDialog::exportTo(const QString& file) {
  writeAtomically(file.toStdString(), filter_->csv());
  message_->say(tr("Written to %1").arg(file));
}

void CheckDialog::exportList() {
  const QString name = QFileInfo(path_).fileName() + QStringLiteral("-check.csv");
  const QString file = QFileDialog::getSaveFileName(this, tr("Export the list"), name, tr("Tables (*.csv)"));
  if (file.isEmpty()) return;
  try {
    exportTo(file);
  } catch (const Error& error) {
    message_->say(tr("The list was not written."));
    emit workspace_.problem(tr("The list of images was not written"), QString::fromUtf8(error.what()));
  }
}

}  // namespace gf
