// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "report/text.h"

namespace gf {
namespace {

constexpr double kSecondsBetweenLines =
    2;  // on anything but a terminal: short work says nothing, long work is followed

sigset_t interruptSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// The first `columns` characters of UTF-8 text.
std::string cutTo(const std::string& text, std::size_t columns) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if ((text[end] & 0xC0) != 0x80 && seen++ == columns) break;
  }
  return text.substr(0, end);
}

}  // namespace

void blockInterrupts() {
  const sigset_t signals = interruptSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Interrupts::Interrupts() {
  const sigset_t signals = interruptSignals();
  signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
  over_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || over_ < 0) failRun("Ctrl-C", "the program must be able to wait for it", std::strerror(errno));
  waiter_ = std::thread([this] { wait(); });
}

Interrupts::~Interrupts() {
  ::eventfd_write(over_, 1);
  waiter_.join();
  ::close(signals_);
  ::close(over_);
}

void Interrupts::wait() {
  pollfd sources[2] = {{over_, POLLIN, 0}, {signals_, POLLIN, 0}};
  while (true) {
    if (::poll(sources, 2, -1) < 0) continue;
    if (sources[0].revents) return;
    signalfd_siginfo received{};
    if (::read(signals_, &received, sizeof received) != sizeof received) continue;
    if (stop_.stop_requested()) std::_Exit(kStopped);
    const char* newLine = isatty(STDERR_FILENO) == 1 ? "\n" : "";
    std::fprintf(stderr, "%sStopping at the next step; press Ctrl-C again to leave at once.\n", newLine);
    stop_.request_stop();
  }
}

std::string harmless(std::string text) {
  const auto steers = [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), steers, '?');
  return text;
}

std::string onOneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, '?');
  return harmless(std::move(text));
}

std::size_t columnsOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

int terminalColumns(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Terminal::Terminal(bool json)
    : json_(json),
      bar_(isatty(STDERR_FILENO) == 1),
      lastLine_(monotonicSeconds()),
      warnings_([this](const auto& entry) {
        if (entry.level != LogLevel::Info) remark("Warning: " + entry.text);
      }) {}

Terminal::~Terminal() {
  const std::scoped_lock lock(speaking_);
  clearBar();
}

Control Terminal::control() {
  return {interrupts_.token(), nullptr, [this](const Progress& step) { progress(step); }};
}

void Terminal::say(const std::string& line) {
  if (json_) return;
  const std::scoped_lock lock(speaking_);
  clearBar();
  std::fputs((harmless(line) + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void Terminal::remark(const std::string& line) {
  const std::scoped_lock lock(speaking_);
  clearBar();
  std::fputs((harmless(line) + "\n").c_str(), stderr);
}

void Terminal::result(const nlohmann::ordered_json& object) {
  if (!json_) return;
  const std::scoped_lock lock(speaking_);
  clearBar();
  std::fputs((object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n").c_str(), stdout);
}

void Terminal::progress(const Progress& progress) {
  const std::scoped_lock lock(speaking_);
  const int percent = static_cast<int>(std::clamp(progress.fraction, 0.0, 1.0) * 100);
  std::string tail = std::to_string(percent) + " %";
  if (progress.itemsPerSecond > 0) tail += "  " + groupedText(std::llround(progress.itemsPerSecond)) + "/s";
  if (progress.secondsLeft >= 0 && percent < 100) tail += "  " + durationText(progress.secondsLeft) + " left";
  if (bar_) {
    line(progress, tail);
  } else if (const double now = monotonicSeconds(); now - lastLine_ >= kSecondsBetweenLines) {
    lastLine_ = now;
    std::fputs((harmless(progress.stage) + "  " + tail + "\n").c_str(), stderr);
  }
}

void Terminal::line(const Progress& progress, const std::string& tail) {
  constexpr int kCells = 20;
  const auto columns = static_cast<std::size_t>(std::max(terminalColumns(STDERR_FILENO) - 1, 1));
  const auto filled = std::lround(std::clamp(progress.fraction, 0.0, 1.0) * kCells);
  std::string cells;
  for (int i = 0; i < kCells; ++i) cells += i < filled ? "█" : "░";
  const std::string stage = harmless(progress.stage);
  std::string text = stage + "  " + cells + "  " + tail;
  if (columnsOf(text) > columns) text = stage + "  " + tail;
  std::fputs(("\r\033[K" + cutTo(text, columns)).c_str(), stderr);
  barShown_ = true;
}

void Terminal::clearBar() {
  if (barShown_) std::fputs("\r\033[K", stderr);
  barShown_ = false;
}

void sayImagesLeftOut(const nlohmann::ordered_json& holder, const std::string& split, Terminal& terminal) {
  if (!holder.contains("left_out")) return;
  terminal.say("");
  terminal.say("Left out of " + split + ": " +
               countedText(holder.at("left_out").at("images").get<std::int64_t>(), "image", "images") +
               " that cannot be read (named in report.json)");
}

std::string tableText(std::vector<std::vector<std::string>> rows) {
  constexpr std::size_t kWidest = 60;  // of a name without end the start
  for (auto& row : rows) {
    for (auto& cell : row) {
      if (columnsOf(cell) > kWidest) cell = cutTo(cell, kWidest - 1) + "…";
    }
  }
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
