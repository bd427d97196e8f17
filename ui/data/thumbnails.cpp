// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/thumbnails.h"

#include <QMetaObject>
#include <QPainter>
#include <algorithm>

#include "base/error.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

constexpr std::size_t kMostWaiting = 256;  // older requests belong to what was scrolled past
constexpr int kCached = 2000;              // pictures
constexpr int kPage = 400;                 // rows fetched at once

QImage pictureOf(const Pixels& pixels) {
  const auto format = pixels.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
  const QImage raw(pixels.bytes.data(), pixels.width, pixels.height, pixels.width * pixels.channels, format);
  const bool small = std::max(pixels.width, pixels.height) <= ThumbnailModel::kSide;
  return raw.scaled(ThumbnailModel::kSide, ThumbnailModel::kSide, Qt::KeepAspectRatio,
                    small ? Qt::FastTransformation : Qt::SmoothTransformation);
}

}  // namespace

ThumbnailLoader::ThumbnailLoader(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& stop) { work(stop); }) {}

ThumbnailLoader::~ThumbnailLoader() {
  thread_.request_stop();
  thread_.join();  // at most the picture that is being decoded
}

void ThumbnailLoader::setDataSet(std::shared_ptr<const DataSet> data) {
  const std::lock_guard lock(mutex_);
  data_ = std::move(data);
  queue_.clear();
  ++generation_;
}

std::optional<std::uint32_t> ThumbnailLoader::request(std::uint32_t sample) {
  std::optional<std::uint32_t> dropped;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_front(sample);
    if (queue_.size() > kMostWaiting) {
      dropped = queue_.back();
      queue_.pop_back();
    }
  }
  wanted_.notify_one();
  return dropped;
}

void ThumbnailLoader::work(const std::stop_token& stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!wanted_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
    const std::uint32_t sample = queue_.front();
    queue_.pop_front();
    const auto data = data_;
    const int generation = generation_;
    lock.unlock();
    if (!data) continue;
    QImage image;
    try {
      image = pictureOf(data->image(sample));
    } catch (const std::exception&) {
      // The cell stays empty with a cross; a run over this sample names the file and the rule.
    }
    const auto tell = [this, sample, image, generation] {
      {
        const std::lock_guard inner(mutex_);
        if (generation != generation_) return;
      }
      emit ready(sample, image);
    };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
  }
}

ThumbnailModel::ThumbnailModel(QObject* parent)
    : QAbstractListModel(parent), images_(kCached), loader_(new ThumbnailLoader(this)) {
  connect(loader_, &ThumbnailLoader::ready, this, &ThumbnailModel::take);
}

void ThumbnailModel::show(std::shared_ptr<const DataSet> data, const std::set<int>& classes) {
  beginResetModel();
  if (data != data_) {
    images_.clear();
    asked_.clear();
    loader_->setDataSet(data);
  }
  data_ = std::move(data);
  samples_.clear();
  if (data_) {
    const auto labels = data_->labels();
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (classes.empty() || classes.count(labels[i])) samples_.push_back(std::uint32_t(i));
  }
  shown_ = std::min(kPage, int(samples_.size()));
  endResetModel();
}

int ThumbnailModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : shown_;
}

bool ThumbnailModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && shown_ < int(samples_.size());
}

void ThumbnailModel::fetchMore(const QModelIndex&) {
  const int more = std::min(kPage, int(samples_.size()) - shown_);
  if (more <= 0) return;
  beginInsertRows({}, shown_, shown_ + more - 1);
  shown_ += more;
  endInsertRows();
}

QVariant ThumbnailModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const std::uint32_t sample = samples_[std::size_t(index.row())];
  const QString name = QString::fromStdString(data_->sampleName(sample));
  const QString label = QString::fromStdString(data_->classNames()[std::size_t(data_->labels()[sample])]);
  switch (role) {
    case Qt::DecorationRole:
      if (const QImage* image = images_.object(sample)) return *image;
      // Asked once, and again only after cache or queue dropped it.
      if (asked_.insert(sample).second) {
        if (const auto dropped = loader_->request(sample)) asked_.erase(*dropped);
      }
      return {};
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2").arg(label, name);
    default:
      return {};
  }
}

void ThumbnailModel::take(std::uint32_t sample, const QImage& image) {
  asked_.erase(sample);
  images_.insert(sample, new QImage(image));
  const auto found = std::lower_bound(samples_.begin(), samples_.end(), sample);
  if (found == samples_.end() || *found != sample) return;
  const int row = int(found - samples_.begin());
  if (row < shown_) emit dataChanged(index(row), index(row), {Qt::DecorationRole});
}

void ThumbnailDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Colours& colours = Theme::instance().colours();
  const QVariant decoration = index.data(Qt::DecorationRole);
  const QRect cell = option.rect.adjusted(2, 2, -2, -2);
  const QImage image = decoration.value<QImage>();
  if (image.isNull()) {
    painter->fillRect(cell, colours.line);
    if (decoration.isValid()) {  // it was tried and cannot be decoded
      painter->setPen(colours.danger);
      painter->drawText(cell, Qt::AlignCenter, QStringLiteral("×"));
    }
  } else {
    const QSize size = image.size().scaled(cell.size(), Qt::KeepAspectRatio);
    painter->drawImage(QRect(cell.center() - QPoint(size.width() / 2, size.height() / 2), size), image);
  }
  if (option.state.testFlag(QStyle::State_Selected) || option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QPen(colours.accent, 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
  }
}

QSize ThumbnailDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  return {ThumbnailModel::kSide + 4, ThumbnailModel::kSide + 4};
}

}  // namespace gf
