// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/widgets.h"

#include <QAbstractButton>
#include <QFontMetrics>
#include <QHeaderView>
#include <QLabel>
#include <QStyledItemDelegate>
#include <QTableView>

#include "ui/style/colours.h"
#include "ui/style/theme.h"

namespace gf {

namespace {

/// Keeps right-aligned numbers clear of the text of the next column.
class CellDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (option->displayAlignment & Qt::AlignRight) option->text += QChar(0x2002);  // an en space
  }
};

}  // namespace

QLabel* titleLabel(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setFont(Theme::instance().font(TextStyle::PageTitle));
  return label;
}

QLabel* sentenceLabel(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  return label;
}

QLabel* mutedLabel(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setForegroundRole(QPalette::PlaceholderText);
  return label;
}

void makePrimary(QAbstractButton* button) {
  const auto paint = [button] {
    const Colours& colours = Theme::instance().colours();
    QPalette palette = paletteOf(colours);
    for (const auto group : {QPalette::Active, QPalette::Inactive}) {
      // Fusion paints buttons paler than their colour; white words need the darker one.
      palette.setColor(group, QPalette::Button, colours.dark ? colours.accent : colours.accent.darker(135));
      palette.setColor(group, QPalette::ButtonText, readableOn(colours.accent));
    }
    button->setPalette(palette);
  };
  paint();
  QObject::connect(&Theme::instance(), &Theme::changed, button, paint);
}

void setBlocked(QAbstractButton* button, const QString& reason, const QString& tip) {
  button->setEnabled(reason.isEmpty());
  button->setToolTip(reason.isEmpty() ? tip : reason);
  button->setAccessibleDescription(button->toolTip());
}

void setUpTable(QTableView* table) {
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setShowGrid(false);
  table->setAlternatingRowColors(true);
  table->setSortingEnabled(true);
  table->setWordWrap(false);
  table->setItemDelegate(new CellDelegate(table));
  table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table->verticalHeader()->hide();
  // One height for all rows: a view that measures each would take seconds on thousands.
  table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table->verticalHeader()->setDefaultSectionSize(QFontMetrics(table->font()).height() + space::kS);
  // Asked for by name: a platform's own font for headers may come back after the application's was set.
  table->horizontalHeader()->setFont(Theme::instance().font(TextStyle::Body));
  table->horizontalHeader()->setHighlightSections(false);
  table->horizontalHeader()->setStretchLastSection(false);
  table->setTabKeyNavigation(false);
}

}  // namespace gf
