// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/preview_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "report/text.h"
#include "ui/style/numbers.h"
#include "ui/style/size_text.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/partition_table.h"
#include "ui/transfer/routing_table.h"

namespace gf {
namespace {

constexpr int kSteps = 1000;  // of the progress bar
constexpr double kShort = 9.5;
enum View { InAll, ByClass, ByTeacher };

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
  const auto sameFile = [](const ModelChoice& x, const ModelChoice& y) { return x.path == y.path; };
  return a.options == b.options && a.student.path == b.student.path &&
         std::equal(a.teachers.begin(), a.teachers.end(), b.teachers.begin(), b.teachers.end(), sameFile) &&
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
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  policy.setHeightForWidth(true);  // setting a policy forgets that the label had asked for it
  state_->setSizePolicy(policy);
  layout->addWidget(state_);
  layout->addWidget(views_ = buildViews(), 1);
  estimate_ = sentenceLabel();
  layout->addWidget(estimate_);
  busy_ = new QProgressBar;
  busy_->setTextVisible(false);
  busy_->setAccessibleName(tr("Progress of the preview"));
  busy_->hide();
  layout->addWidget(busy_);
  layout->addStretch(0);  // takes what is left only while no table is shown
}

QWidget* PreviewPanel::buildViews() {
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  auto* head = new QHBoxLayout;
  head->setSpacing(space::kS);
  tabs_ = new QTabBar;
  tabs_->setExpanding(false);
  tabs_->setDrawBase(false);
  tabs_->setAccessibleName(tr("Ways to look at the partition"));
  for (const QString& name : {tr("In all"), tr("By class"), tr("By teacher")}) tabs_->addTab(name);
  filter_ = new QLineEdit;
  filter_->setPlaceholderText(tr("Filter"));
  filter_->setAccessibleName(tr("Filter the partition by name"));
  filter_->setClearButtonEnabled(true);
  head->addWidget(tabs_);
  head->addWidget(filter_, 1);
  layout->addLayout(head);
  table_ = new PartitionTable(this);
  view_ = new QTableView;
  setUpTable(view_);
  view_->setObjectName(QStringLiteral("partition"));
  view_->setSortingEnabled(false);
  view_->setModel(table_);
  view_->setAccessibleName(tr("Partition of the transfer set"));
  view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  view_->horizontalHeader()->setSectionResizeMode(PartitionTable::Outcome_, QHeaderView::Stretch);
  classes_ = new RoutingTable(this);
  teachers_ = new RoutingTable(this);
  stack_ = new QStackedWidget;
  view_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
  view_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  auto* inAll = new QWidget;
  auto* inAllLayout = new QVBoxLayout(inAll);
  inAllLayout->setContentsMargins(0, 0, 0, 0);
  inAllLayout->addWidget(view_);
  inAllLayout->addStretch(1);
  stack_->addWidget(inAll);
  stack_->addWidget(buildDetail(classes_, sortedClasses_, tr("Partition by class")));
  stack_->addWidget(buildDetail(teachers_, sortedTeachers_, tr("Partition by teacher")));
  stack_->widget(ByClass)->setObjectName(QStringLiteral("partition-by-class"));
  stack_->widget(ByTeacher)->setObjectName(QStringLiteral("partition-by-teacher"));
  stack_->setMinimumHeight(190);
  layout->addWidget(stack_, 1);
  connect(tabs_, &QTabBar::currentChanged, this, &PreviewPanel::showView);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    for (QSortFilterProxyModel* sorted : {sortedClasses_, sortedTeachers_}) sorted->setFilterFixedString(text);
  });
  return column;
}

QTableView* PreviewPanel::buildDetail(RoutingTable* model, QSortFilterProxyModel*& sorted, const QString& name) {
  sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(model);
  sorted->setSortRole(RoutingTable::SortRole);
  sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
  sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
  sorted->setFilterKeyColumn(RoutingTable::Name);
  auto* view = new QTableView;
  setUpTable(view);
  view->setModel(sorted);
  view->sortByColumn(-1, Qt::AscendingOrder);
  view->setAccessibleName(name);
  const QFontMetrics metrics(view->font());
  for (int column = RoutingTable::Samples; column < RoutingTable::ColumnCount; ++column)
    view->setColumnWidth(column, metrics.horizontalAdvance(QStringLiteral("Negative")) + 2 * space::kS);
  for (const int column : {RoutingTable::Rest, RoutingTable::Ties})
    view->setColumnWidth(column, metrics.horizontalAdvance(QStringLiteral("00,000")) + space::kS);
  return view;
}

void PreviewPanel::showView() {
  stack_->setCurrentIndex(tabs_->currentIndex());
  filter_->setVisible(tabs_->currentIndex() != InAll);
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
  classes_->setRows(tr("Class"), preview_ ? routingByClass(*preview_) : std::vector<RoutingTable::Row>());
  teachers_->setRows(tr("Teacher"), preview_ ? routingByTeacher(*preview_) : std::vector<RoutingTable::Row>());
  for (const int view : {ByClass, ByTeacher})
    if (auto* detail = qobject_cast<QTableView*>(stack_->widget(view)))
      detail->resizeColumnToContents(RoutingTable::Name);
  tabs_->setTabVisible(ByTeacher, teachers_->rowCount() > 0);
  if (auto* detail = qobject_cast<QTableView*>(stack_->widget(ByTeacher))) detail->hideColumn(RoutingTable::Ties);
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
    if (preview_->teacherNames.size() > 1) {
      text += ' ' + (made_.options.teachers == TeacherMode::Parallel
                         ? tr("A flip counts as positive where any of the teachers is right.")
                         : tr("Who is right is judged against the teacher that comes first."));
    }
    if (preview_->ties > 0)
      text += ' ' + tr("On %1 both are equally sure: the student keeps them.").arg(countText(preview_->ties));
  }
  state_->setText(text);
  for (QWidget* widget : std::initializer_list<QWidget*>{views_, estimate_}) {
    widget->setVisible(preview_ != nullptr);
    widget->setEnabled(same && !going());
  }
  showView();
}

}  // namespace gf
