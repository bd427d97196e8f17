// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "report/result_folder.h"
#include "ui/charts/figure_view.h"

namespace gf {

/// Which figures are written, as what and where.
struct BatchRequest {
  struct Part {
    std::shared_ptr<const Result> result;
    QString folder;  ///< Below the batch's; empty: in it.
  };
  std::vector<Part> parts;
  std::vector<FigureFormat> formats;
  double widthMm = 170;
  QString folder;  ///< A new one; it must not be there.
};

/// Writes many figures on the GUI thread, where they must be drawn, one file at a time with room for the window between
/// two of them. When it fails or is cancelled, the files that were finished stay.
class FigureBatch final : public QObject {
  Q_OBJECT
 public:
  explicit FigureBatch(QObject* parent = nullptr);
  /// progressed() and finished() follow.
  void start(BatchRequest request);
  void cancel();
  bool going() const { return timer_.isActive(); }
  int total() const { return static_cast<int>(files_.size()); }
  int written() const { return next_; }
  QString folder() const { return request_.folder; }

 signals:
  void progressed(int written, int total);
  /// `failure` is empty when all went well; `written` tells of a cancelled batch.
  void finished(const QString& failure);

 private:
  struct File {
    std::size_t part = 0, figure = 0;
    FigureFormat format = FigureFormat::Svg;
  };
  void writeNext();
  void writeFile(const File& file);

  BatchRequest request_;
  std::vector<File> files_;
  int next_ = 0;
  QTimer timer_;
};

/// A format's suffix: "svg".
QString suffixOf(FigureFormat format);

}  // namespace gf
