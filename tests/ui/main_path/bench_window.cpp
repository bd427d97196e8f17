// SPDX-License-Identifier: GPL-3.0-or-later
// How responsive the window is while a transfer runs: a 5 ms timer on the GUI thread, and how much later than that each
// of its beats comes, repaints of the live page included. Prints percentiles; `bench_window [seconds] [figure]`.
#include <sys/resource.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QListWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/ui/workspace/support.h"
#include "ui/window/main_window.h"
#include "ui/workspace/run_center.h"

using namespace gf;
using namespace gf::testing;

namespace {

double milliseconds(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

double load() {
  double one = 0;
  return getloadavg(&one, 1) == 1 ? one : -1;
}

void print(const char* what, std::vector<double> late) {
  std::sort(late.begin(), late.end());
  std::printf("%s: %zu beats, lateness p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms; load %.1f\n", what,
              late.size(), milliseconds(late, 0.5), milliseconds(late, 0.95), milliseconds(late, 0.99), late.back(),
              load());
  std::fflush(stdout);
}

/// Runs the event loop and notes how late each beat was.
std::vector<double> measure(int seconds) {
  std::vector<double> late;
  QTimer beat;
  beat.setTimerType(Qt::PreciseTimer);
  QElapsedTimer clock;
  QObject::connect(&beat, &QTimer::timeout, [&] {
    const double passed = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    late.push_back(std::max(0.0, passed - beat.interval()));
    clock.restart();
  });
  clock.start();
  beat.start(5);
  QEventLoop loop;  // QTest::qWait would sleep between events
  QTimer::singleShot(1000 * seconds, &loop, &QEventLoop::quit);
  loop.exec();
  return late;
}

}  // namespace

int main(int count, char** arguments) {
  QTemporaryDir home;
  for (const char* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"})
    qputenv(name, home.filePath(QString::fromLatin1(name)).toUtf8());
  qputenv("GAINFINDER_RESOURCES", GF_SOURCE_RESOURCES);
  QApplication application(count, arguments);
  startClean();
  const int seconds = count > 1 ? std::atoi(arguments[1]) : 20;
  const int figure = count > 2 ? std::atoi(arguments[2]) : 0;
  Workspace workspace;
  MainWindow window(workspace);
  window.resize(1280, 800);
  window.show();
  workspace.openSample();
  window.goTo(PageId::Compare);
  if (!QTest::qWaitFor([&] { return workspace.comparison() != nullptr; }, kPatienceMs)) return 1;
  print("idle, Compare page", measure(std::min(seconds, 5)));
  TransferRequest request;
  request.student.path = sampleModel("fewtops-mlp").toStdString();
  request.teachers = {{sampleModel("tops-resnet").toStdString(), nullptr}};
  request.data = sampleData().toStdString();
  request.options.epochs = 100000;
  request.options.learningRate = 0.003;
  request.options.subset = {true, 60};
  request.out = RunCenter::freshFolder(request).toStdString();
  const auto id = workspace.runs().add(request, "Tops specialist", "Few-tops");
  window.goTo(PageId::Runs);
  if (!QTest::qWaitFor([&] { return workspace.runs().row(id)->last.has_value(); }, kPatienceMs)) return 1;
  if (auto* list = window.page(PageId::Runs)->findChild<QListWidget*>("figures")) list->setCurrentRow(figure);
  print("transfer, Runs page", measure(seconds));
  std::printf("%zu evaluations, %zu steps kept\n", workspace.runs().row(id)->evaluations.size(),
              workspace.runs().row(id)->steps.size());
  QElapsedTimer stop;
  stop.start();
  workspace.runs().perform(JobAction::StopAndDiscard, id);
  bool waited = QTest::qWaitFor([&] { return workspace.runs().row(id)->state != JobState::Running; }, kPatienceMs);
  std::printf("stop shown after %lld ms\n", static_cast<long long>(stop.elapsed()));
  waited = waited && QTest::qWaitFor([&] { return !workspace.runs().busy(); }, kPatienceMs);
  std::printf("stopped after %lld ms\n", static_cast<long long>(stop.elapsed()));
  return waited ? 0 : 1;
}
