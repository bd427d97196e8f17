// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "report/report_content.h"

namespace gf {

/// Text that means itself in a line of Markdown.
std::string markdownText(const std::string& text);

/// A table as a text of its own, all rows, its note below; cells are text as people read it.
std::string toMarkdown(const ContentTable& table);  ///< GitHub's pipes, numbers to the right.
/// A table environment with caption that compiles without any package but inputenc: booktabs is not needed. Every
/// character with a meaning in LaTeX is escaped; minus signs and ± become maths.
std::string toLatex(const ContentTable& table);
/// RFC 4180 with one header row; U+2212 becomes a hyphen so that programs read the numbers.
std::string toCsv(const ContentTable& table);

}  // namespace gf
