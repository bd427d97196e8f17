// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>
#include <QTimer>

#include "ui/compare/sense_model.h"

namespace gf {

namespace {

/// The model below filters and sorting.
const SenseModel& modelOf(const QModelIndex& index, int& row) {
  const auto* proxy = qobject_cast<const QAbstractProxyModel*>(index.model());
  row = proxy ? proxy->mapToSource(index).row() : index.row();
  return *static_cast<const SenseModel*>(proxy ? proxy->sourceModel() : index.model());
}

/// Tells a choice from the open list, which is meant, from arrow keys in the closed one, which only look around.
class SenseCombo final : public QComboBox {
 public:
  using QComboBox::QComboBox;
  void hidePopup() override {
    fromList = true;
    QComboBox::hidePopup();
    QTimer::singleShot(0, this, [this] { fromList = false; });
  }
  bool fromList = false;
};

}  // namespace

QWidget* SenseDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const {
  int row = 0;
  const SenseModel& model = modelOf(index, row);
  auto* combo = new SenseCombo(parent);
  combo->setAccessibleName(tr("Sense"));
  combo->setEditable(true);
  combo->setInsertPolicy(QComboBox::NoInsert);
  combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  combo->lineEdit()->setPlaceholderText(tr("A word, or a sense such as crane.n.04"));
  for (const SenseModel::Option& option : model.options(row)) {
    combo->addItem(option.text, option.id);
    combo->setItemData(combo->count() - 1, option.text, Qt::ToolTipRole);
  }
  // Nobody should have to confirm a choice from the list by leaving the cell.
  connect(combo, &QComboBox::activated, combo, [this, combo] {
    if (!combo->fromList) return;
    auto* self = const_cast<SenseDelegate*>(this);
    emit self->commitData(combo);
    emit self->closeEditor(combo);
  });
  return combo;
}

void SenseDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
  auto* combo = static_cast<QComboBox*>(editor);
  const int at = combo->findData(index.data(Qt::EditRole));
  combo->setCurrentIndex(at < 0 ? 0 : at);
  combo->lineEdit()->selectAll();
}

void SenseDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
  auto* combo = static_cast<QComboBox*>(editor);
  const int at = combo->findText(combo->currentText(), Qt::MatchFixedString | Qt::MatchCaseSensitive);
  model->setData(index, at < 0 ? combo->currentText() : combo->itemData(at).toString(), Qt::EditRole);
}

void SenseDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                         const QModelIndex&) const {
  editor->setGeometry(option.rect);
}

}  // namespace gf
