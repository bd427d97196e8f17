// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: how long a result takes from being asked for to being painted on the Figures page, and then each of its
// figures; `bench_figures RESULT [times]`. Target: 300 ms for a report of 1,000 classes.
#include <QApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/ui/figures/figures_support.h"
#include "ui/style/theme.h"

using namespace gf;
using namespace gf::testing;

namespace {

double milliseconds(const QElapsedTimer& clock) {
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void print(const std::string& what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-28s median %7.1f ms, longest %7.1f ms (%zu times)\n", what.c_str(), times[times.size() / 2],
              times.back(), times.size());
}

}  // namespace

int main(int count, char** arguments) {
  QApplication application(count, arguments);
  if (count < 2) {
    std::fputs("bench_figures RESULT [times]\n", stderr);
    return 2;
  }
  startClean();
  Theme::instance().apply(ThemeChoice::Light);
  const int times = count > 2 ? std::max(1, std::atoi(arguments[2])) : 11;
  std::vector<double> opened;
  std::vector<std::vector<double>> painted;
  std::vector<std::string> names;
  for (int i = 0; i < times; ++i) {
    ShownFigures shown({1500, 940});
    QElapsedTimer clock;
    clock.start();
    shown.page.openResult(QString::fromLocal8Bit(arguments[1]));
    if (!QTest::qWaitFor([&] { return !shown.sheet().figure().id.empty() || !shown.problems.isEmpty(); }, 60000) ||
        !shown.problems.isEmpty()) {
      std::fputs("bench_figures: the result could not be opened\n", stderr);
      return 3;
    }
    shown.page.repaint();
    opened.push_back(milliseconds(clock));
    const int figures = shown.rows().rowCount(shown.rows().index(0, 0));
    painted.resize(static_cast<std::size_t>(figures));
    names.resize(painted.size());
    for (int f = 0; f < figures; ++f) {
      clock.restart();
      shown.choose(0, f);
      shown.page.repaint();
      painted[static_cast<std::size_t>(f)].push_back(milliseconds(clock));
      names[static_cast<std::size_t>(f)] = shown.sheet().figure().id;
    }
  }
  print("opened and painted", opened);
  for (std::size_t f = 0; f < painted.size(); ++f) print(names[f], painted[f]);
  return 0;
}
