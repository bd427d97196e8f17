// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile inputs of every kind through the command line: exit code 3, a message that names the file, no crash, the
// inputs as they were, and no result folder.
#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::idxBytes;
using gf_test::noise;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandFuzz : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void models_data();
  void models();
  void idxData_data();
  void idxData();
  void imageFolders_data();
  void imageFolders();
  void optionFiles_data();
  void optionFiles();
  void metadataFiles_data();
  void metadataFiles();
  void reports_data();
  void reports();
  void cleanupTestCase();

 private:
  /// Runs `line` on the inputs below {bench}/case and judges how it ended.
  void judge(const QString& line, const QString& named);

  Workbench bench_;
  int cases_ = 0;
};

namespace {

const QString kRest = " --teacher {teacher} --data {data} --out {bench}/never";

void caseColumns() {
  QTest::addColumn<QByteArray>("bytes");
}

void addCase(const char* name, const QByteArray& bytes) {
  QTest::newRow(name) << bytes;
}

/// Cuts of a good file, foreign bytes, and nothing at all.
void addCommonCases(const QByteArray& good, int cuts) {
  addCase("empty", {});
  addCase("one byte", "P");
  addCase("noise", noise(3, 4000));
  addCase("zeros", QByteArray(5000, '\0'));
  for (int i = 1; i <= cuts; ++i) {
    const auto at = good.size() * i / (cuts + 1);
    QTest::newRow(qPrintable(QString("cut at %1").arg(at))) << good.left(at);
  }
  QTest::newRow("last byte missing") << good.chopped(1);
}

QByteArray encoded(const QImage& image, const char* format) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, format);
  return bytes;
}

QByteArray goodImage(const char* format) {
  QImage image(6, 6, QImage::Format_Grayscale8);
  image.fill(100);
  return encoded(image, format);
}

/// A PNG whose header claims a size that no memory holds.
QByteArray hugePng() {
  QByteArray bytes = goodImage("PNG");
  for (const int at : {16, 20}) bytes.replace(at, 4, QByteArray("\x00\xff\xff\xff", 4));
  return bytes;
}

QByteArray nested(int depth) {
  return QByteArray(depth, '[') + QByteArray(depth, ']');
}

}  // namespace

void TestCommandFuzz::judge(const QString& line, const QString& named) {
  const QByteArray before = gf_test::snapshot(bench_.path("case"));
  const Outcome outcome = bench_.run(line);
  ++cases_;
  QVERIFY2(!outcome.crashed, outcome.err);
  QVERIFY2(outcome.exitCode == 3, outcome.err + outcome.out);
  const QByteArray said = outcome.err + outcome.out;  // inspect answers on stdout
  QVERIFY2(said.contains(named.toUtf8()), said);
  QVERIFY2(said.size() < 4000, "a message that nobody reads");
  QVERIFY(!said.contains('\x1b'));
  QVERIFY(gf_test::snapshot(bench_.path("case")) == before);
  QVERIFY(!QFile::exists(bench_.path("never")));
  QVERIFY(QDir(bench_.path("case")).removeRecursively());
}

void TestCommandFuzz::initTestCase() {
  const Outcome made = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --epochs 1 --subset 1 --out {bench}/good");
  QVERIFY2(made.exitCode == 0, made.err);
}

void TestCommandFuzz::models_data() {
  caseColumns();
  const QByteArray good = bytesOf(GF_SOURCE "/tests/models/data/plain.pt");
  QVERIFY(good.size() > 1000);
  addCommonCases(good, 4);
  addCase("archive start and noise", QByteArray("PK\x03\x04", 4) + noise(4, 3000));
  addCase("JSON", R"({"classes": []})");
  addCase("PNG", goodImage("PNG"));
  for (const char* name : {"state_dict.pt", "legacy.pt", "bad_metadata.pt", "wrong_count.pt", "raises.pt"}) {
    addCase(name, bytesOf(QString(GF_SOURCE "/tests/models/data/") + name));
  }
  QByteArray torn = good;
  torn[torn.size() / 2] = static_cast<char>(torn[torn.size() / 2] ^ 0x55);
  addCase("a flipped byte", torn);
}

void TestCommandFuzz::models() {
  QFETCH(QByteArray, bytes);
  write(bench_.path("case/hostile.pt"), bytes);
  judge("compare --student {bench}/case/hostile.pt" + kRest, "hostile.pt");
}

void TestCommandFuzz::idxData_data() {
  caseColumns();
  const QByteArray good = bytesOf(bench_.path("data/t10k-images-idx3-ubyte"));
  addCommonCases(good, 2);
  addCase("one byte too many", good + 'x');
  addCase("three dimensions of labels", idxBytes({60}, noise(5, 60)));
  addCase("more images than labels", idxBytes({61, 6, 6}, noise(5, 61 * 36)));
  addCase("no images", idxBytes({0, 6, 6}, {}));
  addCase("images without pixels", idxBytes({60, 0, 0}, {}));
  addCase("sizes that overflow", idxBytes({0x7fffffff, 0x7fffffff, 0x7fffffff}, noise(6, 100)));
  addCase("negative sizes", idxBytes({-1, -1, -1}, noise(6, 100)));
  QByteArray floats = good;
  floats[2] = '\x0d';
  addCase("another kind of number", floats);
  addCase("broken gzip", QByteArray("\x1f\x8b\x08\x00", 4) + noise(7, 200));
}

void TestCommandFuzz::idxData() {
  QFETCH(QByteArray, bytes);
  for (const QString& name : QDir(bench_.path("data")).entryList(QDir::Files)) {
    write(bench_.path("case/idx/" + name), bytesOf(bench_.path("data/" + name)));
  }
  write(bench_.path("case/idx/t10k-images-idx3-ubyte"), bytes);
  judge("compare --student {student} --teacher {teacher} --data {bench}/case/idx --out {bench}/never",
        "t10k-images-idx3-ubyte");
}

void TestCommandFuzz::imageFolders_data() {
  caseColumns();
  const QByteArray jpeg = goodImage("JPG"), png = goodImage("PNG");
  QVERIFY(jpeg.size() > 100 && png.size() > 50);
  addCase("empty", {});
  addCase("text", "not an image\n");
  addCase("noise", noise(8, 3000));
  addCase("JPEG start and noise", jpeg.left(20) + noise(9, 500));
  addCase("JPEG header alone", jpeg.left(jpeg.size() / 3));
  addCase("PNG header alone", png.left(33));
  addCase("PNG cut in half", png.left(png.size() / 2));
  addCase("huge PNG", hugePng());
  addCase("GIF start", "GIF89a" + noise(10, 50));
  addCase("checkpoint", bytesOf(GF_SOURCE "/tests/models/data/plain.pt"));
}

void TestCommandFuzz::imageFolders() {
  QFETCH(QByteArray, bytes);
  for (const char* name : {"circle", "square", "star"}) {
    write(bench_.path(QString("case/images/val/%1/good.png").arg(name)), goodImage("PNG"));
  }
  for (const char* ending : {"jpg", "png"}) {
    write(bench_.path(QString("case/images/val/square/hostile.%1").arg(ending)), bytes);
  }
  judge("compare --student {student} --teacher {teacher} --data {bench}/case/images --out {bench}/never", "hostile.");
}

void TestCommandFuzz::optionFiles_data() {
  caseColumns();
  addCommonCases(R"({"method": "kl-dp", "epochs": 3, "lr": 0.01})", 2);
  addCase("a list", "[1, 2]");
  addCase("null", "null");
  addCase("unknown key", R"({"zork": 1})");
  addCase("text for a number", R"({"lr": "fast"})");
  addCase("number out of range", R"({"momentum": 2})");
  addCase("a number that is none", R"({"lr": NaN})");
  addCase("a number without end", R"({"lr": 1e999})");
  addCase("deep lists", nested(200000));
  addCase("deep value", "{\"lr\": " + nested(200000) + "}");
  addCase("not UTF-8", "{\"method\": \"\xff\xfe\"}");
  addCase("escape sequences", "{\"\\u001b[2J\": 1}");
}

void TestCommandFuzz::optionFiles() {
  QFETCH(QByteArray, bytes);
  write(bench_.path("case/options.json"), bytes);
  judge("transfer --student {student} --config {bench}/case/options.json" + kRest, "options.json");
}

void TestCommandFuzz::metadataFiles_data() {
  caseColumns();
  addCommonCases(R"({"name": "n", "classes": ["circle", "square", "star"], "input_size": [1, 6, 6]})", 1);
  addCase("a list", "[]");
  addCase("text", "\"name\"");
  addCase("deep lists", nested(200000));
  addCase("deep value", "{\"name\": " + nested(200000) + "}");
}

void TestCommandFuzz::metadataFiles() {
  QFETCH(QByteArray, bytes);
  write(bench_.path("case/meta.json"), bytes);
  judge("compare --student {models}/no_metadata.pt --model-meta {bench}/case/meta.json" + kRest, "meta.json");
}

void TestCommandFuzz::reports_data() {
  caseColumns();
  const QByteArray good = bytesOf(bench_.path("good/report.json"));
  QVERIFY(good.size() > 1000);
  addCommonCases(good.trimmed(), 3);
  addCase("a list", "[]");
  addCase("an empty object", "{}");
  addCase("deep lists", nested(200000));
  const QJsonObject report = QJsonDocument::fromJson(good).object();
  const QJsonValue values[] = {QJsonValue(), QJsonValue("text"), QJsonValue(-1e300), QJsonValue(QJsonArray{1, 2})};
  int next = 0;
  for (const QString& key : report.keys()) {
    QJsonObject changed = report;
    changed[key] = values[next++ % 4];
    addCase(qPrintable("changed " + key), QJsonDocument(changed).toJson());
    changed.remove(key);
    addCase(qPrintable("without " + key), QJsonDocument(changed).toJson());
  }
}

void TestCommandFuzz::reports() {
  QFETCH(QByteArray, bytes);
  write(bench_.path("case/result/report.json"), bytes);
  judge("figures {bench}/case/result --out {bench}/never", "report.json");
}

void TestCommandFuzz::cleanupTestCase() {
  qInfo("%d hostile inputs", cases_);
  QVERIFY(cases_ >= 60);
}

QTEST_GUILESS_MAIN(TestCommandFuzz)
#include "test_command_fuzz.moc"
