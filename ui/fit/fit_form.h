// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "options/fit_options.h"
#include "ui/fit/fit_setup.h"

class QComboBox;
class QLabel;

namespace gf {
class OptionForm;

/// The options of a fit: what for, what trains, what becomes of head and classes, and the table's rows below.
class FitForm final : public QWidget {
  Q_OBJECT
 public:
  explicit FitForm(QWidget* parent = nullptr);

  FitOptions options() const;
  FitRecipe recipe() const;
  /// Empty when every field is valid; else the first broken rule as one sentence.
  QString problem() const;

 signals:
  void changed();

 private:
  void takeRecipe();

  QComboBox* recipe_;
  QLabel* meaning_;
  std::vector<QComboBox*> choices_;  ///< In the order of fitChoices().
  OptionForm* form_;
};

}  // namespace gf
