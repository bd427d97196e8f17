// SPDX-License-Identifier: GPL-3.0-or-later
// Results for people, and results of earlier and later programs: what `figures` draws again, what commands leave.
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

const QString kKept = GF_SOURCE "/tests/report/data/";
const char* const kSchema = GF_SOURCE "/resources/schema/gainfinder-report-1.schema.json";

}  // namespace

class TestCommandFigures : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void commandsLeaveAPage();
  void pagesOnRequest();
  void drawnAgainTheyAreTheSame();
  void earlierReports_data();
  void earlierReports();
  void laterReportsWarn();

 private:
  Workbench bench_;
};

void TestCommandFigures::initTestCase() {
  const Outcome made = bench_.run("compare --student {student} --teacher {teacher} --data {data} --out {bench}/made");
  QVERIFY2(made.exitCode == 0, made.err);
  const Outcome run = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --method kl-dp --epochs 2 --subset 1 --device "
      "cpu "
      "--out {bench}/run");
  QVERIFY2(run.exitCode == 0, run.err);
  QVERIFY2(run.out.contains("report.html"), run.out);
}

void TestCommandFigures::commandsLeaveAPage() {
  for (const char* name : {"made", "run"}) {
    const QByteArray html = bytesOf(bench_.path(QString(name) + "/report.html"));
    QVERIFY2(html.startsWith("<!DOCTYPE html>"), name);
    QVERIFY(html.count("<figure>") >= 2);
    const QString problem = bench_.check({"schema", kSchema, bench_.path(QString(name) + "/report.json")});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
  }
}

void TestCommandFigures::pagesOnRequest() {
  const Outcome plain = bench_.run("figures {bench}/made --out {bench}/plain --format svg --json");
  QVERIFY2(plain.exitCode == 0, plain.err);
  QVERIFY(!QFile::exists(bench_.path("plain/report.html")));
  QVERIFY(!plain.json().contains("pages"));
  const Outcome pages = bench_.run("figures {bench}/made {bench}/run --out {bench}/pages --format svg --report --json");
  QVERIFY2(pages.exitCode == 0, pages.err);
  QCOMPARE(pages.json()["pages"].toArray().size(), 4);
  for (const QJsonValue& page : pages.json()["pages"].toArray()) {
    const QByteArray bytes = bytesOf(page.toString());
    QVERIFY2(bytes.startsWith("%PDF") || bytes.startsWith("<!DOCTYPE html>"), qPrintable(page.toString()));
  }
}

void TestCommandFigures::drawnAgainTheyAreTheSame() {
  const Outcome outcome = bench_.run("figures {bench}/run --out {bench}/again --format svg");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QStringList files = QDir(bench_.path("run/figures")).entryList({"*.json", "*.csv"});
  QVERIFY(files.contains("partition.json") && files.contains("gain-against-loss.csv"));
  for (const QString& file : files) {
    if (file.endsWith(".csv"))
      QCOMPARE(bytesOf(bench_.path("again/" + file)), bytesOf(bench_.path("run/figures/" + file)));
    if (!file.endsWith(".json")) continue;
    QCOMPARE(QJsonDocument::fromJson(bytesOf(bench_.path("again/" + file))),
             QJsonDocument::fromJson(bytesOf(bench_.path("run/figures/" + file))));
  }
}

void TestCommandFigures::earlierReports_data() {
  QTest::addColumn<QString>("file");
  for (const QString& file : QDir(kKept).entryList({"revision-*.json"})) QTest::newRow(qPrintable(file)) << file;
}

void TestCommandFigures::earlierReports() {
  QFETCH(QString, file);
  QVERIFY(bench_.check({"schema", kSchema, kKept + file}).isEmpty());
  write(bench_.path("earlier/report.json"), bytesOf(kKept + file));
  const Outcome outcome =
      bench_.run("figures {bench}/earlier --out {bench}/earlier-drawn --format svg --report --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QVERIFY(outcome.json()["figures"].toArray().size() >= 4);
  QVERIFY(QFile::exists(bench_.path("earlier-drawn/report.pdf")));
}

void TestCommandFigures::laterReportsWarn() {
  QJsonObject report = QJsonDocument::fromJson(bytesOf(bench_.path("made/report.json"))).object();
  report["revision"] = 9;
  report["of the future"] = true;
  write(bench_.path("later/report.json"), QJsonDocument(report).toJson());
  const Outcome outcome = bench_.run("figures {bench}/later --out {bench}/later-drawn --format svg");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QVERIFY2(outcome.err.contains("later program"), outcome.err);
}

QTEST_GUILESS_MAIN(TestCommandFigures)
#include "test_command_figures.moc"
