// SPDX-License-Identifier: GPL-3.0-or-later
// Supervised training through the command line: whole results, judged from outside, interruptions, and the paper's two
// recipes that begin with it.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

namespace {

const char* const kSchema = GF_SOURCE "/resources/schema/gainfinder-fit-1.schema.json";
const QString kFit = "fit --data {data} --device cpu --threads 1 --lr 0.1 --epochs 3 ";

/// A picture that a small model can tell from those of other kinds.
void writePicture(const QString& file, int kind, int variant) {
  QImage image(32, 24, QImage::Format_RGB32);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const int wave = kind == 0 ? 7 * x : kind == 1 ? 10 * y : 5 * ((x - 16) * (x - 16) + (y - 12) * (y - 12)) / 8;
      const int grey = (wave + 11 * variant) % 256;
      image.setPixel(x, y, qRgb(grey, grey, grey));
    }
  }
  QDir().mkpath(QFileInfo(file).path());
  if (!image.save(file, "JPEG", 95)) qFatal("cannot write %s", qPrintable(file));
}

/// What a fixture with three outputs is told about itself.
void writeMeta(const QString& file, const QStringList& models, const QStringList& classes, const QStringList& wnids) {
  QJsonObject all;
  for (const QString& model : models) {
    QJsonObject meta{{"classes", QJsonArray::fromStringList(classes)}, {"wnids", QJsonArray::fromStringList(wnids)}};
    all[model] = meta;
  }
  write(file, QJsonDocument(all).toJson());
}

int countOf(const QString& file, const char* what) {
  return static_cast<int>(bytesOf(file).count(what));
}

}  // namespace

class TestCommandFit : public QObject {
  Q_OBJECT
 private slots:
  void exitCodes_data();
  void exitCodes();
  void everyKindWritesAWholeResult_data();
  void everyKindWritesAWholeResult();
  void headAloneLeavesTheRest();
  void flagsWinOverTheFile();
  void interruptedFitsEndTheSame_data();
  void interruptedFitsEndTheSame();
  void finishedFitIsLeftAlone();
  void damagedReportIsRefused();
  void headsForBirdsThenTransfer();
  void domainShift();

 private:
  Workbench bench_;
};

void TestCommandFit::exitCodes_data() {
  const auto row = gf_test::exitRows();
  gf_test::writeSmallData(bench_.path("evaluation-only"), 0, 30);
  write(bench_.path("method.json"), R"({"method": "kl"})");
  write(bench_.path("layers.json"), R"({"layers": "tail"})");
  const QString never = kFit + "--model {student} --out {bench}/never ";
  row("no model", "fit --data {data} --out never", 2, {"--model", "must be given"});
  row("layers of another name", never + "--layers tail", 2, {"--layers", "head or all", "found tail"});
  row("head of another name", never + "--head old", 2, {"--head", "auto, keep or new", "found old"});
  row("shared classes for a new head", never + "--head new --classes shared", 2, {"options must go together", "Keep"});
  row("warm-up of the head alone", never + "--layers head --warmup-linear-epochs 1", 2,
      {"options must go together", "linear warm-up"});
  row("an option of transfers alone", never + "--temperature 2", 2, {"--temperature", "must be an option"});
  row("resume and overwrite", never + "--resume --overwrite", 2, {"--resume", "--overwrite"});
  row("out of range", never + "--momentum 2", 2, {"--momentum", "from 0 to"});
  row("an option of transfers in the file", never + "--config {bench}/method.json", 3, {"method.json", "method"});
  row("a choice of another name in the file", never + "--config {bench}/layers.json", 3, {"layers", "head or all"});
  row("no training split", "fit --model {student} --data {bench}/evaluation-only --out never", 3, {"training split"});
  row("a traced model", kFit + "--model {traced} --out {bench}/never", 3, {"traced.pt", "torch.jit.script"});
  row("no linear head", kFit + "--model {models}/conv_head.pt --head new --out {bench}/never", 3,
      {"conv_head.pt", "linear layer", "--head keep"});
  row("another model's classes", kFit + "--model {models}/fixed.pt --classes shared --out {bench}/never", 0, {});
}

void TestCommandFit::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run(line + (exitCode == 0 ? " --overwrite" : ""));
  const QByteArray unlike = outcome.unlike(exitCode, said);
  QVERIFY2(unlike.isEmpty(), unlike);
  if (exitCode != 0) QVERIFY(!QFile::exists(bench_.path("never/model.pt")));
  QDir(bench_.path("never")).removeRecursively();
}

void TestCommandFit::everyKindWritesAWholeResult_data() {
  QTest::addColumn<QString>("flags");
  QTest::addColumn<bool>("newHead");
  QTest::addColumn<int>("outputs");
  QTest::newRow("head") << "--model {student} --layers head" << false << 3;
  QTest::newRow("all layers, smoothed") << "--model {teacher} --layers all --label-smoothing 0.1" << false << 3;
  QTest::newRow("new head") << "--model {student} --layers head --head new" << true << 3;
  QTest::newRow("new head, warm-up") << "--model {models}/cnn.pt --layers all --head new --warmup-linear-epochs 1"
                                     << true << 3;
  QTest::newRow("two new heads") << "--model {models}/two_heads.pt --layers all --head new" << true << 3;
  QTest::newRow("part of the model's classes") << "--model {models}/fixed.pt --layers all" << false << 4;
  QTest::newRow("part of the images") << "--model {student} --layers all --subset 5perclass --batch 4" << false << 3;
}

void TestCommandFit::everyKindWritesAWholeResult() {
  QFETCH(QString, flags);
  QFETCH(bool, newHead);
  QFETCH(int, outputs);
  const QString out = bench_.path("whole");
  const Outcome outcome = bench_.run(kFit + flags + " --out {bench}/whole --overwrite --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json();
  QCOMPARE(report, QJsonDocument::fromJson(bytesOf(out + "/fit.json")).object());
  QString problem = bench_.check({"schema", kSchema, out + "/fit.json"});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QCOMPARE(report["head"]["new"].toBool(), newHead);
  QCOMPARE(report["head"]["outputs"].toInt(), outputs);
  QCOMPARE(report["classes"].toArray().size(), 3);
  for (const char* file : {"metrics.jsonl", "subset.json", "log.txt", "figures/accuracy-course.svg",
                           "figures/class-accuracy.svg", "figures/class-accuracy.csv"}) {
    QVERIFY2(QFile::exists(out + "/" + file), file);
  }
  QVERIFY(!QFile::exists(out + "/state"));

  // The fitted model is a checkpoint like any other, and answers as the report says.
  const Outcome inspected = bench_.run("inspect {bench}/whole/model.pt --json");
  const QJsonObject model = inspected.json()["models"].toArray()[0].toObject();
  QVERIFY(model["readable"].toBool());
  const QJsonObject metadata = model["metadata"].toObject();
  QCOMPARE(metadata["classes"].toArray().size(), outputs);
  QVERIFY(metadata["name"].toString().endsWith(" on data"));
  QVERIFY(metadata["source"].toString().contains("fitted to data"));
  QCOMPARE(report["manifest"]["sha256"]["fitted"].toString(), model["sha256"].toString());
  const Outcome predicted =
      bench_.run("predict --model {bench}/whole/model.pt --data {data} --device cpu --out {bench}/p.npy --overwrite");
  QVERIFY2(predicted.exitCode == 0, predicted.err);
  problem = bench_.check({"accuracy", out + "/fit.json", bench_.path("p.npy"), bench_.path("data")});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  if (outputs > 3) return;  // a comparison leaves out what the data do not know, so its accuracy may be another
  const Outcome compared = bench_.run(
      "compare --student {student} --teacher {bench}/whole/model.pt --data {data} --device cpu --out {bench}/c "
      "--overwrite --json");
  QVERIFY2(compared.exitCode == 0, compared.err);
  QCOMPARE(compared.json()["teachers"].toArray()[0].toObject()["accuracy"].toDouble(),
           report["after"]["accuracy"].toDouble());
}

void TestCommandFit::headAloneLeavesTheRest() {
  QCOMPARE(bench_.run(kFit + "--model {teacher} --layers head --out {bench}/alone").exitCode, 0);
  const QString problem =
      bench_.check({"only", "head.", bench_.path("alone/model.pt"), GF_SOURCE "/tests/models/data/scripted.pt"});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestCommandFit::flagsWinOverTheFile() {
  write(bench_.path("fit.json"), R"({"layers": "all", "epochs": 2, "label-smoothing": 0.25})");
  const Outcome outcome = bench_.run(
      "fit --model {student} --data {data} --device cpu --config {bench}/fit.json --epochs 1 --out {bench}/file "
      "--json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json();
  const QJsonObject options = report["manifest"]["options"].toObject();
  QCOMPARE(options["layers"].toString(), "all");
  QCOMPARE(options["epochs"].toInt(), 1);
  QCOMPARE(options["label-smoothing"].toDouble(), 0.25);
  QCOMPARE(options["subset"].toString(), "1");
}

void TestCommandFit::interruptedFitsEndTheSame_data() {
  QTest::addColumn<QString>("flags");
  QTest::newRow("all layers") << "--model {models}/cnn.pt --layers all --head new";
  QTest::newRow("head") << "--model {models}/scripted.pt --layers head --label-smoothing 0.1";
}

void TestCommandFit::interruptedFitsEndTheSame() {
  QFETCH(QString, flags);
  const QString line =
      "fit --data {data} --device cpu --threads 1 --lr 0.01 --epochs 300 --eval-every 5 "
      "--save-every 3 " +
      flags;
  for (const char* folder : {"straight", "broken"}) QDir(bench_.path(folder)).removeRecursively();
  QCOMPARE(bench_.run(line + " --out {bench}/straight").exitCode, 0);
  const QString metrics = bench_.path("broken/metrics.jsonl");
  for (const int signal : {SIGINT, SIGKILL}) {
    const int seen = countOf(metrics, "\"evaluation\"") + 4;
    const auto process = bench_.start(line + " --out {bench}/broken --resume");
    QVERIFY(process->waitForStarted());
    const bool there = QTest::qWaitFor(
        [&] { return process->state() == QProcess::NotRunning || countOf(metrics, "\"evaluation\"") >= seen; }, 60'000);
    QVERIFY(there && process->state() == QProcess::Running);
    ::kill(static_cast<pid_t>(process->processId()), signal);
    const Outcome outcome = Workbench::finish(*process);
    QVERIFY2(signal == SIGKILL ? outcome.crashed : outcome.exitCode == 130, outcome.err);
    if (signal != SIGINT) continue;
    QVERIFY2(outcome.err.contains("To go on from where it was last saved: "), outcome.err);
    QVERIFY(QFile::exists(bench_.path("broken/model.pt")));
    const QString problem = bench_.check({"schema", kSchema, bench_.path("broken/fit.json")});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
  }
  const Outcome other = bench_.run(line + " --out {bench}/broken --resume --seed 3");
  const QByteArray unlike = other.unlike(2, {"--seed is 3, the saved state was made with 0"});
  QVERIFY2(unlike.isEmpty(), unlike);
  QCOMPARE(bench_.run(line + " --out {bench}/broken --resume").exitCode, 0);
  const QString problem = bench_.check({"same", bench_.path("straight/model.pt"), bench_.path("broken/model.pt")});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QCOMPARE(countOf(metrics, "\"evaluation\""), countOf(bench_.path("straight/metrics.jsonl"), "\"evaluation\""));
}

void TestCommandFit::finishedFitIsLeftAlone() {
  const QString line = kFit + "--model {student} --out {bench}/done ";
  QCOMPARE(bench_.run(line).exitCode, 0);
  const QByteArray before = gf_test::snapshot(bench_.path("done"));
  const Outcome again = bench_.run(line + "--resume --json");
  QVERIFY2(again.exitCode == 0, again.err);
  QVERIFY2(again.err.contains("nothing was done"), again.err);
  QCOMPARE(again.json()["schema"].toString(), "gainfinder-fit/1");
  QCOMPARE(bench_.run(line).exitCode, 2);  // not without --overwrite
  QCOMPARE(gf_test::snapshot(bench_.path("done")), before);
}

/// A finished report that somebody changed is not taken at its word.
void TestCommandFit::damagedReportIsRefused() {
  const QString line = kFit + "--model {student} --out {bench}/damaged ";
  QCOMPARE(bench_.run(line).exitCode, 0);
  const QByteArray sound = bytesOf(bench_.path("damaged/fit.json"));
  const std::pair<const char*, const char*> changes[] = {{"\"samples\": 60", "\"samples\": 61"},
                                                         {"gainfinder-fit/1", "gainfinder-fit/9"},
                                                         {"\"layers\": \"head\"", "\"layers\": \"tail\""},
                                                         {"\"course\": [", "\"corse\": ["},
                                                         {"\"gained\": ", "\"gained\": 9"}};
  for (const auto& [from, to] : changes) {
    QByteArray changed = sound;
    changed.replace(from, to);
    QVERIFY2(changed != sound, from);
    write(bench_.path("damaged/fit.json"), changed);
    const QByteArray unlike = bench_.run(line + "--resume").unlike(3, {"damaged/fit.json"});
    QVERIFY2(unlike.isEmpty(), to + (": " + unlike));
  }
}

/// Fig. 9: heads of student and teacher for a data set of its own, then comparison and transfer.
void TestCommandFit::headsForBirdsThenTransfer() {
  const QString root = bench_.path("CUB_200_2011");
  const QStringList kinds{"001.Black_footed_Albatross", "002.Laysan_Albatross", "003.Sooty_Albatross"};
  QByteArray images, classes, labels, split;
  int number = 0;
  for (int kind = 0; kind < 3; ++kind) {
    classes += QString("%1 %2\n").arg(kind + 1).arg(kinds[kind]).toUtf8();
    for (int i = 0; i < 16; ++i) {
      const QString name = QString("%1/bird_%2.jpg").arg(kinds[kind]).arg(++number);
      writePicture(root + "/images/" + name, kind, i);
      images += QString("%1 %2\n").arg(number).arg(name).toUtf8();
      labels += QString("%1 %2\n").arg(number).arg(kind + 1).toUtf8();
      split += QString("%1 %2\n").arg(number).arg(i % 2).toUtf8();
    }
  }
  write(root + "/images.txt", images);
  write(root + "/classes.txt", classes);
  write(root + "/image_class_labels.txt", labels);
  write(root + "/train_test_split.txt", split);
  write(root + "/images/" + kinds[0] + "/bird_2.jpg", "no image");  // one of the training split
  for (const char* model : {"student", "teacher"}) {
    const QString line = QString(
                             "fit --model {%1} --data {bench}/CUB_200_2011 --layers head --lr 0.5 --epochs 30 "
                             "--device cpu --out {bench}/bird-%1 ")
                             .arg(model);
    const QByteArray stopped = bench_.run(line).unlike(3, {"bird_2.jpg"});
    QVERIFY2(stopped.isEmpty(), stopped);
    const Outcome fitted = bench_.run(line + "--bad-images skip --json --overwrite");
    QVERIFY2(fitted.exitCode == 0, fitted.err);
    const QJsonObject report = fitted.json();
    QVERIFY(report["head"]["new"].toBool());
    QCOMPARE(report["training"]["samples"].toInt(), 23);
    QCOMPARE(report["training"]["left_out"]["images"].toInt(), 1);
    QCOMPARE(report["classes"].toArray()[1].toObject()["name"].toString(), "Laysan Albatross");
  }
  const Outcome moved = bench_.run(
      "transfer --student {bench}/bird-student/model.pt --teacher {bench}/bird-teacher/model.pt --subset 1 --epochs 1 "
      "--data {bench}/CUB_200_2011 --device cpu --bad-images skip --out {bench}/birds --json");
  QVERIFY2(moved.exitCode == 0, moved.err);
  const QJsonObject result = moved.json();
  QCOMPARE(result["student"]["name"].toString(), "plain on CUB-200-2011");
}

/// Fig. 10: an ImageNet teacher learns the classes it shares with Infograph, keeps its outputs, and teaches on
/// ImageNet.
void TestCommandFit::domainShift() {
  const QStringList wnids{"n02391049", "n02129165", "n07714990"}, names{"zebra", "lion", "broccoli"};
  writeMeta(bench_.path("meta.json"), {"scripted.pt", "plain.pt"}, names, wnids);
  const QString root = bench_.path("domainnet");
  QByteArray train, test;
  const QStringList drawn{"lion", "The_Eiffel_Tower", "zebra"};  // one that no model knows, one of the model's missing
  for (int kind = 0; kind < 3; ++kind) {
    for (int i = 0; i < 12; ++i) {
      const QString name = QString("infograph/%1/infograph_%2_%3.jpg").arg(drawn[kind]).arg(kind).arg(i);
      writePicture(root + "/" + name, kind, i);
      (i % 3 ? train : test) += QString("%1 %2\n").arg(name).arg(QList<int>{174, 301, 344}[kind]).toUtf8();
    }
  }
  write(root + "/infograph_train.txt", train);
  write(root + "/infograph_test.txt", test);
  for (const char* part : {"train", "val"}) {
    for (int kind = 0; kind < 3; ++kind) {
      for (int i = 0; i < 6; ++i) {
        writePicture(bench_.path("imagenet/%1/%2/%3.JPEG").arg(part, wnids[kind]).arg(i), kind, i);
      }
    }
  }
  const QString line =
      "fit --model {teacher} --model-meta {bench}/meta.json --data {bench}/domainnet/infograph "
      "--layers all --lr 0.05 --epochs 20 --device cpu --json --out {bench}/shifted ";
  const Outcome unshared = bench_.run(line + "--head keep");
  const QByteArray unlike = unshared.unlike(3, {"lacks 1 of 3 classes (The Eiffel Tower)", "--classes shared"});
  QVERIFY2(unlike.isEmpty(), unlike);
  const Outcome fitted = bench_.run(line + "--classes shared");
  QVERIFY2(fitted.exitCode == 0, fitted.err);
  const QJsonObject report = fitted.json();
  QVERIFY(!report["head"]["new"].toBool());
  QCOMPARE(report["head"]["outputs"].toInt(), 3);
  QCOMPARE(report["head"]["used_classes"].toInt(), 2);
  QCOMPARE(report["training"]["samples"].toInt(), 16);
  QCOMPARE(report["evaluation"]["samples"].toInt(), 8);
  QStringList used;
  for (const auto& each : report["classes"].toArray()) used.append(each.toObject()["name"].toString());
  QCOMPARE(used, QStringList({"zebra", "lion"}));
  QVERIFY(report["after"]["accuracy"].toDouble() > report["before"]["accuracy"].toDouble());

  const Outcome moved = bench_.run(
      "transfer --student {student} --teacher {bench}/shifted/model.pt --model-meta {bench}/meta.json --subset 1 "
      "--epochs 1 --data {bench}/imagenet --device cpu --out {bench}/imagenet-run --json");
  QVERIFY2(moved.exitCode == 0, moved.err);
  const QJsonObject result = moved.json();
  QCOMPARE(result["teachers"].toArray()[0].toObject()["name"].toString(), "tiny on DomainNet (infograph)");
  QCOMPARE(result["evaluation"]["classes"].toInt(), 3);
}

QTEST_GUILESS_MAIN(TestCommandFit)
#include "test_command_fit.moc"
