// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <string>
#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QStandardItemModel;

namespace gf {
struct Cache;

/// What the program keeps so that it need not be computed again: kinds, numbers and sizes, what they may take at most,
/// and a way to remove it.
class StorageDialog final : public QDialog {
  Q_OBJECT
 public:
  explicit StorageDialog(QWidget* parent = nullptr);

 private:
  struct Limit {
    std::string id;  ///< Of the Cache.
    QComboBox* box;
    QString shown;  ///< As it is now.
  };

  QFormLayout* makeLimits();
  void look();
  void showLimit(Limit& limit, const Cache& cache);
  void compareLimits();
  void apply();
  void clear();

  QStandardItemModel* kinds_;
  std::vector<Limit> limits_;
  QLabel *sum_, *wrong_;
  QPushButton *apply_ = nullptr, *clear_ = nullptr;
};

}  // namespace gf
