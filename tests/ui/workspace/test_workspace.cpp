// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <barrier>

#include "base/error.h"
#include "report/text.h"
#include "support.h"
#include "ui/style/numbers.h"
#include "ui/workspace/label_map.h"
#include "ui/workspace/run_center.h"

namespace gf {
using namespace testing;
namespace {

/// Works until it is stopped, and tells when it has begun.
class Endless final : public Job {
 public:
  std::string title() const override { return "Endless"; }
  void run(const Control& control) override {
    begun_.arrive_and_wait();
    while (true) control.checkpoint();
  }
  void waitUntilBegun() { begun_.arrive_and_wait(); }

 private:
  std::barrier<> begun_{2};
};

class Quick final : public Job {
 public:
  std::string title() const override { return "Quick"; }
  void run(const Control&) override {}
};

nlohmann::json reversedClasses(const Inspection& model) {
  std::vector<std::string> names = model.metadata->classes;
  std::reverse(names.begin(), names.end());
  return {{"classes", names}};
}

nlohmann::json withAnotherClass(const Inspection& model) {
  std::vector<std::string> names = model.metadata->classes;
  names[3] = "zebra";
  return {{"classes", names}};
}

}  // namespace

class TestWorkspace : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void numbersAreRoundedAsInTheSentencesBesideThem() {
    QCOMPARE(percentText(0.1725), QString("17.2 %"));  // halfway, to even
    QCOMPARE(numberText(1234567.25, 1), QString("1,234,567.2"));
    QCOMPARE(numberText(-0.04, 1), QString("0.0"));
    QCOMPARE(signedText(0.5, 0), QString("0"));
    for (int images = 0; images <= 10000; ++images) {
      const double share = images / 10000.0;
      QCOMPARE(percentText(share), QString::fromStdString(percentString(share)));
      QCOMPARE(signedText(100 * share - 50, 1), QString::fromStdString(signedString(100 * share - 50, 1)));
    }
  }

  void listsGoodAndBadFiles() {
    QTemporaryDir folder;
    const QString good = sampleModel("all-mlp"), half = truncated(folder, "all-mlp");
    const QString empty = writeFile(folder.filePath("empty.pt"), {});
    const QString words = writeFile(folder.filePath("words.pt"), "this is no checkpoint");
    const QString gone = folder.filePath("gone.pt");
    Workspace workspace;
    QAbstractItemModelTester tester(&workspace.shelf(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(addAndRead(workspace, {good, half, empty, words, gone}));

    QCOMPARE(workspace.shelf().rowCount(), 5);
    QVERIFY(workspace.shelf().find(good)->inspection.usable());
    for (const QString& bad : {half, empty, words, gone}) {
      const ShelfModel::Row* row = workspace.shelf().find(bad);
      QVERIFY2(!row->inspection.readable, qPrintable(bad));
      QVERIFY2(!row->inspection.rule.empty(), qPrintable(bad));
      QVERIFY(!shelfExplanation(*row).isEmpty());
      QVERIFY(!workspace.setTeacher(bad));
      QVERIFY(!workspace.slotBlocked(Slot::Teacher, bad).isEmpty());
    }
    const QModelIndex state = workspace.shelf().index(1, ShelfModel::State);
    QVERIFY(state.data().toString().startsWith("Cannot be read"));
    QVERIFY(!state.data(Qt::ToolTipRole).toString().isEmpty());
  }

  void findsCheckpointsInFolders() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("deep/er"));
    QVERIFY(QFile::copy(sampleModel("all-mlp"), folder.filePath("a.pt")));
    QVERIFY(QFile::copy(sampleModel("all-mixer"), folder.filePath("deep/er/b.pt")));
    writeFile(folder.filePath("notes.txt"), "not a model");
    Workspace workspace;
    workspace.addModels({folder.path()});
    QTRY_COMPARE_WITH_TIMEOUT(workspace.shelf().rowCount(), 2, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY(workspace.shelf().find(folder.filePath("deep/er/b.pt"))->inspection.usable());
  }

  void slotsTakeSwapAndLetGo() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp");
    Workspace workspace;
    QSignalSpy changed(&workspace, &Workspace::slotsChanged);
    QVERIFY(!workspace.setTeacher(resnet));  // not on the shelf yet
    workspace.take(Slot::Teacher, resnet);   // adds it, and chooses it once it was read
    QTRY_VERIFY_WITH_TIMEOUT(workspace.teacher(), kPatienceMs);
    QVERIFY(addAndRead(workspace, {mlp}));
    QVERIFY(workspace.setStudent(mlp));
    QCOMPARE(workspace.student()->metadata->name, std::string("Few-tops MLP"));
    QVERIFY(changed.count() >= 2);

    workspace.swapModels();
    QCOMPARE(workspace.pathIn(Slot::Teacher), mlp);
    QCOMPARE(workspace.pathIn(Slot::Student), resnet);
    workspace.removeModel(mlp);
    QVERIFY(!workspace.teacher());
    QVERIFY(workspace.compareBlocked().contains("teacher"));
  }

  void severalTeachersKeepTheirOrder() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp"), all = sampleModel("all-mlp"),
                  mixer = sampleModel("all-mixer");
    Workspace workspace;
    QVERIFY(addAndRead(workspace, {resnet, mlp, all}));
    QVERIFY(workspace.setStudent(mlp));
    QVERIFY(workspace.addTeacher(resnet));  // the first one takes the slot
    QCOMPARE(workspace.pathIn(Slot::Teacher), resnet);
    QSignalSpy changed(&workspace, &Workspace::slotsChanged);
    QVERIFY(workspace.addTeacher(all));
    QVERIFY(!workspace.addTeacher(all));
    QVERIFY(!workspace.addTeacherBlocked(all).isEmpty());
    QVERIFY(!workspace.addTeacher(mlp));  // the student
    QCOMPARE(changed.count(), 1);
    QSignalSpy problems(&workspace, &Workspace::problem);
    workspace.takeTeacher(mixer);  // is put on the shelf first
    QTRY_VERIFY_WITH_TIMEOUT(workspace.teachers().size() == 3, kPatienceMs);
    workspace.takeTeacher(mlp);
    QCOMPARE(problems.count(), 1);
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, all, mixer}));

    workspace.moveTeacher(mixer, -1);
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, mixer, all}));
    workspace.moveTeacher(mixer, -1);  // into the slot
    QCOMPARE(workspace.teacherPaths(), (QStringList{mixer, resnet, all}));
    QCOMPARE(workspace.pathIn(Slot::Teacher), mixer);
    workspace.moveTeacher(mixer, -1);
    QCOMPARE(workspace.teacherPaths().first(), mixer);
    workspace.removeTeacher(mixer);  // the next one moves up
    QCOMPARE(workspace.teacherPaths(), (QStringList{resnet, all}));
    workspace.removeModel(resnet);
    QCOMPARE(workspace.teacherPaths(), QStringList{all});
    workspace.removeTeacher(all);
    QVERIFY(workspace.teachers().empty() && !workspace.teacher());
  }

  void aStudentAmongTheTeachersBlocksTheTransfer() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp"), all = sampleModel("all-mlp");
    Workspace workspace;
    QVERIFY(addAndRead(workspace, {resnet, mlp, all}));
    QVERIFY(workspace.setStudent(mlp) && workspace.setTeacher(resnet) && workspace.addTeacher(all));
    QVERIFY(openAndRead(workspace, sampleData()));
    QCOMPARE(workspace.transferBlocked(), QString());
    QVERIFY(workspace.setStudent(all));
    QCOMPARE(workspace.compareBlocked(), QString());
    QVERIFY2(workspace.transferBlocked().contains("teacher"), qPrintable(workspace.transferBlocked()));
    workspace.swapModels();  // the first teacher learns from the former student
    QCOMPARE(workspace.teacherPaths(), QStringList{all});
    QCOMPARE(workspace.pathIn(Slot::Student), resnet);
  }

  void shelfFindsRowsAfterRemovals() {
    ShelfModel shelf;
    QAbstractItemModelTester tester(&shelf, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto path = [](int i) { return QStringLiteral("/shelf/%1.pt").arg(i); };
    for (int i = 0; i < 50; ++i) {
      ShelfModel::Row row;
      row.choice.path = path(i).toStdString();
      shelf.put(row);
    }
    for (int i = 0; i < 50; i += 3) shelf.remove(path(i));
    for (int i = 0; i < 50; ++i) {
      const ShelfModel::Row* row = shelf.find(path(i));
      QCOMPARE(row != nullptr, i % 3 != 0);
      if (row) QCOMPARE(QString::fromStdString(row->choice.path.string()), path(i));
    }
    QCOMPARE(shelf.rowCount(), 33);
  }

  void rowsAreDraggedAsFiles() {
    Workspace workspace;
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp")}));
    const std::unique_ptr<QMimeData> mime(
        workspace.shelf().mimeData({workspace.shelf().index(0, 0), workspace.shelf().index(0, 1)}));
    QCOMPARE(mime->urls().size(), 1);
    QCOMPARE(mime->urls().first().toLocalFile(), sampleModel("all-mlp"));
  }

  void mismatchBlocksComparing() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp");
    Workspace workspace;
    QVERIFY(addAndRead(workspace, {resnet, mlp}));
    QVERIFY(workspace.setTeacher(resnet));
    QVERIFY(workspace.setStudent(mlp));
    QVERIFY(workspace.compareBlocked().contains("data"));
    QVERIFY(openAndRead(workspace, sampleData()));
    QCOMPARE(workspace.compareBlocked(), QString());
    QCOMPARE(workspace.transferBlocked(), QString());

    // Another order is matched by name, for both.
    workspace.supplyMetadata(resnet, reversedClasses(*workspace.teacher()));
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY(workspace.labelMismatches().isEmpty());
    QCOMPARE(workspace.labelNotes().size(), 1);
    QVERIFY2(workspace.labelNotes().first().contains("by name"), qPrintable(workspace.labelNotes().first()));
    QCOMPARE(workspace.transferBlocked(), QString());
    // A teacher may lack a class, a student may not.
    workspace.supplyMetadata(resnet, withAnotherClass(*workspace.student()));
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY(workspace.labelMismatches().isEmpty());
    QCOMPARE(workspace.compareBlocked(), QString());
    QCOMPARE(workspace.labelMaps().back().missing.size(), 1);

    workspace.supplyMetadata(mlp, withAnotherClass(*workspace.student()));
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY(!workspace.labelMismatches().isEmpty());
    QVERIFY2(workspace.compareBlocked().startsWith("The classes do not match"), qPrintable(workspace.compareBlocked()));
    QVERIFY(!workspace.transferBlocked().isEmpty());
    workspace.compare();
    QVERIFY(!workspace.comparing());
  }

  void sampleIsComparedAtOnce() {
    Workspace workspace;
    QSignalSpy suggested(&workspace, &Workspace::suggestedOptionsChanged);
    QSignalSpy problems(&workspace, &Workspace::problem);
    workspace.openSample();
    QVERIFY(!suggested.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
    QCOMPARE(problems.count(), 0);
    QCOMPARE(workspace.comparison()->knowledge.at(0).all.samples, 1000);
    QCOMPARE(workspace.suggestedOptions()->method, Method::KlDp);
    QCOMPARE(workspace.subsetRule(), workspace.suggestedOptions()->subset);
    QVERIFY(!workspace.comparing());

    // Another pair has no comparison yet: the old one must not stand beside the new names.
    workspace.swapModels();
    QVERIFY(!workspace.comparison());
    workspace.compare();
    QVERIFY(workspace.comparing());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison(), kPatienceMs);
    QCOMPARE(QString::fromStdString(workspace.comparison()->request.student.path.string()),
             workspace.pathIn(Slot::Student));
  }

  void unreadableDataAreToldOf() {
    QTemporaryDir folder;
    Workspace workspace;
    QSignalSpy problems(&workspace, &Workspace::problem);
    QVERIFY(openAndRead(workspace, folder.path()));
    QVERIFY(!workspace.data());
    QVERIFY(workspace.dataProblem());
    QCOMPARE(problems.count(), 1);
    QVERIFY(openAndRead(workspace, sampleData()));
    QVERIFY(workspace.data());
    QVERIFY(!workspace.dataProblem());
  }

  void theLastDataAskedForWin() {
    QTemporaryDir folder;
    Workspace workspace;
    workspace.openData(folder.path());
    workspace.openData(sampleData());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.data(), kPatienceMs);
    QCOMPARE(workspace.dataPath(), sampleData());
    QVERIFY(!workspace.dataProblem());
  }

  void shelfSlotsAndDataComeBack() {
    const QString resnet = sampleModel("tops-resnet"), mlp = sampleModel("fewtops-mlp");
    {
      Workspace workspace;
      QVERIFY(addAndRead(workspace, {resnet, mlp}));
      workspace.setTeacher(resnet);
      workspace.setStudent(mlp);
      QVERIFY(addAndRead(workspace, {sampleModel("all-mixer"), sampleModel("all-mlp")}));
      QVERIFY(workspace.addTeacher(sampleModel("all-mixer")) && workspace.addTeacher(sampleModel("all-mlp")));
      QVERIFY(openAndRead(workspace, sampleData()));
    }
    Workspace workspace;
    workspace.restore();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.teacher() && workspace.student() && workspace.data(), kPatienceMs);
    QCOMPARE(workspace.pathIn(Slot::Teacher), resnet);
    QCOMPARE(workspace.pathIn(Slot::Student), mlp);
    QTRY_COMPARE_WITH_TIMEOUT(workspace.teacherPaths(),
                              (QStringList{resnet, sampleModel("all-mixer"), sampleModel("all-mlp")}), kPatienceMs);
  }

  void damagedSettingsAreSurvived() {
    QSettings settings;
    settings.setValue("workspace/models", QStringList{"{", "[]", "{\"path\":3}", "{\"path\":\"relative.pt\"}", "\xff"});
    settings.setValue("workspace/teacher", QByteArray("\0\xff", 2));
    settings.setValue("workspace/student", 12);
    settings.setValue("workspace/further-teachers", QStringList{"relative.pt", "/not/on/the/shelf.pt"});
    settings.setValue("workspace/data", QStringLiteral("nowhere"));
    settings.sync();
    Workspace workspace;
    workspace.restore();
    QCOMPARE(workspace.shelf().rowCount(), 0);
    QVERIFY(workspace.teacherPaths().isEmpty());
    QVERIFY(!workspace.openingData());
  }

  void jobsAreToldOfAndCancelled() {
    Workspace workspace;
    const auto job = std::make_shared<Endless>();
    std::optional<JobState> ended;
    const std::uint64_t id = workspace.start(job, [&](const JobStatus& status) { ended = status.state; });
    job->waitUntilBegun();
    QVERIFY(workspace.activity());
    QCOMPARE(workspace.activity()->id, id);
    workspace.cancel(id);
    QTRY_VERIFY(ended.has_value());
    QCOMPARE(*ended, JobState::Stopped);
    QTRY_VERIFY(!workspace.activity());
  }

  void whoIsGoneIsNotCalled() {
    Workspace workspace;
    std::atomic<int> calls = 0;
    auto context = std::make_unique<QObject>();
    workspace.start(
        std::make_shared<Quick>(), [&](const JobStatus&) { ++calls; }, context.get());
    context.reset();
    bool done = false;
    workspace.start(std::make_shared<Quick>(), [&](const JobStatus&) { done = true; });
    QTRY_VERIFY(done);
    QCOMPARE(calls.load(), 0);
  }

  void goesAwayWhileBusy() {
    const auto job = std::make_shared<Endless>();
    int calls = 0;
    {
      Workspace workspace;
      workspace.start(job, [&](const JobStatus&) { ++calls; });
      job->waitUntilBegun();
      workspace.addModels({sampleModel("all-mlp"), sampleModel("all-resnet")});
      workspace.openData(sampleData());
    }
    QCoreApplication::sendPostedEvents();
    QCOMPARE(calls, 0);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestWorkspace)
#include "test_workspace.moc"
