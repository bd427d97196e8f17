// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/thumbnails.h"

#include <algorithm>
#include <exception>

namespace gf {

namespace {

// Scrolling fast leaves wishes behind that nobody sees any more.
constexpr std::size_t kMostWanted = 320;

Thumbnails::Picture decode(const DataSet& data, std::size_t sample, int side) {
  try {
    return {fitted(data.image(sample), side), {}};
  } catch (const std::exception& error) {
    return {{}, QString::fromUtf8(error.what())};
  }
}

}  // namespace

QImage fitted(const Pixels& pixels, int side) {
  const QImage whole(pixels.bytes.data(), pixels.width, pixels.height, pixels.width * pixels.channels,
                     pixels.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
  const int longest = std::max(pixels.width, pixels.height);
  if (2 * longest <= side) {
    const int factor = side / std::max(1, longest);
    return whole.scaled(pixels.width * factor, pixels.height * factor, Qt::KeepAspectRatio, Qt::FastTransformation)
        .convertToFormat(QImage::Format_RGB32);
  }
  return whole.convertToFormat(QImage::Format_RGB32).scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

Thumbnails::Thumbnails(int side, int keep, QObject* parent) : QObject(parent), side_(side), pictures_(keep) {
  pool_.setMaxThreadCount(1);
}

Thumbnails::~Thumbnails() {
  // At most one image is being decoded; its task refers to this object.
  pool_.waitForDone();
}

void Thumbnails::setData(std::shared_ptr<const DataSet> data) {
  data_ = std::move(data);
  ++generation_;
  pictures_.clear();
  wanted_.clear();
  asked_.clear();
}

void Thumbnails::setSide(int side) {
  if (side == side_) return;
  side_ = side;
  setData(data_);
}

const Thumbnails::Picture* Thumbnails::find(std::size_t sample) {
  if (!data_ || sample >= data_->size()) return nullptr;
  if (const Picture* picture = pictures_.object(sample)) return picture;
  if (asked_.contains(sample)) return nullptr;
  asked_.insert(sample);
  wanted_.push_back(sample);
  if (wanted_.size() > kMostWanted) {
    asked_.remove(wanted_.front());
    wanted_.pop_front();
  }
  startNext();
  return nullptr;
}

void Thumbnails::startNext() {
  if (decoding_ || wanted_.empty()) return;
  const quint64 sample = wanted_.back();
  wanted_.pop_back();
  decoding_ = true;
  pool_.start([this, sample, data = data_, generation = generation_, side = side_] {
    auto picture = std::make_shared<Picture>(decode(*data, sample, side));
    QMetaObject::invokeMethod(
        this,
        [this, sample, generation, picture] {
          decoding_ = false;
          if (generation == generation_) {
            asked_.remove(sample);
            pictures_.insert(sample, new Picture(*picture));
            emit ready(sample);
          }
          startNext();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace gf
