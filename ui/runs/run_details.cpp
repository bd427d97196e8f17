// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_details.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "report/report.h"
#include "report/result_folder.h"
#include "report/run_figures.h"
#include "ui/charts/figure_view.h"
#include "ui/runs/live_routing.h"
#include "ui/runs/run_figure_list.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

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
  ElidingLabel* progressText = nullptr;
  QProgressBar* progress = nullptr;
  QWidget* numbers = nullptr;
  BigNumber gain, loss, delta, distance, speed, memory;
  QListWidget* list = nullptr;  ///< The figures by name.
  FigureView* view = nullptr;
  LiveRouting* routing = nullptr;
  QTableView* routingView = nullptr;
  std::vector<Figure> figures;
  QString wanted;  ///< The figure that was looked at last, for when it comes back.
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
  private_->progressText = new ElidingLabel;  // a folder's path may be longer than the window is wide
  layout->addWidget(private_->progressText);
  layout->addLayout(buildFigures(), 1);
  connect(&runs_, &RunCenter::runChanged, this, &RunDetails::runChanged);
  connect(&Theme::instance(), &Theme::changed, this, &RunDetails::refresh);
  refresh();
}

QLayout* RunDetails::buildFigures() {
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kS);
  private_->list = new QListWidget;
  private_->list->setObjectName(QStringLiteral("figures"));
  private_->list->setAccessibleName(tr("Figures of the run"));
  private_->list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  private_->list->setTextElideMode(Qt::ElideMiddle);
  private_->list->setSpacing(1);
  private_->list->setFixedWidth(private_->list->fontMetrics().horizontalAdvance(tr("Share to the teacher")) +
                                2 * space::kL);
  row->addWidget(private_->list);
  private_->view = new FigureView;
  row->addWidget(private_->view, 1);
  private_->routing = new LiveRouting(this);
  private_->routingView = new QTableView;
  setUpTable(private_->routingView);
  private_->routingView->setObjectName(QStringLiteral("live-routing"));
  private_->routingView->setSortingEnabled(false);
  private_->routingView->setModel(private_->routing);
  private_->routingView->setAccessibleName(tr("Whom the samples of the latest epoch followed"));
  private_->routingView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  private_->routingView->horizontalHeader()->setSectionResizeMode(LiveRouting::Kind, QHeaderView::Stretch);
  private_->routingView->setFixedWidth(300);
  private_->routingView->hide();
  row->addWidget(private_->routingView);
  connect(private_->list, &QListWidget::currentRowChanged, this, &RunDetails::showFigure);
  return row;
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
  private_->distance = addNumber(grid, 3, tr("Weight distance (%)"), Role::Net);
  private_->speed = addNumber(grid, 4, tr("Samples a second"), Role::Net);
  private_->memory = addNumber(grid, 5, tr("Memory (MiB)"), Role::Net);
  grid->setColumnStretch(6, 1);
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

/// The report is read once the run has ended; one that went on has another report afterwards.
const Result* RunDetails::resultOf(const RunRow& row) {
  if (!isFinal(row.state)) {
    if (private_->reportOf == row.id) private_->reportOf = 0;
    return nullptr;
  }
  if (private_->reportOf != row.id) {
    private_->reportOf = row.id;
    private_->report.reset();
    try {
      if (std::filesystem::exists(row.request.out / "report.json")) private_->report = openResult(row.request.out);
    } catch (const Error& error) {
      logLine(LogLevel::Warning, error.what());
    }
  }
  return private_->report ? &*private_->report : nullptr;
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
    const int all = static_cast<int>(totalEpochs(row.request));
    const int epoch = std::min(all, static_cast<int>(std::ceil(last.epoch)));
    if (const int stages = stagesOf(row.request); stages > 1)
      parts << RunDetails::tr("teacher %1 of %2").arg(countText(last.stage + 1), countText(stages));
    parts << RunDetails::tr("epoch %1 of %2").arg(countText(epoch), countText(all));
  }
  if (moves) parts << timeLeftText(row.progress.secondsLeft);
  parts.removeAll(QString());
  return parts.join(QStringLiteral("  ·  "));
}

QString interruptedSentence(const RunCenter& runs, const RunRow& row) {
  return runs.refusal(JobAction::GoOn, row.id).isEmpty()
             ? RunDetails::tr("The program ended while this run was going on; Resume goes on from its saved state.")
             : RunDetails::tr("The program ended while this run was going on; Run again starts it anew.");
}

QString stateSentence(const RunCenter& runs, const RunRow& row) {
  switch (row.state) {
    case JobState::Queued:
      return row.request.resume ? RunDetails::tr("Will go on from its saved state after the transfers before it.")
                                : RunDetails::tr("Waits for the transfers before it.");
    case JobState::Preparing:
      return RunDetails::tr("Evaluates teacher and student as they are now.");
    case JobState::Failed:
      return row.failure ? QString::fromUtf8(row.failure->what()) : RunDetails::tr("The run failed.");
    case JobState::Interrupted:
      return interruptedSentence(runs, row);
    case JobState::Stopped:
      if (runs.refusal(JobAction::GoOn, row.id).isEmpty())
        return RunDetails::tr("Stopped; Resume goes on from its saved state.");
      return row.last ? RunDetails::tr("Stopped and discarded: nothing of it was kept.")
                      : RunDetails::tr("Stopped before there was anything to keep.");
    default:
      return row.evaluations.empty() ? row.title : QString::fromStdString(gainLossFigure(row.evaluations).sentence);
  }
}

/// Images that could not be read, with the first of them; empty where there are none.
QString leftOutOf(const nlohmann::ordered_json& holder, const QString& set) {
  constexpr std::size_t kNamed = 3;
  if (!holder.contains("left_out")) return {};
  const auto& leftOut = holder.at("left_out");
  const auto images = leftOut.at("images").get<qint64>();
  QStringList names;
  for (const auto& line : leftOut.at("named"))
    if (names.size() < qsizetype(kNamed)) names << QString::fromStdString(line.get<std::string>());
  if (images > names.size()) names << RunDetails::tr("%1 more").arg(countText(images - names.size()));
  return RunDetails::tr(" Left out of %1, as they cannot be read: %2.").arg(set, names.join(QStringLiteral("; ")));
}

/// The key result, and the images that it does without.
QString resultSentence(const nlohmann::ordered_json& report) {
  const QString words = QString::fromStdString(headline(report));
  const QString judged = leftOutOf(report.at("evaluation"), RunDetails::tr("the evaluation set"));
  return words + judged +
         (report.contains("transfer") ? leftOutOf(report.at("transfer"), RunDetails::tr("the transfer set"))
                                      : QString());
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
    const Result* result = resultOf(*row);
    private_->figures = figuresOfRun(*row, runs_.classesOf(*row), result);
    private_->sentence->setText(result ? resultSentence(result->report) : stateSentence(runs_, *row));
    private_->routing->setSteps(row->steps, row->teachers);
    showNumbers(*row);
    private_->progress->setValue(static_cast<int>(1000 * row->progress.fraction));
    private_->progressText->say(progressText(*row));
    private_->progressText->setToolTip(row->folder());
  } else if (several) {
    showSeveral();
  }
  private_->sentence->setVisible(!private_->sentence->text().isEmpty());
  private_->numbers->setVisible(row && row->last);
  private_->progress->setVisible(row && !isFinal(row->state));
  private_->progressText->setVisible(row);
  private_->view->setEmptyText(emptyChartText(row, several));
  showNames();
  showFigure();
}

void RunDetails::showNumbers(const RunRow& row) {
  if (!row.last) return;
  setNumber(private_->gain, numberText(100 * row.last->gain, 2));
  setNumber(private_->loss, numberText(100 * row.last->loss, 2));
  setNumber(private_->delta, signedText(100 * row.last->delta, 2));
  setNumber(private_->distance, numberText(100 * row.last->weightDistance, 2));
  // What the run's steps tell is known once they were read or heard.
  for (const BigNumber* number : {&private_->speed, &private_->memory})
    for (QLabel* label : {number->value, number->name}) label->setVisible(!row.steps.empty());
  if (row.steps.empty()) return;
  const StepRecord& last = row.steps.back();
  const bool onGpu = last.deviceMemoryBytes > 0;
  setNumber(private_->speed, countText(static_cast<qint64>(last.samplesPerSecond)));
  setNumber(private_->memory,
            countText(static_cast<qint64>((onGpu ? last.deviceMemoryBytes : last.memoryBytes) / kMiB)));
  private_->memory.name->setText(onGpu ? tr("GPU memory (MiB)") : tr("Memory (MiB)"));
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

/// Names only change when the figures do, so that nothing jumps while a run goes on.
void RunDetails::showNames() {
  QListWidget& list = *private_->list;
  const RunRow* row = private_->ids.size() == 1 ? runs_.row(private_->ids.front()) : nullptr;
  QStringList ids, now;
  for (const auto& figure : private_->figures) ids << QString::fromStdString(figure.id);
  for (int i = 0; i < list.count(); ++i) now << list.item(i)->data(Qt::UserRole).toString();
  if (ids != now) {
    const QSignalBlocker quiet(&list);
    const QString chosen = list.currentRow() < 0 ? private_->wanted : now[list.currentRow()];
    private_->wanted = chosen;
    list.clear();
    const QStringList names = shortNames(private_->figures, row ? row->teachers : QStringList());
    for (std::size_t i = 0; i < private_->figures.size(); ++i) {
      auto* item = new QListWidgetItem(names[static_cast<qsizetype>(i)], &list);
      item->setData(Qt::UserRole, ids[static_cast<qsizetype>(i)]);
      item->setToolTip(QString::fromStdString(private_->figures[i].title));
    }
    if (!ids.isEmpty()) list.setCurrentRow(std::max(0, static_cast<int>(ids.indexOf(chosen))));
  }
  list.setVisible(list.count() > 1);
}

void RunDetails::showFigure() {
  const int at = private_->list->currentRow();
  const bool any = at >= 0 && static_cast<std::size_t>(at) < private_->figures.size();
  const Figure figure = any ? private_->figures[static_cast<std::size_t>(at)] : Figure{};
  private_->view->setFigure(figure);
  private_->routingView->setVisible(figure.id.starts_with("routing-live") && private_->routing->rowCount() > 0);
}

}  // namespace gf
