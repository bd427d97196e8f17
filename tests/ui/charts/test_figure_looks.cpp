// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of figure at the widths of print and in both themes of the window: nothing may be drawn outside its area.
// With GF_SCREENSHOTS=FOLDER the pictures are kept, to be looked at.
#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include "meaning_figures.h"
#include "sample_figures.h"
#include "ui/charts/figure_view.h"

using namespace gf;

namespace {

std::vector<Figure> everyFigure() {
  std::vector<Figure> figures = meaningFigures();
  for (Figure& figure : allFigures()) figures.push_back(std::move(figure));
  for (Figure figure : {matrix(2), matrix(13, true), matrix(60), similarityTable(40, true), classGrid(24, true),
                        classGrid(150, true), classMap(30, true), classMap(1000), pairs(9), pairs(2000), pairs(90000),
                        pairs(1, false), gainAgainstLoss(1000), longColumns(12, true), longColumns(2, false), boxes(5),
                        boxes(40), bySize(FigureKind::Lines), bySize(FigureKind::Scatter)}) {
    figure.id += "-more";
    figures.push_back(std::move(figure));
  }
  return figures;
}

void keep(const QImage& image, const std::string& name) {
  const QString folder = qEnvironmentVariable("GF_SCREENSHOTS");
  if (folder.isEmpty()) return;
  QDir().mkpath(folder);
  QVERIFY(image.save(QDir(folder).filePath(toQString(name) + QStringLiteral(".png"))));
}

}  // namespace

class TestFigureLooks : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void nothingIsDrawnOutside_data();
  void nothingIsDrawnOutside();
  void bothThemesShowEveryKind();
};

void TestFigureLooks::nothingIsDrawnOutside_data() {
  QTest::addColumn<int>("width");
  for (const int width : {85, 170}) QTest::addRow("%d mm", width) << width;
}

void TestFigureLooks::nothingIsDrawnOutside() {
  QFETCH(int, width);
  constexpr int kRim = 40;
  constexpr double kUnitsPerMm = 96 / 25.4, kScale = 2;
  for (const Figure& figure : everyFigure()) {
    QSizeF size = naturalSize(figure);
    // At the width of a column a figure is less tall, but not as much.
    if (width < size.width()) size = {double(width), figure.kind == FigureKind::Stack ? 45 : 0.75 * size.height()};
    const QSizeF units = size * kUnitsPerMm;
    QImage image((units * kScale).toSize() + QSize(2 * kRim, 2 * kRim), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.translate(kRim, kRim);
    painter.scale(kScale, kScale);
    FigurePainter::of(figure.kind)
        ->paint(painter, QRectF(QPointF(0, 0), units), figure, Theme::publication(), publicationFonts(), {});
    painter.end();
    keep(image, "print-" + figure.id + "-" + std::to_string(width));
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const bool inside =
            x >= kRim - 2 && y >= kRim - 2 && x < image.width() - kRim + 2 && y < image.height() - kRim + 2;
        if (inside || image.pixel(x, y) == 0xffffffff) continue;
        QFAIL(qPrintable(QStringLiteral("%1 draws outside, at %2, %3").arg(toQString(figure.id)).arg(x).arg(y)));
      }
    }
  }
}

void TestFigureLooks::bothThemesShowEveryKind() {
  for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
    Theme::instance().apply(theme);
    for (const Figure& figure : everyFigure()) {
      FigureView view;
      view.setFigure(figure);
      view.setSelectedLabels(figure.kind == FigureKind::Grid ? std::set<int>{2, 5} : std::set<int>{});
      const QSize size(760, view.hasHeightForWidth() ? view.heightForWidth(760) : 440);
      view.resize(size);
      const QImage image = view.grab().toImage();
      QCOMPARE(image.pixelColor(1, size.height() - 2), Theme::instance().colours().surface);
      keep(image, (theme == ThemeChoice::Dark ? "dark-" : "light-") + figure.id);
    }
  }
  Theme::instance().apply(ThemeChoice::Light);
}

QTEST_MAIN(TestFigureLooks)
#include "test_figure_looks.moc"
