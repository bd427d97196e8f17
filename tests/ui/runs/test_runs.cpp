// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QAction>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "base/files.h"
#include "options/option_table.h"
#include "tests/ui/runs/run_support.h"
#include "ui/charts/figure_view.h"
#include "ui/runs/live_routing.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_figure_list.h"
#include "ui/runs/runs_page.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/run_center.h"
#include "ui/workspace/run_history.h"

namespace gf {
using namespace testing;
class TestRuns : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void init() { startClean(); }

  void historyRoundTrip() {
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("runs.json").toStdString();
    QVERIFY(readHistory(file).empty());
    std::vector<RunRow> rows{oldRow(2, JobState::Failed), oldRow(1, JobState::Done)};
    rows[0].failure = Error(ErrorKind::Run, "step 7", "must be finite", "nan", "Lower the learning rate");
    EvaluationRecord last;
    last.step = 30;
    last.epoch = 5;
    last.accuracy = 0.85;
    last.gain = 0.04;
    last.loss = 0.01;
    last.delta = 0.03;
    last.classGained = {4, 0};
    last.classLost = {0, 1};
    rows[1].last = last;
    rows[1].teachers = {"Tops", "All"};
    rows[1].request.teachers.push_back({"/shelf/all.pt", {{"name", "All"}}});
    rows[1].repeatable = false;
    writeHistory(file, rows);
    const std::vector<RunRow> read = readHistory(file);
    QCOMPARE(read.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      QCOMPARE(read[i].id, rows[i].id);
      QCOMPARE(read[i].title, rows[i].title);
      QCOMPARE(read[i].state, rows[i].state);
      QCOMPARE(read[i].startedUnix, rows[i].startedUnix);
      QCOMPARE(read[i].repeatable, rows[i].repeatable);
      QCOMPARE(read[i].progress.fraction, 0.25);
      QVERIFY(toJson(read[i].request.options) == toJson(rows[i].request.options));
      QVERIFY(read[i].request.out == rows[i].request.out && read[i].request.data == rows[i].request.data);
      QVERIFY(read[i].request.student.metadata == rows[i].request.student.metadata);
      QCOMPARE(read[i].teachers, rows[i].teachers);
      QCOMPARE(read[i].request.teachers.size(), rows[i].request.teachers.size());
      for (std::size_t t = 0; t < rows[i].request.teachers.size(); ++t) {
        QVERIFY(read[i].request.teachers[t].path == rows[i].request.teachers[t].path);
        QVERIFY(read[i].request.teachers[t].metadata == rows[i].request.teachers[t].metadata);
      }
    }
    QCOMPARE(QString(read[0].failure->what()), QString(rows[0].failure->what()));
    QCOMPARE(read[1].last->delta, 0.03);
    QCOMPARE(read[1].last->step, std::int64_t{30});
  }

  /// As the version before wrote it, with a single teacher.
  void earlierHistoryIsRead() {
    QTemporaryDir folder;
    const QByteArray text = R"({"format": 1, "runs": [{"id": 7, "title": "XE-KL: Tops → Few", "state": "done",
      "started": 1700000000.5, "repeatable": true, "student": {"path": "/shelf/few.pt", "metadata": null},
      "teacher": {"path": "/shelf/tops.pt", "metadata": null}, "data": "/data", "out": "/runs/one",
      "options": {"method": "xe-kl", "epochs": 3},
      "last": {"kind": "evaluation", "step": 6, "epoch": 3, "accuracy": 0.9, "gain": 0.1, "loss": 0.05, "delta": 0.05,
               "positive_flips": 0.1, "negative_flips": 0.1, "seconds": 2}, "done": 1}]})";
    const QString file = writeFile(folder.filePath("runs.json"), text);
    const std::vector<RunRow> rows = readHistory(file.toStdString());
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].request.teachers.size(), std::size_t{1});
    QCOMPARE(rows[0].request.teachers[0].path.string(), std::string("/shelf/tops.pt"));
    QCOMPARE(rows[0].request.options.method, Method::XeKl);
    QCOMPARE(rows[0].last->delta, 0.05);
    QVERIFY(QFileInfo::exists(file));
  }

  void damagedHistoryIsMovedAside_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("random") << QByteArray("\x80\x01\xff{{", 5);
    QTest::newRow("other format") << QByteArray("{\"format\": 99, \"runs\": []}");
    QTest::newRow("wrong kind") << QByteArray("[1, 2]");
    QTest::newRow("no state") << QByteArray("{\"format\": 1, \"runs\": [{\"id\": 1, \"title\": \"x\"}]}");
    QTest::newRow("cut") << QByteArray("{\"format\": 1, \"runs\": [{\"id\":");
  }
  void damagedHistoryIsMovedAside() {
    QFETCH(QByteArray, text);
    QTemporaryDir folder;
    const QString file = writeFile(folder.filePath("runs.json"), text);
    QVERIFY(readHistory(file.toStdString()).empty());
    QVERIFY(!QFileInfo::exists(file));
    QFile aside(file + ".damaged");
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), text);
  }

  void thinningKeepsBothEnds() {
    std::vector<StepRecord> steps;
    std::int64_t next = 1;
    for (const std::size_t size : {1, 3, 1999, 1, 2000, 12345, 7}) {
      std::vector<StepRecord> more(size);
      for (auto& each : more) each.step = next++;
      appendThinned(steps, more);
      QVERIFY(steps.size() <= RunRow::kMostSteps);
      QCOMPARE(steps.front().step, std::int64_t{1});
      QCOMPARE(steps.back().step, next - 1);
      for (std::size_t i = 1; i < steps.size(); ++i) QVERIFY(steps[i - 1].step < steps[i].step);
    }
    QVERIFY(steps.size() > RunRow::kMostSteps / 4);
  }

  /// As a run speaks: few at a time, for long. No part of the run may become much sparser than the others.
  void thinningIsEven() {
    std::vector<StepRecord> steps;
    std::int64_t next = 1;
    while (next <= 100000) {
      std::vector<StepRecord> more(10);
      for (auto& each : more) each.step = next++;
      appendThinned(steps, more);
    }
    const std::int64_t stretch = 100000 / static_cast<std::int64_t>(RunRow::kMostSteps / 2);
    for (std::size_t i = 1; i < steps.size(); ++i) QVERIFY(steps[i].step - steps[i - 1].step <= 3 * stretch);
  }

  void whatWentOnComesBackInterrupted() {
    std::filesystem::create_directories(dataFolder());
    writeHistory(historyFile(), {oldRow(3, JobState::Queued), oldRow(2, JobState::Running), oldRow(1, JobState::Done)});
    RunCenter runs;
    QCOMPARE(runs.row(3)->state, JobState::Interrupted);
    QCOMPARE(runs.row(2)->state, JobState::Interrupted);
    QCOMPARE(runs.row(1)->state, JobState::Done);
    QVERIFY(!runs.busy());
    QCOMPARE(runs.current(), std::uint64_t{0});
  }

  void queueRunsOneAfterAnother() {
    RunCenter runs;
    QAbstractItemModelTester tester(&runs, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const TransferRequest request = transferOf(1);
    const auto first = runs.add(request, "teacher", "student");
    const auto second = runs.add(request, "teacher", "student");
    const auto third = runs.add(request, "teacher", "student");
    QVERIFY(runs.row(first)->request.out != runs.row(second)->request.out);
    QVERIFY(runs.row(second)->request.out != runs.row(third)->request.out);
    QVERIFY(runs.perform(JobAction::Remove, second));  // still queued
    QVERIFY(!runs.row(second));
    QVERIFY(waitFor(runs, third, JobState::Done));
    QCOMPARE(runs.row(first)->state, JobState::Done);
    QVERIFY(!runs.busy());
    for (const auto id : {first, third}) {
      const RunRow* row = runs.row(id);
      QVERIFY(std::filesystem::exists(row->request.out / "report.json"));
      QCOMPARE(row->evaluations.size(), std::size_t{2});
      QCOMPARE(row->progress.fraction, 1.0);
      QVERIFY(!row->steps.empty());
    }
    const auto again = runs.runAgain(first);
    QVERIFY(again != 0 && runs.row(again)->request.out != runs.row(first)->request.out);
    QVERIFY(waitFor(runs, again, JobState::Done));
    // Same seed, same settings: the same student.
    QCOMPARE(runs.row(again)->last->accuracy, runs.row(first)->last->accuracy);
  }

  void pauseResumeStopAndKeep() {
    RunCenter runs;
    const auto id = runs.add(endless(), "teacher", "student");
    QVERIFY(!runs.perform(JobAction::Resume, id));
    QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->last, kPatienceMs);
    QVERIFY(runs.perform(JobAction::Pause, id));
    QVERIFY(waitFor(runs, id, JobState::Paused));
    QVERIFY(!runs.perform(JobAction::Pause, id));
    QVERIFY(runs.busy());
    QVERIFY(runs.perform(JobAction::Resume, id));
    QVERIFY(waitFor(runs, id, JobState::Running));
    QVERIFY(runs.perform(JobAction::StopAndKeep, id));
    QVERIFY(waitFor(runs, id, JobState::Stopped));
    QVERIFY(std::filesystem::exists(runs.row(id)->request.out / "student.pt"));
    QVERIFY(std::filesystem::exists(runs.row(id)->request.out / "report.json"));
  }

  void pauseAtOnceThenDiscard() {
    RunCenter runs;
    const auto id = runs.add(endless(), "teacher", "student");
    QVERIFY(QTest::qWaitFor([&] { return runs.perform(JobAction::Pause, id); }, kPatienceMs));
    QVERIFY(waitFor(runs, id, JobState::Paused));
    QVERIFY(runs.perform(JobAction::StopAndDiscard, id));
    QVERIFY(waitFor(runs, id, JobState::Stopped));
    QVERIFY(!std::filesystem::exists(runs.row(id)->request.out));
    QVERIFY(!runs.busy());
  }

  void failureKeepsItsReason() {
    std::string reason;
    {
      RunCenter runs;
      TransferRequest request = transferOf(1);
      request.data = "/no/such/data";
      const auto id = runs.add(request, "teacher", "student");
      QVERIFY(waitFor(runs, id, JobState::Failed));
      reason = runs.row(id)->failure->what();
      QVERIFY(reason.find("/no/such/data") != std::string::npos);
      QVERIFY(runs.index(0, 0).data(Qt::ToolTipRole).toString().contains("/no/such/data"));
    }
    RunCenter runs;
    QCOMPARE(runs.row(runs.ids().front())->failure->what(), reason);
  }

  void endedRunsComeBackWithTheirNumbers() {
    double delta = 0;
    std::size_t evaluations = 0;
    std::uint64_t id = 0;
    {
      RunCenter runs;
      id = runs.add(transferOf(2), "teacher", "student");
      QVERIFY(waitFor(runs, id, JobState::Done));
      delta = runs.row(id)->last->delta;
      evaluations = runs.row(id)->evaluations.size();
    }
    RunCenter runs;
    QCOMPARE(runs.row(id)->state, JobState::Done);
    QCOMPARE(runs.row(id)->last->delta, delta);  // known before its files are read
    QVERIFY(runs.row(id)->evaluations.empty());
    runs.loadMetrics(id);
    QCOMPARE(runs.row(id)->evaluations.size(), evaluations);
    QCOMPARE(runs.open(runs.row(id)->folder()), id);  // listed once
    QCOMPARE(runs.rowCount(), 1);
    const QString folder = runs.row(id)->folder();
    QVERIFY(runs.perform(JobAction::Remove, id));
    QCOMPARE(runs.rowCount(), 0);
    const auto opened = runs.open(folder + "/report.json");
    QVERIFY(!runs.row(opened)->repeatable);
    QCOMPARE(runs.row(opened)->last->delta, delta);
    QCOMPARE(runs.row(opened)->evaluations.size(), evaluations);
    QCOMPARE(runs.runAgain(opened), std::uint64_t{0});
  }

  void emptyPageSaysWhatToDo() {
    Workspace workspace;
    RunsPage page(workspace);
    page.show();
    auto* empty = page.findChild<EmptyPanel*>();
    QVERIFY(empty && empty->isVisible());
    QVERIFY(!page.findChild<QTableView*>("runs")->isVisible());
    QSignalSpy asked(&page, &Page::pageRequested);
    QTest::mouseClick(button(empty, "Set up a transfer"), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    QVERIFY(!page.primaryAction()->isEnabled());
    QVERIFY(!page.primaryAction()->toolTip().isEmpty());
  }

  void pageFollowsTheRun() {
    Workspace workspace;
    RunsPage page(workspace);
    page.resize(900, 700);
    page.show();
    auto& runs = workspace.runs();
    const auto id = runs.add(endless(), "teacher", "student");
    QCOMPARE(page.chosen(), std::vector<std::uint64_t>{id});
    auto* details = page.findChild<RunDetails*>();
    QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->evaluations.size() > 2, kPatienceMs);
    QTRY_VERIFY(!details->figures().empty());
    QCOMPARE(details->figures().front().id, "gain-loss");
    QVERIFY2(details->sentence().contains("delta"), qPrintable(details->sentence()));
    QCOMPARE(page.primaryAction()->text(), "Pause");
    QTest::mouseClick(button(&page, "Pause"), Qt::LeftButton);
    QVERIFY(waitFor(runs, id, JobState::Paused));
    QTRY_COMPARE(page.primaryAction()->text(), "Resume");
    QVERIFY(says(&page, "Paused"));
    const QString delta = signedText(100 * runs.row(id)->last->delta, 2);
    QVERIFY2(says(details, delta), qPrintable(delta));
    QTest::mouseClick(button(&page, "Resume"), Qt::LeftButton);
    QVERIFY(waitFor(runs, id, JobState::Running));
    QTest::mouseClick(button(&page, "Stop and keep"), Qt::LeftButton);
    QVERIFY(waitFor(runs, id, JobState::Stopped));
    QTRY_COMPARE(page.primaryAction()->text(), "Resume");  // from the state it saved
    QVERIFY2(details->sentence().contains("points"), qPrintable(details->sentence()));
    auto* list = details->findChild<QListWidget*>("figures");
    QStringList names;
    for (int i = 0; i < list->count(); ++i) names << list->item(i)->data(Qt::UserRole).toString();
    for (const char* figure : {"gain-loss", "classes-over-time", "class-changes", "objective", "routing-live",
                               "routing", "weight-distance", "speed", "memory", "outcomes", "flips"})
      QVERIFY2(names.contains(figure), figure);
    auto* routing = details->findChild<QTableView*>("live-routing");
    QVERIFY(!routing->isVisible());
    list->setCurrentRow(static_cast<int>(names.indexOf("routing-live")));
    QVERIFY(routing->isVisible());
    QCOMPARE(routing->model()->rowCount(), 3);
    QCOMPARE(details->view().figure().id, std::string("routing-live"));
    list->setCurrentRow(static_cast<int>(names.indexOf("classes-over-time")));
    QCOMPARE(details->view().figure().kind, FigureKind::Heat);
    QVERIFY(!routing->isVisible());
    for (const char* words : {"Samples a second", "Memory (MiB)", "Weight distance (%)"})
      QVERIFY2(says(details, words), words);

    QTemporaryDir folder;
    const QString written = page.exportAllInto(folder.path());
    QVERIFY(!written.isEmpty());
    for (const Figure& figure : details->figures())
      for (const char* ending : {"svg", "pdf", "png", "csv", "json"}) {
        const QFileInfo file(written + '/' + QString::fromStdString(figure.id) + '.' + ending);
        QVERIFY2(file.size() > 0, qPrintable(file.filePath()));
      }
    QVERIFY(page.exportAllInto(folder.path()) != written);  // nothing is overwritten
  }

  void severalRunsShareOneChart() {
    Workspace workspace;
    RunsPage page(workspace);
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto& runs = workspace.runs();
    runs.add(transferOf(1), "teacher", "student");
    const auto second = runs.add(transferOf(1, Method::Kl), "teacher", "student");
    QVERIFY(waitFor(runs, second, JobState::Done));
    auto* table = page.findChild<QTableView*>("runs");
    table->selectAll();
    QCOMPARE(page.chosen().size(), std::size_t{2});
    auto* details = page.findChild<RunDetails*>();
    QCOMPARE(details->figures().size(), std::size_t{1});
    const Figure& figure = details->figures().front();
    QCOMPARE(figure.series.size(), std::size_t{2});
    for (const auto& series : figure.series) QCOMPARE(series.y.size(), std::size_t{2});
    QVERIFY(figure.series[0].name != figure.series[1].name);
    QVERIFY(!page.primaryAction()->isEnabled());
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(runs.rowCount(), 0);
    QVERIFY(page.findChild<EmptyPanel*>()->isVisible());
  }

  void brokenReportIsAProblem() {
    QTemporaryDir folder;
    Workspace workspace;
    QSignalSpy problems(&workspace, &Workspace::problem);
    RunsPage page(workspace);
    for (const char* bad : {"", "{}", "{\"schema\": \"gainfinder-report/1\"}", "[[["}) {
      QVERIFY(!page.openResult(writeFile(folder.filePath("report.json"), bad)));
      QVERIFY2(problems.last().at(1).toString().contains("report.json"), bad);
    }
    QVERIFY(!page.openResult("/no/such/report.json"));
    QCOMPARE(workspace.runs().rowCount(), 0);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestRuns)
#include "test_runs.moc"
