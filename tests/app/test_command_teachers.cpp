// SPDX-License-Identifier: GPL-3.0-or-later
// Transfers with several teachers, named settings, slow and fast weights: what the command says and writes.
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

const char* const kSchema = GF_SOURCE "/resources/schema/gainfinder-report-1.schema.json";
const QString kTransfer = "transfer --student {student} --data {data} --device cpu --threads 1 --subset 1 --lr 0.05 ";

QStringList texts(const QJsonValue& array) {
  QStringList all;
  for (const auto& each : array.toArray()) all.append(each.toString());
  return all;
}

}  // namespace

class TestCommandTeachers : public QObject {
  Q_OBJECT
 private slots:
  void severalTeachers_data();
  void severalTeachers();
  void orderOfTeachers();
  void tablesOfSeveralTeachers();
  void classesInAnotherOrder();
  void presets_data();
  void presets();
  void fileAndFlagsWinOverThePreset();
  void helpListsPresets();
  void slowAndFastWeights();
  void figuresAreDrawnAgain();

 private:
  Workbench bench_;
};

void TestCommandTeachers::severalTeachers_data() {
  QTest::addColumn<QString>("mode");
  QTest::addColumn<QString>("method");
  QTest::addColumn<int>("stages");
  QTest::addColumn<int>("routed");
  QTest::newRow("sequential") << "sequential"
                              << "kl-dp" << 3 << 3;
  QTest::newRow("sequential without a partition") << "sequential"
                                                  << "ce" << 3 << 0;
  QTest::newRow("parallel") << "parallel"
                            << "kl-dp-unsup" << 1 << 3;
  QTest::newRow("soup") << "soup"
                        << "kl-dp" << 3 << 3;
}

void TestCommandTeachers::severalTeachers() {
  QFETCH(QString, mode);
  QFETCH(QString, method);
  QFETCH(int, stages);
  QFETCH(int, routed);
  const QString folder = bench_.path(mode + "-" + method);
  const Outcome outcome =
      bench_.run(kTransfer + "--teacher {teacher} {models}/cnn.pt --teacher {models}/tied.pt --epochs 2 --teachers " +
                 mode + " --method " + method + " --json --out " + folder);
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json(), transfer = report["transfer"].toObject();
  const QString problem = bench_.check({"schema", kSchema, folder + "/report.json"});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QCOMPARE(transfer["mode"].toString(), mode);
  QCOMPARE(transfer["against"].toString(), QString("any teacher"));
  QCOMPARE(transfer["stages"].toArray().size(), stages);
  QCOMPARE(transfer["per_teacher"].toArray().size(), 3);
  QCOMPARE(transfer["routing"].toObject()["teachers"].toArray().size(), routed);
  QCOMPARE(report["teachers"].toArray().size(), 3);
  QCOMPARE(transfer.contains("curve"), mode == "soup");
  QCOMPARE(QDir(folder + "/branches").entryList({"*.pt"}).size(), mode == "soup" ? 3 : 0);
  QCOMPARE(QFile::exists(folder + "/figures/interpolation.svg"), mode == "soup");
  QCOMPARE(QDir(folder + "/figures").entryList({"routing-live*.svg"}).size(), routed == 0 ? 0 : stages == 1 ? 3 : 1);
  QCOMPARE(QDir(folder + "/figures").entryList({"flips-*.svg"}).size(), 3);
}

void TestCommandTeachers::orderOfTeachers() {
  const auto namesOf = [&](const QString& order) {
    const Outcome outcome = bench_.run(kTransfer + "--teacher {models}/tied.pt {teacher} --epochs 1 --teacher-order " +
                                       order + " --json --out {bench}/order-" + order);
    const QJsonObject report = outcome.json();
    if (order == "ascending") {
      double last = 0;
      for (const QString& name : texts(report["transfer"].toObject()["teachers"])) {
        for (const auto& each : report["teachers"].toArray()) {
          if (each.toObject()["name"].toString() != name) continue;
          const double accuracy = each.toObject()["accuracy"].toDouble();
          if (accuracy < last) return QStringList{"not ascending"};
          last = accuracy;
        }
      }
    }
    return texts(report["transfer"].toObject()["teachers"]);
  };
  QCOMPARE(namesOf("given"), QStringList({"tied", "tiny"}));
  const QStringList ascending = namesOf("ascending");
  QCOMPARE(ascending.size(), 2);
}

void TestCommandTeachers::tablesOfSeveralTeachers() {
  const Outcome sequential =
      bench_.run(kTransfer + "--teacher {teacher} {models}/cnn.pt --epochs 1 --teacher-order given --out {bench}/said");
  QVERIFY2(sequential.exitCode == 0, sequential.err);
  for (const char* part : {"from tiny, then cnn, and forgot", "student alone right", "1 tiny", "2 cnn", "of the stage",
                           "samples that follow"}) {
    QVERIFY2(sequential.out.contains(part), sequential.out);
  }
  const Outcome soup = bench_.run(
      kTransfer + "--teacher {teacher} {models}/cnn.pt --epochs 1 --teachers soup --method kl --out {bench}/said-soup");
  QVERIFY2(soup.exitCode == 0, soup.err);
  for (const char* part : {"from a soup of tiny and cnn", "branch", "soup  ", "Branches"}) {
    QVERIFY2(soup.out.contains(part), soup.out);
  }
  QVERIFY2(!soup.out.contains("samples that follow"), soup.out);
}

void TestCommandTeachers::classesInAnotherOrder() {
  // Of circle, square and star it knows all, and another one, in an order of its own.
  const Outcome outcome = bench_.run(kTransfer + "--teacher {models}/fixed.pt --epochs 1 --json --out {bench}/mapped");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  // Pixel k is its logit of class k, so its accuracy can be counted from the images themselves.
  const QByteArray images = bytesOf(bench_.path("data/t10k-images-idx3-ubyte")).mid(16);
  const int places[] = {3, 2, 0};  // of circle, square and star among its classes
  int right = 0;
  for (int i = 0; i < 60; ++i) {
    const auto pixel = [&](int k) { return static_cast<unsigned char>(images[36 * i + places[k]]); };
    int best = 0;
    for (int k = 1; k < 3; ++k) best = pixel(k) > pixel(best) ? k : best;
    right += best == i % 3;
  }
  QCOMPARE(outcome.json()["teachers"].toArray()[0].toObject()["accuracy"].toDouble(), right / 60.0);
}

void TestCommandTeachers::presets_data() {
  QTest::addColumn<QString>("preset");
  QTest::addColumn<QString>("option");
  QTest::addColumn<double>("value");
  QTest::newRow("paper-xe-kl-mcl") << "paper-xe-kl-mcl"
                                   << "mcl-tau" << 0.9999;
  QTest::newRow("its learning rate") << "paper-xe-kl-mcl"
                                     << "lr" << 0.01;
  QTest::newRow("paper-label-smoothing") << "paper-label-smoothing"
                                         << "label-smoothing" << 0.1;
  QTest::newRow("paper-top-10") << "paper-top-10"
                                << "top-k" << 10.0;
  QTest::newRow("paper-crd") << "paper-crd"
                             << "crd-negatives" << 16384.0;
}

void TestCommandTeachers::presets() {
  QFETCH(QString, preset);
  QFETCH(QString, option);
  QFETCH(double, value);
  const Outcome outcome = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --device cpu --threads 1 --subset 1 "
      "--epochs 1 --overwrite --json --out {bench}/preset --preset " +
      preset);
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QCOMPARE(outcome.json()["manifest"].toObject()["options"].toObject()[option].toDouble(), value);
}

void TestCommandTeachers::fileAndFlagsWinOverThePreset() {
  write(bench_.path("options.json"), R"({"lr": 0.25, "mcl-every": 7})");
  const Outcome outcome = bench_.run(
      "transfer --student {student} --teacher {teacher} --data {data} --device cpu --threads 1 --epochs 1 --subset 1 "
      "--preset paper-xe-kl-mcl --config {bench}/options.json --mcl-every 3 --json --out {bench}/won");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject options = outcome.json()["manifest"].toObject()["options"].toObject();
  QCOMPARE(options["method"].toString(), QString("xe-kl-mcl"));
  QCOMPARE(options["lr"].toDouble(), 0.25);
  QCOMPARE(options["mcl-every"].toInt(), 3);
  QCOMPARE(options["mcl-tau"].toDouble(), 0.9999);
}

void TestCommandTeachers::helpListsPresets() {
  const Outcome outcome = bench_.run("transfer --help");
  QCOMPARE(outcome.exitCode, 0);
  for (const char* part : {"--preset", "paper-kl-dp-unsup", "paper-linear-warmup", "--resume", "--teachers",
                           "--mcl-tau", "--save-every"}) {
    QVERIFY2(outcome.out.contains(part), outcome.out);
  }
}

void TestCommandTeachers::slowAndFastWeights() {
  const Outcome outcome = bench_.run(kTransfer +
                                     "--teacher {teacher} --method xe-kl-mcl --mcl-tau 0.5 --epochs 3 "
                                     "--out {bench}/mcl");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  for (const char* part : {"slow (the student)", "fast ", "student-fast.pt"}) {
    QVERIFY2(outcome.out.contains(part), outcome.out);
  }
  const QString differ = bench_.check({"differ", bench_.path("mcl/student.pt"), bench_.path("mcl/student-fast.pt")});
  QVERIFY2(differ.isEmpty(), qPrintable(differ));
}

void TestCommandTeachers::figuresAreDrawnAgain() {
  const Outcome outcome = bench_.run("figures {bench}/soup-kl-dp --format svg,pdf --json --out {bench}/again");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  for (const QJsonValue& each : outcome.json()["figures"].toArray()) {
    const QString id = each.toObject()["id"].toString();
    QVERIFY2(!each.toObject()["sentence"].toString().isEmpty(), qPrintable(id));
    for (const char* ending : {".svg", ".pdf", ".csv", ".json"}) {
      QVERIFY2(QFileInfo(bench_.path("again/" + id + ending)).size() > 0, qPrintable(id + ending));
    }
  }
  QVERIFY(QFile::exists(bench_.path("again/classes-over-time.pdf")));
}

QTEST_GUILESS_MAIN(TestCommandTeachers)
#include "test_command_teachers.moc"
