// SPDX-License-Identifier: GPL-3.0-or-later
// Every subcommand but transfer and demo: exit codes, messages, what is on stdout, what is written.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandLine : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void exitCodes_data();
  void exitCodes();
  void jsonIsOneObject_data();
  void jsonIsOneObject();
  void helpNamesEveryOption();
  void windowNeedsDisplay();
  void inspectSaysWhatModelsAre();
  void metadataByFlag();
  void compareWritesAResult();
  void resultsAreNotReplacedUnasked();
  void figuresInEveryFormat();
  void figuresOfSeveralResults();
  void pathsThatAreNotText();
  void lostOutputIsAFailedRun();
  void closedStreamsKeepFilesWhole();
  void stopWhileInspecting();

 private:
  Workbench bench_;
};

void TestCommandLine::initTestCase() {
  const Outcome made = bench_.run("compare --student {student} --teacher {teacher} --data {data} --out {bench}/made");
  QVERIFY2(made.exitCode == 0, made.err);
  write(bench_.path("file"), "not a folder");
  write(bench_.path("foreign/thesis.tex"), "years of work");
  gf_test::writeSmallData(bench_.path("evaluation-only"), 0, 30);
}

void TestCommandLine::exitCodes_data() {
  const auto row = gf_test::exitRows();
  const QString pair = " --student {student} --teacher {teacher} --data {data} --out {bench}/never ";
  row("help", "--help", 0, {});
  row("version", "--version", 0, {});
  row("unknown subcommand", "compair", 2, {"\"compair\"", "compare, transfer", "Did you mean compare?"});
  row("option before a subcommand", "--threads 1", 2, {"--threads", "a subcommand must come first"});
  row("unknown option", "compare" + pair + "--overwriet", 2, {"--overwriet", "Did you mean --overwrite?"});
  row("misspelt option", "compare --studnet {student}", 2, {"--studnet", "Did you mean --student?"});
  row("a word too many", "doctor extra", 2, {"\"extra\"", "must belong to an option"});
  row("missing option", "compare --student {student} --data {data} --out {bench}/never", 2,
      {"--teacher", "must be given"});
  row("missing value", "compare --student {student} --teacher {teacher} --data {data} --out", 2,
      {"--out", "takes one value", "none"});
  row("option given twice", "compare" + pair + "--threads 1 --threads 2", 2, {"--threads", "takes one value"});
  row("threads too few", "compare" + pair + "--threads -3", 2, {"--threads", "from 0 to 1024", "found -3"});
  row("unknown device", "compare" + pair + "--device tpu", 2, {"--device", "auto, cpu, cuda", "found tpu"});
  row("no such CUDA device", "compare" + pair + "--device cuda:77", 2, {"--device", "cuda:77"});
  row("doctor", "doctor", 0, {});
  row("inspect nothing", "inspect", 2, {"FILE", "must be given"});
  row("inspect a missing file", "inspect {bench}/absent.pt", 3, {});
  row("inspect metadata that is not there", "inspect {student} --model-meta {bench}/absent.json", 3, {"absent.json"});
  row("compare a missing student", "compare --student {bench}/absent.pt --teacher {teacher} --data {data} --out never",
      3, {"absent.pt", "must exist"});
  row("compare on missing data", "compare --student {student} --teacher {teacher} --data {bench}/absent --out never", 3,
      {"absent", "must exist", "t10k-images-idx3-ubyte"});
  row("compare on a folder of something else",
      "compare --student {student} --teacher {teacher} --data {bench}/foreign --out never", 3,
      {"foreign", "layout of the data folder", "class folders of images"});
  row("compare with other classes",
      "compare --student {sample}/shelf/all-mlp.pt --teacher {teacher} --data {data} --out never", 3,
      {"all-mlp.pt", "classes of the data", "share their labels"});
  row("compare without metadata",
      "compare --student {models}/no_metadata.pt --teacher {teacher} --data {data} --out never", 3,
      {"no_metadata.pt", "--model-meta"});
  row("compare into a file", "compare --student {student} --teacher {teacher} --data {data} --out {bench}/file", 2,
      {"file", "must go into a folder"});
  row("compare into a folder of others",
      "compare --student {student} --teacher {teacher} --data {data} --out {bench}/foreign --overwrite", 2,
      {"foreign", "only an earlier result may be overwritten"});
  row("compare where nothing can be made",
      "compare --student {student} --teacher {teacher} --data {data} --out /proc/never", 1,
      {"/proc/never", "writable"});
  row("figures of nothing", "figures --out {bench}/never", 2, {"RESULT", "must be given"});
  row("figures of a missing result", "figures {bench}/absent --out {bench}/never", 3, {"absent", "must exist"});
  row("figures of a folder without a report", "figures {bench}/foreign --out {bench}/never", 3, {"report.json"});
  row("figures in an unknown format", "figures {bench}/made --out {bench}/never --format svg,gif", 2,
      {"--format", "svg, pdf, png", "gif"});
  row("figures where nothing can be made", "figures {bench}/made --out /proc/never", 1, {"/proc/never", "writable"});
  row("demo where nothing can be made", "demo --out /proc/never", 1, {"/proc/never", "writable"});
  row("figures into a file", "figures {bench}/made --out {bench}/file", 2, {"file", "must go into a folder"});
  row("demo into a folder of others", "demo --out {bench}/foreign", 2, {"foreign", "must be new or empty"});
  row("demo over a folder of others", "demo --out {bench}/foreign --overwrite", 2, {"foreign", "earlier result"});
}

void TestCommandLine::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const Outcome outcome = bench_.run(line);
  const QByteArray problem = outcome.unlike(exitCode, said);
  QVERIFY2(problem.isEmpty(), problem);
  if (exitCode == 2) QCOMPARE(outcome.out, QByteArray());
  QVERIFY(!QFile::exists(bench_.path("never")));
  QCOMPARE(bytesOf(bench_.path("foreign/thesis.tex")), QByteArray("years of work"));
}

void TestCommandLine::jsonIsOneObject_data() {
  QTest::addColumn<QString>("line");
  QTest::addColumn<int>("exitCode");
  QTest::addColumn<QString>("key");
  const auto row = [](const char* name, const QString& line, int exitCode, const char* key) {
    QTest::newRow(name) << line << exitCode << QString::fromLatin1(key);
  };
  const QString pair = "--student {student} --teacher {teacher} --data {data} ";
  row("doctor", "doctor --json", 0, "checks");
  row("inspect", "inspect {student} {traced} --json", 0, "models");
  row("inspect, unreadable", "inspect {student} {bench}/absent.pt --json", 3, "models");
  row("inspect, a module that prints", "inspect {models}/prints.pt --json", 0, "models");
  row("compare", "compare " + pair + "--out {bench}/json-compare --json", 0, "before");
  row("compare, usage", "compare --json --foo", 2, "error");
  row("compare, input", "compare " + pair + "--student {bench}/absent.pt --json", 2, "error");
  row("compare, unreadable", "compare --student {bench}/file --teacher {teacher} --data {data} --out never --json", 3,
      "error");
  row("compare, failed", "compare " + pair + "--out /proc/never --json", 1, "error");
  row("figures", "figures {bench}/made --out {bench}/json-figures --format png --json", 0, "figures");
  row("figures, unreadable", "figures {bench}/file --out {bench}/never --json", 3, "error");
  row("no subcommand", "--json", 2, "error");
}

void TestCommandLine::jsonIsOneObject() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QString, key);
  const Outcome outcome = bench_.run(line);
  QVERIFY2(outcome.exitCode == exitCode, outcome.err);
  const QJsonObject object = outcome.json();
  QVERIFY2(object.contains(key), outcome.out);
  if (key != "error") return;
  const QJsonObject error = object["error"].toObject();
  QCOMPARE(error["exit_code"].toInt(), exitCode);
  QVERIFY(!error["rule"].toString().isEmpty());
  QVERIFY(!outcome.err.isEmpty());
}

void TestCommandLine::helpNamesEveryOption() {
  const QString options =
      "--student --teacher --data --out --overwrite --config --model-meta --method --epochs --lr --momentum "
      "--weight-decay --temperature --lambda --direction --freeze-bn --augment --subset --eval-every --batch --seed "
      "--device --threads --json";
  const Outcome help = bench_.run("transfer --help");
  QCOMPARE(help.exitCode, 0);
  for (const QString& option : options.split(' ')) QVERIFY2(help.out.contains(option.toUtf8()), qPrintable(option));
  for (const QByteArray& line : help.out.split('\n')) QVERIFY2(QString::fromUtf8(line).size() <= 80, line);
}

void TestCommandLine::windowNeedsDisplay() {
  Workbench bench;
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) bench.clearEnvironment(name);
  for (const char* line : {"", "--open-sample"}) {
    const Outcome outcome = bench.run(line);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.contains("needs a display"), outcome.err);
  }
  bench.clearEnvironment("XDG_RUNTIME_DIR");  // drawing needs neither
  const Outcome drawn = bench.run("compare --student {student} --teacher {teacher} --data {data} --out {bench}/drawn");
  QVERIFY2(drawn.exitCode == 0, drawn.err);
  QCOMPARE(drawn.remarks(), QStringList());
  QVERIFY(bytesOf(bench.path("drawn/figures/outcomes.png")).startsWith("\x89PNG"));
}

void TestCommandLine::inspectSaysWhatModelsAre() {
  const Outcome outcome = bench_.run("inspect {student} {traced} {models}/state_dict.pt {models}/crashes.pt --json");
  QCOMPARE(outcome.exitCode, 3);
  const QJsonArray models = outcome.json()["models"].toArray();
  QCOMPARE(models.size(), 4);
  const QJsonObject plain = models[0].toObject(), traced = models[1].toObject();
  QCOMPARE(plain["readable"].toBool(), true);
  QCOMPARE(plain["traced"].toBool(), false);
  QCOMPARE(plain["parameters"].toInt(), 36 * 4 + 4 + 4 * 3 + 3);
  QCOMPARE(plain["metadata"].toObject()["classes"].toArray(), (QJsonArray{"circle", "square", "star"}));
  QCOMPARE(traced["traced"].toBool(), true);
  QVERIFY(models[2].toObject()["rule"].toString().contains("TorchScript"));
  QVERIFY(models[3].toObject()["rule"].toString().contains("crash"));
  const Outcome plainText = bench_.run("inspect {traced}");
  QVERIFY2(plainText.out.contains("a teacher, not a student"), plainText.out);
  QCOMPARE(plainText.err, QByteArray());  // nothing but the answer where nobody watches
}

void TestCommandLine::metadataByFlag() {
  const QByteArray keys =
      R"({"name": "told", "family": "MLP", "classes": ["circle", "square", "star"], "input_size": [1, 6, 6],
          "mean": [0.5], "std": [0.5], "reference_accuracy": {"data": "shapes", "value": 0.5}})";
  write(bench_.path("flat.json"), keys);
  QByteArray withoutReference = keys;
  withoutReference.replace(R"(, "reference_accuracy": {"data": "shapes", "value": 0.5})", "");
  write(bench_.path("by-file.json"), "{\"no_metadata.pt\": " + withoutReference + ", \"other.pt\": {}}");
  for (const char* file : {"flat.json", "by-file.json"}) {
    const Outcome outcome = bench_.run(QString("inspect {models}/no_metadata.pt --json --model-meta {bench}/") + file);
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    const QJsonObject model = outcome.json()["models"].toArray()[0].toObject();
    QCOMPARE(model["metadata"].toObject()["name"].toString(), QString("told"));
    QVERIFY(model["missing_keys"].toArray().isEmpty());
  }
  const Outcome compared = bench_.run(
      "compare --student {models}/no_metadata.pt --teacher {teacher} --data {data} --out {bench}/told "
      "--model-meta {bench}/by-file.json --json");
  QVERIFY2(compared.exitCode == 0, compared.err);
  QCOMPARE(compared.json()["student"].toObject()["name"].toString(), QString("told"));
}

void TestCommandLine::compareWritesAResult() {
  const Outcome outcome =
      bench_.run("compare --student {student} --teacher {teacher} {traced} --data {data} --out {bench}/two --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonObject report = outcome.json();
  QCOMPARE(report["teachers"].toArray().size(), 2);
  QCOMPARE(report["before"].toObject()["teachers"].toArray().size(), 2);
  QCOMPARE(QJsonDocument::fromJson(bytesOf(bench_.path("two/report.json"))).object(), report);
  const QString schema = GF_SOURCE "/resources/schema/gainfinder-report-1.schema.json";
  const QString problem =
      bench_.check({"schema", schema, bench_.path("two/report.json"), bench_.path("made/report.json")});
  QVERIFY2(problem.isEmpty(), qPrintable(problem));
  QVERIFY(QDir(bench_.path("two/figures")).entryList({"*.svg"}).size() >= 4);
}

void TestCommandLine::resultsAreNotReplacedUnasked() {
  const QByteArray before = gf_test::snapshot(bench_.path("made"));
  const QString again = "compare --student {teacher} --teacher {student} --data {data} --out {bench}/made";
  const Outcome refused = bench_.run(again);
  QCOMPARE(refused.exitCode, 2);
  QVERIFY2(refused.err.contains("--overwrite"), refused.err);
  QCOMPARE(gf_test::snapshot(bench_.path("made")), before);
  const Outcome failing =
      bench_.run("compare --student {bench}/file --teacher {teacher} --data {data} --out {bench}/made --overwrite");
  QCOMPARE(failing.exitCode, 3);
  QCOMPARE(gf_test::snapshot(bench_.path("made")), before);
  QCOMPARE(bench_.run(again + " --overwrite").exitCode, 0);
  QVERIFY(gf_test::snapshot(bench_.path("made")) != before);
}

void TestCommandLine::figuresInEveryFormat() {
  const Outcome outcome =
      bench_.run("figures {bench}/made/report.json --out {bench}/drawn --format svg,pdf,png,csv,json --json");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  const QJsonArray figures = outcome.json()["figures"].toArray();
  QVERIFY(figures.size() >= 2);
  for (const auto& figure : figures) {
    const QString stem = bench_.path("drawn/") + figure.toObject()["id"].toString();
    QVERIFY(bytesOf(stem + ".svg").contains("<svg"));
    QVERIFY(bytesOf(stem + ".pdf").startsWith("%PDF"));
    QVERIFY(bytesOf(stem + ".png").startsWith("\x89PNG"));
    QVERIFY(bytesOf(stem + ".csv").contains(','));
    QVERIFY(QJsonDocument::fromJson(bytesOf(stem + ".json")).isObject());
  }
}

void TestCommandLine::figuresOfSeveralResults() {
  const QByteArray report = bytesOf(bench_.path("made/report.json"));
  for (const char* file : {"a/run/report.json", "b/run/report.json"}) write(bench_.path(file), report);
  const Outcome outcome = bench_.run("figures {bench}/a/run/ {bench}/b/run --out {bench}/several --format png");
  QVERIFY2(outcome.exitCode == 0, outcome.err);
  QCOMPARE(QDir(bench_.path("several")).entryList(QDir::Dirs | QDir::NoDotAndDotDot), (QStringList{"run", "run-2"}));
}

void TestCommandLine::pathsThatAreNotText() {
  // Qt cannot pass such an argument on, so a shell makes it.
  QProcess shell;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert("GAINFINDER_RESOURCES", GF_SOURCE "/resources");
  environment.insert("XDG_CACHE_HOME", bench_.path("xdg_cache_home"));
  shell.setProcessEnvironment(environment);
  shell.setWorkingDirectory(bench_.path(""));
  const QStringList words = bench_.words("--student {student} --teacher {teacher} --data {data} --json");
  shell.start("bash", {"-c", R"("$0" inspect $'\xff.pt' --json; echo "code $?" >&2
                                "$0" compare --out $'out\xff' "$@"; echo "code $?" >&2; ls out*/figures/*.png >&2; rm -r out*)",
                       GF_PROGRAM, words[0], words[1], words[2], words[3], words[4], words[5], words[6]});
  QVERIFY(shell.waitForFinished(120'000));
  const QByteArray said = shell.readAllStandardError();
  QVERIFY2(said.contains("code 3\n") && said.contains("code 0\n") && said.contains("outcomes.png"), said);
  const QByteArray out = shell.readAllStandardOutput();
  const qsizetype second = out.indexOf("\n}\n") + 3;
  QVERIFY(QJsonDocument::fromJson(out.left(second)).isObject());
  QVERIFY(QJsonDocument::fromJson(out.mid(second)).isObject());
}

void TestCommandLine::lostOutputIsAFailedRun() {
  for (const char* redirection : {">/dev/full", ">&-"}) {
    QProcess shell;
    shell.start("bash", {"-c", QString("\"$0\" --version %1").arg(redirection), GF_PROGRAM});
    QVERIFY(shell.waitForFinished(120'000));
    QCOMPARE(shell.exitCode(), 1);
    QVERIFY(shell.readAllStandardError().contains("standard output: must be writable"));
  }
}

void TestCommandLine::closedStreamsKeepFilesWhole() {
  QProcess shell;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert("GAINFINDER_RESOURCES", GF_SOURCE "/resources");
  environment.insert("XDG_CACHE_HOME", bench_.path("xdg_cache_home"));
  shell.setProcessEnvironment(environment);
  const QStringList words =
      bench_.words("compare --student {student} --teacher {teacher} --data {data} --out {bench}/closed");
  shell.start("bash", QStringList{"-c", "\"$0\" \"$@\" <&- >&- 2>&-", GF_PROGRAM} + words);
  QVERIFY(shell.waitForFinished(120'000));
  QCOMPARE(shell.exitCode(), 1);  // what was said is lost; what was written is not
  QVERIFY(QJsonDocument::fromJson(bytesOf(bench_.path("closed/report.json"))).isObject());
}

void TestCommandLine::stopWhileInspecting() {
  // The looping model keeps a child process busy: once that is there, the program is inside the inspection.
  for (const char* line :
       {"inspect {models}/loops.pt --json",
        "compare --student {models}/loops.pt --teacher {teacher} --data {data} --out never --json"}) {
    const auto process = bench_.start(line);
    QVERIFY(process->waitForStarted());
    const QString pid = QString::number(process->processId());
    QTRY_VERIFY_WITH_TIMEOUT(!bytesOf("/proc/" + pid + "/task/" + pid + "/children").trimmed().isEmpty(), 60'000);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    const Outcome outcome = Workbench::finish(*process);
    QCOMPARE(outcome.crashed, false);
    QCOMPARE(outcome.exitCode, 130);
    QCOMPARE(outcome.json()["error"].toObject()["exit_code"].toInt(), 130);
    QVERIFY2(outcome.err.contains("Repeat the command to go on"), outcome.err);
    QVERIFY(!QFile::exists(bench_.path("never")));
  }
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "test_command_line.moc"
