// SPDX-License-Identifier: GPL-3.0-or-later
// What the Studies page is made of, on hand-worked cells.
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "study/plan.h"
#include "ui/studies/cell_filter.h"
#include "ui/studies/cell_model.h"
#include "ui/studies/cell_table.h"
#include "ui/studies/method_rows.h"
#include "ui/studies/model_checks.h"
#include "ui/studies/option_axes.h"
#include "ui/studies/pair_results.h"
#include "ui/studies/plan_draft.h"
#include "ui/studies/study_state.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

IndexedCell cellOf(const std::string& student, const std::string& teacher, const std::string& setting,
                   std::uint64_t seed, CellState state, std::optional<double> delta = {}) {
  IndexedCell cell;
  cell.student = student;
  cell.teachers = {teacher};
  cell.setting = setting;
  cell.seed = seed;
  cell.state = state;
  cell.name = setting + "-" + student + "-from-" + teacher + "-s" + std::to_string(seed);
  if (state == CellState::Failed) cell.error = "the step must end; found a number that is none";
  if (delta) {
    cell.delta = delta;
    cell.gain = 0.04;
    cell.loss = 0.04 - *delta;
    cell.seconds = 8;
  }
  return cell;
}

/// Two students, two teachers, one of which is a student too; two seeds.
std::vector<IndexedCell> fewCells() {
  return {cellOf("a", "b", "KL", 0, CellState::Done, 0.02),    cellOf("a", "b", "KL", 1, CellState::Done, -0.01),
          cellOf("a", "t", "KL", 0, CellState::Failed),        cellOf("a", "t", "KL", 1, CellState::Missing),
          cellOf("b", "t", "KL", 0, CellState::Running),       cellOf("b", "t", "KL", 1, CellState::Missing),
          cellOf("a", "b", "KL+DP", 0, CellState::Done, 0.01), cellOf("a", "b", "KL+DP", 1, CellState::Missing)};
}

std::shared_ptr<const StudyNow> shown(std::vector<IndexedCell> cells) {
  return std::make_shared<const StudyNow>(studyNow(std::move(cells)));
}

StudyCell finished(const std::string& name, Method method, double rate, double delta) {
  StudyCell cell;
  cell.from = "/study/cells/" + name;
  cell.student = {"s", "MLP", "sha-s", 10, 0.8};
  cell.teachers = {{"t", "CNN", "sha-t", 10, 0.9}};
  cell.options.method = method;
  cell.options.learningRate = rate;
  cell.delta = delta;
  cell.gain = 0.05;
  cell.loss = 0.05 - delta;
  return cell;
}

PlanDraft smallDraft() {
  PlanDraft draft;
  draft.name = "small";
  draft.data = "/data";
  draft.students = {{"/shelf/a.pt", "A"}, {"/shelf/b.pt", "B"}};
  draft.teachers = {{"/shelf/b.pt", "B"}, {"/shelf/t.pt", "T"}};
  draft.shelf = {{"/shelf/a.pt", "A"}, {"/shelf/b.pt", "B"}, {"/shelf/t.pt", "T"}};
  draft.methods = {{Method::Kl, "paper-kl", {{"lr", {"0.01", "0.001"}}}}, {Method::KlDp, "", {{"lr", {"0.02"}}}}};
  draft.epochs = "3";
  draft.subset = "30perclass";
  draft.seeds = "0, 4";
  return draft;
}

QString refusal(const PlanDraft& draft) {
  try {
    planJson(draft);
  } catch (const Error& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

}  // namespace

class TestStudyParts : public QObject {
  Q_OBJECT

 private slots:
  void countsAndTimeLeft() {
    const StudyNow now = studyNow(fewCells());
    QVERIFY((now.counts == StateCounts{3, 1, 1, 3}));
    QCOMPARE(now.meanSeconds, 8.0);
    QCOMPARE(secondsLeft(now, 0), 8 * (3 + 0.5));      // by the one that runs
    QCOMPARE(secondsLeft(now, 2), 8 * (3 + 0.5) / 2);  // two workers of ours
    QVERIFY(secondsLeft(studyNow({cellOf("a", "b", "KL", 0, CellState::Missing)}), 1) < 0);
    StudyState state;
    state.show(now, 0);
    QCOMPARE(state.text(), QString("3 done · 1 failed · 1 running · 3 missing"));
  }

  void theGridShowsStatesAndMeansOverSeeds() {
    QCOMPARE(settingsOf(fewCells()), (std::vector<std::string>{"KL", "KL+DP"}));
    const PairGridData grid = pairsUnder(fewCells(), "KL");
    QCOMPARE(grid.students, (QStringList{"a", "b"}));
    QCOMPARE(grid.teachers, (QStringList{"b", "t"}));
    QCOMPARE(grid.at(0, 0).kind, PairCell::Kind::Done);
    QVERIFY(std::abs(grid.at(0, 0).value - 0.5) < 1e-12);  // (2 − 1) / 2 points
    QVERIFY(grid.at(0, 0).tip.contains("+0.50") && grid.at(0, 0).tip.contains("2 of 2"));
    QCOMPARE(grid.at(0, 1).kind, PairCell::Kind::Failed);
    QCOMPARE(grid.at(1, 0).kind, PairCell::Kind::Self);
    QCOMPARE(grid.at(1, 1).kind, PairCell::Kind::Running);
    // Under the other method the same places; what it has not is empty.
    const PairGridData other = pairsUnder(fewCells(), "KL+DP");
    QCOMPARE(other.students, grid.students);
    QCOMPARE(other.at(0, 0).kind, PairCell::Kind::Done);
    QCOMPARE(other.at(1, 1).kind, PairCell::Kind::None);
  }

  void aClickOnThePaintedCellChoosesIt() {
    Theme::instance().apply(ThemeChoice::Light);
    PairGrid grid;
    grid.resize(500, 300);
    grid.setData(pairsUnder(fewCells(), "KL"));
    grid.show();
    QSignalSpy activated(&grid, &PairGrid::activated);
    QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.cellArea(1, 1).center().toPoint());
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.last(), (QVariantList{1, 1}));
    QTest::mouseClick(&grid, Qt::LeftButton, {}, QPoint(2, 2));
    QCOMPARE(activated.count(), 1);  // beside the cells
    QTest::keyClick(&grid, Qt::Key_Left);
    QTest::keyClick(&grid, Qt::Key_Up);
    QTest::keyClick(&grid, Qt::Key_Space);
    QCOMPARE(activated.last(), (QVariantList{0, 0}));
    // A gain is green where it is painted, a failure is not.
    const QImage picture = grid.grab().toImage();
    const QColor gain = picture.pixelColor((grid.cellArea(0, 0).topLeft() + QPointF(4, 4)).toPoint());
    QVERIFY2(gain.green() > gain.red() + 20, qPrintable(gain.name()));
    const QColor failed = picture.pixelColor((grid.cellArea(0, 1).topLeft() + QPointF(4, 4)).toPoint());
    QVERIFY2(failed.red() > failed.green(), qPrintable(failed.name()));
  }

  void theModelAnnouncesOnlyWhatChanged() {
    CellModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setCells(shown(fewCells()));
    QCOMPARE(model.rowCount(), 8);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset), changes(&model, &QAbstractItemModel::dataChanged);
    auto cells = fewCells();
    cells[4] = cellOf("b", "t", "KL", 0, CellState::Done, 0.005);
    model.setCells(shown(cells));
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(changes.first()[0].toModelIndex().row(), 4);
    QCOMPARE(changes.first()[1].toModelIndex().row(), 4);
    QCOMPARE(model.index(4, CellModel::Delta).data().toString(), QString("+0.50"));
    cells.pop_back();
    model.setCells(shown(cells));
    QCOMPARE(resets.count(), 1);
  }

  void theTableFiltersAndTellsErrors() {
    CellTable table;
    table.resize(900, 300);
    table.show();
    table.setCells(shown(fewCells()));
    auto* view = table.findChild<QTableView*>("cells");
    QAbstractItemModel& rows = *view->model();
    QCOMPARE(rows.rowCount(), 8);
    auto* states = table.findChild<QComboBox*>("cellStates");
    states->setCurrentIndex(states->findText("Failed"));
    QCOMPARE(rows.rowCount(), 1);
    auto* error = table.findChild<QLabel*>("cellError");
    QVERIFY(!error->isVisible());
    view->selectRow(0);
    QVERIFY(error->isVisible());
    QVERIFY(error->text().contains("a number that is none"));
    QVERIFY(error->textInteractionFlags() & Qt::TextSelectableByMouse);
    states->setCurrentIndex(0);
    QTest::keyClicks(table.findChild<QLineEdit*>("cellFilter"), "kl+dp");
    QCOMPARE(rows.rowCount(), 2);
    table.findChild<QLineEdit*>("cellFilter")->clear();
    table.showPair("a", "b", "KL");
    QCOMPARE(rows.rowCount(), 2);
    QCOMPARE(table.findChild<QLabel*>("cellCount")->text(), QString("2 of 8 cells"));
    QSignalSpy cleared(&table, &CellTable::pairCleared);
    QTest::mouseClick(table.findChild<QToolButton*>("allPairs"), Qt::LeftButton);
    QCOMPARE(cleared.count(), 1);
    QCOMPARE(rows.rowCount(), 8);
    view->sortByColumn(CellModel::Delta, Qt::DescendingOrder);
    QCOMPARE(rows.index(0, CellModel::Delta).data().toString(), QString("+2.00"));
    QCOMPARE(rows.index(2, CellModel::Delta).data().toString(), QString("−1.00"));
    QSignalSpy opened(&table, &CellTable::opened);
    view->setCurrentIndex(rows.index(0, 0));
    QVERIFY(QTest::qWaitForWindowActive(&table));
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().toString(), QString("KL-a-from-b-s0"));
  }

  void tenThousandCellsFilterAndScroll() {
    std::vector<IndexedCell> cells;
    for (int s = 0; s < 20; ++s)
      for (int t = 0; t < 25; ++t)
        for (std::uint64_t seed = 0; seed < 20; ++seed)
          cells.push_back(
              cellOf("s" + std::to_string(s), "t" + std::to_string(t), "KL", seed, CellState::Done, 0.001 * (s - t)));
    CellTable table;
    table.resize(900, 400);
    table.show();
    table.setCells(shown(cells));
    auto* view = table.findChild<QTableView*>("cells");
    QCOMPARE(view->model()->rowCount(), 10000);
    // One height for all and no widget a row: nothing below the viewport but the header's and scroll bars'.
    QCOMPARE(view->viewport()->findChildren<QWidget*>().size(), 0);
    view->scrollToBottom();
    QVERIFY(view->indexAt(QPoint(5, view->viewport()->height() - 10)).row() > 9980);
    QTest::keyClicks(table.findChild<QLineEdit*>("cellFilter"), "s19-from-t24");
    QCOMPARE(view->model()->rowCount(), 20);
  }

  void axesAreWhatDiffersAndBrushesFilter() {
    StudyResults results;
    results.cells = {finished("one", Method::Kl, 0.01, 0.02), finished("two", Method::Kl, 0.0001, -0.01),
                     finished("three", Method::KlDp, 0.001, 0.01)};
    const ParallelData data = optionAxes(results);
    QStringList titles;
    for (const auto& axis : data.axes) titles << axis.title;
    QCOMPARE(titles.first(), QString("Method"));
    QVERIFY2(titles.contains("Learning rate"), qPrintable(titles.join(',')));
    QVERIFY(!titles.contains("T"));  // the same for all
    QVERIFY(!titles.contains("Student") && !titles.contains("Teacher"));
    QCOMPARE(titles.mid(titles.size() - 3), (QStringList{"Delta (points)", "Gain (%)", "Loss (%)"}));
    const auto rate = static_cast<std::size_t>(titles.indexOf("Learning rate"));
    QVERIFY(data.axes[rate].logarithmic);

    ParallelAxes axes;
    axes.resize(800, 300);
    axes.show();
    axes.setData(data);
    QVERIFY(!axes.brushed());
    QSignalSpy brushed(&axes, &ParallelAxes::brushChanged);
    const auto drag = [&](QPointF from, QPointF to) {
      QTest::mousePress(&axes, Qt::LeftButton, {}, from.toPoint());
      QTest::mouseMove(&axes, to.toPoint());
      QMouseEvent move(QEvent::MouseMove, to, axes.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
      QApplication::sendEvent(&axes, &move);
      QTest::mouseRelease(&axes, Qt::LeftButton, {}, to.toPoint());
    };
    // From above 0.01 to below 0.001: the smallest rate is left out.
    drag(axes.placeOf(rate, 0.01) - QPointF(0, 8), axes.placeOf(rate, 0.001) + QPointF(0, 8));
    QVERIFY(brushed.count() > 0);
    QCOMPARE(*axes.brushed(), (std::set<std::string>{"one", "three"}));
    const auto delta = static_cast<std::size_t>(titles.indexOf("Delta (points)"));
    drag(axes.placeOf(delta, 2) - QPointF(0, 8), axes.placeOf(delta, 2) + QPointF(0, 8));
    QCOMPARE(*axes.brushed(), (std::set<std::string>{"one"}));
    // A click on a brushed axis lets it go; Escape lets all go.
    QTest::mouseClick(&axes, Qt::LeftButton, {}, axes.placeOf(delta, 2).toPoint());
    QCOMPARE(axes.brushed()->size(), std::size_t{2});
    QTest::keyClick(&axes, Qt::Key_Escape);
    QVERIFY(!axes.brushed());
  }

  void aDraftBecomesAPlan() {
    PlanDraft draft = smallDraft();
    draft.excluded = {{"/shelf/t.pt", "/shelf/a.pt"}};
    const auto json = planJson(draft);
    QCOMPARE(json.at("models").get<std::string>(), std::string("/shelf"));
    QCOMPARE(json.at("students").dump(), std::string(R"(["a","b"])"));
    const StudyPlan plan = planFromJson(json, "plan");
    QCOMPARE(plan.settings.size(), std::size_t{3});
    QCOMPARE(plan.settings[0].learningRate, 0.01);
    QCOMPARE(plan.settings[1].learningRate, 0.001);
    QCOMPARE(plan.settings[2].learningRate, 0.02);
    for (const auto& setting : plan.settings) {
      QCOMPARE(setting.epochs, 3);
      QVERIFY((setting.subset == SubsetRule{true, 30}));
    }
    QCOMPARE(plan.seeds, (std::vector<std::uint64_t>{0, 4}));
    QCOMPARE(plan.exclude, (std::vector<std::pair<std::string, std::string>>{{"T", "A"}}));
  }

  void whatIsMissingOrWrongIsNamed() {
    QVERIFY(refusal(smallDraft()).isEmpty());
    PlanDraft draft = smallDraft();
    draft.students.clear();
    QVERIFY2(refusal(draft).contains("student"), qPrintable(refusal(draft)));
    draft = smallDraft();
    draft.methods.clear();
    QVERIFY(refusal(draft).contains("method"));
    draft = smallDraft();
    draft.methods[0].values = {{"lr", {"fast"}}};
    QVERIFY2(refusal(draft).contains("fast"), qPrintable(refusal(draft)));
    draft = smallDraft();
    draft.seeds = "0, 0";
    QVERIFY2(refusal(draft).contains("differ"), qPrintable(refusal(draft)));
    draft = smallDraft();
    draft.data.clear();
    QVERIFY(refusal(draft).contains("data"));
    draft = smallDraft();
    draft.teachers.push_back({"/elsewhere/t.pt", "T2"});
    QVERIFY2(refusal(draft).contains("one folder"), qPrintable(refusal(draft)));
    // Two of one name cannot be told apart in a plan.
    draft = smallDraft();
    draft.shelf.push_back({"/shelf/more/a.pt", "A"});
    QVERIFY2(refusal(draft).contains("/shelf/a.pt"), qPrintable(refusal(draft)));
    // The file's name tells where the model's does not.
    draft.shelf.back() = {"/shelf/more/c.pt", "A"};
    QVERIFY(refusal(draft).isEmpty());
  }

  void methodsAreTickedAndTakeSeveralValues() {
    MethodRows rows;
    QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(rows.chosen().empty());
    rows.check(Method::Kl, true);
    const QModelIndex rate = rows.index(0, MethodRows::LearningRate);
    QCOMPARE(rate.data().toString(), QString("0.0001"));  // the preset's
    QVERIFY(rows.setData(rate, "0.1, 0.01", Qt::EditRole));
    const auto chosen = rows.chosen();
    QCOMPARE(chosen.size(), std::size_t{1});
    QCOMPARE(chosen[0].preset, std::string("paper-kl"));
    QCOMPARE(chosen[0].values.front().second, (std::vector<std::string>{"0.1", "0.01"}));
    // KL-Dist has no λ.
    QVERIFY(!(rows.flags(rows.index(0, MethodRows::Lambda)) & Qt::ItemIsEditable));
  }

  void ticksStayWithTheirModels() {
    ModelChecks checks;
    QAbstractItemModelTester tester(&checks, QAbstractItemModelTester::FailureReportingMode::QtTest);
    checks.setItems({{"/a", "a", {}, {}}, {"/b", "b", {}, "It is traced."}, {"/c", "c", {}, {}}});
    QVERIFY(checks.setData(checks.index(2), Qt::Checked, Qt::CheckStateRole));
    QVERIFY(!(checks.flags(checks.index(1)) & Qt::ItemIsEnabled));
    checks.setItems({{"/c", "c", {}, {}}, {"/d", "d", {}, {}}});
    QCOMPARE(checks.checked().size(), std::size_t{1});
    QCOMPARE(checks.checked()[0].path, QString("/c"));
    checks.checkAll(true);
    QCOMPARE(checks.checked().size(), std::size_t{2});
    checks.checkAll(false);
    QVERIFY(checks.checked().empty());
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestStudyParts)
#include "test_study_parts.moc"
