// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "jobs/job.h"
#include "jobs/self_check.h"

namespace gf {

/// Asks which devices there are; off the GUI thread, because the first look for CUDA may take seconds.
class DeviceJob final : public Job {
 public:
  std::string title() const override { return "Looking for compute devices"; }
  void run(const Control&) override { devices_ = computeDevices(); }
  /// After run() returned.
  const std::vector<DeviceInfo>& devices() const { return devices_; }

 private:
  std::vector<DeviceInfo> devices_;
};

}  // namespace gf
