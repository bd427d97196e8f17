// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder cache: what a comparison left, shown and removed.
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandCache : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void whatAComparisonLeftIsListed();
  void theLimitTakesWhatWasUsedLongestAgo();
  void clearedItIsMadeAnew();
  void theLimitHoldsForWhatComes();
  void aLinkedFolderIsLeftAlone();
  void exitCodes_data();
  void exitCodes();

 private:
  Outcome compare(const QString& out);
  QJsonObject kind(const QString& id);
  Workbench bench_;
};

void TestCommandCache::initTestCase() {
  bench_.setEnvironment("XDG_CACHE_HOME", bench_.path("kept"));
  // Not ours to remove: the set-up's, in the same folder.
  write(bench_.path("kept/gainfinder/python/bin/python"), "the set-up's");
}

Outcome TestCommandCache::compare(const QString& out) {
  return bench_.run("compare --student {student} --teacher {teacher} --data {data} --out {bench}/" + out);
}

QJsonObject TestCommandCache::kind(const QString& id) {
  for (const QJsonValue& each : bench_.run("cache --json").json()["kinds"].toArray()) {
    if (each.toObject()["kind"] == id) return each.toObject();
  }
  return {};
}

void TestCommandCache::whatAComparisonLeftIsListed() {
  QCOMPARE(kind("evaluations")["files"].toInt(), 0);
  QCOMPARE(compare("first").exitCode, 0);
  const QJsonObject evaluations = kind("evaluations");
  QCOMPARE(evaluations["files"].toInt(), 4);  // two models: logits and answers
  QCOMPARE(evaluations["folder"].toString(), bench_.path("kept/gainfinder/predictions"));
  qint64 bytes = 0;
  for (const QFileInfo& file : QDir(evaluations["folder"].toString()).entryInfoList(QDir::Files)) bytes += file.size();
  QCOMPARE(qint64(evaluations["bytes"].toDouble()), bytes);
  const Outcome people = bench_.run("cache");
  QCOMPARE(people.exitCode, 0);
  for (const char* part :
       {"Evaluations of models", "What was found in checkpoints", "All together", "At most", "--clear"}) {
    QVERIFY2(people.out.contains(part), people.out);
  }
}

void TestCommandCache::theLimitTakesWhatWasUsedLongestAgo() {
  const auto logits = [&](char digit) {
    return bench_.path("kept/gainfinder/frozen/" + QString(64, QLatin1Char(digit)) + ".logits");
  };
  for (const auto& [digit, days] : {std::pair{'a', 300}, {'b', 2}}) {
    write(logits(digit), QByteArray(100'000, 'x'));
    QFile file(logits(digit));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-days), QFileDevice::FileModificationTime));
  }
  const QByteArray evaluations = gf_test::snapshot(bench_.path("kept/gainfinder/predictions"));
  QCOMPARE(bench_.run("cache --frozen-limit 150kB").exitCode, 0);
  QVERIFY(!QFile::exists(logits('a')) && QFile::exists(logits('b')));
  QCOMPARE(kind("frozen")["limit"].toInt(), 150'000);
  QCOMPARE(kind("frozen")["bytes"].toInt(), 100'000);
  QCOMPARE(gf_test::snapshot(bench_.path("kept/gainfinder/predictions")), evaluations);
  QVERIFY(bench_.run("cache").out.contains("150.0 kB, chosen"));
  QCOMPARE(bench_.run("cache --frozen-limit auto").exitCode, 0);
  QVERIFY(kind("frozen")["limit"].toDouble() > 1e6);
}

void TestCommandCache::clearedItIsMadeAnew() {
  QCOMPARE(bench_.run("cache --clear --json").json()["bytes"].toInt(), 0);
  QCOMPARE(bytesOf(bench_.path("kept/gainfinder/python/bin/python")), QByteArray("the set-up's"));
  QCOMPARE(compare("second").exitCode, 0);
  QCOMPARE(kind("evaluations")["files"].toInt(), 4);
  for (const char* part : {"before", "classes"}) {
    const auto said = [&](const char* folder) {
      const QByteArray report = bytesOf(bench_.path(QString(folder) + "/report.json"));
      return QJsonDocument::fromJson(report).object()[part];
    };
    QVERIFY(!said("first").isUndefined());
    QCOMPARE(said("second"), said("first"));
  }
}

void TestCommandCache::theLimitHoldsForWhatComes() {
  QCOMPARE(bench_.run("cache --clear --limit 500").exitCode, 0);
  QCOMPARE(compare("little").exitCode, 0);
  QVERIFY(kind("evaluations")["bytes"].toInt() <= 500);
  QCOMPARE(kind("evaluations")["limit"].toInt(), 500);
  QCOMPARE(bench_.run("cache --limit auto").exitCode, 0);
  QCOMPARE(compare("more").exitCode, 0);
  QCOMPARE(kind("evaluations")["files"].toInt(), 4);
}

/// Where the folder lies on another disk behind a link, what lies there is not the program's to remove.
void TestCommandCache::aLinkedFolderIsLeftAlone() {
  const QString place = bench_.path("kept/gainfinder/predictions"), elsewhere = bench_.path("elsewhere");
  const QString precious = elsewhere + "/" + QString(64, QLatin1Char('a')) + ".npy";
  write(precious, "precious");
  QVERIFY(QDir(place).removeRecursively());
  QVERIFY(QFile::link(elsewhere, place));
  QCOMPARE(bench_.run("cache --clear").exitCode, 0);
  const Outcome outcome = compare("linked");
  QCOMPARE(outcome.exitCode, 0);
  QVERIFY2(outcome.err.contains("XDG_CACHE_HOME"), outcome.err);
  QCOMPARE(QDir(elsewhere).entryList(QDir::Files).size(), 1);
  QCOMPARE(bytesOf(precious), QByteArray("precious"));
  QVERIFY(QFile::remove(place));
}

void TestCommandCache::exitCodes_data() {
  const auto row = gf_test::exitRows();
  row("no size", "--limit much", 2, {"--limit", "must be a size"});
  row("no size of the other", "--frozen-limit -1 --clear", 2, {"--frozen-limit"});
  row("no size of images", "--crops-limit 3km", 2, {"--crops-limit"});
  row("a word", "everything", 2, {"everything"});
}

void TestCommandCache::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const QByteArray unlike = bench_.run("cache " + line).unlike(exitCode, said);
  QVERIFY2(unlike.isEmpty(), unlike);
}

QTEST_GUILESS_MAIN(TestCommandCache)
#include "test_command_cache.moc"
