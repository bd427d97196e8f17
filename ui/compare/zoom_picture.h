// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>
#include <vector>

#include "data/dataset.h"

namespace gf {

class Thumbnails;

/// One image as large as its place allows: tiny ones by whole factors with sharp pixels, others fitted. Decoded in the
/// background; neighbours that are likely to come next are fetched ahead.
class ZoomPicture final : public QWidget {
  Q_OBJECT
 public:
  explicit ZoomPicture(QWidget* parent = nullptr);
  void setData(std::shared_ptr<const DataSet> images);
  void show(std::size_t sample, const std::vector<std::size_t>& ahead);
  /// What is shown, in pixels of the screen; null while it is being decoded.
  QImage image() const;

  QSize sizeHint() const override { return {480, 480}; }
  QSize minimumSizeHint() const override { return {240, 240}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  Thumbnails* pictures_;
  std::size_t sample_ = 0;
  std::vector<std::size_t> ahead_;
};

}  // namespace gf
