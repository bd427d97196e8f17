// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QModelIndex>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QWidget>

class QLineEdit;
class QTreeView;

namespace gf {

class FigureLibrary;

/// A row of the list: its title, and at the right the paper's number or what kind of source it is.
class FigureDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Lets through what contains the words, with everything below a source that does, and the sources of figures that do.
class FigureFilter final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setWords(const QString& words);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QString words_;
};

/// All figures at hand below what they come from, with a filter. What is chosen stays chosen when it is read again, and
/// is chosen again when it comes back.
class FigureList final : public QWidget {
  Q_OBJECT
 public:
  explicit FigureList(FigureLibrary& library, QWidget* parent = nullptr);
  /// Of the library; invalid while nothing is chosen.
  QModelIndex chosen() const;
  /// Chooses a figure, or a source when `figureId` is empty, now or as soon as it is there.
  void choose(const QString& key, const QString& figureId = {});
  /// Chooses the first figure of a source, now or as soon as it was read.
  void chooseFirst(const QString& key);
  void focusFilter();

 signals:
  void chosenChanged();
  void removeRequested();

 private:
  void build();
  void currentChanged(const QModelIndex& current);
  void sourceRead(const QString& key);
  void sourcesInserted(const QModelIndex& parent, int first, int last);
  void setCurrent(const QModelIndex& row);

  FigureLibrary& library_;
  QLineEdit* filter_;
  QTreeView* tree_;
  FigureFilter* sorted_;
  QString wantedKey_, wantedFigure_;  ///< What was chosen last, for when it comes back.
  QString firstOf_;                   ///< The source whose first figure is to be chosen once it is read.
  bool quiet_ = false;                ///< The list changes by itself, not by the user.
};

}  // namespace gf
