// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/figure.h"
#include "ui/charts/figure_view.h"

namespace gf {

/// "svg,pdf,png" (csv and json are known too) → formats. Throws Error(Usage) naming what is not one.
std::vector<FigureFormat> parseFormats(const std::string& text);

/// Draws every figure in every format into `folder`, with CSV and JSON beside; needs no display. Throws Error(Run).
void writeFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                  const std::vector<FigureFormat>& formats);

}  // namespace gf
