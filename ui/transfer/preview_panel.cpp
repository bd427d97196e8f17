// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/preview_panel.h"

#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QTableView>
#include <QVBoxLayout>

#include "report/text.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/partition_table.h"

namespace gf {
namespace {

constexpr int kSteps = 1000;  // of the progress bar
constexpr double kShort = 9.5;

QString sizeText(double bytes) {
  if (bytes < 1e6) return PreviewPanel::tr("%1 kB").arg(numberText(bytes / 1e3, 0));
  if (bytes < 1e9) return PreviewPanel::tr("%1 MB").arg(numberText(bytes / 1e6, 0));
  return PreviewPanel::tr("%1 GB").arg(numberText(bytes / 1e9, 1));
}

QString lengthText(double seconds) {
  if (seconds < kShort) return PreviewPanel::tr("%1 s").arg(numberText(seconds, seconds < 0.095 ? 2 : 1));
  return QString::fromStdString(durationText(seconds));
}

QString estimateText(const Preview& preview) {
  return PreviewPanel::tr("About %1 for the run (%2 an epoch), %3 of memory, %4 on disk.")
      .arg(lengthText(preview.estimatedSeconds), lengthText(preview.secondsPerEpoch), sizeText(preview.memoryBytes),
           sizeText(preview.diskBytes));
}

bool sameWork(const TransferRequest& a, const TransferRequest& b) {
  return a.options == b.options && a.student.path == b.student.path && a.teacher.path == b.teacher.path &&
         a.data == b.data;
}

}  // namespace

PreviewPanel::PreviewPanel(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
  build();
  connect(&workspace_, &Workspace::activityChanged, this, &PreviewPanel::showProgress);
  refresh();
}

void PreviewPanel::build() {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  state_ = sentenceLabel();
  layout->addWidget(state_);
  table_ = new PartitionTable(this);
  view_ = new QTableView;
  setUpTable(view_);
  view_->setSortingEnabled(false);
  view_->setModel(table_);
  view_->setAccessibleName(tr("Partition of the transfer set"));
  view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  view_->horizontalHeader()->setSectionResizeMode(PartitionTable::Outcome_, QHeaderView::Stretch);
  view_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
  view_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  layout->addWidget(view_);
  estimate_ = sentenceLabel();
  layout->addWidget(estimate_);
  busy_ = new QProgressBar;
  busy_->setTextVisible(false);
  busy_->setAccessibleName(tr("Progress of the preview"));
  busy_->hide();
  layout->addWidget(busy_);
}

QString PreviewPanel::stateText() const {
  return state_->text();
}

void PreviewPanel::start(const TransferRequest& request) {
  if (going()) return;
  made_ = now_ = request;
  failure_.clear();
  const auto job = std::make_shared<PreviewJob>(request);
  busy_->setRange(0, 0);
  busy_->show();
  job_ = workspace_.start(
      job, [this, job](const JobStatus& status) { finish(status, *job); }, this);
  refresh();
  emit changed();
}

void PreviewPanel::finish(const JobStatus& status, const PreviewJob& job) {
  job_ = 0;
  busy_->hide();
  preview_ = job.result();
  if (status.failure) {
    failure_ = QString::fromUtf8(status.failure->what());
  } else if (!preview_) {
    failure_ = tr("The preview was stopped.");
  }
  table_->setPreview(preview_);
  if (preview_) estimate_->setText(estimateText(*preview_));
  refresh();
  emit changed();
}

void PreviewPanel::showProgress() {
  if (!going()) return;
  const auto activity = workspace_.activity();
  const bool own = activity && activity->id == job_ && activity->progress.fraction > 0;
  busy_->setRange(0, own ? kSteps : 0);
  if (own) busy_->setValue(static_cast<int>(kSteps * activity->progress.fraction));
}

void PreviewPanel::setCurrent(const TransferRequest& request) {
  now_ = request;
  refresh();
}

void PreviewPanel::refresh() {
  const bool same = preview_ && sameWork(made_, now_);
  QString text;
  if (going()) {
    text = tr("Looking at the transfer set…");
  } else if (!failure_.isEmpty()) {
    text = failure_;
  } else if (!preview_) {
    text = tr("Preview shows which samples would follow the teacher, and what the run will cost.");
  } else if (!same) {
    text = tr("This preview was made for other settings; preview again to see these.");
  } else {
    text = tr("The share of the %1 samples that each rule would send to the teacher; the student keeps the others.")
               .arg(countText(static_cast<qint64>(preview_->transferSamples)));
    if (preview_->ties > 0)
      text += ' ' + tr("On %1 both are equally sure: the student keeps them.").arg(countText(preview_->ties));
  }
  state_->setText(text);
  for (QWidget* widget : std::initializer_list<QWidget*>{view_, estimate_}) {
    widget->setVisible(preview_ != nullptr);
    widget->setEnabled(same && !going());
  }
}

}  // namespace gf
