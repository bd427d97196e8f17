// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/group_panel.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/compare/group_model.h"
#include "ui/compare/share_delegate.h"
#include "ui/style/theme.h"

namespace gf {

namespace {

constexpr int kUnfolded = 40;   // rows that are all in view at once need no unfolding
constexpr int kFollowed = 200;  // classes chosen elsewhere that are looked up one by one

/// Keeps right-aligned numbers clear of the text of the next column.
class NumberDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  /// As high as the rows of tables.
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return {QStyledItemDelegate::sizeHint(option, index).width(), option.fontMetrics.height() + space::kS};
  }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (option->displayAlignment & Qt::AlignRight) option->text += QChar(0x2002);  // an en space
  }
};

}  // namespace

GroupPanel::GroupPanel(QWidget* parent)
    : QWidget(parent),
      model_(new GroupModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      tree_(new QTreeView(this)) {
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(GroupModel::SortRole);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  buildTree();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(tree_);
  connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GroupPanel::rowsChosen);
}

void GroupPanel::buildTree() {
  tree_->setObjectName(QStringLiteral("groupTree"));
  tree_->setAccessibleName(tr("Groups of classes"));
  tree_->setModel(sorted_);
  tree_->setUniformRowHeights(true);
  tree_->setAlternatingRowColors(true);
  tree_->setSelectionBehavior(QAbstractItemView::SelectRows);
  tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  tree_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  tree_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setIndentation(space::kL);
  tree_->setAllColumnsShowFocus(true);
  tree_->setItemDelegate(new NumberDelegate(tree_));
  tree_->setItemDelegateForColumn(GroupModel::PositiveFlips, new ShareDelegate(GroupModel::BarRole, tree_));
  tree_->setSortingEnabled(true);
  tree_->sortByColumn(GroupModel::PositiveFlips, Qt::DescendingOrder);
  QHeaderView* header = tree_->header();
  header->setFont(Theme::instance().font(TextStyle::Small));
  header->setHighlightSections(false);
  header->setStretchLastSection(false);
  header->setSectionResizeMode(QHeaderView::Interactive);
  header->setSectionResizeMode(GroupModel::Name, QHeaderView::Stretch);
  header->setMinimumSectionSize(48);
}

void GroupPanel::fitColumns() {
  const QFontMetrics small(tree_->header()->font());
  for (int column = GroupModel::Images; column < GroupModel::ColumnCount; ++column) {
    int width = small.horizontalAdvance(QStringLiteral("100,000"));
    for (const QString& line : model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().split('\n'))
      width = std::max(width, small.horizontalAdvance(line));
    if (column == GroupModel::PositiveFlips) width += 64;  // the bar, and the arrow of what is sorted
    tree_->setColumnWidth(column, width + space::kL);
  }
}

void GroupPanel::show(std::shared_ptr<const Comparison> comparison, std::shared_ptr<const ClassGroups> groups) {
  silent_ = true;
  model_->show(std::move(comparison), std::move(groups));
  silent_ = false;
  fitColumns();
  if (model_->nodes() <= kUnfolded) tree_->expandAll();
  setChosen(chosen_);
}

std::set<int> GroupPanel::classesOfRows() const {
  std::set<int> classes;
  for (const QModelIndex& row : tree_->selectionModel()->selectedRows())
    classes.merge(model_->classes(sorted_->mapToSource(row)));
  return classes;
}

void GroupPanel::setChosen(const std::set<int>& classes) {
  chosen_ = classes;
  model_->setChosen(classes);
  if (model_->nodes() == 0 || classesOfRows() == classes) return;
  QItemSelection rows;
  const auto add = [&](const QModelIndex& source) {
    const QModelIndex row = sorted_->mapFromSource(source);
    if (row.isValid()) rows.select(row, row.siblingAtColumn(GroupModel::ColumnCount - 1));
    return row;
  };
  QModelIndex seen;
  if (const QModelIndex group = model_->indexOfGroup(classes); classes.size() > 1 && group.isValid()) {
    seen = add(group);
  } else if (classes.size() <= kFollowed) {
    for (const int k : classes) seen = add(model_->indexOfClass(k));
  }
  silent_ = true;
  tree_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
  // One class that was chosen elsewhere is unfolded; many would tear the tree open.
  if (rows.size() == 1 && seen.isValid()) tree_->scrollTo(seen);
  silent_ = false;
}

void GroupPanel::rowsChosen() {
  if (silent_) return;
  const std::set<int> classes = classesOfRows();
  if (classes == chosen_) return;
  chosen_ = classes;
  model_->setChosen(classes);
  emit chosenChanged(classes);
}

}  // namespace gf
