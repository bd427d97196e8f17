// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "report/text.h"

namespace gf {
namespace {

sigset_t interruptSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Terminal columns of UTF-8 text whose characters are all one column wide.
std::size_t columnsOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

int terminalColumns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

void blockInterrupts() {
  const sigset_t signals = interruptSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Interrupts::Interrupts()
    : waiter_([this](const std::stop_token& over) {
        const sigset_t signals = interruptSignals();
        const timespec patience{0, 100'000'000};  // how soon the end of the program is noticed
        while (!over.stop_requested()) {
          if (sigtimedwait(&signals, nullptr, &patience) < 0) continue;
          if (stop_.stop_requested()) std::_Exit(kStopped);
          std::fputs("\nStopping at the next step; press Ctrl-C again to leave at once.\n", stderr);
          stop_.request_stop();
        }
      }) {}

Terminal::Terminal(bool json) : json_(json), bar_(isatty(STDERR_FILENO) == 1) {}

Terminal::~Terminal() {
  clearBar();
}

Control Terminal::control() {
  return {interrupts_.token(), nullptr, [this](const Progress& step) { progress(step); }};
}

void Terminal::say(const std::string& line) {
  if (json_) return;
  clearBar();
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void Terminal::remark(const std::string& line) {
  clearBar();
  std::fputs((line + "\n").c_str(), stderr);
}

void Terminal::result(const nlohmann::ordered_json& object) {
  if (!json_) return;
  clearBar();
  std::fputs((object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), stdout);
}

void Terminal::progress(const Progress& progress) {
  const int percent = static_cast<int>(std::clamp(progress.fraction, 0.0, 1.0) * 100);
  std::string tail = std::to_string(percent) + " %";
  if (progress.itemsPerSecond > 0) tail += "  " + groupedText(std::llround(progress.itemsPerSecond)) + "/s";
  if (progress.secondsLeft >= 0 && percent < 100) tail += "  " + durationText(progress.secondsLeft) + " left";
  if (!bar_) {
    const int tenth = percent / 10;
    if (progress.stage == stage_ && tenth == lastTenth_) return;
    stage_ = progress.stage;
    lastTenth_ = tenth;
    std::fputs((progress.stage + "  " + tail + "\n").c_str(), stderr);
    return;
  }
  constexpr int kCells = 20;
  std::string cells;
  for (int i = 0; i < kCells; ++i) cells += i * 100 < percent * kCells ? "█" : "░";
  std::string line = progress.stage + "  " + cells + "  " + tail;
  if (columnsOf(line) >= static_cast<std::size_t>(terminalColumns())) line = progress.stage + "  " + tail;
  std::fputs(("\r\033[K" + line).c_str(), stderr);
  barShown_ = true;
}

void Terminal::clearBar() {
  if (barShown_) std::fputs("\r\033[K", stderr);
  barShown_ = false;
}

std::string tableText(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columnsOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - columnsOf(row[i]), ' ');
      line += i == 0 ? row[i] + pad : "   " + pad + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace gf
