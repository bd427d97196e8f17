// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLabel;
class QPushButton;

namespace gf {

class ElidingLabel;
class SampleModel;
class TopClasses;
class ZoomPicture;

/// One image large, with what both models hold likely side by side. Arrow keys step through the list of the gallery,
/// Esc closes.
class SampleZoom final : public QDialog {
  Q_OBJECT
 public:
  /// `model` must outlive the dialog, which closes when the list changes under it.
  explicit SampleZoom(SampleModel& model, QWidget* parent = nullptr);
  void showRow(int row);
  int row() const { return row_; }

 signals:
  void rowChanged(int row);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  void step(int by);
  bool stepByKey(int key);  ///< False when the key is none of ours.

  SampleModel& model_;
  int row_ = -1;
  ZoomPicture* picture_;
  QLabel *truth_, *outcome_, *gap_, *place_;
  ElidingLabel* name_;
  TopClasses *teacher_, *student_;
  QPushButton *previous_, *next_;
};

}  // namespace gf
