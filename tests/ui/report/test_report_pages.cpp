// SPDX-License-Identifier: GPL-3.0-or-later
// The pages for people. With GF_SCREENSHOTS=FOLDER they are kept, to be looked at.
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "base/error.h"
#include "report/report_content.h"
#include "tests/report/meaning_material.h"
#include "tests/report/report_material.h"
#include "tests/report/shelf_material.h"
#include "ui/report/report_pages.h"
#include "ui/style/theme.h"

using namespace gf;
using namespace gf::test;

namespace {

const char* const kHostile[] = {"<script>alert(1)</script>",
                                "Salt & \"pepper\" 'n' more",
                                "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
                                "a\x01"
                                "b\nc\td",
                                "\xff\xfe not text",
                                "id=\"x\" url(#x) ]]> --> &amp;"};

Result resultOf(const Plan& plan, bool hostile = false) {
  Material m;
  makeMaterial(plan, m);
  if (hostile) {
    for (std::size_t i = 0; i < std::size(kHostile); ++i) m.input.classNames.at(i) = kHostile[i];
    m.input.classNames.at(std::size(kHostile)) = std::string(3000, 'x');
    m.input.student.name = "<b>student</b> & co";
    m.input.teachers[0].name = std::string("teacher </title><svg onload=x> ") + std::string(300, 'y');
    m.input.dataPath = "/data/<i>&";
  }
  Result result;
  result.report = buildReport(m.input);
  std::vector<nlohmann::json> metrics;
  for (const auto& each : m.outcome.evaluations) metrics.emplace_back(toJson(each));
  for (const auto& each : m.steps) metrics.emplace_back(toJson(each));
  if (plan.transferred) result.metrics = metrics;
  result.figures = figuresOf(result.report, result.metrics);
  return result;
}

QByteArray bytesOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Parsed {
  QString problem, text;
  QMap<QString, int> elements;
  QStringList ids, labels;
};

/// HTML that is written as XML is: every element closed, every attribute quoted.
Parsed parse(const QByteArray& html) {
  Parsed parsed;
  QXmlStreamReader reader(html);
  while (!reader.atEnd()) {
    reader.readNext();
    if (reader.isCharacters()) parsed.text += reader.text();
    if (!reader.isStartElement()) continue;
    ++parsed.elements[reader.name().toString()];
    const QXmlStreamAttributes attributes = reader.attributes();
    if (attributes.hasAttribute("id")) parsed.ids << attributes.value("id").toString();
    if (attributes.hasAttribute("aria-label")) parsed.labels << attributes.value("aria-label").toString();
  }
  if (reader.hasError()) parsed.problem = QString("line %1: %2").arg(reader.lineNumber()).arg(reader.errorString());
  return parsed;
}

/// Every <svg> of the page as another program draws it.
QList<QImage> drawings(const QByteArray& html) {
  QList<QImage> images;
  for (qsizetype from = html.indexOf("<svg "); from >= 0; from = html.indexOf("<svg ", from + 1)) {
    QByteArray svg = html.mid(from, html.indexOf("</svg>", from) + 6 - from);
    svg.insert(5, "xmlns=\"http://www.w3.org/2000/svg\" ");
    QSvgRenderer renderer(svg);
    QImage image(renderer.viewBox().size().scaled(900, 900, Qt::KeepAspectRatio), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    images << image;
  }
  return images;
}

int coloursOf(const QImage& image) {
  QSet<QRgb> colours;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) colours.insert(image.pixel(x, y));
  }
  return int(colours.size());
}

int pagesOf(const QByteArray& pdf) {
  static const QRegularExpression page("/Type\\s*/Page[^s]");
  return static_cast<int>(QString::fromLatin1(pdf).count(page));
}

}  // namespace

class TestReportPages : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    Theme::instance().apply(ThemeChoice::Light);
    QVERIFY(scratch_.isValid());
    const QByteArray kept = qgetenv("GF_SCREENSHOTS");
    folder_ = kept.isEmpty() ? scratch_.path() : QString::fromLocal8Bit(kept);
    QDir().mkpath(folder_);
  }
  void pagesOfEveryKind_data();
  void pagesOfEveryKind();
  void hostileNamesStayText();
  void nothingIsFetchedAndNothingRuns();
  void aThousandClasses();
  void aShelf();
  void failedWritingLeavesTheOldFile();

 private:
  void check(const Result& result, const QString& stem);
  QTemporaryDir scratch_;
  QString folder_;
};

void TestReportPages::check(const Result& result, const QString& stem) {
  const QString html = folder_ + "/" + stem + ".html", pdf = folder_ + "/" + stem + ".pdf";
  writeReportHtml(result, html);
  writeReportPdf(result, pdf);
  const Parsed page = parse(bytesOf(html));
  QVERIFY2(page.problem.isEmpty(), qPrintable(page.problem));
  QCOMPARE(page.elements["h1"], 1);
  QVERIFY(page.elements["h2"] >= 3);
  QCOMPARE(page.elements["figure"], int(result.figures.size()));
  QCOMPARE(page.elements["svg"] + page.elements["img"], int(result.figures.size()));
  QCOMPARE(page.elements["figcaption"], int(result.figures.size()));
  QCOMPARE(QSet<QString>(page.ids.begin(), page.ids.end()).size(), page.ids.size());
  QVERIFY(page.text.contains(QString::fromStdString(result.headline())));
  int number = 0;
  for (const QImage& image : drawings(bytesOf(html))) {
    if (qEnvironmentVariableIsSet("GF_SCREENSHOTS")) {
      image.save(QString("%1/%2-%3.png").arg(folder_, stem).arg(++number));
    }
    QVERIFY(coloursOf(image) > 3);
  }
  const QByteArray printed = bytesOf(pdf);
  QVERIFY(printed.startsWith("%PDF"));
  QVERIFY(printed.contains("/FontFile") || printed.contains("/FontFile3"));
  // Each page is left with words or a figure on it: at most three figures fit on one.
  QVERIFY(pagesOf(printed) >= int(result.figures.size()) / 5);
  QVERIFY(pagesOf(printed) <= int(result.figures.size()) + 12);
}

void TestReportPages::pagesOfEveryKind_data() {
  QTest::addColumn<int>("plan");
  const auto plans = allPlans();
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (const char* name : {"compare-three", "compare-nothing", "kl-dp", "one-class", "mcl", "sequential", "soup"}) {
      if (plans[i].name == name) QTest::newRow(name) << int(i);
    }
  }
}

void TestReportPages::pagesOfEveryKind() {
  QFETCH(int, plan);
  check(resultOf(allPlans()[std::size_t(plan)]), QTest::currentDataTag());
}

void TestReportPages::hostileNamesStayText() {
  const Result result = resultOf({.name = "hostile", .classes = 9, .transferred = true}, true);
  check(result, "hostile");
  const QByteArray html = bytesOf(folder_ + "/hostile.html");
  const Parsed page = parse(html);
  QCOMPARE(page.elements["script"], 0);
  QCOMPARE(page.elements["b"], 0);
  QVERIFY(page.text.contains("<script>alert(1)</script>"));
  QVERIFY(page.text.contains("id=\"x\" url(#x) ]]> --> &amp;"));
  QVERIFY(page.text.contains("<b>student</b> & co"));
  QVERIFY(!html.contains("onload=x>"));
}

void TestReportPages::nothingIsFetchedAndNothingRuns() {
  writeReportHtml(resultOf({.name = "run", .transferred = true}), folder_ + "/run.html");
  // What lies inside the page as data may spell anything.
  static const QRegularExpression inside("data:[^)\"]*");
  QString text = QString::fromUtf8(bytesOf(folder_ + "/run.html"));
  QCOMPARE(text.count("@font-face"), 2);
  const QByteArray html = text.replace(inside, "data:").toUtf8();
  for (const char* word : {"http", "//", "<script", "<link", "<iframe", "@import", "javascript:", "onload", "xmlns"}) {
    QVERIFY2(!html.contains(word), word);
  }
  static const QRegularExpression reference("(?:src|href)=\"(?!data:|#)");
  QVERIFY(!QString::fromUtf8(html).contains(reference));
  QVERIFY(html.contains("prefers-color-scheme: dark"));
  QVERIFY(html.contains("@media print"));
}

void TestReportPages::aThousandClasses() {
  Material m;
  makeMaterial({.name = "thousand", .samples = 20'000, .classes = 1000, .transferred = true}, m);
  const ClassMeaning meaning = classMeaning(families(m.input.classNames, 0.3));
  Result result;
  result.report = buildReport(m.input);
  addMeaning(result.report, m.input, meaning);
  result.similarity.assign(meaning.semantics.similarity.begin(), meaning.semantics.similarity.end());
  result.figures = figuresOf(result.report, {}, result.similarity);
  check(result, "thousand");
  const qint64 size = QFileInfo(folder_ + "/thousand.html").size();
  QVERIFY2(size < 3'000'000, qPrintable(QString::number(size)));
  QVERIFY(QFileInfo(folder_ + "/thousand.pdf").size() < 4'000'000);
  QVERIFY(parse(bytesOf(folder_ + "/thousand.html")).elements["details"] >= 1);
}

void TestReportPages::aShelf() {
  Result result;
  result.report = buildShelfReport(allShelves().front().input);
  result.figures = figuresOf(result.report, {});
  check(result, "shelf");
}

void TestReportPages::failedWritingLeavesTheOldFile() {
  const Result result = resultOf({.name = "c"});
  QVERIFY_EXCEPTION_THROWN(writeReportHtml(result, "/proc/never/report.html"), Error);
  QVERIFY_EXCEPTION_THROWN(writeReportPdf(result, "/proc/never/report.pdf"), Error);
}

QTEST_MAIN(TestReportPages)
#include "test_report_pages.moc"
