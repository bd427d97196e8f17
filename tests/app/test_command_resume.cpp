// SPDX-License-Identifier: GPL-3.0-or-later
// Interrupted transfers that go on: after Ctrl-C, after the program was killed, and when they must not.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

namespace {

/// A few seconds of work, saved often; the student has batch norm and the views are mirrored at random.
const QString kTransfer =
    "transfer --student {models}/cnn.pt --data {data} --device cpu --threads 1 --subset 1 --lr 0.01 --epochs 300 "
    "--eval-every 5 --save-every 3 ";

int countOf(const QString& file, const char* what) {
  return static_cast<int>(bytesOf(file).count(what));
}

}  // namespace

class TestCommandResume : public QObject {
  Q_OBJECT
 private slots:
  void interruptedRunsEndTheSame_data();
  void interruptedRunsEndTheSame();
  void printedCommandGoesOn();
  void finishedResultIsLeftAlone();
  void otherSettingsAreRefused_data();
  void otherSettingsAreRefused();
  void nothingToGoOnFrom();
  void firstRunMayAskToResume();
  void divergedRunSaysWhatToChange();

 private:
  /// Starts `line` and sends it `signal` after so many evaluations; false when it ended before.
  bool interrupt(const QString& line, const QString& folder, int evaluations, int signal, QByteArray* said = nullptr);

  Workbench bench_;
};

bool TestCommandResume::interrupt(const QString& line, const QString& folder, int evaluations, int signal,
                                  QByteArray* said) {
  const auto process = bench_.start(line + " --out " + folder);
  if (!process->waitForStarted()) return false;
  const QString metrics = folder + "/metrics.jsonl";
  // A wait for what the run writes, not for time; the bound only ends a test that hangs.
  const bool there = QTest::qWaitFor(
      [&] { return process->state() == QProcess::NotRunning || countOf(metrics, "\"evaluation\"") >= evaluations; },
      60'000);
  const bool running = there && process->state() == QProcess::Running;
  ::kill(static_cast<pid_t>(process->processId()), signal);
  const Outcome outcome = Workbench::finish(*process);
  if (said) *said = outcome.err;
  return running && (signal == SIGKILL ? outcome.crashed : outcome.exitCode == 130);
}

void TestCommandResume::interruptedRunsEndTheSame_data() {
  QTest::addColumn<QString>("flags");
  QTest::newRow("kl-dp") << "--teacher {teacher}";
  QTest::newRow("mcl") << "--teacher {teacher} --method xe-kl-mcl --mcl-tau 0.9 --mcl-every 7";
  QTest::newRow("crd") << "--teacher {teacher} --method crd --crd-negatives 40 --epochs=120";
  QTest::newRow("sequential") << "--teacher {teacher} {models}/tied.pt --teachers sequential --epochs=150";
}

void TestCommandResume::interruptedRunsEndTheSame() {
  QFETCH(QString, flags);
  QString begun = kTransfer;
  if (flags.contains("--epochs=")) begun.remove("--epochs 300 ");
  const QString line = begun + flags + " --json";
  const QString name = QString::fromLatin1(QTest::currentDataTag());
  const QString whole = bench_.path(name + "-whole"), broken = bench_.path(name + "-broken");
  const Outcome uninterrupted = bench_.run(line + " --out " + whole);
  QVERIFY2(uninterrupted.exitCode == 0, uninterrupted.err);

  // A kill, a kill of the resumed run further on, then Ctrl-C; each time more has been reported than before.
  QVERIFY(interrupt(line, broken, 3, SIGKILL));
  QVERIFY(!QFile::exists(broken + "/report.json"));
  const int first = countOf(broken + "/metrics.jsonl", "\"evaluation\"");
  QVERIFY(interrupt(line + " --resume", broken, first + 3, SIGKILL));
  const int second = countOf(broken + "/metrics.jsonl", "\"evaluation\"");
  QVERIFY(interrupt(line + " --resume", broken, second + 3, SIGINT));
  QVERIFY(QFile::exists(broken + "/report.json"));
  const Outcome last = bench_.run(line + " --resume --out " + broken);
  QVERIFY2(last.exitCode == 0, last.err);

  const QString same = bench_.check({"same", whole + "/student.pt", broken + "/student.pt"});
  QVERIFY2(same.isEmpty(), qPrintable(same));
  const QJsonObject one = uninterrupted.json()["transfer"].toObject(), other = last.json()["transfer"].toObject();
  QVERIFY(other["resumed"].toInt() >= 1);
  QCOMPARE(other["finished"].toBool(), true);
  for (const char* key : {"steps", "epochs", "delta", "gain", "loss", "weight_distance", "routing", "transfer_rate"}) {
    QVERIFY2(one[key] == other[key], key);
  }
  // The record of the run has no gap and nothing twice.
  for (const char* what : {"\"evaluation\"", "\"step\",", "\"stage\":1"}) {
    QCOMPARE(countOf(broken + "/metrics.jsonl", what), countOf(whole + "/metrics.jsonl", what));
  }
  QVERIFY(!QDir(broken + "/state").exists());
}

void TestCommandResume::printedCommandGoesOn() {
  // A folder with blanks and quotation marks: what is printed must survive a shell.
  const QString folder = bench_.path("my 'own' $result");
  const auto process = bench_.start(bench_.words(kTransfer + "--teacher {teacher} --out") + QStringList{folder});
  QVERIFY(process->waitForStarted());
  QTRY_VERIFY_WITH_TIMEOUT(countOf(folder + "/metrics.jsonl", "\"evaluation\"") >= 3, 60'000);
  ::kill(static_cast<pid_t>(process->processId()), SIGINT);
  const Outcome stopped = Workbench::finish(*process);
  QVERIFY2(stopped.exitCode == 130, stopped.err);
  const QString said = QString::fromUtf8(stopped.err).trimmed();
  const QString announced = "To go on from where it was last saved: ";
  QVERIFY2(said.contains(announced), stopped.err);
  const Outcome resumed = bench_.shell(said.mid(said.indexOf(announced) + announced.size()));
  QVERIFY2(resumed.exitCode == 0, resumed.err);
  QVERIFY(!QDir(folder + "/state").exists());
}

void TestCommandResume::finishedResultIsLeftAlone() {
  const QString line =
      "transfer --student {student} --teacher {teacher} --data {data} --epochs 1 --subset 1 --threads 1 "
      "--out {bench}/done ";
  const Outcome made = bench_.run(line);
  QVERIFY2(made.exitCode == 0, made.err);
  const QByteArray before = gf_test::snapshot(bench_.path("done"));
  const Outcome again = bench_.run(line + "--resume");
  QVERIFY2(again.exitCode == 0, again.err);
  QVERIFY2(again.err.contains("This run is finished; nothing was done."), again.err);
  QVERIFY2(again.out.contains("report.json"), again.out);
  QCOMPARE(gf_test::snapshot(bench_.path("done")), before);
}

void TestCommandResume::otherSettingsAreRefused_data() {
  QTest::addColumn<QString>("change");
  QTest::addColumn<QStringList>("said");
  QTest::newRow("another learning rate") << "--lr 0.02 --teacher {teacher}" << QStringList{"--lr", "0.02", "0.01"};
  QTest::newRow("another seed") << "--lr 0.01 --seed 3 --teacher {teacher}" << QStringList{"--seed", "3"};
  QTest::newRow("another teacher") << "--lr 0.01 --teacher {models}/tied.pt" << QStringList{"teachers"};
  QTest::newRow("one more teacher") << "--lr 0.01 --teacher {teacher} {models}/tied.pt" << QStringList{"teachers"};
}

void TestCommandResume::otherSettingsAreRefused() {
  QFETCH(QString, change);
  QFETCH(QStringList, said);
  const QString folder = bench_.path("half");
  const QString common =
      "transfer --student {student} --data {data} --device cpu --threads 1 --subset 1 --epochs 100000 --eval-every 50 ";
  if (!QFile::exists(folder)) QVERIFY(interrupt(common + "--lr 0.01 --teacher {teacher}", folder, 2, SIGKILL));
  const QByteArray before = gf_test::snapshot(folder);
  const Outcome outcome = bench_.run(common + change + " --resume --out " + folder);
  QVERIFY2(outcome.exitCode == 2, outcome.err);
  for (const QString& part : said) QVERIFY2(outcome.err.contains(part.toUtf8()), outcome.err);
  QVERIFY2(!outcome.err.contains("To go on from"), outcome.err);
  QCOMPARE(gf_test::snapshot(folder), before);
}

void TestCommandResume::nothingToGoOnFrom() {
  write(bench_.path("foreign/thesis.tex"), "years of work");
  const Outcome outcome = bench_.run(kTransfer + "--teacher {teacher} --resume --out {bench}/foreign");
  QCOMPARE(outcome.exitCode, 2);
  QVERIFY2(outcome.err.contains("foreign") && outcome.err.contains("saved state"), outcome.err);
  QCOMPARE(bytesOf(bench_.path("foreign/thesis.tex")), QByteArray("years of work"));
}

void TestCommandResume::firstRunMayAskToResume() {
  // So that a script can give one command until it ends.
  const Outcome outcome = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --epochs 1 --subset 1 --threads 1 --resume "
      "--json "
      "--out {bench}/fresh");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QCOMPARE(outcome.json()["transfer"].toObject()["resumed"].toInt(), 0);
}

void TestCommandResume::divergedRunSaysWhatToChange() {
  // To go on would end the same.
  const Outcome outcome = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --device cpu --threads 1 --subset 1 --epochs 200 "
      "--lr 100 --weight-decay 1 --method kl --out {bench}/diverged");
  QVERIFY2(outcome.exitCode == 1, outcome.err);
  QVERIFY2(outcome.err.contains("must stay finite") && outcome.err.contains("Lower the learning rate"), outcome.err);
  QVERIFY2(!outcome.err.contains("To go on from"), outcome.err);
  QVERIFY(!QDir(bench_.path("diverged/state")).entryList({"*.state"}).isEmpty());
}

QTEST_GUILESS_MAIN(TestCommandResume)
#include "test_command_resume.moc"
