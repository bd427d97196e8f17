// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/control.h"
#include "semantics/semantics.h"

namespace gf {

/// What class names mean to a text encoder on disk: `spec` is clip:FOLDER or text:FOLDER. Each template is a phrase
/// with {} where the name belongs ("a photo of a {}"); with several, the unit vectors of a class are averaged and
/// scaled again. The default is the raw name. Throws Error(Input), Error(Usage) for a template without {} or with
/// several, Stopped.
ClassSemantics textSemantics(const SemanticsSpec& spec, const std::vector<std::string>& names,
                             const std::vector<std::string>& templates = {"{}"}, const Control& control = {});

}  // namespace gf
