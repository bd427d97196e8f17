// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/shelf_view.h"

#include <QGuiApplication>
#include <QHash>
#include <QListView>
#include <QStackedWidget>
#include <QStringListModel>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "jobs/shelf_job.h"
#include "report/shelf_report.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_view.h"
#include "ui/shelf/ranking_panel.h"
#include "ui/shelf/shelf_export.h"
#include "ui/shelf/shelf_notice.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {

namespace {

const QString kBetween = QStringLiteral(" → ");

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

/// Waits for what it does on the GUI thread, and says so.
struct Waiting {
  Waiting() { QGuiApplication::setOverrideCursor(Qt::WaitCursor); }
  ~Waiting() { QGuiApplication::restoreOverrideCursor(); }
};

}  // namespace

struct ShelfView::Private {
  /// A tab that shows one figure.
  struct Chart {
    const char* figure;
    FigureView* view = nullptr;
  };

  std::shared_ptr<const Shelf> shelf;
  QHash<QString, int> modelOf;  ///< By the name that the report gives.
  QStackedWidget* stack = nullptr;
  ShelfNotice* notice = nullptr;
  QTabWidget* tabs = nullptr;
  Chart matrix{"shelf-matrix"}, accuracy{"shelf-flips"}, entropy{"shelf-entropy"}, expertise{"shelf-expertise"};
  RankingPanel* ranking = nullptr;
  QListView* leftOut = nullptr;
  QStringListModel* leftOutLines = nullptr;
  ElidingLabel *said = nullptr, *count = nullptr;

  const Figure* figure(const char* id) const {
    if (!shelf) return nullptr;
    const std::vector<Figure>& figures = shelf->figures;
    const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& each) { return each.id == id; });
    return found == figures.end() ? nullptr : &*found;
  }
  Chart* chart(QWidget* tab) {
    for (Chart* each : {&matrix, &accuracy, &entropy, &expertise})
      if (each->view == tab) return each;
    return nullptr;
  }
};

ShelfView::ShelfView(Workspace& workspace, QWidget* parent)
    : QWidget(parent), workspace_(workspace), private_(std::make_unique<Private>()) {
  Private& p = *private_;
  p.stack = new QStackedWidget(this);
  p.notice = new ShelfNotice(workspace_, p.stack);
  p.stack->addWidget(p.notice);
  p.stack->addWidget(buildResult());
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(p.stack);
  connect(p.notice, &ShelfNotice::pageRequested, this, &ShelfView::pageRequested);
  connect(&workspace_, &Workspace::shelfCompared, this, &ShelfView::refresh);
  connect(&workspace_, &Workspace::dataChanged, this, &ShelfView::refresh);
  refresh();
}

ShelfView::~ShelfView() = default;

QWidget* ShelfView::buildResult() {
  Private& p = *private_;
  auto* result = new QWidget(p.stack);
  p.tabs = new QTabWidget(result);
  p.tabs->setDocumentMode(true);
  p.tabs->setObjectName(QStringLiteral("shelfTabs"));
  const auto add = [&](Private::Chart& chart, const QString& name, const QString& tip) {
    chart.view = new FigureView(p.tabs);
    p.tabs->setTabToolTip(p.tabs->addTab(chart.view, name), tip);
  };
  add(p.matrix, tr("Matrix"), tr("What each teacher knows that each student does not; a click shows the pair"));
  add(p.accuracy, tr("Accuracy"), tr("Positive flips of every pair over its difference in accuracy (Fig. 1a)"));
  add(p.entropy, tr("Entropy"), tr("How evenly the flips of every pair are spread over the classes (Fig. 1b)"));
  add(p.expertise, tr("Expertise"), tr("Which model is better than the others in which class"));
  p.ranking = new RankingPanel(p.tabs);
  p.tabs->addTab(p.ranking, tr("Who should teach whom"));
  p.leftOutLines = new QStringListModel(this);
  p.leftOut = new QListView(p.tabs);
  p.leftOut->setModel(p.leftOutLines);
  p.leftOut->setWordWrap(true);
  p.leftOut->setFrameShape(QFrame::NoFrame);
  p.leftOut->setEditTriggers(QAbstractItemView::NoEditTriggers);
  p.leftOut->setObjectName(QStringLiteral("leftOut"));
  p.leftOut->setAccessibleName(tr("Models that were left out, with the reason"));
  p.tabs->addTab(p.leftOut, QString());
  p.said = new ElidingLabel(result);
  p.said->setObjectName(QStringLiteral("shelfSaid"));
  p.count = new ElidingLabel(result);
  p.count->setObjectName(QStringLiteral("shelfCount"));
  auto* layout = new QVBoxLayout(result);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(p.tabs, 1);
  layout->addWidget(p.said);
  layout->addWidget(p.count);
  connectResult();
  return result;
}

void ShelfView::connectResult() {
  Private& p = *private_;
  connect(p.matrix.view, &FigureView::cellActivated, this, [this](int row, int column) {
    const Figure& figure = private_->matrix.view->figure();
    request(text(figure.labels.at(static_cast<std::size_t>(row))),
            text(figure.series.at(static_cast<std::size_t>(column)).name));
  });
  for (FigureView* view : {p.accuracy.view, p.entropy.view}) {
    connect(view, &FigureView::labelActivated, this,
            [this, view](int label) { requestPoint(text(view->figure().labels.at(static_cast<std::size_t>(label)))); });
  }
  connect(p.ranking, &RankingPanel::pairChosen, this, &ShelfView::requestModels);
  connect(p.ranking, &RankingPanel::reasonChanged, this, &ShelfView::showSaid);
  connect(p.tabs, &QTabWidget::currentChanged, this, &ShelfView::showTab);
}

// --- choosing a pair -------------------------------------------------------------------------------------------------

void ShelfView::requestModels(int teacher, int student) {
  const auto& models = private_->shelf->request.models;
  const auto path = [&](int at) { return text(models.at(static_cast<std::size_t>(at)).path.string()); };
  if (teacher >= 0 && student >= 0 && teacher != student) emit pairRequested(path(teacher), path(student));
}

void ShelfView::request(const QString& teacher, const QString& student) {
  requestModels(private_->modelOf.value(teacher, -1), private_->modelOf.value(student, -1));
}

/// "teacher → student"; the arrow may be part of a name.
void ShelfView::requestPoint(const QString& pair) {
  const QHash<QString, int>& known = private_->modelOf;
  for (qsizetype at = pair.indexOf(kBetween); at >= 0; at = pair.indexOf(kBetween, at + 1)) {
    const QString teacher = pair.left(at), student = pair.mid(at + kBetween.size());
    if (known.contains(teacher) && known.contains(student)) return request(teacher, student);
  }
}

// --- what is shown ---------------------------------------------------------------------------------------------------

void ShelfView::refresh() {
  showShelf(workspace_.shelfResult());
}

void ShelfView::showShelf(std::shared_ptr<const Shelf> shelf) {
  Private& p = *private_;
  if (shelf != p.shelf) {
    p.shelf = std::move(shelf);
    readShelf();
  }
  p.stack->setCurrentIndex(p.shelf && !workspace_.comparingShelf() ? 1 : 0);
  if (p.stack->currentIndex() == 0) p.notice->refresh();
  showCount();
  showTab();
}

void ShelfView::readShelf() {
  Private& p = *private_;
  p.modelOf.clear();
  if (p.shelf) {
    for (const auto& model : p.shelf->report.at("models"))
      p.modelOf.insert(text(model.at("name").get<std::string>()), static_cast<int>(p.modelOf.size()));
  }
  for (Private::Chart* chart : {&p.matrix, &p.accuracy, &p.entropy, &p.expertise}) {
    const Figure* figure = p.figure(chart->figure);
    chart->view->setFigure(figure ? *figure : Figure{});
    chart->view->setEmptyText(tr("No model of this shelf knows what another does not."));
  }
  p.ranking->show(p.shelf);
}

void ShelfView::showCount() {
  Private& p = *private_;
  if (!p.shelf) return;
  const QStringList leftOut = workspace_.shelfLeftOut();
  if (leftOut != p.leftOutLines->stringList()) p.leftOutLines->setStringList(leftOut);
  const int tab = p.tabs->indexOf(p.leftOut);
  p.tabs->setTabVisible(tab, !leftOut.isEmpty());
  p.tabs->setTabText(tab, tr("Left out (%1)").arg(leftOut.size()));
  const qint64 in = qint64(p.shelf->models.size()), all = workspace_.shelf().rowCount();
  const QString images = countText(qint64(p.shelf->knowledge.samples));
  p.count->say(in == all
                   ? tr("%1 models on %2 images").arg(countText(in), images)
                   : tr("%1 of the %2 models on the shelf, on %3 images").arg(countText(in), countText(all), images));
}

void ShelfView::showTab() {
  showSaid();
  emit stateChanged();
}

/// What the view says, in one line below it.
void ShelfView::showSaid() {
  Private& p = *private_;
  const QWidget* tab = p.tabs->currentWidget();
  QString said;
  if (const Private::Chart* chart = p.chart(p.tabs->currentWidget())) said = text(chart->view->figure().sentence);
  if (tab == p.ranking) said = p.ranking->reason();
  if (tab == p.ranking && said.isEmpty()) {
    said =
        tr("Headroom is what there is to teach: what the better model, class by class, would add to the student. It "
           "does not foretell what a transfer brings.");
  }
  if (tab == p.leftOut) said = tr("These models of the shelf are not in the result, each with its reason.");
  p.said->say(said);
}

// --- what the page does with it --------------------------------------------------------------------------------------

QString ShelfView::sentence() const {
  const Private& p = *private_;
  if (!p.shelf) return {};
  const QString headline = text(shelfHeadline(p.shelf->report));
  const qint64 in = qint64(p.shelf->models.size()), all = workspace_.shelf().rowCount();
  return in == all ? headline : tr("%1 (%2 of %3 models on the shelf)").arg(headline, countText(in), countText(all));
}

QString ShelfView::exportBlocked() const {
  return private_->shelf ? QString() : tr("The shelf was not compared yet.");
}

void ShelfView::exportFigure() {
  Private& p = *private_;
  if (!p.shelf) return;
  Private::Chart* chart = p.chart(p.tabs->currentWidget());
  if (chart) return chart->view->exportWithDialog();
  const Figure* ranking = p.figure("shelf-ranking");
  if (!ranking) return;
  // The table's figure: bars of the same pairs.
  auto* dialog = new ExportDialog(*ranking, false, this, naturalSize(*ranking));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

QString ShelfView::exportReport(const QString& parent) const {
  const Waiting waiting;
  return exportShelf(*private_->shelf, parent);
}

QString ShelfView::command() const {
  return shelfCommand(workspace_, *private_->shelf);
}

}  // namespace gf
