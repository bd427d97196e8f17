// SPDX-License-Identifier: GPL-3.0-or-later
// The shelf in the window: what it shows, how a pair is chosen from it, and what it says when something is missing.
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

#include "report/result_folder.h"
#include "tests/ui/shelf/shelf_fixture.h"
#include "tests/ui/workspace/support.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_view.h"
#include "ui/shelf/ranking_panel.h"
#include "ui/shelf/shelf_export.h"
#include "ui/shelf/shelf_view.h"

namespace gf {
using namespace testing;
namespace {

const QStringList kFour{"tops-resnet", "fewtops-mlp", "all-mixer", "all-mlp"};

QStringList fourModels() {
  QStringList paths;
  for (const QString& name : kFour) paths << sampleModel(name);
  return paths;
}

/// A view that is laid out, and what it asks for.
struct Shown {
  Workspace workspace;
  ShelfView view{workspace};
  QSignalSpy asked{&view, &ShelfView::pairRequested};

  explicit Shown(QSize size = {1000, 640}) {
    view.resize(size);
    view.show();
  }
  QString heading() { return view.findChild<QLabel*>("shelfHeading")->text(); }
  QString notice() { return view.findChild<QLabel*>("shelfText")->text(); }
  QTabWidget& tabs() { return *view.findChild<QTabWidget*>("shelfTabs"); }
  QTableView& ranking() { return *view.findChild<QTableView*>("ranking"); }
  QPushButton* button(const QString& text) {
    for (QPushButton* each : view.findChildren<QPushButton*>())
      if (each->isVisible() && each->text() == text) return each;
    return nullptr;
  }
  FigureView& chart(int tab) {
    tabs().setCurrentIndex(tab);
    view.grab();
    return *qobject_cast<FigureView*>(tabs().currentWidget());
  }
  bool compared() {
    return QTest::qWaitFor([this] { return workspace.shelfResult() && !workspace.comparingShelf(); }, kPatienceMs);
  }
  /// The paths of the last pair that was asked for: teacher, student.
  QStringList pair() {
    return asked.isEmpty() ? QStringList() : QStringList{asked.last()[0].toString(), asked.last()[1].toString()};
  }
};

QString pathOf(const Shelf& shelf, const std::string& name) {
  for (std::size_t m = 0; m < shelf.models.size(); ++m)
    if (shelf.report.at("models")[m].at("name") == name)
      return QString::fromStdString(shelf.request.models[m].path.string());
  return {};
}

}  // namespace

class TestShelfView : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void saysWhatIsMissing() {
    Shown shown;
    QCOMPARE(shown.heading(), QString("Nothing to compare yet"));
    QVERIFY2(shown.notice().contains("two models"), qPrintable(shown.notice()));
    QVERIFY(shown.button("Open the sample"));
    QSignalSpy pages(&shown.view, &ShelfView::pageRequested);
    QTest::mouseClick(shown.button("Choose models"), Qt::LeftButton);
    QCOMPARE(pages.count(), 1);
    QVERIFY(shown.view.sentence().isEmpty());
    QVERIFY(!shown.view.exportBlocked().isEmpty());
    QVERIFY(addAndRead(shown.workspace, {sampleModel("all-mlp"), sampleModel("all-mixer")}));
    QVERIFY2(shown.notice().contains("data"), qPrintable(shown.notice()));
    QVERIFY(shown.button("Open data"));
    QVERIFY(openAndRead(shown.workspace, sampleData()));
    QCOMPARE(shown.heading(), QString("Ready to compare"));
    QVERIFY(shown.button("Compare the shelf"));
    QVERIFY(shown.workspace.shelfBlocked().isEmpty());
  }

  /// From the button to the table, with a broken file on the shelf, and what becomes of the result afterwards.
  void comparesTheShelfAndTellsWhoIsLeftOut() {
    QTemporaryDir folder;
    Shown shown;
    const QString broken = truncated(folder, "all-mlp");
    QVERIFY(addAndRead(shown.workspace, fourModels() << broken));
    QVERIFY(openAndRead(shown.workspace, sampleData()));
    QVERIFY2(shown.notice().contains("4 of 5 models"), qPrintable(shown.notice()));
    QTest::mouseClick(shown.button("Compare the shelf"), Qt::LeftButton);
    QVERIFY(shown.workspace.comparingShelf());
    QCOMPARE(shown.heading(), QString("Comparing the shelf"));
    auto* bar = shown.view.findChild<QProgressBar*>();
    QVERIFY(bar->isVisible() && bar->maximum() > 0);
    QVERIFY(shown.compared());
    const auto shelf = shown.workspace.shelfResult();
    QCOMPARE(shelf->models.size(), std::size_t{4});
    QVERIFY(shown.view.exportBlocked().isEmpty());
    QVERIFY2(shown.view.sentence().contains("4 of 5 models"), qPrintable(shown.view.sentence()));
    QCOMPARE(shown.ranking().model()->rowCount(), 12);

    auto* lines = shown.view.findChild<QListView*>("leftOut");
    const int tab = shown.tabs().indexOf(lines);
    QVERIFY(shown.tabs().isTabVisible(tab));
    QCOMPARE(shown.tabs().tabText(tab), QString("Left out (1)"));
    QVERIFY(lines->model()->index(0, 0).data().toString().contains("all-mlp-half.pt"));
    QVERIFY(lines->model()->index(0, 0).data().toString().size() > 20);

    // One that comes later is not in it; one that goes takes the result with it.
    QVERIFY(addAndRead(shown.workspace, {sampleModel("tops-mlp")}));
    QVERIFY(shown.workspace.shelfResult() == shelf);
    QVERIFY2(shown.view.sentence().contains("4 of 6 models"), qPrintable(shown.view.sentence()));
    QCOMPARE(lines->model()->rowCount(), 2);
    shown.workspace.removeModel(broken);
    QVERIFY(shown.workspace.shelfResult() == shelf);
    shown.workspace.removeModel(sampleModel("all-mixer"));
    QVERIFY(!shown.workspace.shelfResult());
    QCOMPARE(shown.heading(), QString("Ready to compare"));
    shown.workspace.compareShelf();
    QVERIFY(shown.compared());
    shown.workspace.openData(sampleData());
    QVERIFY(!shown.workspace.shelfResult());
  }

  void cancelAnswersAtOnce() {
    Shown shown;
    QVERIFY(addAndRead(shown.workspace, fourModels()));
    QVERIFY(openAndRead(shown.workspace, sampleData()));
    shown.workspace.compareShelf();
    QVERIFY(shown.workspace.shelfProgress());
    QTest::mouseClick(shown.button("Cancel"), Qt::LeftButton);
    QVERIFY(!shown.workspace.comparingShelf());
    QCOMPARE(shown.heading(), QString("Ready to compare"));
    QTRY_VERIFY_WITH_TIMEOUT(!shown.workspace.activity(), kPatienceMs);
    QVERIFY(!shown.workspace.shelfResult());
    QVERIFY(!shown.workspace.shelfProblem());
  }

  void failureSaysWhyAndWhatToDo() {
    QTemporaryDir folder;
    QVERIFY(QFile::copy(sampleModel("all-mlp"), folder.filePath("one.pt")));
    QVERIFY(QFile::copy(sampleModel("all-mixer"), folder.filePath("two.pt")));
    Shown shown;
    QVERIFY(addAndRead(shown.workspace, {folder.filePath("one.pt"), folder.filePath("two.pt")}));
    QVERIFY(openAndRead(shown.workspace, sampleData()));
    QVERIFY(QFile::remove(folder.filePath("two.pt")));
    QSignalSpy problems(&shown.workspace, &Workspace::problem);
    shown.workspace.compareShelf();
    QTRY_VERIFY_WITH_TIMEOUT(shown.workspace.shelfProblem(), kPatienceMs);
    QCOMPARE(shown.heading(), QString("The shelf could not be compared"));
    QVERIFY2(shown.notice().contains("two.pt"), qPrintable(shown.notice()));
    QVERIFY(shown.button("Try again"));
    QCOMPARE(problems.count(), 1);
  }

  void aCellOfTheMatrixAsksForItsPair() {
    Shown shown;
    const auto shelf = makeShelf(5, 10, 40);
    shown.view.showShelf(shelf);
    FigureView& matrix = shown.chart(0);
    QCOMPARE(QString::fromStdString(matrix.figure().id), QString("shelf-matrix"));
    matrix.setFocus();
    QTest::keyClick(&matrix, Qt::Key_Home);
    QTest::keyClick(&matrix, Qt::Key_Return);
    QCOMPARE(shown.asked.count(), 0);  // a model does not teach itself
    QTest::keyClick(&matrix, Qt::Key_Right);
    QTest::keyClick(&matrix, Qt::Key_Right);
    QTest::keyClick(&matrix, Qt::Key_Down);
    QTest::keyClick(&matrix, Qt::Key_Return);
    QCOMPARE(shown.asked.count(), 1);
    const QStringList wanted{pathOf(*shelf, matrix.figure().labels[1]), pathOf(*shelf, matrix.figure().series[2].name)};
    QVERIFY(!wanted[0].isEmpty() && wanted[0] != wanted[1]);
    QCOMPARE(shown.pair(), wanted);
  }

  void aPointAsksForItsPair() {
    Shown shown;
    const auto shelf = makeShelf(4, 10, 40);
    shown.view.showShelf(shelf);
    for (const int tab : {1, 2}) {
      FigureView& points = shown.chart(tab);
      QCOMPARE(points.figure().labels.size(), std::size_t{12});
      emit points.labelActivated(7);
      const QString label = QString::fromStdString(points.figure().labels[7]);
      QCOMPARE(shown.pair(), (QStringList{pathOf(*shelf, label.section(" → ", 0, 0).toStdString()),
                                          pathOf(*shelf, label.section(" → ", 1, 1).toStdString())}));
    }
    QCOMPARE(shown.asked.count(), 2);
  }

  void theRankingSortsAndFilters() {
    Shown shown;
    const auto shelf = makeShelf(6, 10, 40);
    shown.view.showShelf(shelf);
    RankingModel plain;
    QAbstractItemModelTester tester(&plain, QAbstractItemModelTester::FailureReportingMode::QtTest);
    plain.setShelf(shelf);
    QCOMPARE(plain.rowCount(), 30);
    QTableView& table = shown.ranking();
    QAbstractItemModel& rows = *table.model();
    QCOMPARE(rows.rowCount(), 30);
    // As the report ranks them.
    QCOMPARE(rows.index(0, RankingModel::Teacher).data().toString(),
             QString::fromStdString(shelf->report.at("ranking")[0].at("teacher").get<std::string>()));
    for (int column = RankingModel::Headroom; column <= RankingModel::PValue; ++column) {
      table.sortByColumn(column, Qt::AscendingOrder);
      for (int row = 1; row < rows.rowCount(); ++row) {
        QVERIFY(rows.index(row - 1, column).data(RankingModel::SortRole).toDouble() <=
                rows.index(row, column).data(RankingModel::SortRole).toDouble());
      }
    }
    auto* students = shown.view.findChild<QComboBox*>("rankingStudent");
    QCOMPARE(students->count(), 7);
    students->setCurrentIndex(3);
    QCOMPARE(rows.rowCount(), 5);
    for (int row = 0; row < 5; ++row)
      QCOMPARE(rows.index(row, RankingModel::Student).data().toString(), students->currentText());

    shown.tabs().setCurrentIndex(4);
    QVERIFY(QTest::qWaitForWindowActive(&shown.view));
    table.setFocus();
    table.setCurrentIndex(rows.index(2, 0));
    const QStringList wanted{pathOf(*shelf, rows.index(2, RankingModel::Teacher).data().toString().toStdString()),
                             pathOf(*shelf, students->currentText().toStdString())};
    QTest::keyClick(&table, Qt::Key_Return);
    QCOMPARE(shown.pair(), wanted);
    const QPoint cell = table.visualRect(rows.index(1, RankingModel::Student)).center();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, cell);
    QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, cell);
    QCOMPARE(shown.asked.count(), 2);
    QCOMPARE(shown.pair()[0], pathOf(*shelf, rows.index(1, RankingModel::Teacher).data().toString().toStdString()));
  }

  void theReportCanBeExportedAndOpened() {
    QTemporaryDir folder;
    Shown shown;
    const auto shelf = makeShelf(3, 10, 20);
    shown.view.showShelf(shelf);
    const QString written = shown.view.exportReport(folder.path());
    const Result opened = openResult(written.toStdString());
    QVERIFY(opened.isShelf());
    QVERIFY(opened.report == shelf->report);
    QCOMPARE(opened.figures.size(), shelfFigures(shelf->report).size());
    for (const Figure& figure : opened.figures)
      for (const char* ending : {"svg", "pdf", "png", "csv", "json"})
        QVERIFY(QFileInfo(written + "/figures/" + QString::fromStdString(figure.id) + "." + ending).size() > 0);
    for (const char* page : {"/report.html", "/report.pdf"}) QVERIFY(QFileInfo(written + page).size() > 0);
    QVERIFY(shown.view.exportReport(folder.path()) != written);
    const QString command = shown.view.command();
    QVERIFY2(command.startsWith("gainfinder compare --shelf /models/model-0.pt /models/model-1.pt"),
             qPrintable(command));
    for (int tab = 0; tab < 5; ++tab) {
      shown.tabs().setCurrentIndex(tab);
      shown.view.exportFigure();
      ExportDialog* dialog = nullptr;
      QTRY_VERIFY(dialog = shown.view.findChild<ExportDialog*>());
      QVERIFY(!dialog->files().isEmpty());
      delete dialog;
    }
  }

  /// 300 models: 90,000 cells, 89,700 points.
  void aLargeShelfIsShown() {
    Shown shown;
    const auto shelf = makeShelf(300, 20, 10);
    shown.view.showShelf(shelf);
    for (int tab = 0; tab < 4; ++tab) {
      const FigureView& chart = shown.chart(tab);
      QVERIFY(!chart.figure().series.empty());
    }
    shown.tabs().setCurrentIndex(4);
    shown.view.grab();
    QTableView& table = shown.ranking();
    QVERIFY(table.model()->rowCount() >= 200);
    auto* students = shown.view.findChild<QComboBox*>("rankingStudent");
    for (const int student : {1, 150, 300}) {
      students->setCurrentIndex(student);
      QVERIFY(table.model()->rowCount() >= 1);  // its best teacher at least
      QVERIFY(!table.model()->index(0, RankingModel::Classes).data().toString().isEmpty());
    }
    students->setCurrentIndex(0);
    table.scrollToBottom();
    shown.view.grab();
    QVERIFY(table.verticalScrollBar()->value() > 0);
    QVERIFY(table.indexAt({5, 5}).row() > 100);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestShelfView)
#include "test_shelf_view.moc"
