// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/studies/study_reading.h"

class QLabel;

namespace gf {

class ContentTableModel;

/// Which method does best over the pairs that all of them have, and the paired tests between each two.
class MethodRankingView final : public QWidget {
  Q_OBJECT
 public:
  explicit MethodRankingView(QWidget* parent = nullptr);
  void setResults(const std::shared_ptr<const StudyResults>& results);

 private:
  QLabel *words_, *placesNote_, *contestsTitle_, *contestsNote_;
  ContentTableModel *places_, *contests_;
  QWidget* tables_;
};

}  // namespace gf
