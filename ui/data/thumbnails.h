// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QStyledItemDelegate>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "data/dataset.h"

namespace gf {

/// Decodes small pictures of samples on a thread of its own, the latest request first.
class ThumbnailLoader final : public QObject {
  Q_OBJECT
 public:
  explicit ThumbnailLoader(QObject* parent = nullptr);
  ~ThumbnailLoader() override;
  /// Forgets what was asked of the former data set.
  void setDataSet(std::shared_ptr<const DataSet> data);
  /// Answers the request that fell off the end of a queue that is too long: its sample must be asked for again.
  std::optional<std::uint32_t> request(std::uint32_t sample);

 signals:
  /// On the GUI thread; a null image where the sample cannot be decoded.
  void ready(std::uint32_t sample, const QImage& image);

 private:
  void work(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wanted_;
  std::deque<std::uint32_t> queue_;
  std::shared_ptr<const DataSet> data_;
  int generation_ = 0;
  std::jthread thread_;
};

/// Samples of one split, of the chosen classes, as pictures. More rows are fetched as the view reaches the end.
class ThumbnailModel final : public QAbstractListModel {
  Q_OBJECT
 public:
  static constexpr int kSide = 56;  ///< Pixels of a picture's longer side.

  explicit ThumbnailModel(QObject* parent = nullptr);
  /// `classes` empty: all.
  void show(std::shared_ptr<const DataSet> data, const std::set<int>& classes);
  /// All samples that match, shown already or not.
  qint64 total() const { return qint64(samples_.size()); }

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 private:
  void take(std::uint32_t sample, const QImage& image);

  std::shared_ptr<const DataSet> data_;
  std::vector<std::uint32_t> samples_;  ///< Ascending.
  int shown_ = 0;
  mutable QCache<std::uint32_t, QImage> images_;
  mutable std::set<std::uint32_t> asked_;
  ThumbnailLoader* loader_;
};

/// Paints a picture into its cell, and a frame around the chosen one.
class ThumbnailDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace gf
