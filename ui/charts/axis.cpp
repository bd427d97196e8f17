// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axis.h"

#include <algorithm>
#include <cmath>

namespace gf {

Ticks niceTicks(double low, double high, int most, bool whole) {
  Ticks ticks;
  const double extent = high - low;
  if (!(extent > 0) || !std::isfinite(extent)) {
    ticks.values = {low};
    return ticks;
  }
  const double wanted = extent / std::max(1, most);
  const double power = std::pow(10.0, std::floor(std::log10(wanted)));
  // A hair of tolerance: 0.2 / 0.1 must count as 2 although it is slightly more in binary.
  double factor = 10;
  for (const double candidate : {1.0, 2.0, 5.0}) {
    if (candidate * power >= wanted * (1 - 1e-9)) {
      factor = candidate;
      break;
    }
  }
  ticks.step = whole ? std::max(1.0, factor * power) : factor * power;
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(ticks.step) + 1e-9)));
  const auto first = static_cast<long long>(std::ceil(low / ticks.step - 1e-9));
  const auto last = static_cast<long long>(std::floor(high / ticks.step + 1e-9));
  for (long long i = first; i <= last; ++i) ticks.values.push_back(static_cast<double>(i) * ticks.step);
  return ticks;
}

Ticks logTicks(double low, double high, int most) {
  Ticks ticks;
  ticks.exponents = true;
  for (const auto& factors : {std::vector<double>{1, 2, 5}, std::vector<double>{1}}) {
    ticks.values.clear();
    for (double power = std::floor(low); power <= high; ++power) {
      for (const double factor : factors) {
        const double place = power + std::log10(factor);
        if (place >= low - 1e-9 && place <= high + 1e-9) ticks.values.push_back(place);
      }
    }
    if (std::ssize(ticks.values) <= most + 1) break;
  }
  const auto step = (std::ssize(ticks.values) + most) / (most + 1);  // every second power, every third …
  for (std::ptrdiff_t i = std::ssize(ticks.values) - 1; i >= 0; --i) {
    if (step > 1 && i % step != 0) ticks.values.erase(ticks.values.begin() + i);
  }
  if (ticks.values.size() > 1) return ticks;
  ticks.values.clear();
  for (const double value : niceTicks(std::pow(10.0, low), std::pow(10.0, high), most).values) {
    if (value > 0) ticks.values.push_back(std::log10(value));
  }
  return ticks;
}

AxisRange widened(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high) || low > high) return {};
  if (high - low > 1e-12 * std::max({1.0, std::abs(low), std::abs(high)})) return {low, high};
  const double margin = std::max(0.5, std::abs(low) * 0.05);
  return {low - margin, high + margin};
}

QVector<QPointF> bucketed(std::span<const double> x, std::span<const double> y, int most) {
  const std::size_t count = std::min(x.size(), y.size());
  QVector<QPointF> points;
  points.reserve(static_cast<qsizetype>(std::min<std::size_t>(count, static_cast<std::size_t>(most))));
  if (count <= static_cast<std::size_t>(most)) {
    for (std::size_t i = 0; i < count; ++i) {
      if (std::isfinite(x[i]) && std::isfinite(y[i])) points.append({x[i], y[i]});
    }
    return points;
  }
  const std::size_t buckets = static_cast<std::size_t>(std::max(1, most / 2));
  for (std::size_t b = 0; b < buckets; ++b) {
    const std::size_t begin = b * count / buckets, end = (b + 1) * count / buckets;
    std::size_t lowest = end, highest = end;
    for (std::size_t i = begin; i < end; ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
      if (lowest == end || y[i] < y[lowest]) lowest = i;
      if (highest == end || y[i] > y[highest]) highest = i;
    }
    if (lowest == end) continue;
    const auto [first, second] = std::minmax(lowest, highest);
    points.append({x[first], y[first]});
    if (second != first) points.append({x[second], y[second]});
  }
  return points;
}

}  // namespace gf
