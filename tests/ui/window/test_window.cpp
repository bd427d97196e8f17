// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTest>
#include <QTimer>
#include <QUrl>
#include <thread>

#include "base/log.h"
#include "jobs/self_check.h"
#include "tests/ui/window/window_support.h"
#include "tests/ui/workspace/support.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/window/log_dock.h"
#include "ui/window/log_model.h"
#include "ui/window/main_window.h"
#include "ui/window/opening.h"
#include "ui/window/status_bar.h"
#include "ui/workspace/run_center.h"

namespace gf {
using namespace testing;
namespace {

/// Presses a button of the question that closing asks, as soon as it is there.
void answerLeaving(const char* name) {
  QTimer::singleShot(0, qApp, [name] {
    QWidget* box = QApplication::activeModalWidget();
    if (!box || box->objectName() != "leaving") {
      answerLeaving(name);
      return;
    }
    QTest::mouseClick(box->findChild<QPushButton*>(name), Qt::LeftButton);
  });
}

/// A transfer that would take hours.
TransferRequest longTransfer() {
  TransferRequest request;
  request.student.path = sampleModel("fewtops-mlp").toStdString();
  request.teachers = {{sampleModel("tops-resnet").toStdString(), nullptr}};
  request.data = sampleData().toStdString();
  request.options.epochs = 1000;
  request.options.subset = {true, 60};
  request.out = RunCenter::freshFolder(request).toStdString();
  return request;
}

/// Works until it is stopped.
class Endless final : public Job {
 public:
  std::string title() const override { return "Endless work"; }
  void run(const Control& control) override {
    control.report({title(), 0.5, 0, 42});
    while (true) control.checkpoint();
  }
};

}  // namespace

class TestWindow : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void keysGoToPages() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    QCOMPARE(window.currentPage(), PageId::Models);
    for (int i = kPageCount - 1; i >= 0; --i) {
      QTest::keyClick(&window, Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
      QCOMPARE(window.currentPage(), PageId(i));
      QVERIFY(window.page(PageId(i))->isVisible());
    }
  }

  void keysReachThePage() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp")}));
    QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
    QVERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
    QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
    QVERIFY2(window.statusBar()->currentMessage().contains("teacher"),
             qPrintable(window.statusBar()->currentMessage()));
    QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(!window.statusBar()->currentMessage().isEmpty());
    QTest::keyClick(&window, Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(window.statusBar()->currentMessage().contains("No transfer"));
  }

  void helpOpensAndCloses() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    bool seen = false;
    QTimer::singleShot(0, &window, [&seen] {
      auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
      seen = dialog && dialog->windowTitle() == "Help";
      if (dialog) dialog->reject();
    });
    QTest::keyClick(&window, Qt::Key_F1);
    QVERIFY(seen);
  }

  void sampleFromEmptyToCompared() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    for (QPushButton* button : window.page(PageId::Models)->findChildren<QPushButton*>())
      if (button->text() == "Open the sample") QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Compare);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
  }

  void droppedThingsFindTheirPlace() {
    QTemporaryDir folder;
    const QString bad = writeFile(folder.filePath("bad.pt"), "no model");
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    dropOn(&window, {sampleData()});
    QCOMPARE(window.currentPage(), PageId::Data);
    dropOn(&window, {sampleModel("all-mlp"), bad});
    QCOMPARE(window.currentPage(), PageId::Models);
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace) && workspace.data(), kPatienceMs);
    QCOMPARE(workspace.shelf().rowCount(), 2);
    QVERIFY(!workspace.shelf().find(bad)->inspection.readable);
    QVERIFY(!QApplication::activeModalWidget());
    QVERIFY(window.isVisible());
  }

  void pathsAreToldApart() {
    QTemporaryDir folder;
    const auto make = [&folder](const QString& path) {
      QDir(folder.path()).mkpath(QFileInfo(path).path());
      return writeFile(folder.filePath(path), "x");
    };
    make("result/report.json");
    make("study/study.json");
    make("run/report.json");
    make("run/metrics.jsonl");
    make("models/inner/a.pt");
    make("images/train/cat/1.jpg");
    make("domains/infograph/cat/1.jpg");
    make("domains/infograph_test.txt");
    make("domains/notes_test.txt");
    make("hub/config.json");
    make("hub/model.safetensors");
    make("cifar/data_batch_1.bin");
    QCOMPARE(openAs(folder.filePath("result")), OpenAs::Result);
    QCOMPARE(openAs(folder.filePath("result/report.json")), OpenAs::Result);
    QCOMPARE(openAs(folder.filePath("study")), OpenAs::Study);
    QCOMPARE(openAs(folder.filePath("study/study.json")), OpenAs::Study);
    QCOMPARE(openAs(folder.filePath("run")), OpenAs::Run);
    QCOMPARE(openAs(folder.filePath("run/report.json")), OpenAs::Run);
    QCOMPARE(openAs(folder.filePath("models")), OpenAs::Models);
    QCOMPARE(openAs(folder.filePath("models/inner/a.pt")), OpenAs::Models);
    QCOMPARE(openAs(folder.filePath("images")), OpenAs::Data);
    QCOMPARE(openAs(folder.filePath("domains/infograph_test.txt")), OpenAs::Data);
    QCOMPARE(openAs(folder.filePath("domains/notes_test.txt")), OpenAs::Models);  // no such domain beside it
    QCOMPARE(openAs(folder.filePath("hub")), OpenAs::Models);
    QCOMPARE(openAs(folder.filePath("hub/model.safetensors")), OpenAs::Models);
    QCOMPARE(openAs(folder.filePath("cifar")), OpenAs::Data);
    QCOMPARE(openAs(folder.filePath("images.gfpack")), OpenAs::Data);
    QCOMPARE(openAs(sampleData()), OpenAs::Data);
  }

  void brokenResultLeavesTheWindowUp() {
    QTemporaryDir folder;
    const QString report = writeFile(folder.filePath("report.json"), "{\"schema\": 3}");
    Workspace workspace;
    QSignalSpy problems(&workspace, &Workspace::problem);
    MainWindow window(workspace);
    QVERIFY(activate(window));
    window.openPaths({report});
    QTRY_COMPARE(problems.count(), 1);
    QCOMPARE(window.currentPage(), PageId::Figures);
    QVERIFY(window.isVisible());
    QVERIFY(!QApplication::activeModalWidget());
  }

  void logKeepsLinesFromAnyThread() {
    LogModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::thread speaker([] {
      for (int i = 0; i < 100; ++i) logLine(LogLevel::Info, "line " + std::to_string(i));
    });
    speaker.join();
    QTRY_COMPARE(model.rowCount(), 100);
    for (int i = 0; i < LogModel::kMostLines; ++i) model.add({LogLevel::Warning, 0, "more"});
    QCOMPARE(model.rowCount(), LogModel::kMostLines);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void problemsAreListed() {
    Workspace workspace;
    MainWindow window(workspace);
    auto* log = window.findChild<LogDock*>();
    emit workspace.problem("It broke", "the rule was broken");
    QCOMPARE(log->model().rowCount(), 1);
    const QString line = log->model().index(0, LogModel::Message).data().toString();
    QVERIFY(line.contains("It broke") && line.contains("the rule was broken"));
    QVERIFY(window.statusBar()->currentMessage().contains("It broke"));
  }

  void damagedLayoutIsSurvived() {
    QSettings settings;
    settings.setValue("window/version", 1);
    settings.setValue("window/geometry", QByteArray("garbage"));
    settings.setValue("window/state", QByteArray("\x01\x02\x03"));
    settings.setValue("window/page", 99);
    settings.setValue("window/theme", "purple");
    settings.sync();
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    QCOMPARE(window.currentPage(), PageId::Models);
  }

  void layoutComesBack() {
    Workspace workspace;
    {
      MainWindow window(workspace);
      QVERIFY(activate(window));
      window.goTo(PageId::Transfer);
      window.findChild<QDockWidget*>("log")->show();
      QVERIFY(window.close());
    }
    MainWindow window(workspace);
    QVERIFY(activate(window));
    QCOMPARE(window.currentPage(), PageId::Transfer);
    QVERIFY(window.findChild<QDockWidget*>("log")->isVisible());
  }

  void closingAsksWhileATransferRuns() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    const TransferRequest request = longTransfer();
    const std::uint64_t id = workspace.runs().add(request, "teacher", "student");
    QTRY_VERIFY_WITH_TIMEOUT(workspace.runs().row(id)->state == JobState::Running, kPatienceMs);
    answerLeaving("stay");
    QVERIFY(!window.close());
    QVERIFY(window.isVisible());
    QCOMPARE(workspace.runs().row(id)->state, JobState::Running);

    QSignalSpy ended(&workspace.runs(), &RunCenter::runEnded);
    answerLeaving("discard");
    QVERIFY(!window.close());  // it answers at once, and closes when the worker is done
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), kPatienceMs);
    QCOMPARE(ended.count(), 1);
    QVERIFY(!QFileInfo::exists(QString::fromStdString(request.out.string())));
  }

  void closesWhileModelsAreRead() {
    auto workspace = std::make_unique<Workspace>();
    auto window = std::make_unique<MainWindow>(*workspace);
    QVERIFY(activate(*window));
    workspace->openSample();
    QVERIFY(window->close());
    window.reset();
    workspace.reset();
  }

  void statusBarTellsAndStops() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    std::optional<JobState> ended;
    workspace.start(std::make_shared<Endless>(), [&](const JobStatus& status) { ended = status.state; });
    QLabel* told = nullptr;
    const auto looks = [&] {
      for (QLabel* label : window.statusBar()->findChildren<QLabel*>())
        if (label->isVisible() && label->text() == "Endless work, about 42 s left") told = label;
      return told != nullptr;
    };
    QTRY_VERIFY(looks());
    QTest::mouseClick(window.statusBar()->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_VERIFY(ended.has_value());
    QCOMPARE(*ended, JobState::Stopped);
    QTRY_VERIFY(!told->isVisible());
  }

  void numbersInTheStatusBar() {
    QCOMPARE(timeLeftText(-1), QString());
    QCOMPARE(timeLeftText(42.4), QString("about 42 s left"));
    QCOMPARE(timeLeftText(170), QString("about 3 min left"));
    QCOMPARE(timeLeftText(3 * 3600), QString("about 3.0 h left"));
    QCOMPARE(deviceText({{"cpu", "2 threads", 0}}, 2), QString("CPU, 2 cores; no CUDA device"));
    const DeviceInfo cuda{"cuda:0", "NVIDIA H200", 139.0 * (1 << 30)};
    QCOMPARE(deviceText({{"cpu", "2 threads", 0}, cuda}, 2), QString("NVIDIA H200, 139 GiB"));
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestWindow)
#include "test_window.moc"
