// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>

#include "base/error.h"
#include "drawn.h"
#include "sample_figures.h"
#include "ui/charts/axis.h"
#include "ui/charts/figure_view.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

using namespace gf;

class TestCharts : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void ticksAreOneTwoFive();
  void logarithmicTicksAreOneTwoFive();
  void bucketsKeepPeaks();
  void numbersReadAlike();
  void themesShareTheMeanings();
  void shippedFontIsUsed();
  void svgShowsTheLabelsAndTheData();
  void svgRendersLikeThePng();
  void pdfIsOnePageOfTheAskedSize();
  void pngHasTheAskedSize();
  void textFormatsAreTheCores();
  void failedExportLeavesTheOldFile();
  void nothingIsCutAtColumnWidth();
  void namesAtTheEndKeepApart();
  void longNamesStandAboveTheCurves();
  void aCurveWithOnePointIsShown();
  void heatCellsHaveTheirColours();
  void heatNamesWhatFits();
  void manyHeatCellsArePainted();
  void secondReadingsAreToldApart();
  void stagesAreNamed();
  void boxesSayTheirFiveNumbers();
  void sizesAreReadOnALogarithmicAxis();
};

void TestCharts::ticksAreOneTwoFive() {
  QCOMPARE(niceTicks(0, 30, 5).step, 10.0);
  QCOMPARE(niceTicks(0, 30, 6).step, 5.0);
  QCOMPARE(niceTicks(0, 0.7, 4).step, 0.2);
  QCOMPARE(niceTicks(0, 0.7, 4).decimals, 1);
  QCOMPARE(niceTicks(0, 1e6, 4).step, 5e5);
  QCOMPARE(niceTicks(0, 3, 10, true).step, 1.0);
  const Ticks around = niceTicks(-1.2, 2.4, 4);
  QCOMPARE(around.values, (std::vector<double>{-1, 0, 1, 2}));
  QCOMPARE(niceTicks(5, 5, 4).values, std::vector<double>{5});
}

void TestCharts::logarithmicTicksAreOneTwoFive() {
  const auto numbers = [](const Ticks& ticks) {
    QStringList texts;
    for (const double value : ticks.values) texts << tickText(value, ticks, false);
    return texts.join(' ');
  };
  QCOMPARE(numbers(logTicks(4.2, 6.1, 8)), QStringLiteral("20 k 50 k 100 k 200 k 500 k 1 M"));
  QCOMPARE(numbers(logTicks(4.2, 6.1, 3)), QStringLiteral("100 k 1 M"));
  QCOMPARE(numbers(logTicks(0, 9, 4)), QStringLiteral("1 100 10 k 1 M 100 M"));
  QCOMPARE(numbers(logTicks(std::log10(110e3), std::log10(145e3), 4)), QStringLiteral("110 k 120 k 130 k 140 k"));
}

void TestCharts::bucketsKeepPeaks() {
  std::vector<double> x, y;
  for (int i = 0; i < 100000; ++i) {
    x.push_back(i);
    y.push_back(i == 31415 ? 100 : i == 27182 ? -100 : 0);
  }
  const QVector<QPointF> points = bucketed(x, y, 2000);
  QVERIFY(points.size() <= 2000);
  QVERIFY(points.contains(QPointF(31415, 100)));
  QVERIFY(points.contains(QPointF(27182, -100)));
  QVERIFY(std::is_sorted(points.begin(), points.end(), [](QPointF a, QPointF b) { return a.x() < b.x(); }));
  y[3] = std::nan("");
  QCOMPARE(bucketed(std::span(x).first(5), std::span(y).first(5), 100).size(), 4);
}

void TestCharts::numbersReadAlike() {
  QCOMPARE(countText(1234567), QStringLiteral("1,234,567"));
  QCOMPARE(percentText(0.0973), QStringLiteral("9.7 %"));
  QCOMPARE(signedText(1.666, 2), QStringLiteral("+1.67"));
  QCOMPARE(signedText(-0.3, 1), QStringLiteral("−0.3"));
  QCOMPARE(signedText(-0.004, 2), QStringLiteral("0.00"));
  QCOMPARE(signedText(0, 2), QStringLiteral("0.00"));
}

void TestCharts::themesShareTheMeanings() {
  for (const Role role : {Role::Teacher, Role::Student, Role::Gain, Role::Loss}) {
    QCOMPARE(lightColours().of(role), darkColours().of(role));
    QCOMPARE(lightColours().of(role), Theme::publication().of(role));
  }
  QCOMPARE(lightColours().of(Role::Gain), QColor(0x00, 0x9e, 0x73));
  QVERIFY(lightColours().of(Role::BothRight) != lightColours().of(Role::BothWrong));
  QSignalSpy changed(&Theme::instance(), &Theme::changed);
  Theme::instance().apply(ThemeChoice::Dark);
  QCOMPARE(changed.size(), 1);
  QVERIFY(qApp->palette().color(QPalette::Window).lightness() < 80);
  QVERIFY(qApp->palette().color(QPalette::Text).lightness() > 180);
  Theme::instance().apply(ThemeChoice::Light);
  QVERIFY(qApp->palette().color(QPalette::Window).lightness() > 180);
}

void TestCharts::shippedFontIsUsed() {
  QCOMPARE(QFontInfo(qApp->font()).family(), QStringLiteral("Inter Tabular"));
  const QFont font = publicationFonts().label;
  QCOMPARE(textWidth(font, QStringLiteral("1111")), textWidth(font, QStringLiteral("8888")));
}

void TestCharts::svgShowsTheLabelsAndTheData() {
  QTemporaryDir folder;
  const QString file = folder.filePath("flips.svg");
  exportFigure(flips(10), file, FigureFormat::Svg, {170, 100});
  const QByteArray svg = bytesOf(file);
  const QStringList texts = textsOf(svg);
  for (int i = 0; i < 10; ++i) QVERIFY2(texts.contains(QStringLiteral("class %1").arg(i)), svg.constData());
  QVERIFY(texts.contains(QStringLiteral("30.0")));
  QVERIFY(texts.contains(QStringLiteral("Positive flips, share of the class (%)")));
  static const QRegularExpression width(QStringLiteral("<svg width=\"([0-9.]+)mm\""));
  QVERIFY(std::abs(width.match(QString::fromUtf8(svg)).captured(1).toDouble() - 170) < 0.03);
  QVERIFY(svg.contains("font-family=\"Inter Tabular, "));
  QVERIFY2(!svg.contains("<image"), "a vector file must hold no pixels");
  exportFigure(curves(), file, FigureFormat::Svg, {85, 60});
  const QStringList names = textsOf(bytesOf(file));
  for (const char* name : {"Gain", "Loss", "Delta", "Student's start", "Epochs"}) {
    QVERIFY2(names.contains(QString::fromUtf8(name)) || names.contains(QString::fromUtf8(name).toHtmlEscaped()), name);
  }
  QVERIFY2(names.contains(QStringLiteral("+2")) && names.contains(QStringLiteral("−1")), "differences carry signs");
}

void TestCharts::svgRendersLikeThePng() {
  QTemporaryDir folder;
  for (const Figure& figure : allFigures()) {
    exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, {120, 80});
    exportFigure(figure, folder.filePath("a.png"), FigureFormat::Png, {120, 80});
    const QImage png(folder.filePath("a.png"));
    QImage svg(png.size(), QImage::Format_RGB32);
    svg.fill(Qt::white);
    QSvgRenderer renderer(folder.filePath("a.svg"));
    QVERIFY(renderer.isValid());
    QPainter painter(&svg);
    renderer.render(&painter);
    painter.end();
    const QColor gain = Theme::publication().of(Role::Gain);
    const int inPng = pixelsOf(png, gain), inSvg = pixelsOf(svg, gain);
    QVERIFY2(inPng > 500, figure.id.c_str());
    // Hairlines of dense curves are smoothed a little differently.
    QVERIFY2(std::abs(inPng - inSvg) < 0.1 * inPng,
             qPrintable(QStringLiteral("%1: %2 and %3").arg(toQString(figure.id)).arg(inPng).arg(inSvg)));
  }
}

void TestCharts::pdfIsOnePageOfTheAskedSize() {
  QTemporaryDir folder;
  for (const Figure& figure : allFigures()) {
    exportFigure(figure, folder.filePath("a.pdf"), FigureFormat::Pdf, {85, 60});
    const QByteArray pdf = bytesOf(folder.filePath("a.pdf"));
    QVERIFY(pdf.startsWith("%PDF-1."));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    QCOMPARE(pdf.count("/Type /Page\n"), 1);
    QVERIFY2(!pdf.contains("/Subtype /Image"), "a vector file must hold no pixels");
    static const QRegularExpression box(QStringLiteral("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]"));
    const auto match = box.match(QString::fromLatin1(pdf));
    QVERIFY(match.hasMatch());
    QVERIFY(std::abs(match.captured(1).toDouble() - 85 / 25.4 * 72) < 1);
    QVERIFY(std::abs(match.captured(2).toDouble() - 60 / 25.4 * 72) < 1);
  }
}

void TestCharts::pngHasTheAskedSize() {
  QTemporaryDir folder;
  exportFigure(outcomes(), folder.filePath("a.png"), FigureFormat::Png, {85, 40});
  const QImage image(folder.filePath("a.png"));
  QCOMPARE(image.size(), QSize(1004, 472));  // 85 mm and 40 mm at 300 dots per inch.
  QVERIFY(std::abs(image.dotsPerMeterX() - 11811) <= 1);
  for (const Role role : {Role::BothRight, Role::Gain, Role::Loss, Role::BothWrong}) {
    QVERIFY(pixelsOf(image, Theme::publication().of(role)) > 100);
  }
}

void TestCharts::textFormatsAreTheCores() {
  QTemporaryDir folder;
  exportFigure(curves(), folder.filePath("a.csv"), FigureFormat::Csv);
  exportFigure(curves(), folder.filePath("a.json"), FigureFormat::Json);
  QCOMPARE(bytesOf(folder.filePath("a.csv")).toStdString(), toCsv(curves()));
  const auto object = nlohmann::json::parse(bytesOf(folder.filePath("a.json")).toStdString());
  QVERIFY(object == nlohmann::json(toJson(curves())));
}

void TestCharts::failedExportLeavesTheOldFile() {
  QTemporaryDir folder;
  const QString file = folder.filePath("a.svg");
  exportFigure(flips(3), file, FigureFormat::Svg);
  const QByteArray before = bytesOf(file);
  QVERIFY_THROWS_EXCEPTION(Error, exportFigure(flips(4), file, FigureFormat::Svg, {0, 0}));
  QCOMPARE(bytesOf(file), before);
  const QString lost = folder.filePath("no such folder/a.png");
  QVERIFY_THROWS_EXCEPTION(Error, exportFigure(flips(3), lost, FigureFormat::Png));
  QVERIFY(!QFile::exists(lost));
}

void TestCharts::nothingIsCutAtColumnWidth() {
  const int rim = 40;
  for (Figure figure : allFigures()) {
    for (std::string& label : figure.labels) {
      if (figure.kind == FigureKind::Bars) label += ", which has quite a long name";
    }
    for (const bool all : {false, true}) {
      const QImage image = drawnWithRim(figure, {321, 227}, rim, all);
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
          const bool inside = x >= rim - 1 && y >= rim - 1 && x <= image.width() - rim && y <= image.height() - rim;
          if (inside || image.pixel(x, y) == 0xffffffff) continue;
          QFAIL(qPrintable(QStringLiteral("%1 draws outside, at %2, %3").arg(toQString(figure.id)).arg(x).arg(y)));
        }
      }
    }
  }
}

void TestCharts::namesAtTheEndKeepApart() {
  Figure figure = curves();
  for (FigureSeries& series : figure.series) series.y.back() = 1;  // All three end at one point.
  QTemporaryDir folder;
  exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, {85, 60});
  const QString svg = QString::fromUtf8(bytesOf(folder.filePath("a.svg")));
  std::vector<double> heights;
  for (const char* name : {"Gain", "Loss", "Delta"}) {
    const QRegularExpression text(QStringLiteral(" y=\"([0-9.]+)\"[^>]*>%1</text>").arg(QLatin1String(name)));
    const auto match = text.match(svg);
    QVERIFY2(match.hasMatch(), name);
    heights.push_back(match.captured(1).toDouble());
  }
  std::sort(heights.begin(), heights.end());
  const double line = QFontMetricsF(publicationFonts().label).ascent();
  QVERIFY(heights[1] - heights[0] >= line && heights[2] - heights[1] >= line);
}

void TestCharts::longNamesStandAboveTheCurves() {
  Figure figure = curves();
  for (FigureSeries& series : figure.series) series.name += " of a run with a long name";
  figure.series[0].faint = true;
  QTemporaryDir folder;
  exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, {85, 60});
  const QStringList texts = textsOf(bytesOf(folder.filePath("a.svg")));
  QVERIFY(texts.contains(QStringLiteral("Delta of a run with a long name")));
  QVERIFY2(!texts.contains(QStringLiteral("Gain of a run with a long name")), "raw values carry no name");
}

void TestCharts::aCurveWithOnePointIsShown() {
  Figure figure = curves();
  for (FigureSeries& series : figure.series) {
    series.x = {0};
    series.y = {0};
  }
  const QImage image = drawnWithRim(figure, {321, 227}, 10);
  QVERIFY(pixelsOf(image, Theme::publication().of(Role::Net)) > 10);
}

void TestCharts::heatCellsHaveTheirColours() {
  const Figure figure = heat();
  QImage image(640, 400, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  const auto drawn = FigurePainter::of(FigureKind::Heat);
  const Colours& colours = Theme::publication();
  drawn->paint(painter, QRectF(0, 0, 640, 400), figure, colours, publicationFonts(), {});
  painter.end();
  QCOMPARE(drawn->marks().size(), std::size_t{80});
  QCOMPARE(drawn->marksPerRow(), 8);
  // Beside the number that stands in the middle.
  const auto at = [&](int row, int column) {
    const QRectF cell = drawn->marks()[static_cast<std::size_t>(8 * row + column)].area;
    return image.pixelColor((cell.topLeft() + QPointF(4, cell.height() / 2)).toPoint());
  };
  QCOMPARE(at(0, 7), colours.of(Role::Gain));
  QCOMPARE(at(2, 0), QColor(Qt::white));  // no value
  const QColor half = at(2, 3), loss = at(9, 3);
  QVERIFY(half != colours.of(Role::Gain) && half.green() > half.red());
  QVERIFY(loss.red() > loss.green());
}

void TestCharts::heatNamesWhatFits() {
  QTemporaryDir folder;
  exportFigure(heat(10, 4), folder.filePath("a.svg"), FigureFormat::Svg, {170, 100});
  const QByteArray svg = bytesOf(folder.filePath("a.svg"));
  const QStringList texts = textsOf(svg);
  for (const char* text :
       {"class 0", "class 9", "Epochs", "Net change (points of the class)", "−12", "0", "+12", "+12.0", "−5.4", "4"})
    QVERIFY2(texts.contains(QString::fromUtf8(text)), text);
  QVERIFY2(!svg.contains("<image"), "a vector file must hold no pixels");
  exportFigure(heat(400, 40), folder.filePath("b.svg"), FigureFormat::Svg, {85, 60});
  const QStringList few = textsOf(bytesOf(folder.filePath("b.svg")));
  const auto named = few.filter(QRegularExpression(QStringLiteral("^class "))).size();
  QVERIFY2(named > 3 && named < 40, qPrintable(QString::number(named)));
}

void TestCharts::manyHeatCellsArePainted() {
  // More than are drawn one by one on a screen.
  const QImage image = drawnWithRim(heat(1000, 60), {640, 400}, 10);
  QVERIFY(pixelsOf(image, Theme::publication().of(Role::Gain)) > 10000);
}

void TestCharts::secondReadingsAreToldApart() {
  Figure figure = curves();
  figure.series = {figure.series[0], figure.series[1], figure.series[0], figure.series[1]};
  figure.series[2].dashed = figure.series[3].dashed = true;
  const Colours& colours = Theme::publication();
  for (const std::size_t i : {0U, 1U}) {
    const QPen first = penOfSeries(figure, i, colours, 1), second = penOfSeries(figure, i + 2, colours, 1);
    QCOMPARE(first.color(), second.color());
    QVERIFY(first.dashPattern() != second.dashPattern() || first.style() != second.style());
  }
  QCOMPARE(penOfSeries(figure, 0, colours, 1).style(), Qt::SolidLine);
}

void TestCharts::stagesAreNamed() {
  QTemporaryDir folder;
  for (Figure figure : {curves(), heat()}) {
    figure.marks = {{4, "The second teacher"}, {4.001, "No room"}};
    exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, {170, 100});
    const QStringList texts = textsOf(bytesOf(folder.filePath("a.svg")));
    QVERIFY2(texts.filter(QStringLiteral("The second")).size() == 1 || figure.kind == FigureKind::Lines,
             qPrintable(texts.join('|')));
    figure.marks = {{4, "The second teacher"}};
    exportFigure(figure, folder.filePath("a.svg"), FigureFormat::Svg, {170, 100});
    QVERIFY(textsOf(bytesOf(folder.filePath("a.svg"))).contains(QStringLiteral("The second teacher")));
  }
}

void TestCharts::boxesSayTheirFiveNumbers() {
  const Figure figure = boxes(4);
  const Drawn drawn(figure, {600, 400});
  const auto marks = drawn.kind->marks();
  QCOMPARE(marks.size(), std::size_t{8});
  // The third box: median 45, quartiles 36 and 51, extremes 22.5 and 55.
  const QString tip = drawn.kind->tip(figure, marks[4]);
  QVERIFY2(tip.contains("45.0") && tip.contains("Quartiles 36.0 and 51.0, extremes 22.5 and 55.0"), qPrintable(tip));
  // Between the axis and the lower whisker there is nothing, where a column would be filled.
  const QRectF slot = marks[4].area;
  const QColor below = drawn.image.pixelColor(QPointF(slot.center().x(), slot.bottom() - 12).toPoint());
  QVERIFY(below.lightness() > 200);
}

void TestCharts::sizesAreReadOnALogarithmicAxis() {
  for (const FigureKind kind : {FigureKind::Lines, FigureKind::Scatter}) {
    const Figure figure = bySize(kind);
    const QStringList texts = svgTexts(figure, {120, 80});
    QVERIFY2(texts.contains("10 M") && texts.contains("100 M"), qPrintable(texts.join(" | ")));
    const Drawn drawn(figure, {600, 400});
    QVERIFY(drawn.kind->tip(figure, drawn.kind->mark(0)).contains("Student's parameters: 5 M"));
    // Factors are as far apart as they are large: 5 M, 11 M and 24.2 M.
    std::vector<double> places;
    for (const Mark& mark : drawn.kind->marks()) places.push_back(mark.shape.center().x());
    const double first = places[2] - places[0];
    const double second = places[4] - places[2];
    QVERIFY2(std::abs(first - second) < 1, qPrintable(QString("%1 %2").arg(first).arg(second)));
  }
}

QTEST_MAIN(TestCharts)
#include "test_charts.moc"
