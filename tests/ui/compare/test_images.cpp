// SPDX-License-Identifier: GPL-3.0-or-later
// The images of a comparison as a user meets them: sorted, and large.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QListView>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>

#include "shown_page.h"
#include "ui/compare/gallery_panel.h"
#include "ui/compare/sample_details.h"
#include "ui/compare/sample_model.h"
#include "ui/compare/sample_scores.h"
#include "ui/compare/sample_zoom.h"
#include "ui/compare/thumbnails.h"
#include "ui/compare/top_classes.h"
#include "ui/compare/zoom_picture.h"
#include "ui/style/theme.h"

using namespace gf;

namespace {

std::shared_ptr<const SampleScores> scores() {
  return scoresOf(*ten(), std::atomic<bool>(false));
}

}  // namespace

class TestImages : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    Theme::instance().apply(ThemeChoice::Light);
  }
  void scoresAreTheModels();
  void sortedByEveryOrder_data();
  void sortedByEveryOrder();
  void orderIsKeptByKeyboard();
  void aNewOrderKeepsTheChosenImage();
  void ranksHoldTheTruth();
  void zoomByKeyboard();
  void zoomByMouse();
  void zoomIsSharp();
  void looks_data();
  void looks();
};

void TestImages::scoresAreTheModels() {
  const auto made = scores();
  const auto labels = ten()->data.eval->labels();
  const Predictions &teacher = ten()->teacherPredictions[0], &student = ten()->studentPredictions;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto truth = static_cast<std::size_t>(labels[i]);
    QCOMPARE(made->teacherConfidence[i], teacher.confidence(i));
    QCOMPARE(made->studentConfidence[i], student.confidence(i));
    QCOMPARE(made->teacherOfTruth[i], teacher.probability(i, truth));
    QCOMPARE(made->gap(i), teacher.probability(i, truth) - student.probability(i, truth));
  }
  QVERIFY(!scoresOf(*ten(), std::atomic<bool>(true)));
}

void TestImages::sortedByEveryOrder_data() {
  QTest::addColumn<int>("order");
  QTest::newRow("data") << int(SampleOrder::Data);
  QTest::newRow("teacher") << int(SampleOrder::TeacherConfidence);
  QTest::newRow("student") << int(SampleOrder::StudentConfidence);
  QTest::newRow("gap") << int(SampleOrder::Gap);
}

void TestImages::sortedByEveryOrder() {
  QFETCH(int, order);
  SampleModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.show(ten(), {{}, Outcome::OnlyTeacher});
  model.setScores(scores());
  const auto value = [&](int row) {
    const std::size_t at = model.sample(row);
    switch (SampleOrder(order)) {
      case SampleOrder::TeacherConfidence:
        return ten()->teacherPredictions[0].confidence(at);
      case SampleOrder::StudentConfidence:
        return ten()->studentPredictions.confidence(at);
      case SampleOrder::Gap:
        return model.scores()->gap(at);
      case SampleOrder::Data:
        break;
    }
    return -static_cast<double>(at);
  };
  std::set<std::size_t> seen;
  for (const bool reversed : {false, true}) {
    model.setOrder(SampleOrder(order), reversed);
    QCOMPARE(std::int64_t{model.rowCount()}, ten()->knowledge[0].all.onlyTeacher);
    for (int row = 0; row < model.rowCount(); ++row) {
      QCOMPARE(model.rowOf(model.sample(row)), std::optional(row));
      seen.insert(model.sample(row));
      if (row == 0) continue;
      QVERIFY(reversed ? value(row - 1) <= value(row) : value(row - 1) >= value(row));
    }
  }
  QCOMPARE(std::int64_t(seen.size()), ten()->knowledge[0].all.onlyTeacher);
}

void TestImages::orderIsKeptByKeyboard() {
  Images shown;
  QCOMPARE(shown.model().sample(0), std::size_t{0});
  shown.order().setFocus();
  QTest::keyClick(&shown.order(), Qt::Key_End);
  QCOMPARE(shown.model().order(), SampleOrder::Gap);
  const double best = shown.model().scores()->gap(shown.model().sample(0));
  QCOMPARE(shown.direction().text(), QStringLiteral("Highest first"));
  QTest::keyClick(&shown.direction(), Qt::Key_Space);
  QCOMPARE(shown.direction().text(), QStringLiteral("Lowest first"));
  QVERIFY(shown.model().scores()->gap(shown.model().sample(0)) < best);
  // Another choice of images and another comparison: the order stays.
  shown.workspace.select({{}, Outcome::OnlyTeacher});
  shown.page.showComparison(makeComparison(5, 40));
  QCOMPARE(shown.order().currentText(), QStringLiteral("Confidence gap"));
  QTRY_VERIFY(shown.model().scores());
  QVERIFY(shown.model().reversed());
  for (int row = 1; row < shown.model().rowCount(); ++row) {
    QVERIFY(shown.model().scores()->gap(shown.model().sample(row - 1)) <=
            shown.model().scores()->gap(shown.model().sample(row)));
  }
}

void TestImages::aNewOrderKeepsTheChosenImage() {
  Images shown;
  QTest::mouseClick(shown.list().viewport(), Qt::LeftButton, {}, shown.card(1));
  QCOMPARE(shown.gallery().chosen(), std::optional<std::size_t>(1));
  QTest::keyClick(&shown.order(), Qt::Key_Down);
  QCOMPARE(shown.model().order(), SampleOrder::TeacherConfidence);
  QCOMPARE(shown.gallery().chosen(), std::optional<std::size_t>(1));
  QCOMPARE(shown.page.inspector().title, QStringLiteral("pattern #1"));
}

void TestImages::ranksHoldTheTruth() {
  Predictions predictions;
  predictions.samples = 1;
  predictions.classes = 8;
  const float never = -std::numeric_limits<float>::infinity();
  predictions.logits = {1, 3, 2, 0, 3, -1, never, 0.5F};
  fillPredicted(predictions);
  QCOMPARE(firstClasses(predictions, 0, 3), (std::vector<std::size_t>{1, 4, 2}));
  QCOMPARE(firstClasses(predictions, 0, 99).size(), std::size_t{7});  // the unknown class is no answer
  const auto inside = rankedClasses(predictions, 0, 4, 3);
  QCOMPARE(inside.size(), std::size_t{3});
  QVERIFY(inside[1].truth && !inside[0].truth);
  const auto outside = rankedClasses(predictions, 0, 3, 3);
  QCOMPARE(outside.size(), std::size_t{4});
  QCOMPARE(outside[3].rank, std::size_t{6});
  QVERIFY(outside[3].truth && outside[3].known);
  QCOMPARE(outside[3].probability, predictions.probability(0, 3));
  QVERIFY(!rankedClasses(predictions, 0, 6, 3).back().known);
}

void TestImages::zoomByKeyboard() {
  Images shown;
  shown.workspace.select({{}, Outcome::OnlyTeacher});
  QTest::keyClick(&shown.list(), Qt::Key_Return);
  QVERIFY2(!shown.zoom(), "nothing is chosen yet");
  shown.list().setCurrentIndex(shown.model().index(3));
  QTest::keyClick(&shown.list(), Qt::Key_Return);
  QVERIFY(shown.zoom() && shown.zoom()->isVisible());
  auto* place = shown.zoom()->findChild<QLabel*>(QStringLiteral("zoomPlace"));
  const int rows = shown.model().rowCount();
  QCOMPARE(place->text(), QStringLiteral("4 of %1").arg(rows));
  // Keys go where the focus is: a button, on which they would move the focus.
  const auto press = [&](Qt::Key key) {
    QWidget* focused = shown.zoom()->focusWidget();
    QTest::keyClick(focused ? focused : shown.zoom(), key);
  };
  buttonWith(*shown.zoom(), QStringLiteral("Previous"))->setFocus();
  press(Qt::Key_Right);
  QCOMPARE(shown.list().currentIndex().row(), 4);
  press(Qt::Key_Left);
  press(Qt::Key_Up);
  QCOMPARE(shown.zoom()->row(), 2);
  press(Qt::Key_End);
  press(Qt::Key_Right);
  QCOMPARE(shown.list().currentIndex().row(), rows - 1);
  QVERIFY(!buttonWith(*shown.zoom(), QStringLiteral("Next"))->isEnabled());
  press(Qt::Key_Home);
  QVERIFY(!buttonWith(*shown.zoom(), QStringLiteral("Previous"))->isEnabled());
  // Both models, side by side: the teacher has it, the student does not, the truth is marked for both.
  const auto tops = shown.zoom()->findChildren<TopClasses*>();
  QCOMPARE(tops.size(), 2);
  QVERIFY(tops[0]->rows().front().truth);
  QVERIFY(!tops[1]->rows().front().truth);
  for (const TopClasses* each : tops) {
    QVERIFY(each->accessibleDescription().contains(QStringLiteral("the truth")));
    QVERIFY(each->rows().size() >= TopClasses::kMost);
  }
  press(Qt::Key_Escape);
  QTRY_VERIFY(!shown.zoom());
  QCOMPARE(shown.list().currentIndex().row(), 0);
}

void TestImages::zoomByMouse() {
  Images shown;
  const QPoint place = shown.card(shown.list().indexAt({10, shown.list().viewport()->height() - 10}).row());
  const int row = shown.list().indexAt(place).row();
  QTest::mouseClick(shown.list().viewport(), Qt::LeftButton, {}, place);
  QVERIFY2(shown.page.findChild<SampleDetails*>()->isHidden(), "nothing moves under the second click");
  QTest::mouseDClick(shown.list().viewport(), Qt::LeftButton, {}, place);
  QVERIFY(shown.zoom() && shown.zoom()->isVisible());
  QCOMPARE(shown.zoom()->row(), row);
  QTest::mouseClick(buttonWith(*shown.zoom(), QStringLiteral("Next")), Qt::LeftButton);
  QCOMPARE(shown.zoom()->row(), row + 1);
  QTRY_VERIFY(!shown.page.findChild<SampleDetails*>()->isHidden());
  // The list changes under it: there is nothing left to step through.
  shown.page.showComparison(makeComparison(3, 5));
  QTRY_VERIFY(!shown.zoom());
}

void TestImages::zoomIsSharp() {
  Images shown;
  shown.list().setCurrentIndex(shown.model().index(2));
  QTest::keyClick(&shown.list(), Qt::Key_Return);
  auto* picture = shown.zoom()->findChild<ZoomPicture*>();
  shown.zoom()->grab();
  QTRY_VERIFY(!picture->image().isNull());
  const QImage image = picture->image();
  QVERIFY2(image.width() % 28 == 0 && image.width() > 4 * 28, "tiny images grow by whole factors");
  const int room = static_cast<int>(std::min(picture->width(), picture->height()) * picture->devicePixelRatioF());
  QCOMPARE(image.width() / 28, room / 28);
  // Image 13 cannot be read: the reason is told, and stepping goes on.
  for (int i = 2; i < 13; ++i) QTest::keyClick(shown.zoom(), Qt::Key_Right);
  shown.zoom()->grab();
  QTRY_VERIFY(picture->image().isNull());
  QTest::keyClick(shown.zoom(), Qt::Key_Right);
  QTRY_VERIFY(!picture->image().isNull());
}

void TestImages::looks_data() {
  addSizesAndThemes();
}

/// With GAINFINDER_SCREENSHOTS=FOLDER what is seen is written there.
void TestImages::looks() {
  QFETCH(int, classes);
  QFETCH(QSize, size);
  QFETCH(bool, dark);
  Theme::instance().apply(dark ? ThemeChoice::Dark : ThemeChoice::Light);
  Images shown(classes == 10 ? ten() : makeComparison(classes, 4, 400), size);
  shown.showFlips();
  shown.flips().selectRow(0);
  shown.page.findChild<QPushButton*>(QStringLiteral("flipImages"))->click();
  QVERIFY(shown.page.minimumSizeHint().width() <= 880 && shown.page.minimumSizeHint().height() <= 640);
  QTRY_VERIFY(shown.gallery().isVisible());
  const QString folder = qEnvironmentVariable("GAINFINDER_SCREENSHOTS");
  const auto save = [&](QWidget* widget, const char* what) {
    const QPixmap picture = widget->grab();
    QVERIFY(!picture.isNull());
    if (folder.isEmpty()) return;
    QTest::qWait(300);
    widget->grab().save(QDir(folder).filePath(QStringLiteral("%1-%2.png").arg(what, QTest::currentDataTag())));
  };
  save(&shown.page, "flips");
  shown.list().setCurrentIndex(shown.model().index(0));
  QTest::keyClick(&shown.list(), Qt::Key_Return);
  auto* zoom = shown.zoom();
  QVERIFY(zoom);
  QVERIFY2(zoom->minimumSizeHint().width() <= 1180 && zoom->minimumSizeHint().height() <= 700,
           "it fits a screen of 1280 x 800");
  save(zoom, "zoom");
  Theme::instance().apply(ThemeChoice::Light);
}

QTEST_MAIN(TestImages)
#include "test_images.moc"
