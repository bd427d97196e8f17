// SPDX-License-Identifier: GPL-3.0-or-later
// The window's main path, driven as a user would: open the sample, look at what the teacher knows, choose, transfer,
// pause, resume, export a figure, and open the report again.
#include <QApplication>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTreeView>
#include <QUrl>

#include "tests/ui/window/window_support.h"
#include "tests/ui/workspace/support.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_view.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/compare_export.h"
#include "ui/figures/figure_library.h"
#include "ui/runs/run_details.h"
#include "ui/runs/runs_page.h"
#include "ui/transfer/option_form.h"
#include "ui/transfer/transfer_page.h"
#include "ui/window/log_dock.h"
#include "ui/window/log_model.h"
#include "ui/window/main_window.h"
#include "ui/workspace/run_center.h"

namespace gf {
using namespace testing;
namespace {

QPushButton* button(QWidget* parent, const QString& text) {
  for (QPushButton* each : parent->findChildren<QPushButton*>())
    if (each->isVisible() && each->text() == text) return each;
  return nullptr;
}

FigureView* viewOf(QWidget* page, const char* figure) {
  for (FigureView* view : page->findChildren<FigureView*>())
    if (view->isVisible() && QString::fromStdString(view->figure().id).startsWith(QLatin1String(figure))) return view;
  return nullptr;
}

/// All lines of the Problems dock.
QString problems(const MainWindow& window) {
  QString all;
  const LogModel& model = window.findChild<LogDock*>()->model();
  for (int row = 0; row < model.rowCount(); ++row) all += model.index(row, LogModel::Message).data().toString() + '\n';
  return all;
}

}  // namespace

class TestMainPath : public QObject {
  Q_OBJECT

 private:
  void openTheSample(MainWindow& window, Workspace& workspace) {
    QPushButton* open = button(window.page(PageId::Models), "Open the sample");
    QVERIFY(open);
    QTest::mouseClick(open, Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Compare);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
  }

  /// By keyboard in the outcome bar, by mouse in the table of classes.
  void chooseOutcomeAndClass(MainWindow& window, Workspace& workspace) {
    Page* page = window.page(PageId::Compare);
    FigureView* bar = nullptr;
    QTRY_VERIFY(bar = viewOf(page, "outcomes"));
    bar->setFocus();
    QTest::keyClick(bar, Qt::Key_Right);
    QTest::keyClick(bar, Qt::Key_Right);
    QTest::keyClick(bar, Qt::Key_Return);
    QTRY_VERIFY(workspace.selection().outcome);
    FigureView* flips = nullptr;
    QTRY_VERIFY(flips = viewOf(page, "flips"));
    flips->setFocus();
    QTest::keyClick(flips, Qt::Key_Right);
    QTest::keyClick(flips, Qt::Key_Return);
    QTRY_VERIFY(!workspace.selection().classes.empty());
  }

  void setUpTransfer(MainWindow& window) {
    QTest::keyClick(&window, Qt::Key_4, Qt::ControlModifier);
    QCOMPARE(window.currentPage(), PageId::Transfer);
    Page* page = window.page(PageId::Transfer);
    auto* epochs = qobject_cast<QLineEdit*>(page->findChild<OptionForm*>()->field("epochs"));
    QTest::mouseClick(epochs, Qt::LeftButton);
    epochs->selectAll();
    QTest::keyClicks(epochs, "few");
    QVERIFY(!button(page, "Run")->isEnabled());
    epochs->selectAll();
    QTest::keyClicks(epochs, "120");
    QTRY_VERIFY(button(page, "Run")->isEnabled());
  }

  void exportTheChart(MainWindow& window, const QString& stem) {
    auto* details = window.page(PageId::Runs)->findChild<RunDetails*>();
    FigureView& view = details->view();
    QVERIFY(view.isVisible());
    view.exportWithDialog();
    ExportDialog* dialog = nullptr;
    QTRY_VERIFY(dialog = view.findChild<ExportDialog*>());
    QLineEdit* name = nullptr;
    for (QLineEdit* line : dialog->findChildren<QLineEdit*>())
      if (line->accessibleName().startsWith("File name")) name = line;
    QVERIFY(name);
    name->selectAll();
    QTest::keyClicks(name, stem + ".svg");
    QPushButton* save = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
    QVERIFY(save->isEnabled());
    QTest::mouseClick(save, Qt::LeftButton);
    QTRY_VERIFY(QFileInfo(stem + ".svg").size() > 0);
  }

  /// What the Compare page exports opens on the Figures page, beside the comparison, and can be taken off again.
  void exportAComparisonAndOpenIt(MainWindow& window, Workspace& workspace, const QString& folder) {
    QVERIFY(workspace.comparison());
    const QString written = exportComparison(*workspace.comparison(), workspace.meaning().get(), folder);
    dropOn(&window, {written});
    QTRY_COMPARE(window.currentPage(), PageId::Figures);
    Page* page = window.page(PageId::Figures);
    auto* list = page->findChild<QTreeView*>("figureList");
    const auto row = [list](const char* kind) {
      for (int i = 0; i < list->model()->rowCount(); ++i) {
        const QModelIndex source = list->model()->index(i, 0);
        if (source.data(FigureLibrary::PaperRole).toString() == QLatin1String(kind)) return source;
      }
      return QModelIndex();
    };
    QTRY_VERIFY(row("opened comparison").isValid());
    QTRY_VERIFY(list->currentIndex().parent() == row("opened comparison"));
    const auto titles = [list](const QModelIndex& source) {
      QStringList all;
      for (int i = 0; i < list->model()->rowCount(source); ++i)
        all << list->model()->index(i, 0, source).data().toString();
      return all;
    };
    QTRY_COMPARE(titles(row("opened comparison")), titles(row("comparison")));
    QVERIFY(titles(row("comparison")).size() > 4);
    QVERIFY(page->exportAction()->isEnabled());
    QTest::mouseClick(button(page, "Remove"), Qt::LeftButton);
    QVERIFY(!row("opened comparison").isValid());
    QVERIFY(row("comparison").isValid());
  }

 private slots:
  void init() { startClean(); }

  void fromTheSampleToAReopenedReport() {
    QTemporaryDir folder;
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    openTheSample(window, workspace);
    if (QTest::currentTestFailed()) return;
    chooseOutcomeAndClass(window, workspace);
    if (QTest::currentTestFailed()) return;
    setUpTransfer(window);
    if (QTest::currentTestFailed()) return;

    QSignalSpy ended(&workspace.runs(), &RunCenter::runEnded);
    QTest::mouseClick(button(window.page(PageId::Transfer), "Run"), Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Runs);
    auto* page = qobject_cast<RunsPage*>(window.page(PageId::Runs));
    QCOMPARE(page->chosen().size(), std::size_t{1});
    const std::uint64_t id = page->chosen().front();
    auto& runs = workspace.runs();
    QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->last, kPatienceMs);
    QTest::keyClick(&window, Qt::Key_Period, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(runs.row(id)->state, JobState::Paused, kPatienceMs);
    QTRY_VERIFY(button(page, "Resume"));
    QVERIFY(runs.row(id)->last->epoch < 120);
    QTest::mouseClick(button(page, "Resume"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(runs.row(id)->state, JobState::Done, kPatienceMs);
    QTRY_COMPARE(ended.count(), 1);
    QCOMPARE(runs.row(id)->last->epoch, 120.0);

    auto* details = page->findChild<RunDetails*>();
    const QString headline = details->sentence();
    QVERIFY2(headline.startsWith("Learned"), qPrintable(headline));
    const std::size_t figures = details->figures().size();
    QVERIFY(figures >= 5);
    exportTheChart(window, folder.filePath("curve"));
    if (QTest::currentTestFailed()) return;

    // Off the list, and opened again from its file.
    const QString report = runs.row(id)->folder() + "/report.json";
    auto* table = page->findChild<QTableView*>("runs");
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(runs.rowCount(), 0);
    QVERIFY(QFileInfo::exists(report));
    window.goTo(PageId::Models);
    dropOn(&window, {report});
    QCOMPARE(window.currentPage(), PageId::Runs);
    QCOMPARE(runs.rowCount(), 1);
    QCOMPARE(details->sentence(), headline);
    QCOMPARE(details->figures().size(), figures);
    QVERIFY(!page->primaryAction()->isEnabled());
    exportAComparisonAndOpenIt(window, workspace, folder.path());
    if (QTest::currentTestFailed()) return;
    QVERIFY(window.close());
  }

  void brokenFilesLeaveTheWindowUp() {
    QTemporaryDir folder;
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    const QString model = truncated(folder, "all-mlp");
    dropOn(&window, {model});
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY(!workspace.shelf().find(model)->inspection.readable);
    QVERIFY(!workspace.shelf().find(model)->inspection.rule.empty());

    QDir(folder.path()).mkpath("data");
    writeFile(folder.filePath("data/train-images-idx3-ubyte"), "no images");
    dropOn(&window, {folder.filePath("data")});
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.openingData(), kPatienceMs);
    QVERIFY(workspace.dataProblem());
    QVERIFY2(problems(window).contains(folder.filePath("data")), qPrintable(problems(window)));

    const QString report = writeFile(folder.filePath("report.json"), "{\"schema\": 3}");
    dropOn(&window, {report});
    QTRY_VERIFY2(problems(window).contains(report), qPrintable(problems(window)));
    QVERIFY2(problems(window).contains("schema"), qPrintable(problems(window)));
    QCOMPARE(workspace.runs().rowCount(), 0);
    QVERIFY(window.isVisible() && !QApplication::activeModalWidget());
  }

  void theCopiedCommandIsKnownToTheProgram() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    auto* page = qobject_cast<TransferPage*>(window.page(PageId::Transfer));
    QProcess program;
    program.start(GF_TEST_PROGRAM, {"transfer", "--help"});
    QVERIFY(program.waitForFinished(kPatienceMs));
    const QString help = QString::fromUtf8(program.readAllStandardOutput());
    QStringList flags;
    for (const auto& record : transferOptionTable())
      flags << "--" + QString::fromUtf8(record.id.data(), static_cast<qsizetype>(record.id.size()));
    for (const QString& word : page->commandLine().split(' '))
      if (word.startsWith("--")) flags << word;
    for (const QString& flag : flags) QVERIFY2(help.contains(flag), qPrintable(flag));
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestMainPath)
#include "test_main_path.moc"
