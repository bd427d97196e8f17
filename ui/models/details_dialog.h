// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <QStringList>
#include <nlohmann/json.hpp>

#include "models/inspection.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace gf {

/// Asks for what a checkpoint does not say about itself: name, classes, input size, mean and standard deviation, and
/// how images are scaled. Accepts only what reads as valid metadata.
class DetailsDialog final : public QDialog {
  Q_OBJECT
 public:
  /// `dataClasses`: names of the open data, offered as the classes; may be empty.
  DetailsDialog(const Inspection& inspection, const QStringList& dataClasses, QWidget* parent = nullptr);
  /// Metadata keys as filled in (see models/metadata.h).
  nlohmann::json keys() const;

 public slots:
  void accept() override;

 private:
  bool misses(const char* key) const;
  void addRow(QFormLayout* form, const char* key, const QString& label, QWidget* field);
  QWidget* makeClasses(const QStringList& dataClasses);
  QWidget* makeInputSize();
  QWidget* makeNormalisation();
  void readClassesFromFile();
  QString problem() const;

  Inspection inspection_;
  QLineEdit* name_;
  QComboBox* family_;
  QPlainTextEdit* classes_;
  QSpinBox *channels_, *height_, *width_;
  QLineEdit *mean_, *std_;
  QComboBox* interpolation_;
  QDoubleSpinBox* crop_;
  QLabel* problem_;
};

}  // namespace gf
