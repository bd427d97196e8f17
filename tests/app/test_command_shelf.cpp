// SPDX-License-Identifier: GPL-3.0-or-later
// compare --shelf and compare --semantics: exit codes, messages, what is on stdout, what is written.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandShelf : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void exitCodes_data();
  void exitCodes();
  void shelfWritesAResult();
  void foldersStandForTheirModels();
  void figuresOfAShelf();
  void stopKeepsNothingHalf();
  void semanticsOfAPair();

 private:
  Workbench bench_;
};

void TestCommandShelf::initTestCase() {
  for (const char* name : {"plain.pt", "scripted.pt", "traced.pt", "state_dict.pt"}) {
    write(bench_.path(QString("mixed/") + name), bytesOf(bench_.words(QString("{models}/") + name).first()));
  }
  write(bench_.path("mixed/broken.pt"), "no archive");
  write(bench_.path("mixed/notes.txt"), "not a model");
  write(bench_.path("broken/broken.pt"), "no archive");
  write(bench_.path("empty/notes.txt"), "not a model");
}

void TestCommandShelf::exitCodes_data() {
  const auto row = [add = gf_test::exitRows()](const char* name, const QString& line, int exitCode,
                                               const QStringList& said) {
    add(name, "compare " + line, exitCode, said);
  };
  const QString place = " --data {data} --out {bench}/never";
  row("nothing to compare", place, 2, {"--student", "must be given", "--shelf"});
  row("no teacher", "--student {student}" + place, 2, {"--teacher", "must be given"});
  row("no student", "--teacher {teacher}" + place, 2, {"--student", "must be given"});
  row("a shelf and a student", "--shelf {student} {teacher} --student {student}" + place, 2,
      {"--shelf", "in place of --student and --teacher", "--student beside it"});
  row("a shelf and a teacher", "--shelf {student} --teacher {teacher}" + place, 2, {"--teacher beside it"});
  row("a shelf and semantics", "--shelf {student} {teacher} --semantics wordnet" + place, 2,
      {"--semantics", "is for a pair"});
  row("a shelf of nothing", place + " --shelf", 2, {"--shelf", "found none"});
  row("a shelf without data", "--shelf {student} {teacher} --out never", 2, {"--data", "must be given"});
  row("a missing file", "--shelf {student} {bench}/absent.pt" + place, 3, {"absent.pt", "must exist"});
  row("a folder without models", "--shelf {bench}/empty" + place, 3, {"empty", "must hold checkpoints", ".pt"});
  row("one model", "--shelf {student}" + place, 3, {"at least two models", "found 1"});
  row("the same model twice", "--shelf {student} {student}" + place, 3, {"at least two models", "found 1"});
  row("one model that can be read", "--shelf {student} {bench}/broken" + place, 3,
      {"at least two models", "left out: broken.pt"});
  row("models of other classes", "--shelf {sample}/shelf" + place, 3,
      {"at least two models", "left out: all-mixer.pt"});
  row("into a folder of its models", "--shelf {bench}/mixed --data {data} --out {bench}/mixed", 2, {"mixed"});
  row("where nothing can be made", "--shelf {student} {teacher} --data {data} --out /proc/never", 1,
      {"/proc/never", "writable"});
  row("unknown semantics", "--student {student} --teacher {teacher} --semantics klip:x" + place, 2, {"klip"});
  row("semantics that are not there",
      "--student {student} --teacher {teacher} --semantics file:{bench}/absent.npy" + place, 3, {"absent.npy"});
}

void TestCommandShelf::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run(line);
  const QByteArray problem = outcome.unlike(exitCode, said);
  QVERIFY2(problem.isEmpty(), problem);
  QCOMPARE(outcome.out, QByteArray());
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandShelf::shelfWritesAResult() {
  const Outcome outcome =
      bench_.run("compare --shelf {student} {teacher} {traced} --data {data} --out {bench}/shelf --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json();
  QCOMPARE(report["schema"].toString(), QString("gainfinder-shelf/1"));
  QCOMPARE(report["models"].toArray().size(), 3);
  QCOMPARE(report["ranking"].toArray().size(), 6);
  QCOMPARE(QJsonDocument::fromJson(bytesOf(bench_.path("shelf/report.json"))).object(), report);
  const QString schema = GF_SOURCE "/resources/schema/gainfinder-shelf-1.schema.json";
  const QString problem = bench_.check({"schema", schema, bench_.path("shelf/report.json")});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  for (const char* figure : {"shelf-flips", "shelf-entropy", "shelf-matrix", "shelf-expertise"}) {
    const QString stem = bench_.path("shelf/figures/") + figure;
    QVERIFY2(bytesOf(stem + ".svg").contains("<svg"), figure);
    QVERIFY2(bytesOf(stem + ".png").startsWith("\x89PNG"), figure);
    QVERIFY2(bytesOf(stem + ".csv").contains(','), figure);
  }
  // Both ways round of a pair are what the pair on its own says.
  const Outcome pair =
      bench_.run("compare --student {student} --teacher {teacher} --data {data} --out {bench}/pair --json");
  QVERIFY2(pair.exitCode == 0, pair.err);
  const QJsonObject counts = pair.json()["before"].toObject()["teachers"].toArray()[0].toObject()["counts"].toObject();
  const QJsonArray cells = report["pairs"].toObject()["only_teacher"].toArray();
  QCOMPARE(cells[1].toArray()[0].toInt(), counts["only_teacher"].toInt());
  QCOMPARE(cells[0].toArray()[1].toInt(), counts["only_student"].toInt());
}

void TestCommandShelf::foldersStandForTheirModels() {
  const Outcome outcome =
      bench_.run("compare --shelf {bench}/mixed {bench}/mixed/plain.pt --data {data} --out {bench}/mix");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  for (const char* part : {"3 models", "teacher → student", "plain → tiny", "Left out: 2 models",
                           "  broken.pt: ", "  state_dict.pt: ", "report.json"}) {
    QVERIFY2(outcome.out.contains(part), outcome.out);
  }
  const QJsonObject report = QJsonDocument::fromJson(bytesOf(bench_.path("mix/report.json"))).object();
  QCOMPARE(report["models"].toArray().size(), 3);
  QCOMPARE(report["manifest"].toObject()["left_out"].toArray().size(), 2);
}

void TestCommandShelf::figuresOfAShelf() {
  const Outcome outcome = bench_.run("figures {bench}/shelf --out {bench}/drawn --format svg,pdf,png --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QVERIFY(outcome.json()["figures"].toArray().size() >= 4);
  QVERIFY(bytesOf(bench_.path("drawn/shelf-matrix.pdf")).startsWith("%PDF"));
}

void TestCommandShelf::stopKeepsNothingHalf() {
  // The looping model keeps a child process busy: once that is there, the program is inside the inspection.
  const auto process = bench_.start("compare --shelf {models}/loops.pt {teacher} --data {data} --out never --json");
  QVERIFY(process->waitForStarted());
  const QString pid = QString::number(process->processId());
  QTRY_VERIFY_WITH_TIMEOUT(!bytesOf("/proc/" + pid + "/task/" + pid + "/children").trimmed().isEmpty(), 60'000);
  ::kill(static_cast<pid_t>(process->processId()), SIGINT);
  const Outcome outcome = Workbench::finish(*process);
  QCOMPARE(outcome.crashed, false);
  QCOMPARE(outcome.exitCode, 130);
  QCOMPARE(outcome.json()["error"].toObject()["exit_code"].toInt(), 130);
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandShelf::semanticsOfAPair() {
  write(bench_.path("vectors.csv"), "circle,1,0\nsquare,0,1\nstar,0.6,0.8\n");
  const Outcome outcome = bench_.run(
      "compare --student {student} --teacher {teacher} --data {data} --out {bench}/meant "
      "--semantics file:{bench}/vectors.csv --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject meaning = outcome.json()["meaning"].toObject();
  QCOMPARE(meaning["order"].toArray().size(), 3);
  QCOMPARE(meaning["similarity"].toObject()["file"].toString(), QString("similarity.npy"));
  QVERIFY(bytesOf(bench_.path("meant/similarity.npy")).startsWith("\x93NUMPY"));
  QCOMPARE(QJsonDocument::fromJson(bytesOf(bench_.path("meant/report.json"))).object(), outcome.json());
  QVERIFY(bytesOf(bench_.path("meant/figures/similarity.png")).startsWith("\x89PNG"));
  // Opened again, the matrix is there to be drawn.
  QCOMPARE(bench_.run("figures {bench}/meant --out {bench}/meant-again --format png").exitCode, 0);
  QVERIFY(bytesOf(bench_.path("meant-again/similarity.png")).startsWith("\x89PNG"));
}

QTEST_GUILESS_MAIN(TestCommandShelf)
#include "test_command_shelf.moc"
