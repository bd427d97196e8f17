// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_dialog.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "base/error.h"
#include "base/files.h"
#include "ui/importing/import_choice.h"
#include "ui/importing/import_list_job.h"
#include "ui/importing/import_notice.h"
#include "ui/importing/import_outcomes.h"
#include "ui/importing/weights_choice.h"
#include "ui/style/eliding_label.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

constexpr auto kPython = "import/python";

}  // namespace

ImportDialog::ImportDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent),
      workspace_(workspace),
      stack_(new QStackedWidget(this)),
      notice_(new ImportNotice(this)),
      choice_(new ImportChoice(this)),
      outcomes_(new ImportOutcomes(this)),
      message_(new ElidingLabel(this)),
      pythonPath_(QSettings().value(kPython).toString()) {
  setWindowTitle(tr("Import models"));
  setModal(false);
  build();
  connect(notice_, &ImportNotice::pythonRequested, this, &ImportDialog::choosePython);
  connect(notice_, &ImportNotice::againRequested, this, &ImportDialog::askForList);
  connect(choice_, &ImportChoice::changed, this, &ImportDialog::refresh);
  connect(&workspace_, &Workspace::activityChanged, this, &ImportDialog::showProgress);
  connect(&workspace_, &Workspace::dataChanged, this, &ImportDialog::refresh);
  refresh();
}

void ImportDialog::build() {
  stack_->addWidget(notice_);
  stack_->addWidget(choice_);
  stack_->addWidget(outcomes_);
  message_->setObjectName(QStringLiteral("importMessage"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->setSpacing(space::kM);
  layout->addWidget(sentenceLabel(tr("Makes checkpoints of the classifiers of timm and torchvision, with their classes "
                                     "and preprocessing. Nothing is fetched from a network."),
                                  this));
  layout->addWidget(stack_, 1);
  layout->addWidget(makeButtons());
  resize(1060, 660);
}

QWidget* ImportDialog::makeButtons() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(message_, 1);
  const auto add = [&](const QString& text, void (ImportDialog::*slot)()) {
    auto* button = new QPushButton(text, row);
    button->setAutoDefault(false);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, slot);
    return button;
  };
  python_ = add(tr("Another Python…"), &ImportDialog::choosePython);
  copy_ = add(tr("Copy command line"), &ImportDialog::copyCommand);
  stop_ = add(tr("Stop"), &ImportDialog::stopImport);
  close_ = new QPushButton(tr("Close"), row);
  close_->setAutoDefault(false);
  layout->addWidget(close_);
  connect(close_, &QPushButton::clicked, this, &QDialog::close);
  more_ = new QPushButton(tr("Import more"), row);
  more_->setAutoDefault(false);
  layout->addWidget(more_);
  connect(more_, &QPushButton::clicked, this, [this] { open({}); });
  import_ = add(tr("Import"), &ImportDialog::startImport);
  makePrimary(import_);
  return row;
}

void ImportDialog::open(const QString& weights) {
  if (!importing()) {
    QStringList classes;
    if (workspace_.data())
      for (const std::string& name : workspace_.data()->eval->classNames()) classes << QString::fromStdString(name);
    choice_->weights().setDataClasses(classes);
    if (!weights.isEmpty()) choice_->weights().setFile(weights);
    if (listed_) {
      showPage(Choosing);
    } else if (!listId_) {
      askForList();
    }
  }
  show();
  raise();
  activateWindow();
  if (stack_->currentIndex() == Choosing) choice_->focusSearch();
}

void ImportDialog::askForList() {
  const auto job = std::make_shared<ImportListJob>(pythonPath_.toStdString());
  const auto done = [this, job](const JobStatus& status) {
    listId_ = 0;
    listed_ = status.state == JobState::Done;
    if (!listed_) {
      notice_->showFailure(status.failure);
      return refresh();
    }
    const PythonFound& python = job->python();
    libraries_ = tr("%1: torch %2, timm %3, torchvision %4")
                     .arg(QString::fromStdString(python.program.string()), QString::fromStdString(python.torch),
                          python.timm.empty() ? tr("none") : QString::fromStdString(python.timm),
                          python.torchvision.empty() ? tr("none") : QString::fromStdString(python.torchvision));
    choice_->setList(job->list());
    showPage(Choosing);
    choice_->focusSearch();
  };
  listed_ = false;
  listId_ = workspace_.startImporting(job, done, this);
  showPage(Listing);
  showProgress();
}

void ImportDialog::choosePython() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Choose a Python that has torch, and timm or torchvision"),
                                                    QFileInfo(pythonPath_).absolutePath());
  if (file.isEmpty()) return;
  pythonPath_ = file;
  QSettings().setValue(kPython, file);
  askForList();
}

/// Throws Error when the metadata cannot be written.
std::vector<ImportRequest> ImportDialog::requests() const {
  ImportPlan plan = choice_->plan();
  plan.python = pythonPath_;
  const nlohmann::json metadata = choice_->weights().metadata();
  if (plan.from == WeightsFrom::File && !metadata.empty()) {
    const std::filesystem::path file = dataFolder() / "import-metadata.json";
    writeAtomically(file, metadata.dump(2) + "\n");
    plan.metadata = QString::fromStdString(file.string());
  }
  return requestsOf(plan);
}

void ImportDialog::copyCommand() {
  try {
    QGuiApplication::clipboard()->setText(commandOf(requests()));
    message_->say(tr("The command is on the clipboard."));
  } catch (const Error& error) {
    message_->say(QString::fromUtf8(error.what()));
  }
}

void ImportDialog::startImport() {
  if (importing() || !choice_->blocked().isEmpty()) return;
  std::vector<ImportRequest> requests;
  try {
    requests = this->requests();
  } catch (const Error& error) {
    return message_->say(QString::fromUtf8(error.what()));
  }
  QStringList names;
  for (const ImportRequest& request : requests) {
    for (const std::string& name : request.names) names << QString::fromStdString(name);
    if (request.names.empty()) names << QString::fromStdString(request.checkpoint.filename().string());
  }
  outcomes_->begin(names);
  for (const ImportRequest& request : requests) {
    const auto job = std::make_shared<ImportJob>(request);
    const auto own = std::make_shared<std::uint64_t>(0);
    // From the worker, which may outlive the dialog but not the workspace.
    job->onEach([&workspace = workspace_, self = QPointer<ImportDialog>(this), request](const ImportOutcome& outcome) {
      const auto tell = [self, request, outcome] {
        if (self) self->take(request, outcome);
      };
      QMetaObject::invokeMethod(&workspace, tell, Qt::QueuedConnection);
    });
    *own = workspace_.startImporting(
        job, [this, own](const JobStatus& status) { jobEnded(*own, status); }, this);
    jobs_.insert(*own);
  }
  showPage(Importing);
}

void ImportDialog::take(const ImportRequest& request, const ImportOutcome& outcome) {
  outcomes_->add(outcome);
  if (!outcome.done()) {
    emit workspace_.problem(tr("%1 was not imported").arg(QString::fromStdString(outcome.name)), failureText(outcome));
    return;
  }
  // The file of weights stood on the shelf as one that cannot be used; its model takes its place.
  const QString weights = QString::fromStdString(request.checkpoint.string());
  if (!weights.isEmpty() && workspace_.shelf().find(weights)) workspace_.removeModel(weights);
  workspace_.addModels({QString::fromStdString(outcome.file.string())});
}

void ImportDialog::jobEnded(std::uint64_t id, const JobStatus& status) {
  jobs_.erase(id);
  if (status.failure) {
    outcomes_->showFailure(QString::fromUtf8(status.failure->what()));
    emit workspace_.problem(tr("Models were not imported"), QString::fromUtf8(status.failure->what()));
  }
  if (jobs_.empty()) outcomes_->end();
  refresh();
}

void ImportDialog::stopImport() {
  outcomes_->showStopping();
  for (const std::uint64_t id : jobs_) workspace_.cancel(id);
}

void ImportDialog::showProgress() {
  if (listId_) {
    if (const auto status = workspace_.statusOf(listId_)) notice_->showGoing(*status);
  } else if (importing()) {
    if (const auto status = workspace_.statusOf(*jobs_.begin())) outcomes_->showProgress(*status);
  }
}

void ImportDialog::showPage(Page page) {
  stack_->setCurrentIndex(page);
  refresh();
}

void ImportDialog::refresh() {
  const int page = stack_->currentIndex();
  for (QPushButton* button : {copy_, import_}) button->setVisible(page == Choosing);
  python_->setVisible(page == Choosing);
  stop_->setVisible(page == Importing && importing());
  more_->setVisible(page == Importing && !importing());
  if (page == Listing) message_->say({});
  const QString reason = choice_->blocked();
  if (page == Choosing) message_->say(reason.isEmpty() ? libraries_ : reason);
  if (page == Importing) message_->say(importing() ? tr("This may be closed: the import goes on.") : QString());
  setBlocked(import_, reason, tr("Begins in the background; the dialog may be closed meanwhile"));
  setBlocked(copy_, reason, tr("The command that does the same in a terminal"));
}

}  // namespace gf
