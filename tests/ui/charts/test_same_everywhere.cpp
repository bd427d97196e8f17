// SPDX-License-Identifier: GPL-3.0-or-later
// SVG, PDF and PNG of a figure show the same: drawn again by other programs and compared half millimetre by half
// millimetre.
#include <QPainter>
#include <QProcess>
#include <QStandardPaths>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>

#include "meaning_figures.h"
#include "sample_figures.h"
#include "ui/charts/figure_view.h"

using namespace gf;

namespace {

constexpr QSizeF kSize(120, 90);
/// Letters are smoothed differently by each program: measured 80 at most. A digit, a point or a whisker less makes 109
/// or more.
constexpr int kTolerance = 94;

/// The largest difference between half millimetres of two pages, of 255.
int difference(const QImage& a, const QImage& b) {
  if (a.size() != b.size()) return 255;
  const auto smaller = [](const QImage& image) {
    return image.scaled(image.size() / 6, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  };
  const QImage left = smaller(a), right = smaller(b);
  int most = 0;
  for (int y = 0; y < left.height(); ++y) {
    for (int x = 0; x < left.width(); ++x) {
      const QRgb p = left.pixel(x, y), q = right.pixel(x, y);
      most =
          std::max({most, std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)), std::abs(qBlue(p) - qBlue(q))});
    }
  }
  return most;
}

class Exports {
 public:
  QImage png(const Figure& figure) {
    exportFigure(figure, folder_.filePath("a.png"), FigureFormat::Png, kSize);
    return QImage(folder_.filePath("a.png")).convertToFormat(QImage::Format_RGB32);
  }
  QImage svg(const Figure& figure, QSize size) {
    exportFigure(figure, folder_.filePath("a.svg"), FigureFormat::Svg, kSize);
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    // Qt's reader takes a list of families for the name of one; the first of the list is the one that PNG and PDF use.
    static const QRegularExpression others(QStringLiteral("font-family=\"([^,\"]+),[^\"]*\""));
    const QString text = QString::fromUtf8(bytesOf(folder_.filePath("a.svg")));
    QSvgRenderer renderer(QString(text).replace(others, QStringLiteral("font-family=\"\\1\"")).toUtf8());
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
  }
  /// Drawn by poppler, a program that shares nothing with Qt.
  QImage pdf(const Figure& figure, QSize size) {
    exportFigure(figure, folder_.filePath("a.pdf"), FigureFormat::Pdf, kSize);
    QProcess::execute(QStandardPaths::findExecutable("pdftoppm"),
                      {"-png", "-singlefile", "-scale-to-x", QString::number(size.width()), "-scale-to-y",
                       QString::number(size.height()), folder_.filePath("a.pdf"), folder_.filePath("b")});
    return QImage(folder_.filePath("b.png")).convertToFormat(QImage::Format_RGB32);
  }

 private:
  QTemporaryDir folder_;
};

/// One of every kind, and what changes how it is written: pictures among shapes, turned names, plates.
std::vector<Figure> samples() {
  return {flips(10),
          outcomes(),
          curves(),
          heat(),
          similarityColumns(),
          familyColumns(),
          longColumns(6, true),
          pairs(90),
          gainAgainstLoss(10),
          classMap(30),
          pairs(6000),
          classGrid(60),
          matrix(13),
          similarityTable(10),
          similarityTable(160)};
}

}  // namespace

class TestSameEverywhere : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    Theme::instance().apply(ThemeChoice::Light);
    QVERIFY2(!QStandardPaths::findExecutable("pdftoppm").isEmpty(), "packaging/setup.sh installs poppler-utils");
  }
  void allFormatsShowTheSame_data();
  void allFormatsShowTheSame();
  void whatIsMissingIsNoticed_data();
  void whatIsMissingIsNoticed();
};

void TestSameEverywhere::allFormatsShowTheSame_data() {
  QTest::addColumn<int>("index");
  const std::vector<Figure> figures = samples();
  for (int i = 0; i < int(figures.size()); ++i) {
    QTest::addRow("%d %s", i, figures[std::size_t(i)].id.c_str()) << i;
  }
}

void TestSameEverywhere::allFormatsShowTheSame() {
  QFETCH(int, index);
  const Figure figure = samples()[std::size_t(index)];
  Exports exports;
  const QImage png = exports.png(figure);
  const int svg = difference(png, exports.svg(figure, png.size()));
  const int pdf = difference(png, exports.pdf(figure, png.size()));
  QVERIFY2(svg < kTolerance, qPrintable(QString::number(svg)));
  QVERIFY2(pdf < kTolerance, qPrintable(QString::number(pdf)));
}

/// The comparison is worth something only if it sees one name, one line, one point less.
void TestSameEverywhere::whatIsMissingIsNoticed_data() {
  QTest::addColumn<int>("what");
  for (const char* name :
       {"a class' name", "a whisker", "a point", "a guide", "a cell", "a join", "a number", "a cloud"}) {
    static int what = 0;
    QTest::newRow(name) << what++;
  }
}

void TestSameEverywhere::whatIsMissingIsNoticed() {
  QFETCH(int, what);
  const Figure originals[] = {flips(10),  familyColumns(),     pairs(90),     pairs(90),
                              matrix(13), similarityTable(10), classGrid(60), pairs(6000)};
  const Figure original = originals[what];
  Figure changed = original;
  switch (what) {
    case 0:
      changed.labels[3] = " ";
      break;
    case 1:
      changed.series[1].low[2] = changed.series[1].high[2] = std::nan("");
      break;
    case 2:
      changed.series[0].y[5] = std::nan("");
      break;
    case 3:
      changed.guides[1].label.clear();
      break;
    case 4:
      changed.series[3].y[5] = std::nan("");
      break;
    case 5:
      changed.merges[2].height *= 3;
      break;
    case 6:
      changed.series[0].y[7] += 0.4;
      break;
    default:
      for (FigureSeries& series : changed.series) {
        for (std::size_t i = 200; i < 1200; ++i) series.y[i] = std::nan("");
      }
  }
  Exports exports;
  const QImage png = exports.png(original);
  const int svg = difference(png, exports.svg(changed, png.size()));
  const int pdf = difference(png, exports.pdf(changed, png.size()));
  QVERIFY2(svg > kTolerance, qPrintable(QString::number(svg)));
  QVERIFY2(pdf > kTolerance, qPrintable(QString::number(pdf)));
}

QTEST_MAIN(TestSameEverywhere)
#include "test_same_everywhere.moc"
