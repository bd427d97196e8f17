// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <nlohmann/json.hpp>

#include "models/weight_files.h"
#include "ui/importing/import_words.h"

class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace gf {

/// Where weights come from: the caches of this machine, a file, or a seed.
class WeightsChoice final : public QWidget {
  Q_OBJECT
 public:
  explicit WeightsChoice(QWidget* parent = nullptr);
  WeightsFrom from() const;
  void setFrom(WeightsFrom from);
  QString file() const;
  /// Takes weights from this file.
  void setFile(const QString& file);
  std::uint64_t seed() const;
  /// What config.json beside the file says.
  const WeightsConfig& config() const { return config_; }
  /// Names of the open data, offered as the classes of a file that does not name its own.
  void setDataClasses(const QStringList& classes);
  /// Metadata keys that go with the file: `classes`, or none.
  nlohmann::json metadata() const;
  /// Why this cannot be imported yet; empty when it can. `ticked`: how many models are.
  QString blocked(int ticked) const;

 public slots:
  void chooseFile();

 signals:
  void changed();

 private:
  QWidget* makeKinds();
  QWidget* makeFileRows();
  void takeClasses(int index);
  void refresh();

  QButtonGroup* kinds_;
  QSpinBox* seed_;
  QWidget* fileRows_;
  QLineEdit* file_;
  QComboBox* classes_;
  QLabel* said_;
  QStringList dataClasses_, fileClasses_;
  QString lastFolder_;
  WeightsConfig config_;
};

}  // namespace gf
