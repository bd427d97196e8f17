// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QAbstractButton;
class QLabel;
class QTableView;
class QWidget;

namespace gf {

/// A page's heading.
QLabel* titleLabel(const QString& text, QWidget* parent = nullptr);
/// Running text that wraps and can be selected and copied.
QLabel* sentenceLabel(const QString& text = {}, QWidget* parent = nullptr);
/// Secondary text in the muted colour of the theme.
QLabel* mutedLabel(const QString& text = {}, QWidget* parent = nullptr);
/// The one main action of a page: filled with the accent colour, in every theme.
void makePrimary(QAbstractButton* button);
/// Disabled with the reason as tooltip and accessible description; an empty reason enables.
void setBlocked(QAbstractButton* button, const QString& reason, const QString& tip = {});
/// How tables look here: whole rows, no grid, sortable, dense, no row numbers.
void setUpTable(QTableView* table);

}  // namespace gf
