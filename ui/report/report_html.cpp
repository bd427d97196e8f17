// SPDX-License-Identifier: GPL-3.0-or-later
#include <QByteArray>
#include <QCoreApplication>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "report/report_content.h"
#include "ui/report/drawn_figure.h"
#include "ui/report/report_pages.h"
#include "ui/style/theme.h"

namespace gf {
namespace {

struct ReportPages {
  Q_DECLARE_TR_FUNCTIONS(ReportPages)
};

QByteArray escaped(const std::string& text) {
  return printable(text).toHtmlEscaped().toUtf8();
}

/// Light and dark by the reader's choice; figures keep the white plate they were drawn for.
constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2126; --quiet: #5b656f; --line: #d5dadf; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1b1f23; --ink: #e6e9ec; --quiet: #a2acb5; --line: #3a4148; --band: #23282d; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 "Inter Tabular", Inter, system-ui, Helvetica, Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { margin: .4rem 0; }
.key { font-size: 1.15rem; font-weight: 600; }
.note, figcaption .where { color: var(--quiet); font-size: .87rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; min-width: 5.5rem; }
th { font-weight: 600; vertical-align: bottom; }
.n { text-align: right; overflow-wrap: normal; min-width: 0; }
td.n { white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
figure { margin: 1.25rem 0 1.75rem; }
figure > div { background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; }
figure svg, figure img { display: block; width: 100%; height: auto; }
figcaption { margin-top: .4rem; }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--quiet); }
footer { margin-top: 3rem; color: var(--quiet); font-size: .87rem; }
@media print {
  :root { --paper: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --band: #ffffff; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } details:not([open]) { display: none; }
}
)";

/// The shipped font inside the page, so that figures look the same where it is not installed (it is under the OFL).
QByteArray fontStyle() {
  struct Face {
    const char* file;
    int weight;
  };
  const QByteArray family = Theme::instance().font(TextStyle::Body).family().toUtf8();
  constexpr std::size_t kLargest = std::size_t{4} << 20;
  QByteArray style;
  try {
    for (const Face& face : {Face{"InterTabular-Regular.otf", 400}, Face{"InterTabular-SemiBold.otf", 600}}) {
      const std::string bytes = readFile(resourceFolder() / "fonts" / face.file, kLargest);
      style += "@font-face { font-family: \"" + family + "\"; font-weight: " + QByteArray::number(face.weight) +
               "; src: url(data:font/otf;base64," + QByteArray::fromStdString(bytes).toBase64() + "); }\n";
    }
  } catch (const Error&) {
    return {};  // the theme has said that it is missing; the next best sans serif stands in
  }
  return style;
}

QByteArray rowsOf(const ContentTable& table, std::size_t from, std::size_t to) {
  QByteArray html;
  for (std::size_t r = from; r < to; ++r) {
    html += "<tr>";
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      // Names are of any script: each cell finds its own direction.
      html += c < table.words ? "<td dir=\"auto\">" : "<td class=\"n\">";
      html += escaped(table.rows[r][c]) + "</td>";
    }
    html += "</tr>\n";
  }
  return html;
}

QByteArray gridOf(const ContentTable& table, std::size_t from, std::size_t to) {
  QByteArray html = "<div class=\"wide\"><table";
  if (!table.title.empty()) html += " aria-label=\"" + escaped(table.title) + "\"";
  html += "><thead><tr>";
  for (std::size_t c = 0; c < table.head.size(); ++c) {
    html += c < table.words ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">";
    html += escaped(table.head[c]) + "</th>";
  }
  return html + "</tr></thead><tbody>\n" + rowsOf(table, from, to) + "</tbody></table></div>\n";
}

QByteArray tableOf(const ContentTable& table) {
  const std::size_t shown = std::min(table.shown, table.rows.size());
  QByteArray html;
  if (shown > 0) {
    if (!table.title.empty()) html += "<h3>" + escaped(table.title) + "</h3>\n";
    html += gridOf(table, 0, shown);
  }
  if (shown < table.rows.size()) {
    const QString more = shown == 0
                             ? printable(table.title)
                             : ReportPages::tr("%1 more rows").arg(static_cast<qlonglong>(table.rows.size() - shown));
    html += "<details><summary>" + more.toHtmlEscaped().toUtf8() + "</summary>\n" +
            gridOf(table, shown, table.rows.size()) + "</details>\n";
  }
  if (!table.note.empty()) html += "<p class=\"note\">" + escaped(table.note) + "</p>\n";
  return html;
}

QByteArray figureOf(const Figure& figure, int number) {
  QByteArray html =
      "<figure><div>" + figureElement(printable(figure), number) + "</div>\n<figcaption>" + escaped(figure.sentence);
  if (!figure.paper.empty()) {
    html += " <span class=\"where\">" +
            ReportPages::tr("As %1 of the paper.").arg(printable(figure.paper)).toHtmlEscaped().toUtf8() + "</span>";
  }
  return html + "</figcaption></figure>\n";
}

QByteArray pageOf(const ReportContent& content) {
  const QByteArray title = escaped(content.title);
  QByteArray html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
      title + "</title>\n<style>" + fontStyle() + kStyle + "</style>\n</head>\n<body>\n<main>\n<header><h1>" + title +
      "</h1>\n<p class=\"key\">" + escaped(content.headline) + "</p></header>\n";
  int number = 0;
  for (const ContentSection& section : content.sections) {
    html += "<section>\n<h2>" + escaped(section.title) + "</h2>\n";
    for (const std::string& paragraph : section.paragraphs) html += "<p>" + escaped(paragraph) + "</p>\n";
    for (const Figure& figure : section.figures) html += figureOf(figure, ++number);
    for (const ContentTable& table : section.tables) html += tableOf(table);
    html += "</section>\n";
  }
  return html + "<footer><p>" +
         ReportPages::tr("Made by Gainfinder. The same numbers for programs: report.json beside this page.")
             .toHtmlEscaped()
             .toUtf8() +
         "</p></footer>\n</main>\n</body>\n</html>\n";
}

}  // namespace

void writeReportHtml(const Result& result, const QString& file) {
  writeAtomically(std::filesystem::path(file.toStdString()), pageOf(reportContent(result)).toStdString());
}

}  // namespace gf
