// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/group_model.h"

#include <algorithm>
#include <utility>

#include "ui/compare/sample_text.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"

namespace gf {

namespace {

QFont boldFont() {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(QFont::DemiBold);
  return font;
}

}  // namespace

int GroupModel::add(int parent, int group, int klass) {
  std::vector<int>& siblings = parent < 0 ? top_ : nodes_[static_cast<std::size_t>(parent)].children;
  const int id = static_cast<int>(nodes_.size());
  const int row = static_cast<int>(siblings.size());
  siblings.push_back(id);
  Node node;
  node.parent = parent;
  node.row = row;
  node.group = group;
  node.klass = klass;
  nodes_.push_back(std::move(node));
  if (klass >= 0) nodeOfClass_[static_cast<std::size_t>(klass)] = id;
  return id;
}

void GroupModel::show(std::shared_ptr<const Comparison> comparison, std::shared_ptr<const ClassGroups> groups) {
  beginResetModel();
  comparison_ = std::move(comparison);
  groups_ = comparison_ ? std::move(groups) : nullptr;
  nodes_.clear();
  top_.clear();
  nodeOfClass_.clear();
  if (groups_) {
    nodeOfClass_.assign(comparison_->knowledge[kTeacher].classes.size(), -1);
    // Parents come before their parts.
    std::vector<int> nodeOfGroup;
    for (std::size_t g = 0; g < groups_->groups.size(); ++g) {
      const int above = groups_->groups[g].parent;
      const int parent = above == ClassGroup::kTop ? -1 : nodeOfGroup[static_cast<std::size_t>(above)];
      nodeOfGroup.push_back(add(parent, static_cast<int>(g), -1));
    }
    // A class hangs under the smallest group that holds it: from the last parts upwards.
    for (std::size_t g = groups_->groups.size(); g-- > 0;) {
      for (const std::size_t k : groups_->groups[g].classes) {
        if (k < nodeOfClass_.size() && nodeOfClass_[k] < 0) add(nodeOfGroup[g], -1, static_cast<int>(k));
      }
    }
    countAll();
  }
  endResetModel();
}

void GroupModel::countAll() {
  const PairKnowledge& knowledge = comparison_->knowledge[kTeacher];
  largest_ = 0;
  for (Node& each : nodes_) {
    if (each.klass >= 0) {
      each.counts = knowledge.classes[static_cast<std::size_t>(each.klass)];
    } else {
      for (const std::size_t k : groups_->groups[static_cast<std::size_t>(each.group)].classes)
        if (k < knowledge.classes.size()) each.counts += knowledge.classes[k];
    }
    largest_ = std::max(largest_, each.counts.positiveFlips());
  }
}

void GroupModel::setChosen(const std::set<int>& classes) {
  std::vector<int> before(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) before[i] = std::exchange(nodes_[i].chosen, 0);
  for (const int k : classes) {
    const QModelIndex row = indexOfClass(k);
    for (int at = row.isValid() ? node(row).parent : -1; at >= 0; at = nodes_[static_cast<std::size_t>(at)].parent)
      ++nodes_[static_cast<std::size_t>(at)].chosen;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].chosen == before[i]) continue;
    const QModelIndex changed = indexOf(static_cast<int>(i));
    emit dataChanged(changed, changed, {Qt::FontRole, Qt::ToolTipRole});
  }
}

std::set<int> GroupModel::classes(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const Node& at = node(index);
  if (at.klass >= 0) return {at.klass};
  std::set<int> classes;
  for (const std::size_t k : groups_->groups[static_cast<std::size_t>(at.group)].classes)
    classes.insert(static_cast<int>(k));
  return classes;
}

bool GroupModel::isClass(const QModelIndex& index) const {
  return index.isValid() && node(index).klass >= 0;
}

QModelIndex GroupModel::indexOf(int node) const {
  return createIndex(nodes_[static_cast<std::size_t>(node)].row, 0, static_cast<quintptr>(node));
}

QModelIndex GroupModel::indexOfClass(int index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= nodeOfClass_.size()) return {};
  const int at = nodeOfClass_[static_cast<std::size_t>(index)];
  return at < 0 ? QModelIndex() : indexOf(at);
}

QModelIndex GroupModel::indexOfGroup(const std::set<int>& classes) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].group < 0) continue;
    const auto& members = groups_->groups[static_cast<std::size_t>(nodes_[i].group)].classes;
    // Both are ascending.
    if (members.size() == classes.size() && std::equal(members.begin(), members.end(), classes.begin(),
                                                       [](std::size_t a, int b) { return static_cast<int>(a) == b; })) {
      return indexOf(static_cast<int>(i));
    }
  }
  return {};
}

QModelIndex GroupModel::index(int row, int column, const QModelIndex& parent) const {
  const std::vector<int>& siblings = parent.isValid() ? node(parent).children : top_;
  if (row < 0 || row >= static_cast<int>(siblings.size()) || column < 0 || column >= ColumnCount) return {};
  return createIndex(row, column, static_cast<quintptr>(siblings[static_cast<std::size_t>(row)]));
}

QModelIndex GroupModel::parent(const QModelIndex& index) const {
  if (!index.isValid() || node(index).parent < 0) return {};
  return indexOf(node(index).parent);
}

int GroupModel::rowCount(const QModelIndex& parent) const {
  if (parent.column() > 0) return 0;
  return static_cast<int>(parent.isValid() ? node(parent).children.size() : top_.size());
}

int GroupModel::columnCount(const QModelIndex&) const {
  return ColumnCount;
}

QString GroupModel::name(const Node& node) const {
  return node.klass >= 0 ? className(*comparison_, node.klass)
                         : QString::fromStdString(groups_->groups[static_cast<std::size_t>(node.group)].name);
}

QVariant GroupModel::sortValue(const Node& node, int column) const {
  switch (column) {
    case Name:
      return name(node);
    case Images:
      return static_cast<qlonglong>(node.counts.samples);
    case PositiveFlips:
      return node.counts.positiveFlips();
    case NegativeFlips:
      return node.counts.negativeFlips();
    default:
      return node.counts.deltaAccuracy();
  }
}

QString GroupModel::text(const Node& node, int column) const {
  if (column == Name) {
    if (node.klass >= 0) return name(node);
    const auto count = groups_->groups[static_cast<std::size_t>(node.group)].classes.size();
    return tr("%1 (%2)", "a group and how many classes it has").arg(name(node), countText(static_cast<qint64>(count)));
  }
  if (column == Images) return countText(node.counts.samples);
  // What the evaluation set does not hold has no shares.
  if (node.counts.samples == 0) return QStringLiteral("–");
  const double percent = 100 * sortValue(node, column).toDouble();
  return column == Difference ? signedText(percent, 1) : numberText(percent, 1);
}

QString GroupModel::tip(const Node& node) const {
  if (node.klass >= 0) return tr("%1, class %2").arg(name(node)).arg(node.klass);
  const auto count = groups_->groups[static_cast<std::size_t>(node.group)].classes.size();
  const QString what = tr("%1: %2 classes; choosing it shows their images").arg(name(node)).arg(count);
  return node.chosen > 0 ? tr("%1; %2 of them are chosen").arg(what).arg(node.chosen) : what;
}

QVariant GroupModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Node& at = node(index);
  switch (role) {
    case Qt::DisplayRole:
      return text(at, index.column());
    case SortRole:
      return sortValue(at, index.column());
    case BarRole:
      return largest_ > 0 ? at.counts.positiveFlips() / largest_ : 0.0;
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) |
                                 Qt::AlignVCenter);
    case Qt::ToolTipRole:
      return tip(at);
    case Qt::FontRole:
      if (at.chosen == 0 || index.column() != Name) return {};
      return boldFont();
    case Qt::AccessibleTextRole: {
      const QString header = headerData(index.column(), Qt::Horizontal, Qt::AccessibleTextRole).toString();
      return tr("%1: %2").arg(header, text(at, index.column()));
    }
    default:
      return {};
  }
}

QVariant GroupModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  static const char* const kHeaders[] = {
      QT_TR_NOOP("Group (classes)"),      QT_TR_NOOP("Images"),
      QT_TR_NOOP("Positive\nflips (%)"),  QT_TR_NOOP("Negative\nflips (%)"),
      QT_TR_NOOP("Difference\n(points)"),
  };
  static const char* const kTips[] = {
      QT_TR_NOOP("Classes that belong together by their meaning, and how many they are"),
      QT_TR_NOOP("Images of these classes in the evaluation set"),
      QT_TR_NOOP("Share of these images that only the teacher gets right"),
      QT_TR_NOOP("Share of these images that only the student gets right"),
      QT_TR_NOOP("Teacher's accuracy less the student's, in percentage points"),
  };
  switch (role) {
    case Qt::DisplayRole:
      return tr(kHeaders[section]);
    case Qt::AccessibleTextRole:
      return tr(kHeaders[section]).replace('\n', ' ');
    case Qt::ToolTipRole:
      return tr(kTips[section]);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
      return {};
  }
}

}  // namespace gf
