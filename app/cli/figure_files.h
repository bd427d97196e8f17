// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/terminal.h"
#include "base/control.h"
#include "report/figure.h"
#include "report/result_folder.h"
#include "ui/charts/figure_view.h"

namespace gf {

/// "svg,pdf,png" (csv and json are known too) → formats. Throws Error(Usage) naming what is not one.
std::vector<FigureFormat> parseFormats(const std::string& text);

/// Draws every figure in every format into `folder`, with CSV and JSON beside; needs no display. Throws Error(Run),
/// Stopped between two figures.
void writeFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                  const std::vector<FigureFormat>& formats, const Control& control = {});

/// What every command leaves of a pair, a run or a shelf in `result.folder`: report.json, the same for people
/// (report.html), and below figures/ each figure as SVG, PNG, CSV and JSON. report.json and the numbers come first:
/// where drawing is stopped, the answer is false and the result is whole without its pictures. Throws Error(Run).
bool writeResult(const Result& result, const Control& control = {});

/// Says where the figures of a whole result come from whose drawing was stopped. Answers the exit code of that.
int sayUndrawn(const std::filesystem::path& out, Terminal& terminal);

/// report.html and report.pdf of a result in `folder`, which is made if need be. Throws Error(Run).
void writePages(const Result& result, const std::filesystem::path& folder);

}  // namespace gf
