// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: how long a comparison of many classes takes from being given to being painted, and then each view of what
// its classes mean; `bench_compare [classes] [images per class] [times]`. Target: 300 ms for 1,000 classes.
#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "meaning_fixture.h"
#include "shown_page.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/compare_export.h"
#include "ui/compare/meaning_panel.h"
#include "ui/style/theme.h"

using namespace gf;

namespace {

double milliseconds(const QElapsedTimer& clock) {
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void print(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-14s median %7.1f ms, longest %7.1f ms (%zu times)\n", what, times[times.size() / 2], times.back(),
              times.size());
}

}  // namespace

int main(int count, char** arguments) {
  QApplication application(count, arguments);
  Theme::instance().apply(ThemeChoice::Light);
  const auto number = [&](int at, int otherwise) { return count > at ? std::atoi(arguments[at]) : otherwise; };
  const auto comparison = manyThings(number(1, 1000), number(2, 50));
  QElapsedTimer clock;
  clock.start();
  const auto meaning = meaningOf(*comparison, "wordnet");
  std::printf("meaning of %zu classes: %.0f ms, in the background\n", comparison->data.eval->classNames().size(),
              milliseconds(clock));
  Workspace workspace;
  ComparePage page(workspace);
  page.resize(1500, 940);
  page.show();
  page.grab();
  auto* panel = page.findChild<ClassPanel*>();
  const char* const names[] = {"groups", "class map", "similarity", "map", "top classes"};
  std::vector<double> opened, views[std::size(names)], chosen[std::size(names)];
  for (int i = 0; i < number(3, 11); ++i) {
    panel->setTab(ClassPanel::FlipChart);
    page.showComparison(nullptr);
    page.repaint();
    QCoreApplication::processEvents();
    clock.restart();
    page.showComparison(comparison);
    page.repaint();
    opened.push_back(milliseconds(clock));
    QCoreApplication::processEvents();
    panel->setTab(ClassPanel::ByMeaning);
    page.repaint();
    for (std::size_t view = 0; view < std::size(names); ++view) {
      // Each view is the first one of an answer once, so that it bears what building the figures costs.
      page.showMeaning(nullptr);
      panel->meaning().setView(static_cast<MeaningView>(view));
      page.repaint();
      clock.restart();
      page.showMeaning(meaning);
      page.repaint();
      views[view].push_back(milliseconds(clock));
      clock.restart();
      workspace.select({{i, 100 + i}, {}});
      page.repaint();
      chosen[view].push_back(milliseconds(clock));
      workspace.select({});
      QCoreApplication::processEvents();
    }
  }
  print("opened", opened);
  for (std::size_t view = 0; view < std::size(names); ++view) print(names[view], views[view]);
  std::printf("two classes chosen elsewhere:\n");
  for (std::size_t view = 0; view < std::size(names); ++view) print(names[view], chosen[view]);
  std::set<int> half;
  for (int k = 0; k < number(1, 1000); k += 2) half.insert(k);
  clock.restart();
  workspace.select({half, {}});
  page.repaint();
  std::printf("half of the classes chosen: %.0f ms\n", milliseconds(clock));
  const QTemporaryDir folder;
  clock.restart();
  exportComparison(*comparison, meaning.get(), folder.path());
  std::printf("report written with its figures: %.0f ms\n", milliseconds(clock));
  return 0;
}
