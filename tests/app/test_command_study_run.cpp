// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder study run: dry runs, workers, failing cells, kills, and that a disturbed study ends as an undisturbed one.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/study_results.h"
#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandStudyRun : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void dryRunRunsNothing();
  void failingCellsKeepTheirError();
  void killedAndGoneOnItEndsTheSame();
  void workersThatDieAreStartedAgain();
  void readyPlansAreThere();
  void exitCodes_data();
  void exitCodes();

 private:
  /// What the student of each finished cell came to, by cell.
  QMap<QString, QString> results(const QString& study) const { return gf_test::studyResults(bench_.path(study)); }
  Workbench bench_;
};

namespace {

/// Two models that teach each other with two methods, four cells.
QByteArray planText() {
  return R"({"schema": "gainfinder-plan/1", "name": "small", "models": "shelf", "students": ["*"], "teachers": ["*"],
             "methods": ["kl", "kl-dp"], "options": {"epochs": 2, "subset": "1", "batch": 8, "save-every": 0.25}})";
}

QJsonObject statesOf(const QJsonObject& said) {
  return {
      {"done", said["done"]}, {"failed", said["failed"]}, {"running", said["running"]}, {"missing", said["missing"]}};
}

QJsonObject counts(int done, int failed, int missing) {
  return {{"done", done}, {"failed", failed}, {"running", 0}, {"missing", missing}};
}

}  // namespace

void TestCommandStudyRun::initTestCase() {
  for (const char* name : {"student", "teacher"}) {
    write(bench_.path(QString("shelf/") + name + ".pt"), bytesOf(bench_.words(QString("{%1}").arg(name)).first()));
  }
  write(bench_.path("plan.json"), planText());
  write(bench_.path("mine/notes.md"), "years of work");
}

void TestCommandStudyRun::dryRunRunsNothing() {
  const Outcome people = bench_.run("study run {bench}/plan.json --data {data} --out {bench}/dry --dry-run");
  QVERIFY2(people.exitCode == 0, people.err);
  for (const char* part : {"4 cells", "Passes of images", "Time", "Disk", "Self-pair", "Nothing was run."}) {
    QVERIFY2(people.out.contains(part), people.out);
  }
  QVERIFY(!QFile::exists(bench_.path("dry")));
  const QJsonObject said =
      bench_.run("study run {bench}/plan.json --data {data} --out {bench}/dry --dry-run --json").json();
  QCOMPARE(said["cells"].toArray().size(), 4);
  const QJsonObject passes = said["passes"].toObject();
  // 90 training and 60 evaluation images: two models once; four cells of two epochs; two evaluations each. Every model
  // teaches and is a frozen student, so that both are run once for each of two views, after three batches of 8 that
  // show that they may; KL+DP has a frozen student and looks at all images once more.
  QCOMPARE(passes["evaluation"].toInt(), 2 * 60);
  QCOMPARE(passes["training"].toInt(), 4 * 2 * 90);
  QCOMPARE(passes["kept"].toInt(), 2 * 2 * 90);
  QCOMPARE(passes["compared"].toInt(), 2 * 3 * 8);
  QCOMPARE(passes["teachers"].toInt(), 0);
  QCOMPARE(passes["frozen_students"].toInt(), 0);
  QCOMPARE(said["answers_read"].toInt(), 2 * 2 * 90 + 2 * 2 * 3 * 90);
  QVERIFY(said["bytes_cached"].toInt() > 2 * 2 * 90 * 3 * 4);
  QCOMPARE(said["cache_notes"].toArray().size(), 0);
  QCOMPARE(passes["checks"].toInt(), 4 * 2 * 60);
  QVERIFY(said["seconds"].toDouble() > 0);
}

void TestCommandStudyRun::failingCellsKeepTheirError() {
  QByteArray plan = planText();
  plan.replace(R"("kl", "kl-dp")",
               R"("kl", {"method": "kl-dp", "options": {"epochs": 200, "lr": 100, "weight-decay": 1}})");
  write(bench_.path("failing.json"), plan);
  const QString line = "study run {bench}/failing.json --data {data} --device cpu --out {bench}/failing --json";
  const Outcome first = bench_.run(line);
  QCOMPARE(first.exitCode, 1);
  QCOMPARE(statesOf(first.json()), counts(2, 2, 0));
  QVERIFY2(first.err.contains("--retry-failed"), first.err);
  const Outcome status = bench_.run("study status {bench}/failing");
  QCOMPARE(status.exitCode, 0);
  QVERIFY2(status.out.contains("4 cells: 2 done, 2 failed") && status.out.contains("Failed    kl-dp-"), status.out);
  // What failed stays so until it is asked for; what is done is not done again.
  const QMap<QString, QString> before = results("failing");
  QCOMPARE(statesOf(bench_.run(line).json()), counts(2, 2, 0));
  QCOMPARE(statesOf(bench_.run(line + " --retry-failed").json()), counts(2, 2, 0));
  QCOMPARE(results("failing"), before);
  // Its figures say what is missing.
  const Outcome figures = bench_.run("study figures {bench}/failing --out {bench}/failing-figures --format svg --json");
  QVERIFY2(figures.exitCode == 0, figures.err);
  QCOMPARE(figures.json()["cells"].toInt(), 2);
  QCOMPARE(figures.json()["left_out"].toArray().size(), 2);
}

void TestCommandStudyRun::killedAndGoneOnItEndsTheSame() {
  const Outcome whole =
      bench_.run("study run {bench}/plan.json --data {data} --device cpu --threads 1 --out {bench}/whole --json");
  QVERIFY2(whole.exitCode == 0, whole.err);
  QCOMPARE(statesOf(whole.json()), counts(4, 0, 0));
  const QString line = "study run {bench}/plan.json --data {data} --device cpu --threads 1 --out {bench}/killed --json";
  // Killed as soon as a state of some cell is on the disk, twice; then to the end by two workers.
  for (int kill = 0; kill < 2; ++kill) {
    const auto process = bench_.start(line);
    QDir cells(bench_.path("killed/cells"));
    const auto hasState = [&] {
      for (const QString& cell : cells.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (!QDir(cells.filePath(cell + "/state")).entryList({"*.state"}).isEmpty()) return true;
      }
      return process->state() == QProcess::NotRunning;
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasState(), 120'000);
    process->kill();
    process->waitForFinished();
  }
  const Outcome rest = bench_.run(line + " --jobs 2");
  QVERIFY2(rest.exitCode == 0, rest.err);
  QCOMPARE(statesOf(rest.json()), counts(4, 0, 0));
  QCOMPARE(results("killed").size(), 4);
  QCOMPARE(results("killed"), results("whole"));
}

void TestCommandStudyRun::workersThatDieAreStartedAgain() {
  QVERIFY(!results("whole").isEmpty());
  const auto process = bench_.start(
      "study run {bench}/plan.json --data {data} --device cpu --threads 1 --jobs 2 --out {bench}/again --json");
  const auto workers = [&] {
    const QString pid = QString::number(process->processId());
    return QString(bytesOf("/proc/" + pid + "/task/" + pid + "/children")).split(' ', Qt::SkipEmptyParts);
  };
  const auto works = [&] {
    return workers().size() == 2 && !QDir(bench_.path("again/cells")).isEmpty(QDir::Dirs | QDir::NoDotAndDotDot);
  };
  QTRY_VERIFY_WITH_TIMEOUT(works(), 120'000);
  QCOMPARE(::kill(workers().first().toInt(), SIGKILL), 0);
  const Outcome end = Workbench::finish(*process);
  QVERIFY2(end.exitCode == 0, end.err);
  QVERIFY2(end.err.contains("was ended by signal 9 and started again (1 of 3)"), end.err);
  QCOMPARE(statesOf(end.json()), counts(4, 0, 0));
  QCOMPARE(results("again"), results("whole"));
}

void TestCommandStudyRun::readyPlansAreThere() {
  const QJsonArray plans = bench_.run("study plans --json").json()["plans"].toArray();
  QStringList ids;
  for (const QJsonValue& plan : plans) ids << plan.toObject()["id"].toString();
  QCOMPARE(ids, QStringList({"figure-4", "search-a1", "table-1", "table-4"}));
  // On a shelf without the paper's models there is nothing to run, and that is said.
  const Outcome none =
      bench_.run("study run table-1 --models {bench}/shelf --data {data} --out {bench}/never --dry-run");
  QCOMPARE(none.exitCode, 2);
  QVERIFY2(none.err.contains("no model fits pit_b_224"), none.err);
}

void TestCommandStudyRun::exitCodes_data() {
  write(bench_.path("torn.json"), planText().left(100));
  const auto row = gf_test::exitRows();
  const QString plan = "run {bench}/plan.json ", data = "--data {data} ", out = "--out {bench}/never ";
  row("no plan", "run " + data + out, 2, {"PLAN", "must be given"});
  row("no place", plan + data, 2, {"--out", "must be given"});
  row("no data", plan + out, 2, {"--data", "must name the data"});
  row("an absent plan", "run {bench}/absent.json " + data + out, 3, {"absent.json"});
  row("a torn plan", "run {bench}/torn.json " + data + out, 3, {"torn.json", "JSON"});
  row("absent data", plan + out + "--data {bench}/absent", 3, {"absent", "must exist"});
  row("no models", plan + data + out + "--models {bench}/mine", 3, {"mine", "checkpoints"});
  row("no workers", plan + data + out + "--jobs 0", 2, {"--jobs", "from 1 to 256"});
  row("another's folder", plan + data + "--out {bench}/mine", 2, {"mine", "holds a study"});
  row("the status of no study", "status {bench}/mine", 3, {"study.json"});
}

void TestCommandStudyRun::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const QByteArray unlike = bench_.run("study " + line).unlike(exitCode, said);
  QVERIFY2(unlike.isEmpty(), unlike);
  QVERIFY(!QFile::exists(bench_.path("never")));
  QCOMPARE(bytesOf(bench_.path("mine/notes.md")), QByteArray("years of work"));
}

QTEST_GUILESS_MAIN(TestCommandStudyRun)
#include "test_command_study_run.moc"
