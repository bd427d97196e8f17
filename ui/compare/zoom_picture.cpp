// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/zoom_picture.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/compare/thumbnails.h"
#include "ui/style/theme.h"

namespace gf {

namespace {
constexpr int kKept = 8;
}

ZoomPicture::ZoomPicture(QWidget* parent) : QWidget(parent), pictures_(new Thumbnails(240, kKept, this)) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  connect(pictures_, &Thumbnails::ready, this, [this](quint64 sample) {
    if (sample == sample_) update();
  });
}

void ZoomPicture::setData(std::shared_ptr<const DataSet> images) {
  pictures_->setData(std::move(images));
}

void ZoomPicture::show(std::size_t sample, const std::vector<std::size_t>& ahead) {
  sample_ = sample;
  ahead_ = ahead;
  // The latest wish is decoded first: the image itself.
  for (const std::size_t next : ahead_) pictures_->find(next);
  pictures_->find(sample_);
  update();
}

QImage ZoomPicture::image() const {
  const Thumbnails::Picture* picture = pictures_->find(sample_);
  return picture ? picture->image : QImage();
}

void ZoomPicture::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  pictures_->setSide(static_cast<int>(std::min(width(), height()) * devicePixelRatioF()));
  show(sample_, ahead_);
}

void ZoomPicture::paintEvent(QPaintEvent*) {
  const Thumbnails::Picture* picture = pictures_->find(sample_);
  if (!picture) return;
  QPainter painter(this);
  if (picture->image.isNull()) {
    painter.setPen(Theme::instance().colours().mutedText);
    const QString words = tr("This image cannot be read.\n%1").arg(picture->problem);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, words);
    return;
  }
  const double ratio = devicePixelRatioF();
  // On whole pixels of the screen, or sharp pixels would blur.
  const auto start = [&](int room, int size) { return std::round((room * ratio - size) / 2) / ratio; };
  const QSize size = picture->image.size();
  painter.drawImage(
      QRectF(start(width(), size.width()), start(height(), size.height()), size.width() / ratio, size.height() / ratio),
      picture->image);
}

}  // namespace gf
