// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <set>

#include "jobs/compare_job.h"
#include "semantics/class_tree.h"

class QSortFilterProxyModel;
class QTreeView;

namespace gf {

class GroupModel;

/// The tree of groups → parts → classes. Choosing rows chooses their classes.
class GroupPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit GroupPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison, std::shared_ptr<const ClassGroups> groups);
  /// Marks these classes as chosen without a signal.
  void setChosen(const std::set<int>& classes);
  QTreeView& tree() { return *tree_; }

 signals:
  void chosenChanged(const std::set<int>& classes);

 private:
  void buildTree();
  void fitColumns();
  void rowsChosen();
  std::set<int> classesOfRows() const;

  GroupModel* model_;
  QSortFilterProxyModel* sorted_;
  QTreeView* tree_;
  std::set<int> chosen_;
  bool silent_ = false;  ///< The tree is being changed by us, not by the user.
};

}  // namespace gf
