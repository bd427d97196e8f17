// SPDX-License-Identifier: GPL-3.0-or-later
// Going through images and packing them from the Data page.
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <future>
#include <stop_token>

#include "base/error.h"
#include "tests/ui/workspace/image_folder.h"
#include "ui/data/check_dialog.h"
#include "ui/data/check_table.h"
#include "ui/data/data_page.h"
#include "ui/data/pack_dialog.h"

namespace gf {
using namespace testing;
namespace {

/// Keeps its worker busy until it is stopped.
class Busy final : public Job {
 public:
  std::string title() const override { return "Busy"; }
  void run(const Control& control) override {
    std::promise<void> stopped;
    const std::stop_callback told(control.stopToken(), [&] { stopped.set_value(); });
    stopped.get_future().wait();
    control.checkpoint();
  }
};

QPushButton* button(QWidget* parent, const QString& text) {
  for (auto* each : parent->findChildren<QPushButton*>())
    if (each->text() == text) return each;
  return nullptr;
}

}  // namespace

class TestImageFiles : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void aCheckListsDamagedAndOddImages() {
    QTemporaryDir folder;
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(openAndRead(workspace, imageFolder(folder)));
    page.show();
    QTest::mouseClick(button(&page, "Check images…"), Qt::LeftButton);
    auto* dialog = page.findChild<CheckDialog*>();
    QVERIFY(dialog && dialog->isVisible() && dialog->checking());
    QVERIFY(QTest::qWaitFor([&] { return !dialog->checking(); }, kPatienceMs));
    const QString said = dialog->findChild<QLabel*>("checkSentence")->text();
    QVERIFY2(said.startsWith("60 images (image folder): 2 cannot be read; 20 oddities were treated."),
             qPrintable(said));

    auto* view = dialog->findChild<QTableView*>("checkTable");
    QAbstractItemModelTester tester(view->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto cell = [view](int row, int column) { return view->model()->index(row, column).data().toString(); };
    QCOMPARE(view->model()->rowCount(), 22);
    QCOMPARE(cell(0, CheckTable::Image), QString("val/Bag/1.png"));
    QCOMPARE(cell(0, CheckTable::Kind), QString("cannot be read"));
    QVERIFY(cell(0, CheckTable::Reason).contains("undamaged"));
    auto* kinds = dialog->findChild<QComboBox*>("checkKinds");
    QCOMPARE(kinds->count(), 3);
    QCOMPARE(kinds->itemText(2), QString("grey (20)"));
    kinds->setCurrentIndex(1);
    QCOMPARE(view->model()->rowCount(), 2);
    QTest::keyClicks(dialog->findChild<QLineEdit*>(), "coat");
    QCOMPARE(view->model()->rowCount(), 1);

    QTest::mouseClick(button(dialog, "Copy"), Qt::LeftButton);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("val/Coat/2.png\tcannot be read\t"));
    dialog->exportTo(folder.filePath("list.csv"));
    QFile csv(folder.filePath("list.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QByteArray text = csv.readAll();
    QVERIFY(text.startsWith("image,what,why\r\nval/Coat/2.png,cannot be read,"));
    QCOMPARE(text.count("\r\n"), 2);
    QVERIFY_EXCEPTION_THROWN(dialog->exportTo("/nowhere/list.csv"), Error);
  }

  void aCheckCanBeStopped() {
    QTemporaryDir folder;
    Workspace workspace;
    QVERIFY(openAndRead(workspace, imageFolder(folder)));
    const auto busy = workspace.startChecking(std::make_shared<Busy>(), {}, nullptr);
    CheckDialog dialog(workspace);  // it waits for the other work
    dialog.stop();
    QCOMPARE(dialog.findChild<QLabel*>("checkSentence")->text(), QString("Stopping…"));
    QVERIFY(QTest::qWaitFor([&] { return !dialog.checking(); }, kPatienceMs));
    workspace.cancel(busy);
    QVERIFY(!dialog.result());
    QVERIFY(dialog.findChild<QLabel*>("checkSentence")->text().contains("stopped"));
    dialog.start();
    QVERIFY(QTest::qWaitFor([&] { return !dialog.checking(); }, kPatienceMs));
    QVERIFY(dialog.result());
  }

  void dataArePackedAndOpened() {
    QTemporaryDir folder;
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(openAndRead(workspace, imageFolder(folder)));
    page.show();
    QTest::mouseClick(button(&page, "Pack…"), Qt::LeftButton);
    auto* dialog = page.findChild<PackDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    auto* said = dialog->findChild<QLabel*>("packSaid");
    auto* size = dialog->findChild<QLabel*>("packSize");
    QVERIFY(QTest::qWaitFor([&] { return size->text().contains("for 60 images"); }, kPatienceMs));
    QVERIFY(dialog->request().out == folder.filePath("images.gfpack").toStdString());
    auto* pack = button(dialog, "Pack");
    QTest::mouseClick(pack, Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return !dialog->packing(); }, kPatienceMs));
    QVERIFY2(said->text().contains("val/Bag/1.png"), qPrintable(said->text()));  // a damaged one ends it
    QVERIFY(!QFileInfo::exists(folder.filePath("images.gfpack")));
    QVERIFY(QFileInfo::exists(folder.filePath("images.gfpack.part")));

    auto* bad = dialog->findChild<QComboBox*>("packBad");
    bad->setCurrentIndex(1);
    emit bad->activated(1);
    QCOMPARE(pack->text(), QString("Go on packing"));
    QTest::mouseClick(pack, Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return !dialog->packing(); }, kPatienceMs));
    QVERIFY2(said->text().contains("Packed 30 training images and 28 images to judge on"), qPrintable(said->text()));
    QVERIFY2(said->text().contains("2 images could not be read and were left out"), qPrintable(said->text()));
    QTest::mouseClick(button(dialog, "Open it"), Qt::LeftButton);
    QVERIFY(!dialog->isVisible());
    QVERIFY(QTest::qWaitFor([&] { return !workspace.openingData(); }, kPatienceMs));
    QCOMPARE(workspace.dataPath(), folder.filePath("images.gfpack"));
    QCOMPARE(workspace.data()->eval->size(), std::size_t(28));
  }

  void packingAsksBeforeItReplacesAndSaysTheCommand() {
    QTemporaryDir folder;
    Workspace workspace;
    QVERIFY(openAndRead(workspace, imageFolder(folder)));
    PackDialog dialog(workspace);
    dialog.show();
    writeFile(folder.filePath("old.gfpack"), "old");
    auto* file = dialog.findChild<QLineEdit*>("packFile");
    file->setText(folder.filePath("old.gfpack"));
    QCOMPARE(dialog.blocked(), QString("There is a file of this name."));
    dialog.findChild<QCheckBox*>()->click();
    QVERIFY(dialog.blocked().isEmpty());
    file->clear();
    QVERIFY(!dialog.blocked().isEmpty());
    file->setText("/some where/new.gfpack");
    auto* encoding = dialog.findChild<QComboBox*>("packEncoding");
    encoding->setCurrentIndex(1);
    auto* sides = dialog.findChild<QComboBox*>("packSides");
    sides->setCurrentIndex(sides->count() - 1);
    QTest::mouseClick(button(&dialog, "Copy command line"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QString("gainfinder pack --data %1 --out '/some where/new.gfpack' --side 0 --quality raw --overwrite")
                 .arg(workspace.dataPath()));
    workspace.openData(sampleData());
    QVERIFY(dialog.blocked().contains("Other data"));
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestImageFiles)
#include "test_image_files.moc"
