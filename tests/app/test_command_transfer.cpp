// SPDX-License-Identifier: GPL-3.0-or-later
// Transfers and the demo through the command line: results, repeatability, stopping, full disks.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

namespace {
const char* const kSchema = GF_SOURCE "/resources/schema/gainfinder-report-1.schema.json";
const QString kTransfer = "transfer --student {student} --teacher {teacher} --data {data} --device cpu --threads 1 ";
}  // namespace

class TestCommandTransfer : public QObject {
  Q_OBJECT
 private slots:
  void exitCodes_data();
  void exitCodes();
  void everyMethodWritesAWholeResult_data();
  void everyMethodWritesAWholeResult();
  void flagsWinOverTheFile();
  void sameSeedSameStudent();
  void stopKeepsTheStudent();
  void inputInTheResultFolderIsKept();
  void fullDiskIsAFailedRun();
  void demoOnTheSlice();
  void stoppedDemo();
  void demoWithoutItsSample();

 private:
  QString resourcesWithPlan(int epochs);

  Workbench bench_;
};

void TestCommandTransfer::exitCodes_data() {
  const auto row = gf_test::exitRows();
  gf_test::writeSmallData(bench_.path("evaluation-only"), 0, 30);
  write(bench_.path("unknown.json"), R"({"lr": 0.1, "zork": 1})");
  write(bench_.path("wrong.json"), R"({"epochs": "many"})");
  const QString never = kTransfer + "--out {bench}/never ";
  row("unknown method", never + "--method magic", 2, {"--method", "kl-dp", "found magic"});
  row("negative rate", never + "--lr -1", 2, {"--lr", "above 0", "found -1"});
  row("not a number", never + "--lr fast", 2, {"--lr", "found fast"});
  row("half an epoch", never + "--epochs 1.5", 2, {"--epochs", "from 1 to 100000", "found 1.5"});
  row("share above one", never + "--lambda 1.5", 2, {"--lambda", "0 to 1"});
  row("subset of nothing", never + "--subset 0", 2, {"--subset", "600perclass", "found 0"});
  row("flag with a wrong value", never + "--freeze-bn=3", 2, {"--freeze-bn", "true or false", "found 3"});
  row("two teachers at once without a partition", never + "--teacher {models}/cnn.pt --teachers parallel --method kl",
      2, {"its options must go together", "KL-Dist cannot follow several teachers in parallel", "Choose KL+DP"});
  row("unknown preset", never + "--preset paper-kl-pd", 2,
      {"--preset", "paper-xe-kl-mcl", "Did you mean paper-kl-dp?"});
  row("resume and overwrite", never + "--resume --overwrite", 2, {"--resume", "--overwrite"});
  row("features of a model without any", never + "--teacher {models}/tokens.pt --method cd", 3, {"features"});
  row("no such device", never + "--device cuda:77", 2, {"--device"});
  row("unknown key in the file", never + "--config {bench}/unknown.json", 3, {"unknown.json", "zork"});
  row("wrong type in the file", never + "--config {bench}/wrong.json", 3, {"wrong.json", "epochs", "many"});
  row("no such file of options", never + "--config {bench}/absent.json", 3, {"absent.json", "must exist"});
  row("no training split",
      "transfer --student {student} --teacher {teacher} --data {bench}/evaluation-only --out never", 3,
      {"evaluation-only", "training split"});
  row("a traced student", "transfer --student {traced} --teacher {teacher} --data {data} --out {bench}/never", 3,
      {"traced.pt", "train"});
  row("an output that cannot be", kTransfer + "--out /proc/never", 1, {"/proc/never", "writable"});
}

void TestCommandTransfer::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run(line);
  const QByteArray problem = outcome.unlike(exitCode, said);
  QVERIFY2(problem.isEmpty(), problem);
  QCOMPARE(outcome.out, QByteArray());
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandTransfer::everyMethodWritesAWholeResult_data() {
  QTest::addColumn<QString>("method");
  for (const char* method : {"kl", "xe-kl", "xe-kl-mcl", "kl-dp", "kl-dp-unsup", "ce", "cd", "crd"}) {
    QTest::newRow(method) << QString(method);
  }
}

void TestCommandTransfer::everyMethodWritesAWholeResult() {
  QFETCH(QString, method);
  const QString folder = bench_.path("method-" + method);
  const Outcome outcome =
      bench_.run(kTransfer + "--epochs 2 --subset 1 --method " + method + " --json --out " + folder);
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json();
  QCOMPARE(QJsonDocument::fromJson(bytesOf(folder + "/report.json")).object(), report);
  QCOMPARE(report["manifest"].toObject()["options"].toObject()["method"].toString(), method);
  const QString problem = bench_.check({"schema", kSchema, folder + "/report.json"});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  for (const char* file : {"metrics.jsonl", "student.pt", "subset.json", "log.txt", "figures/gain-loss.svg",
                           "figures/gain-loss.png", "figures/gain-loss.csv", "figures/gain-loss.json",
                           "figures/classes-over-time.svg", "figures/weight-distance.svg"}) {
    QVERIFY2(QFileInfo(folder + "/" + file).size() > 0, file);
  }
  const QStringList left = QDir(folder).entryList({"*.part*"}, QDir::Files);
  QVERIFY2(left.isEmpty(), qPrintable(left.join(' ')));
  QVERIFY(!QDir(folder + "/state").exists());  // nothing is left to go on from
  const bool fast = method == "xe-kl-mcl";
  QCOMPARE(QFile::exists(folder + "/student-fast.pt"), fast);
  QCOMPARE(report["transfer"].toObject().contains("fast"), fast);
}

void TestCommandTransfer::flagsWinOverTheFile() {
  write(bench_.path("options.json"), R"({"epochs": 3, "lr": 0.25, "freeze-bn": true, "method": "xe-kl"})");
  const Outcome outcome = bench_.run(
      kTransfer + "--config {bench}/options.json --epochs 1 --freeze-bn=false --subset 1 --json --out {bench}/config");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject options = outcome.json()["manifest"].toObject()["options"].toObject();
  QCOMPARE(options["epochs"].toInt(), 1);
  QCOMPARE(options["lr"].toDouble(), 0.25);
  QCOMPARE(options["freeze-bn"].toBool(true), false);
  QCOMPARE(options["method"].toString(), QString("xe-kl"));
}

void TestCommandTransfer::sameSeedSameStudent() {
  const QString common =
      "transfer --student {teacher} --teacher {student} --data {data} --device cpu --threads 1 "
      "--epochs 3 --subset 0.5 --lr 0.05 ";
  const std::pair<const char*, int> runs[] = {{"first", 7}, {"second", 7}, {"other", 8}};
  for (const auto& [name, seed] : runs) {
    const Outcome outcome = bench_.run(common + QString("--seed %1 --out {bench}/%2").arg(seed).arg(name));
    QVERIFY2(outcome.exitCode == 0, outcome.err);
  }
  const auto student = [&](const char* name) { return bench_.path(name) + "/student.pt"; };
  const QString same = bench_.check({"same", student("first"), student("second")});
  QVERIFY2(same.isEmpty(), qPrintable(same));
  const QString other = bench_.check({"differ", student("first"), student("other")});
  QVERIFY2(other.isEmpty(), qPrintable(other));
}

void TestCommandTransfer::stopKeepsTheStudent() {
  const QString folder = bench_.path("stopped");
  const auto process = bench_.start(kTransfer + "--epochs 100000 --subset 1 --json --out " + folder);
  QVERIFY(process->waitForStarted());
  // Lines can be read while the run writes on: it is far from its end when the second evaluation is there.
  const auto evaluations = [&] { return bytesOf(folder + "/metrics.jsonl").count("\"kind\":\"evaluation\""); };
  QTRY_VERIFY_WITH_TIMEOUT(evaluations() >= 2, 60'000);
  QCOMPARE(process->state(), QProcess::Running);
  ::kill(static_cast<pid_t>(process->processId()), SIGINT);
  const Outcome outcome = Workbench::finish(*process);
  QVERIFY2(!outcome.crashed, outcome.err);
  QCOMPARE(outcome.exitCode, 130);
  QVERIFY2(outcome.err.contains("Stopping at the next step"), outcome.err);
  QVERIFY2(outcome.err.contains("To go on from where it was last saved: "), outcome.err);
  QVERIFY2(outcome.err.trimmed().endsWith("--out " + folder.toUtf8() + " --resume"), outcome.err);
  QVERIFY(outcome.json().contains("transfer"));
  const QString problem = bench_.check({"schema", kSchema, folder + "/report.json"});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QVERIFY(QFile::exists(folder + "/figures/gain-loss.svg"));
  const Outcome kept = bench_.run("inspect " + folder + "/student.pt --json");
  QVERIFY2(kept.exitCode == 0, kept.err);
  QCOMPARE(kept.json()["models"].toArray()[0].toObject()["parameters"].toInt(), 36 * 4 + 4 + 4 * 3 + 3);
}

void TestCommandTransfer::inputInTheResultFolderIsKept() {
  const QString run = "transfer --teacher {teacher} --data {data} --epochs 1 --subset 1 --out {bench}/own ";
  QCOMPARE(bench_.run(run + "--student {student}").exitCode, 0);
  const QByteArray before = gf_test::snapshot(bench_.path("own"));
  const Outcome outcome = bench_.run(run + "--student {bench}/own/student.pt --overwrite");
  QCOMPARE(outcome.exitCode, 2);
  QVERIFY2(outcome.err.contains("own/student.pt"), outcome.err);
  QCOMPARE(gf_test::snapshot(bench_.path("own")), before);
}

void TestCommandTransfer::fullDiskIsAFailedRun() {
  // No file may grow beyond 2 KiB, which is less than a student needs: what a full disk looks like to a writer.
  QProcess shell;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert("GAINFINDER_RESOURCES", GF_SOURCE "/resources");
  environment.insert("XDG_CACHE_HOME", bench_.path("xdg_cache_home"));
  shell.setProcessEnvironment(environment);
  const QStringList words = bench_.words(kTransfer + "--epochs 1 --subset 1 --out {bench}/full --json");
  shell.start("bash", QStringList{"-c", "trap '' XFSZ; ulimit -f 2; \"$0\" \"$@\"", GF_PROGRAM} + words);
  QVERIFY(shell.waitForFinished(120'000));
  const QByteArray said = shell.readAllStandardError();
  QCOMPARE(shell.exitStatus(), QProcess::NormalExit);
  QVERIFY2(shell.exitCode() == 1, said);
  QVERIFY2(said.contains("student.pt") && said.contains("File too large"), said);
  QVERIFY2(said.trimmed().endsWith("--json --resume"), said);
  QVERIFY(!QFile::exists(bench_.path("full/student.pt")));
  QVERIFY(QDir(bench_.path("full")).entryList({"*.part*"}).isEmpty());
}

/// The shipped resources with a plan of our own: the slice alone, two seeds, so many epochs.
QString TestCommandTransfer::resourcesWithPlan(int epochs) {
  const QString resources = bench_.path(QString("resources-%1").arg(epochs));
  QDir().mkpath(resources + "/sample");
  QFile::link(GF_SOURCE "/resources/fonts", resources + "/fonts");
  for (const char* name : {"shelf", "fashion-slice"}) {
    QFile::link(QString(GF_SOURCE "/resources/sample/") + name, resources + "/sample/" + name);
  }
  QJsonObject plan = QJsonDocument::fromJson(bytesOf(GF_SOURCE "/resources/sample/sample.json")).object();
  QJsonObject data = plan["data"].toObject(), demo = plan["slice_demo"].toObject();
  data["full"] = QJsonArray();
  QJsonArray runs;
  for (const auto& each : demo["runs"].toArray()) {
    QJsonObject run = each.toObject();
    run["epochs"] = epochs;
    runs.append(run);
  }
  demo["runs"] = runs;
  demo["seeds"] = QJsonArray{0, 1};
  plan["data"] = data;
  plan["slice_demo"] = demo;
  write(resources + "/sample/sample.json", QJsonDocument(plan).toJson());
  return resources;
}

void TestCommandTransfer::demoOnTheSlice() {
  bench_.setEnvironment("GAINFINDER_RESOURCES", resourcesWithPlan(1));
  const Outcome first = bench_.run("demo --out {bench}/demo");
  QVERIFY2(first.exitCode == 0, first.err);
  QVERIFY2(first.err.contains("the shipped slice is used"), first.err);
  for (const char* part : {"KL-Dist", "KL+DP", "before (%)", "delta (points)", "over 2 seeds", "report.json"}) {
    QVERIFY2(first.out.contains(part), first.out);
  }
  QStringList reports;
  for (const char* run : {"compare", "kl-seed0", "kl-seed1", "kl-dp-seed0", "kl-dp-seed1", "bad-choice/compare",
                          "bad-choice/kl-seed0", "bad-choice/kl-dp-seed1"}) {
    reports.append(bench_.path("demo/") + run + "/report.json");
    QVERIFY(!QDir(bench_.path("demo/") + run + "/figures").entryList({"*.svg"}).isEmpty());
  }
  const QString problem = bench_.check(QStringList{"schema", kSchema} + reports);
  QVERIFY2(problem.isEmpty(), qPrintable(problem));

  QCOMPARE(bench_.run("demo --out {bench}/demo").exitCode, 2);
  const Outcome again = bench_.run("demo --out {bench}/demo --overwrite --json");
  QVERIFY2(again.exitCode == 0, again.err);
  QCOMPARE(again.json()["methods"].toArray().size(), 2);
  QCOMPARE(again.json()["bad_choice"].toObject()["methods"].toArray().size(), 2);
}

void TestCommandTransfer::stoppedDemo() {
  bench_.setEnvironment("GAINFINDER_RESOURCES", resourcesWithPlan(50000));
  const auto process = bench_.start("demo --threads 1 --json --out {bench}/halted");
  QVERIFY(process->waitForStarted());
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(bench_.path("halted/kl-seed0/metrics.jsonl")), 60'000);
  ::kill(static_cast<pid_t>(process->processId()), SIGINT);
  const Outcome outcome = Workbench::finish(*process);
  QVERIFY2(!outcome.crashed, outcome.err);
  QCOMPARE(outcome.exitCode, 130);
  QCOMPARE(outcome.json()["stopped"].toBool(), true);
  QVERIFY2(outcome.err.contains("halted --overwrite"), outcome.err);
  QVERIFY(QFile::exists(bench_.path("halted/compare/report.json")));
  QVERIFY(QFile::exists(bench_.path("halted/kl-seed0/student.pt")));
}

void TestCommandTransfer::demoWithoutItsSample() {
  const QString resources = resourcesWithPlan(2);
  bench_.setEnvironment("GAINFINDER_RESOURCES", resources);
  write(resources + "/sample/sample.json", R"({"models": 5})");
  const Outcome outcome = bench_.run("demo --out {bench}/never");
  QCOMPARE(outcome.exitCode, 3);
  QVERIFY2(outcome.err.contains("sample.json") && outcome.err.contains("models must be a list"), outcome.err);
  QVERIFY(!QFile::exists(bench_.path("never")));
}

QTEST_GUILESS_MAIN(TestCommandTransfer)
#include "test_command_transfer.moc"
