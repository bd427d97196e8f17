// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QTimer>

#include "jobs/pack_job.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace gf {

class ElidingLabel;
class Workspace;
struct JobStatus;

/// Packs the open data into one file that opens at once.
class PackDialog final : public QDialog {
  Q_OBJECT
 public:
  explicit PackDialog(Workspace& workspace, QWidget* parent = nullptr);
  ~PackDialog() override;
  bool packing() const { return job_ != 0; }
  PackRequest request() const;
  /// Why it cannot begin; empty when it can.
  QString blocked() const;

 private:
  void build();
  QWidget* makeForm();
  void chooseFile();
  void start();
  void stop();
  void ended(const JobStatus& status, const PackSummary* summary);
  void openPacked();
  void copyCommand();
  void estimate();
  void showProgress();
  void refresh();
  QString doneWords(const PackSummary& summary) const;

  Workspace& workspace_;
  QString data_;  ///< The data that were open when the dialog was.
  QLineEdit* file_;
  QSpinBox *side_, *quality_;
  QComboBox *sides_, *encoding_, *bad_;
  QCheckBox* overwrite_;
  QLabel *size_, *said_, *left_;
  QProgressBar* bar_;
  ElidingLabel* message_;
  QWidget* form_;
  QPushButton *copy_, *stop_, *open_, *pack_;
  QTimer soon_;  ///< Until settings have come to rest.
  std::uint64_t job_ = 0, estimating_ = 0;
  bool done_ = false;
};

}  // namespace gf
