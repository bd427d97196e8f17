// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that go on from a saved state, several teachers, and what shows while a run goes on.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QPushButton>
#include <QTest>

#include "tests/ui/runs/run_support.h"
#include "ui/runs/live_routing.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_figure_list.h"
#include "ui/runs/runs_page.h"
#include "ui/style/theme.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/run_history.h"

namespace gf {
using namespace testing;

class TestGoingOn : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void init() { startClean(); }

  void classesShowWhileTheRunGoesOn() {
    Workspace workspace;
    RunsPage page(workspace);
    page.show();
    QVERIFY(openAndRead(workspace, sampleData()));
    auto& runs = workspace.runs();
    const auto id = runs.add(endless(), "teacher", "student");
    auto* details = page.findChild<RunDetails*>();
    const auto shown = [&] {
      for (const Figure& figure : details->figures())
        if (figure.id == "classes-over-time") return !figure.series.empty() && !figure.labels.empty();
      return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(shown(), kPatienceMs);
    QVERIFY(runs.perform(JobAction::StopAndDiscard, id));
    QVERIFY(waitFor(runs, id, JobState::Stopped));
    QCOMPARE(runs.refusal(JobAction::GoOn, id), QString("There is no saved state to go on from."));
    QVERIFY(!runs.perform(JobAction::GoOn, id));
    QTRY_COMPARE(page.primaryAction()->text(), "Run again");
  }

  void aStoppedRunGoesOnInOneClick() {
    Workspace workspace;
    RunsPage page(workspace);
    page.resize(900, 700);
    page.show();
    auto& runs = workspace.runs();
    const auto id = runs.add(transferOf(150), "teacher", "student");
    QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->evaluations.size() > 3, kPatienceMs);
    QVERIFY(!runs.refusal(JobAction::GoOn, id).isEmpty());
    QVERIFY(runs.perform(JobAction::StopAndKeep, id));
    QVERIFY(waitFor(runs, id, JobState::Stopped));
    const double stopped = runs.row(id)->last->epoch;
    QVERIFY(stopped < 150);
    QTRY_VERIFY(button(&page, "Resume"));
    QTest::mouseClick(button(&page, "Resume"), Qt::LeftButton);
    QCOMPARE(runs.rowCount(), 1);  // the same row, the same folder
    QVERIFY(waitFor(runs, id, JobState::Done));
    const RunRow& row = *runs.row(id);
    QVERIFY(row.evaluations.size() > 140);
    QCOMPARE(row.evaluations.back().epoch, 150.0);
    for (std::size_t i = 1; i < row.evaluations.size(); ++i)
      QVERIFY(row.evaluations[i - 1].epoch < row.evaluations[i].epoch);  // nothing is told twice
    for (std::size_t i = 1; i < row.steps.size(); ++i) QVERIFY(row.steps[i - 1].step < row.steps[i].step);
    QCOMPARE(runs.refusal(JobAction::GoOn, id), QString("It has ended."));
    QTRY_COMPARE(page.primaryAction()->text(), "Run again");
  }

  /// As after a crash: the history still says Running, and there is no report.
  void anInterruptedRunGoesOnAfterARestart() {
    std::uint64_t id = 0;
    std::filesystem::path out;
    {
      RunCenter runs;
      id = runs.add(transferOf(150), "teacher", "student");
      QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->evaluations.size() > 3, kPatienceMs);
      out = runs.row(id)->request.out;
    }
    QVERIFY(std::filesystem::exists(out / "state"));
    std::filesystem::remove(out / "report.json");
    std::vector<RunRow> rows = readHistory(historyFile());
    rows.front().state = JobState::Running;
    writeHistory(historyFile(), rows);
    Workspace workspace;
    RunsPage page(workspace);
    page.show();
    auto& runs = workspace.runs();
    QCOMPARE(runs.row(id)->state, JobState::Interrupted);
    QVERIFY2(page.findChild<RunDetails*>()->sentence().contains("Resume"),
             qPrintable(page.findChild<RunDetails*>()->sentence()));
    QTest::mouseClick(button(&page, "Resume"), Qt::LeftButton);
    QVERIFY(waitFor(runs, id, JobState::Done));
    QCOMPARE(runs.row(id)->evaluations.front().epoch, 0.0);
    QCOMPARE(runs.row(id)->evaluations.back().epoch, 150.0);
    QVERIFY(std::filesystem::exists(out / "report.json"));
  }

  void severalTeachersAreNamedAndFollowed() {
    QCOMPARE(namesText({"A"}), QString("A"));
    QCOMPARE(namesText({"A", "B"}), QString("A and B"));
    QCOMPARE(namesText({"A", "B", "C"}), QString("A, B and C"));
    QCOMPARE(namesText({"A", "B", "C", "D", "E"}), QString("A, B and 3 more"));
    Workspace workspace;
    RunsPage page(workspace);
    page.resize(900, 700);
    page.show();
    TransferRequest request = transferOf(2);
    request.teachers.push_back({sampleModel("all-mixer").toStdString(), nullptr});
    request.options.teacherOrder = TeacherOrder::Given;
    QCOMPARE(stagesOf(request), 2);
    QCOMPARE(totalEpochs(request), 4.0);
    auto& runs = workspace.runs();
    const auto id = runs.add(request, QStringList{"Tops", "Mixer"}, "Few");
    QCOMPARE(runs.row(id)->title, QString("KL+DP, sequential: Tops and Mixer → Few"));
    QVERIFY(waitFor(runs, id, JobState::Done));
    QCOMPARE(runs.row(id)->last->epoch, 4.0);
    const auto& figures = page.findChild<RunDetails*>()->figures();
    QCOMPARE(figures.front().id, std::string("gain-loss"));
    QVERIFY(!figures.front().marks.empty());
    const auto again = runs.runAgain(id);
    QCOMPARE(runs.row(again)->title, runs.row(id)->title);
    QCOMPARE(runs.row(again)->request.teachers.size(), std::size_t{2});
    QVERIFY(runs.perform(JobAction::StopAndDiscard, again));
    QVERIFY(QTest::qWaitFor([&] { return !runs.busy(); }, kPatienceMs));
  }

  void figuresOfTeachersAreNumberedAsTheTeachers() {
    std::vector<Figure> figures(4);
    figures[0].id = "gain-loss";
    figures[1].id = "routing-Second-one";  // the run took it first
    figures[2].id = "routing-First";
    figures[3].id = "routing-live";
    QCOMPARE(shortNames(figures, {"First", "Second one"}),
             (QStringList{"Gain and loss", "Routing, T2", "Routing, T1", "Routing over time"}));
    QCOMPARE(shortNames(figures, {}),
             (QStringList{"Gain and loss", "Routing, T1", "Routing, T2", "Routing over time"}));
  }

  void liveRoutingPoolsTheLatestEpoch() {
    StepRecord early, late;
    early.epoch = 0.5;
    late.epoch = 2;
    early.routing = late.routing = {Routing{{10, 4, 3, 2, 1}, {4, 1, 3, 0, 0}}};
    early.adaptingRouting = late.adaptingRouting = {Routing{{10, 4, 3, 2, 1}, {2, 1, 0, 1, 0}}};
    StepRecord between = late;
    between.epoch = 1.5;
    between.routing[0].toTeacher = {2, 1, 1, 0, 0};
    LiveRouting table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const std::vector<StepRecord> steps{early, between, late};
    table.setSteps(steps, {"Tops"});
    QCOMPARE(table.rowCount(), 3);
    const auto cell = [&](int row, int column) { return table.index(row, column).data().toString(); };
    QCOMPARE(cell(0, LiveRouting::Samples), "6");    // two records of three positive flips
    QCOMPARE(cell(0, LiveRouting::Frozen), "66.7");  // 3 and 1 of 6
    QCOMPARE(cell(0, LiveRouting::Adapting), "0.0");
    QCOMPARE(cell(1, LiveRouting::Adapting), "50.0");
    QCOMPARE(cell(2, LiveRouting::Samples), "10");
    table.setSteps({}, {});
    QCOMPARE(table.rowCount(), 0);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestGoingOn)
#include "test_going_on.moc"
