// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "jobs/compare_job.h"
#include "ui/workspace/workspace.h"

class QLabel;
class QListView;
class QPushButton;

namespace gf {

class ElidingLabel;
class SampleDetails;
class SampleModel;
class Thumbnails;

/// The images that the selection leaves, how many they are, and the chosen one in detail.
class GalleryPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit GalleryPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison, const Selection& selection);
  /// Index into the evaluation set.
  std::optional<std::size_t> chosen() const;
  QString countLine() const;

 signals:
  void chosenChanged();
  void clearRequested();  ///< The user wants to see all images again.

 private:
  void choose(const QModelIndex& index);

  SampleModel* model_;
  Thumbnails* thumbnails_;
  QListView* list_;
  SampleDetails* details_;
  QLabel *count_, *empty_;
  ElidingLabel* filter_;
  QPushButton* clear_;
};

}  // namespace gf
