// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to jobs/: talking to resources/importer/import_model.py.
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/control.h"
#include "base/error.h"

namespace gf {

/// Runs the importer with a request and gives every object it answers to `take`, in order. Throws Stopped, Error(Run)
/// when it does not start, and Error(Input) naming `subject` when it dies, outgrows its memory or takes longer than
/// `seconds`.
void askImporter(const std::filesystem::path& python, const nlohmann::json& request, const std::string& subject,
                 double seconds, const std::function<void(const nlohmann::json&)>& take, const Control& control);

/// "failed" of an answer as an error about `subject`.
Error importerError(const nlohmann::json& failed, const std::string& subject);

}  // namespace gf
