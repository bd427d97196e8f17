// SPDX-License-Identifier: GPL-3.0-or-later
// Importing in the window. Python is a small program that answers as the importer does, so that the list, the caches
// and the failures are known; the import itself is tested with the real libraries where they are.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "tests/ui/workspace/support.h"
#include "ui/importing/import_dialog.h"
#include "ui/importing/import_list_model.h"
#include "ui/models/models_page.h"
#include "ui/style/eliding_label.h"

namespace gf {
using namespace testing;
namespace {

QByteArray listed(const char* library, const char* name, const char* weights, const char* paper = "") {
  return QStringLiteral(R"({"library": "%1", "name": "%2", "family": "CNN", "weights": "%3", "data": "ImageNet-1k", )"
                        R"("input_size": [3, 224, 224], "parameters": 11689512, "paper_name": "%4", "accuracy": 0.7})"
                        "\n")
      .arg(QLatin1String(library), QLatin1String(name), QLatin1String(weights), QLatin1String(paper))
      .toUtf8();
}

const QByteArray kPlaces = "{\"places\": [\"/cache/hub\", \"/cache/torch\"]}\n";

struct Bench {
  QTemporaryDir folder;
  Workspace workspace;
  ImportDialog dialog{workspace};

  explicit Bench(const QByteArray& list) {
    const QString python = folder.filePath("python");
    QFile::copy(GF_TEST_FAKE_PYTHON, python);
    QFile(python).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    writeFile(folder.filePath("list"), list + kPlaces);
    qputenv("GAINFINDER_PYTHON", python.toLocal8Bit());
    qputenv("SAMPLE", sampleModel("all-mlp").toLocal8Bit());
    child<QLineEdit>("importOut")->setText(folder.filePath("out"));
  }
  template <class T>
  T* child(const char* name) {
    return dialog.findChild<T*>(QLatin1String(name));
  }
  QAbstractItemModel& table() { return *child<QTableView>("importTable")->model(); }
  QPushButton* button(const QString& text) {
    for (auto* each : dialog.findChildren<QPushButton*>())
      if (each->text() == text) return each;
    return nullptr;
  }
  void choose(const QString& radio) {
    for (auto* each : dialog.findChildren<QRadioButton*>())
      if (each->text() == radio) each->click();
  }
  bool list() {
    dialog.open({});
    return QTest::qWaitFor([this] { return child<QTableView>("importTable")->isVisible() || emptyShown(); },
                           kPatienceMs);
  }
  bool emptyShown() { return child<QLabel>("emptyText")->isVisible(); }
  void tick(const QString& name) {
    for (int row = 0; row < table().rowCount(); ++row)
      if (table().index(row, 0).data().toString() == name)
        table().setData(table().index(row, 0), Qt::Checked, Qt::CheckStateRole);
  }
  QStringList shown() {
    QStringList names;
    for (int row = 0; row < table().rowCount(); ++row) names << table().index(row, 0).data().toString();
    return names;
  }
  QString outcome(int row, int column) {
    return child<QTableView>("importOutcomes")->model()->index(row, column).data().toString();
  }
  bool finished() {
    return QTest::qWaitFor([this] { return !dialog.importing() && allRead(workspace); }, kPatienceMs);
  }
};

QByteArray someModels() {
  return listed("timm", "alpha.tag", "/cache/hub/alpha") + listed("timm", "beta.tag", "", "Beta-P16") +
         listed("torchvision", "gamma.V1", "/cache/torch/gamma.pth");
}

}  // namespace

class TestImporting : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void onlyWeightsOnThisMachineAreShownAtFirst() {
    Bench bench(someModels());
    QVERIFY(bench.list());
    QAbstractItemModelTester tester(&bench.table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(bench.shown(), QStringList{"alpha.tag"});
    QCOMPARE(bench.table().index(0, ImportListModel::Parameters).data().toString(), QString("11.7"));
    QCOMPARE(bench.table().index(0, ImportListModel::Accuracy).data().toString(), QString("70.0"));
    QVERIFY(!bench.button("Import")->isEnabled());
    QVERIFY(bench.button("Import")->toolTip().contains("Tick at least one model"));
    bench.child<QCheckBox>("importOnlyHere")->click();
    QCOMPARE(bench.shown(), (QStringList{"alpha.tag", "beta.tag"}));
    bench.tick("beta.tag");  // its weights are not here
    QVERIFY(!bench.button("Import")->isEnabled());
    bench.child<QComboBox>("importGroup")->setCurrentIndex(ImportFilter::Torchvision);
    QCOMPARE(bench.shown(), QStringList{"gamma.V1"});
    bench.child<QComboBox>("importGroup")->setCurrentIndex(ImportFilter::PaperShelf);
    QCOMPARE(bench.shown(), QStringList{"beta.tag"});
    QTest::keyClicks(bench.child<QLineEdit>("importSearch"), "p16 cnn");
    QCOMPARE(bench.shown(), QStringList{"beta.tag"});
    QTest::keyClicks(bench.child<QLineEdit>("importSearch"), " x");
    QVERIFY(bench.emptyShown());
  }

  void noWeightsSaysWhereItLookedAndWhatToDo() {
    Bench bench(listed("timm", "beta.tag", ""));
    QVERIFY(bench.list());
    QVERIFY(bench.emptyShown());
    const QString words = bench.child<QLabel>("emptyText")->text();
    QVERIFY2(words.contains("/cache/hub\n/cache/torch"), qPrintable(words));
    QVERIFY(bench.button("Weights from a file…")->isVisible());
    QTest::mouseClick(bench.button("Fresh random weights"), Qt::LeftButton);
    QVERIFY(!bench.emptyShown());
    bench.tick("beta.tag");
    QVERIFY(bench.button("Import")->isEnabled());
  }

  void spaceTicksTheChosenRows() {
    Bench bench(someModels());
    QVERIFY(bench.list());
    bench.choose("Fresh random weights");
    auto* view = bench.child<QTableView>("importTable");
    QVERIFY(QTest::qWaitForWindowActive(&bench.dialog));
    view->setFocus();
    view->selectAll();
    QTest::keyClick(view, Qt::Key_Space);
    QCOMPARE(bench.child<ElidingLabel>("importTicked")->text(), QString("2 models ticked: alpha.tag, beta.tag"));
    QTest::keyClick(view, Qt::Key_Space);
    QCOMPARE(bench.child<ElidingLabel>("importTicked")->text(), QString("No model is ticked."));
  }

  void commandLinesDoTheSame() {
    Bench bench(someModels());
    QVERIFY(bench.list());
    bench.choose("Fresh random weights");
    bench.tick("alpha.tag");
    bench.child<QComboBox>("importGroup")->setCurrentIndex(ImportFilter::Torchvision);
    bench.tick("gamma.V1");
    bench.child<QLineEdit>("importOut")->setText("/some where");
    QTest::mouseClick(bench.button("Copy command line"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QString("gainfinder import timm alpha.tag --out '/some where' --random-init --seed 0\n"
                     "gainfinder import torchvision gamma.V1 --out '/some where' --random-init --seed 0"));
  }

  void whatIsImportedJoinsTheShelfAndFailuresSayWhy() {
    Bench bench(listed("timm", "bad.tag", "/w") + listed("timm", "good.tag", "/w") +
                listed("torchvision", "other.V1", "/w"));
    QSignalSpy problems(&bench.workspace, &Workspace::problem);
    QVERIFY(bench.list());
    QTest::mouseClick(bench.button("Tick all shown"), Qt::LeftButton);
    bench.child<QComboBox>("importGroup")->setCurrentIndex(ImportFilter::Torchvision);
    bench.tick("other.V1");
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QVERIFY(bench.dialog.importing());
    QVERIFY(bench.button("Stop")->isVisible());
    QVERIFY(bench.finished());
    QCOMPARE(bench.child<QLabel>("importHeadline")->text(), QString("2 models imported, 1 failed"));
    QCOMPARE(bench.outcome(0, 0), QString("bad.tag"));
    QCOMPARE(bench.outcome(0, 1), QString("Failed"));
    QCOMPARE(bench.outcome(0, 2), QString("The weights must be there; found no file. Fetch them."));
    QCOMPARE(bench.outcome(1, 1), QString("Imported"));
    QCOMPARE(problems.count(), 1);
    QCOMPARE(problems.first().first().toString(), QString("bad.tag was not imported"));
    QCOMPARE(bench.workspace.shelf().rowCount(), 2);
    const auto* row = bench.workspace.shelf().find(bench.folder.filePath("out/good.tag.pt"));
    QVERIFY(row && row->inspection.usable());
    QTest::mouseClick(bench.button("Import more"), Qt::LeftButton);
    QVERIFY(bench.child<QTableView>("importTable")->isVisible());
  }

  void aStopIsAnsweredAtOnceAndKeepsWhatIsDone() {
    Bench bench(listed("timm", "good.tag", "/w") + listed("timm", "slow.tag", "/w") + listed("timm", "tail.tag", "/w"));
    QVERIFY(bench.list());
    QTest::mouseClick(bench.button("Tick all shown"), Qt::LeftButton);
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return bench.outcome(0, 1) == "Imported"; }, kPatienceMs));
    QTest::mouseClick(bench.button("Stop"), Qt::LeftButton);
    QVERIFY(bench.child<QLabel>("importHeadline")->text().startsWith("Stopping"));
    QVERIFY(bench.finished());
    QCOMPARE(bench.child<QLabel>("importHeadline")->text(), QString("1 model imported, 2 not begun"));
    QCOMPARE(bench.outcome(2, 1), QString("Not imported"));
    QCOMPARE(QDir(bench.folder.filePath("out")).entryList(QDir::Files | QDir::Hidden), QStringList{"good.tag.pt"});
  }

  void closingGoesOnInTheBackground() {
    Bench bench(listed("timm", "good.tag", "/w"));
    QVERIFY(bench.list());
    bench.tick("good.tag");
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QTest::mouseClick(bench.button("Close"), Qt::LeftButton);
    QVERIFY(!bench.dialog.isVisible());
    QVERIFY(bench.finished());
    QCOMPARE(bench.workspace.shelf().rowCount(), 1);
  }

  void weightsOfAFileTakeTheirArchitectureFromTheConfigurationOrTheList() {
    Bench bench(someModels());
    QVERIFY(bench.list());
    QDir(bench.folder.path()).mkdir("mine");
    const QString file = writeFile(bench.folder.filePath("mine/model.safetensors"), "x");
    bench.dialog.open(file);
    QCOMPARE(bench.child<QLineEdit>("weightsFile")->text(), file);
    QVERIFY(bench.button("Import")->toolTip().contains("Tick the architecture"));
    bench.tick("alpha.tag");
    bench.tick("beta.tag");  // one file is of one model
    QCOMPARE(bench.child<ElidingLabel>("importTicked")->text(), QString("1 model ticked: beta.tag"));
    QVERIFY(bench.button("Import")->isEnabled());
    QTest::mouseClick(bench.button("Untick all"), Qt::LeftButton);

    writeFile(bench.folder.filePath("mine/config.json"), R"({"architecture": "resnet18", "num_classes": 3})");
    bench.dialog.open(bench.folder.filePath("mine"));  // the folder stands for it
    QVERIFY(bench.child<QLabel>("weightsSaid")->text().contains("resnet18, 3 classes"));
    QVERIFY(bench.button("Import")->isEnabled());
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QVERIFY(bench.finished());
    QCOMPARE(bench.outcome(0, 0), QString("from-config"));
    QCOMPARE(bench.outcome(0, 1), QString("Imported"));
    QFile made(bench.folder.filePath("made"));
    QVERIFY(made.open(QIODevice::ReadOnly));
    QVERIFY(made.readAll().contains(("\"checkpoint\":\"" + file + "\"").toUtf8()));
  }

  void classesOfAFileCanBeThoseOfTheData() {
    Bench bench(someModels());
    QVERIFY(openAndRead(bench.workspace, sampleData()));
    QVERIFY(bench.list());
    bench.dialog.open(writeFile(bench.folder.filePath("mine.safetensors"), "x"));
    bench.tick("beta.tag");
    auto* classes = bench.child<QComboBox>("weightsClasses");
    classes->setCurrentIndex(1);
    emit classes->activated(1);
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QVERIFY(bench.finished());
    QFile made(bench.folder.filePath("made"));
    QVERIFY(made.open(QIODevice::ReadOnly));
    QVERIFY(made.readAll().contains(R"("metadata":{"classes":["T-shirt/top","Trouser",)"));
  }

  void droppedWeightsOpenTheDialogAndTheirModelTakesTheirPlace() {
    Bench bench(someModels());
    ModelsPage page(bench.workspace);
    page.show();
    QDir(bench.folder.path()).mkdir("mine");
    const QString file =
        writeFile(bench.folder.filePath("mine/model.safetensors"), QByteArray("\x40\0\0\0\0\0\0\0{\"a\":1}", 15));
    writeFile(bench.folder.filePath("mine/config.json"), R"({"architecture": "resnet18"})");
    bench.workspace.addModels({bench.folder.filePath("mine")});
    QVERIFY(QTest::qWaitFor([&] { return page.findChild<ImportDialog*>() != nullptr; }, kPatienceMs));
    auto* dialog = page.findChild<ImportDialog*>();
    QVERIFY(dialog->isVisible());
    QCOMPARE(dialog->findChild<QLineEdit*>("weightsFile")->text(), file);
    const auto* row = bench.workspace.shelf().find(file);
    QVERIFY(row && row->weights);
    auto* table = page.findChild<QTableView*>();
    QCOMPARE(table->model()->index(0, ShelfModel::State).data().toString(), QString("Weights alone: to be imported"));

    dialog->findChild<QLineEdit*>("importOut")->setText(bench.folder.filePath("out"));
    QPushButton* import = nullptr;
    for (auto* each : dialog->findChildren<QPushButton*>())
      if (each->text() == "Import") import = each;
    QVERIFY(QTest::qWaitFor([&] { return import->isVisible() && import->isEnabled(); }, kPatienceMs));
    QTest::mouseClick(import, Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return !dialog->importing() && allRead(bench.workspace); }, kPatienceMs));
    QVERIFY(!bench.workspace.shelf().find(file));
    QVERIFY(bench.workspace.shelf().find(bench.folder.filePath("out/from-config.pt")));
  }

  void rememberedWeightsDoNotOpenTheDialogAgain() {
    QTemporaryDir folder;
    const QString file = writeFile(folder.filePath("model.safetensors"), QByteArray("\x40\0\0\0\0\0\0\0{\"a\":1}", 15));
    {
      Workspace workspace;
      QVERIFY(addAndRead(workspace, {file}));
    }
    Workspace workspace;
    QSignalSpy offered(&workspace, &Workspace::weightsAdded);
    workspace.restore();
    QVERIFY(QTest::qWaitFor([&] { return allRead(workspace); }, kPatienceMs));
    QVERIFY(workspace.shelf().find(file)->weights);
    QCOMPARE(offered.count(), 0);
  }

  void withoutPythonItSaysWhatIsMissing() {
    Bench bench(someModels());
    QSettings().setValue("import/python", bench.folder.filePath("nowhere"));
    ImportDialog dialog(bench.workspace);
    dialog.open({});
    auto* words = dialog.findChild<QLabel*>("importText");
    QVERIFY(QTest::qWaitFor([&] { return words->text().contains("packaging/setup.sh"); }, kPatienceMs));
    QVERIFY2(words->text().contains(bench.folder.filePath("nowhere")), qPrintable(words->text()));
    QVERIFY2(words->text().contains("pip install torch timm"), qPrintable(words->text()));
    QPushButton* choose = nullptr;
    for (auto* each : dialog.findChildren<QPushButton*>())
      if (each->text() == "Choose a Python…") choose = each;
    QVERIFY(choose && choose->isVisible());
  }

#ifdef GF_TEST_PYTHON
  /// With timm itself: what the window lists and imports is what the library has.
  void theRealLibrariesListAndImport() {
    Bench bench(someModels());
    qputenv("GAINFINDER_PYTHON", GF_TEST_PYTHON);
    qputenv("HF_HOME", bench.folder.filePath("hf").toLocal8Bit());
    qputenv("TORCH_HOME", bench.folder.filePath("torch").toLocal8Bit());
    QVERIFY(bench.list());
    QVERIFY(bench.emptyShown());  // its caches are empty
    QVERIFY(bench.child<QLabel>("emptyText")->text().contains(bench.folder.filePath("torch/hub/checkpoints")));
    bench.choose("Fresh random weights");
    QVERIFY(bench.table().rowCount() > 1000);
    bench.tick("test_resnet.r160_in1k");
    QTest::mouseClick(bench.button("Import"), Qt::LeftButton);
    QVERIFY(bench.finished());
    QCOMPARE(bench.outcome(0, 1), QString("Imported"));
    QCOMPARE(bench.workspace.shelf().rowCount(), 1);
    const Inspection& inspection = bench.workspace.shelf().rows().front().inspection;
    QVERIFY(inspection.usable());
    QCOMPARE(inspection.metadata->classes.size(), std::size_t(1000));
  }
#endif
};

}  // namespace gf

QTEST_MAIN(gf::TestImporting)
#include "test_importing.moc"
