// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_page.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "report/text.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/objective_text.h"
#include "ui/transfer/option_form.h"
#include "ui/transfer/partition_table.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/shelf_model.h"

namespace gf {
namespace {

constexpr std::size_t kLargestOptionsFile = std::size_t{1} << 20;

QString sizeText(double bytes) {
  if (bytes < 1e6) return TransferPage::tr("%1 kB").arg(numberText(bytes / 1e3, 0));
  if (bytes < 1e9) return TransferPage::tr("%1 MB").arg(numberText(bytes / 1e6, 0));
  return TransferPage::tr("%1 GB").arg(numberText(bytes / 1e9, 1));
}

QLabel* heading(const QString& text) {
  auto* label = new QLabel(text);
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(QFont::DemiBold);
  label->setFont(font);
  return label;
}

}  // namespace

struct TransferPage::Private {
  OptionForm* form = nullptr;
  QComboBox* presets = nullptr;
  QLabel* pair = nullptr;
  QLabel* formula = nullptr;
  QLabel* formulaSentence = nullptr;
  QLabel* previewState = nullptr;
  QLabel* estimate = nullptr;
  QTableView* partition = nullptr;
  PartitionTable* table = nullptr;
  QProgressBar* busy = nullptr;
  QAction *run = nullptr, *preview = nullptr, *copy = nullptr, *save = nullptr, *load = nullptr;
  std::uint64_t previewJob = 0;  ///< 0: none going on.
  std::shared_ptr<const Preview> lastPreview;
  TransferRequest previewed;  ///< What it was made for.
};

TransferPage::TransferPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Transfer"), tr("Choose how the student learns from the teacher, see what that would do, and run it."),
           parent),
      workspace_(workspace),
      private_(std::make_unique<Private>()) {
  buildActions();
  auto* splitter = new QSplitter(Qt::Horizontal);
  splitter->setChildrenCollapsible(false);
  splitter->addWidget(buildForm());
  splitter->addWidget(buildSide());
  splitter->setStretchFactor(0, 2);
  splitter->setStretchFactor(1, 3);
  setContent(splitter);
  addButton(private_->copy);
  addButton(private_->load);
  addButton(private_->save);
  addButton(private_->preview);
  addButton(private_->run, true);

  connect(private_->form, &OptionForm::changed, this, &TransferPage::optionsChanged);
  connect(&workspace_, &Workspace::slotsChanged, this, &TransferPage::refresh);
  connect(&workspace_, &Workspace::dataChanged, this, &TransferPage::refresh);
  connect(&workspace_, &Workspace::suggestedOptionsChanged, this, &TransferPage::takeSuggestion);
  connect(&workspace_.runs(), &RunCenter::runChanged, this, &TransferPage::refresh);
  connect(&workspace_.runs(), &RunCenter::runEnded, this, &TransferPage::refresh);
  takeSuggestion();
  refresh();
}

TransferPage::~TransferPage() = default;

void TransferPage::buildActions() {
  const auto make = [this](const QString& text, void (TransferPage::*slot)()) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, slot);
    return action;
  };
  private_->run = make(tr("Run"), &TransferPage::run);
  private_->preview = make(tr("Preview"), &TransferPage::preview);
  private_->save = make(tr("Save settings…"), &TransferPage::saveJson);
  private_->load = make(tr("Load settings…"), &TransferPage::loadJson);
  private_->copy = new QAction(tr("Copy command line"), this);
  connect(private_->copy, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(commandLine()); });
}

QWidget* TransferPage::buildForm() {
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, space::kM, 0);
  layout->setSpacing(space::kS);
  private_->presets = new QComboBox;
  private_->presets->setAccessibleName(tr("Ready-made settings"));
  private_->presets->addItem(tr("Ready-made settings…"));
  for (const auto& preset : transferPresets()) {
    private_->presets->addItem(QString::fromUtf8(preset.label.data()));
    private_->presets->setItemData(private_->presets->count() - 1, QString::fromUtf8(preset.help.data()),
                                   Qt::ToolTipRole);
  }
  connect(private_->presets, &QComboBox::activated, this, &TransferPage::takePreset);
  layout->addWidget(private_->presets);
  private_->form = new OptionForm;
  layout->addWidget(private_->form);
  layout->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setMinimumWidth(320);
  scroll->setWidget(column);
  return scroll;
}

QWidget* TransferPage::buildSide() {
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(space::kM, 0, 0, 0);
  layout->setSpacing(space::kS);
  private_->pair = sentenceLabel();
  private_->formula = new QLabel;
  private_->formula->setTextFormat(Qt::RichText);
  private_->formula->setWordWrap(true);
  private_->formula->setTextInteractionFlags(Qt::TextSelectableByMouse);
  QFont large = Theme::instance().font(TextStyle::Body);
  large.setPointSizeF(large.pointSizeF() * 1.25);
  private_->formula->setFont(large);
  private_->formulaSentence = sentenceLabel();
  layout->addWidget(heading(tr("Pair")));
  layout->addWidget(private_->pair);
  layout->addSpacing(space::kS);
  layout->addWidget(heading(tr("Objective, averaged over the batch")));
  layout->addWidget(private_->formula);
  layout->addWidget(private_->formulaSentence);
  layout->addSpacing(space::kS);

  layout->addWidget(heading(tr("Partition of the transfer set, before training")));
  private_->previewState = sentenceLabel();
  layout->addWidget(private_->previewState);
  private_->table = new PartitionTable(this);
  private_->partition = new QTableView;
  setUpTable(private_->partition);
  private_->partition->setSortingEnabled(false);
  private_->partition->setModel(private_->table);
  private_->partition->setAccessibleName(tr("Partition of the transfer set"));
  private_->partition->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  private_->partition->horizontalHeader()->setSectionResizeMode(PartitionTable::Outcome_, QHeaderView::Stretch);
  layout->addWidget(private_->partition, 1);
  private_->estimate = sentenceLabel();
  layout->addWidget(private_->estimate);
  private_->busy = new QProgressBar;
  private_->busy->setTextVisible(true);
  private_->busy->hide();
  layout->addWidget(private_->busy);
  layout->addStretch(0);
  return column;
}

QAction* TransferPage::primaryAction() {
  return private_->run;
}

QAction* TransferPage::exportAction() {
  return private_->save;
}

bool TransferPage::focusFilter() {
  private_->form->focusSearch();
  return true;
}

InspectorContent TransferPage::inspector() const {
  InspectorContent content;
  content.title = tr("Transfer");
  const auto& options = private_->form->options();
  for (const auto& record : transferOptionTable()) {
    if (actsOn(record, options.method)) {
      content.rows.append({optionLabel(record), QString::fromStdString(valueText(record.get(options)))});
    }
  }
  content.note = blocked();
  content.warning = !content.note.isEmpty();
  return content;
}

TransferRequest TransferPage::request() const {
  TransferRequest request;
  const auto choose = [this](Slot slot) {
    const ShelfModel::Row* row = workspace_.shelf().find(workspace_.pathIn(slot));
    return row ? row->choice : ModelChoice{};
  };
  request.student = choose(Slot::Student);
  request.teacher = choose(Slot::Teacher);
  request.data = workspace_.dataPath().toStdString();
  request.options = private_->form->options();
  return request;
}

QString TransferPage::commandLine() const {
  const TransferRequest request = this->request();
  QStringList words{QStringLiteral("gainfinder"), QStringLiteral("transfer"),
                    QStringLiteral("--student"),  QString::fromStdString(request.student.path.string()),
                    QStringLiteral("--teacher"),  QString::fromStdString(request.teacher.path.string()),
                    QStringLiteral("--data"),     QString::fromStdString(request.data.string())};
  for (const auto& flag : toFlags(request.options)) words << QString::fromStdString(flag);
  words << QStringLiteral("--out") << RunCenter::freshFolder(request);
  return commandText(words);
}

QString TransferPage::blocked() const {
  const QString missing = workspace_.transferBlocked();
  return missing.isEmpty() ? private_->form->problem() : missing;
}

void TransferPage::takePreset(int index) {
  if (index <= 0) return;
  TransferOptions options = transferPresets()[static_cast<std::size_t>(index - 1)].options;
  // Where and how it runs is the machine's business, not the preset's.
  const auto& now = private_->form->options();
  options.device = now.device;
  options.threads = now.threads;
  options.seed = now.seed;
  private_->form->setOptions(options);
}

void TransferPage::takeSuggestion() {
  if (workspace_.suggestedOptions()) private_->form->setOptions(*workspace_.suggestedOptions());
}

void TransferPage::optionsChanged() {
  workspace_.setSubsetRule(private_->form->options().subset);
  refresh();
}

void TransferPage::refresh() {
  const auto& options = private_->form->options();
  private_->formula->setText(objectiveFormula(options));
  private_->formulaSentence->setText(objectiveSentence(options));
  const Inspection* teacher = workspace_.teacher();
  const Inspection* student = workspace_.student();
  const auto nameOf = [](const Inspection* model) {
    return model && model->metadata ? QString::fromStdString(model->metadata->name) : tr("none chosen");
  };
  private_->pair->setText(tr("Teacher %1 → student %2 on %3")
                              .arg(nameOf(teacher), nameOf(student),
                                   workspace_.dataPath().isEmpty() ? tr("no data") : workspace_.dataPath()));
  const QString reason = blocked();
  const bool queued = workspace_.runs().busy();
  private_->run->setText(queued ? tr("Queue") : tr("Run"));
  const QString runTip =
      queued ? tr("Runs when the transfers before it have ended") : tr("Starts the transfer and shows it live");
  for (QAction* action : {private_->run, private_->preview, private_->copy}) {
    action->setEnabled(reason.isEmpty() && (action != private_->preview || private_->previewJob == 0));
    action->setToolTip(reason.isEmpty() ? QString() : reason);
  }
  if (reason.isEmpty()) {
    private_->run->setToolTip(runTip);
    private_->preview->setToolTip(tr("Evaluates both models on the transfer set and times a few steps"));
  }
  if (private_->previewJob == 0) {
    const TransferRequest now = request();
    const bool same = private_->lastPreview && now.options == private_->previewed.options &&
                      now.student.path == private_->previewed.student.path &&
                      now.teacher.path == private_->previewed.teacher.path && now.data == private_->previewed.data;
    if (!private_->lastPreview) {
      private_->previewState->setText(
          reason.isEmpty() ? tr("Preview shows which samples would follow the teacher, and what the run will cost.")
                           : reason);
    } else {
      private_->previewState->setText(
          same ? tr("%1 samples; on %2 both models are equally sure of the label and the student keeps them.")
                     .arg(countText(static_cast<qint64>(private_->lastPreview->transferSamples)),
                          countText(private_->lastPreview->ties))
               : tr("This preview was made for other settings; preview again to see these."));
    }
  }
  emit inspectorChanged();
}

void TransferPage::run() {
  if (!blocked().isEmpty()) return;
  TransferRequest request = this->request();
  request.out = RunCenter::freshFolder(request).toStdString();
  const std::uint64_t id = workspace_.runs().add(request, QString::fromStdString(workspace_.teacher()->metadata->name),
                                                 QString::fromStdString(workspace_.student()->metadata->name));
  emit pageRequested(PageId::Runs);
  emit runStarted(id);
}

void TransferPage::preview() {
  if (!blocked().isEmpty() || private_->previewJob != 0) return;
  private_->previewed = request();
  auto job = std::make_shared<PreviewJob>(private_->previewed);
  private_->previewState->setText(tr("Looking at the transfer set…"));
  private_->busy->setRange(0, 0);
  private_->busy->show();
  private_->previewJob = workspace_.start(
      job, [this, job](const JobStatus& status) { showPreview(status, *job); }, this);
  refresh();
}

void TransferPage::showPreview(const JobStatus& status, const PreviewJob& job) {
  private_->previewJob = 0;
  private_->busy->hide();
  private_->lastPreview = job.result();
  private_->table->setPreview(private_->lastPreview);
  private_->estimate->clear();
  refresh();
  if (status.failure) {
    private_->previewState->setText(QString::fromUtf8(status.failure->what()));
  } else if (const auto& preview = private_->lastPreview) {
    private_->estimate->setText(tr("About %1 for the run (%2 an epoch), %3 of memory, %4 on disk.")
                                    .arg(QString::fromStdString(durationText(preview->estimatedSeconds)),
                                         QString::fromStdString(durationText(preview->secondsPerEpoch)),
                                         sizeText(preview->memoryBytes), sizeText(preview->diskBytes)));
  } else {
    private_->previewState->setText(tr("The preview was stopped."));
  }
}

void TransferPage::saveJson() {
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save settings"), QStringLiteral("transfer.json"), tr("JSON (*.json)"));
  if (file.isEmpty()) return;
  try {
    writeAtomically(file.toStdString(), toJson(private_->form->options()).dump(2) + "\n");
  } catch (const Error& error) {
    emit workspace_.problem(tr("The settings were not saved"), QString::fromUtf8(error.what()));
  }
}

void TransferPage::loadJson() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Load settings"), {}, tr("JSON (*.json)"));
  if (file.isEmpty()) return;
  try {
    TransferOptions options;
    const auto object = nlohmann::json::parse(readFile(file.toStdString(), kLargestOptionsFile), nullptr, false);
    if (object.is_discarded()) failInput(file.toStdString(), "must be JSON", "something else");
    applyJson(options, object, file.toStdString());
    private_->form->setOptions(options);
  } catch (const Error& error) {
    emit workspace_.problem(tr("The settings were not loaded"), QString::fromUtf8(error.what()));
  }
}

}  // namespace gf
