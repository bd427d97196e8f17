// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_details.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTabBar>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "report/report.h"
#include "report/result_folder.h"
#include "report/run_figures.h"
#include "ui/charts/figure_view.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

/// What a tab calls a figure: ids are unique and short, titles are too long for a row of tabs.
QString tabName(const Figure& figure) {
  const std::pair<const char*, QString> names[] = {
      {"gain-loss", RunDetails::tr("Gain and loss")},     {"objective", RunDetails::tr("Objective")},
      {"teacher-share", RunDetails::tr("Routing, live")}, {"routing", RunDetails::tr("Routing")},
      {"class-changes", RunDetails::tr("Classes")},       {"outcomes", RunDetails::tr("Outcomes before")},
      {"flips", RunDetails::tr("Flips before")}};
  for (const auto& [id, name] : names) {
    if (figure.id == id) return name;
  }
  return QString::fromStdString(figure.title);
}

/// A number that can be read across the room, and what it is.
struct BigNumber {
  QLabel* value = nullptr;
  QLabel* name = nullptr;
  Role role = Role::Net;
};

BigNumber addNumber(QGridLayout* grid, int column, const QString& name, Role role) {
  BigNumber number{new QLabel, mutedLabel(name), role};
  number.value->setFont(Theme::instance().font(TextStyle::BigNumber));
  number.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  number.value->setAccessibleName(name);
  // Wide enough for any share, so that nothing moves while numbers change.
  number.value->setMinimumWidth(number.value->fontMetrics().horizontalAdvance(QStringLiteral("+00.00")));
  number.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  grid->addWidget(number.value, 0, column);
  grid->addWidget(number.name, 1, column, Qt::AlignRight);
  return number;
}

void setNumber(const BigNumber& number, const QString& text) {
  number.value->setText(text);
  QPalette palette = number.value->palette();
  palette.setColor(QPalette::WindowText, Theme::instance().colours().of(number.role));
  number.value->setPalette(palette);
}

}  // namespace

struct RunDetails::Private {
  std::vector<std::uint64_t> ids;
  QLabel* sentence = nullptr;
  QLabel* progressText = nullptr;
  QProgressBar* progress = nullptr;
  QWidget* numbers = nullptr;
  BigNumber gain, loss, delta;
  QTabBar* tabs = nullptr;
  FigureView* view = nullptr;
  std::vector<Figure> figures;
  /// The report of the run shown, read once when it has ended.
  std::uint64_t reportOf = 0;
  std::optional<Result> report;
};

RunDetails::RunDetails(RunCenter& runs, QWidget* parent)
    : QWidget(parent), runs_(runs), private_(std::make_unique<Private>()) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  private_->sentence = sentenceLabel();
  layout->addWidget(private_->sentence);
  buildNumbers(layout);
  private_->progress = new QProgressBar;
  private_->progress->setRange(0, 1000);
  private_->progress->setTextVisible(false);
  private_->progress->setFixedHeight(space::kM);
  private_->progress->setAccessibleName(tr("Progress of the run"));
  layout->addWidget(private_->progress);
  private_->progressText = mutedLabel();
  layout->addWidget(private_->progressText);
  private_->tabs = new QTabBar;
  private_->tabs->setExpanding(false);
  private_->tabs->setDrawBase(false);
  private_->tabs->setUsesScrollButtons(true);
  private_->tabs->setElideMode(Qt::ElideNone);
  private_->tabs->setAccessibleName(tr("Figures of the run"));
  layout->addWidget(private_->tabs);
  private_->view = new FigureView;
  layout->addWidget(private_->view, 1);
  connect(private_->tabs, &QTabBar::currentChanged, this, &RunDetails::showFigure);
  connect(&runs_, &RunCenter::runChanged, this, &RunDetails::runChanged);
  connect(&Theme::instance(), &Theme::changed, this, &RunDetails::refresh);
  refresh();
}

void RunDetails::buildNumbers(QVBoxLayout* layout) {
  private_->numbers = new QWidget;
  auto* grid = new QGridLayout(private_->numbers);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(space::kXl);
  grid->setVerticalSpacing(0);
  private_->gain = addNumber(grid, 0, tr("Gain (%)"), Role::Gain);
  private_->loss = addNumber(grid, 1, tr("Loss (%)"), Role::Loss);
  private_->delta = addNumber(grid, 2, tr("Delta (points)"), Role::Net);
  grid->setColumnStretch(3, 1);
  layout->addWidget(private_->numbers);
}

RunDetails::~RunDetails() = default;

FigureView& RunDetails::view() {
  return *private_->view;
}

const std::vector<Figure>& RunDetails::figures() const {
  return private_->figures;
}

QString RunDetails::sentence() const {
  return private_->sentence->text();
}

void RunDetails::setRuns(std::vector<std::uint64_t> ids) {
  if (ids == private_->ids) return;
  private_->ids = std::move(ids);
  for (const auto id : private_->ids) runs_.loadMetrics(id);
  refresh();
}

void RunDetails::runChanged(quint64 id) {
  if (std::find(private_->ids.begin(), private_->ids.end(), id) != private_->ids.end()) refresh();
}

std::vector<Figure> RunDetails::figuresOfRun(const RunRow& row) {
  std::vector<Figure> figures;
  if (!row.evaluations.empty()) figures.push_back(gainLossFigure(row.evaluations));
  if (!row.steps.empty()) {
    figures.push_back(objectiveFigure(row.steps));
    if (Figure share = teacherShareFigure(row.steps); !share.series.empty()) figures.push_back(std::move(share));
  }
  if (!isFinal(row.state)) return figures;
  if (private_->reportOf != row.id) {
    private_->reportOf = row.id;
    private_->report.reset();
    try {
      if (std::filesystem::exists(row.request.out / "report.json")) private_->report = openResult(row.request.out);
    } catch (const Error& error) {
      logLine(LogLevel::Warning, error.what());
    }
  }
  if (!private_->report) return figures;
  for (const auto& figure : private_->report->figures) {
    const bool shown =
        std::any_of(figures.begin(), figures.end(), [&](const Figure& each) { return each.id == figure.id; });
    if (!shown) figures.push_back(figure);
  }
  return figures;
}

namespace {

QString progressText(const RunRow& row) {
  if (isFinal(row.state)) return row.folder();
  const bool moves = row.state == JobState::Running;
  QStringList parts{stateText(row.state)};
  if (row.steps.empty()) {
    parts << QString::fromStdString(row.progress.stage);
  } else {
    // From the steps: the job's own stage and speed change with every evaluation, too fast to read.
    const auto& last = row.steps.back();
    const int epoch = std::min(row.request.options.epochs, static_cast<int>(std::ceil(last.epoch)));
    parts << RunDetails::tr("epoch %1 of %2").arg(countText(epoch), countText(row.request.options.epochs));
    if (moves)
      parts << RunDetails::tr("%1 samples a second").arg(countText(static_cast<qint64>(last.samplesPerSecond)));
  }
  if (moves) parts << timeLeftText(row.progress.secondsLeft);
  parts.removeAll(QString());
  return parts.join(QStringLiteral("  ·  "));
}

QString stateSentence(const RunRow& row) {
  switch (row.state) {
    case JobState::Queued:
      return RunDetails::tr("Waits for the transfers before it.");
    case JobState::Preparing:
      return RunDetails::tr("Evaluates teacher and student as they are now.");
    case JobState::Failed:
      return row.failure ? QString::fromUtf8(row.failure->what()) : RunDetails::tr("The run failed.");
    case JobState::Interrupted:
      return RunDetails::tr("The program ended while this run was going on; Run again starts it anew.");
    case JobState::Stopped:
      return row.last ? RunDetails::tr("Stopped and discarded: nothing of it was kept.")
                      : RunDetails::tr("Stopped before there was anything to keep.");
    default:
      return row.evaluations.empty() ? row.title : QString::fromStdString(gainLossFigure(row.evaluations).sentence);
  }
}

QString emptyChartText(const RunRow* row, bool several) {
  if (several) return RunDetails::tr("None of these runs has numbers to compare.");
  if (!row) return RunDetails::tr("Choose a run to see it; several runs share one chart.");
  return isFinal(row->state) ? RunDetails::tr("This run left no figures.")
                             : RunDetails::tr("The chart appears with the first evaluation.");
}

/// Runs by what tells them apart: the method and the number in the list, and the pair where it differs.
std::vector<NamedEvaluations> namedRuns(const std::vector<const RunRow*>& rows) {
  const auto pair = [](const RunRow& row) { return row.title.section(QStringLiteral(": "), 1); };
  const bool onePair =
      std::all_of(rows.begin(), rows.end(), [&](const RunRow* row) { return pair(*row) == pair(*rows.front()); });
  std::vector<NamedEvaluations> named;
  for (const RunRow* row : rows) {
    const QString name = onePair ? row->title.section(QStringLiteral(": "), 0, 0) : row->title;
    named.push_back({RunDetails::tr("%1. %2").arg(row->id).arg(name).toStdString(), row->evaluations});
  }
  return named;
}

}  // namespace

void RunDetails::refresh() {
  const RunRow* row = private_->ids.size() == 1 ? runs_.row(private_->ids.front()) : nullptr;
  const bool several = private_->ids.size() > 1;
  private_->figures.clear();
  private_->sentence->clear();
  if (row) {
    private_->figures = figuresOfRun(*row);
    const bool told = isFinal(row->state) && private_->report && private_->reportOf == row->id;
    private_->sentence->setText(told ? QString::fromStdString(headline(private_->report->report))
                                     : stateSentence(*row));
    showNumbers(*row);
    private_->progress->setValue(static_cast<int>(1000 * row->progress.fraction));
    private_->progressText->setText(progressText(*row));
    private_->progressText->setToolTip(row->folder());
  } else if (several) {
    showSeveral();
  }
  private_->sentence->setVisible(!private_->sentence->text().isEmpty());
  private_->numbers->setVisible(row && row->last);
  private_->progress->setVisible(row && !isFinal(row->state));
  private_->progressText->setVisible(row);
  private_->view->setEmptyText(emptyChartText(row, several));
  showTabs();
  showFigure();
}

void RunDetails::showNumbers(const RunRow& row) {
  if (!row.last) return;
  setNumber(private_->gain, numberText(100 * row.last->gain, 2));
  setNumber(private_->loss, numberText(100 * row.last->loss, 2));
  setNumber(private_->delta, signedText(100 * row.last->delta, 2));
}

void RunDetails::showSeveral() {
  std::vector<const RunRow*> rows;
  for (const auto id : private_->ids) {
    if (const RunRow* each = runs_.row(id)) rows.push_back(each);
  }
  if (rows.empty()) return;
  Figure figure = deltaFigure(namedRuns(rows));
  private_->sentence->setText(QString::fromStdString(figure.sentence));
  if (!figure.series.empty()) private_->figures.push_back(std::move(figure));
}

/// Tabs only change when their names do, so that nothing jumps while a run goes on.
void RunDetails::showTabs() {
  QTabBar& tabs = *private_->tabs;
  QStringList titles, now;
  for (const auto& figure : private_->figures) titles << QString::fromStdString(figure.title);
  for (int i = 0; i < tabs.count(); ++i) now << tabs.tabData(i).toString();
  if (titles != now) {
    const QSignalBlocker quiet(&tabs);
    const QString chosen = tabs.currentIndex() < 0 ? QString() : now[tabs.currentIndex()];
    while (tabs.count()) tabs.removeTab(0);
    for (std::size_t i = 0; i < private_->figures.size(); ++i) {
      const int at = tabs.addTab(tabName(private_->figures[i]));
      tabs.setTabData(at, titles[static_cast<qsizetype>(i)]);
      tabs.setTabToolTip(at, titles[static_cast<qsizetype>(i)]);
    }
    tabs.setCurrentIndex(std::max(0, static_cast<int>(titles.indexOf(chosen))));
  }
  tabs.setVisible(tabs.count() > 1);
}

void RunDetails::showFigure() {
  const int at = private_->tabs->currentIndex();
  const bool any = at >= 0 && static_cast<std::size_t>(at) < private_->figures.size();
  private_->view->setFigure(any ? private_->figures[static_cast<std::size_t>(at)] : Figure{});
}

}  // namespace gf
