// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_list.h"

#include <QApplication>
#include <QLineEdit>
#include <QPainter>
#include <QShortcut>
#include <QTreeView>
#include <QVBoxLayout>

#include "ui/figures/figure_library.h"
#include "ui/style/theme.h"

namespace gf {

// --- one row ---------------------------------------------------------------------------------------------------------

void FigureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem row = option;
  initStyleOption(&row, index);
  row.text.clear();
  const QStyle* style = row.widget ? row.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
  const bool source = index.data(FigureLibrary::SourceRole).toBool();
  const bool muted = index.data(FigureLibrary::NoteRole).toBool();
  const bool selected = option.state & QStyle::State_Selected;
  const auto group = option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
  const auto colour = [&](QPalette::ColorRole role) {
    return option.palette.color(group, selected ? QPalette::HighlightedText : role);
  };
  QRect area = option.rect.adjusted(space::kXs, 0, -space::kS, 0);
  const QString right = index.data(FigureLibrary::PaperRole).toString();
  painter->save();
  if (!right.isEmpty()) {
    painter->setFont(Theme::instance().font(TextStyle::Small));
    painter->setPen(colour(QPalette::PlaceholderText));
    painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, right);
    area.setRight(area.right() - painter->fontMetrics().horizontalAdvance(right) - space::kS);
  }
  QFont font = option.font;
  if (source) font.setWeight(QFont::DemiBold);
  painter->setFont(font);
  painter->setPen(colour(muted ? QPalette::PlaceholderText : QPalette::Text));
  const QString title = index.data(Qt::DisplayRole).toString();
  painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                    painter->fontMetrics().elidedText(title, Qt::ElideRight, area.width()));
  painter->restore();
}

QSize FigureDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {0, option.fontMetrics.height() + space::kM};
}

// --- the filter ------------------------------------------------------------------------------------------------------

void FigureFilter::setWords(const QString& words) {
  words_ = words.trimmed();
  invalidateFilter();
}

bool FigureFilter::filterAcceptsRow(int row, const QModelIndex& above) const {
  const auto fits = [this](const QModelIndex& index) {
    return index.data(FigureLibrary::SearchRole).toString().contains(words_, Qt::CaseInsensitive);
  };
  const QModelIndex index = sourceModel()->index(row, 0, above);
  if (words_.isEmpty() || fits(index)) return true;
  if (above.isValid()) return fits(above);
  for (int below = 0; below < sourceModel()->rowCount(index); ++below)
    if (fits(sourceModel()->index(below, 0, index))) return true;
  return false;
}

// --- the list --------------------------------------------------------------------------------------------------------

FigureList::FigureList(FigureLibrary& library, QWidget* parent)
    : QWidget(parent),
      library_(library),
      filter_(new QLineEdit(this)),
      tree_(new QTreeView(this)),
      sorted_(new FigureFilter(this)) {
  // Heard of before the view moves on because what is chosen goes: what the user chose is remembered.
  connect(&library_, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { quiet_ = true; });
  build();
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    quiet_ = true;
    sorted_->setWords(text);
    if (!text.isEmpty()) tree_->expandAll();
    quiet_ = false;
    choose(wantedKey_, wantedFigure_);
  });
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, &FigureList::currentChanged);
  connect(tree_, &QTreeView::expanded, this,
          [this](const QModelIndex& row) { library_.want(sorted_->mapToSource(row)); });
  connect(&library_, &FigureLibrary::sourceRead, this, &FigureList::sourceRead);
  connect(sorted_, &QAbstractItemModel::rowsInserted, this, &FigureList::sourcesInserted);
  connect(&library_, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex& above) {
    quiet_ = false;
    if (!above.isValid()) emit chosenChanged();
  });
  auto* remove = new QShortcut(QKeySequence::Delete, tree_, this, &FigureList::removeRequested);
  remove->setContext(Qt::WidgetShortcut);
  for (int row = 0; row < library_.rowCount(); ++row) {
    const QModelIndex source = library_.index(row, 0);
    if (library_.sourceOf(source)->kind != FigureSource::Kind::Run) tree_->expand(sorted_->mapFromSource(source));
  }
}

void FigureList::build() {
  filter_->setObjectName(QStringLiteral("figureFilter"));
  filter_->setPlaceholderText(tr("Filter figures"));
  filter_->setAccessibleName(tr("Filter figures"));
  filter_->setToolTip(tr("Shows the figures whose titles or numbers contain this (Ctrl+F)"));
  filter_->setClearButtonEnabled(true);
  sorted_->setSourceModel(&library_);
  tree_->setModel(sorted_);
  tree_->setItemDelegate(new FigureDelegate(tree_));
  tree_->setHeaderHidden(true);
  tree_->setUniformRowHeights(true);
  tree_->setRootIsDecorated(true);
  tree_->setIndentation(space::kL);
  tree_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setSelectionMode(QAbstractItemView::SingleSelection);
  tree_->setObjectName(QStringLiteral("figureList"));
  tree_->setAccessibleName(tr("Figures"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(filter_);
  layout->addWidget(tree_, 1);
}

QModelIndex FigureList::chosen() const {
  return sorted_->mapToSource(tree_->currentIndex());
}

void FigureList::focusFilter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
}

void FigureList::setCurrent(const QModelIndex& row) {
  tree_->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect);
  tree_->scrollTo(row);
}

void FigureList::choose(const QString& key, const QString& figureId) {
  wantedKey_ = key;
  wantedFigure_ = figureId;
  const QModelIndex row = sorted_->mapFromSource(library_.find(key, figureId));
  if (row.isValid() && row != tree_->currentIndex()) setCurrent(row);
}

void FigureList::chooseFirst(const QString& key) {
  const QModelIndex source = library_.find(key);
  if (!source.isValid()) return;
  if (!filter_->text().isEmpty()) filter_->clear();  // it may hide what is asked for
  firstOf_ = key;
  tree_->expand(sorted_->mapFromSource(source));
  if (library_.sourceOf(source)->state == FigureSource::State::Read) sourceRead(key);
}

void FigureList::currentChanged(const QModelIndex& current) {
  if (quiet_) return;
  const QModelIndex row = sorted_->mapToSource(current);
  if (const FigureSource* source = library_.sourceOf(row)) {
    const Figure* figure = library_.figureOf(row);
    wantedKey_ = source->key;
    wantedFigure_ = figure ? QString::fromStdString(figure->id) : QString();
    library_.want(row);
  }
  emit chosenChanged();
}

void FigureList::sourceRead(const QString& key) {
  const QModelIndex source = library_.find(key);
  const bool first = firstOf_ == key;
  if (first) firstOf_.clear();
  // The very first figures there are, what was asked for, or what was chosen and is here again.
  const bool nothing = wantedKey_.isEmpty() && !tree_->currentIndex().isValid();
  if ((first || nothing) && library_.figureOf(library_.index(0, 0, source))) {
    tree_->expand(sorted_->mapFromSource(source));
    setCurrent(sorted_->mapFromSource(library_.index(0, 0, source)));
  } else if (wantedKey_ == key) {
    choose(wantedKey_, wantedFigure_);
    // That figure is not there any more.
    const FigureSource* now = library_.sourceOf(chosen());
    const bool any = library_.figureOf(library_.index(0, 0, source)) != nullptr;
    if (any && !wantedFigure_.isEmpty() && (!now || now->key != key || !library_.figureOf(chosen()))) {
      const QString still = wantedFigure_;
      setCurrent(sorted_->mapFromSource(library_.index(0, 0, source)));
      wantedFigure_ = still;
    }
  }
  emit chosenChanged();
}

/// Few sources are open from the start; runs open when they are asked for.
void FigureList::sourcesInserted(const QModelIndex& parent, int first, int last) {
  for (int row = first; row <= last && !parent.isValid(); ++row) {
    const QModelIndex source = sorted_->index(row, 0);
    const FigureSource* which = library_.sourceOf(sorted_->mapToSource(source));
    if (which && which->kind != FigureSource::Kind::Run) tree_->expand(source);
  }
}

}  // namespace gf
