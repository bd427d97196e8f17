// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/control.h"
#include "base/log.h"

namespace gf {

/// Blocks Ctrl-C for every thread begun later, so that an Interrupts object can wait for it. Call first in main().
void blockInterrupts();

/// Turns the first Ctrl-C (or SIGTERM) into a stop at the next step; a second one ends the program at once with 130.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait();

  std::stop_source stop_;
  int signals_ = -1, over_ = -1;  ///< Descriptors: what interrupts, and what ends the waiting.
  std::thread waiter_;
};

/// What a command says: results on stdout, progress on stderr (a bar on a terminal, plain lines elsewhere), and there
/// too what the log warns of while it works.
class Terminal {
 public:
  /// With `json`, stdout carries one JSON object and nothing else.
  explicit Terminal(bool json);
  ~Terminal();

  bool json() const { return json_; }
  Control control();
  /// A line of the result for people; nothing with `json`.
  void say(const std::string& line);
  /// A remark that is not part of the result (stderr).
  void remark(const std::string& line);
  /// The result for programs; nothing without `json`.
  void result(const nlohmann::ordered_json& object);

 private:
  void progress(const Progress& progress);
  void clearBar();

  void line(const Progress& progress, const std::string& tail);

  bool json_, bar_;
  bool barShown_ = false;
  double lastLine_;      ///< When the last plain line was said, or the work began (monotonic seconds).
  std::mutex speaking_;  ///< Warnings may come from any thread.
  Interrupts interrupts_;
  LogSubscription warnings_;
};

/// Text of others (paths, names, libraries' messages) with control characters replaced, so that it cannot steer a
/// terminal; line ends and tabs stay.
std::string harmless(std::string text);
/// The same without line ends and tabs: a file's name may hold them.
std::string onOneLine(std::string text);

/// Terminal columns of UTF-8 text whose characters are all one column wide.
std::size_t columnsOf(const std::string& text);
/// Of the terminal behind `descriptor`; 80 when there is none.
int terminalColumns(int descriptor);

/// Says how many images of `split` were left out, where `holder` (a part of a report) has the key `left_out`.
void sayImagesLeftOut(const nlohmann::ordered_json& holder, const std::string& split, Terminal& terminal);

/// Columns aligned by their widest cell; the first to the left, the others to the right.
std::string tableText(std::vector<std::vector<std::string>> rows);

}  // namespace gf
