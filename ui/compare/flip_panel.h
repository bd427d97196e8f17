// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "jobs/compare_job.h"
#include "knowledge/confusion.h"

class QLabel;
class QPushButton;
class QRadioButton;
class QSortFilterProxyModel;
class QTableView;

namespace gf {

class FlipTableModel;

/// The confusion of the flips: what the student said where only the teacher was right, or the other way round. A row
/// leads to exactly its images.
class FlipPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit FlipPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison);

 signals:
  void imagesRequested(gf::FlipKind kind, const gf::FlipPair& pair);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildTable();
  void refresh();
  void fitColumns();
  void rowChosen();
  void requestImages();

  std::shared_ptr<const Comparison> comparison_;
  FlipTableModel* model_;
  QSortFilterProxyModel* sorted_;
  QRadioButton *positive_, *negative_;
  QLabel* sentence_;
  QTableView* table_;
  QPushButton* images_;
};

}  // namespace gf
