// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder study: figures and tables of a folder of transfers, what is said of the rest.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandStudy : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void drawsFiguresAndTables();
  void laysThePaperUnderOnesOwn();
  void namesWhatIsNotInIt();
  void exitCodes_data();
  void exitCodes();
  void helpNamesEverySubcommand();

 private:
  Workbench bench_;
};

void TestCommandStudy::initTestCase() {
  const QString pair = "transfer --data {data} --epochs 1 --subset 1 --device cpu ";
  for (const QString& method : {QString("kl"), QString("kl-dp")}) {
    const Outcome there = bench_.run(pair + "--student {student} --teacher {teacher} --method " + method +
                                     " --out {bench}/runs/a/" + method);
    QVERIFY2(there.exitCode == 0, there.err);
    const Outcome back = bench_.run(pair + "--student {teacher} --teacher {student} --method " + method +
                                    " --out {bench}/runs/b/" + method);
    QVERIFY2(back.exitCode == 0, back.err);
  }
  write(bench_.path("runs/torn/report.json"), bytesOf(bench_.path("runs/a/kl/report.json")).left(500));
  write(bench_.path("runs/begun/metrics.jsonl"), "");
  write(bench_.path("empty/notes.md"), "years of work");
}

void TestCommandStudy::drawsFiguresAndTables() {
  const Outcome people = bench_.run("study figures {bench}/runs --out {bench}/people --format svg,png");
  QVERIFY2(people.exitCode == 0, people.err);
  for (const char* part : {"How often a transfer helps", "KL-Dist", "KL+DP", "Left out", "torn", "begun", "study.md"}) {
    QVERIFY2(people.out.contains(part), people.out);
  }
  const Outcome programs = bench_.run("study figures {bench}/runs --out {bench}/json --format svg --json");
  QVERIFY2(programs.exitCode == 0, programs.err);
  const QJsonObject said = programs.json();
  QCOMPARE(said["cells"].toInt(), 4);
  QCOMPARE(said["pairs"].toInt(), 4);
  QCOMPARE(said["left_out"].toArray().size(), 2);
  QVERIFY(said["figures"].toArray().size() > 10);
  const QByteArray page = bytesOf(bench_.path("json/study.md"));
  for (const QJsonValue& each : said["figures"].toArray()) {
    const QString id = each.toObject()["id"].toString();
    for (const char* suffix : {".svg", ".csv", ".json"}) {
      QVERIFY2(QFile(bench_.path("json/figures/" + id + suffix)).size() > 0, qPrintable(id + suffix));
    }
    QVERIFY2(QFile(bench_.path("people/figures/" + id + ".png")).size() > 0, qPrintable(id));
    QVERIFY2(page.contains(("figures/" + id + ".svg").toUtf8()), qPrintable(id));
  }
  for (const QJsonValue& each : said["tables"].toArray()) {
    for (const char* suffix : {".md", ".tex", ".csv"}) {
      QVERIFY2(QFile(bench_.path("json/tables/" + each.toString() + suffix)).size() > 0, qPrintable(each.toString()));
    }
  }
  QCOMPARE(bytesOf(bench_.path("json/cells.csv")).count('\n'), 5);
}

void TestCommandStudy::laysThePaperUnderOnesOwn() {
  const Outcome outcome = bench_.run("study figures {bench}/runs --out {bench}/paper --format svg --with-paper");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QByteArray table = bytesOf(bench_.path("paper/tables/deltas.md"));
  QVERIFY2(table.contains("XCiT-P16 (paper)") && table.contains("+0.65 ± 0.26"), table);
  QVERIFY(bytesOf(bench_.path("paper/figures/success.csv")).contains("32.5"));
  QVERIFY(!bytesOf(bench_.path("people/tables/deltas.md")).contains("(paper)"));
}

void TestCommandStudy::namesWhatIsNotInIt() {
  QVERIFY(QDir(bench_.path("runs/b/kl-dp")).removeRecursively());
  const Outcome outcome = bench_.run("study figures {bench}/runs --out {bench}/missing --format svg --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonArray missing = outcome.json()["missing"].toArray();
  QCOMPARE(missing.size(), 1);
  QCOMPARE(missing[0].toObject()["method"].toString(), QString("KL+DP"));
  QCOMPARE(missing[0].toObject()["missing"].toInt(), 1);
  QCOMPARE(missing[0].toObject()["of"].toInt(), 2);
}

void TestCommandStudy::exitCodes_data() {
  const auto row = gf_test::exitRows();
  row("no subcommand", "", 2, {"a subcommand must come first", "figures"});
  row("an unknown subcommand", "figure", 2, {"figure", "must be a subcommand", "Did you mean figures?"});
  row("no folder", "figures --out {bench}/never", 2, {"FOLDER", "must be given"});
  row("no place", "figures {bench}/runs", 2, {"--out", "must be given"});
  row("an unknown option", "figures {bench}/runs --out {bench}/never --with-papers", 2,
      {"--with-papers", "an option of gainfinder study figures", "Did you mean --with-paper?"});
  row("an unknown format", "figures {bench}/runs --out {bench}/never --format bmp", 2, {"--format", "bmp"});
  row("an absent folder", "figures {bench}/absent --out {bench}/never", 3, {"absent", "must be a folder"});
  row("nothing in it", "figures {bench}/empty --out {bench}/never", 3, {"empty", "at least one finished transfer"});
  row("a file as result", "figures {bench}/runs --out {bench}/empty/notes.md", 2,
      {"notes.md", "must go into a folder"});
}

void TestCommandStudy::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const QByteArray unlike = bench_.run("study " + line).unlike(exitCode, said);
  QVERIFY2(unlike.isEmpty(), unlike);
  QVERIFY(!QFile::exists(bench_.path("never")));
  QCOMPARE(bytesOf(bench_.path("empty/notes.md")), QByteArray("years of work"));
}

void TestCommandStudy::helpNamesEverySubcommand() {
  const Outcome help = bench_.run("study --help");
  QCOMPARE(help.exitCode, 0);
  QVERIFY2(help.out.contains("figures"), help.out);
  const Outcome figures = bench_.run("study figures --help");
  QCOMPARE(figures.exitCode, 0);
  for (const char* option : {"--out", "--format", "--with-paper", "--json"})
    QVERIFY2(figures.out.contains(option), figures.out);
}

QTEST_GUILESS_MAIN(TestCommandStudy)
#include "test_command_study.moc"
