// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "report/result_folder.h"
#include "shown_page.h"
#include "ui/charts/figure_view.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/class_table_model.h"
#include "ui/compare/compare_export.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/gallery_panel.h"
#include "ui/compare/sample_details.h"
#include "ui/compare/sample_model.h"
#include "ui/compare/thumbnails.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"

using namespace gf;

class TestCompare : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void modelsKeepTheirContract();
  void classTableSortsByNumber();
  void galleryCountsAreTheOutcomes();
  void thumbnailsArriveLatestFirst();
  void smallImagesGrowByWholeFactors();
  void flipOrderIsTheChartsOrder();
  void outcomeBarChoosesImages();
  void chartAndTableChooseClasses();
  void filterKeepsTheChoice();
  void chosenImageIsExplained();
  void doubtfulNumbersAreSaidSo();
  void blockedCompareSaysWhy();
  void tabGoesThroughTheGalleryFromTopToBottom();
  void exportedReportOpensAgain();
  void answersFigureHoldsBothFirsts();
  void manyClassesAndImages();
  void everySizeAndTheme_data();
  void everySizeAndTheme();
};

void TestCompare::modelsKeepTheirContract() {
  ClassTableModel classes;
  QAbstractItemModelTester classTester(&classes, QAbstractItemModelTester::FailureReportingMode::Fatal);
  SampleModel samples;
  QAbstractItemModelTester sampleTester(&samples, QAbstractItemModelTester::FailureReportingMode::Fatal);
  classes.setComparison(ten());
  samples.show(ten(), {});
  QCOMPARE(samples.rowCount(), 1000);
  samples.show(ten(), {{3}, Outcome::OnlyTeacher});
  classes.setComparison(nullptr);
  samples.show(nullptr, {});
  QCOMPARE(classes.rowCount() + samples.rowCount(), 0);
}

void TestCompare::classTableSortsByNumber() {
  ClassTableModel model;
  model.setComparison(ten());
  QSortFilterProxyModel sorted;
  sorted.setSourceModel(&model);
  sorted.setSortRole(ClassTableModel::SortRole);
  for (int column = ClassTableModel::Images; column < ClassTableModel::ColumnCount; ++column) {
    sorted.sort(column, Qt::DescendingOrder);
    for (int row = 1; row < sorted.rowCount(); ++row) {
      QVERIFY(sorted.index(row - 1, column).data(ClassTableModel::SortRole).toDouble() >=
              sorted.index(row, column).data(ClassTableModel::SortRole).toDouble());
    }
  }
  const OutcomeCounts& counts = ten()->knowledge[0].classes[0];
  QCOMPARE(model.index(0, ClassTableModel::Name).data().toString(), QStringLiteral("T-shirt/top"));
  QCOMPARE(model.index(0, ClassTableModel::Images).data().toString(), QStringLiteral("100"));
  QCOMPARE(model.index(0, ClassTableModel::PositiveFlips).data().toString(),
           QString::number(static_cast<double>(counts.onlyTeacher), 'f', 1));
  const QString difference = model.index(0, ClassTableModel::Difference).data().toString();
  QVERIFY2(difference.startsWith('+'), "the teacher is better on the first class, and a difference has a sign");
  const auto alignment = model.index(0, ClassTableModel::Difference).data(Qt::TextAlignmentRole).toInt();
  QVERIFY(alignment & Qt::AlignRight);
}

void TestCompare::galleryCountsAreTheOutcomes() {
  SampleModel model;
  const PairKnowledge& knowledge = ten()->knowledge[0];
  const auto shown = [&](const Selection& selection) {
    model.show(ten(), selection);
    return static_cast<std::int64_t>(model.rowCount());
  };
  QCOMPARE(shown({{}, Outcome::BothRight}), knowledge.all.bothRight);
  QCOMPARE(shown({{}, Outcome::OnlyTeacher}), knowledge.all.onlyTeacher);
  QCOMPARE(shown({{}, Outcome::OnlyStudent}), knowledge.all.onlyStudent);
  QCOMPARE(shown({{}, Outcome::BothWrong}), knowledge.all.bothWrong);
  for (int k = 0; k < 10; ++k) {
    const OutcomeCounts& counts = knowledge.classes[static_cast<std::size_t>(k)];
    QCOMPARE(shown({{k}, {}}), counts.samples);
    QCOMPARE(shown({{k}, Outcome::OnlyTeacher}), counts.onlyTeacher);
  }
  QCOMPARE(shown({{1, 2}, {}}), std::int64_t{200});
}

void TestCompare::thumbnailsArriveLatestFirst() {
  Thumbnails thumbnails(96, 50);
  QSignalSpy ready(&thumbnails, &Thumbnails::ready);
  thumbnails.setData(ten()->data.eval);
  for (std::size_t i = 0; i < 5; ++i) QVERIFY(!thumbnails.find(i));
  QVERIFY(!thumbnails.find(13));
  QTRY_COMPARE(ready.size(), 6);
  // The first wish was under way before the others came; of the rest the latest goes first.
  QCOMPARE(ready[0][0].toULongLong(), 0ULL);
  QCOMPARE(ready[1][0].toULongLong(), 13ULL);
  QCOMPARE(ready[5][0].toULongLong(), 1ULL);
  QVERIFY(thumbnails.find(4) && !thumbnails.find(4)->image.isNull());
  QVERIFY(thumbnails.find(13)->image.isNull());
  QVERIFY(thumbnails.find(13)->problem.contains(QStringLiteral("must be an image")));
  // New data: what was wished for before does not come any more.
  thumbnails.find(7);
  thumbnails.setData(makeComparison(3, 2)->data.eval);
  QVERIFY(!thumbnails.find(2));
  QTRY_VERIFY(thumbnails.find(2));
  QVERIFY(!thumbnails.find(7));
}

void TestCompare::smallImagesGrowByWholeFactors() {
  const Pixels small = ten()->data.eval->image(0);
  QCOMPARE(fitted(small, 96).size(), QSize(84, 84));
  const QImage grown = fitted(small, 96);
  QCOMPARE(grown.pixel(0, 0), grown.pixel(2, 2));
  QCOMPARE(fitted(PatternData(1, 1, 200).image(0), 96).size(), QSize(96, 96));
  QCOMPARE(fitted(PatternData(1, 1, 64).image(0), 96).size(), QSize(96, 96));
  Pixels odd{3, 2, 3, std::vector<std::uint8_t>(18, 9)};
  QCOMPARE(fitted(odd, 12).size(), QSize(12, 8));
}

void TestCompare::flipOrderIsTheChartsOrder() {
  const std::vector<int> order = flipOrder(ten()->knowledge[0]);
  for (const Figure& figure : figuresOf(ten()->report, {})) {
    if (!figure.id.starts_with("flips")) continue;
    QCOMPARE(figure.labels.size(), order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      QCOMPARE(figure.labels[i], kFashion[static_cast<std::size_t>(order[i])]);
    }
    return;
  }
  QFAIL("the report has a flip chart");
}

void TestCompare::outcomeBarChoosesImages() {
  Shown shown;
  const OutcomeCounts& all = ten()->knowledge[0].all;
  QCOMPARE(shown.count(), shown.expectedCount(all.samples));
  // By keyboard: into the bar, to the second part, Enter; the same again takes the choice back.
  for (int i = 0; i < 2; ++i) QTest::keyClick(&shown.outcomes(), Qt::Key_Right);
  QTest::keyClick(&shown.outcomes(), Qt::Key_Return);
  QCOMPARE(shown.workspace.selection().outcome, std::optional(Outcome::OnlyTeacher));
  QCOMPARE(shown.count(), shown.expectedCount(all.onlyTeacher));
  QTest::keyClick(&shown.outcomes(), Qt::Key_Return);
  QVERIFY(!shown.workspace.selection().outcome);
  shown.workspace.select({{}, Outcome::BothWrong});
  QCOMPARE(shown.count(), shown.expectedCount(all.bothWrong));
  shown.page.findChild<GalleryPanel*>()->findChild<QPushButton*>()->click();
  QCOMPARE(shown.count(), shown.expectedCount(all.samples));
}

void TestCompare::chartAndTableChooseClasses() {
  Shown shown;
  auto* panel = shown.page.findChild<ClassPanel*>();
  const std::vector<int> order = flipOrder(ten()->knowledge[0]);
  QTest::keyClick(&panel->chart(), Qt::Key_Home);
  QTest::keyClick(&panel->chart(), Qt::Key_Return);
  QCOMPARE(shown.workspace.selection().classes, std::set<int>{order[0]});
  QCOMPARE(shown.count(), shown.expectedCount(100));
  QCOMPARE(shown.table().selectionModel()->selectedRows().size(), 1);
  QTest::keyClick(&panel->chart(), Qt::Key_Return);
  QVERIFY(shown.workspace.selection().classes.empty());
  QVERIFY(shown.table().selectionModel()->selectedRows().isEmpty());
  // The table is sorted by positive flips at first, so its first rows are the chart's first bars.
  shown.table().selectRow(0);
  QCOMPARE(shown.workspace.selection().classes, std::set<int>{order[0]});
  shown.table().selectionModel()->select(shown.table().model()->index(1, 0),
                                         QItemSelectionModel::Select | QItemSelectionModel::Rows);
  QCOMPARE(shown.workspace.selection().classes, (std::set<int>{order[0], order[1]}));
  QCOMPARE(shown.count(), shown.expectedCount(200));
}

void TestCompare::filterKeepsTheChoice() {
  Shown shown;
  shown.workspace.select({{6}, {}});
  QVERIFY(shown.page.focusFilter());
  auto* filter = shown.page.findChild<ClassPanel*>()->findChild<QLineEdit*>();
  QTest::keyClicks(filter, QStringLiteral("SNEAK"));
  QCOMPARE(shown.table().model()->rowCount(), 1);
  QCOMPARE(shown.workspace.selection().classes, std::set<int>{6});
  filter->clear();
  QCOMPARE(shown.table().model()->rowCount(), 10);
  QCOMPARE(shown.table().selectionModel()->selectedRows().size(), 1);
}

void TestCompare::chosenImageIsExplained() {
  Shown shown;
  QSignalSpy told(&shown.page, &Page::inspectorChanged);
  auto* list = shown.page.findChild<QListView*>(QStringLiteral("gallery"));
  list->setCurrentIndex(list->model()->index(4, 0));
  QVERIFY(told.size() > 0);
  const InspectorContent content = shown.page.inspector();
  QCOMPARE(content.title, QStringLiteral("pattern #4"));
  QCOMPARE(content.rows[0].value, QStringLiteral("Coat"));
  QVERIFY(shown.page.findChild<SampleDetails*>()->isVisible());
  shown.workspace.select({{1}, {}});
  QCOMPARE(shown.page.inspector().title, QStringLiteral("Trouser"));
  QVERIFY(!shown.page.findChild<SampleDetails*>()->isVisible());
}

void TestCompare::doubtfulNumbersAreSaidSo() {
  Shown shown;
  auto* warnings = shown.page.findChild<QLabel*>(QStringLiteral("warnings"));
  QVERIFY(!warnings->isVisible());
  auto doubtful = std::make_shared<Comparison>(*ten());
  const OutcomeCounts& all = doubtful->knowledge[0].all;
  doubtful->data.kind = "CIFAR-10";
  doubtful->teachers[0].metadata->referenceAccuracy = {"CIFAR-10", all.teacherAccuracy() - 0.1};
  doubtful->student.metadata->referenceAccuracy = {"CIFAR-10", all.studentAccuracy() - 0.005};
  for (std::uint32_t i = 0; i < 5; ++i)
    doubtful->leftOut.push_back({i, "val/" + std::to_string(i) + ".jpg", "must be an image", "an empty file"});
  shown.page.showComparison(doubtful);
  QVERIFY(warnings->isVisible());
  const QStringList lines = warnings->text().split('\n');
  QCOMPARE(lines.size(), 2);
  QVERIFY2(lines[0].startsWith("tops-resnet is right on "), qPrintable(lines[0]));
  QVERIFY2(lines[0].contains("another normalisation"), qPrintable(lines[0]));
  QCOMPARE(lines[1],
           QStringLiteral("5 images cannot be read and are left out: val/0.jpg, val/1.jpg, val/2.jpg and 2 more"));
  shown.page.showComparison(ten());
  QVERIFY(!warnings->isVisible());
}

void TestCompare::blockedCompareSaysWhy() {
  Workspace workspace;
  ComparePage page(workspace);
  QVERIFY(!page.primaryAction()->isEnabled());
  QCOMPARE(page.primaryAction()->toolTip(), workspace.compareBlocked());
  QVERIFY(!workspace.compareBlocked().isEmpty());
  auto* text = page.findChild<QLabel*>(QStringLiteral("noticeText"));
  QCOMPARE(text->text(), workspace.compareBlocked());
  // However long the reason is, all of its lines are seen.
  text->setText(QStringLiteral("reason ").repeated(80));
  page.resize(900, 700);
  page.show();
  page.grab();
  QVERIFY(text->height() >= text->heightForWidth(text->width()));
  QVERIFY(!page.exportAction()->isEnabled());
  QVERIFY(!page.focusFilter());
  page.showComparison(ten());
  QVERIFY(page.exportAction()->isEnabled());
  page.showComparison(nullptr);
  QVERIFY(!page.exportAction()->isEnabled());
}

void TestCompare::tabGoesThroughTheGalleryFromTopToBottom() {
  Shown shown;
  auto* list = shown.page.findChild<QWidget*>(QStringLiteral("gallery"));
  QWidget* widget = shown.page.findChild<QWidget*>(QStringLiteral("galleryOrder"));
  QStringList names;
  for (int steps = 0; steps < 60 && widget != list; ++steps, widget = widget->nextInFocusChain())
    if (widget->focusPolicy() != Qt::NoFocus && !widget->objectName().isEmpty()) names << widget->objectName();
  QCOMPARE(widget, list);
  QCOMPARE(names, (QStringList{"galleryOrder", "galleryDirection"}));
}

void TestCompare::exportedReportOpensAgain() {
  QTemporaryDir folder;
  const QString first = exportComparison(*ten(), nullptr, folder.path());
  const QString second = exportComparison(*ten(), nullptr, folder.path());
  QVERIFY(first != second);
  QCOMPARE(QDir(first).dirName(), QStringLiteral("compare-student-mlp-tops-resnet"));
  for (const char* name : {"outcomes.svg", "outcomes.pdf", "flips.png", "flips.csv", "flips.json"}) {
    QVERIFY2(QFileInfo::exists(first + QStringLiteral("/figures/") + QLatin1String(name)), name);
  }
  const Result result = openResult(first.toStdString());
  QVERIFY(result.report == ten()->report);
  QVERIFY_THROWS_EXCEPTION(Error, exportComparison(*ten(), nullptr, first + QStringLiteral("/report.json")));
}

void TestCompare::answersFigureHoldsBothFirsts() {
  for (std::size_t sample = 0; sample < 200; ++sample) {
    const Figure figure = answersFigure(*ten(), sample);
    for (const Predictions* predictions : {&ten()->teacherPredictions[0], &ten()->studentPredictions}) {
      const std::string& first = kFashion[static_cast<std::size_t>(predictions->predicted[sample])];
      QVERIFY(std::find(figure.labels.begin(), figure.labels.end(), first) != figure.labels.end());
    }
  }
}

void TestCompare::manyClassesAndImages() {
  Shown shown(makeComparison(1000, 20, 64));
  QCOMPARE(shown.count(), Shown::tr2(20000, 20000));
  shown.workspace.select({{}, Outcome::OnlyTeacher});
  auto* list = shown.page.findChild<QListView*>(QStringLiteral("gallery"));
  list->setCurrentIndex(list->model()->index(list->model()->rowCount() - 1, 0));
  QVERIFY(!shown.page.grab().isNull());
}

void TestCompare::everySizeAndTheme_data() {
  addSizesAndThemes();
}

void TestCompare::everySizeAndTheme() {
  QFETCH(int, classes);
  QFETCH(QSize, size);
  QFETCH(bool, dark);
  Theme::instance().apply(dark ? ThemeChoice::Dark : ThemeChoice::Light);
  Shown shown(classes == 10 ? ten() : makeComparison(classes, 4), size);
  shown.workspace.select({{}, Outcome::OnlyTeacher});
  auto* list = shown.page.findChild<QListView*>(QStringLiteral("gallery"));
  list->setCurrentIndex(list->model()->index(1, 0));
  QVERIFY2(shown.page.minimumSizeHint().width() <= 880, "the page fits a window of 1280 pixels with its docks");
  QVERIFY(shown.page.minimumSizeHint().height() <= 640);
  QTRY_VERIFY(!shown.page.findChild<SampleDetails*>()->findChild<QLabel*>()->pixmap().isNull());
  const QImage picture = shown.page.grab().toImage();
  const QColor corner = picture.pixelColor(2, 2);
  QCOMPARE(corner, Theme::instance().colours().background);
  // Somebody who wants to look: GAINFINDER_SCREENSHOTS names a folder.
  const QString folder = qEnvironmentVariable("GAINFINDER_SCREENSHOTS");
  if (!folder.isEmpty()) {
    QTest::qWait(300);
    shown.page.grab().save(QDir(folder).filePath(QStringLiteral("compare-%1.png").arg(QTest::currentDataTag())));
  }
  Theme::instance().apply(ThemeChoice::Light);
}

QTEST_MAIN(TestCompare)
#include "test_compare.moc"
