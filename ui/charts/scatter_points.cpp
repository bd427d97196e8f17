// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/scatter_points.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <tuple>

#include "ui/style/colours.h"

namespace gf {

namespace {

constexpr double kSquare = 12;  ///< Of the index, in units.
constexpr double kNearBy = 6;   ///< How far beside a small point the pointer still counts as on it.
constexpr int kSubpixels = 3;   ///< Sprites are drawn for this many positions within a pixel, each way.
constexpr std::size_t kManyPoints = 500;

double reachOf(const ScatterPoint& point) {
  return std::max(kNearBy, point.radius);
}

}  // namespace

bool isSized(const Figure& figure) {
  return std::any_of(figure.series.begin(), figure.series.end(),
                     [](const FigureSeries& series) { return !series.size.empty(); });
}

QPoint PointIndex::squareAt(QPointF position) const {
  const auto place = [](double offset, int count) {
    return std::clamp(static_cast<int>(std::floor(offset / kSquare)), 0, count - 1);
  };
  return {place(position.x() - area_.left(), columns_), place(position.y() - area_.top(), rows_)};
}

void PointIndex::build(const std::vector<ScatterPoint>& points, const QRectF& area) {
  area_ = area;
  columns_ = std::max(1, static_cast<int>(std::ceil(area.width() / kSquare)));
  rows_ = std::max(1, static_cast<int>(std::ceil(area.height() / kSquare)));
  reach_ = 0;
  starts_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_) + 1, 0);
  members_.resize(points.size());
  std::vector<int> squares(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const QPoint square = squareAt(points[i].centre);
    squares[i] = square.y() * columns_ + square.x();
    ++starts_[static_cast<std::size_t>(squares[i]) + 1];
    reach_ = std::max(reach_, reachOf(points[i]));
  }
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  std::vector<int> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t i = 0; i < points.size(); ++i) {
    members_[static_cast<std::size_t>(next[static_cast<std::size_t>(squares[i])]++)] = static_cast<int>(i);
  }
}

int PointIndex::nearest(const std::vector<ScatterPoint>& points, QPointF position) const {
  if (columns_ == 0) return -1;
  const QPoint from = squareAt(position - QPointF(reach_, reach_)), to = squareAt(position + QPointF(reach_, reach_));
  int best = -1;
  double least = INFINITY;
  for (int y = from.y(); y <= to.y(); ++y) {
    for (int x = from.x(); x <= to.x(); ++x) {
      const auto square = static_cast<std::size_t>(y * columns_ + x);
      for (int m = starts_[square]; m < starts_[square + 1]; ++m) {
        const int i = members_[static_cast<std::size_t>(m)];
        const ScatterPoint& point = points[static_cast<std::size_t>(i)];
        const double distance = std::hypot(point.centre.x() - position.x(), point.centre.y() - position.y());
        if (distance > reachOf(point) || distance >= least) continue;
        least = distance;
        best = i;
      }
    }
  }
  return best;
}

double opacityFor(const std::vector<ScatterPoint>& points, const QRectF& plot) {
  if (points.size() <= 30) return 0.9;
  double covered = 0;
  for (const ScatterPoint& point : points) covered += M_PI * point.radius * point.radius;
  return std::clamp(0.9 / (1 + 1.8 * covered / std::max(1.0, plot.width() * plot.height())), 0.15, 0.85);
}

std::vector<std::size_t> drawingOrder(const std::vector<ScatterPoint>& points, bool sized) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (sized) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return points[a].radius > points[b].radius; });
    return order;
  }
  // The same mixture every time: nothing may flicker.
  std::minstd_rand random(1);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

SeriesStyle pointStyle(const PlotFrame& frame, std::size_t series, std::size_t points) {
  SeriesStyle style = styleOfSeries(frame.figure, series, frame.colours);
  const bool many = points > kManyPoints, sized = isSized(frame.figure);
  // An area is read from a disc, unless shapes must tell series apart.
  if ((many || sized) && style.shape == MarkShape::Ring) style.shape = MarkShape::Disc;
  if (sized && frame.figure.series.size() == 1) style.shape = MarkShape::Disc;
  return style;
}

std::vector<SeriesStyle> pointStyles(const PlotFrame& frame, std::size_t points, double opacity) {
  std::vector<SeriesStyle> styles;
  for (std::size_t s = 0; s < frame.figure.series.size(); ++s) {
    SeriesStyle style = pointStyle(frame, s, points);
    if (!frame.look.selected.empty()) style.colour = blended(style.colour, frame.colours.surface, 0.3);
    style.colour.setAlphaF(static_cast<float>(opacity));
    styles.push_back(style);
  }
  return styles;
}

namespace {

/// A point drawn once, to be stamped many times.
struct Sprite {
  QImage picture;
  int reach = 0;  ///< Pixels from the centre's pixel to the edge.
};

Sprite spriteOf(const SeriesStyle& style, double radius, QPointF offset) {
  Sprite sprite;
  sprite.reach = static_cast<int>(std::ceil(1.25 * radius)) + 1;
  const int size = 2 * sprite.reach + 1;
  sprite.picture = QImage(size, size, QImage::Format_ARGB32_Premultiplied);
  sprite.picture.fill(Qt::transparent);
  QPainter painter(&sprite.picture);
  painter.setRenderHint(QPainter::Antialiasing);
  drawShape(painter, style, QPointF(sprite.reach, sprite.reach) + offset, 2 * radius);
  return sprite;
}

void stamp(QImage& picture, const Sprite& sprite, QPoint centre) {
  const QPoint corner = centre - QPoint(sprite.reach, sprite.reach);
  const QRect part = QRect(corner, sprite.picture.size()) & picture.rect();
  for (int y = part.top(); y <= part.bottom(); ++y) {
    const auto* from = reinterpret_cast<const QRgb*>(sprite.picture.constScanLine(y - corner.y())) - corner.x();
    auto* to = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = part.left(); x <= part.right(); ++x) {
      const QRgb over = from[x];
      const unsigned rest = 255 - static_cast<unsigned>(qAlpha(over));
      if (rest == 255) continue;
      const QRgb under = to[x];
      const auto mix = [rest](int a, int b) {
        return static_cast<int>(static_cast<unsigned>(a) + (static_cast<unsigned>(b) * rest + 127) / 255);
      };
      to[x] = qRgba(mix(qRed(over), qRed(under)), mix(qGreen(over), qGreen(under)), mix(qBlue(over), qBlue(under)),
                    mix(qAlpha(over), qAlpha(under)));
    }
  }
}

}  // namespace

QImage cloudOf(const PlotFrame& frame, const std::vector<ScatterPoint>& points, const std::vector<std::size_t>& order,
               const QRectF& area) {
  const double scale = pixelsPerUnit(frame.painter), opacity = opacityFor(points, frame.plot);
  const QSize size((area.size() * scale).toSize().expandedTo({1, 1}));
  QImage picture(size, QImage::Format_ARGB32_Premultiplied);
  picture.fill(Qt::transparent);
  const std::vector<SeriesStyle> styles = pointStyles(frame, points.size(), opacity);
  std::map<std::tuple<std::uint32_t, int, int, int>, Sprite> sprites;  // series, radius, position within the pixel
  const QPointF toPixels(size.width() / area.width(), size.height() / area.height());
  for (const std::size_t i : order) {
    const ScatterPoint& point = points[i];
    const double x = (point.centre.x() - area.left()) * toPixels.x() - 0.5;
    const double y = (point.centre.y() - area.top()) * toPixels.y() - 0.5;
    const QPoint pixel(static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y)));
    const int subX = static_cast<int>((x - pixel.x()) * kSubpixels),
              subY = static_cast<int>((y - pixel.y()) * kSubpixels);
    // Radii in steps of 8 % and at least a quarter of a pixel: a handful of sprites serves all sizes.
    const int step = static_cast<int>(std::lround(std::log(std::max(0.25, point.radius * scale)) / 0.08));
    auto [found, isNew] = sprites.try_emplace({point.series, step, subX, subY});
    if (isNew) {
      const QPointF offset((subX + 0.5) / kSubpixels + 0.5, (subY + 0.5) / kSubpixels + 0.5);
      found->second = spriteOf(styles[point.series], std::exp(0.08 * step), offset);
    }
    stamp(picture, found->second, pixel);
  }
  return picture;
}

}  // namespace gf
