// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "semantics/word_senses.h"

namespace gf {

/// A row per class: which of its name's senses counts, and why. Senses by hand are edited here.
class SenseModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { ClassName, Sense, Why, ColumnCount };
  enum Role { UncertainRole = Qt::UserRole + 1 };  ///< Several senses, known by its ending only, or not known at all.

  /// A sense that can be chosen.
  struct Option {
    QString id;    ///< "crane.n.04"; empty: as the name is found.
    QString text;  ///< "crane.n.04 – lifts and moves heavy objects".
  };

  using QAbstractTableModel::QAbstractTableModel;
  /// `wnids`: empty or one for each class. `hand`: class name → sense, others than these classes included.
  void show(std::vector<std::string> names, std::vector<std::string> wnids, std::map<std::string, std::string> hand);
  /// Rows have senses once the dictionary is here.
  void setWordNet(std::shared_ptr<const WordNet> net);

  /// Senses by hand, those of other data included.
  const std::map<std::string, std::string>& hand() const { return hand_; }
  /// How many of the shown classes have one.
  int handCount() const;
  /// Takes every shown class back to what its name says.
  void reset();
  /// Every sense that the class may have, the first one being "as found".
  std::vector<Option> options(int row) const;
  /// The sense that a text stands for: an option's text, a synset's name, or a word's first sense; nothing when none.
  std::optional<QString> senseFor(int row, const QString& text) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 signals:
  void handChanged();
  void refused(const QString& text);  ///< What was typed is no sense.

 private:
  struct Row {
    std::string name, wnid;
    ClassSense sense;
  };
  void look(Row& row) const;
  QString handOf(const Row& row) const;
  QString senseText(WordNet::Synset synset) const;

  std::shared_ptr<const WordNet> net_;
  std::vector<Row> rows_;
  std::map<std::string, std::string> hand_;
};

/// The rows whose class or sense contains a text, or only those one cannot be sure of.
class SenseFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setText(const QString& text);
  void setUncertainOnly(bool only);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QString text_;
  bool uncertainOnly_ = false;
};

/// Edits a sense with a list of the name's senses; another synset or word can be typed.
class SenseDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void setEditorData(QWidget* editor, const QModelIndex& index) const override;
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
  void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const override;
};

}  // namespace gf
