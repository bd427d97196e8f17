// SPDX-License-Identifier: GPL-3.0-or-later
// Fitting a model from the window: what the dialog says before, while and after, and the guided domain shift.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "options/fit_options.h"
#include "report/fit_report.h"
#include "tests/ui/window/window_support.h"
#include "tests/ui/workspace/support.h"
#include "ui/charts/figure_view.h"
#include "ui/fit/fit_dialog.h"
#include "ui/fit/fit_form.h"
#include "ui/models/models_page.h"
#include "ui/style/theme.h"
#include "ui/transfer/option_form.h"
#include "ui/workspace/command_text.h"

namespace gf {
using namespace testing;
namespace {

/// The dialog on a workspace with the sample's data and two of its models.
struct Shown {
  Shown() {
    ready = addAndRead(workspace, {sampleModel("all-mlp"), sampleModel("tops-resnet")}) &&
            openAndRead(workspace, sampleData());
    dialog = std::make_unique<FitDialog>(workspace);
    dialog->openFor(sampleModel("all-mlp"));
  }
  template <class Widget>
  Widget* find(const char* name) const {
    return dialog->findChild<Widget*>(QString::fromLatin1(name));
  }
  QString text(const char* name) const { return find<QLabel>(name)->text(); }
  void pick(const char* name, const char* id) const {
    auto* combo = find<QComboBox>(name);
    combo->setCurrentIndex(combo->findData(QString::fromLatin1(id)));
  }
  void type(const char* name, const QString& text) const {
    auto* line = find<QLineEdit>(name);
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    line->insert(text);
    emit line->textEdited(text);
  }
  void press(const char* name) const { QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton); }
  bool ends() const {
    return QTest::qWaitFor([&] { return !dialog->going(); }, kPatienceMs);
  }
  /// The shelf's row of a file, once it was read.
  const ShelfModel::Row* onShelf(const QString& file) {
    const bool there = QTest::qWaitFor(
        [&] {
          const ShelfModel::Row* row = workspace.shelf().find(file);
          return row && !row->pending;
        },
        kPatienceMs);
    return there ? workspace.shelf().find(file) : nullptr;
  }

  Workspace workspace;
  std::unique_ptr<FitDialog> dialog;
  bool ready = false;
};

QString fittedFile(const Shown& shown) {
  return shown.find<QLineEdit>("fit-folder")->text() + QStringLiteral("/model.pt");
}

}  // namespace

class TestFit : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void init() { startClean(); }

  void saysWhatWillHappen() {
    Shown shown;
    QVERIFY(shown.ready);
    auto* fit = shown.find<QPushButton>("fit-start");
    QVERIFY2(shown.text("fit-plan").contains("knows the 10 classes of the data: its 10 outputs are kept"),
             qPrintable(shown.text("fit-plan")));
    QVERIFY(shown.text("fit-plan").contains("images"));
    QVERIFY(fit->isEnabled());
    shown.pick("fit-head", "new");
    QVERIFY2(shown.text("fit-plan").contains("A new head with 10 outputs"), qPrintable(shown.text("fit-plan")));
    shown.pick("fit-classes", "shared");
    QVERIFY(!fit->isEnabled());
    QVERIFY2(shown.text("fit-plan").contains("Keep the head"), qPrintable(shown.text("fit-plan")));
    QCOMPARE(fit->toolTip(), shown.text("fit-plan"));
    shown.pick("fit-head", "auto");
    QVERIFY(fit->isEnabled());
    shown.type("option-lr", "-1");
    QVERIFY(!fit->isEnabled());
    QVERIFY(shown.text("fit-plan").contains("above 0"));
  }

  void asksForWhatIsMissing() {
    Workspace workspace;
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp")}));
    FitDialog dialog(workspace);
    dialog.openFor(sampleModel("all-mlp"));
    QVERIFY(!dialog.findChild<QPushButton*>("fit-start")->isEnabled());
    QVERIFY(dialog.findChild<QLabel*>("fit-plan")->text().contains("No data are open"));
    QVERIFY(openAndRead(workspace, sampleData()));
    QVERIFY(dialog.findChild<QPushButton*>("fit-start")->isEnabled());
  }

  void rowsAreThoseOfAFit() {
    FitForm form;
    auto* rows = form.findChild<OptionForm*>();
    for (const auto& record : fitOptionTable())
      QVERIFY2(rows->field(QString::fromUtf8(record.id.data())), record.id.data());
    for (const char* absent : {"method", "temperature", "teachers", "lambda"}) QVERIFY(!rows->field(absent));
    QVERIFY(rows->field("lr")->toolTip().contains("Default: 0.01"));
    QVERIFY(!rows->field("lr")->toolTip().contains("searched"));
    QCOMPARE(form.options(), withRecipe(FitOptions{}, FitRecipe::OwnData));
  }

  void commandLineIsTheSameFit() {
    Shown shown;
    QVERIFY(shown.ready);
    shown.pick("fit-layers", "all");
    shown.type("option-epochs", "3");
    shown.press("fit-copy");
    const QString line = QApplication::clipboard()->text();
    QVERIFY2(line.startsWith("gainfinder fit --model "), qPrintable(line));
    for (const char* part : {"--layers all", "--epochs 3", "--data", "--out"}) QVERIFY2(line.contains(part), part);
    QVERIFY(line.contains(commandText({shown.find<QLineEdit>("fit-folder")->text()})));
  }

  void fittedModelJoinsTheShelf() {
    Shown shown;
    QVERIFY(shown.ready);
    shown.find<QComboBox>("fit-recipe")->setCurrentIndex(int(FitRecipe::OtherData));
    QCOMPARE(shown.find<QComboBox>("fit-layers")->currentData().toString(), "head");
    shown.pick("fit-head", "new");
    shown.type("option-epochs", "2");
    const QString file = fittedFile(shown);
    shown.press("fit-start");
    QVERIFY(shown.dialog->going());
    QVERIFY(!shown.find<QPushButton>("fit-start")->isEnabled());
    QVERIFY(shown.ends());
    QVERIFY2(shown.text("fit-state").startsWith("Accuracy "), qPrintable(shown.text("fit-state")));
    QVERIFY(shown.text("fit-state").contains("Fit the other model's head too"));
    const Figure& course = shown.dialog->findChild<FigureView*>()->figure();
    QCOMPARE(course.series.front().x, (std::vector<double>{0, 1, 2}));
    const ShelfModel::Row* row = shown.onShelf(file);
    QVERIFY(row && row->inspection.usable());
    QVERIFY(QString::fromStdString(row->inspection.metadata->name).contains(" on "));
    QVERIFY2(fittedFile(shown) != file, "the next fit goes into a folder of its own");
  }

  void domainShiftMakesATeacher() {
    Shown shown;
    QVERIFY(shown.ready);
    shown.find<QComboBox>("fit-recipe")->setCurrentIndex(int(FitRecipe::DomainShift));
    QCOMPARE(shown.find<QComboBox>("fit-layers")->currentData().toString(), "all");
    QCOMPARE(shown.find<QComboBox>("fit-classes")->currentData().toString(), "shared");
    QCOMPARE(shown.find<QLineEdit>("option-lr")->text(), "0.001");
    shown.type("option-epochs", "1");
    const QString file = fittedFile(shown);
    shown.press("fit-start");
    QVERIFY(shown.ends());
    QVERIFY2(shown.text("fit-state").contains("Step 2: open the ImageNet data"), qPrintable(shown.text("fit-state")));
    QVERIFY(shown.onShelf(file));
    QTRY_COMPARE(shown.workspace.pathIn(Slot::Teacher), file);
  }

  void stoppedFitIsKeptOrDiscarded() {
    Shown shown;
    QVERIFY(shown.ready);
    shown.pick("fit-layers", "all");
    shown.type("option-epochs", "5000");
    for (const bool keep : {true, false}) {
      const QString file = fittedFile(shown);
      shown.press("fit-start");
      QVERIFY(QTest::qWaitFor([&] { return !shown.dialog->going() || shown.text("fit-state").contains("loss"); },
                              kPatienceMs));
      QVERIFY2(shown.dialog->going(), qPrintable(shown.text("fit-state")));
      shown.press(keep ? "fit-keep" : "fit-discard");
      QVERIFY(shown.ends());
      QCOMPARE(QFile::exists(file), keep);
      if (keep) QVERIFY(shown.onShelf(file));
      if (!keep) QCOMPARE(shown.text("fit-state"), "Stopped; nothing was kept.");
    }
  }

  void failureIsSaid() {
    Shown shown;
    QVERIFY(shown.ready);
    QSignalSpy problems(&shown.workspace, &Workspace::problem);
    QTemporaryDir full;
    QVERIFY(!writeFile(full.filePath("note.txt"), "mine").isEmpty());
    shown.type("fit-folder", full.path());
    shown.press("fit-start");
    QVERIFY(shown.ends());
    QCOMPARE(problems.size(), 1);
    QVERIFY2(shown.text("fit-state").contains(full.path()), qPrintable(shown.text("fit-state")));
    QVERIFY(QFile::exists(full.filePath("note.txt")));
  }

  void theModelsPageOffersIt() {
    Workspace workspace;
    MainWindow window(workspace);
    QVERIFY(activate(window));
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp")}));
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* page = window.page(PageId::Models);
    auto* table = page->findChild<QTableView*>();
    QAction* fit = nullptr;
    for (QAction* action : table->actions())
      if (action->text() == "Fit…") fit = action;
    QVERIFY(fit);
    table->clearSelection();
    table->setCurrentIndex({});
    QVERIFY(!fit->isEnabled());
    table->selectRow(0);
    QVERIFY(fit->isEnabled());
    fit->trigger();
    auto* dialog = window.findChild<FitDialog*>();
    QVERIFY(dialog && dialog->isVisible());

    // Leaving while a model is fitted is asked about; the window closes once the fit has stopped.
    auto* epochs = dialog->findChild<QLineEdit*>("option-epochs");
    epochs->setText("5000");
    emit epochs->textEdited("5000");
    QTest::mouseClick(dialog->findChild<QPushButton*>("fit-start"), Qt::LeftButton);
    QVERIFY(dialog->going());
    const auto answerWith = [](const QString& start) {
      QTimer::singleShot(0, [start] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (!box) return;
        for (QAbstractButton* each : box->buttons())
          if (each->text().startsWith(start)) each->click();
      });
    };
    answerWith("Keep running");
    window.close();
    QVERIFY(window.isVisible());
    QVERIFY(dialog->going());
    answerWith("Stop");
    window.close();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), kPatienceMs);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestFit)
#include "test_fit.moc"
