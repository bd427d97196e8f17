// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "base/error.h"
#include "ui/workspace/progress_panel.h"

namespace gf {

/// What stands in the list's place while Python is asked for it, and when there is no Python that has the libraries.
class ImportNotice final : public ProgressPanel {
  Q_OBJECT
 public:
  explicit ImportNotice(QWidget* parent = nullptr);
  void showGoing(const JobStatus& status);
  /// Without an error: it was stopped.
  void showFailure(const std::optional<Error>& failure);

 signals:
  void pythonRequested();
  void againRequested();

 private:
  QPushButton *python_, *again_;
};

}  // namespace gf
