// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "ui/charts/plot_frame.h"

namespace gf {

namespace {

constexpr float kTaken = 1000, kOutside = 100000;

}  // namespace

Occupancy::Occupancy(const QRectF& area, double square)
    : area_(area),
      square_(std::max(0.5, square)),
      columns_(std::max(1, static_cast<int>(std::ceil(area.width() / square_)))),
      rows_(std::max(1, static_cast<int>(std::ceil(area.height() / square_)))),
      weights_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0.0F) {}

int Occupancy::squareAt(QPointF point) const {
  const double column = (point.x() - area_.left()) / square_, row = (point.y() - area_.top()) / square_;
  if (!(column >= 0 && row >= 0 && column < columns_ && row < rows_)) return -1;
  return static_cast<int>(row) * columns_ + static_cast<int>(column);
}

void Occupancy::add(QPointF point, float weight) {
  if (const int square = squareAt(point); square >= 0) weights_[static_cast<std::size_t>(square)] += weight;
}

void Occupancy::add(const QRectF& area, float weight) {
  for (const int square : squaresOf(area.center(), area.size(), 0)) {
    if (square >= 0) weights_[static_cast<std::size_t>(square)] += weight;
  }
}

std::vector<int> Occupancy::squaresOf(QPointF centre, QSizeF size, double degrees) const {
  const double angle = degrees * M_PI / 180, c = std::cos(angle), s = std::sin(angle);
  const int across = std::max(1, static_cast<int>(std::ceil(size.width() / square_)));
  const int down = std::max(1, static_cast<int>(std::ceil(size.height() / square_)));
  std::vector<int> squares;
  for (int i = 0; i <= across; ++i) {
    for (int j = 0; j <= down; ++j) {
      const double x = size.width() * (static_cast<double>(i) / across - 0.5);
      const double y = size.height() * (static_cast<double>(j) / down - 0.5);
      squares.push_back(squareAt(centre + QPointF(x * c - y * s, x * s + y * c)));
    }
  }
  return squares;
}

double Occupancy::below(QPointF centre, QSizeF size, double degrees) const {
  double sum = 0;
  for (const int square : squaresOf(centre, size, degrees)) {
    sum += square < 0 ? kOutside : weights_[static_cast<std::size_t>(square)];
  }
  return sum;
}

void Occupancy::take(QPointF centre, QSizeF size, double degrees) {
  for (const int square : squaresOf(centre, size, degrees)) {
    if (square < 0) continue;
    float& weight = weights_[static_cast<std::size_t>(square)];
    weight = std::max(kTaken, weight);
  }
}

}  // namespace gf
