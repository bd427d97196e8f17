// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "jobs/compare_job.h"
#include "ui/compare/sample_text.h"
#include "ui/workspace/workspace.h"

namespace gf {

struct SampleScores;

/// What the images are sorted by.
enum class SampleOrder { Data, TeacherConfidence, StudentConfidence, Gap };

/// The images of a comparison that a selection leaves, in the data's order or by how sure the models are. Holds indices
/// only: an image is decoded when a view shows it.
class SampleModel final : public QAbstractListModel {
  Q_OBJECT
 public:
  enum Role { SampleRole = Qt::UserRole + 1 };  ///< Index into the evaluation set.

  using QAbstractListModel::QAbstractListModel;
  /// `said` leaves only images of which that model says that. Scores of another comparison are forgotten.
  void show(std::shared_ptr<const Comparison> comparison, const Selection& selection, std::optional<Said> said = {});
  /// Without scores the data's order holds, whatever was asked for.
  void setScores(std::shared_ptr<const SampleScores> scores);
  /// `reversed`: from the end of the data, or the lowest value first. Ties stay in the data's order.
  void setOrder(SampleOrder order, bool reversed);
  SampleOrder order() const { return order_; }
  bool reversed() const { return reversed_; }

  const std::shared_ptr<const Comparison>& comparison() const { return comparison_; }
  const std::shared_ptr<const SampleScores>& scores() const { return scores_; }
  std::span<const std::uint32_t> samples() const { return samples_; }  ///< In the order shown.
  std::size_t sample(int row) const { return samples_[static_cast<std::size_t>(row)]; }
  std::optional<int> rowOf(std::size_t sample) const;
  /// Images in all, whatever the selection.
  std::size_t total() const;
  /// A decoded image arrived: the views repaint its card.
  void imageChanged(std::size_t sample);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  void sort();

  std::shared_ptr<const Comparison> comparison_;
  std::shared_ptr<const SampleScores> scores_;
  SampleOrder order_ = SampleOrder::Data;
  bool reversed_ = false;
  std::vector<std::uint32_t> samples_;  ///< By row.
  std::vector<std::int32_t> rows_;      ///< By sample; −1 where it is not shown.
};

}  // namespace gf
