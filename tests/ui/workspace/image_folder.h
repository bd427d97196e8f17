// SPDX-License-Identifier: GPL-3.0-or-later
// An image folder with oddities and damage.
#pragma once

#include <QImage>

#include "tests/ui/workspace/support.h"

namespace gf::testing {

/// Three images of each of the sample's classes in train and in val; some are grey, and of val two are damaged.
inline QString imageFolder(const QTemporaryDir& folder) {
  const QStringList classes{"T-shirt_top", "Trouser", "Pullover", "Dress", "Coat",
                            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  for (const char* split : {"train", "val"}) {
    for (const QString& name : classes) {
      const QString place = folder.filePath("images/") + split + '/' + name;
      QDir().mkpath(place);
      for (int i = 0; i < 3; ++i) {
        QImage image(40, 30, i == 0 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
        image.fill(QColor(40 * i, 90, 120));
        image.save(place + '/' + QString::number(i) + ".png");
      }
    }
  }
  for (const char* damaged : {"images/val/Bag/1.png", "images/val/Coat/2.png"}) {
    QFile file(folder.filePath(damaged));
    if (!file.open(QIODevice::ReadWrite) || !file.resize(file.size() / 2)) return {};
  }
  return folder.filePath("images");
}

}  // namespace gf::testing
