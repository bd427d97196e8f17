// SPDX-License-Identifier: GPL-3.0-or-later
// gainfinder study submit: the job script, what sbatch is given, and the script's tasks as a cluster runs them, which
// are asked to stop, killed and cancelled. The cluster is three small programs that write down what they are told.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include "tests/app/study_results.h"
#include "tests/app/workbench.h"

using gf_test::bytesOf;
using gf_test::Outcome;
using gf_test::Workbench;
using gf_test::write;

class TestCommandStudySubmit : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase();
  void printedScriptSaysEverything();
  void sbatchGetsTheScript();
  void tasksAreDisturbedAndEndTheSame();
  void whatWasCancelledStaysSo();
  void clustersThatTakeNoJob();
  void exitCodes_data();
  void exitCodes();

 private:
  /// A program of the cluster; each call adds a line to its record.
  void install(const QString& name, const QByteArray& body);
  QByteArray record(const QString& name) const { return bytesOf(bench_.path("record/" + name)); }
  std::unique_ptr<QProcess> startTask(const QString& study, int number);
  /// The worker of a task, as srun started it; 0 while there is none.
  pid_t worker(int number) const { return bytesOf(bench_.path(QString("record/worker-%1").arg(number))).toInt(); }
  bool hasState(const QString& study) const;
  QMap<QString, QString> results(const QString& study) const { return gf_test::studyResults(bench_.path(study)); }
  Workbench bench_;
};

namespace {

constexpr const char* kSubmit = "study submit {bench}/plan.json --data {data} --device cpu --threads 1 --slurm ";

}  // namespace

void TestCommandStudySubmit::install(const QString& name, const QByteArray& body) {
  write(bench_.path("cluster/" + name),
        "#!/bin/bash\necho \"$@\" >> " + bench_.path("record/" + name).toUtf8() + "\n" + body + "\n");
  QFile::setPermissions(bench_.path("cluster/" + name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void TestCommandStudySubmit::initTestCase() {
  for (const char* name : {"student", "teacher"}) {
    write(bench_.path(QString("shelf/") + name + ".pt"), bytesOf(bench_.words(QString("{%1}").arg(name)).first()));
  }
  write(
      bench_.path("plan.json"),
      R"({"schema": "gainfinder-plan/1", "name": "on a cluster", "models": "shelf", "students": ["*"], "teachers": ["*"],
            "methods": ["kl", "kl-dp"], "options": {"epochs": 2, "subset": "1", "batch": 8, "save-every": 0.25}})");
  write(bench_.path("record/.keep"), "");
  install("sbatch", "echo 'a site may greet first'; echo '4711;cluster'");
  install("scontrol", "[ \"$1\" != show ] || echo \"JobState=${STATE:-RUNNING}\"");
  // It becomes the worker, as far as signals go, once it has said who that is.
  install("srun", "echo $$ > " + bench_.path("record").toUtf8() +
                      "/worker-$SLURM_ARRAY_TASK_ID\nwhile [[ $1 == --* ]]; do shift; done\nexec \"$@\"");
  bench_.setEnvironment("PATH", bench_.path("cluster") + ":/usr/bin:/bin");
}

void TestCommandStudySubmit::printedScriptSaysEverything() {
  const QString line = QString(kSubmit) +
                       "--out {bench}/printed --print --tasks 3 --time 2:00:00 --partition gpu "
                       "--sbatch-option=--gres=gpu:1 --sbatch-option=--mem=8G";
  const Outcome people = bench_.run(line);
  QVERIFY2(people.exitCode == 0, people.err);
  const QByteArray script = bytesOf(bench_.path("printed/slurm/study.sh"));
  QVERIFY(people.out.contains(script) && people.out.contains("locks"));
  for (const QString& part :
       {QString("#!/bin/bash\n"), QString("#SBATCH --job-name=gainfinder-on-a-cluster\n"),
        QString("#SBATCH --array=1-3\n"), QString("#SBATCH --requeue\n"), QString("#SBATCH --open-mode=append\n"),
        QString("#SBATCH --signal=TERM@60\n"), QString("#SBATCH --time=2:00:00\n"),
        QString("#SBATCH --partition=gpu\n"), QString("#SBATCH --gres=gpu:1\n"), QString("#SBATCH --mem=8G\n"),
        QString("#SBATCH --cpus-per-task=1\n"), "#SBATCH --output=" + bench_.path("printed/slurm/%A_%a.log\n"),
        "--out " + bench_.path("printed "), "--models " + bench_.path("shelf ")}) {
    QVERIFY2(script.contains(part.toUtf8()), script);
  }
  QVERIFY(!QFile::exists(bench_.path("record/sbatch")));
  QCOMPARE(bytesOf(bench_.path("printed/slurm/plan.json")), bytesOf(bench_.path("plan.json")));
  // No more tasks than there are cells; a blank in a path is quoted for sbatch and for the shell.
  const QStringList words = bench_.words(QString(kSubmit) + "--print --tasks 50 --json --out");
  const QJsonObject said = bench_.run(words + QStringList{bench_.path("a b")}).json();
  QCOMPARE(said["tasks"].toInt(), 4);
  QVERIFY(said["job"].isNull());
  QVERIFY(said["text"].toString().contains("--output=\"" + bench_.path("a b/slurm/%A_%a.log") + "\"\n"));
  QVERIFY(said["text"].toString().contains("--out '" + bench_.path("a b") + "'"));
}

void TestCommandStudySubmit::sbatchGetsTheScript() {
  const Outcome said = bench_.run(QString(kSubmit) + "--out {bench}/study --tasks 2 --json");
  QVERIFY2(said.exitCode == 0, said.err);
  QCOMPARE(said.json()["job"].toString(), "4711");
  QCOMPARE(said.json()["missing"].toInt(), 4);
  QCOMPARE(record("sbatch"), "--parsable " + bench_.path("study/slurm/study.sh").toUtf8() + "\n");
  // The plan in the queue is the one that was submitted.
  const QJsonObject status = bench_.run("study status {bench}/study --json").json();
  QCOMPARE(status["missing"].toInt(), 4);
}

std::unique_ptr<QProcess> TestCommandStudySubmit::startTask(const QString& study, int number) {
  return bench_.startShell(QString("SLURM_ARRAY_JOB_ID=4711 SLURM_ARRAY_TASK_ID=%1 SLURM_JOB_ID=%2 exec bash %3 2>&1")
                               .arg(number)
                               .arg(4711 + number)
                               .arg(bench_.path(study + "/slurm/study.sh")));
}

bool TestCommandStudySubmit::hasState(const QString& study) const {
  QDir cells(bench_.path(study + "/cells"));
  for (const QString& cell : cells.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
    if (!QDir(cells.filePath(cell + "/state")).entryList({"*.state"}).isEmpty()) return true;
  }
  return false;
}

void TestCommandStudySubmit::tasksAreDisturbedAndEndTheSame() {
  const Outcome whole =
      bench_.run("study run {bench}/plan.json --data {data} --device cpu --threads 1 --out {bench}/whole --json");
  QVERIFY2(whole.exitCode == 0, whole.err);
  // Two tasks; the first is asked to stop, as before its time limit: it goes back into the queue.
  const auto first = startTask("study", 1);
  QTRY_VERIFY_WITH_TIMEOUT(worker(1) != 0 && hasState("study"), 120'000);
  first->terminate();
  const Outcome stopped = Workbench::finish(*first);
  QVERIFY2(!stopped.crashed && stopped.exitCode == 0, stopped.out);
  QVERIFY2(record("scontrol").contains("requeue 4712\n"), record("scontrol"));
  const QJsonObject between = bench_.run("study status {bench}/study --json").json();
  QVERIFY(between["done"].toInt() < 4);
  // The second one's worker is killed: the task starts it again by itself. The first one is back meanwhile.
  const auto second = startTask("study", 2);
  QTRY_VERIFY_WITH_TIMEOUT(worker(2) != 0, 120'000);
  QCOMPARE(::kill(worker(2), SIGKILL), 0);
  const auto back = startTask("study", 1);
  const Outcome killed = Workbench::finish(*second), rest = Workbench::finish(*back);
  QVERIFY2(killed.exitCode == 0 && killed.out.contains("The worker ended by a signal (137), attempt 1 of 3."),
           killed.out);
  QVERIFY2(rest.exitCode == 0, rest.out);
  QCOMPARE(results("study").size(), 4);
  QCOMPARE(results("study"), results("whole"));
  QCOMPARE(bench_.run("study status {bench}/study --json").json()["done"].toInt(), 4);
  // Nothing is left to submit.
  const QByteArray before = record("sbatch");
  const Outcome again = bench_.run(QString(kSubmit) + "--out {bench}/study");
  QVERIFY2(again.exitCode == 0 && again.out.contains("Nothing was submitted"), again.out);
  QCOMPARE(record("sbatch"), before);
}

void TestCommandStudySubmit::whatWasCancelledStaysSo() {
  QCOMPARE(bench_.run(QString(kSubmit) + "--out {bench}/cancelled --tasks 1").exitCode, 0);
  bench_.setEnvironment("STATE", "CANCELLED");
  const QByteArray before = record("scontrol");
  const auto task = startTask("cancelled", 9);
  QTRY_VERIFY_WITH_TIMEOUT(worker(9) != 0 && hasState("cancelled"), 120'000);
  QCOMPARE(::kill(worker(9), SIGTERM), 0);  // as Slurm does: each process of the step
  const Outcome stopped = Workbench::finish(*task);
  bench_.clearEnvironment("STATE");
  QVERIFY2(stopped.exitCode == 0, stopped.out);
  QCOMPARE(record("scontrol"), before + "show job 4720\n");
}

void TestCommandStudySubmit::exitCodes_data() {
  const auto row = gf_test::exitRows();
  const QString good = "{bench}/plan.json --data {data} ", out = "--out {bench}/never ";
  row("no scheduler", good + out, 2, {"--slurm"});
  row("no place", good + "--slurm", 2, {"--out", "must be given"});
  row("too many tasks", good + "--out {bench}/few --print --slurm --tasks 2000", 2, {"--tasks", "from 1 to 1000"});
  row("no option", good + "--out {bench}/few --print --slurm --sbatch-option gpu", 2, {"--sbatch-option", "gpu"});
  row("a torn time", good + "--out {bench}/few --print --slurm --time 1\"", 2, {"--time", "quotation"});
  row("an absent plan", "{bench}/absent.json " + out + "--slurm", 3, {"absent.json"});
}

void TestCommandStudySubmit::exitCodes() {
  QFETCH(QString, line);
  QFETCH(int, exitCode);
  QFETCH(QStringList, said);
  const QByteArray unlike = bench_.run("study submit " + line).unlike(exitCode, said);
  QVERIFY2(unlike.isEmpty(), unlike);
  QVERIFY(!QFile::exists(bench_.path("never")));
}

void TestCommandStudySubmit::clustersThatTakeNoJob() {
  // A cluster that does not take the job, and a machine without one.
  install("sbatch", "echo 'sbatch: error: invalid partition specified: gpu' >&2; exit 1");
  const Outcome refused = bench_.run(QString(kSubmit) + "--out {bench}/few --partition gpu");
  QCOMPARE(refused.exitCode, 1);
  QVERIFY2(refused.err.contains("invalid partition") && refused.err.contains("--partition"), refused.err);
  bench_.setEnvironment("PATH", bench_.path("nowhere"));
  const Outcome none = bench_.run(QString(kSubmit) + "--out {bench}/never");
  bench_.setEnvironment("PATH", bench_.path("cluster") + ":/usr/bin:/bin");
  QCOMPARE(none.exitCode, 1);
  QVERIFY2(none.err.contains("sbatch: must be on the PATH") && none.err.contains("--print"), none.err);
  QVERIFY(!QFile::exists(bench_.path("never")));
}

QTEST_GUILESS_MAIN(TestCommandStudySubmit)
#include "test_command_study_submit.moc"
