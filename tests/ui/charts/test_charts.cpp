// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "base/error.h"
#include "ui/charts/axis.h"
#include "ui/charts/drawing.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_painter.h"
#include "ui/charts/figure_table.h"
#include "ui/charts/figure_view.h"
#include "ui/style/colours.h"
#include "ui/style/numbers.h"

using namespace gf;

namespace {

Figure flips(int count) {
  Figure figure;
  figure.id = "flips";
  figure.title = "What the teacher knows, class by class";
  figure.sentence = "The teacher adds most in class 0.";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Positive flips, share of the class (%)";
  figure.series = {{"Positive flips", Role::Gain, {}, {}}};
  for (int i = 0; i < count; ++i) {
    figure.labels.push_back("class " + std::to_string(i));
    figure.details.push_back(std::to_string(count - i) + " of 100 images");
    figure.series[0].y.push_back(30.0 * (count - i) / count);
  }
  return figure;
}

Figure outcomes() {
  Figure figure;
  figure.id = "outcomes";
  figure.title = "Who is right";
  figure.kind = FigureKind::Stack;
  figure.xTitle = "Share of the evaluation set (%)";
  const auto part = [&](const char* name, Role role, double value) {
    figure.labels.push_back(name);
    figure.details.push_back("some of 1,000 images");
    figure.series.push_back({name, role, {}, {value}});
  };
  part("Both right", Role::BothRight, 80);
  part("Only the teacher", Role::Gain, 10);
  part("Only the student", Role::Loss, 9.9);
  part("Both wrong", Role::BothWrong, 0.1);
  return figure;
}

Figure curves(int points = 11) {
  Figure figure;
  figure.id = "gain-loss";
  figure.title = "Gain and loss";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Share of the evaluation set (%)";
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  figure.series = {{"Gain", Role::Gain, {}, {}}, {"Loss", Role::Loss, {}, {}}, {"Delta", Role::Net, {}, {}}};
  for (int i = 0; i < points; ++i) {
    const double x = 10.0 * i / (points - 1);
    const double values[] = {x / 4, x / 4.1, x / 4 - x / 4.1};
    for (std::size_t s = 0; s < 3; ++s) {
      figure.series[s].x.push_back(x);
      figure.series[s].y.push_back(values[s]);
    }
  }
  figure.series[2].y[1] = -0.5;
  return figure;
}

std::vector<Figure> allFigures() {
  return {flips(10), flips(1000), outcomes(), curves(), curves(5000)};
}

QByteArray bytesOf(const QString& file) {
  QFile opened(file);
  return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

/// How many pixels are close to a colour.
int pixelsOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor here = image.pixelColor(x, y);
      count += std::abs(here.red() - colour.red()) + std::abs(here.green() - colour.green()) +
                   std::abs(here.blue() - colour.blue()) <
               12;
    }
  }
  return count;
}

/// Everything that a figure draws, in a square of paper that is larger than the figure by `rim` on every side.
QImage drawnWithRim(const Figure& figure, QSizeF size, int rim, bool all = false) {
  QImage image(qRound(size.width()) + 2 * rim, qRound(size.height()) + 2 * rim, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  FigureLook look;
  look.all = all;
  FigurePainter::of(figure.kind)
      ->paint(painter, QRectF(QPointF(rim, rim), size), figure, Theme::publication(), publicationFonts(), look);
  painter.end();
  return image;
}

QStringList textsOf(const QByteArray& svg) {
  QStringList texts;
  static const QRegularExpression text(QStringLiteral("<text[^>]*>([^<]*)</text>"));
  auto each = text.globalMatch(QString::fromUtf8(svg));
  while (each.hasNext()) texts << each.next().captured(1).trimmed();
  return texts;
}

/// The marks that a view of this size shows.
std::vector<Mark> marksOf(const Figure& figure, QSize size, bool all = false) {
  QImage image(size, QImage::Format_RGB32);
  QPainter painter(&image);
  const auto drawn = FigurePainter::of(figure.kind);
  FigureLook look;
  look.all = all;
  drawn->paint(painter, QRectF(QPointF(0, 0), size).adjusted(4, 4, -4, -4), figure, Theme::instance().colours(),
               windowFonts(), look);
  return drawn->marks();
}

}  // namespace

class TestCharts : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void ticksAreOneTwoFive();
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
  void aCurveWithOnePointIsShown();
  void emptyFiguresSayWhatToDo();
  void clickNamesTheBar();
  void keysReachEveryBar();
  void othersOpenEveryBar();
  void stackPartsCanBeChosen();
  void selectionDimsTheRest();
  void accessibleWords();
  void tableShowsTheNumbers();
  void dialogFollowsTheSuffix();
  void dialogWritesAllFormatsWithOneStem();
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

void TestCharts::aCurveWithOnePointIsShown() {
  Figure figure = curves();
  for (FigureSeries& series : figure.series) {
    series.x = {0};
    series.y = {0};
  }
  const QImage image = drawnWithRim(figure, {321, 227}, 10);
  QVERIFY(pixelsOf(image, Theme::publication().of(Role::Net)) > 10);
}

void TestCharts::emptyFiguresSayWhatToDo() {
  FigureView view;
  view.resize(400, 300);
  view.setEmptyText(QStringLiteral("Run a transfer to see its curves."));
  const QImage words = view.grab().toImage();
  view.setEmptyText({});
  QVERIFY(words != view.grab().toImage());
  Figure hollow = flips(0);
  view.setFigure(hollow);
  QVERIFY(isEmpty(view.figure()));
  view.showAsTable();
  QVERIFY(!view.findChild<QDialog*>(QStringLiteral("figureTable")));
  for (const Figure& figure : {Figure{}, flips(0)}) drawnWithRim(figure, {321, 227}, 10);
}

void TestCharts::clickNamesTheBar() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(10));
  view.grab();
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  const std::vector<Mark> marks = marksOf(flips(10), view.size());
  QCOMPARE(marks.size(), std::size_t{10});
  for (const Mark& mark : marks) {
    QTest::mouseClick(&view, Qt::LeftButton, {}, mark.area.center().toPoint());
    QCOMPARE(chosen.takeFirst().at(0).toInt(), mark.label);
  }
}

void TestCharts::keysReachEveryBar() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(10));
  view.grab();
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  for (int i = 0; i < 12; ++i) {
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(chosen.takeFirst().at(0).toInt(), std::min(i, 9));
  }
  QTest::keyClick(&view, Qt::Key_Home);
  QTest::keyClick(&view, Qt::Key_Space);
  QCOMPARE(chosen.takeFirst().at(0).toInt(), 0);
}

void TestCharts::othersOpenEveryBar() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(1000));
  view.grab();
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  const std::vector<Mark> few = marksOf(flips(1000), view.size());
  QVERIFY(few.size() < 40);
  QCOMPARE(few.back().label, Mark::kOthers);
  QTest::mouseClick(&view, Qt::LeftButton, {}, few.back().area.center().toPoint());
  QCOMPARE(chosen.size(), 0);
  view.grab();
  QTest::keyClick(&view, Qt::Key_End);
  QTest::keyClick(&view, Qt::Key_Return);
  QCOMPARE(chosen.takeFirst().at(0).toInt(), 999);
  QCOMPARE(marksOf(flips(1000), view.size(), true).size(), std::size_t{1000});
}

void TestCharts::stackPartsCanBeChosen() {
  FigureView view;
  view.setFigure(outcomes());
  QVERIFY(view.hasHeightForWidth());
  view.resize(900, view.heightForWidth(900));
  view.grab();
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  // The part of 0.1 % is a pixel wide; its key below the bar stands for it.
  const std::vector<Mark> marks = marksOf(outcomes(), view.size());
  QTest::mouseClick(&view, Qt::LeftButton, {}, marks.back().area.center().toPoint());
  QCOMPARE(chosen.takeFirst().at(0).toInt(), 3);
  QTest::mouseClick(&view, Qt::LeftButton, {}, marks[1].area.center().toPoint());
  QCOMPARE(chosen.takeFirst().at(0).toInt(), 1);
  QVERIFY(view.heightForWidth(200) > view.heightForWidth(900));
}

void TestCharts::selectionDimsTheRest() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(10));
  const QColor gain = Theme::instance().colours().of(Role::Gain);
  const int before = pixelsOf(view.grab().toImage(), gain);
  view.setSelectedLabels({0});
  const int after = pixelsOf(view.grab().toImage(), gain);
  QVERIFY(after > 100 && after < before / 2);
}

void TestCharts::accessibleWords() {
  FigureView view;
  view.setFigure(flips(10));
  QCOMPARE(view.accessibleName(), toQString(flips(10).title));
  QCOMPARE(view.accessibleDescription(), toQString(flips(10).sentence));
  QCOMPARE(view.focusPolicy(), Qt::StrongFocus);
}

void TestCharts::tableShowsTheNumbers() {
  for (const Figure& figure : allFigures()) {
    FigureTableModel model(figure);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  }
  const FigureTableModel bars(flips(10));
  QCOMPARE(bars.rowCount(), 10);
  QCOMPARE(bars.columnCount(), 3);
  QCOMPARE(bars.index(0, 1).data().toString(), QStringLiteral("30.0"));
  QCOMPARE(bars.index(0, 2).data().toString(), QStringLiteral("10 of 100 images"));
  const FigureTableModel lines(curves());
  QCOMPARE(lines.rowCount(), 11);
  QCOMPARE(lines.columnCount(), 4);
  QCOMPARE(lines.index(1, 3).data().toString(), QStringLiteral("−0.50"));
  QCOMPARE(lines.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Delta"));
  const FigureTableModel stack(outcomes());
  QCOMPARE(stack.rowCount(), 4);
  QCOMPARE(stack.index(3, 1).data().toString(), QStringLiteral("0.1"));
}

void TestCharts::dialogFollowsTheSuffix() {
  ExportDialog dialog(flips(3), false, nullptr);
  auto* name = dialog.findChild<QLineEdit*>();
  name->selectAll();
  QTest::keyClicks(name, QStringLiteral("/tmp/x/mine.PDF"));
  QCOMPARE(dialog.files(), QStringList{QStringLiteral("/tmp/x/mine.pdf")});
  dialog.findChild<QCheckBox*>(QStringLiteral("csv"))->setChecked(true);
  QCOMPARE(dialog.files().size(), 2);
  QCOMPARE(formatOf(QStringLiteral("a.b.png")), std::optional(FigureFormat::Png));
  QVERIFY(!formatOf(QStringLiteral("figure.docx")));
}

void TestCharts::dialogWritesAllFormatsWithOneStem() {
  QTemporaryDir folder;
  ExportDialog dialog(outcomes(), false, nullptr);
  dialog.findChild<QLineEdit*>()->setText(folder.filePath("key result"));
  for (auto* box : dialog.findChildren<QCheckBox*>()) box->setChecked(true);
  QVERIFY(dialog.write());
  for (const char* suffix : {"svg", "pdf", "png", "csv", "json"}) {
    QVERIFY2(!bytesOf(folder.filePath(QStringLiteral("key result.") + QLatin1String(suffix))).isEmpty(), suffix);
  }
}

QTEST_MAIN(TestCharts)
#include "test_charts.moc"
