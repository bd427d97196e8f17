// SPDX-License-Identifier: GPL-3.0-or-later
// The Figures page: what is listed, what is previewed, and what stays chosen.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QImage>
#include <QPainter>

#include "tests/ui/figures/figures_support.h"
#include "tests/ui/runs/run_support.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_view.h"
#include "ui/figures/export_all_dialog.h"
#include "ui/style/theme.h"
#include "ui/workspace/empty_panel.h"

namespace gf {
using namespace testing;

class TestFigures : public QObject {
  Q_OBJECT

  static QString jsonOf(const std::vector<Figure>& figures) {
    QString all;
    for (const Figure& figure : figures) all += QString::fromStdString(toJson(figure).dump(1) + '\n');
    return all;
  }

 private slots:
  void init() { startClean(); }

  void theEmptyPageSaysWhatToDo() {
    ShownFigures shown;
    auto* empty = shown.page.findChild<EmptyPanel*>();
    QVERIFY(empty->isVisible());
    QVERIFY(shown.button("Compare two models") && shown.button("Open result…"));
    QSignalSpy pages(&shown.page, &Page::pageRequested);
    QTest::mouseClick(shown.button("Compare two models"), Qt::LeftButton);
    QCOMPARE(pages.first().first().value<PageId>(), PageId::Compare);
    QVERIFY(!shown.page.exportAction()->isEnabled());
    QVERIFY(!shown.page.exportAction()->toolTip().isEmpty());
    QVERIFY(!shown.page.focusFilter());
  }

  void openedResultsShowTheFiguresTheyWereWrittenWith() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder), shelf = writtenShelf(folder);
    ShownFigures shown;
    FigureLibrary& library = shown.library();
    QAbstractItemModelTester tester(&library, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (const Written& written : {pair, shelf}) {
      QVERIFY(shown.open(written));
      const FigureSource* source = library.sourceOf(library.index(0, 0));
      QCOMPARE(jsonOf(source->figures()), jsonOf(written.figures));
      QCOMPARE(shown.sentence(), QString::fromStdString(written.figures.front().sentence));
    }
    QCOMPARE(shown.rows().index(0, 0).data(FigureLibrary::PaperRole).toString(), QString("opened shelf"));
    QCOMPARE(shown.rows().index(1, 0).data(FigureLibrary::PaperRole).toString(), QString("opened comparison"));
    // The paper's numbers stand beside the titles.
    QStringList papers;
    for (int row = 0; row < shown.rows().rowCount(shown.rows().index(0, 0)); ++row)
      papers << shown.rows().index(row, 0, shown.rows().index(0, 0)).data(FigureLibrary::PaperRole).toString();
    QVERIFY(papers.contains("Fig. 1a") && papers.contains("Fig. 1b"));
    // Opened again, it is read again and not listed twice.
    shown.page.openResult(pair.folder + "/report.json");
    QTRY_COMPARE(shown.sheet().figure().id, pair.figures.front().id);
    QCOMPARE(shown.rows().rowCount(), 2);
    QVERIFY(shown.problems.isEmpty());
  }

  void aBrokenResultIsToldAndNothingLost() {
    QTemporaryDir folder;
    const Written good = writtenPair(folder);
    ShownFigures shown;
    QVERIFY(shown.open(good));
    shown.choose(0, 1);
    const std::string chosen = shown.sheet().figure().id;
    const QString text = QString::fromStdString(makeComparison(3, 5)->report.dump());
    QDir(folder.path()).mkpath("half");
    QDir(folder.path()).mkpath("other");
    const QStringList broken{writeFile(folder.filePath("half/report.json"), text.left(text.size() / 2).toUtf8()),
                             writeFile(folder.filePath("other/report.json"), "{\"schema\": \"something/7\"}"),
                             folder.filePath("missing")};
    for (const QString& path : broken) {
      const auto told = shown.problems.count();
      QVERIFY(shown.page.openResult(path));
      QTRY_COMPARE(shown.problems.count(), told + 1);
      QVERIFY(!shown.problems.last()[1].toString().isEmpty());
      QCOMPARE(shown.rows().rowCount(), 1);
      QCOMPARE(shown.titles(0).size(), qsizetype(good.figures.size()));
    }
    QCOMPARE(shown.sheet().figure().id, chosen);
  }

  void reportsInOneFolderStandBesideEachOther() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder), shelf = writtenShelf(folder);
    const QString first = folder.filePath("first.json"), second = folder.filePath("second.json");
    QVERIFY(QFile::copy(pair.folder + "/report.json", first) && QFile::copy(shelf.folder + "/report.json", second));
    ShownFigures shown;
    // A later one stands above.
    QVERIFY(shown.open({first, pair.figures}));
    QVERIFY(shown.open({second, shelf.figures}));
    QCOMPARE(shown.rows().rowCount(), 2);
    // Broken, it is named as the user named it.
    const QString broken = writeFile(folder.filePath("broken.json"), "{");
    shown.page.openResult(broken);
    QTRY_COMPARE(shown.problems.count(), 1);
    QCOMPARE(shown.rows().rowCount(), 2);
    for (const FigureSource& source : shown.library().readSources())
      QVERIFY(folderNameOf(source) == "first" || folderNameOf(source) == "second");
  }

  void presetsChangeTheSize() {
    QTemporaryDir folder;
    ShownFigures shown;
    QVERIFY(shown.open(writtenPair(folder)));
    shown.choose(0, 1);  // the flip chart
    auto* preset = shown.page.findChild<QComboBox*>("preset");
    double before = 0;
    for (const double width : {85.0, 120.0, 170.0}) {
      preset->setCurrentIndex(preset->findData(width));
      QCOMPARE(shown.sheet().millimetres().width(), width);
      const double height = shown.sheet().millimetres().height();
      QVERIFY2(height > before && height < width, qPrintable(QString::number(height)));
      before = height;
    }
    const Figure& figure = shown.sheet().figure();
    QCOMPARE(shown.sheet().millimetres(), naturalSize(figure));
    // Its own width keeps the proportions; its own height stays until another figure is chosen.
    const auto boxes = shown.page.findChildren<QDoubleSpinBox*>();
    boxes[0]->setValue(340);
    QCOMPARE(preset->currentData().toDouble(), 0.0);
    QCOMPARE(shown.sheet().millimetres().height(), suitedHeight(figure, 340));
    boxes[1]->setValue(77);
    QCOMPARE(shown.sheet().millimetres(), QSizeF(340, 77));
    shown.choose(0, 0);
    QCOMPARE(shown.sheet().millimetres().width(), 340.0);
    QVERIFY(shown.sheet().millimetres().height() != 77);
  }

  void zoomIsOfRealSize() {
    QCOMPARE(realPixelsPerMm(254), 10.0);
    QCOMPARE(realPixelsPerMm(0), 96 / 25.4);
    QTemporaryDir folder;
    ShownFigures shown;
    QVERIFY(shown.open(writtenPair(folder)));
    SheetView& sheet = shown.sheet();
    const QRectF fit = sheet.sheet();
    QVERIFY(QRectF(sheet.viewport()->rect()).contains(fit));
    auto* zoom = shown.page.findChild<QComboBox*>("zoom");
    zoom->setCurrentIndex(zoom->findData(1.0));
    const QRectF real = sheet.sheet();
    QCOMPARE(real.width(), 170 * realPixelsPerMm(sheet.screen()->physicalDotsPerInch()));
    zoom->setCurrentIndex(zoom->findData(4.0));
    QCOMPARE(sheet.sheet().width(), 4 * real.width());
    shown.page.grab();
    QVERIFY(sheet.sheet().width() > sheet.viewport()->width());
  }

  /// In the dark theme too: white paper, drawn as exports draw it.
  void thePreviewIsThePrintedPage() {
    QTemporaryDir folder;
    ShownFigures shown;
    Theme::instance().apply(ThemeChoice::Dark);
    QVERIFY(shown.open(writtenPair(folder)));
    shown.choose(0, 1);
    SheetView& sheet = shown.sheet();
    const QImage seen = sheet.viewport()->grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QRectF where = sheet.sheet();
    QImage drawn(seen.size(), QImage::Format_RGB32);
    drawn.fill(Qt::black);
    QPainter painter(&drawn);
    painter.setClipRect(where);
    painter.translate(where.topLeft());
    const double scale = where.width() / (sheet.millimetres().width() * 96 / 25.4);
    painter.scale(scale, scale);
    paintFigure(painter, sheet.figure(), sheet.millimetres());
    painter.end();
    const QRect inner = where.toRect().adjusted(2, 2, -2, -2);
    QCOMPARE(seen.copy(inner), drawn.copy(inner));
    QCOMPARE(seen.pixelColor(inner.topLeft()), QColor(Qt::white));
    QVERIFY(seen.pixelColor(2, 2).lightness() < 128);  // around the sheet it is dark
    Theme::instance().apply(ThemeChoice::Light);
  }

  void whatIsChosenStaysChosen() {
    QTemporaryDir folder;
    const Written first = writtenPair(folder, "first"), second = writtenPair(folder, "second", 7);
    ShownFigures shown;
    QVERIFY(shown.open(first));
    QVERIFY(shown.open(second));
    shown.choose(1, 1);
    const std::string figure = first.figures[1].id;
    QCOMPARE(shown.sheet().figure().id, figure);
    QCOMPARE(shown.sheet().figure().labels.size(), std::size_t{10});
    // Another row goes, another comes.
    shown.list().setCurrentIndex(shown.rows().index(0, 0));
    QVERIFY(isEmptyFigure(shown.sheet().figure()));
    QTest::mouseClick(shown.button("Remove"), Qt::LeftButton);
    QCOMPARE(shown.rows().rowCount(), 1);
    shown.choose(0, 1);
    // The same result is read again with other numbers and one more figure's worth of classes.
    writeResult(first.folder, makeComparison(12, 60)->report);
    FigureLibrary* library = &shown.library();
    QSignalSpy read(library, &FigureLibrary::sourceRead);
    library->open(first.folder);
    QTRY_COMPARE(read.count(), 1);
    QCOMPARE(shown.sheet().figure().id, figure);
    QCOMPARE(shown.sheet().figure().labels.size(), std::size_t{12});
    QVERIFY(QFileInfo::exists(second.folder));
  }

  void theFilterFindsFigures() {
    QTemporaryDir folder;
    ShownFigures shown;
    QVERIFY(shown.open(writtenShelf(folder)));
    QVERIFY(shown.page.focusFilter());
    const auto all = shown.titles(0).size();
    shown.filter().setText("fig. 1a");
    QCOMPARE(shown.titles(0).size(), qsizetype{1});
    shown.filter().setText("nothing like this");
    QCOMPARE(shown.rows().rowCount(), 0);
    shown.filter().clear();
    QCOMPARE(shown.titles(0).size(), all);
    QVERIFY(!shown.sheet().figure().id.empty());
  }

  /// The comparison of the window: listed by itself, replaced by the next one, gone with it.
  void thePresentComparisonIsFollowed() {
    ShownFigures shown;
    Workspace& workspace = shown.workspace;
    QVERIFY(addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp")}));
    QVERIFY(openAndRead(workspace, sampleData()));
    QVERIFY(workspace.setTeacher(sampleModel("tops-resnet")) && workspace.setStudent(sampleModel("fewtops-mlp")));
    workspace.compare();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
    QTRY_VERIFY(shown.rows().rowCount() == 1 && shown.titles(0).size() >= 2);
    QTRY_VERIFY(!shown.sheet().figure().id.empty());
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.askingMeaning() && !workspace.activity(), kPatienceMs);
    const int flips = int(shown.titles(0).indexOf(QRegularExpression(".*class.*")));
    shown.choose(0, std::max(0, flips));
    const std::string chosen = shown.sheet().figure().id;
    const QString before = shown.rows().index(0, 0).data().toString();
    workspace.swapModels();
    QTRY_COMPARE(shown.rows().rowCount(), 0);
    workspace.compare();
    QTRY_VERIFY_WITH_TIMEOUT(shown.rows().rowCount() == 1 && !shown.sheet().figure().id.empty(), kPatienceMs);
    QVERIFY(shown.rows().index(0, 0).data().toString() != before);
    QTRY_COMPARE(shown.sheet().figure().id, chosen);
  }

  /// A run is listed once it has ended, and read when it is asked for.
  void endedRunsAreReadWhenTheyAreAskedFor() {
    ShownFigures shown;
    RunCenter& runs = shown.workspace.runs();
    const auto id = runs.add(transferOf(2), "tops-resnet", "fewtops-mlp");
    QCOMPARE(shown.rows().rowCount(), 0);
    QVERIFY(waitFor(runs, id, JobState::Done));
    QTRY_COMPARE(shown.rows().rowCount(), 1);
    FigureLibrary* library = &shown.library();
    QCOMPARE(library->sourceOf(library->index(0, 0))->state, FigureSource::State::Unread);
    QVERIFY(shown.rows().index(0, 0).data().toString().contains("tops-resnet"));
    shown.list().expand(shown.rows().index(0, 0));
    QTRY_VERIFY(library->sourceOf(library->index(0, 0))->state == FigureSource::State::Read);
    QVERIFY(library->find(QString("run:%1").arg(id), "gain-loss").isValid());
    QVERIFY(runs.perform(JobAction::Remove, id));
    QCOMPARE(shown.rows().rowCount(), 0);
  }

  void aReportForPeopleIsWritten() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder);
    ShownFigures shown;
    QVERIFY(shown.open(pair));
    const Result result = openResult(pair.folder.toStdString());
    for (const char* name : {"report.html", "report.pdf"}) {
      shown.page.writeReportInto(result, folder.filePath(name));
      QVERIFY(QFileInfo(folder.filePath(name)).size() > 1000);
    }
    QVERIFY(shown.problems.isEmpty());
    shown.page.writeReportInto(result, folder.filePath("not/there/report.html"));
    QCOMPARE(shown.problems.count(), 1);
  }

  void theDialogTakesTheSizeOfThePreview() {
    QTemporaryDir folder;
    ShownFigures shown;
    QVERIFY(shown.open(writtenPair(folder)));
    shown.choose(0, 1);
    auto* preset = shown.page.findChild<QComboBox*>("preset");
    preset->setCurrentIndex(preset->findData(85.0));
    shown.page.exportAction()->trigger();
    ExportDialog* dialog = nullptr;
    QTRY_VERIFY(dialog = shown.page.findChild<ExportDialog*>());
    const auto boxes = dialog->findChildren<QDoubleSpinBox*>();
    QCOMPARE(QSizeF(boxes[0]->value(), boxes[1]->value()), shown.sheet().millimetres());
  }

 private:
  static bool isEmptyFigure(const Figure& figure) { return figure.series.empty(); }
};

}  // namespace gf

QTEST_MAIN(gf::TestFigures)
#include "test_figures.moc"
