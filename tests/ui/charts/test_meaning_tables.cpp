// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <limits>

#include "drawn.h"
#include "meaning_figures.h"
#include "ui/charts/colour_scale.h"
#include "ui/charts/figure_table.h"
#include "ui/style/colours.h"

using namespace gf;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QStringList headerOf(const FigureTableModel& model) {
  QStringList titles;
  for (int i = 0; i < model.columnCount(); ++i)
    titles << model.headerData(i, Qt::Horizontal, Qt::DisplayRole).toString();
  return titles;
}

}  // namespace

class TestMeaningTables : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void viridisFromEndToEnd();
  void namedColumnsOfAMatrix();
  void dendrogramJoinsTheRows();
  void gridCellsAnswer();
  void selectedCellsStandOut();
  void tablesShowEveryNumber();
  void oddFiguresAreDrawn_data();
  void oddFiguresAreDrawn();
  void manyCellsAndPointsAreLossless();
};

void TestMeaningTables::viridisFromEndToEnd() {
  // The first, middle and last entries of matplotlib's table.
  QCOMPARE(viridis(0), QColor(0x44, 0x01, 0x54));
  QCOMPARE(viridis(128 / 255.0), QColor(0x21, 0x91, 0x8c));
  QCOMPARE(viridis(1), QColor(0xfd, 0xe7, 0x25));
  QCOMPARE(viridis(kNone), viridis(0));
  for (int i = 1; i < 256; ++i) {
    const QColor before = viridis((i - 1) / 255.0), here = viridis(i / 255.0);
    const auto luminance = [](const QColor& c) { return 0.2126 * c.red() + 0.7152 * c.green() + 0.0722 * c.blue(); };
    QVERIFY2(luminance(here) > luminance(before) - 0.5, "lighter from step to step");
  }
  const ColourScale scale(classGrid(1000), Theme::publication());
  QCOMPARE(scale.colour(scale.low()), viridis(0));
  QCOMPARE(scale.colour(scale.high()), viridis(1));
  QCOMPARE(scale.colour(kNone), QColor(Qt::white));
  Figure equal = classGrid(4);
  equal.series[0].y = {3, 3, 3, 3};
  QCOMPARE(ColourScale(equal, Theme::publication()).colour(3), viridis(127 / 254.0));
  QCOMPARE(ColourScale(heat(), Theme::publication()).colour(0), QColor(Qt::white));
}

void TestMeaningTables::namedColumnsOfAMatrix() {
  Figure figure = matrix(13);
  figure.details.assign(13, "gives 5 % on average");
  for (const QSizeF& size : {QSizeF(85, 85), QSizeF(170, 115)}) {
    const QStringList texts = svgTexts(figure, size);
    QCOMPARE(texts.count(QStringLiteral("tops-cnn-12")), 2);
    for (const char* name : {"Student", "Teacher", "Positive flips (% of all images)", "14.0"})
      QVERIFY2(texts.contains(QLatin1String(name)), name);
  }
  const Drawn drawn(figure, {640, 440});
  QCOMPARE(drawn.kind->markCount(), 169);
  QCOMPARE(
      drawn.kind->tip(figure, drawn.kind->mark(1)),
      QStringLiteral("tops-cnn-0\ntops-cnn-1\nPositive flips (% of all images): 6.7\npair 0\ngives 5 % on average"));
  QVERIFY(drawn.kind->tip(figure, drawn.kind->mark(14)).contains(QStringLiteral("%): –")) ||
          drawn.kind->tip(figure, drawn.kind->mark(14)).contains(QStringLiteral("images): –")));
  for (const int index : {0, 1, 13, 168}) QCOMPARE(drawn.kind->markAt(drawn.kind->mark(index).area.center()), index);
  QCOMPARE(drawn.kind->markAt({-3, -3}), -1);
  FigureView view;
  view.resize(640, 440);
  view.setFigure(figure);
  view.grab();
  QSignalSpy cells(&view, &FigureView::cellActivated);
  const std::vector<Mark> marks = marksOf(figure, view.size());
  QTest::mouseClick(&view, Qt::LeftButton, {}, marks[13 * 4 + 9].area.center().toPoint());
  QCOMPARE(cells.takeFirst(), (QList<QVariant>{4, 9}));
}

void TestMeaningTables::dendrogramJoinsTheRows() {
  const Figure with = similarityTable(12);
  Figure without = with;
  without.merges.clear();
  const Drawn tree(with, {640, 440}), plain(without, {640, 440});
  // Beside the first cells there are lines now, and the names went to the other side.
  const QRectF first = tree.kind->mark(0).area, last = tree.kind->mark(11 * 12).area;
  const QRect beside(2, int(first.top()), int(first.left()) - 4, int(last.bottom() - first.top()));
  int dark = 0;
  for (int y = beside.top(); y < beside.bottom(); ++y)
    for (int x = beside.left(); x < beside.right(); ++x) dark += tree.image.pixelColor(x, y).lightness() < 160;
  QVERIFY2(dark > 200, qPrintable(QString::number(dark)));
  QVERIFY(tree.kind->mark(11).area.right() < plain.kind->mark(11).area.right());
  // Merges that make no tree of these rows are left out rather than drawn wrongly.
  Figure broken = with;
  broken.merges[0].a = 500;
  QCOMPARE(Drawn(broken, {640, 440}).image, plain.image);
  broken = with;
  broken.merges.pop_back();
  QCOMPARE(Drawn(broken, {640, 440}).image, plain.image);
}

void TestMeaningTables::gridCellsAnswer() {
  const Figure figure = classGrid(1000);
  const Drawn drawn(figure, {640, 440});
  QCOMPARE(drawn.kind->markCount(), 1000);
  for (const int index : {0, 1, 499, 999}) {
    QCOMPARE(drawn.kind->mark(index).label, index);
    QCOMPARE(drawn.kind->markAt(drawn.kind->mark(index).area.center()), index);
  }
  const QRectF last = drawn.kind->mark(999).area;
  if (1000 % drawn.kind->marksPerRow()) QCOMPARE(drawn.kind->markAt(last.center() + QPointF(last.width(), 0)), -1);
  QCOMPARE(drawn.image.pixelColor(drawn.kind->mark(70).area.center().toPoint()),
           ColourScale(figure, Theme::publication()).colour(figure.series[0].y[70]));
  QCOMPARE(drawn.kind->tip(figure, drawn.kind->mark(4)), QStringLiteral("Coat\nPositive flips (% of the class): –"));
  // Names and values where they fit.
  const QStringList texts = svgTexts(classGrid(10), {85, 60});
  for (const char* name : {"Ankle boot", "26.7", "Coat", "–"}) QVERIFY2(texts.contains(QString::fromUtf8(name)), name);
  // Down from the end of a full row into a shorter one stays where cells are.
  FigureView view;
  view.resize(640, 440);
  view.setFigure(figure);
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  QTest::keyClick(&view, Qt::Key_Right);
  for (int i = 0; i < 1000; ++i) QTest::keyClick(&view, Qt::Key_Down);
  QTest::keyClick(&view, Qt::Key_Return);
  const int perRow = int(marksOf(figure, view.size()).size() ? drawn.kind->marksPerRow() : 1);
  const int reached = chosen.takeFirst().at(0).toInt();
  QVERIFY2(reached >= 1000 - 2 * perRow && reached < 1000, qPrintable(QString::number(reached)));
}

void TestMeaningTables::selectedCellsStandOut() {
  const Figure figure = classGrid(100);
  FigureLook look;
  look.selected = {30};
  const Drawn plain(figure, {640, 440}), chosen(figure, {640, 440}, look);
  const auto near = [](const Drawn& drawn, int index) {
    const QRectF cell = drawn.kind->mark(index).area;
    return drawn.image.pixelColor((cell.topLeft() + QPointF(4, 4)).toPoint());
  };
  QCOMPARE(near(chosen, 30), near(plain, 30));
  QVERIFY2(near(chosen, 31).lightness() > near(plain, 31).lightness(), "the others are dimmed");
}

void TestMeaningTables::tablesShowEveryNumber() {
  for (const Figure& figure : meaningFigures()) {
    FigureTableModel model(figure);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  }
  const FigureTableModel columns(similarityColumns());
  QCOMPARE(headerOf(columns), (QStringList{"Classes that hold the largest share of the positive flips", "Similarity",
                                           "Similarity, low end", "Similarity, high end", "Detail"}));
  QCOMPARE(columns.index(1, 2).data().toString(), QStringLiteral("−30.0"));
  QCOMPARE(columns.index(0, 1).data().toString(), QStringLiteral("–"));
  const FigureTableModel map(classMap(30));
  QCOMPARE(headerOf(map), (QStringList{"Name", "Across", "Up", "positive flips"}));
  QCOMPARE(map.rowCount(), 30);
  QCOMPARE(map.index(5, 3).data().toString(), QStringLiteral("45.0"));
  const FigureTableModel points(pairs(90));
  QCOMPARE(headerOf(points).at(1), QStringLiteral("Series"));
  QCOMPARE(points.index(31, 1).data().toString(), QStringLiteral("Transformer"));
  QCOMPARE(points.index(31, 0).data().toString(), QString::fromStdString(pairs(90).labels[31]));
  const FigureTableModel grid(classGrid(10));
  QCOMPARE(headerOf(grid), (QStringList{"Class", "Positive flips (% of the class)"}));
  const FigureTableModel table(matrix(13));
  QCOMPARE(table.columnCount(), 14);
  QCOMPARE(table.index(0, 1).data().toString(), QStringLiteral("–"));
  QVERIFY(table.index(0, 2).data(Qt::UserRole).toDouble() > 6);
}

void TestMeaningTables::oddFiguresAreDrawn_data() {
  QTest::addColumn<int>("kind");
  QTest::newRow("columns") << int(FigureKind::Columns);
  QTest::newRow("scatter") << int(FigureKind::Scatter);
  QTest::newRow("grid") << int(FigureKind::Grid);
  QTest::newRow("heat") << int(FigureKind::Heat);
}

/// Nothing, nothing but names, one value, equal values, no value, very large ones: drawn or empty, at any size.
void TestMeaningTables::oddFiguresAreDrawn() {
  QFETCH(int, kind);
  Figure figure;
  figure.kind = FigureKind(kind);
  figure.title = "Odd";
  figure.namedColumns = true;
  figure.scale = FigureScale::Sequential;
  figure.guides = {{FigureGuide::Kind::Diagonal, 0, 0, "Equal"},
                   {FigureGuide::Kind::Vertical, kNone, kNone, "Nowhere"}};
  const auto draw = [&] {
    for (const QSize size : {QSize(700, 500), QSize(240, 140), QSize(60, 40)}) {
      const Drawn drawn(figure, size);
      for (int i = 0; i < drawn.kind->markCount(); ++i) drawn.kind->tip(figure, drawn.kind->mark(i));
      drawn.kind->markAt({30, 30});
    }
    FigureView view;
    view.resize(300, 200);
    view.setFigure(figure);
    view.grab();
    return isEmpty(figure);
  };
  QVERIFY(draw());
  figure.labels = {"a", "b"};
  QVERIFY(draw());
  figure.series = {{"One", Role::Gain, {}, {}}};
  QVERIFY(draw());
  figure.series[0].y = {kNone, kNone};
  figure.series[0].x = {1, 2};
  QVERIFY(draw());
  figure.series[0].y = {2, kNone};
  QVERIFY(!draw());
  figure.series[0].y = {5, 5};
  figure.series[0].x = {1, 1};
  QVERIFY(!draw());
  figure.series[0].y = {0, 0};
  QVERIFY(!draw());
  figure.series[0].y = {1e300, -1e300};
  QVERIFY(!draw());
  figure.series[0].y = {1e-12, 2e-12};
  figure.series[0].low = {kNone, 0};
  QVERIFY(!draw());
}

void TestMeaningTables::manyCellsAndPointsAreLossless() {
  QTemporaryDir folder;
  const auto written = [&](const Figure& figure, FigureFormat format) {
    exportFigure(figure, folder.filePath("a"), format, {120, 100});
    return bytesOf(folder.filePath("a"));
  };
  for (const Figure& figure : {similarityTable(200), pairs(6000)}) {
    const QByteArray svg = written(figure, FigureFormat::Svg), pdf = written(figure, FigureFormat::Pdf);
    QCOMPARE(svg.count("<image"), 1);
    QVERIFY(svg.contains("data:image/png;base64"));
    QVERIFY2(textsOf(svg).size() > 10, "names and axes stay text");
    QVERIFY(pdf.contains("/Subtype /Image"));
    QVERIFY2(!pdf.contains("DCTDecode"), "no JPEG");
  }
  for (const Figure& figure : {similarityTable(100), pairs(4000), classGrid(1000), familyColumns()}) {
    QVERIFY(!written(figure, FigureFormat::Svg).contains("<image"));
    QVERIFY(!written(figure, FigureFormat::Pdf).contains("/Subtype /Image"));
  }
}

QTEST_MAIN(TestMeaningTables)
#include "test_meaning_tables.moc"
