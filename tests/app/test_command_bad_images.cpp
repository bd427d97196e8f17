// SPDX-License-Identifier: GPL-3.0-or-later
// Data with images that cannot be read, in the real program: check, and compare, shelf and transfer as --bad-images
// says. Whatever is left out is counted and named.
#include <unistd.h>

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;

namespace {

namespace fs = std::filesystem;

/// Names that other programs stumble over; one of them is no text, and the two before would steer a terminal.
const std::vector<std::string> kNames{"снимок", "写真",       "사진",    "صورة",    "תמונה",       "ภาพ",
                                      "🐟",      "-rf",        "%s%n",    "a b",     "\u202Egnp.x", "'\"$(x)",
                                      "a\\b",   "two\nlines", "\x1B[2J", "\xFF\xFE"};

QByteArray png(quint32 seed) {
  QImage image(6, 6, QImage::Format_Grayscale8);
  const QByteArray noise = gf_test::noise(seed, 36);
  for (int y = 0; y < 6; ++y) std::copy_n(noise.constData() + 6 * y, 6, image.scanLine(y));
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

/// Qt's file names are text; these need not be.
void write(const fs::path& file, const QByteArray& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary).write(bytes.constData(), bytes.size());
}

QStringList namesIn(const QJsonArray& lines) {
  QStringList names;
  for (const auto& line : lines) names += line.toString().section(": ", 0, 0);
  return names;
}

}  // namespace

class TestCommandBadImages : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void checkCountsAndNames();
  void checkIsOneObject();
  void checkOfSoundDataIsDone();
  void exitCodes_data();
  void exitCodes();
  void stopNamesTheFirst_data();
  void stopNamesTheFirst();
  void skipLeavesOutOfAPair();
  void skipLeavesOutOfAShelf();
  void skipTrainsOnTheOthers();
  void skipPacksTheOthers();
  void whatWasClosedIsNamed();
  void aDiskThatGoesAwayLosesNothing();
  void cleanupTestCase();

 private:
  fs::path place(const char* name) const { return bench_.path(name).toStdString(); }
  void copySound(const fs::path& folder, int training, int evaluation) const;

  Workbench bench_;
  std::size_t bad_ = 0;  ///< Images of photos/val that cannot be read.
};

void TestCommandBadImages::copySound(const fs::path& folder, int training, int evaluation) const {
  quint32 seed = 1;
  for (const char* name : {"circle", "square", "star"}) {
    const auto fill = [&](const char* split, int count) {
      for (int i = 0; i < count; ++i) write(folder / split / name / ("ok" + std::to_string(i) + ".png"), png(seed++));
    };
    fill("train", training);
    fill("val", evaluation);
  }
}

void TestCommandBadImages::initTestCase() {
  copySound(place("photos"), 8, 6);
  copySound(place("sound"), 8, 6);
  const fs::path val = place("photos") / "val";
  for (const std::string& name : kNames) {
    write(val / "circle" / (name + ".png"), png(77));
    write(val / "square" / (name + ".jpg"), "no image");
    ++bad_;
  }
  const QByteArray sound = png(5);
  const std::pair<const char*, QByteArray> damaged[] = {
      {"empty.png", ""},
      {"cut.png", sound.left(sound.size() / 2)},
      {"web.jpg", "<!DOCTYPE html><html><body>404</body></html>"},
      {"bomb.png", sound.left(16) + QByteArray("\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 8) + sound.mid(24)},
      // A BMP whose rows are run-length coded and end early: one of OpenCV's, which speaks of it.
      {"cut.bmp", "BM" + QByteArray("\x80\0\0\0\0\0\0\0\x76\0\0\0\x28\0\0\0\x06\0\0\0\x06\0\0\0\1\0\4\0\2\0\0\0", 32) +
                      QByteArray(84, '\0') + "\6\1"}};
  for (const auto& [name, bytes] : damaged) {
    write(val / "star" / name, bytes);
    ++bad_;
  }
  write(val / "star" / "misnamed.jpg", sound);  // Read as what it is.
  for (const char* name : {"circle", "square", "star"}) write(place("photos") / "train" / name / "bad.png", "no image");
}

void TestCommandBadImages::checkCountsAndNames() {
  const Outcome outcome = bench_.run("check --data {bench}/photos");
  QCOMPARE(outcome.crashed, false);
  QCOMPARE(outcome.exitCode, 3);
  QCOMPARE(outcome.remarks(), QStringList());  // No library speaks beside us.
  const QByteArray images = QByteArray::number(static_cast<qulonglong>(24 + 3 + 18 + kNames.size() + bad_ + 1));
  QVERIFY2(outcome.out.contains(images + " images (image folder)"), outcome.out);
  QVERIFY2(outcome.out.contains(QByteArray::number(static_cast<qulonglong>(3 + bad_)) + " images cannot be read:"),
           outcome.out);
  QVERIFY2(outcome.out.contains("val/star/misnamed.jpg"), outcome.out);
  QVERIFY2(outcome.out.contains("train/circle/bad.png: must be a JPEG"), outcome.out);
  for (const char* name : {"-rf", "%s%n", "two?lines", "?[2J"}) {
    QVERIFY2(outcome.out.contains(QByteArray("val/square/") + name + ".jpg: must be a JPEG"), outcome.out);
  }
  QVERIFY2(outcome.out.contains("and 4 more (--json lists all)"), outcome.out);
  QVERIFY(!outcome.out.contains('\x1B'));
}

void TestCommandBadImages::checkIsOneObject() {
  const Outcome outcome = bench_.run("check --data {bench}/photos --threads 1 --json");
  QCOMPARE(outcome.exitCode, 3);
  QCOMPARE(outcome.remarks(), QStringList());
  const QJsonObject said = outcome.json();
  QCOMPARE(said["bad_images"].toInt(), static_cast<int>(3 + bad_));
  QStringList named;
  for (const auto& each : said["bad"].toArray()) {
    const QJsonObject image = each.toObject();
    named += image["name"].toString();
    QVERIFY(!image["rule"].toString().isEmpty());
    QVERIFY2(named.last().startsWith(image["split"].toString() + "/"), qPrintable(named.last()));
  }
  QCOMPARE(named.size(), static_cast<qsizetype>(3 + bad_));
  for (const std::string& name : kNames) {
    const QString file = "val/square/" + QString::fromUtf8(name) + ".jpg";  // What is no text is shown as U+FFFD.
    QVERIFY2(named.contains(file), qPrintable(file));
  }
  for (const char* name : {"empty.png", "cut.png", "web.jpg", "bomb.png", "cut.bmp"}) {
    QVERIFY2(named.contains(QString("val/star/") + name), name);
  }
}

void TestCommandBadImages::checkOfSoundDataIsDone() {
  const Outcome outcome = bench_.run("check --data {bench}/sound");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QVERIFY2(outcome.out.contains("42 images (image folder)"), outcome.out);
  QVERIFY2(outcome.out.contains("Every image can be read."), outcome.out);
  QCOMPARE(bench_.run("check --data {data} --json").json()["bad"].toArray().size(), 0);
}

void TestCommandBadImages::exitCodes_data() {
  const auto row = gf_test::exitRows();
  const QString data = " --data {bench}/photos", pair = " --student {student} --teacher {teacher}" + data;
  const QString never = " --out {bench}/never";
  row("check nothing", "check", 2, {"--data", "must be given"});
  row("check what is not there", "check --data {bench}/absent", 3, {"absent", "must exist"});
  row("check a file", "check --data {student}", 3, {"plain.pt", "must be a folder"});
  row("check with unknown threads", "check --threads many" + data, 2, {"--threads", "from 0 to 1024", "found many"});
  row("check with too many threads", "check --threads 1025" + data, 2, {"--threads", "from 0 to 1024", "found 1025"});
  row("compare", "compare --bad-images drop" + pair + never, 2, {"--bad-images: must be stop or skip; found drop"});
  row("a shelf", "compare --shelf {student} {teacher} --bad-images drop" + data + never, 2,
      {"--bad-images: must be stop or skip; found drop"});
  row("transfer", "transfer --bad-images Skip" + pair + never, 2, {"--bad-images: must be stop or skip; found Skip"});
  row("pack", "pack --bad-images no" + data + never, 2, {"--bad-images: must be stop or skip; found no"});
  row("no value", "compare" + pair + never + " --bad-images", 2, {"--bad-images", "takes one value"});
  row("predict's split", "predict --model {student} --split val" + data + never, 2,
      {"--split: must be eval or train; found val"});
  row("transfer's method", "transfer --method kld" + pair + never, 2, {"--method: must be kl, ", " or crd; found kld"});
}

void TestCommandBadImages::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run(line);
  QVERIFY2(outcome.unlike(exitCode, said).isEmpty(), outcome.unlike(exitCode, said));
  QCOMPARE(outcome.out, QByteArray());
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandBadImages::stopNamesTheFirst_data() {
  QTest::addColumn<QString>("line");
  const QString pair = "--student {student} --teacher {teacher}";
  QTest::newRow("compare, by itself") << "compare " + pair;
  QTest::newRow("compare") << "compare --bad-images stop " + pair;
  QTest::newRow("a shelf") << "compare --bad-images stop --shelf {student} {teacher}";
  QTest::newRow("transfer") << "transfer --bad-images stop " + pair;
  QTest::newRow("pack") << "pack --bad-images stop";
}

void TestCommandBadImages::stopNamesTheFirst() {
  QFETCH(QString, line);
  const Outcome outcome = bench_.run(line + " --data {bench}/photos --json --out {bench}/never");
  const bool packs = line.startsWith("pack");  // Both splits, training first.
  const QStringList said{packs ? "photos/train/circle/bad.png" : "photos/val/square/", "must be a JPEG"};
  QVERIFY2(outcome.unlike(3, said).isEmpty(), outcome.unlike(3, said));
  QCOMPARE(outcome.json()["error"].toObject()["exit_code"].toInt(), 3);
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandBadImages::skipLeavesOutOfAPair() {
  const Outcome outcome = bench_.run(
      "compare --bad-images skip --student {student} --teacher {teacher} --data {bench}/photos --out {bench}/pair");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QByteArray count = QByteArray::number(static_cast<qulonglong>(bad_));
  QVERIFY2(outcome.out.contains("Left out of val: " + count + " images"), outcome.out);
  QVERIFY2(outcome.err.contains("Warning: " + count + " of "), outcome.err);
  QVERIFY2(outcome.err.contains(" images of val cannot be read and are left out: val/"), outcome.err);
  QCOMPARE(outcome.remarks().size(), 1);
  const QJsonObject report = QJsonDocument::fromJson(bytesOf(bench_.path("pair/report.json"))).object();
  const QJsonObject evaluation = report["evaluation"].toObject(), left = evaluation["left_out"].toObject();
  QCOMPARE(evaluation["samples"].toInt(), static_cast<int>(18 + kNames.size() + 1));
  QCOMPARE(left["images"].toInt(), static_cast<int>(bad_));
  const QStringList named = namesIn(left["named"].toArray());
  QCOMPARE(named.size(), static_cast<qsizetype>(bad_));
  for (const char* name : {"square/снимок.jpg", "square/写真.jpg", "square/صورة.jpg", "square/🐟.jpg",
                           "square/two?lines.jpg", "square/\uFFFD\uFFFD.jpg", "star/bomb.png", "star/cut.bmp"}) {
    QVERIFY2(named.contains(QString("val/") + name), name);
  }
  const QString schema = GF_SOURCE "/resources/schema/gainfinder-report-1.schema.json";
  const QString problem = bench_.check({"schema", schema, bench_.path("pair/report.json")});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QCOMPARE(bench_.run("figures {bench}/pair --out {bench}/drawn --format csv").exitCode, 0);
}

void TestCommandBadImages::skipLeavesOutOfAShelf() {
  const Outcome outcome = bench_.run(
      "compare --shelf {student} {teacher} --bad-images skip --data {bench}/photos --out {bench}/shelf --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject left = outcome.json()["evaluation"].toObject()["left_out"].toObject();
  QCOMPARE(left["images"].toInt(), static_cast<int>(bad_));
  QVERIFY(namesIn(left["named"].toArray()).contains("val/square/ภาพ.jpg"));
  QVERIFY2(outcome.err.contains(" images of val cannot be read and are left out: "), outcome.err);
}

void TestCommandBadImages::skipTrainsOnTheOthers() {
  const Outcome outcome = bench_.run(
      "transfer --bad-images skip --student {student} --teacher {teacher} --data {bench}/photos --out {bench}/trained "
      "--method kl-dp --epochs 2 --batch 8 --subset 1 --device cpu --threads 1");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QVERIFY2(outcome.out.contains("Left out of the transfer set: 3 images"), outcome.out);
  const QJsonObject report = QJsonDocument::fromJson(bytesOf(bench_.path("trained/report.json"))).object();
  const QJsonObject transfer = report["transfer"].toObject();
  QCOMPARE(transfer["transfer_samples"].toInt(), 24);
  QCOMPARE(namesIn(transfer["left_out"].toObject()["named"].toArray()),
           (QStringList{"train/circle/bad.png", "train/square/bad.png", "train/star/bad.png"}));
  const QByteArray log = bytesOf(bench_.path("trained/log.txt"));
  QCOMPARE(log.count("Left out: "), static_cast<qsizetype>(3 + bad_));
  for (const QByteArray& line : log.trimmed().split('\n'))
    QVERIFY2(line.startsWith("20"), line);  // Each with its time.
  QVERIFY(!log.contains('\x1B'));
  QVERIFY(bytesOf(bench_.path("trained/student.pt")).startsWith("PK"));
}

void TestCommandBadImages::skipPacksTheOthers() {
  const Outcome outcome =
      bench_.run("pack --bad-images skip --quality raw --data {bench}/photos --out {bench}/p.gfpack --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject said = outcome.json();
  QCOMPARE(said["left_out"].toArray().size(), static_cast<qsizetype>(3 + bad_));
  QCOMPARE(said["train"].toInt(), 24);
  QCOMPARE(said["eval"].toInt(), static_cast<int>(18 + kNames.size() + 1));
  // What is left compares as the folder does without its unreadable images.
  const QString pair = "compare --student {student} --teacher {teacher} --bad-images skip --json --data ";
  const QJsonObject packed = bench_.run(pair + "{bench}/p.gfpack --out {bench}/packed-pair").json();
  QCOMPARE(packed["before"], QJsonDocument::fromJson(bytesOf(bench_.path("pair/report.json"))).object()["before"]);
  QVERIFY(packed["before"].isObject());
}

void TestCommandBadImages::whatWasClosedIsNamed() {
  copySound(place("closed"), 2, 2);
  fs::permissions(place("closed") / "val/circle/ok1.png", fs::perms::none);
  fs::permissions(place("closed") / "val/square", fs::perms::none);
  // Root may read everything, unless that is taken away.
  const QString plain = ::geteuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search " : "";
  const Outcome outcome = bench_.shell(plain + GF_PROGRAM " check --json --data " + bench_.path("closed"));
  fs::permissions(place("closed") / "val/square", fs::perms::all);
  QVERIFY2(outcome.exitCode == 3, outcome.err + outcome.out);
  QStringList named;
  for (const auto& each : outcome.json()["bad"].toArray()) {
    const QJsonObject image = each.toObject();
    named += image["name"].toString();
    QCOMPARE(image["observed"].toString(), QString("Permission denied"));
  }
  QCOMPARE(named, (QStringList{"val/circle/ok1.png", "val/square"}));
}

void TestCommandBadImages::aDiskThatGoesAwayLosesNothing() {
  copySound(place("disk"), 40, 4);
  // With decoded images kept the run would not ask the disk again before it evaluates.
  const QString line =
      "transfer --student {student} --teacher {teacher} --data {bench}/disk --method kl --batch 4 --subset 1 "
      "--epochs 60 --eval-every 60 --save-every 60 --device cpu --threads 1 --cache off --out {bench}/";
  const auto process = bench_.start(line + "away");
  QVERIFY(process->waitForStarted());
  while (bytesOf(bench_.path("away/metrics.jsonl")).count('\n') < 3 && process->state() == QProcess::Running) {
    process->waitForFinished(1);
  }
  fs::rename(place("disk"), place("unmounted"));
  const Outcome lost = Workbench::finish(*process);
  const QStringList said{"disk/train/", "nothing there", "--resume"};
  QVERIFY2(lost.unlike(3, said).isEmpty(), lost.unlike(3, said));
  const Outcome early = bench_.run(line + "away --resume");
  QVERIFY2(early.unlike(3, {"disk", "must exist"}).isEmpty(), early.unlike(3, {}));
  fs::rename(place("unmounted"), place("disk"));
  const Outcome resumed = bench_.run(line + "away --resume");
  QVERIFY2(resumed.exitCode == 0, resumed.err);
  QVERIFY2(bytesOf(bench_.path("away/log.txt")).contains("Going on after step "), bytesOf(bench_.path("away/log.txt")));
  // As if nothing had happened.
  QCOMPARE(bench_.run(line + "straight").exitCode, 0);
  const auto after = [&](const char* folder) {
    const QString file = bench_.path(QString(folder) + "/report.json");
    return QJsonDocument::fromJson(bytesOf(file)).object()["after"].toObject();
  };
  QVERIFY(!after("away").isEmpty());
  QCOMPARE(after("away"), after("straight"));
}

/// Qt cannot remove what has no name in text.
void TestCommandBadImages::cleanupTestCase() {
  for (const char* name : {"photos", "closed"}) fs::remove_all(place(name));
}

QTEST_GUILESS_MAIN(TestCommandBadImages)
#include "test_command_bad_images.moc"
