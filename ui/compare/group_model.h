// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <set>
#include <vector>

#include "jobs/compare_job.h"
#include "semantics/class_tree.h"

namespace gf {

/// Groups, their parts and at the ends the classes, with what the teacher knows of each. Groups need not have parts; a
/// class that no part holds hangs under the group itself.
class GroupModel final : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, Images, PositiveFlips, NegativeFlips, Difference, ColumnCount };
  enum Role {
    SortRole = Qt::UserRole,  ///< The number (or text) that a column sorts by.
    BarRole                   ///< Of PositiveFlips: length of the bar, 0–1 of the largest share of all rows.
  };

  using QAbstractItemModel::QAbstractItemModel;
  /// `groups` may be null: then there are no rows.
  void show(std::shared_ptr<const Comparison> comparison, std::shared_ptr<const ClassGroups> groups);

  /// Groups that hold one of these classes stand out.
  void setChosen(const std::set<int>& classes);

  /// The classes of a row, ascending.
  std::set<int> classes(const QModelIndex& index) const;
  bool isClass(const QModelIndex& index) const;
  /// The row of a class; invalid for one that is not there.
  QModelIndex indexOfClass(int index) const;
  /// The row of the highest group with exactly these classes; invalid where there is none.
  QModelIndex indexOfGroup(const std::set<int>& classes) const;
  int nodes() const { return static_cast<int>(nodes_.size()); }

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Node {
    int parent = -1, row = 0;
    int group = -1, klass = -1;  ///< One of them is set.
    int chosen = 0;              ///< Classes of a group that are chosen.
    OutcomeCounts counts;
    std::vector<int> children;
  };
  int add(int parent, int group, int klass);
  void countAll();
  const Node& node(const QModelIndex& index) const { return nodes_[static_cast<std::size_t>(index.internalId())]; }
  QModelIndex indexOf(int node) const;
  QString name(const Node& node) const;
  QString text(const Node& node, int column) const;
  QString tip(const Node& node) const;
  QVariant sortValue(const Node& node, int column) const;

  std::shared_ptr<const Comparison> comparison_;
  std::shared_ptr<const ClassGroups> groups_;
  std::vector<Node> nodes_;
  std::vector<int> top_;
  std::vector<int> nodeOfClass_;
  double largest_ = 0;  ///< Share of positive flips.
};

}  // namespace gf
