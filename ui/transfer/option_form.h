// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <memory>
#include <span>

#include "options/option_table.h"

namespace gf {

/// What a form has rows for.
struct FormTable {
  std::span<const OptionRecord> records = transferOptionTable();
  TransferOptions defaults{};
  bool searched = true;  ///< Whether tips say what the method's authors searched.
};

/// The transfer options (or those of another table) as a form, built from the option table: a row for each record,
/// basic ones first, advanced ones by group behind a fold with a search field. Only rows that have an effect show:
/// those of the chosen method, and those on several teachers when there are several. Tooltips give meaning, unit,
/// range, default, symbol and what the method's authors searched. A value that breaks its rule is marked and told below
/// its field.
class OptionForm final : public QWidget {
  Q_OBJECT
 public:
  explicit OptionForm(QWidget* parent = nullptr);
  explicit OptionForm(const FormTable& table, QWidget* parent = nullptr);
  ~OptionForm() override;

  /// The last valid value of every option.
  const TransferOptions& options() const;
  void setOptions(const TransferOptions& options);
  /// How many teachers there are: rows on several of them show from two on.
  void setTeacherCount(std::size_t count);
  /// Empty when every field is valid; else the first broken rule as one sentence.
  QString problem() const;
  /// Puts the cursor into the search field and unfolds the advanced rows.
  void focusSearch();
  /// The field of an option, for keyboard focus and tests; null for an unknown id.
  QWidget* field(const QString& id) const;
  /// Pixels of the column of labels, for rows of another form above.
  int labelWidth() const;

 signals:
  void changed();

 private:
  struct Private;
  void build();
  void buildFold();
  void setTabOrders();
  void addRow(const OptionRecord& record);
  bool applies(const OptionRecord& record) const;
  void showTips();
  void edited(const QString& id, const QString& text);
  void showRows();
  std::unique_ptr<Private> private_;
};

/// Whether the option changes anything with these options and so many teachers.
bool hasEffect(const OptionRecord& record, const TransferOptions& options, std::size_t teachers);
/// Meaning, unit, range, default and symbol of an option, as its tooltip says them, and the values that the authors
/// searched for `method`.
QString optionTip(const OptionRecord& record, Method method);
/// The label of an option, translated, with its symbol and unit: "Temperature T", "Evaluate every (epochs)".
QString optionLabel(const OptionRecord& record);
/// The value an option has, as people say it: "KL+DP", "Yes", "Automatic".
QString optionValueText(const OptionRecord& record, const TransferOptions& options);

}  // namespace gf
