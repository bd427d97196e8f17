// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "jobs/import_job.h"

namespace gf {

/// Where the user's weights come from.
enum class WeightsFrom { Caches, File, Random };

/// What is imported at a time, whatever the library: the choices of the dialog.
struct ImportPlan {
  std::vector<Importable> models;  ///< At most one with a file; none where its config.json names the architecture.
  WeightsFrom from = WeightsFrom::Caches;
  std::uint64_t seed = 0;
  QString weights, metadata;  ///< Paths; empty unless they come from a file.
  QString out, python;
  bool overwrite = false;
};

/// One request for each library, in the order of the models.
std::vector<ImportRequest> requestsOf(const ImportPlan& plan);
/// The commands that do the same in a terminal, one a line.
QString commandOf(const std::vector<ImportRequest>& requests);
/// Why a model failed, in sentences.
QString failureText(const ImportOutcome& outcome);

}  // namespace gf
