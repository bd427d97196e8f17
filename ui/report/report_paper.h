// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QPainter>
#include <QPdfWriter>
#include <QSizeF>
#include <functional>
#include <vector>

#include "report/report_content.h"

namespace gf {

/// A4 pages that are filled from top to bottom, in units of 1/96 inch: what does not fit goes to the next page whole; a
/// table is cut between rows and repeats its head.
class ReportPaper {
 public:
  /// Writes to `device`, which must outlive the object. Throws gf::Error(Run) when it cannot be begun.
  ReportPaper(QIODevice& device, const QString& title);
  /// Ends the document.
  ~ReportPaper();
  ReportPaper(const ReportPaper&) = delete;
  ReportPaper& operator=(const ReportPaper&) = delete;

  enum class Voice { Title, Key, Section, Heading, Text, Note };
  /// Wrapped words; a section or heading stays with at least `keep` units of what follows.
  void words(QString text, Voice voice, double keep = 0);
  void table(const ContentTable& table);
  /// A figure with its caption below, never on two pages.
  void figure(const Figure& figure, const QString& caption);
  /// What that takes of a page.
  double heightOf(const Figure& figure, const QString& caption) const;

 private:
  void need(double height);
  void endPage();
  double scaleOf(const Figure& figure, double captionHeight) const;
  void draw(const QString& text, const QFont& font, const QRectF& area, int flags, const QColor& colour);
  std::vector<double> columnWidths(const ContentTable& table) const;
  double rowHeight(const std::vector<QString>& cells, const std::vector<double>& widths, const QFont& font) const;
  void row(const std::vector<QString>& cells, const std::vector<double>& widths, std::size_t words, bool head);

  QPdfWriter writer_;
  QPainter painter_;
  double y_ = 0;
  int page_ = 1;
};

}  // namespace gf
