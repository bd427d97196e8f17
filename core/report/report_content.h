// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "report/result_folder.h"

namespace gf {

/// A table of texts as people read them.
struct ContentTable {
  std::string title;
  std::vector<std::string> head;
  std::size_t words = 1;  ///< So many columns from the left hold words; the others numbers.
  std::vector<std::vector<std::string>> rows;
  /// A page may fold away what comes after so many rows, or leave it out.
  std::size_t shown = std::numeric_limits<std::size_t>::max();
  std::string note;  ///< What the numbers are, in a sentence; may be empty.
};

struct ContentSection {
  std::string title;
  std::vector<std::string> paragraphs;
  std::vector<ContentTable> tables;
  std::vector<Figure> figures;
};

/// A result as a document: what HTML and PDF pages (ui/report) show, in the order in which it is read.
struct ReportContent {
  std::string title, headline;
  std::vector<ContentSection> sections;
};

/// Of a pair, a run or a shelf. Every number comes from the report; differences stand with their statistics, shares
/// with the samples behind them.
ReportContent reportContent(const Result& result);

}  // namespace gf
