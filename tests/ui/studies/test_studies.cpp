// SPDX-License-Identifier: GPL-3.0-or-later
// The Studies page as it is used: a plan ticked together and run by real workers, watched, stopped, gone on with, drawn
// and exported; and what it says when something is wrong.
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <csignal>
#include <filesystem>

#include "study/study_store.h"
#include "tests/ui/workspace/support.h"
#include "ui/charts/figure_view.h"
#include "ui/studies/cell_model.h"
#include "ui/studies/method_rows.h"
#include "ui/studies/pair_grid.h"
#include "ui/studies/parallel_axes.h"
#include "ui/studies/recent_studies.h"
#include "ui/studies/studies_page.h"
#include "ui/studies/study_view.h"
#include "ui/style/numbers.h"
#include "ui/window/main_window.h"

namespace gf {
using namespace testing;
namespace {

constexpr int kStudyMs = 400'000;

/// A page that is laid out, over three models of the sample.
struct Shown {
  Workspace workspace;
  StudiesPage page{workspace};
  QSignalSpy problems{&workspace, &Workspace::problem};

  Shown() {
    page.resize(1100, 760);
    page.show();
  }
  bool fill() {
    return addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp"), sampleModel("all-mlp")}) &&
           openAndRead(workspace, sampleData());
  }
  QPushButton* button(const QString& text) {
    for (QPushButton* each : page.findChildren<QPushButton*>())
      if (each->isVisible() && each->text() == text) return each;
    return nullptr;
  }
  QTableView& cells() { return *page.findChild<QTableView*>("cells"); }
  QString counts() { return page.findChild<QLabel*>("studyCounts")->text(); }
  QString notice() {
    auto* label = page.findChild<QLabel*>("studyNotice");
    return label->isVisible() ? label->text() : QString();
  }
  PairGrid& grid() { return *page.findChild<PairGrid*>("studyPairs"); }
  QString cell(int row, int column) { return cells().model()->index(row, column).data().toString(); }
  void tick(const char* list, const QStringList& names) {
    QAbstractItemModel& models = *page.findChild<QListView*>(list)->model();
    for (int row = 0; row < models.rowCount(); ++row) {
      const QModelIndex index = models.index(row, 0);
      models.setData(index, names.contains(index.data().toString()) ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
    }
  }
  void type(const char* field, const QString& text) {
    auto* line = page.findChild<QLineEdit*>(field);
    line->selectAll();
    QTest::keyClicks(line, text);
  }
  /// KL-Dist and KL+DP at one learning rate, in seconds.
  void makeQuick(const QString& rate = "0.01") {
    QAbstractItemModel& methods = *page.findChild<QTableView*>("planMethods")->model();
    for (const int row : {0, 3}) methods.setData(methods.index(row, MethodRows::LearningRate), rate, Qt::EditRole);
    type("planEpochs", "1");
    type("planSubset", "6perclass");
  }
};

const QString kTops = "Tops specialist ResNet", kFew = "Few-tops MLP", kAll = "Generalist MLP";

/// A small plan in a store of its own, run by nobody.
QString writePlan(const QTemporaryDir& folder, const QByteArray& methods) {
  return writeFile(folder.filePath("plan.json"),
                   R"({"schema": "gainfinder-plan/1", "name": "from a file", "models": ")" +
                       resource("sample/shelf").toUtf8() + R"(", "data": ")" + sampleData().toUtf8() +
                       R"(", "students": ["fewtops-mlp"], "teachers": ["tops-resnet", "fewtops-mlp", "all-mlp"],
                          "methods": )" +
                       methods + R"(, "options": {"epochs": 1, "subset": "6perclass"}})");
}

/// Presses a button of the question that closing asks, as soon as it is there.
void answerLeaving(const char* name) {
  QTimer::singleShot(0, qApp, [name] {
    QWidget* box = QApplication::activeModalWidget();
    if (!box || box->objectName() != "leaving") return answerLeaving(name);
    QTest::mouseClick(box->findChild<QPushButton*>(name), Qt::LeftButton);
  });
}

double deltaIn(const QString& study, const QString& cell) {
  QFile file(study + "/cells/" + cell + "/report.json");
  if (!file.open(QIODevice::ReadOnly)) return std::nan("");
  return QJsonDocument::fromJson(file.readAll()).object()["transfer"].toObject()["delta"].toDouble();
}

}  // namespace

class TestStudies : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void anEmptyPageSaysWhatToDo() {
    Shown shown;
    QVERIFY(shown.button("Plan a study") && shown.button("Open study…"));
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    QVERIFY(shown.button("Run"));
    QVERIFY(!shown.button("Run")->isEnabled());
    QVERIFY2(shown.button("Run")->toolTip().contains("data"), qPrintable(shown.button("Run")->toolTip()));
    QVERIFY(shown.fill());
    QTRY_VERIFY(shown.button("Run")->toolTip().contains("student"));
    shown.tick("planStudents", {kFew});
    QTRY_VERIFY(shown.button("Run")->toolTip().contains("teacher"));
    QVERIFY(shown.workspace.setStudent(sampleModel("fewtops-mlp")));
  }

  /// From ticks to figures, with every number on the way against the reports on the disk.
  void aStudyFromTicksToFigures() {
    QTemporaryDir folder;
    const QString study = folder.filePath("study");
    Shown shown;
    QVERIFY(shown.fill());
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    shown.tick("planStudents", {kFew, kAll});
    shown.tick("planTeachers", {kTops, kAll});
    shown.makeQuick();
    shown.type("planSeeds", "0, 1");
    auto* pairs = shown.page.findChild<PairGrid*>("planPairs");
    QCOMPARE(pairs->data().students, (QStringList{kFew, kAll}));
    QCOMPARE(pairs->data().at(1, 1).kind, PairCell::Kind::Self);
    // One pair is left out by a click and taken in by the next.
    const QPoint place = pairs->cellArea(0, 1).center().toPoint();
    QTest::mouseClick(pairs, Qt::LeftButton, {}, place);
    QCOMPARE(pairs->data().at(0, 1).kind, PairCell::Kind::Off);
    auto* size = shown.page.findChild<QLabel*>("planSize");
    QTRY_VERIFY_WITH_TIMEOUT(size->text().contains("2 pairs × 2 settings × 2 seeds: 8 cells"), kPatienceMs);
    QTest::mouseClick(pairs, Qt::LeftButton, {}, place);
    QTRY_VERIFY_WITH_TIMEOUT(size->text().contains("3 pairs × 2 settings × 2 seeds: 12 cells"), kPatienceMs);
    QVERIFY(size->text().contains("1 pair of a model with itself"));
    auto* cost = shown.page.findChild<QLabel*>("planCost");
    // 12 cells of 60 images and one epoch; three models and each cell's student on 1,000 images.
    QVERIFY2(cost->text().contains("720 of students in training") && cost->text().contains("15,000 in evaluations"),
             qPrintable(cost->text()));
    QTRY_VERIFY_WITH_TIMEOUT(cost->text().contains("on one worker"), kPatienceMs);
    shown.type("planFolder", study);
    QTRY_VERIFY(shown.button("Run")->isEnabled());
    QTest::mouseClick(shown.button("Run"), Qt::LeftButton);
    QVERIFY(shown.page.busy());
    QVERIFY(shown.button("Stop")->isEnabled());
    QVERIFY(!shown.button("Run missing")->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.busy(), kStudyMs);
    QTRY_COMPARE(shown.counts(), QString("12 done · 0 failed · 0 running · 0 missing"));
    QCOMPARE(shown.problems.count(), 0);

    // Each cell's delta is its report's, a pair's is the mean of its seeds.
    QMap<QString, double> sums;
    for (int row = 0; row < 12; ++row) {
      const QString name = shown.cells().model()->index(row, 0).data(CellModel::NameRole).toString();
      const double delta = deltaIn(study, name);
      QCOMPARE(shown.cell(row, CellModel::Delta), signedText(100 * delta, 2));
      sums[shown.cell(row, CellModel::Setting) + shown.cell(row, CellModel::Student) +
           shown.cell(row, CellModel::Teacher)] += 100 * delta / 2;
    }
    auto* settings = shown.page.findChild<QComboBox*>("studySetting");
    QCOMPARE(settings->count(), 2);
    for (int setting = 0; setting < 2; ++setting) {
      settings->setCurrentIndex(setting);
      const PairGridData& grid = shown.grid().data();
      for (int row = 0; row < grid.students.size(); ++row) {
        for (int column = 0; column < grid.teachers.size(); ++column) {
          const QString pair = settings->currentText() + grid.students[row] + grid.teachers[column];
          if (sums.contains(pair)) QVERIFY(std::abs(grid.at(row, column).value - sums[pair]) < 1e-9);
        }
      }
    }
    // A click on a pair shows its two cells; a double click opens a report.
    QTest::mouseClick(&shown.grid(), Qt::LeftButton, {}, shown.grid().cellArea(0, 0).center().toPoint());
    QCOMPARE(shown.cells().model()->rowCount(), 2);
    QSignalSpy wanted(&shown.page, &StudiesPage::resultRequested);
    shown.cells().setCurrentIndex(shown.cells().model()->index(0, 0));
    const QPoint first = shown.cells().visualRect(shown.cells().model()->index(0, 0)).center();
    QTest::mouseClick(shown.cells().viewport(), Qt::LeftButton, {}, first);
    QTest::mouseDClick(shown.cells().viewport(), Qt::LeftButton, {}, first);
    QCOMPARE(wanted.count(), 1);
    QVERIFY(QFile::exists(wanted.first().first().toString() + "/report.json"));

    auto* tabs = shown.page.findChild<QTabBar*>("studyTabs");
    tabs->setCurrentIndex(1);
    QTRY_COMPARE(shown.page.findChild<ParallelAxes*>("studyOptions")->data().names.size(), std::size_t{12});
    tabs->setCurrentIndex(2);
    auto* places = shown.page.findChild<QTableView*>("methodPlaces");
    QTRY_COMPARE(places->model()->rowCount(), 2);
    QCOMPARE(shown.page.findChild<QTableView*>("methodContests")->model()->rowCount(), 1);
    tabs->setCurrentIndex(3);
    auto* list = shown.page.findChild<QListWidget*>("studyFigures");
    QVERIFY(list->count() > 10);
    for (int row = 0; row < list->count(); ++row) {
      list->setCurrentRow(row);
      auto* figure = list->parentWidget()->findChild<FigureView*>();
      auto* table = shown.page.findChild<QTableView*>("studyTable");
      QVERIFY(figure->isVisible() ? !figure->figure().series.empty() : table->model()->rowCount() > 0);
    }
    QCOMPARE(recentStudies(), QStringList{study});
    QVERIFY(QFile::exists(study + "/plan.json"));
  }

  /// Stopped in the middle everything is kept, and the rest is made from the folder alone.
  void stoppedItGoesOnFromItsFolder() {
    QTemporaryDir folder;
    const QString study = folder.filePath("study");
    Shown shown;
    QVERIFY(shown.fill());
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    shown.tick("planStudents", {kFew, kAll});
    shown.tick("planTeachers", {kTops, kAll});
    shown.makeQuick();
    shown.type("planSeeds", "0, 1");
    shown.type("planFolder", study);
    QTRY_VERIFY_WITH_TIMEOUT(shown.button("Run")->isEnabled(), kPatienceMs);
    QTest::mouseClick(shown.button("Run"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(shown.counts().section(' ', 0, 0).toInt() > 0, kStudyMs);
    QTest::mouseClick(shown.button("Stop"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.busy(), kPatienceMs);
    QCOMPARE(shown.problems.count(), 0);
    const auto listed = StudyStore(study.toStdString()).list();
    const auto done = std::count_if(listed.begin(), listed.end(), [&](const auto& cell) {
      return StudyStore(study.toStdString()).stateOf(cell.name) == CellState::Done;
    });
    QVERIFY(done >= 1 && done < 12);

    // Another page, another day: the folder is enough.
    Shown later;
    QVERIFY(later.page.openResult(study + "/study.json"));
    QTRY_VERIFY_WITH_TIMEOUT(later.button("Run missing")->isEnabled(), kPatienceMs);
    QTest::mouseClick(later.button("Run missing"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!later.page.busy(), kStudyMs);
    QTRY_COMPARE(later.counts(), QString("12 done · 0 failed · 0 running · 0 missing"));
    QVERIFY(!later.button("Run missing")->isEnabled());
    QVERIFY(later.button("Run missing")->toolTip().contains("missing"));
  }

  /// One method's numbers overflow: its cells keep the error, the others end; a retry is offered.
  void aFailingCellKeepsItsError() {
    QTemporaryDir folder;
    const QString study = folder.filePath("study");
    Shown shown;
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    auto* view = shown.page.findChild<QWidget*>("planView");
    QVERIFY(view);
    QVERIFY(QMetaObject::invokeMethod(
        view, "openPlan",
        Q_ARG(
            QString,
            writePlan(
                folder,
                R"(["kl", {"method": "kl-dp", "options": {"lr": 100, "weight-decay": 1, "epochs": 200, "batch": 8}}])"))));
    QVERIFY(shown.page.findChild<QLabel*>("planSummary")->text().contains("from a file"));
    auto* size = shown.page.findChild<QLabel*>("planSize");
    QTRY_VERIFY_WITH_TIMEOUT(size->text().contains("2 pairs × 2 settings × 1 seed: 4 cells"), kPatienceMs);
    QCOMPARE(shown.page.findChild<PairGrid*>("planPairs")->data().teachers.size(), 2);
    shown.type("planFolder", study);
    QTRY_VERIFY(shown.button("Run")->isEnabled());
    QTest::mouseClick(shown.button("Run"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.busy(), kStudyMs);
    QTRY_COMPARE(shown.counts(), QString("2 done · 2 failed · 0 running · 0 missing"));
    auto* states = shown.page.findChild<QComboBox*>("cellStates");
    states->setCurrentIndex(states->findText("Failed"));
    QCOMPARE(shown.cells().model()->rowCount(), 2);
    shown.cells().selectRow(0);
    QVERIFY(shown.page.findChild<QLabel*>("cellError")->text().size() > 20);
    QVERIFY(shown.page.inspector().warning);
    QVERIFY(!shown.button("Run missing")->isEnabled());
    QTest::mouseClick(shown.button("Retry failed"), Qt::LeftButton);
    QVERIFY(shown.page.busy());
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.busy(), kStudyMs);
    QTRY_COMPARE(shown.counts(), QString("2 done · 2 failed · 0 running · 0 missing"));
  }

  void workersThatAreKilledAreToldOf() {
    QTemporaryDir folder;
    Shown shown;
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    auto* view = shown.page.findChild<QWidget*>("planView");
    QVERIFY(QMetaObject::invokeMethod(
        view, "openPlan", Q_ARG(QString, writePlan(folder, R"([{"method": "kl", "options": {"epochs": 5000}}])"))));
    shown.type("planFolder", folder.filePath("study"));
    QTRY_VERIFY_WITH_TIMEOUT(shown.button("Run")->isEnabled(), kPatienceMs);
    QTest::mouseClick(shown.button("Run"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(shown.counts().contains("1 running"), kPatienceMs);
    QVERIFY(shown.page.workerId() > 0);
    ::kill(static_cast<pid_t>(shown.page.workerId()), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.busy(), kPatienceMs);
    QCOMPARE(shown.problems.count(), 1);
    QVERIFY(shown.problems.first()[1].toString().contains("by force"));
    QTRY_VERIFY_WITH_TIMEOUT(shown.counts().contains("2 missing"), kPatienceMs);
    QVERIFY(shown.button("Run missing")->isEnabled());
  }

  void closingTheWindowAsksAndStopsTheWorkers() {
    QTemporaryDir folder;
    Workspace workspace;
    MainWindow window(workspace);
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.goTo(PageId::Studies);
    auto* page = qobject_cast<StudiesPage*>(window.page(PageId::Studies));
    const auto button = [&](const QString& text) -> QPushButton* {
      for (QPushButton* each : page->findChildren<QPushButton*>())
        if (each->isVisible() && each->text() == text) return each;
      return nullptr;
    };
    QTest::mouseClick(button("Plan a study"), Qt::LeftButton);
    QMetaObject::invokeMethod(page->findChild<QWidget*>("planView"), "openPlan",
                              Q_ARG(QString, writePlan(folder, R"([{"method": "kl", "options": {"epochs": 5000}}])")));
    auto* line = page->findChild<QLineEdit*>("planFolder");
    line->selectAll();
    QTest::keyClicks(line, folder.filePath("study"));
    QTRY_VERIFY_WITH_TIMEOUT(button("Run")->isEnabled(), kPatienceMs);
    QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier);
    QVERIFY(page->busy());
    auto* counts = page->findChild<QLabel*>("studyCounts");
    QTRY_VERIFY_WITH_TIMEOUT(counts->text().contains("1 running"), kPatienceMs);
    answerLeaving("stay");
    QVERIFY(!window.close());
    QVERIFY(window.isVisible() && page->busy() && !page->stopping());
    answerLeaving("stop");
    QVERIFY(!window.close());  // it answers at once, and closes when the workers have saved
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), kPatienceMs);
    QVERIFY(!page->busy());
    // Its state was saved: the cell goes on from there.
    const auto cells = StudyStore(folder.filePath("study").toStdString()).list();
    QCOMPARE(cells.size(), std::size_t{2});
    QVERIFY(!QDir(folder.filePath("study/cells/" + QString::fromStdString(cells[0].name) + "/state"))
                 .entryList({"*.state"})
                 .isEmpty());
  }

  void foldersThatAreNoStudyAreToldOf() {
    QTemporaryDir folder;
    QDir(folder.path()).mkpath("empty");
    writeFile(folder.filePath("study.json"), "{\"schema\": \"gainfinder-study/1\", \"cells\": [");
    Shown shown;
    QVERIFY(shown.page.openResult(folder.filePath("empty")));
    QTRY_VERIFY_WITH_TIMEOUT(shown.notice().contains("study.json"), kPatienceMs);
    QVERIFY(!shown.button("Run missing")->isEnabled());
    QTRY_COMPARE(shown.problems.count(), 1);
    QVERIFY(shown.page.openResult(folder.path()));
    QTRY_VERIFY_WITH_TIMEOUT(shown.notice().contains("JSON"), kPatienceMs);
    QCOMPARE(shown.cells().model()->rowCount(), 0);
    QVERIFY(recentStudies().isEmpty());
  }

  /// What was seen stays, is said to be old, and is followed again when the folder is back.
  void aFolderThatVanishesWhileWatched() {
    QTemporaryDir folder;
    const std::filesystem::path root = folder.filePath("study").toStdString();
    const StudyStore store(root);
    StudyPlan plan = planFromJson(
        nlohmann::ordered_json::parse(
            R"({"schema": "gainfinder-plan/1", "name": "x", "students": ["*"], "teachers": ["*"], "methods": ["kl"]})"),
        "plan");
    const std::vector<PlanModel> models{{"a.pt", "a", "CNN", "sha-a", 10, 40, true},
                                        {"b.pt", "b", "CNN", "sha-b", 10, 40, true}};
    const StudyExpansion expansion = expandPlan(plan, models, "data");
    store.open(plan, models, expansion);
    Shown shown;
    QVERIFY(shown.page.openResult(QString::fromStdString(root.string())));
    QTRY_COMPARE_WITH_TIMEOUT(shown.counts(), QString("0 done · 0 failed · 0 running · 2 missing"), kPatienceMs);
    // Another program marks a cell: seen without being asked.
    store.markFailed(expansion.cells[0].name, Error(ErrorKind::Run, "a.pt", "must hold", "nothing"));
    QTRY_COMPARE_WITH_TIMEOUT(shown.counts(), QString("0 done · 1 failed · 0 running · 1 missing"), kPatienceMs);
    std::filesystem::rename(root, root.string() + "-away");
    QTRY_VERIFY_WITH_TIMEOUT(shown.notice().contains("earlier"), kPatienceMs);
    QCOMPARE(shown.cells().model()->rowCount(), 2);
    std::filesystem::rename(root.string() + "-away", root);
    QTRY_VERIFY_WITH_TIMEOUT(shown.notice().isEmpty(), kPatienceMs);
  }

  void aPlanThatDoesNotFitSaysWhy() {
    QTemporaryDir folder;
    Shown shown;
    QVERIFY(shown.fill());
    QTest::mouseClick(shown.button("Plan a study"), Qt::LeftButton);
    auto* view = shown.page.findChild<QWidget*>("planView");
    const auto open = [&](const QString& file) { QMetaObject::invokeMethod(view, "openPlan", Q_ARG(QString, file)); };
    open(writeFile(folder.filePath("torn.json"), "{\"schema\": "));
    QVERIFY2(shown.button("Run")->toolTip().contains("torn.json"), qPrintable(shown.button("Run")->toolTip()));
    // The paper's models are not on this shelf.
    auto* source = shown.page.findChild<QComboBox*>("planSource");
    int table1 = -1;
    for (int i = 0; i < source->count(); ++i)
      if (source->itemData(i).toString().endsWith("table-1.json")) table1 = i;
    QVERIFY(table1 > 0);
    source->setCurrentIndex(table1);
    emit source->activated(table1);
    QTRY_VERIFY_WITH_TIMEOUT(shown.button("Run")->toolTip().contains("pit_b_224"), kPatienceMs);
    QVERIFY(!shown.button("Run")->isEnabled());
    // Back to one's own; a folder that holds something else is refused.
    source->setCurrentIndex(0);
    emit source->activated(0);
    shown.tick("planStudents", {kFew});
    shown.tick("planTeachers", {kTops});
    shown.type("planFolder", folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(shown.button("Run")->toolTip().contains("something else"), kPatienceMs);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestStudies)
#include "test_studies.moc"
