// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <memory>
#include <vector>

#include "jobs/compare_job.h"
#include "ui/workspace/workspace.h"

namespace gf {

/// The images of a comparison that a selection leaves, in the data's order. Holds indices only: an image is decoded
/// when a view shows it.
class SampleModel final : public QAbstractListModel {
  Q_OBJECT
 public:
  enum Role { SampleRole = Qt::UserRole + 1 };  ///< Index into the evaluation set.

  using QAbstractListModel::QAbstractListModel;
  void show(std::shared_ptr<const Comparison> comparison, const Selection& selection);
  const std::shared_ptr<const Comparison>& comparison() const { return comparison_; }
  std::size_t sample(int row) const { return samples_[static_cast<std::size_t>(row)]; }
  /// Images in all, whatever the selection.
  std::size_t total() const;
  /// A decoded image arrived: the views repaint its card.
  void imageChanged(std::size_t sample);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  std::shared_ptr<const Comparison> comparison_;
  std::vector<std::uint32_t> samples_;  ///< Ascending.
};

}  // namespace gf
