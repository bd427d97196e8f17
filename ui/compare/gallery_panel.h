// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>
#include <memory>
#include <optional>

#include "jobs/compare_job.h"
#include "ui/compare/sample_model.h"
#include "ui/workspace/workspace.h"

class QComboBox;
class QLabel;
class QListView;
class QPushButton;
class QTimer;

namespace gf {

class ElidingLabel;
class SampleDetails;
class ScoreKeeper;
class Thumbnails;

/// The images that the selection leaves, how many they are, how they are sorted, and the chosen one in detail.
class GalleryPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit GalleryPanel(QWidget* parent = nullptr);
  void show(std::shared_ptr<const Comparison> comparison, const Selection& selection, std::optional<Said> said = {});
  /// Index into the evaluation set.
  std::optional<std::size_t> chosen() const;
  QString countLine() const;

  /// Empty when the list can be written; else why not, as one sentence.
  QString exportBlocked() const;
  /// Writes the images shown, in their order, as CSV. Throws gf::Error.
  void exportList(const QString& file) const;

 signals:
  void chosenChanged();
  void clearRequested();  ///< The user wants to see all images again.
  void listChanged();     ///< exportBlocked() may answer something else.

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* buildOrder();
  void setTabOrders();
  void applyOrder();
  void keepChosen(const std::function<void()>& change);
  void say();
  void choose(const QModelIndex& index);
  void explain();
  void zoom(const QModelIndex& index);

  SampleModel* model_;
  Thumbnails* thumbnails_;
  ScoreKeeper* keeper_;
  QListView* list_;
  SampleDetails* details_;
  QLabel *count_, *empty_;
  ElidingLabel* filter_;
  QString filterText_;
  QTimer* later_;          ///< Until a click cannot become a double click any more.
  bool clicking_ = false;  ///< The mouse is choosing an image.
  QPushButton *clear_, *direction_ = nullptr;
  QComboBox* order_ = nullptr;
};

}  // namespace gf
