// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <cmath>

#include "ui/charts/drawing.h"
#include "ui/charts/figure_painter.h"

namespace gf {

inline Figure flips(int count) {
  Figure figure;
  figure.id = "flips";
  figure.title = "What the teacher knows, class by class";
  figure.sentence = "The teacher adds most in class 0.";
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Positive flips, share of the class (%)";
  figure.series = {{"Positive flips", Role::Gain, {}, {}}};
  for (int i = 0; i < count; ++i) {
    figure.labels.push_back("class " + std::to_string(i));
    figure.details.push_back(std::to_string(count - i) + " of 100 images");
    figure.series[0].y.push_back(30.0 * (count - i) / count);
  }
  return figure;
}

inline Figure outcomes() {
  Figure figure;
  figure.id = "outcomes";
  figure.title = "Who is right";
  figure.kind = FigureKind::Stack;
  figure.xTitle = "Share of the evaluation set (%)";
  const auto part = [&](const char* name, Role role, double value) {
    figure.labels.push_back(name);
    figure.details.push_back("some of 1,000 images");
    figure.series.push_back({name, role, {}, {value}});
  };
  part("Both right", Role::BothRight, 80);
  part("Only the teacher", Role::Gain, 10);
  part("Only the student", Role::Loss, 9.9);
  part("Both wrong", Role::BothWrong, 0.1);
  return figure;
}

inline Figure curves(int points = 11) {
  Figure figure;
  figure.id = "gain-loss";
  figure.title = "Gain and loss";
  figure.kind = FigureKind::Lines;
  figure.xTitle = "Epochs";
  figure.yTitle = "Share of the evaluation set (%)";
  figure.zeroLine = 0;
  figure.zeroLineLabel = "Student's start";
  figure.series = {{"Gain", Role::Gain, {}, {}}, {"Loss", Role::Loss, {}, {}}, {"Delta", Role::Net, {}, {}}};
  for (int i = 0; i < points; ++i) {
    const double x = 10.0 * i / (points - 1);
    const double values[] = {x / 4, x / 4.1, x / 4 - x / 4.1};
    for (std::size_t s = 0; s < 3; ++s) {
      figure.series[s].x.push_back(x);
      figure.series[s].y.push_back(values[s]);
    }
  }
  figure.series[2].y[1] = -0.5;
  return figure;
}

/// Rows that are gained wholly, gained bit by bit, and lost; one cell without a value.
inline Figure heat(int rows = 10, int columns = 8) {
  Figure figure;
  figure.id = "classes-over-time";
  figure.title = "When each class was gained and forgotten";
  figure.sentence = "Class 0 gained most.";
  figure.kind = FigureKind::Heat;
  figure.xTitle = "Epochs";
  figure.yTitle = "Class";
  figure.valueTitle = "Net change (points of the class)";
  for (int row = 0; row < rows; ++row) {
    figure.labels.push_back("class " + std::to_string(row));
    figure.details.push_back("learned 5, forgot " + std::to_string(row) + " of 100");
  }
  for (int column = 0; column < columns; ++column) {
    FigureSeries series{"Epoch " + std::to_string(column + 1), Role::Net, {column + 1.0}, {}};
    for (int row = 0; row < rows; ++row) {
      const double gain = 12.0 * (column + 1) / columns;
      series.y.push_back(row < rows / 4 ? 12 : row < rows / 2 ? gain : -6.0 * row / rows);
      series.notes.push_back("learned " + std::to_string(column) + ", forgot " + std::to_string(row));
    }
    if (column == 0) series.y[2] = std::nan("");
    figure.series.push_back(std::move(series));
  }
  return figure;
}

/// Fig. 4a: a box beside a plain column.
inline Figure boxes(int count) {
  Figure figure;
  figure.id = "boxes-" + std::to_string(count);
  figure.title = "How often a transfer helps a student";
  figure.kind = FigureKind::Columns;
  figure.xTitle = "Method";
  figure.yTitle = "Share of a student's teachers with a positive delta (%)";
  figure.series = {{"Students: median, quartiles and extremes", Role::Net, {}, {}},
                   {"All pairs", Role::Neutral, {}, {}}};
  FigureSeries& own = figure.series[0];
  for (int i = 0; i < count; ++i) {
    const double median = 90.0 * i / count;
    figure.labels.push_back("Method " + std::to_string(i));
    own.y.push_back(median);
    own.least.push_back(0.5 * median);
    own.low.push_back(0.8 * median);
    own.high.push_back(median + 6);
    own.most.push_back(median + 10);
    figure.series[1].y.push_back(median + 2);
  }
  return figure;
}

/// Fig. 5b and 8b: sizes that grow by factors.
inline Figure bySize(FigureKind kind) {
  Figure figure;
  figure.id = kind == FigureKind::Lines ? "by-size-lines" : "by-size";
  figure.title = "Transfer delta by the student's size";
  figure.kind = kind;
  figure.xTitle = "Student's parameters";
  figure.yTitle = "Transfer delta (points)";
  figure.logarithmic = true;
  for (const char* family : {"CNN", "Trafo"}) {
    FigureSeries series{family, figure.series.empty() ? Role::Teacher : Role::Student, {}, {}};
    for (int i = 0; i < 5; ++i) {
      series.x.push_back(5e6 * std::pow(2.2, i) + (figure.series.empty() ? 0 : 1e6));
      series.y.push_back(0.3 * i * (figure.series.empty() ? 1 : 1.5));
    }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

inline std::vector<Figure> allFigures() {
  return {flips(10), flips(1000), outcomes(), curves(), curves(5000), heat(), heat(40, 240)};
}

inline QByteArray bytesOf(const QString& file) {
  QFile opened(file);
  return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

/// How many pixels are close to a colour.
inline int pixelsOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const QColor here = image.pixelColor(x, y);
      count += std::abs(here.red() - colour.red()) + std::abs(here.green() - colour.green()) +
                   std::abs(here.blue() - colour.blue()) <
               12;
    }
  }
  return count;
}

/// Everything that a figure draws, in a square of paper that is larger than the figure by `rim` on every side.
inline QImage drawnWithRim(const Figure& figure, QSizeF size, int rim, bool all = false) {
  QImage image(qRound(size.width()) + 2 * rim, qRound(size.height()) + 2 * rim, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  FigureLook look;
  look.all = all;
  FigurePainter::of(figure.kind)
      ->paint(painter, QRectF(QPointF(rim, rim), size), figure, Theme::publication(), publicationFonts(), look);
  painter.end();
  return image;
}

inline QStringList textsOf(const QByteArray& svg) {
  QStringList texts;
  static const QRegularExpression text(QStringLiteral("<text[^>]*>([^<]*)</text>"));
  auto each = text.globalMatch(QString::fromUtf8(svg));
  while (each.hasNext()) texts << each.next().captured(1).trimmed();
  return texts;
}

/// The marks that a view of this size shows.
inline std::vector<Mark> marksOf(const Figure& figure, QSize size, bool all = false) {
  QImage image(size, QImage::Format_RGB32);
  QPainter painter(&image);
  const auto drawn = FigurePainter::of(figure.kind);
  FigureLook look;
  look.all = all;
  drawn->paint(painter, QRectF(QPointF(0, 0), size).adjusted(4, 4, -4, -4), figure, Theme::instance().colours(),
               windowFonts(), look);
  return drawn->marks();
}

}  // namespace gf
