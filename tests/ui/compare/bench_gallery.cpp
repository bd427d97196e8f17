// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: 50,000 images of 1,000 classes in the Compare page. Time to open, to sort, to scroll a page, and memory;
// `bench_gallery [classes] [images per class] [pixels a side]`.
#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QListView>
#include <QScrollBar>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "shown_page.h"
#include "ui/compare/sample_model.h"
#include "ui/style/theme.h"

using namespace gf;

namespace {

double residentMb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
  return 0;
}

double milliseconds(const QElapsedTimer& clock) {
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void print(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(share * double(times.size() - 1))]; };
  std::printf("%s: %zu times, p50 %.1f ms, p95 %.1f ms, max %.1f ms\n", what, times.size(), at(0.5), at(0.95), at(1));
}

/// Scrolls by whole pages with the key a user presses; a page is on the screen when its repaint is done.
std::vector<double> scroll(QListView& list, int pages, int wait) {
  std::vector<double> times;
  for (int i = 0; i < pages; ++i) {
    QElapsedTimer clock;
    clock.start();
    list.verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd);
    list.viewport()->repaint();
    times.push_back(milliseconds(clock));
    if (wait > 0) QTest::qWait(wait);
  }
  return times;
}

}  // namespace

int main(int count, char** arguments) {
  QApplication application(count, arguments);
  Theme::instance().apply(ThemeChoice::Light);
  const auto number = [&](int at, int otherwise) { return count > at ? std::atoi(arguments[at]) : otherwise; };
  const auto comparison = makeComparison(number(1, 1000), number(2, 50), number(3, 224));
  Workspace workspace;
  ComparePage page(workspace);
  page.resize(1500, 940);
  page.show();
  page.grab();
  const double before = residentMb();
  QElapsedTimer clock;
  clock.start();
  page.showComparison(comparison);
  const double shown = milliseconds(clock);
  page.repaint();
  const double painted = milliseconds(clock);
  // What the list lays out in batches belongs to opening.
  double longest = 0;
  auto& list = *page.findChild<QListView*>(QStringLiteral("gallery"));
  auto& model = *qobject_cast<SampleModel*>(list.model());
  const auto settle = [&] {
    QElapsedTimer turn;
    turn.start();
    QCoreApplication::processEvents();
    longest = std::max(longest, milliseconds(turn));
    return model.scores() && list.verticalScrollBar()->maximum() > 0;
  };
  while (!settle()) {
  }
  std::printf("%d images: set %.1f ms, painted %.1f ms, scores there %.0f ms, longest turn of the event loop %.1f ms\n",
              model.rowCount(), shown, painted, milliseconds(clock), longest);
  print("page down, one after the other", scroll(list, 200, 0));
  print("page down, with time to decode", scroll(list, 50, 40));
  list.verticalScrollBar()->setValue(list.verticalScrollBar()->maximum());
  list.viewport()->repaint();
  std::printf("at the end: row %d of %d is visible\n", list.indexAt(list.viewport()->rect().center()).row(),
              model.rowCount());
  auto& order = *page.findChild<QComboBox*>(QStringLiteral("galleryOrder"));
  for (int i = 1; i < order.count(); ++i) {
    clock.restart();
    order.setCurrentIndex(i);
    page.repaint();
    std::printf("%s: %.1f ms\n", qPrintable(order.currentText()), milliseconds(clock));
  }
  for (const Outcome outcome : {Outcome::OnlyTeacher, Outcome::BothRight}) {
    clock.restart();
    workspace.select({{}, outcome});
    page.repaint();
    std::printf("another outcome, %d images: %.1f ms\n", model.rowCount(), milliseconds(clock));
  }
  print("page down, sorted", scroll(list, 200, 5));
  std::printf("memory: %.0f MB before, %.0f MB after\n", before, residentMb());
  return 0;
}
