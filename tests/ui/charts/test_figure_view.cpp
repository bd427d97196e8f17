// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QDialog>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>

#include "sample_figures.h"
#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_table.h"
#include "ui/charts/figure_view.h"

using namespace gf;

class TestFigureView : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void emptyFiguresSayWhatToDo();
  void clickNamesTheBar();
  void keysReachEveryBar();
  void keysWorkBeforeTheFirstPaint();
  void othersOpenEveryBar();
  void stackPartsCanBeChosen();
  void selectionDimsTheRest();
  void accessibleWords();
  void tableShowsTheNumbers();
  void heatTellsTheCellUnderThePointer();
  void keysWalkThroughATable();
  void dialogFollowsTheSuffix();
  void dialogWritesAllFormatsWithOneStem();
};

void TestFigureView::emptyFiguresSayWhatToDo() {
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

void TestFigureView::clickNamesTheBar() {
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

void TestFigureView::keysReachEveryBar() {
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

void TestFigureView::keysWorkBeforeTheFirstPaint() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(10));
  QSignalSpy chosen(&view, &FigureView::labelActivated);
  QTest::keyClick(&view, Qt::Key_Down);
  QTest::keyClick(&view, Qt::Key_Return);
  QCOMPARE(chosen.size(), 1);
  QCOMPARE(chosen.takeFirst().at(0).toInt(), 0);
}

void TestFigureView::othersOpenEveryBar() {
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

void TestFigureView::stackPartsCanBeChosen() {
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

void TestFigureView::selectionDimsTheRest() {
  FigureView view;
  view.resize(420, 330);
  view.setFigure(flips(10));
  const QColor gain = Theme::instance().colours().of(Role::Gain);
  const int before = pixelsOf(view.grab().toImage(), gain);
  view.setSelectedLabels({0});
  const int after = pixelsOf(view.grab().toImage(), gain);
  QVERIFY(after > 100 && after < before / 2);
}

void TestFigureView::accessibleWords() {
  FigureView view;
  view.setFigure(flips(10));
  QCOMPARE(view.accessibleName(), toQString(flips(10).title));
  QCOMPARE(view.accessibleDescription(), toQString(flips(10).sentence));
  QCOMPARE(view.focusPolicy(), Qt::StrongFocus);
}

void TestFigureView::tableShowsTheNumbers() {
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

void TestFigureView::heatTellsTheCellUnderThePointer() {
  FigureView view;
  view.resize(640, 420);
  view.setFigure(heat());
  view.show();
  QVERIFY(QTest::qWaitForWindowExposed(&view));
  view.grab();
  const std::vector<Mark> marks = marksOf(heat(), view.size());
  QCOMPARE(marks.size(), std::size_t{80});
  QTest::mouseMove(&view, marks[8 * 3 + 1].area.center().toPoint());
  QTRY_VERIFY(QToolTip::isVisible());
  const QString tip = QToolTip::text();
  for (const char* words : {"class 3", "Epoch 2", "Net change (points of the class): +3.0", "learned 1, forgot 3",
                            "learned 5, forgot 3 of 100"})
    QVERIFY2(tip.contains(QLatin1String(words)), qPrintable(tip));
  QTest::mouseMove(&view, marks[8 * 2].area.center().toPoint());
  QTRY_VERIFY(QToolTip::text().contains(QStringLiteral("–")));  // no value
}

void TestFigureView::keysWalkThroughATable() {
  FigureView view;
  view.resize(640, 420);
  view.setFigure(heat());
  const auto says = [&view](const char* row, const char* column) {
    const QStringList lines = view.accessibleDescription().split('\n');
    return lines.value(0) == QLatin1String(row) && lines.value(1) == QLatin1String(column);
  };
  QTest::keyClick(&view, Qt::Key_Right);
  QVERIFY(says("class 0", "Epoch 1"));
  QTest::keyClick(&view, Qt::Key_Right);
  QTest::keyClick(&view, Qt::Key_Down);
  QVERIFY2(says("class 1", "Epoch 2"), qPrintable(view.accessibleDescription()));
  QTest::keyClick(&view, Qt::Key_Up);
  QTest::keyClick(&view, Qt::Key_Up);
  QVERIFY(says("class 0", "Epoch 2"));  // the edge holds
  QTest::keyClick(&view, Qt::Key_End);
  QVERIFY(says("class 9", "Epoch 8"));
  QTest::keyClick(&view, Qt::Key_Right);
  QVERIFY(says("class 9", "Epoch 8"));
  const FigureTableModel table(heat());
  QCOMPARE(table.rowCount(), 10);
  QCOMPARE(table.columnCount(), 10);
  QCOMPARE(table.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Class"));
  QCOMPARE(table.headerData(8, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Epoch 8"));
  QCOMPARE(table.index(0, 8).data().toString(), QStringLiteral("+12.0"));
  QCOMPARE(table.index(2, 1).data().toString(), QStringLiteral("–"));
}

void TestFigureView::dialogFollowsTheSuffix() {
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

void TestFigureView::dialogWritesAllFormatsWithOneStem() {
  QTemporaryDir folder;
  ExportDialog dialog(outcomes(), false, nullptr);
  dialog.findChild<QLineEdit*>()->setText(folder.filePath("key result"));
  for (auto* box : dialog.findChildren<QCheckBox*>()) box->setChecked(true);
  QVERIFY(dialog.write());
  for (const char* suffix : {"svg", "pdf", "png", "csv", "json"}) {
    QVERIFY2(!bytesOf(folder.filePath(QStringLiteral("key result.") + QLatin1String(suffix))).isEmpty(), suffix);
  }
}

QTEST_MAIN(TestFigureView)
#include "test_figure_view.moc"
