// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "report/result_folder.h"

namespace gf {

/// A result for people who have no Gainfinder: what was compared or transferred, the key result in words, tables of
/// numbers with the samples behind them, every figure with its sentence, and how it was made. Both are written
/// atomically and throw gf::Error; they need a QApplication on any platform.

/// One file without links to others: styles and figures (SVG) inside, no scripts, readable in light and dark,
/// printable.
void writeReportHtml(const Result& result, const QString& file);
/// A4 pages with vector figures.
void writeReportPdf(const Result& result, const QString& file);

}  // namespace gf
