// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/control.h"

namespace gf {

/// Blocks Ctrl-C for every thread begun later, so that an Interrupts object can wait for it. Call first in main().
void blockInterrupts();

/// Turns the first Ctrl-C (or SIGTERM) into a stop at the next step; a second one ends the program at once with 130.
class Interrupts {
 public:
  Interrupts();
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

/// What a command says: results on stdout, progress on stderr (a bar on a terminal, plain lines elsewhere).
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

  bool json_, bar_;
  bool barShown_ = false;
  std::string stage_;
  int lastTenth_ = -1;
  Interrupts interrupts_;
};

/// Columns aligned by their widest cell; the first to the left, the others to the right.
std::string tableText(const std::vector<std::vector<std::string>>& rows);

}  // namespace gf
