// SPDX-License-Identifier: Apache-2.0
#include "study/table_text.h"

#include <array>
#include <string_view>
#include <utility>

namespace gf {
namespace {

using Replacements = std::span<const std::pair<std::string_view, std::string_view>>;

/// Every occurrence of a left side becomes its right side, in one pass from the left.
std::string replaced(const std::string& text, Replacements pairs) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::pair<std::string_view, std::string_view>* hit = nullptr;
    for (const auto& pair : pairs) {
      if (std::string_view(text).substr(i).starts_with(pair.first)) {
        hit = &pair;
        break;
      }
    }
    if (hit) {
      result += hit->second;
      i += hit->first.size();
    } else {
      result += text[i++];
    }
  }
  return result;
}

std::string latexText(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kPairs{
      {{"\\", "\\textbackslash{}"},
       {"{", "\\{"},
       {"}", "\\}"},
       {"&", "\\&"},
       {"%", "\\%"},
       {"$", "\\$"},
       {"#", "\\#"},
       {"_", "\\_"},
       {"~", "\\textasciitilde{}"},
       {"^", "\\textasciicircum{}"},
       {"<", "$<$"},
       {">", "$>$"},
       {"\xE2\x88\x92", "$-$"},
       {"\xC2\xB1", "$\\pm$"},
       {"\xE2\x86\x92", "$\\rightarrow$"},
       {"\xCE\x94", "$\\Delta$"},
       {"\xCF\x81", "$\\rho$"},
       {"\xE2\x81\xBA", "$^+$"},
       {"\xE2\x81\xBB", "$^-$"},
       {"\xCE\xBB", "$\\lambda$"},
       {"\xCF\x84", "$\\tau$"},
       {"\xCE\xB5", "$\\varepsilon$"},
       {"\xE2\x80\x93", "--"},
       {"\xC3\x97", "$\\times$"},
       {"\xC2\xA0", "~"},
       {"\r", " "},
       {"\n", " "}}};
  return replaced(text, kPairs);
}

std::string csvCell(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPairs{
      {{"\xE2\x88\x92", "-"}, {"\"", "\"\""}}};
  const std::string plain = replaced(text, kPairs);
  return plain.find_first_of(",\"\r\n") == std::string::npos ? plain : "\"" + plain + "\"";
}

template <class Cell>
std::string joined(const std::vector<std::string>& cells, const char* between, const Cell& cell) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? between : "") + cell(cells[i]);
  return line;
}

}  // namespace

std::string markdownText(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kPairs{{{"\\", "\\\\"},
                                                                                        {"|", "\\|"},
                                                                                        {"*", "\\*"},
                                                                                        {"_", "\\_"},
                                                                                        {"`", "\\`"},
                                                                                        {"\r", " "},
                                                                                        {"\n", " "},
                                                                                        {"<", "&lt;"}}};
  return replaced(text, kPairs);
}

std::string toMarkdown(const ContentTable& table) {
  std::string text = table.title.empty() ? "" : "### " + markdownText(table.title) + "\n\n";
  text += "| " + joined(table.head, " | ", markdownText) + " |\n|";
  for (std::size_t i = 0; i < table.head.size(); ++i) text += i < table.words ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : table.rows) text += "| " + joined(row, " | ", markdownText) + " |\n";
  if (!table.note.empty()) text += "\n" + table.note + "\n";
  return text;
}

std::string toLatex(const ContentTable& table) {
  std::string text = "\\begin{table}\n\\centering\n";
  if (!table.title.empty()) text += "\\caption{" + latexText(table.title) + "}\n";
  text += "\\begin{tabular}{";
  for (std::size_t i = 0; i < table.head.size(); ++i) text += i < table.words ? "l" : "r";
  text += "}\n\\hline\n" + joined(table.head, " & ", latexText) + " \\\\\n\\hline\n";
  for (const auto& row : table.rows) text += joined(row, " & ", latexText) + " \\\\\n";
  text += "\\hline\n\\end{tabular}\n";
  if (!table.note.empty()) text += "\n\\smallskip\n" + latexText(table.note) + "\n";
  return text + "\\end{table}\n";
}

std::string toCsv(const ContentTable& table) {
  std::string text = joined(table.head, ",", csvCell) + "\r\n";
  for (const auto& row : table.rows) text += joined(row, ",", csvCell) + "\r\n";
  return text;
}

}  // namespace gf
