// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/transfer_page.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/objective_text.h"
#include "ui/transfer/option_form.h"
#include "ui/transfer/preview_panel.h"
#include "ui/transfer/transfer_setup.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/run_center.h"

namespace gf {
namespace {

constexpr std::size_t kLargestOptionsFile = std::size_t{1} << 20;

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
  PreviewPanel* preview = nullptr;
  QLabel* reason = nullptr;  ///< Why Run is disabled, beside it.
  QAction *run = nullptr, *look = nullptr, *copy = nullptr, *save = nullptr, *load = nullptr;
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
  splitter->setSizes({380, 550});
  setContent(splitter);
  private_->reason = sentenceLabel();
  private_->reason->setAccessibleName(tr("Why this cannot run yet"));
  addFooterWidget(private_->reason, 100);
  addButton(private_->copy);
  addButton(private_->look);
  addButton(private_->run, true);

  connect(private_->form, &OptionForm::changed, this, &TransferPage::optionsChanged);
  connect(&workspace_, &Workspace::slotsChanged, this, &TransferPage::slotsChanged);
  connect(&workspace_, &Workspace::dataChanged, this, &TransferPage::refresh);
  connect(&workspace_, &Workspace::suggestedOptionsChanged, this, &TransferPage::takeSuggestion);
  connect(&workspace_, &Workspace::badImagesChanged, this, &TransferPage::takeBadImages);
  // Runs speak ten times a second; only whether any goes on matters here.
  const auto runsChanged = [this] { refreshActions(blocked()); };
  connect(&workspace_.runs(), &RunCenter::runChanged, this, runsChanged);
  connect(&workspace_.runs(), &RunCenter::runEnded, this, runsChanged);
  connect(private_->preview, &PreviewPanel::changed, this, runsChanged);
  connect(&Theme::instance(), &Theme::changed, this, &TransferPage::refresh);
  showPresets();
  takeSuggestion();
  takeBadImages();
  slotsChanged();
}

TransferPage::~TransferPage() = default;

void TransferPage::buildActions() {
  const auto make = [this](const QString& text, void (TransferPage::*slot)()) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, slot);
    return action;
  };
  private_->run = make(tr("Run"), &TransferPage::run);
  private_->look = make(tr("Preview"), &TransferPage::preview);
  private_->save = make(tr("Save…"), &TransferPage::saveJson);
  private_->load = make(tr("Load…"), &TransferPage::loadJson);
  private_->save->setToolTip(tr("Writes these settings as JSON"));
  private_->load->setToolTip(tr("Takes settings from a JSON file"));
  private_->copy = new QAction(tr("Copy command line"), this);
  connect(private_->copy, &QAction::triggered, this, [this] {
    try {
      QGuiApplication::clipboard()->setText(commandLine());
    } catch (const Error& error) {
      emit workspace_.problem(tr("The command was not copied"), QString::fromUtf8(error.what()));
    }
  });
}

QWidget* TransferPage::buildPresets() {
  auto* line = new QWidget;
  auto* layout = new QHBoxLayout(line);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  private_->presets = new QComboBox;
  private_->presets->setObjectName(QStringLiteral("presets"));
  private_->presets->setAccessibleName(tr("Ready-made settings"));
  private_->presets->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  connect(private_->presets, &QComboBox::activated, this, &TransferPage::takePreset);
  layout->addWidget(private_->presets, 1);
  for (QAction* action : {private_->load, private_->save}) {
    auto* button = new QToolButton;  // narrower than a push button: names of presets are long
    button->setDefaultAction(action);
    layout->addWidget(button);
  }
  return line;
}

QWidget* TransferPage::buildForm() {
  auto* column = new QWidget;
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, space::kM, 0);
  layout->setSpacing(space::kM);
  layout->addWidget(buildPresets());
  private_->form = new OptionForm;
  layout->addWidget(private_->form);
  layout->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setMinimumWidth(column->minimumSizeHint().width() + style()->pixelMetric(QStyle::PM_ScrollBarExtent));
  scroll->setFocusPolicy(Qt::NoFocus);
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
  layout->addSpacing(space::kM);
  layout->addWidget(heading(tr("Objective, averaged over the batch")));
  layout->addWidget(private_->formula);
  layout->addWidget(private_->formulaSentence);
  layout->addSpacing(space::kM);
  layout->addWidget(heading(tr("Partition of the transfer set, before training")));
  private_->preview = new PreviewPanel(workspace_);
  layout->addWidget(private_->preview, 1);
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setAccessibleName(tr("Pair, objective and partition"));
  scroll->setWidget(column);
  return scroll;
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
    if (hasEffect(record, options, workspace_.teachers().size())) {
      content.rows.append({optionLabel(record), optionValueText(record, options)});
    }
  }
  return content;
}

TransferRequest TransferPage::request() const {
  return transferOf(workspace_, private_->form->options());
}

QString TransferPage::commandLine() const {
  return transferCommand(request());
}

QString TransferPage::blocked() const {
  const QString missing = workspace_.transferBlocked();
  if (!missing.isEmpty()) return missing;
  const QString problem = private_->form->problem();
  return problem.isEmpty() ? methodBlocked(workspace_, private_->form->options()) : problem;
}

namespace {

/// Where it runs is the machine's business, and what several teachers are to the student the user's; not the preset's.
TransferOptions onThisMachine(TransferOptions preset, const TransferOptions& now) {
  preset.device = now.device;
  preset.threads = now.threads;
  preset.seed = now.seed;
  preset.layout = now.layout;
  preset.microBatch = now.microBatch;
  preset.saveEvery = now.saveEvery;
  preset.badImages = now.badImages;
  preset.teachers = now.teachers;
  preset.teacherOrder = now.teacherOrder;
  preset.soupBatchNorm = now.soupBatchNorm;
  return preset;
}

}  // namespace

/// Lists the presets; the one that the form holds now is chosen.
void TransferPage::showPresets() {
  QComboBox* box = private_->presets;
  const auto& now = private_->form->options();
  const auto& suggested = workspace_.suggestedOptions();
  const auto wanted = 1 + transferPresets().size() + (suggested ? 1 : 0);
  if (box->count() != static_cast<int>(wanted)) {
    box->clear();
    box->addItem(tr("Own settings"));
    for (const auto& preset : transferPresets()) {
      box->addItem(QString::fromUtf8(preset.label.data()));
      box->setItemData(box->count() - 1, QString::fromUtf8(preset.help.data()), Qt::ToolTipRole);
    }
    if (suggested) box->addItem(tr("Suggested for the sample"));
  }
  int match = 0;
  for (std::size_t i = 0; i < transferPresets().size(); ++i) {
    if (onThisMachine(transferPresets()[i].options, now) == now) match = static_cast<int>(i) + 1;
  }
  if (suggested && onThisMachine(*suggested, now) == now) match = box->count() - 1;
  box->setCurrentIndex(match);
}

void TransferPage::takePreset(int index) {
  const auto& now = private_->form->options();
  const auto presets = transferPresets();
  if (index > 0 && static_cast<std::size_t>(index) <= presets.size()) {
    private_->form->setOptions(onThisMachine(presets[static_cast<std::size_t>(index) - 1].options, now));
  } else if (index > 0 && workspace_.suggestedOptions()) {
    private_->form->setOptions(onThisMachine(*workspace_.suggestedOptions(), now));
  } else {
    showPresets();
  }
}

void TransferPage::takeSuggestion() {
  if (workspace_.suggestedOptions()) {
    TransferOptions options = *workspace_.suggestedOptions();
    options.badImages = workspace_.badImages();
    private_->form->setOptions(options);
  }
  showPresets();
}

void TransferPage::optionsChanged() {
  workspace_.setSubsetRule(private_->form->options().subset);
  workspace_.setBadImages(private_->form->options().badImages);
  refresh();
}

void TransferPage::takeBadImages() {
  TransferOptions options = private_->form->options();
  if (options.badImages == workspace_.badImages()) return;
  options.badImages = workspace_.badImages();
  private_->form->setOptions(options);
}

void TransferPage::slotsChanged() {
  private_->form->setTeacherCount(std::max<std::size_t>(1, workspace_.teachers().size()));
  refresh();
}

void TransferPage::refresh() {
  showPresets();
  const auto& options = private_->form->options();
  const std::size_t teachers = workspace_.teachers().size();
  private_->formula->setText(objectiveFormula(options, teachers));
  private_->formulaSentence->setText(objectiveSentence(options, teachers));
  private_->pair->setText(pairText(workspace_, options));
  private_->pair->setToolTip(workspace_.dataPath());
  const QString reason = blocked();
  private_->reason->setText(reason);
  private_->reason->setVisible(!reason.isEmpty());
  QPalette palette = private_->reason->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  private_->reason->setPalette(palette);
  refreshActions(reason);
  private_->preview->setCurrent(request());
  emit inspectorChanged();
}

void TransferPage::refreshActions(const QString& reason) {
  const bool queued = workspace_.runs().busy();
  private_->run->setText(queued ? tr("Queue") : tr("Run"));
  const std::pair<QAction*, QString> tips[] = {
      {private_->run,
       queued ? tr("Runs when the transfers before it have ended") : tr("Starts the transfer and shows it live")},
      {private_->look, tr("Evaluates both models on the transfer set and times a few steps")},
      {private_->copy, tr("Copies the command that does the same in a terminal")}};
  for (const auto& [action, tip] : tips) {
    action->setEnabled(reason.isEmpty() && (action != private_->look || !private_->preview->going()));
    action->setToolTip(reason.isEmpty() ? tip : reason);
  }
}

void TransferPage::run() {
  if (!blocked().isEmpty()) return;
  TransferRequest request = this->request();
  request.out = RunCenter::freshFolder(request).toStdString();
  QStringList teachers;
  for (const Inspection* teacher : workspace_.teachers()) teachers << QString::fromStdString(teacher->metadata->name);
  const std::uint64_t id =
      workspace_.runs().add(request, teachers, QString::fromStdString(workspace_.student()->metadata->name));
  emit pageRequested(PageId::Runs);
  emit runStarted(id);
}

void TransferPage::preview() {
  if (blocked().isEmpty()) private_->preview->start(request());
}

void TransferPage::saveJson() {
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save settings"), QStringLiteral("transfer.json"), tr("JSON (*.json)"));
  if (!file.isEmpty()) saveTo(file);
}

void TransferPage::saveTo(const QString& file) {
  try {
    writeAtomically(file.toStdString(), toJson(private_->form->options()).dump(2) + "\n");
  } catch (const Error& error) {
    emit workspace_.problem(tr("The settings were not saved"), QString::fromUtf8(error.what()));
  }
}

void TransferPage::loadJson() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Load settings"), {}, tr("JSON (*.json)"));
  if (!file.isEmpty()) loadFrom(file);
}

void TransferPage::loadFrom(const QString& file) {
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
