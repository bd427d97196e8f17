// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder pack: what it says, what it refuses, that Ctrl-C loses nothing, and that packed data compares as the data.
#include <signal.h>

#include <QFile>
#include <QJsonArray>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandPack : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void saysWhatWasPacked();
  void packedDataComparesAsTheData();
  void goesOnAfterCtrlC();
  void exitCodes_data();
  void exitCodes();
  void helpNamesEveryOption();

 private:
  Workbench bench_;
};

void TestCommandPack::initTestCase() {
  write(bench_.path("notes.md"), "years of work");
}

void TestCommandPack::saysWhatWasPacked() {
  const Outcome people = bench_.run("pack --data {data} --out {bench}/people.gfpack");
  QVERIFY2(people.unlike(0, {}).isEmpty(), people.unlike(0, {}));
  for (const char* part : {"training images", "90", "evaluation images", "60", "left out", "people.gfpack"}) {
    QVERIFY2(people.out.contains(part), people.out);
  }
  const Outcome programs = bench_.run("pack --data {data} --out {bench}/json.gfpack --quality raw --json");
  const QJsonObject said = programs.json();
  QCOMPARE(said["train"].toInt(), 90);
  QCOMPARE(said["eval"].toInt(), 60);
  QCOMPARE(said["bytes"].toInteger(), QFile(bench_.path("json.gfpack")).size());
  QCOMPARE(said["left_out"].toArray().size(), 0);
}

void TestCommandPack::packedDataComparesAsTheData() {
  const QString pair = "--student {student} --teacher {teacher} --json ";
  const QString pack = "pack --data {data} --quality raw --side 0 --out {bench}/same.gfpack";
  QCOMPARE(bench_.run(pack).exitCode, 0);
  const Outcome plain = bench_.run("compare " + pair + "--data {data} --out {bench}/plain");
  const Outcome packed = bench_.run("compare " + pair + "--data {bench}/same.gfpack --out {bench}/packed");
  QVERIFY2(plain.exitCode == 0, plain.err);
  QVERIFY2(packed.exitCode == 0, packed.err);
  const QJsonObject one = plain.json(), other = packed.json();
  for (const char* key : {"before", "classes", "student"}) QVERIFY2(one[key] == other[key], key);
  QVERIFY(!one["before"].toObject().isEmpty());
}

void TestCommandPack::goesOnAfterCtrlC() {
  gf_test::writeSmallData(bench_.path("many"), 60'000, 1'000);
  const QString line = "pack --data {bench}/many --threads 1 --out {bench}/";
  QCOMPARE(bench_.run(line + "straight.gfpack").exitCode, 0);
  const auto process = bench_.start(line + "stopped.gfpack");
  QVERIFY(process->waitForStarted());
  while (!QFile::exists(bench_.path("stopped.gfpack.part")) && process->state() == QProcess::Running) {
    process->waitForFinished(1);
  }
  ::kill(static_cast<pid_t>(process->processId()), SIGINT);
  const Outcome stopped = Workbench::finish(*process);
  QVERIFY2(stopped.unlike(130, {"what was packed is kept"}).isEmpty(), stopped.unlike(130, {}));
  QVERIFY(!QFile::exists(bench_.path("stopped.gfpack")));
  QCOMPARE(bench_.run(line + "stopped.gfpack").exitCode, 0);
  QVERIFY(bytesOf(bench_.path("stopped.gfpack")) == bytesOf(bench_.path("straight.gfpack")));
}

void TestCommandPack::exitCodes_data() {
  const auto row = gf_test::exitRows();
  const QString data = "--data {data} ", out = "--out {bench}/never.gfpack ";
  row("no data", out, 2, {"--data", "must be given"});
  row("no place", data, 2, {"--out", "must be given"});
  row("absent data", "--data {bench}/absent " + out, 3, {"absent", "must exist"});
  row("a file that is no packed one", "--data {bench}/notes.md " + out, 3, {"notes.md", "gainfinder pack"});
  row("a side that is no number", data + out + "--side big", 2, {"--side", "big"});
  row("a negative side", data + out + "--side=-1", 2, {"--side", "-1"});
  row("a quality of nothing", data + out + "--quality 0", 2, {"--quality", "1 to 100"});
  row("too good a quality", data + out + "--quality 101", 2, {"--quality", "101"});
  row("an unknown way with bad images", data + out + "--bad-images drop", 2, {"--bad-images", "stop or skip"});
  row("a folder as result", data + "--out {data}", 2, {"over or into the data"});
  row("inside the data", data + "--out {data}/inside.gfpack", 2, {"over or into the data"});
  row("a foreign file as result", data + "--out {bench}/notes.md --overwrite", 2, {"notes.md", "earlier packed"});
  row("packed before", data + "--out {bench}/people.gfpack", 2, {"--overwrite"});
  row("over itself", "--data {bench}/people.gfpack --out {bench}/people.gfpack --overwrite", 2, {"the data"});
}

void TestCommandPack::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run("pack " + line);
  QVERIFY2(outcome.unlike(exitCode, said).isEmpty(), outcome.unlike(exitCode, said));
  QVERIFY(!QFile::exists(bench_.path("never.gfpack")));
  QCOMPARE(bytesOf(bench_.path("notes.md")), QByteArray("years of work"));
}

void TestCommandPack::helpNamesEveryOption() {
  const Outcome help = bench_.run("pack --help");
  QCOMPARE(help.exitCode, 0);
  for (const char* option :
       {"--data", "--out", "--side", "--quality", "--bad-images", "--threads", "--overwrite", "--json"}) {
    QVERIFY2(help.out.contains(option), option);
  }
  for (const QByteArray& line : help.out.split('\n')) QVERIFY2(QString::fromUtf8(line).size() <= 80, line);
}

QTEST_GUILESS_MAIN(TestCommandPack)
#include "test_command_pack.moc"
