// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QUrl>

#include "models/metadata.h"
#include "tests/ui/workspace/support.h"
#include "ui/models/details_dialog.h"
#include "ui/models/models_page.h"
#include "ui/models/slot_card.h"
#include "ui/models/teacher_list.h"

namespace gf {
using namespace testing;
namespace {

/// Drags `paths` over the middle of a widget and lets go; answers whether they were taken.
bool drop(QWidget* target, const QStringList& paths) {
  QMimeData mime;
  QList<QUrl> urls;
  for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
  mime.setUrls(urls);
  const QPoint middle = target->rect().center();
  QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(target, &enter);
  if (!enter.isAccepted()) return false;
  QDropEvent event(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(target, &event);
  return event.isAccepted();
}

QPushButton* button(QWidget* parent, const QString& text) {
  for (QPushButton* each : parent->findChildren<QPushButton*>())
    if (each->text() == text) return each;
  return nullptr;
}

Inspection silentModel() {
  Inspection inspection;
  inspection.path = "/shelf/silent.pt";
  inspection.readable = true;
  inspection.missingKeys = {"name", "classes", "input_size", "mean", "std"};
  return inspection;
}

}  // namespace

class TestModels : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void emptyShelfSaysWhatToDo() {
    Workspace workspace;
    ModelsPage page(workspace);
    page.show();
    QPushButton* sample = button(&page, "Open the sample");
    QVERIFY(sample && sample->isVisible());
    QVERIFY(button(&page, "Add models…")->isVisible());
    QVERIFY(!page.primaryAction()->isEnabled());
    QVERIFY(!page.primaryAction()->toolTip().isEmpty());
    QSignalSpy asked(&page, &Page::pageRequested);
    QTest::mouseClick(sample, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
    QVERIFY(button(&page, "Run a one-minute transfer")->isVisible());
    QTest::mouseClick(button(&page, "Run a one-minute transfer"), Qt::LeftButton);
    QCOMPARE(asked.last().first().value<PageId>(), PageId::Transfer);
  }

  void cardsTakeDroppedFiles() {
    Workspace workspace;
    ModelsPage page(workspace);
    auto* teacher = page.findChild<SlotCard*>("teacherSlot");
    auto* student = page.findChild<SlotCard*>("studentSlot");
    QVERIFY(teacher && student);
    QTemporaryDir folder;
    QVERIFY(!drop(teacher, {folder.path()}));  // a folder is no model
    QVERIFY(drop(teacher, {sampleModel("tops-resnet")}));
    QVERIFY(drop(student, {sampleModel("fewtops-mlp")}));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.teacher() && workspace.student(), kPatienceMs);
    QCOMPARE(workspace.pathIn(Slot::Teacher), sampleModel("tops-resnet"));
    QCOMPARE(workspace.pathIn(Slot::Student), sampleModel("fewtops-mlp"));
    QVERIFY(student->accessibleDescription().contains("Few-tops MLP"));

    QPushButton* swap = button(&page, "⇄ Swap");
    QVERIFY(swap->isEnabled());
    QTest::mouseClick(swap, Qt::LeftButton);
    QCOMPARE(workspace.pathIn(Slot::Teacher), sampleModel("fewtops-mlp"));
  }

  void badFileOnACardIsToldOf() {
    QTemporaryDir folder;
    Workspace workspace;
    ModelsPage page(workspace);
    const QString bad = writeFile(folder.filePath("bad.pt"), "no model");
    QVERIFY(addAndRead(workspace, {bad}));
    QSignalSpy problems(&workspace, &Workspace::problem);
    QVERIFY(drop(page.findChild<SlotCard*>("teacherSlot"), {bad}));
    QCOMPARE(problems.count(), 1);
    QVERIFY(!workspace.teacher());
    QVERIFY(!QApplication::activeModalWidget());
  }

  void keysAndButtonsFillTheSlots() {
    QTemporaryDir folder;
    Workspace workspace;
    ModelsPage page(workspace);
    const QString bad = writeFile(folder.filePath("bad.pt"), "no model");
    QVERIFY(addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp"), bad}));
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto* table = page.findChild<QTableView*>();
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_T);
    QCOMPARE(workspace.pathIn(Slot::Teacher), sampleModel("tops-resnet"));
    table->setCurrentIndex(table->model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_S);
    QCOMPARE(workspace.pathIn(Slot::Student), sampleModel("fewtops-mlp"));

    table->setCurrentIndex(table->model()->index(2, 0));
    QVERIFY(!button(&page, "Use as teacher")->isEnabled());
    QVERIFY(button(&page, "Use as teacher")->toolTip().contains("cannot be read"));
    QVERIFY(page.inspector().warning);
    QVERIFY(!page.inspector().note.isEmpty());
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(workspace.shelf().rowCount(), 2);

    // The letters are text where text is typed.
    QVERIFY(page.focusFilter());
    QTest::keyClicks(QApplication::focusWidget(), "Tops");
    QCOMPARE(table->model()->rowCount(), 2);
    QTest::keyClicks(QApplication::focusWidget(), " spec");
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(workspace.pathIn(Slot::Teacher), sampleModel("tops-resnet"));
  }

  void furtherTeachersAreAddedOrderedAndRemoved() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp"), all = sampleModel("all-mlp"),
                  mixer = sampleModel("all-mixer");
    Workspace workspace;
    ModelsPage page(workspace);
    QVERIFY(addAndRead(workspace, {resnet, mlp, all, mixer}));
    page.resize(900, 700);
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto* list = page.findChild<TeacherList*>();
    QVERIFY(list && !list->isVisible());  // there is no teacher yet
    auto* table = page.findChild<QTableView*>();
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_T);
    QVERIFY(list->isVisible());
    table->selectRow(2);
    QTest::mouseClick(button(&page, "Add as further teacher"), Qt::LeftButton);
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, all}));
    QVERIFY(!button(&page, "Add as further teacher")->isEnabled());
    QVERIFY(button(&page, "Add as further teacher")->toolTip().contains("already"));
    QVERIFY(drop(list, {mixer}));
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, all, mixer}));

    const auto press = [&](const QString& what, const QString& path) {
      auto* tool = list->findChild<QToolButton*>(what + ':' + path);
      QVERIFY2(tool && tool->isEnabled(), qPrintable(what));
      QTest::mouseClick(tool, Qt::LeftButton);
    };
    press("up", mixer);
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, mixer, all}));
    press("down", mixer);
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, all, mixer}));
    press("up", all);  // into the slot
    QCOMPARE(workspace.pathIn(Slot::Teacher), all);
    press("remove", mixer);
    QCOMPARE(workspace.teacherPaths(), (QStringList{all, resnet}));
    QVERIFY(!list->findChild<QToolButton*>("down:" + resnet)->isEnabled());  // it is the last
  }

  void removingGoesOnWithTheNextModel() {
    Workspace workspace;
    ModelsPage page(workspace);
    QVERIFY(addAndRead(workspace, {sampleModel("all-mixer"), sampleModel("all-mlp"), sampleModel("all-resnet")}));
    auto* table = page.findChild<QTableView*>();
    table->selectRow(1);
    for (int left = 2; left >= 0; --left) {
      QVERIFY(button(&page, "Remove")->isEnabled());
      button(&page, "Remove")->click();
      QCOMPARE(workspace.shelf().rowCount(), left);
    }
    QVERIFY(!button(&page, "Remove")->isEnabled());
  }

  void inspectorTellsAboutAModel() {
    Workspace workspace;
    ModelsPage page(workspace);
    QVERIFY(addAndRead(workspace, {sampleModel("all-resnet")}));
    auto* table = page.findChild<QTableView*>();
    table->setCurrentIndex(table->model()->index(0, 0));
    const InspectorContent content = page.inspector();
    QCOMPARE(content.title, QString("Generalist ResNet"));
    QVERIFY(!content.warning);
    QStringList labels;
    for (const auto& row : content.rows) labels << row.label;
    for (const char* label : {"Parameters", "Classes", "Mean", "File", "SHA-256"})
      QVERIFY2(labels.contains(label), label);
  }

  void detailsAreChecked() {
    DetailsDialog dialog(silentModel(), {"cat", "dog"});
    auto* problem = dialog.findChild<QLabel*>("problem");
    dialog.accept();  // no classes yet
    QCOMPARE(dialog.result(), int(QDialog::Rejected));
    QVERIFY2(problem->text().contains("classes"), qPrintable(problem->text()));

    QTest::mouseClick(button(&dialog, "From the open data"), Qt::LeftButton);
    QVERIFY(dialog.keys()["classes"] == nlohmann::json({"cat", "dog"}));
    const auto spins = dialog.findChildren<QSpinBox*>();
    QCOMPARE(spins.size(), 3);
    spins[0]->setValue(1);  // one channel, but three means
    dialog.accept();
    QCOMPARE(dialog.result(), int(QDialog::Rejected));
    spins[0]->setValue(3);
    dialog.accept();
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(parseMetadata("{}", dialog.keys(), "test").classes.size(), std::size_t(2));
  }

  void detailsAskOnlyForWhatIsMissing() {
    Inspection inspection = silentModel();
    inspection.missingKeys = {"classes"};
    DetailsDialog dialog(inspection, {});
    dialog.show();
    QVERIFY(dialog.findChild<QPlainTextEdit*>()->isVisible());
    for (QSpinBox* spin : dialog.findChildren<QSpinBox*>()) QVERIFY(!spin->isVisible());
    dialog.findChild<QPlainTextEdit*>()->setPlainText("cat\n\n dog \n");
    const nlohmann::json expected{{"classes", {"cat", "dog"}}};
    QVERIFY(dialog.keys() == expected);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestModels)
#include "test_models.moc"
