// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of images: as CSV, by what was said instead, and how sure their shares are.
#include <QAbstractItemModelTester>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>

#include "knowledge/statistics.h"
#include "shown_page.h"
#include "ui/compare/flip_panel.h"
#include "ui/compare/flip_table_model.h"
#include "ui/compare/pair_statistics.h"
#include "ui/compare/sample_list.h"
#include "ui/compare/sample_scores.h"
#include "ui/style/theme.h"

using namespace gf;

namespace {

/// Splits RFC 4180 text that ends every line with CR LF.
std::vector<std::vector<std::string>> parseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().emplace_back();
    } else if (!quoted && c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      rows.push_back({""});
      ++i;
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();
  return rows;
}

/// Answers the file dialog that comes next.
void answerFileDialog(const QString& file) {
  auto* timer = new QTimer(qApp);
  QObject::connect(timer, &QTimer::timeout, timer, [timer, file] {
    auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
    if (!dialog) return;
    timer->deleteLater();
    dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(file);
    QTest::keyClick(dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit")), Qt::Key_Return);
  });
  timer->start(10);
}

}  // namespace

class TestImageList : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    Theme::instance().apply(ThemeChoice::Light);
  }
  void listReadsBack();
  void listIsExportedByTheButton();
  void failedExportIsAProblem();
  void flipTableKeepsItsContract();
  void flipsClickThroughToTheirImages();
  void flipsOfTheTeacherByTheSwitch();
  void statisticsInWords();
  void statisticsFollowTheClasses();
};

void TestImageList::listReadsBack() {
  const auto named = makeComparison(3, 20, 8, {"comma, quote \"q\"", "=formula", "two\nlines"});
  const auto values = scoresOf(*named, std::atomic<bool>(false));
  const std::vector<std::uint32_t> samples{5, 0, 17, 4};
  const auto rows = parseCsv(sampleListCsv(*named, *values, samples));
  QCOMPARE(rows.size(), samples.size() + 1);
  QCOMPARE(rows[0].size(), std::size_t{11});
  QCOMPARE(rows[0][10], std::string("gap"));
  const char* const kOutcomes[] = {"both_right", "only_teacher", "only_student", "both_wrong"};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint32_t sample = samples[i];
    const auto& row = rows[i + 1];
    QCOMPARE(row.size(), rows[0].size());
    QCOMPARE(row[0], std::to_string(sample));
    QCOMPARE(row[1], named->data.eval->sampleName(sample));
    QVERIFY(row[2] == "comma, quote \"q\"" || row[2] == "'=formula" || row[2] == "two\nlines");
    QCOMPARE(row[3], std::string(kOutcomes[int(named->knowledge[0].outcomes[sample])]));
    QCOMPARE(std::stod(row[6]), named->teacherPredictions[0].confidence(sample));
    QCOMPARE(std::stod(row[7]), named->studentPredictions.confidence(sample));
    QCOMPARE(std::stod(row[8]) - std::stod(row[9]), std::stod(row[10]));
  }
}

void TestImageList::listIsExportedByTheButton() {
  QTemporaryDir folder;
  Images shown;
  shown.workspace.select({{0, 1}, Outcome::OnlyTeacher});
  QTest::keyClick(&shown.order(), Qt::Key_End);
  QPushButton* button = buttonWith(shown.page, QStringLiteral("Export image list…"));
  QVERIFY(button && button->isEnabled());
  const QString file = folder.filePath(QStringLiteral("list.csv"));
  answerFileDialog(file);
  QTest::mouseClick(button, Qt::LeftButton);
  QFile written(file);
  QVERIFY(written.open(QIODevice::ReadOnly));
  const auto rows = parseCsv(written.readAll().toStdString());
  QCOMPARE(rows.size(), std::size_t(shown.model().rowCount()) + 1);
  for (int row = 0; row < shown.model().rowCount(); ++row)
    QCOMPARE(rows[std::size_t(row) + 1][0], std::to_string(shown.model().sample(row)));
  QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("list.csv")});
  // Nothing shown, nothing to write: the button says so.
  shown.workspace.select({{99}, {}});
  QVERIFY(!button->isEnabled());
  QCOMPARE(button->toolTip(), shown.gallery().exportBlocked());
}

void TestImageList::failedExportIsAProblem() {
  QTemporaryDir folder;
  Images shown;
  QSignalSpy problems(&shown.workspace, &Workspace::problem);
  const QString blocked = folder.filePath(QStringLiteral("taken"));
  QVERIFY(QDir().mkpath(blocked + QStringLiteral("/in the way")));
  QVERIFY_THROWS_EXCEPTION(Error, shown.gallery().exportList(blocked));
  answerFileDialog(folder.filePath(QStringLiteral("gone/list.csv")));
  // The folder vanishes while the dialog is open.
  QDir().mkpath(folder.filePath(QStringLiteral("gone")));
  QTimer::singleShot(0, qApp, [&] { QDir(folder.filePath(QStringLiteral("gone"))).removeRecursively(); });
  QTest::mouseClick(buttonWith(shown.page, QStringLiteral("Export image list…")), Qt::LeftButton);
  QTRY_COMPARE(problems.size(), 1);
  QVERIFY(problems[0][1].toString().contains(QStringLiteral("list.csv")));
}

void TestImageList::flipTableKeepsItsContract() {
  FlipTableModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  for (const FlipKind kind : {FlipKind::Positive, FlipKind::Negative}) {
    model.show(ten(), kind);
    std::int64_t sum = 0;
    for (int row = 0; row < model.rowCount(); ++row) sum += model.pair(row).samples;
    const OutcomeCounts& all = ten()->knowledge[0].all;
    QCOMPARE(sum, kind == FlipKind::Positive ? all.onlyTeacher : all.onlyStudent);
    QCOMPARE(model.index(0, FlipTableModel::Share).data(FlipTableModel::BarRole).toDouble(), 1.0);
  }
  model.show(nullptr, FlipKind::Positive);
  QCOMPARE(model.rowCount(), 0);
}

void TestImageList::flipsClickThroughToTheirImages() {
  Images shown;
  shown.showFlips();
  auto* button = shown.page.findChild<QPushButton*>(QStringLiteral("flipImages"));
  QVERIFY(!button->isEnabled());
  QTableView& table = shown.flips();
  const FlipConfusion confusion = flipConfusion(ten()->data.eval->labels(), ten()->teacherPredictions[0].predicted,
                                                ten()->studentPredictions.predicted, FlipKind::Positive);
  QCOMPARE(std::size_t(table.model()->rowCount()), confusion.pairs.size());
  QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(2, 0)).center());
  QVERIFY(button->isEnabled());
  QTest::mouseClick(button, Qt::LeftButton);
  const auto holds = [&](const FlipPair& pair) {
    QCOMPARE(std::int64_t{shown.model().rowCount()}, pair.samples);
    for (int row = 0; row < shown.model().rowCount(); ++row) {
      const std::size_t sample = shown.model().sample(row);
      QCOMPARE(ten()->data.eval->labels()[sample], pair.truth);
      QCOMPARE(ten()->studentPredictions.predicted[sample], pair.said);
      QCOMPARE(ten()->teacherPredictions[0].predicted[sample], pair.truth);
    }
  };
  holds(confusion.pairs[2]);
  const auto name = [](std::int32_t index) { return QString::fromStdString(kFashion[std::size_t(index)]); };
  QCOMPARE(
      selectionText(*ten(), shown.workspace.selection(), Said{Slot::Student, confusion.pairs[2].said}),
      QStringLiteral("%1 → %2 · Only the teacher").arg(name(confusion.pairs[2].truth), name(confusion.pairs[2].said)));
  // Another row of the same class changes the images though the selection stays.
  int other = 3;
  while (confusion.pairs[std::size_t(other)].truth != confusion.pairs[2].truth) ++other;
  table.selectRow(other);
  table.setFocus();
  QTest::keyClick(&table, Qt::Key_Return);
  holds(confusion.pairs[std::size_t(other)]);
  // The outcome bar asks for something else: what was said no longer matters.
  shown.workspace.select({{confusion.pairs[2].truth}, {}});
  QCOMPARE(shown.model().rowCount(), 100);
  QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(0, 0)).center());
  QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(0, 0)).center());
  holds(confusion.pairs[0]);
  QTest::mouseClick(buttonWith(shown.gallery(), QStringLiteral("Show all")), Qt::LeftButton);
  QCOMPARE(shown.model().rowCount(), 1000);
}

void TestImageList::flipsOfTheTeacherByTheSwitch() {
  Images shown;
  shown.showFlips();
  auto* panel = shown.page.findChild<FlipPanel*>();
  const auto switches = panel->findChildren<QRadioButton*>();
  QCOMPARE(switches.size(), 2);
  QTest::mouseClick(switches[1], Qt::LeftButton, {}, QPoint(8, switches[1]->height() / 2));
  QVERIFY(switches[1]->isChecked());
  QCOMPARE(shown.flips().model()->headerData(FlipTableModel::SaidInstead, Qt::Horizontal).toString(),
           QStringLiteral("Teacher said"));
  shown.flips().selectRow(0);
  shown.page.findChild<QPushButton*>(QStringLiteral("flipImages"))->click();
  QVERIFY(shown.model().rowCount() > 0);
  QCOMPARE(shown.workspace.selection().outcome, std::optional(Outcome::OnlyStudent));
  const std::int32_t said = ten()->teacherPredictions[0].predicted[shown.model().sample(0)];
  for (int row = 0; row < shown.model().rowCount(); ++row)
    QCOMPARE(ten()->teacherPredictions[0].predicted[shown.model().sample(row)], said);
}

void TestImageList::statisticsInWords() {
  OutcomeCounts counts{1000, 630, 193, 158, 19};
  const QString words = pairStatistics(counts);
  const Interval interval = bootstrapDelta(193, 158, 1000, 0);
  QVERIFY(words.startsWith(QStringLiteral("1,000 images: teacher ahead by 3.50 points")));
  QVERIFY(words.contains(signedText(100 * interval.low, 2)) && words.contains(signedText(100 * interval.high, 2)));
  QVERIFY2(words.contains(QStringLiteral("p = 0.069")) && words.contains(QStringLiteral("may be chance")),
           qPrintable(words));
  const QString clear = pairStatistics({1000, 400, 500, 50, 50});
  QVERIFY2(clear.contains(QStringLiteral("p < 0.001")) && clear.contains(QStringLiteral("hardly chance")),
           qPrintable(clear));
  QVERIFY(pairStatistics({1000, 400, 50, 500, 50}).contains(QStringLiteral("behind by 45.00 points")));
  QVERIFY(pairStatistics({10, 6, 2, 2, 0}).contains(QStringLiteral("no difference")));
  QVERIFY(pairStatistics({10, 10, 0, 0, 0}, QStringLiteral("Bag")).startsWith(QStringLiteral("Bag, 10 images: both")));
  QCOMPARE(pairStatistics({}, QStringLiteral("Bag")), QStringLiteral("Bag, 0 images: nothing to compare."));
}

void TestImageList::statisticsFollowTheClasses() {
  Images shown;
  auto* line = shown.page.findChild<QLabel*>(QStringLiteral("statistics"));
  const PairKnowledge& knowledge = ten()->knowledge[0];
  QCOMPARE(line->text(), pairStatistics(knowledge.all));
  shown.workspace.select({{6}, {}});
  QCOMPARE(line->text(), pairStatistics(knowledge.classes[6], QStringLiteral("Shirt")));
  shown.workspace.select({{6}, Outcome::OnlyTeacher});
  QCOMPARE(line->text(), pairStatistics(knowledge.classes[6], QStringLiteral("Shirt")));
}

QTEST_MAIN(TestImageList)
#include "test_image_list.moc"
