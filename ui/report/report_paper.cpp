// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/report_paper.h"

#include <QFontMetricsF>
#include <QMarginsF>
#include <QPageSize>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "ui/report/drawn_figure.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr int kDpi = 960;  // ten times the units: sizes stay exact
constexpr double kUnitsPerMm = 96 / 25.4, kWidth = 210 * kUnitsPerMm, kHeight = 297 * kUnitsPerMm;
constexpr double kSide = 20 * kUnitsPerMm, kTop = 18 * kUnitsPerMm, kBottom = 20 * kUnitsPerMm;
constexpr double kInner = kWidth - 2 * kSide, kEnd = kHeight - kBottom, kGap = 8, kCell = 5;
constexpr int kWrap = Qt::TextWordWrap;
constexpr qsizetype kCaption = 500;  // characters of a caption at most

QFont fontOf(double points, QFont::Weight weight) {
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(points * 96 / 72))));
  font.setWeight(weight);
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

QFont tableFont(bool head) {
  return fontOf(7.5, head ? QFont::DemiBold : QFont::Normal);
}

QFont captionFont() {
  return fontOf(8, QFont::Normal);
}

/// Words as they can be set on paper: cut where they go on for too long, and breakable where one has no end.
QString settable(QString text, qsizetype most) {
  constexpr qsizetype kLongWord = 24;
  if (text.size() > most) text = text.left(most - 1) + QChar(0x2026);
  qsizetype length = 0;
  for (qsizetype i = 0; i < text.size(); ++i) {
    length = text[i].isSpace() ? 0 : length + 1;
    if (length < kLongWord || text[i].isHighSurrogate()) continue;
    text.insert(i + 1, QChar(0x200B));
    ++i;
    length = 0;
  }
  return text;
}

double heightOf(const QString& text, const QFont& font, double width) {
  return QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e6), kWrap, text).height();
}

std::vector<QString> cellsOf(const std::vector<std::string>& texts) {
  std::vector<QString> cells;
  constexpr qsizetype kMost = 120;
  for (const std::string& text : texts) cells.push_back(settable(printable(text), kMost));
  return cells;
}

}  // namespace

ReportPaper::ReportPaper(QIODevice& device, const QString& title) : writer_(&device), y_(kTop) {
  writer_.setResolution(kDpi);
  writer_.setPageSize(QPageSize(QPageSize::A4));
  writer_.setPageMargins(QMarginsF());
  writer_.setTitle(title);
  writer_.setCreator(QStringLiteral("Gainfinder"));
  if (!painter_.begin(&writer_)) failRun("report.pdf", "the PDF writer must start", "it did not");
  painter_.scale(kDpi / 96.0, kDpi / 96.0);
  painter_.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
}

ReportPaper::~ReportPaper() {
  endPage();
  painter_.end();
}

void ReportPaper::endPage() {
  const QRectF foot(kSide, kHeight - 14 * kUnitsPerMm, kInner, 14);
  draw(QStringLiteral("Gainfinder"), fontOf(7.5, QFont::Normal), foot, Qt::AlignLeft, Theme::publication().mutedText);
  draw(QString::number(page_), fontOf(7.5, QFont::Normal), foot, Qt::AlignRight, Theme::publication().mutedText);
}

void ReportPaper::need(double height) {
  if (y_ + height <= kEnd || y_ <= kTop) return;
  endPage();
  writer_.newPage();
  ++page_;
  y_ = kTop;
}

void ReportPaper::draw(const QString& text, const QFont& font, const QRectF& area, int flags, const QColor& colour) {
  painter_.setFont(font);
  painter_.setPen(colour);
  painter_.drawText(area, flags | kWrap | Qt::TextDontClip, text);
}

void ReportPaper::words(QString text, Voice voice, double keep) {
  constexpr qsizetype kMost = 700;
  if (text.isEmpty()) return;
  text = settable(std::move(text), kMost);
  struct Style {
    double points, before, after;
    QFont::Weight weight;
  };
  static constexpr Style kStyles[] = {{17, 0, 8, QFont::DemiBold},  {11, 0, 10, QFont::DemiBold},
                                      {13, 14, 8, QFont::DemiBold}, {9.5, 8, 4, QFont::DemiBold},
                                      {9, 0, 6, QFont::Normal},     {7.5, 2, 8, QFont::Normal}};
  const Style& style = kStyles[static_cast<int>(voice)];
  const QFont font = fontOf(style.points, style.weight);
  const double height = gf::heightOf(text, font, kInner);
  need(style.before + height + style.after + keep);
  if (y_ > kTop) y_ += style.before;
  const QColor colour = voice == Voice::Note ? Theme::publication().mutedText : Theme::publication().text;
  draw(text, font, {kSide, y_, kInner, height}, Qt::AlignLeft | Qt::AlignTop, colour);
  y_ += height + style.after;
}

std::vector<double> ReportPaper::columnWidths(const ContentTable& table) const {
  constexpr double kNarrow = 44;
  constexpr std::size_t kLooked = 200;
  const QFontMetricsF body(tableFont(false)), head(tableFont(true));
  std::vector<double> widths(table.head.size(), kNarrow);
  for (std::size_t c = 0; c < widths.size(); ++c) {
    // A head may be wrapped between its words; numbers may not.
    for (const QString& word : printable(table.head[c]).split(QChar(' '))) {
      widths[c] = std::max(widths[c], head.horizontalAdvance(word) + 2 * kCell);
    }
    for (std::size_t r = 0; r < std::min(table.rows.size(), kLooked); ++r) {
      widths[c] = std::max(widths[c], body.horizontalAdvance(printable(table.rows[r][c]).left(120)) + 2 * kCell);
    }
  }
  const double wanted = std::accumulate(widths.begin(), widths.end(), 0.0);
  const std::size_t words = std::min(table.words, widths.size());
  if (wanted <= kInner) {
    widths[0] += kInner - wanted;
    return widths;
  }
  // Words give way first, the widest columns before the others, down to a third of the page together; then everything
  // shrinks alike.
  std::vector<std::size_t> narrowFirst(words);
  std::iota(narrowFirst.begin(), narrowFirst.end(), std::size_t{0});
  std::sort(narrowFirst.begin(), narrowFirst.end(),
            [&](std::size_t a, std::size_t b) { return widths[a] < widths[b]; });
  const double numbers = std::accumulate(widths.begin() + std::ptrdiff_t(words), widths.end(), 0.0);
  double left = std::max(kInner - numbers, kInner / 3);
  for (std::size_t i = 0; i < words; ++i) {
    double& width = widths[narrowFirst[i]];
    width = std::min(width, left / static_cast<double>(words - i));
    left -= width;
  }
  const double total = std::accumulate(widths.begin(), widths.end(), 0.0);
  for (double& width : widths) width *= std::min(1.0, kInner / total);
  return widths;
}

double ReportPaper::rowHeight(const std::vector<QString>& cells, const std::vector<double>& widths,
                              const QFont& font) const {
  double height = 0;
  for (std::size_t c = 0; c < cells.size() && c < widths.size(); ++c) {
    height = std::max(height, gf::heightOf(cells[c], font, widths[c] - 2 * kCell));
  }
  return height + 6;
}

void ReportPaper::row(const std::vector<QString>& cells, const std::vector<double>& widths, std::size_t words,
                      bool head) {
  const QFont font = tableFont(head);
  const double height = rowHeight(cells, widths, font);
  double x = kSide;
  for (std::size_t c = 0; c < cells.size() && c < widths.size(); ++c) {
    const QRectF area(x + kCell, y_ + 3, widths[c] - 2 * kCell, height - 6);
    const int side = c < words ? Qt::AlignLeft : Qt::AlignRight;
    draw(cells[c], font, area, side | (head ? Qt::AlignBottom : Qt::AlignTop), Theme::publication().text);
    x += widths[c];
  }
  y_ += height;
  painter_.setPen(QPen(Theme::publication().line, head ? 1.0 : 0.5));
  painter_.drawLine(QPointF(kSide, y_), QPointF(kSide + kInner, y_));
}

void ReportPaper::table(const ContentTable& table) {
  const std::size_t shown = std::min(table.shown, table.rows.size());
  if (shown == 0) return;
  const std::vector<double> widths = columnWidths(table);
  const std::vector<QString> head = cellsOf(table.head);
  const double headHeight = rowHeight(head, widths, tableFont(true));
  double begin = headHeight;  // a head stands over two rows at least
  for (std::size_t r = 0; r < std::min<std::size_t>(shown, 2); ++r) {
    begin += rowHeight(cellsOf(table.rows[r]), widths, tableFont(false));
  }
  words(printable(table.title), Voice::Heading, begin);
  need(begin);
  row(head, widths, table.words, true);
  for (std::size_t r = 0; r < shown; ++r) {
    const std::vector<QString> cells = cellsOf(table.rows[r]);
    const int before = page_;
    need(rowHeight(cells, widths, tableFont(false)));
    if (page_ != before) row(head, widths, table.words, true);
    row(cells, widths, table.words, false);
  }
  y_ += kGap / 2;
  words(printable(table.note), Voice::Note);
  y_ += kGap;
}

double ReportPaper::scaleOf(const Figure& figure, double captionHeight) const {
  // At the size it was made for, smaller only where the page is.
  const QSizeF size = pageSize(figure);
  const double highest = (kEnd - kTop - captionHeight - 2 * kGap) / kUnitsPerMm;
  return std::min({1.0, kInner / kUnitsPerMm / size.width(), highest / size.height()});
}

double ReportPaper::heightOf(const Figure& figure, const QString& caption) const {
  const double words = gf::heightOf(settable(caption, kCaption), captionFont(), kInner);
  return pageSize(figure).height() * scaleOf(figure, words) * kUnitsPerMm + words + 2.5 * kGap;
}

void ReportPaper::figure(const Figure& figure, const QString& caption) {
  const QString words = settable(caption, kCaption);
  const double captionHeight = gf::heightOf(words, captionFont(), kInner);
  const double scale = scaleOf(figure, captionHeight);
  const QSizeF size = pageSize(figure), drawn = size * scale * kUnitsPerMm;
  need(heightOf(figure, caption) - 2 * kGap);
  painter_.save();
  painter_.translate(kSide + (kInner - drawn.width()) / 2, y_);
  painter_.scale(scale, scale);
  paintOnPage(painter_, printable(figure), size);
  painter_.restore();
  y_ += drawn.height() + kGap / 2;
  draw(words, captionFont(), {kSide, y_, kInner, captionHeight}, Qt::AlignLeft | Qt::AlignTop,
       Theme::publication().text);
  y_ += captionHeight + 2 * kGap;
}

}  // namespace gf
