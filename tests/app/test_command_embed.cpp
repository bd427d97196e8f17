// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder embed: the array that it writes, what it refuses and with which exit code.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QtTest>
#include <cmath>
#include <cstring>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandEmbed : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void writesUnitRows_data();
  void writesUnitRows();
  void templatesAreAveraged();
  void exitCodes_data();
  void exitCodes();
  void isNotReplacedUnasked();
  void helpNamesEveryOption();

 private:
  /// The rows of a float32 .npy array after its heading was checked.
  static QList<QList<float>> rowsOf(const QByteArray& bytes, int rows, int columns);

  Workbench bench_;
  const QString data_ = GF_SOURCE "/tests/semantics/data";
};

void TestCommandEmbed::initTestCase() {
  write(bench_.path("names.txt"), "tench\r\ngreat white shark\nnaïve café\n日本語\n\n");
  write(bench_.path("hole.txt"), "cat\n\ndog\n");
  write(bench_.path("latin.txt"), "cat\ncaf\xe9\n");
  write(bench_.path("nothing.txt"), "\n");
  write(bench_.path("notes.md"), "years of work");
  write(bench_.path("vectors.csv"), "tench,3,4\ngreat white shark,0,2\nnaïve café,1,0\n日本語,-1,0\n");
  QVERIFY(QDir().mkpath(bench_.path("empty")));
}

QList<QList<float>> TestCommandEmbed::rowsOf(const QByteArray& bytes, int rows, int columns) {
  const QByteArray shape = "'shape': (" + QByteArray::number(rows) + ", " + QByteArray::number(columns) + ")";
  const auto payload = static_cast<qsizetype>(sizeof(float)) * rows * columns;
  if (!bytes.startsWith("\x93NUMPY") || !bytes.contains("'<f4'") || !bytes.contains(shape)) return {};
  if ((bytes.size() - payload) % 64 != 0) return {};
  QList<QList<float>> result(rows, QList<float>(columns));
  const char* at = bytes.constData() + bytes.size() - payload;
  for (auto& row : result) {
    std::memcpy(row.data(), at, sizeof(float) * static_cast<std::size_t>(columns));
    at += sizeof(float) * static_cast<std::size_t>(columns);
  }
  return result;
}

void TestCommandEmbed::writesUnitRows_data() {
  QTest::addColumn<QString>("provider");
  QTest::addColumn<QString>("kind");
  QTest::addColumn<int>("dimensions");
  QTest::newRow("CLIP") << "clip:" + data_ + "/clip"
                        << "clip" << 12;
  QTest::newRow("BERT") << "text:" + data_ + "/bert"
                        << "text" << 12;
  QTest::newRow("a file") << "file:" + bench_.path("vectors.csv") << "file" << 2;
}

void TestCommandEmbed::writesUnitRows() {
  QFETCH(QString, provider);
  QFETCH(QString, kind);
  QFETCH(int, dimensions);
  const QString out = bench_.path("new/" + kind + ".npy");
  const Outcome outcome =
      bench_.run({"embed", "--semantics", provider, "--classes", bench_.path("names.txt"), "--out", out, "--json"});
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject said = outcome.json();
  QCOMPARE(said["classes"].toInt(), 4);
  QCOMPARE(said["dimensions"].toInt(), dimensions);
  QCOMPARE(said["provenance"].toObject()["provider"].toString(), kind);
  QVERIFY(said["provenance"].toObject()["files"].toArray().size() > 0);
  const auto rows = rowsOf(bytesOf(out), 4, dimensions);
  QCOMPARE(rows.size(), 4);
  for (const auto& row : rows) {
    double squares = 0;
    for (const float value : row) squares += static_cast<double>(value) * value;
    QVERIFY2(std::abs(squares - 1) < 1e-6, qPrintable(QString::number(squares, 'g', 9)));
  }
  if (kind == "file") QCOMPARE(rows[0], (QList<float>{0.6f, 0.8f}));
}

void TestCommandEmbed::templatesAreAveraged() {
  const auto embed = [&](const QString& name, const QStringList& templates) {
    QStringList line{"embed", "--semantics",    "clip:" + data_ + "/clip", "--classes", bench_.path("names.txt"),
                     "--out", bench_.path(name)};
    for (const auto& text : templates) line += {"--template", text};
    const Outcome outcome = bench_.run(line);
    return outcome.exitCode == 0 ? rowsOf(bytesOf(bench_.path(name)), 4, 12) : QList<QList<float>>();
  };
  const auto raw = embed("raw.npy", {}), photo = embed("photo.npy", {"a photo of a {}"});
  const auto both = embed("both.npy", {"{}", "a photo of a {}"});
  QCOMPARE(raw.size(), 4);
  QCOMPARE(photo.size(), 4);
  QCOMPARE(both.size(), 4);
  QVERIFY(raw != photo);
  for (int i = 0; i < 4; ++i) {
    double length = 0;
    for (int j = 0; j < 12; ++j) length += std::pow(raw[i][j] + photo[i][j], 2);
    for (int j = 0; j < 12; ++j) {
      QVERIFY(std::abs(both[i][j] - (raw[i][j] + photo[i][j]) / std::sqrt(length)) < 1e-5);
    }
  }
}

void TestCommandEmbed::exitCodes_data() {
  const auto row = gf_test::exitRows();
  const QString clip = "--semantics clip:" + data_ + "/clip ", names = "--classes {bench}/names.txt ",
                out = "--out {bench}/never.npy ";
  row("no provider", names + out, 2, {"--semantics", "must be given"});
  row("unknown provider", "--semantics bert:x " + names + out, 2, {"--semantics", "clip:FOLDER", "found bert:x"});
  row("wordnet", "--semantics wordnet " + names + out, 2,
      {"--semantics", "must have a vector for each class", "no vectors"});
  row("a template for a file", "--semantics file:x.csv --template {} " + names + out, 2,
      {"--template", "text encoders"});
  row("a template without place", clip + names + out + "--template photo", 2, {"--template", "{}", "photo"});
  row("no such folder", "--semantics clip:{bench}/absent " + names + out, 3, {"absent", "nothing there"});
  row("an empty folder", "--semantics text:{bench}/empty " + names + out, 3, {"config.json", "must exist"});
  row("a BERT folder as CLIP", "--semantics clip:" + data_ + "/bert " + names + out, 3,
      {"config.json", "\"model_type\"", "\"bert\""});
  row("no such list", clip + "--classes {bench}/absent.txt " + out, 3, {"absent.txt", "must exist"});
  row("a hole in the list", clip + "--classes {bench}/hole.txt " + out, 3, {"hole.txt, line 2", "a blank line"});
  row("a list in Latin-1", clip + "--classes {bench}/latin.txt " + out, 3, {"latin.txt, line 2", "must be UTF-8"});
  row("an empty list", clip + "--classes {bench}/nothing.txt " + out, 3, {"nothing.txt", "an empty file"});
  row("a folder as result", clip + names + "--out {bench}/empty", 2, {"empty", "must go into a file"});
  row("a foreign file as result", clip + names + "--out {bench}/notes.md --overwrite", 2, {"notes.md", "NumPy"});
  row("the list as result", clip + names + "--out {bench}/names.txt --overwrite", 2, {"a file that is read"});
}

void TestCommandEmbed::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run("embed " + line);
  QVERIFY(!outcome.crashed);
  QVERIFY2(outcome.exitCode == exitCode, outcome.err);
  for (const auto& text : said) QVERIFY2(outcome.err.contains(text.toUtf8()), outcome.err);
  QVERIFY(!QFile::exists(bench_.path("never.npy")));
  QCOMPARE(bytesOf(bench_.path("notes.md")), QByteArray("years of work"));
}

void TestCommandEmbed::isNotReplacedUnasked() {
  const QString line = "embed --semantics file:{bench}/vectors.csv --classes {bench}/names.txt --out {bench}/once.npy ";
  QCOMPARE(bench_.run(line).exitCode, 0);
  const QByteArray before = bytesOf(bench_.path("once.npy"));
  const Outcome refused = bench_.run(line);
  QCOMPARE(refused.exitCode, 2);
  QVERIFY2(refused.err.contains("--overwrite"), refused.err);
  write(bench_.path("vectors.csv"), "tench,1,0\ngreat white shark,0,2\nnaïve café,1,0\n日本語,-1,0\n");
  QCOMPARE(bytesOf(bench_.path("once.npy")), before);
  QCOMPARE(bench_.run(line + "--overwrite").exitCode, 0);
  QVERIFY(bytesOf(bench_.path("once.npy")) != before);
}

void TestCommandEmbed::helpNamesEveryOption() {
  const Outcome help = bench_.run("embed --help");
  QCOMPARE(help.exitCode, 0);
  for (const char* option : {"--semantics", "--classes", "--out", "--template", "--overwrite", "--json"}) {
    QVERIFY2(help.out.contains(option), option);
  }
  for (const QByteArray& line : help.out.split('\n')) QVERIFY2(QString::fromUtf8(line).size() <= 80, line);
}

QTEST_GUILESS_MAIN(TestCommandEmbed)
#include "test_command_embed.moc"
