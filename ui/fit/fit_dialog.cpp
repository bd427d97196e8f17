// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fit/fit_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "report/fit_report.h"
#include "ui/charts/figure_view.h"
#include "ui/fit/fit_form.h"
#include "ui/fit/fit_session.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr int kFormWidth = 430;

QString nameOf(Workspace& workspace, const QString& model) {
  const ShelfModel::Row* row = workspace.shelf().find(model);
  return row && row->inspection.metadata ? QString::fromStdString(row->inspection.metadata->name)
                                         : QFileInfo(model).completeBaseName();
}

}  // namespace

FitDialog::FitDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent), workspace_(workspace), session_(new FitSession(this)) {
  setWindowTitle(tr("Fit a model"));
  setAccessibleName(windowTitle());
  setModal(false);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(space::kL);
  columns->addWidget(makeLeft());
  columns->addWidget(makeRight(), 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  title_ = titleLabel({}, this);
  layout->addWidget(title_);
  layout->addLayout(columns, 1);
  makeButtons();
  resize(980, 640);
  connect(form_, &FitForm::changed, this, &FitDialog::refresh);
  connect(&workspace_, &Workspace::dataChanged, this, &FitDialog::refresh);
  connect(session_, &FitSession::changed, this, &FitDialog::showGoing);
  connect(session_, &FitSession::ended, this, &FitDialog::finish);
  refresh();
}

FitDialog::~FitDialog() = default;

QWidget* FitDialog::makeLeft() {
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  form_ = new FitForm(scroll);
  form_->layout()->setContentsMargins(0, 0, space::kM, 0);
  scroll->setWidget(form_);
  scroll->setFixedWidth(kFormWidth);
  return scroll;
}

QWidget* FitDialog::makeRight() {
  auto* right = new QWidget(this);
  plan_ = sentenceLabel({}, right);
  plan_->setObjectName(QStringLiteral("fit-plan"));
  state_ = sentenceLabel({}, right);
  state_->setObjectName(QStringLiteral("fit-state"));
  bar_ = new QProgressBar(right);
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of the fit"));
  course_ = new FigureView(right);
  course_->setEmptyText(tr("The accuracy shows here, from the first evaluation on."));
  course_->setMinimumHeight(220);
  out_ = new QLineEdit(right);
  out_->setObjectName(QStringLiteral("fit-folder"));
  out_->setAccessibleName(tr("Folder for the result"));
  out_->setToolTip(tr("Where model.pt and its report are written; a folder that is new or empty"));
  browse_ = new QPushButton(tr("Choose…"), right);
  browse_->setAutoDefault(false);
  connect(out_, &QLineEdit::textEdited, this, [this](const QString& text) {
    folder_ = text.trimmed();
    ownFolder_ = true;
    refresh();
  });
  connect(browse_, &QPushButton::clicked, this, &FitDialog::chooseFolder);
  auto* folder = new QHBoxLayout;
  folder->setSpacing(space::kS);
  folder->addWidget(mutedLabel(tr("Result"), right));
  folder->addWidget(out_, 1);
  folder->addWidget(browse_);
  auto* layout = new QVBoxLayout(right);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addWidget(plan_);
  layout->addLayout(folder);
  layout->addWidget(course_, 1);
  layout->addWidget(bar_);
  layout->addWidget(state_);
  return right;
}

void FitDialog::makeButtons() {
  const auto button = [this](const QString& text, const char* name, auto action) {
    auto* made = new QPushButton(text, this);
    made->setObjectName(QString::fromLatin1(name));
    made->setAutoDefault(false);
    connect(made, &QPushButton::clicked, this, action);
    return made;
  };
  copy_ = button(tr("Copy command line"), "fit-copy", [this] { copyCommand(); });
  discard_ = button(tr("Discard"), "fit-discard", [this] { stop(true); });
  keep_ = button(tr("Stop, keep the model so far"), "fit-keep", [this] { stop(false); });
  close_ = button(tr("Close"), "fit-close", [this] { reject(); });
  fit_ = button(tr("Fit"), "fit-start", [this] { start(); });
  makePrimary(fit_);
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kS);
  row->addStretch(1);
  for (QPushButton* each : {copy_, discard_, keep_, close_, fit_}) row->addWidget(each);
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void FitDialog::openFor(const QString& model) {
  if (!going()) {
    model_ = model;
    ownFolder_ = false;
    state_->clear();
    bar_->setValue(0);
    course_->setFigure(accuracyCourse({}, {}));
    refresh();
  }
  show();
  raise();
  activateWindow();
}

bool FitDialog::going() const {
  return session_->going();
}

FitRequest FitDialog::request() const {
  FitRequest request = fitOf(workspace_, model_, form_->options());
  request.out = (ownFolder_ ? folder_ : freshFitFolder(request)).toStdString();
  return request;
}

void FitDialog::refresh() {
  const bool now = going();
  for (QPushButton* each : {discard_, keep_}) each->setVisible(now);
  form_->setEnabled(!now);
  out_->setEnabled(!now);
  browse_->setEnabled(!now);
  if (now) {
    setBlocked(fit_, tr("A model is being fitted."));
    return;
  }
  title_->setText(tr("Fit %1").arg(nameOf(workspace_, model_)));
  QString plan;
  QString blocked = form_->problem();
  if (blocked.isEmpty()) blocked = fitBlocked(workspace_, model_, form_->options(), plan);
  if (blocked.isEmpty() && ownFolder_ && folder_.isEmpty()) blocked = tr("The result needs a folder.");
  plan_->setText(blocked.isEmpty() ? plan : blocked);
  QPalette palette = this->palette();
  if (!blocked.isEmpty()) palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  plan_->setPalette(palette);
  setBlocked(fit_, blocked, tr("Begins the training"));
  setBlocked(copy_, blocked, tr("Puts the command that does the same in a terminal on the clipboard"));
  if (!ownFolder_) out_->setText(QString::fromStdString(request().out.string()));
}

void FitDialog::chooseFolder() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder for the result"));
  if (folder.isEmpty()) return;
  folder_ = folder;
  ownFolder_ = true;
  out_->setText(folder);
  refresh();
}

void FitDialog::copyCommand() {
  try {
    QApplication::clipboard()->setText(fitCommand(request()));
    state_->setText(tr("The command is on the clipboard."));
  } catch (const Error& error) {
    emit workspace_.problem(tr("The command could not be made"), QString::fromUtf8(error.what()));
  }
}

void FitDialog::start() {
  session_->start(request());
  refresh();
}

void FitDialog::stop(bool discard) {
  for (QPushButton* each : {discard_, keep_}) each->setEnabled(false);
  state_->setText(tr("Stopping…"));
  session_->stop(discard);
}

void FitDialog::showGoing() {
  if (!going()) return;
  const JobStatus& status = session_->status();
  bar_->setValue(static_cast<int>(std::lround(1000 * status.progress.fraction)));
  const Figure course = session_->course();
  if (!course.series.empty()) course_->setFigure(course);
  if (status.state == JobState::Stopping) return;
  QStringList words{status.progress.stage.empty() ? tr("Preparing") : QString::fromStdString(status.progress.stage)};
  if (const auto loss = session_->loss()) words << tr("loss %1").arg(numberText(*loss, 3));
  if (!course.series.empty()) words << tr("accuracy %1 %").arg(numberText(course.series.front().y.back(), 1));
  if (const QString left = timeLeftText(status.progress.secondsLeft); !left.isEmpty()) words << left;
  state_->setText(words.join(QStringLiteral(", ")));
}

void FitDialog::finish() {
  for (QPushButton* each : {discard_, keep_}) each->setEnabled(true);
  const JobStatus& status = session_->status();
  const auto report = session_->report();
  ownFolder_ = ownFolder_ && status.failure;  // what failed may be tried again there
  refresh();
  if (status.failure) {
    state_->setText(QString::fromUtf8(status.failure->what()));
    emit workspace_.problem(tr("The fit failed"), QString::fromUtf8(status.failure->what()));
  } else if (!report) {
    state_->setText(tr("Stopped; nothing was kept."));
  } else {
    bar_->setValue(1000);
    course_->setFigure(fitFigures(*report).front());
    state_->setText(QString::fromStdString(fitHeadline(*report)));
    sayAfterwards(QString::fromStdString(fittedModelIn(session_->request().out).string()));
  }
  if (std::exchange(leaving_, false)) emit leaveAllowed();
}

/// The fitted model takes its place, and the next step is named.
void FitDialog::sayAfterwards(const QString& file) {
  QStringList words{state_->text()};
  if (form_->recipe() == FitRecipe::DomainShift) {
    workspace_.take(Slot::Teacher, file);
    words << tr(
        "The fitted model is now the teacher. Step 2: open the ImageNet data on the Data page, choose the "
        "student, and transfer.");
  } else {
    workspace_.addModels({file});
    words << (form_->recipe() == FitRecipe::OtherData
                  ? tr("It is on the shelf. Fit the other model's head too, then compare the two and transfer.")
                  : tr("It is on the shelf."));
  }
  state_->setText(words.join(QLatin1Char(' ')));
}

bool FitDialog::mayLeave() {
  if (!going()) return true;
  if (leaving_) return false;
  QMessageBox box(this);
  box.setObjectName(QStringLiteral("leaving-fit"));
  box.setWindowTitle(tr("A model is being fitted"));
  box.setText(tr("The fit has not finished."));
  box.setInformativeText(tr("Stopping keeps the model as it is now; the same command with --resume goes on."));
  QPushButton* stay = box.addButton(tr("Keep running"), QMessageBox::RejectRole);
  QPushButton* stopIt = box.addButton(tr("Stop, keep the model so far, and quit"), QMessageBox::AcceptRole);
  box.setDefaultButton(stay);
  box.setEscapeButton(stay);
  box.exec();
  if (box.clickedButton() != stopIt) return false;
  if (!going()) return true;
  leaving_ = true;
  stop(false);
  return false;
}

/// Closing only hides it: a fit goes on, and the Models page shows it again.
void FitDialog::reject() {
  hide();
}

}  // namespace gf
