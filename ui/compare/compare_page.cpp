// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_page.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <exception>

#include "ui/charts/figure_view.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/compare_export.h"
#include "ui/compare/compare_notice.h"
#include "ui/compare/gallery_panel.h"
#include "ui/compare/pair_statistics.h"
#include "ui/compare/sample_list.h"
#include "ui/compare/sample_text.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

QString idleSentence() {
  return ComparePage::tr("See, class by class, what the teacher knows that the student does not.");
}

Figure outcomesOf(const Comparison& comparison) {
  for (Figure& figure : figuresOf(comparison.report, {})) {
    if (figure.id.starts_with("outcomes")) return std::move(figure);
  }
  return {};
}

void showFailure(QWidget* parent, const QString& title, const char* what) {
  QMessageBox box(QMessageBox::Warning, title, QString::fromUtf8(what), QMessageBox::Ok, parent);
  box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  box.exec();
}

}  // namespace

struct ComparePage::Private {
  std::shared_ptr<const Comparison> comparison;
  QStackedWidget* stack = nullptr;
  CompareNotice* notice = nullptr;
  FigureView* outcomes = nullptr;
  ElidingLabel* statistics = nullptr;
  ClassPanel* classes = nullptr;
  GalleryPanel* gallery = nullptr;
  ElidingLabel* message = nullptr;
  std::optional<Said> said;  ///< Also asked of the images, as long as the selection is `saidWith`.
  Selection saidWith;
  QAction *compare = nullptr, *exportList = nullptr, *exportReport = nullptr, *exportChart = nullptr,
          *copyCommand = nullptr;
};

ComparePage::ComparePage(Workspace& workspace, QWidget* parent)
    : Page(tr("Compare"), idleSentence(), parent), workspace_(workspace), private_(std::make_unique<Private>()) {
  buildContent();
  buildActions();
  connect(&workspace_, &Workspace::comparisonChanged, this, [this] { showComparison(workspace_.comparison()); });
  connect(&workspace_, &Workspace::slotsChanged, this, &ComparePage::refresh);
  connect(&workspace_, &Workspace::dataChanged, this, &ComparePage::refresh);
  connect(&workspace_, &Workspace::selectionChanged, this, &ComparePage::applySelection);
  showComparison(workspace_.comparison());
}

ComparePage::~ComparePage() = default;

void ComparePage::buildContent() {
  Private& p = *private_;
  p.stack = new QStackedWidget(this);
  p.notice = new CompareNotice(workspace_, p.stack);
  auto* result = new QWidget(p.stack);
  p.outcomes = new FigureView(result);
  p.outcomes->setTitleVisible(false);
  auto* split = new QSplitter(Qt::Horizontal, result);
  p.classes = new ClassPanel(split);
  p.gallery = new GalleryPanel(split);
  split->addWidget(p.classes);
  split->addWidget(p.gallery);
  split->setSizes({490, 350});
  split->setStretchFactor(0, 1);
  split->setStretchFactor(1, 2);
  split->setChildrenCollapsible(false);
  split->setHandleWidth(space::kM);
  auto* layout = new QVBoxLayout(result);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  p.statistics = new ElidingLabel(result);
  p.statistics->setObjectName(QStringLiteral("statistics"));
  auto* top = new QVBoxLayout;
  top->setSpacing(space::kXs);
  top->addWidget(p.outcomes);
  top->addWidget(p.statistics);
  layout->addLayout(top);
  layout->addWidget(split, 1);
  p.stack->addWidget(p.notice);
  p.stack->addWidget(result);
  setContent(p.stack);
  connect(p.notice, &CompareNotice::modelsRequested, this, [this] { emit pageRequested(PageId::Models); });
  connect(p.notice, &CompareNotice::dataRequested, this, [this] { emit pageRequested(PageId::Data); });
  connect(p.outcomes, &FigureView::labelActivated, this, &ComparePage::toggleOutcome);
  connect(p.classes, &ClassPanel::chosenChanged, this, [this](const std::set<int>& classes) {
    Selection selection = workspace_.selection();
    selection.classes = classes;
    workspace_.select(selection);
  });
  connect(p.classes, &ClassPanel::imagesRequested, this, &ComparePage::showFlips);
  connect(p.gallery, &GalleryPanel::clearRequested, this, [this] { workspace_.select({}); });
  connect(p.gallery, &GalleryPanel::listChanged, this, &ComparePage::refresh);
  connect(p.gallery, &GalleryPanel::chosenChanged, this, &Page::inspectorChanged);
}

QAction* ComparePage::addAction(const QString& text, const QString& tip, void (ComparePage::*slot)(), bool primary) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, slot);
  addButton(action, primary);
  return action;
}

void ComparePage::buildActions() {
  Private& p = *private_;
  p.message = new ElidingLabel(this);
  addFooterWidget(p.message, 1);
  p.copyCommand = addAction(tr("Copy command line"), {}, &ComparePage::copyCommand);
  p.exportList = addAction(tr("Export image list…"), {}, &ComparePage::exportList);
  p.exportReport = addAction(tr("Export report…"), {}, &ComparePage::exportReport);
  p.exportChart = addAction(tr("Export figure…"), {}, &ComparePage::exportChart);
  p.compare = addAction(tr("Compare"), {}, &ComparePage::compareNow, true);
}

QAction* ComparePage::primaryAction() {
  return private_->compare;
}
QAction* ComparePage::exportAction() {
  return private_->exportChart;
}

bool ComparePage::focusFilter() {
  if (!private_->comparison) return false;
  private_->classes->focusFilter();
  return true;
}

void ComparePage::showComparison(std::shared_ptr<const Comparison> comparison) {
  Private& p = *private_;
  const bool changed = comparison != p.comparison;
  p.comparison = std::move(comparison);
  if (changed) {
    p.message->say({});
    p.said.reset();
    p.outcomes->setFigure(p.comparison ? outcomesOf(*p.comparison) : Figure{});
    p.classes->show(p.comparison);
    setSentence(p.comparison ? QString::fromStdString(headline(p.comparison->report)) : idleSentence());
    applySelection();
  }
  refresh();
}

void ComparePage::refresh() {
  Private& p = *private_;
  const bool comparing = workspace_.comparing();
  const QString blocked = comparing ? tr("A comparison is running.") : workspace_.compareBlocked();
  p.compare->setEnabled(blocked.isEmpty());
  p.compare->setToolTip(blocked.isEmpty() ? tr("Run both models over the evaluation set (Ctrl+R)") : blocked);
  const QString missing = p.comparison ? QString() : tr("There is no comparison yet.");
  const QString unlisted = p.gallery->exportBlocked();
  p.exportList->setEnabled(unlisted.isEmpty());
  p.exportList->setToolTip(unlisted.isEmpty() ? tr("Write the images shown in the gallery, in their order, as CSV")
                                              : unlisted);
  p.exportReport->setEnabled(p.comparison != nullptr);
  p.exportReport->setToolTip(p.comparison ? tr("Write the report and its figures into a new folder") : missing);
  p.exportChart->setEnabled(p.comparison != nullptr);
  p.exportChart->setToolTip(p.comparison ? tr("Write the flip chart as SVG, PDF, PNG, CSV or JSON (Ctrl+E)") : missing);
  const QString uncopied = workspace_.compareBlocked();
  p.copyCommand->setEnabled(uncopied.isEmpty());
  p.copyCommand->setToolTip(uncopied.isEmpty() ? tr("The command that does the same in a terminal") : uncopied);
  p.notice->refresh();
  p.stack->setCurrentIndex(p.comparison && !comparing ? 1 : 0);
}

void ComparePage::applySelection() {
  Private& p = *private_;
  const Selection& selection = workspace_.selection();
  p.outcomes->setSelectedLabels(selection.outcome ? std::set<int>{static_cast<int>(*selection.outcome)}
                                                  : std::set<int>{});
  p.classes->setChosen(p.comparison ? selection.classes : std::set<int>{});
  // What was asked of the answers belongs to the choice it came with.
  if (p.said && selection != p.saidWith) p.said.reset();
  p.statistics->say(statistics());
  // One line, so that nothing moves when a class is chosen; all of it and what it means when asked.
  p.statistics->setToolTip(
      tr("%1\nThe interval resamples the images (bootstrap). McNemar's exact test says how likely a "
         "difference as large would be if both models were equally good.")
          .arg(p.statistics->text()));
  p.gallery->show(p.comparison, selection, p.said);
  emit inspectorChanged();
}

/// Of the chosen classes, or of all.
QString ComparePage::statistics() const {
  const auto& comparison = private_->comparison;
  if (!comparison) return {};
  const PairKnowledge& knowledge = comparison->knowledge[kTeacher];
  const std::set<int>& chosen = workspace_.selection().classes;
  if (chosen.empty()) return pairStatistics(knowledge.all);
  OutcomeCounts counts;
  for (const int k : chosen) {
    // A choice may be older than the comparison and name classes that it does not have.
    if (static_cast<std::size_t>(k) < knowledge.classes.size())
      counts += knowledge.classes[static_cast<std::size_t>(k)];
  }
  return pairStatistics(counts, selectionText(*comparison, {chosen, {}}));
}

void ComparePage::showFlips(FlipKind kind, const FlipPair& pair) {
  Private& p = *private_;
  const bool positive = kind == FlipKind::Positive;
  p.saidWith = {{pair.truth}, positive ? Outcome::OnlyTeacher : Outcome::OnlyStudent};
  p.said = Said{positive ? Slot::Student : Slot::Teacher, pair.said};
  if (workspace_.selection() == p.saidWith) {
    applySelection();  // nothing of the selection itself changes
  } else {
    workspace_.select(p.saidWith);
  }
}

void ComparePage::toggleOutcome(int part) {
  // The parts of the bar stand in the order of Outcome.
  const auto outcome = static_cast<Outcome>(part);
  Selection selection = workspace_.selection();
  if (selection.outcome == outcome) {
    selection.outcome.reset();
  } else {
    selection.outcome = outcome;
  }
  workspace_.select(selection);
}

void ComparePage::compareNow() {
  workspace_.compare();
}

void ComparePage::exportChart() {
  private_->classes->chart().exportWithDialog();
}

void ComparePage::exportReport() {
  const QString parent = QFileDialog::getExistingDirectory(this, tr("Export the report into a new folder in"));
  if (parent.isEmpty()) return;
  try {
    private_->message->say(tr("Written to %1").arg(exportComparison(*private_->comparison, parent)));
  } catch (const std::exception& error) {
    showFailure(this, tr("The report could not be exported"), error.what());
  }
}

void ComparePage::exportList() {
  const QString file = QFileDialog::getSaveFileName(this, tr("Export the images shown"),
                                                    sampleListName(*private_->comparison), tr("Tables (*.csv)"));
  if (file.isEmpty()) return;
  try {
    private_->gallery->exportList(file);
    private_->message->say(tr("Written to %1").arg(file));
  } catch (const std::exception& error) {
    private_->message->say(tr("The list was not written."));
    emit workspace_.problem(tr("The list of images was not written"), QString::fromUtf8(error.what()));
  }
}

void ComparePage::copyCommand() {
  try {
    QGuiApplication::clipboard()->setText(compareCommand(workspace_));
    private_->message->say(tr("The command is on the clipboard."));
  } catch (const std::exception& error) {
    showFailure(this, tr("The command could not be copied"), error.what());
  }
}

InspectorContent ComparePage::inspector() const {
  const Private& p = *private_;
  if (!p.comparison) return {tr("Comparison"), {}, workspace_.compareBlocked()};
  if (const auto sample = p.gallery->chosen()) return imageContent(*sample);
  const PairKnowledge& knowledge = p.comparison->knowledge[kTeacher];
  const std::set<int>& classes = workspace_.selection().classes;
  if (classes.size() == 1 && static_cast<std::size_t>(*classes.begin()) < knowledge.classes.size()) {
    return classContent(*classes.begin());
  }
  InspectorContent content{tr("%1 and %2").arg(teacherName(*p.comparison), studentName(*p.comparison)), {}, {}};
  content.rows = {{tr("Teacher's accuracy"), percentText(knowledge.all.teacherAccuracy())},
                  {tr("Student's accuracy"), percentText(knowledge.all.studentAccuracy())},
                  {tr("Difference (points)"), signedText(100 * knowledge.all.deltaAccuracy(), 2)},
                  {tr("Positive flips"), percentText(knowledge.all.positiveFlips(), 2)},
                  {tr("Negative flips"), percentText(knowledge.all.negativeFlips(), 2)},
                  {tr("Images"), countText(knowledge.all.samples)},
                  {tr("Device"), QString::fromStdString(p.comparison->device)}};
  if (const auto entropy = knowledge.flipEntropy()) {
    content.rows << InspectorContent::Row{tr("Entropy of the flips over classes (nats)"), numberText(*entropy, 2)};
  }
  content.note =
      tr("Positive flips are images that only the teacher gets right, negative flips those that only the "
         "student does.");
  return content;
}

InspectorContent ComparePage::imageContent(std::size_t sample) const {
  const Comparison& comparison = *private_->comparison;
  const auto words = [&](const Predictions& predictions) {
    const Answer answer = answerOf(comparison, predictions, sample);
    return tr("%1 (%2), %3")
        .arg(className(comparison, answer.predicted), percentText(answer.confidence),
             answer.right ? tr("right") : tr("wrong"));
  };
  InspectorContent content{QString::fromStdString(comparison.data.eval->sampleName(sample)), {}, {}};
  content.rows = {{tr("Truth"), className(comparison, comparison.data.eval->labels()[sample])},
                  {teacherName(comparison), words(comparison.teacherPredictions[kTeacher])},
                  {studentName(comparison), words(comparison.studentPredictions)},
                  {tr("Outcome"), outcomeText(comparison.knowledge[kTeacher].outcomes[sample])},
                  {tr("Number in the evaluation set"), countText(static_cast<qint64>(sample))}};
  return content;
}

InspectorContent ComparePage::classContent(int index) const {
  const Comparison& comparison = *private_->comparison;
  const OutcomeCounts& counts = comparison.knowledge[kTeacher].classes.at(static_cast<std::size_t>(index));
  InspectorContent content{className(comparison, index), {}, {}};
  const auto row = [&](const QString& label, std::int64_t count) {
    content.rows << InspectorContent::Row{label, tr("%1 (%2)").arg(countText(count), percentText(counts.share(count)))};
  };
  content.rows << InspectorContent::Row{tr("Class number"), QString::number(index)};
  content.rows << InspectorContent::Row{tr("Images"), countText(counts.samples)};
  row(outcomeText(Outcome::BothRight), counts.bothRight);
  row(outcomeText(Outcome::OnlyTeacher), counts.onlyTeacher);
  row(outcomeText(Outcome::OnlyStudent), counts.onlyStudent);
  row(outcomeText(Outcome::BothWrong), counts.bothWrong);
  content.rows << InspectorContent::Row{tr("Difference (points)"), signedText(100 * counts.deltaAccuracy(), 1)};
  return content;
}

}  // namespace gf
