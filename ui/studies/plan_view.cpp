// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/plan_view.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QThread>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/text.h"
#include "ui/studies/plan_estimate.h"
#include "ui/studies/plan_form.h"
#include "ui/studies/plan_words.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

const QString kFromFile = QStringLiteral("…");
constexpr qsizetype kMostWords = 420;  // a plan that fits no model says so of each

}  // namespace

struct PlanView::Private {
  explicit Private(Workspace& workspace) : estimate(workspace) {}

  PlanEstimate estimate;
  QComboBox* source = nullptr;
  QStackedWidget* left = nullptr;  ///< The form, or what a plan from a file says.
  PlanForm* form = nullptr;
  QLabel *summary = nullptr, *size = nullptr, *cost = nullptr;
  PairGrid* grid = nullptr;
  QLineEdit* folder = nullptr;
  QSpinBox* workers = nullptr;
  QString file;            ///< Of the plan in place of the form; empty: the form.
  Json fromFile, plan;     ///< As read; what would run.
  QString problem;         ///< Why there is no plan.
  bool ownFolder = false;  ///< The user chose it.
};

PlanView::PlanView(Workspace& workspace, QWidget* parent)
    : QWidget(parent), workspace_(workspace), private_(std::make_unique<Private>(workspace)) {
  setObjectName(QStringLiteral("planView"));
  auto* splitter = new QSplitter(Qt::Horizontal, this);
  splitter->setChildrenCollapsible(false);
  splitter->setHandleWidth(space::kM);
  splitter->addWidget(buildLeft());
  splitter->addWidget(buildRight());
  splitter->setStretchFactor(0, 1);
  splitter->setStretchFactor(1, 1);
  splitter->setSizes({470, 430});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  Private& p = *private_;
  connect(p.form, &PlanForm::changed, this, &PlanView::refresh);
  connect(&p.estimate, &PlanEstimate::changed, this, &PlanView::refresh);
  connect(p.grid, &PairGrid::activated, this, &PlanView::toggle);
  connect(&Theme::instance(), &Theme::changed, this, &PlanView::refresh);
  refresh();
}

PlanView::~PlanView() = default;

QWidget* PlanView::buildSource() {
  Private& p = *private_;
  p.source = new QComboBox;
  p.source->setObjectName(QStringLiteral("planSource"));
  p.source->setAccessibleName(tr("Where the plan comes from"));
  p.source->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  p.source->addItem(tr("Own plan: tick models and methods"), QString());
  for (const auto& file : readyPlans()) {
    const QString path = QString::fromStdString(file.string());
    try {
      const StudyPlan plan = readPlan(file);
      p.source->addItem(tr("The paper: %1").arg(QString::fromStdString(plan.name)), path);
      p.source->setItemData(p.source->count() - 1, QString::fromStdString(plan.about), Qt::ToolTipRole);
    } catch (const Error&) {  // a damaged installation lacks a plan, not the page
      continue;
    }
  }
  p.source->addItem(tr("From a file…"), kFromFile);
  connect(p.source, &QComboBox::activated, this, &PlanView::takeSource);
  return p.source;
}

QWidget* PlanView::buildLeft() {
  Private& p = *private_;
  auto* column = new QWidget(this);
  p.left = new QStackedWidget(column);
  p.form = new PlanForm(workspace_, p.left);
  p.left->addWidget(p.form);
  auto* said = new QScrollArea(p.left);
  said->setWidgetResizable(true);
  said->setFrameShape(QFrame::NoFrame);
  said->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  p.summary = sentenceLabel({}, said);
  p.summary->setObjectName(QStringLiteral("planSummary"));
  p.summary->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  said->setWidget(p.summary);
  p.left->addWidget(said);
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(buildSource());
  layout->addWidget(p.left, 1);
  layout->addWidget(buildTarget());
  return column;
}

QWidget* PlanView::buildTarget() {
  Private& p = *private_;
  auto* row = new QWidget(this);
  p.folder = new QLineEdit(row);
  p.folder->setObjectName(QStringLiteral("planFolder"));
  p.folder->setAccessibleName(tr("Folder of the study"));
  p.folder->setToolTip(tr("New, empty, or one that holds a study, which then goes on"));
  auto* browse = new QToolButton(row);
  browse->setText(tr("Choose…"));
  p.workers = new QSpinBox(row);
  p.workers->setObjectName(QStringLiteral("planWorkers"));
  p.workers->setAccessibleName(tr("Workers"));
  p.workers->setToolTip(tr("Processes that share the cells; the cores are shared out among them"));
  p.workers->setRange(1, std::max(1, QThread::idealThreadCount()));
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(new QLabel(tr("Folder"), row));
  layout->addWidget(p.folder, 1);
  layout->addWidget(browse);
  layout->addWidget(new QLabel(tr("Workers"), row));
  layout->addWidget(p.workers);
  connect(p.folder, &QLineEdit::textEdited, this, [this] {
    private_->ownFolder = true;
    emit changed();
  });
  connect(browse, &QToolButton::clicked, this, [this] {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of the study"));
    if (folder.isEmpty()) return;
    private_->ownFolder = true;
    private_->folder->setText(folder);
    emit changed();
  });
  connect(p.workers, &QSpinBox::valueChanged, this, &PlanView::refresh);
  return row;
}

QWidget* PlanView::buildRight() {
  Private& p = *private_;
  auto* column = new QWidget(this);
  p.grid = new PairGrid(column);
  p.grid->setObjectName(QStringLiteral("planPairs"));
  p.grid->setAccessibleName(tr("Pairs that run"));
  p.size = sentenceLabel({}, column);
  p.size->setObjectName(QStringLiteral("planSize"));
  p.cost = sentenceLabel({}, column);
  p.cost->setObjectName(QStringLiteral("planCost"));
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(p.grid, 1);
  layout->addWidget(p.size);
  layout->addWidget(p.cost);
  return column;
}

void PlanView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

void PlanView::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  private_->estimate.setPlan(Json());
}

// --- where the plan comes from ---------------------------------------------------------------------------------------

void PlanView::takeSource(int index) {
  Private& p = *private_;
  QString file = p.source->itemData(index).toString();
  if (file == kFromFile) file = QFileDialog::getOpenFileName(this, tr("Open a plan"), {}, tr("Plans (*.json)"));
  if (!file.isEmpty()) return openPlan(file);
  if (index == 0) p.file.clear();
  p.source->setCurrentIndex(p.file.isEmpty() ? 0 : std::max(0, p.source->findData(p.file)));
  refresh();
}

void PlanView::openPlan(const QString& file) {
  Private& p = *private_;
  p.file = QFileInfo(file).absoluteFilePath();
  p.fromFile = nullptr;
  p.problem.clear();
  if (p.source->findData(p.file) < 0) p.source->insertItem(p.source->count() - 1, QFileInfo(file).fileName(), p.file);
  p.source->setCurrentIndex(p.source->findData(p.file));
  try {
    const StudyPlan plan = readPlan(p.file.toStdString());
    p.fromFile = Json::parse(readFile(p.file.toStdString(), std::size_t{4} << 20));
    if (!plan.models.empty()) p.fromFile["models"] = plan.models.string();
    if (!plan.data.empty()) p.fromFile["data"] = plan.data.string();
  } catch (const std::exception& error) {
    p.problem = QString::fromUtf8(error.what());
  }
  refresh();
}

/// What the plan leaves open is the workspace's. Throws Error(Usage).
Json PlanView::filePlan() const {
  Json plan = private_->fromFile;
  if (!plan.contains("models")) {
    std::vector<DraftModel> models;
    for (const ShelfModel::Row& row : workspace_.shelf().rows())
      if (row.inspection.usable()) models.push_back({row.choice.path, row.inspection.metadata->name});
    if (models.empty()) failUsage("models", "the plan leaves the models open, so the shelf must hold some", "none");
    plan["models"] = folderOf(models).string();
  }
  if (!plan.contains("data")) {
    if (workspace_.dataPath().isEmpty())
      failUsage("data", "the plan leaves the data open, so data must be open", "none");
    plan["data"] = workspace_.dataPath().toStdString();
  }
  return plan;
}

// --- what would run --------------------------------------------------------------------------------------------------

void PlanView::refresh() {
  Private& p = *private_;
  const bool form = p.file.isEmpty();
  p.plan = nullptr;
  if (form) p.problem.clear();
  try {
    if (form && workspace_.data() && !workspace_.data()->train)
      failUsage("data", "the open data must have a training split", "an evaluation split alone");
    if (form || !p.fromFile.is_null()) p.plan = form ? planJson(p.form->draft()) : filePlan();
    if (!p.plan.is_null()) p.problem.clear();
  } catch (const Error& error) {
    p.problem = QString::fromUtf8(error.what());
  }
  p.estimate.setPlan(isVisible() ? p.plan : Json());  // nothing is counted that nobody looks at
  p.left->setCurrentIndex(form ? 0 : 1);
  p.summary->setText(summaryText());
  p.grid->setData(form ? formGrid() : countedGrid());
  p.grid->setEmptyText(form ? tr("The pairs show here once students and teachers are ticked.")
                            : tr("The plan’s pairs show here once they are counted."));
  p.size->setText(sizeText());
  const QString cost = costText();
  p.cost->setText(cost.size() > kMostWords ? cost.left(kMostWords) + QStringLiteral("…") : cost);
  p.cost->setToolTip(cost.size() > kMostWords ? cost : QString());
  QPalette palette = p.cost->palette();
  const Colours& colours = Theme::instance().colours();
  const bool wrong = !p.estimate.problem().isEmpty() || (!form && !p.problem.isEmpty());
  palette.setColor(QPalette::WindowText, wrong ? colours.danger : colours.text);
  p.cost->setPalette(palette);
  showFolder();
  emit changed();
}

PairGridData PlanView::formGrid() const {
  const PlanDraft draft = private_->form->draft();
  PairGridData grid;
  const auto hashOf = [this](const DraftModel& model) {
    const ShelfModel::Row* row = workspace_.shelf().find(QString::fromStdString(model.path.string()));
    return row ? row->inspection.sha256 : std::string();
  };
  if (draft.students.empty() || draft.teachers.empty()) return grid;
  for (const auto& student : draft.students) grid.students << QString::fromStdString(student.name);
  for (const auto& teacher : draft.teachers) grid.teachers << QString::fromStdString(teacher.name);
  for (const auto& student : draft.students) {
    for (const auto& teacher : draft.teachers) {
      PairCell cell{PairCell::Kind::Planned, std::nan(""), tr("A click leaves the pair out.")};
      if (hashOf(student) == hashOf(teacher)) {
        cell = {PairCell::Kind::Self, std::nan(""), {}};
      } else if (private_->form->isExcluded(teacher.path, student.path)) {
        cell = {PairCell::Kind::Off, std::nan(""), tr("A click takes the pair in.")};
      }
      grid.cells.push_back(cell);
    }
  }
  return grid;
}

PairGridData PlanView::countedGrid() const {
  const auto counted = private_->estimate.counted();
  return counted ? plannedPairs(counted->prepared) : PairGridData();
}

void PlanView::toggle(int row, int column) {
  Private& p = *private_;
  if (!p.file.isEmpty() || p.grid->data().at(row, column).kind == PairCell::Kind::Self) return;
  const PlanDraft draft = p.form->draft();
  p.form->toggleExcluded(draft.teachers[static_cast<std::size_t>(column)].path,
                         draft.students[static_cast<std::size_t>(row)].path);
}

QString PlanView::sizeText() const {
  const Private& p = *private_;
  if (const auto counted = p.estimate.counted()) return planSizeText(counted->prepared);
  if (!p.problem.isEmpty()) return p.file.isEmpty() ? QString() : tr("This plan cannot be used here.");
  return p.estimate.counting() ? tr("Counting…") : QString();
}

QString PlanView::costText() const {
  const Private& p = *private_;
  if (!p.problem.isEmpty()) return p.problem;
  if (!p.estimate.problem().isEmpty()) return p.estimate.problem();
  const auto counted = p.estimate.counted();
  if (!counted) return {};
  QString text = planCostText(counted->cost, p.workers->value());
  if (const auto seconds = p.estimate.seconds()) {
    text += QStringLiteral("\n") + planTimeText(*seconds, p.workers->value());
  } else if (p.estimate.timing()) {
    text += QStringLiteral("\n") + tr("The models are being timed…");
  } else if (!p.estimate.timeProblem().isEmpty()) {
    text += QStringLiteral("\n") + tr("The time is not known. %1").arg(p.estimate.timeProblem());
  }
  const QString notes = planNotesText(counted->prepared.expansion, counted->cost);
  return notes.isEmpty() ? text : text + QStringLiteral("\n") + notes;
}

QString PlanView::summaryText() const {
  const Private& p = *private_;
  if (p.file.isEmpty() || p.fromFile.is_null()) return {};
  try {
    return planSummary(planFromJson(p.fromFile, p.file.toStdString()), p.plan);
  } catch (const Error&) {
    return {};  // said below the grid
  }
}

/// A folder of its own, as long as the user has not chosen one.
void PlanView::showFolder() {
  Private& p = *private_;
  if (p.ownFolder) return;
  const std::string name = p.plan.is_null() ? p.form->name().toStdString() : p.plan.at("name").get<std::string>();
  const QString base = QString::fromStdString((dataFolder() / "studies" / fileNameText(name)).string());
  QString folder = base;
  for (int i = 2; QFileInfo::exists(folder); ++i) folder = base + '-' + QString::number(i);
  p.folder->setText(folder);
}

QString PlanView::blocked() const {
  const Private& p = *private_;
  if (!p.problem.isEmpty()) return p.problem;
  if (p.plan.is_null()) return tr("There is no plan yet.");
  if (!p.estimate.problem().isEmpty()) return p.estimate.problem();
  const auto counted = p.estimate.counted();
  if (!counted) return tr("The plan is being counted.");
  if (p.file.isEmpty()) {
    if (const QString strange = strangersIn(counted->prepared, p.form->draft()); !strange.isEmpty()) return strange;
  }
  const QString folder = this->folder();
  if (folder.isEmpty()) return tr("The study needs a folder.");
  const QFileInfo info(folder);
  if (info.exists() && !info.isDir()) return tr("%1 is a file; the study needs a folder.").arg(folder);
  if (info.exists() && !QDir(folder).isEmpty() && !QFileInfo::exists(folder + QStringLiteral("/study.json")))
    return tr("%1 holds something else; the study needs a new or empty folder.").arg(folder);
  return {};
}

const Json& PlanView::plan() const {
  return private_->plan;
}

QString PlanView::folder() const {
  const QString typed = private_->folder->text().trimmed();
  return typed.isEmpty() ? QString() : QFileInfo(typed).absoluteFilePath();
}

int PlanView::workers() const {
  return private_->workers->value();
}

void PlanView::saveTo(const QString& file) const {
  writeAtomically(file.toStdString(), fileText(private_->plan));
}

QString PlanView::keptPlan() const {
  const std::filesystem::path plans = dataFolder() / "plans";
  std::error_code error;
  std::filesystem::create_directories(plans, error);
  if (error) failRun(plans.string(), "the folder must be writable", error.message());
  const QString file =
      QString::fromStdString((plans / (fileNameText(QFileInfo(folder()).fileName().toStdString()) + ".json")).string());
  saveTo(file);
  return file;
}

QString PlanView::commandLine() const {
  return commandText({QStringLiteral("gainfinder"), QStringLiteral("study"), QStringLiteral("run"), keptPlan(),
                      QStringLiteral("--out"), folder(), QStringLiteral("--jobs"), QString::number(workers())});
}

}  // namespace gf
