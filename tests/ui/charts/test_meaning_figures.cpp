// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <limits>
#include <random>

#include "drawn.h"
#include "meaning_figures.h"
#include "ui/style/colours.h"

using namespace gf;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

class TestMeaningFigures : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void columnsStandOnZero();
  void intervalsAreSeen();
  void columnNamesAreNeverTornApart();
  void familiesAreToldApart();
  void pointsLieWhereTheyBelong();
  void nearestPointOfMany();
  void clickNamesThePoint();
  void areasFollowSizes();
  void diagonalMakesAxesAlike();
  void pointNamesKeepApart();
  void guidesAreNamedAndInView();
};

void TestMeaningFigures::columnsStandOnZero() {
  const Figure figure = familyColumns();
  const Drawn drawn(figure, {640, 400});
  QCOMPARE(drawn.kind->markCount(), 15);
  const std::vector<Mark> marks = drawn.kind->marks();
  for (int i = 0; i < 15; ++i) {
    QCOMPARE(marks[std::size_t(i)].label, i / 3);
    QCOMPARE(marks[std::size_t(i)].column, i % 3);
  }
  // The pixels of a family's colour in its slot are as high as its value, on one scale for all.
  const auto heightOf = [&](int mark) {
    const QRectF slot = marks[std::size_t(mark)].area;
    const QColor colour = styleOfSeries(figure, std::size_t(mark % 3), Theme::publication()).colour;
    // Beside the whisker.
    return pixelsOf(drawn.image.copy(int(slot.left() + 0.2 * slot.width()), int(slot.top()), 1, int(slot.height())),
                    colour);
  };
  const double unit = heightOf(0) / 72.0;
  QVERIFY(unit > 2);
  for (const int mark : {1, 3, 7, 12}) {
    const double value = figure.series[std::size_t(mark % 3)].y[std::size_t(mark / 3)];
    QVERIFY2(std::abs(heightOf(mark) - unit * value) < 5, qPrintable(QString::number(mark)));
  }
  QCOMPARE(drawn.kind->tip(figure, marks[4]), QStringLiteral("Top 5 %\nTransformer: 52.0\n47.0 to 57.0"));
  QCOMPARE(drawn.kind->markAt(marks[7].area.center()), 7);
}

void TestMeaningFigures::intervalsAreSeen() {
  for (const bool band : {true, false}) {
    Figure figure = similarityColumns();
    figure.series[0].band = band;
    const QImage with = Drawn(figure, {640, 400}).image;
    figure.series[0].low.clear();
    figure.series[0].high.clear();
    QVERIFY(with != Drawn(figure, {640, 400}).image);
  }
  const Figure figure = similarityColumns();
  const Drawn drawn(figure, {640, 400});
  const std::vector<Mark> marks = drawn.kind->marks();
  QCOMPARE(drawn.kind->tip(figure, marks[0]), QStringLiteral("Top 2 %\nSimilarity: –\n1 class"));
  QCOMPARE(drawn.kind->tip(figure, marks[1]), QStringLiteral("Top 5 %\nSimilarity: +41.2\n−30.0 to +33.0\n2 classes"));
  // The plate reaches below zero beside the column, where nothing else is.
  const QRectF slot = marks[1].area;
  const int x = int(slot.left() + 3);
  int grey = 0;
  for (int y = int(slot.top()); y < int(slot.bottom()); ++y) {
    const QColor here = drawn.image.pixelColor(x, y);
    grey += here.red() > 180 && here.red() < 225 && here.red() == here.blue();
  }
  QVERIFY(grey > 0.5 * slot.height());
}

void TestMeaningFigures::columnNamesAreNeverTornApart() {
  const QStringList level = svgTexts(similarityColumns(), {85, 60});
  for (const char* name : {"Top 2 %", "Top 50 %"}) QVERIFY2(level.contains(QLatin1String(name)), name);
  const QStringList slanted = svgTexts(longColumns(10, false), {85, 75});
  for (int i = 0; i < 10; ++i) QVERIFY(slanted.contains(toQString(className(i))));
  // Of 60 letters the first name is left.
  const QStringList upright = svgTexts(longColumns(6, true), {85, 75});
  QVERIFY2(!upright.filter(QStringLiteral("Christmas stocking")).isEmpty(), qPrintable(upright.join('|')));
  // Of a pair both are named, of an identifier its end.
  const QFont font = publicationFonts().label;
  const QString pair = QStringLiteral("Generalist depthwise ConvNet → Footwear specialist mixer");
  const QString fitted = fittedText(font, pair, 0.7 * textWidth(font, pair));
  QVERIFY2(fitted.startsWith("Gener") && fitted.contains(QStringLiteral("ConvNet → Foot")) && fitted.endsWith("mixer"),
           qPrintable(fitted));
  QVERIFY(textWidth(font, fitted) <= 0.7 * textWidth(font, pair) + 1);
  QVERIFY(fittedText(font, QStringLiteral("vit_base_patch16_224.augreg_12"), 80).endsWith("_12"));
  const qsizetype named = svgTexts(longColumns(300, false), {85, 75}).filter(QRegularExpression("^class ")).size();
  QVERIFY2(named > 5 && named < 40, qPrintable(QString::number(named)));
}

void TestMeaningFigures::familiesAreToldApart() {
  const Figure figure = familyColumns();
  for (const Colours* colours : {&lightColours(), &darkColours(), &Theme::publication()}) {
    std::set<QRgb> used;
    for (const Role role : {Role::Teacher, Role::Student, Role::Gain, Role::Loss}) used.insert(colours->of(role).rgb());
    std::set<MarkShape> shapes;
    for (std::size_t s = 0; s < 3; ++s) {
      const SeriesStyle style = styleOfSeries(figure, s, *colours);
      QVERIFY2(used.insert(style.colour.rgb()).second, "a colour of its own");
      QVERIFY2(shapes.insert(style.shape).second, "a shape of its own");
    }
  }
  Figure twice = pairs(6);
  for (FigureSeries& series : twice.series) series.role = Role::Teacher;
  QCOMPARE(styleOfSeries(twice, 0, lightColours()).colour, styleOfSeries(twice, 1, lightColours()).colour);
  QVERIFY(styleOfSeries(twice, 0, lightColours()).hollow != styleOfSeries(twice, 1, lightColours()).hollow);
}

void TestMeaningFigures::pointsLieWhereTheyBelong() {
  Figure figure = gainAgainstLoss(0);
  figure.guides.clear();
  figure.labels = {"b", "nowhere", "a", "c"};
  figure.series[0].x = {4, kNone, -2, 10};
  figure.series[0].y = {5, 1, 0, 2};
  figure.series[0].notes = {"", "", "a note", ""};
  const Drawn drawn(figure, {600, 400});
  QCOMPARE(drawn.kind->markCount(), 3);
  const std::vector<Mark> marks = drawn.kind->marks();
  QCOMPARE((std::vector<int>{marks[0].label, marks[1].label, marks[2].label}), (std::vector<int>{2, 0, 3}));
  const QPointF a = marks[0].area.center(), b = marks[1].area.center(), c = marks[2].area.center();
  QVERIFY(std::abs((b.x() - a.x()) * 2 - (c.x() - a.x())) < 1e-6);      // 6 of 12
  QVERIFY(std::abs((a.y() - b.y()) * 2 - (a.y() - c.y()) * 5) < 1e-6);  // 5 against 2
  QCOMPARE(drawn.image.pixelColor(b.toPoint()).lightness() < 60, true);
  QCOMPARE(drawn.kind->tip(figure, marks[0]),
           QStringLiteral("a\nKnowledge loss (% of the class): −2.0\nKnowledge gain (% of the class): 0.00\na note"));
}

void TestMeaningFigures::nearestPointOfMany() {
  const Figure figure = pairs(90000);
  const Drawn drawn(figure, {760, 440});
  QCOMPARE(drawn.kind->markCount(), 90000);
  const std::vector<Mark> marks = drawn.kind->marks();
  std::mt19937 random(1);
  std::uniform_real_distribution<double> x(0, 760), y(0, 440);
  int hits = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const QPointF place(x(random), y(random));
    double least = INFINITY;
    for (const Mark& mark : marks) {
      const QPointF away = mark.area.center() - place;
      least = std::min(least, std::hypot(away.x(), away.y()));
    }
    const int found = drawn.kind->markAt(place);
    hits += found >= 0;
    QCOMPARE(found >= 0, least <= 6);
    if (found < 0) continue;
    const QPointF away = marks[std::size_t(found)].area.center() - place;
    QVERIFY(std::abs(std::hypot(away.x(), away.y()) - least) < 1e-9);
  }
  QVERIFY2(hits > 5 && hits < 55, qPrintable(QString::number(hits)));
}

void TestMeaningFigures::clickNamesThePoint() {
  FigureView view;
  view.resize(640, 440);
  const Figure figure = classMap(30);
  view.setFigure(figure);
  view.grab();
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  const std::vector<Mark> marks = marksOf(figure, view.size());
  for (const Mark& mark : marks) {
    QTest::mouseClick(&view, Qt::LeftButton, {}, mark.area.center().toPoint());
    QCOMPARE(chosen.size(), 1);
    const int label = chosen.takeFirst().at(0).toInt();
    // A smaller area may lie on a larger one's centre, never further away.
    if (label != mark.label) {
      const auto other = std::find_if(marks.begin(), marks.end(), [&](const Mark& m) { return m.label == label; });
      QVERIFY(QLineF(other->area.center(), mark.area.center()).length() < 2);
    }
  }
  QTest::keyClick(&view, Qt::Key_Home);
  QTest::keyClick(&view, Qt::Key_Return);
  QCOMPARE(chosen.takeFirst().at(0).toInt(), marks.front().label);
}

void TestMeaningFigures::areasFollowSizes() {
  Figure figure = classMap(0);
  figure.labels = {"", "", ""};
  figure.series[0].x = {0, 1, 2};
  figure.series[0].y = {0, 0.4, 0};
  figure.series[0].size = {100, 25, 0};
  const Drawn drawn(figure, {600, 400});
  const auto width = [&](int index) { return drawn.kind->mark(index).area.width() - 4; };
  QVERIFY(std::abs(width(0) - 2 * width(1)) < 0.01);
  QVERIFY2(width(2) > 1, "nothing is still seen");
  QVERIFY(svgTexts(classMap(30), {85, 75}).contains(QStringLiteral("Area: positive flips")));
}

void TestMeaningFigures::diagonalMakesAxesAlike() {
  const Drawn drawn(gainAgainstLoss(200), {500, 400});
  Figure line = gainAgainstLoss(0);
  line.labels = {"p", "q", "r"};
  line.series[0].x = {1, 30, 5};
  line.series[0].y = {1, 5, 5};
  const Drawn few(line, {500, 400});
  const std::vector<Mark> marks = few.kind->marks();  // p, r, q
  const QPointF p = marks[0].area.center(), r = marks[1].area.center(), q = marks[2].area.center();
  const double across = (q.x() - p.x()) / 29, up = (p.y() - r.y()) / 4;
  // The plot's width and height span the same values.
  const double low = p.x() - across;
  QVERIFY(across > up);
  QVERIFY(low > 0 && low < 40);
}

void TestMeaningFigures::pointNamesKeepApart() {
  Figure figure = classMap(4);
  figure.labels = {"one", "two", "three", "four"};
  figure.series[0].x = {0, 0.001, 5, 5.001};
  figure.series[0].y = {0, 0.001, 3, 3.001};
  figure.series[0].size = {5, 5, 5, 5};
  QVERIFY(svgTexts(figure, {170, 100}).filter(QRegularExpression("^(one|two|three|four)$")).size() >= 2);
  // Twenty on one spot: names that do not fit are dropped.
  for (int i = 4; i < 40; ++i) {
    figure.labels.push_back("crowded " + std::to_string(i));
    figure.series[0].x.push_back(2.5);
    figure.series[0].y.push_back(1.5);
    figure.series[0].size.push_back(3);
  }
  const qsizetype named = svgTexts(figure, {170, 100}).filter(QStringLiteral("crowded")).size();
  QVERIFY2(named >= 1 && named <= 8, qPrintable(QString::number(named)));
  // Above forty only landmarks are named, and who is chosen.
  const Figure many = classMap(300);
  const qsizetype landmarks = svgTexts(many, {170, 100}).filter(QRegularExpression("^class [0-9]+$")).size();
  QVERIFY2(landmarks >= 3 && landmarks <= 15, qPrintable(QString::number(landmarks)));
  FigureLook look;
  look.selected = {7};
  QVERIFY(Drawn(many, {640, 400}, look).image != Drawn(many, {640, 400}).image);
}

void TestMeaningFigures::guidesAreNamedAndInView() {
  Figure figure = pairs(90);
  figure.guides.push_back({FigureGuide::Kind::Horizontal, 200, 200, "Far above"});
  for (const QSizeF& size : {QSizeF(85, 70), QSizeF(170, 110)}) {
    const QStringList texts = svgTexts(figure, size);
    for (const char* name : {"Far above", "Equal accuracy", "Noise floor of a random teacher", "200"})
      QVERIFY2(texts.contains(QLatin1String(name)), name);
  }
  Figure curve = curves();
  curve.guides = {{FigureGuide::Kind::Horizontal, 4, 5, "A goal"}};
  const QStringList texts = svgTexts(curve, {85, 60});
  QVERIFY2(texts.contains(QStringLiteral("A goal")) && texts.contains(QStringLiteral("+4")),
           qPrintable(texts.join('|')));
  QVERIFY(svgTexts(familyColumns(), {85, 60}).contains(QStringLiteral("Half of it")));
}

QTEST_MAIN(TestMeaningFigures)
#include "test_meaning_figures.moc"
