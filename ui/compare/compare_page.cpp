// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_page.h"

#include <QSplitter>
#include <QVBoxLayout>

#include "ui/charts/figure_view.h"
#include "ui/compare/compare_inspector.h"
#include "ui/compare/compare_page_private.h"
#include "ui/compare/pair_statistics.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

QString idleSentence() {
  return ComparePage::tr("See, class by class, what the teacher knows that the student does not.");
}

Figure outcomesOf(const std::vector<Figure>& figures) {
  for (const Figure& figure : figures)
    if (figure.id.starts_with("outcomes")) return figure;
  return {};
}

}  // namespace

ComparePage::ComparePage(Workspace& workspace, QWidget* parent)
    : Page(tr("Compare"), idleSentence(), parent), workspace_(workspace), private_(std::make_unique<Private>()) {
  buildContent();
  buildActions();
  connect(&workspace_, &Workspace::comparisonChanged, this, [this] { showComparison(workspace_.comparison()); });
  connect(&workspace_, &Workspace::meaningChanged, this, [this] { showMeaning(meaningOfShown()); });
  connect(&workspace_, &Workspace::slotsChanged, this, &ComparePage::refresh);
  connect(&workspace_, &Workspace::dataChanged, this, &ComparePage::refresh);
  connect(&workspace_, &Workspace::selectionChanged, this, &ComparePage::applySelection);
  connect(&Theme::instance(), &Theme::changed, this, &ComparePage::showWarnings);
  showComparison(workspace_.comparison());
}

ComparePage::~ComparePage() = default;

void ComparePage::buildContent() {
  Private& p = *private_;
  p.sides = new Segments(tr("What is compared"), this);
  p.sides->setObjectName(QStringLiteral("compareSides"));
  p.sides->add(tr("Pair"), tr("One teacher and the student, class by class and image by image"));
  p.sides->add(tr("Whole shelf"), tr("Every pair of the models in the list: who should teach whom"));
  addTitleWidget(p.sides);
  p.side = new QStackedWidget(this);
  p.stack = new QStackedWidget(p.side);
  p.notice = new CompareNotice(workspace_, p.stack);
  auto* result = new QWidget(p.stack);
  p.outcomes = new FigureView(result);
  p.outcomes->setTitleVisible(false);
  p.outcomes->setObjectName(QStringLiteral("outcomes"));
  auto* split = new QSplitter(Qt::Horizontal, result);
  p.classes = new ClassPanel(workspace_, split);
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
  p.warnings = sentenceLabel({}, result);
  p.warnings->setObjectName(QStringLiteral("warnings"));
  p.warnings->setAccessibleName(tr("What to mind about these numbers"));
  top->addWidget(p.warnings);
  layout->addLayout(top);
  layout->addWidget(split, 1);
  p.stack->addWidget(p.notice);
  p.stack->addWidget(result);
  p.shelf = new ShelfView(workspace_, p.side);
  p.side->addWidget(p.stack);
  p.side->addWidget(p.shelf);
  setContent(p.side);
  connect(p.notice, &CompareNotice::modelsRequested, this, [this] { emit pageRequested(PageId::Models); });
  connect(p.notice, &CompareNotice::dataRequested, this, [this] { emit pageRequested(PageId::Data); });
  connect(p.outcomes, &FigureView::labelActivated, this, &ComparePage::toggleOutcome);
  connect(p.classes, &ClassPanel::chosenChanged, this, [this](const std::set<int>& classes) {
    Selection selection = workspace_.selection();
    selection.classes = classes;
    workspace_.select(selection);
  });
  connect(p.classes, &ClassPanel::imagesRequested, this, &ComparePage::showFlips);
  connect(p.classes, &ClassPanel::viewChanged, this, &ComparePage::refresh);
  connect(p.gallery, &GalleryPanel::clearRequested, this, [this] { workspace_.select({}); });
  connect(p.gallery, &GalleryPanel::listChanged, this, &ComparePage::refresh);
  connect(p.gallery, &GalleryPanel::chosenChanged, this, &Page::inspectorChanged);
  connect(p.sides, &Segments::chosen, this, &ComparePage::showSide);
  connect(p.shelf, &ShelfView::pairRequested, this, &ComparePage::comparePair);
  connect(p.shelf, &ShelfView::pageRequested, this, &Page::pageRequested);
  connect(p.shelf, &ShelfView::stateChanged, this, [this] {
    refresh();
    emit inspectorChanged();
  });
}

bool ComparePage::focusFilter() {
  if (!private_->comparison || private_->onShelf()) return false;
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
    const std::vector<Figure> figures = p.comparison ? figuresOf(p.comparison->report, {}) : std::vector<Figure>{};
    p.outcomes->setFigure(outcomesOf(figures));
    showWarnings();
    p.classes->show(p.comparison, figures);
    p.classes->meaning().showMeaning(meaningOfShown());
    applySelection();
  }
  refresh();
}

void ComparePage::showWarnings() {
  Private& p = *private_;
  const QStringList lines = p.comparison ? warningsOf(*p.comparison) : QStringList();
  p.warnings->setVisible(!lines.isEmpty());
  p.warnings->setText(lines.join(u'\n'));
  QPalette palette = p.warnings->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().danger);
  p.warnings->setPalette(palette);
}

void ComparePage::showSide(int side) {
  private_->sides->setCurrent(side);
  private_->side->setCurrentIndex(side);
  private_->message->say({});
  refresh();
  emit inspectorChanged();
}

/// What was chosen on the shelf, class by class.
void ComparePage::comparePair(const QString& teacher, const QString& student) {
  if (!workspace_.setTeacher(teacher) || !workspace_.setStudent(student)) return;
  showSide(PairSide);
  workspace_.compare();
}

/// The key result in words, of what is in view.
QString ComparePage::sentenceInView() const {
  const Private& p = *private_;
  if (p.onShelf()) {
    const QString said = p.shelf->sentence();
    return said.isEmpty() ? tr("See which models of the list know what others do not, and who should teach whom.")
                          : said;
  }
  return p.comparison ? QString::fromStdString(headline(p.comparison->report)) : idleSentence();
}

/// An answer belongs to the comparison that it was asked about.
std::shared_ptr<const PairMeaning> ComparePage::meaningOfShown() const {
  const auto& shown = private_->comparison;
  return shown && shown == workspace_.comparison() ? workspace_.meaning() : nullptr;
}

void ComparePage::showMeaning(std::shared_ptr<const PairMeaning> meaning) {
  private_->classes->meaning().showMeaning(std::move(meaning));
  emit inspectorChanged();
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

InspectorContent ComparePage::inspector() const {
  const Private& p = *private_;
  if (p.onShelf()) return shelfContent(workspace_.shelfResult().get(), workspace_.shelfBlocked());
  if (!p.comparison) return {tr("Comparison"), {}, workspace_.compareBlocked()};
  if (const auto sample = p.gallery->chosen()) return imageContent(*p.comparison, *sample);
  const std::set<int>& classes = workspace_.selection().classes;
  const auto known = static_cast<int>(p.comparison->knowledge[kTeacher].classes.size());
  // A choice may be older than the comparison and name classes that it does not have.
  if (classes.empty() || *classes.begin() < 0 || *classes.rbegin() >= known) return pairContent(*p.comparison);
  const PairMeaning* meaning = p.classes->meaning().meaning().get();
  return classes.size() == 1 ? classContent(*p.comparison, meaning, *classes.begin())
                             : classesContent(*p.comparison, meaning, classes);
}

}  // namespace gf
