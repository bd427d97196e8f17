// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/method_rows.h"

#include <QComboBox>
#include <QHeaderView>
#include <QStyledItemDelegate>
#include <QTableView>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr std::array<const char*, 3> kOptions{"lr", "lambda", "temperature"};

QString fromView(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

const OptionRecord& recordOf(int column) {
  return optionRecord(kOptions[static_cast<std::size_t>(column - MethodRows::LearningRate)]);
}

/// λ of KL-Dist is 1 always.
bool takes(Method method, int column) {
  return actsOn(recordOf(column), method);
}

class PresetDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
    auto* box = new QComboBox(parent);
    const auto* rows = static_cast<const MethodRows*>(index.model());
    for (const auto& [id, label] : rows->presetsOf(index.row())) box->addItem(label, id);
    QObject::connect(box, &QComboBox::activated, box, [this, box] {
      auto* self = const_cast<PresetDelegate*>(this);
      emit self->commitData(box);
      emit self->closeEditor(box);
    });
    return box;
  }
  void setEditorData(QWidget* editor, const QModelIndex& index) const override {
    auto* box = static_cast<QComboBox*>(editor);
    box->setCurrentIndex(std::max(0, box->findData(index.data(Qt::EditRole))));
    box->showPopup();
  }
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override {
    model->setData(index, static_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
  }
};

}  // namespace

MethodRows::MethodRows(QObject* parent) : QAbstractTableModel(parent) {
  for (const Method method : kAllMethods) {
    Row row;
    row.method = method;
    rows_.push_back(row);
    const auto presets = presetsOf(static_cast<int>(rows_.size()) - 1);
    if (presets.size() > 1) rows_.back().preset = presets[1].first;
  }
}

QList<QPair<QString, QString>> MethodRows::presetsOf(int row) const {
  QList<QPair<QString, QString>> presets{{QString(), tr("Defaults")}};
  for (const gf::Preset& preset : transferPresets())
    if (preset.options.method == rows_[static_cast<std::size_t>(row)].method)
      presets.append({fromView(preset.id), fromView(preset.label)});
  return presets;
}

TransferOptions MethodRows::optionsOf(const Row& row) const {
  TransferOptions options;
  options.method = row.method;
  for (const gf::Preset& preset : transferPresets())
    if (fromView(preset.id) == row.preset) options = preset.options;
  return options;
}

std::vector<DraftMethod> MethodRows::chosen() const {
  std::vector<DraftMethod> methods;
  for (const Row& row : rows_) {
    if (!row.on) continue;
    DraftMethod draft{row.method, row.preset.toStdString(), {}};
    for (std::size_t i = 0; i < kOptions.size(); ++i) {
      auto values = listed(row.values[i].toStdString());
      if (!values.empty()) draft.values.emplace_back(kOptions[i], std::move(values));
    }
    methods.push_back(std::move(draft));
  }
  return methods;
}

void MethodRows::check(Method method, bool on) {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].method == method)
      setData(index(static_cast<int>(i), Name), on ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
}

int MethodRows::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int MethodRows::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant MethodRows::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const int column = index.column();
  if (role == Qt::CheckStateRole) return column == Name ? QVariant(row.on ? Qt::Checked : Qt::Unchecked) : QVariant();
  if (column == Name)
    return role == Qt::DisplayRole || role == Qt::ToolTipRole ? fromView(displayName(row.method)) : QVariant();
  if (column == Preset) {
    if (role == Qt::EditRole) return row.preset;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    for (const auto& [id, label] : presetsOf(index.row()))
      if (id == row.preset) return label;
    return {};
  }
  if (!takes(row.method, column)) return role == Qt::DisplayRole ? QVariant(QStringLiteral("–")) : QVariant();
  const QString& typed = row.values[static_cast<std::size_t>(column - LearningRate)];
  switch (role) {
    case Qt::EditRole:
      return typed;
    case Qt::DisplayRole:
      return typed.isEmpty() ? QString::fromStdString(valueText(recordOf(column).get(optionsOf(row)))) : typed;
    case Qt::ForegroundRole:
      return typed.isEmpty() ? QVariant(Theme::instance().colours().mutedText) : QVariant();
    case Qt::ToolTipRole:
      return tr("One value, or several separated by commas: each is run. Empty: as the preset has it.");
    default:
      return {};
  }
}

bool MethodRows::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid()) return false;
  Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (role == Qt::CheckStateRole && index.column() == Name) {
    row.on = value.toInt() == Qt::Checked;
  } else if (role == Qt::EditRole && index.column() == Preset) {
    row.preset = value.toString();
  } else if (role == Qt::EditRole && index.column() >= LearningRate) {
    row.values[static_cast<std::size_t>(index.column() - LearningRate)] = value.toString().trimmed();
  } else {
    return false;
  }
  // What was typed for a method is meant to run.
  if (role == Qt::EditRole && index.column() >= LearningRate && !value.toString().trimmed().isEmpty()) row.on = true;
  emit dataChanged(this->index(index.row(), 0), this->index(index.row(), ColumnCount - 1));
  emit changed();
  return true;
}

Qt::ItemFlags MethodRows::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const Qt::ItemFlags usual = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (index.column() == Name) return usual | Qt::ItemIsUserCheckable;
  if (index.column() == Preset) return usual | Qt::ItemIsEditable;
  return takes(rows_[static_cast<std::size_t>(index.row())].method, index.column()) ? usual | Qt::ItemIsEditable
                                                                                    : usual;
}

QVariant MethodRows::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  static const QString names[] = {tr("Method"), tr("Preset"), tr("Learning rate"), tr("λ"), tr("T")};
  return section < ColumnCount ? names[section] : QVariant();
}

QTableView* makeMethodView(MethodRows* rows, QWidget* parent) {
  auto* view = new QTableView(parent);
  setUpTable(view);
  view->setSortingEnabled(false);
  view->setModel(rows);
  view->setSelectionBehavior(QAbstractItemView::SelectItems);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
  view->setItemDelegate(new QStyledItemDelegate(view));
  view->setItemDelegateForColumn(MethodRows::Preset, new PresetDelegate(view));
  view->setEditTriggers(QAbstractItemView::SelectedClicked | QAbstractItemView::DoubleClicked |
                        QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
  view->setAccessibleName(MethodRows::tr("Methods of the plan"));
  const int widths[MethodRows::ColumnCount] = {136, 120, 96, 52, 36};
  for (int column = 0; column < MethodRows::ColumnCount; ++column)
    view->horizontalHeader()->resizeSection(column, widths[column]);
  view->horizontalHeader()->setStretchLastSection(true);
  const int height = view->horizontalHeader()->sizeHint().height() +
                     rows->rowCount() * view->verticalHeader()->defaultSectionSize() + 2 * view->frameWidth();
  view->setFixedHeight(height);
  view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  return view;
}

}  // namespace gf
