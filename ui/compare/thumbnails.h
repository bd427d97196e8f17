// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <deque>
#include <memory>

#include "data/dataset.h"

namespace gf {

/// Decodes images in the background, the latest wish first, and keeps the last few hundred.
class Thumbnails final : public QObject {
  Q_OBJECT
 public:
  /// `side`: the square that images are fitted into, in pixels of the screen.
  Thumbnails(int side, int keep, QObject* parent = nullptr);
  ~Thumbnails() override;
  void setData(std::shared_ptr<const DataSet> data);
  /// Another size: what is kept is forgotten and comes again when it is asked for.
  void setSide(int side);

  struct Picture {
    QImage image;     ///< Null when it could not be read.
    QString problem;  ///< Why.
  };
  /// The picture when it is there; else null, and ready() follows.
  const Picture* find(std::size_t sample);

 signals:
  void ready(quint64 sample);

 private:
  void startNext();

  int side_;
  std::shared_ptr<const DataSet> data_;
  quint64 generation_ = 0;  ///< Pictures of earlier data that arrive late are dropped.
  QCache<quint64, Picture> pictures_;
  std::deque<quint64> wanted_;
  QSet<quint64> asked_;
  bool decoding_ = false;
  QThreadPool pool_;
};

/// Images of at most half the side grow by whole factors with sharp pixels; others are fitted smoothly.
QImage fitted(const Pixels& pixels, int side);

}  // namespace gf
