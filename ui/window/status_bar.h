// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStatusBar>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;

namespace gf {

class Workspace;
struct DeviceInfo;
struct Progress;

/// "CPU, 2 cores; no CUDA device" or "NVIDIA H200, 139 GiB".
QString deviceText(const std::vector<DeviceInfo>& devices, int cores);

/// Device, the work going on with its progress, time left and a way to stop it, and when the state was last saved.
class StatusBar final : public QStatusBar {
  Q_OBJECT
 public:
  explicit StatusBar(Workspace& workspace, QWidget* parent = nullptr);

 private:
  void askForDevices();
  void showWork();
  void showProgress(const QString& title, const Progress& progress, bool determinate);
  void markSaved();
  void stopWork();

  Workspace& workspace_;
  QLabel* work_;
  QProgressBar* bar_;
  QPushButton* stop_;
  QLabel* saved_;
  QLabel* device_;
};

}  // namespace gf
