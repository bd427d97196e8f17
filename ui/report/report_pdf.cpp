// SPDX-License-Identifier: GPL-3.0-or-later
#include <QBuffer>
#include <QCoreApplication>
#include <filesystem>

#include "base/files.h"
#include "report/report_content.h"
#include "ui/report/drawn_figure.h"
#include "ui/report/report_pages.h"
#include "ui/report/report_paper.h"

namespace gf {
namespace {

struct ReportPages {
  Q_DECLARE_TR_FUNCTIONS(ReportPages)
};

using Voice = ReportPaper::Voice;

QString captionOf(const Figure& figure) {
  QString caption = printable(figure.sentence);
  if (figure.paper.empty()) return caption;
  return caption + " " + ReportPages::tr("As %1 of the paper.").arg(printable(figure.paper));
}

void fill(ReportPaper& paper, const ReportContent& content) {
  constexpr double kWithSection = 120, kParagraph = 20;
  paper.words(printable(content.title), Voice::Title);
  paper.words(printable(content.headline), Voice::Key);
  for (const ContentSection& section : content.sections) {
    double beside = kWithSection;  // a heading stays with what it heads
    if (!section.figures.empty()) {
      const double paragraphs = kParagraph * static_cast<double>(section.paragraphs.size());
      beside = paragraphs + paper.heightOf(section.figures.front(), captionOf(section.figures.front()));
    }
    paper.words(printable(section.title), Voice::Section, beside);
    for (const std::string& paragraph : section.paragraphs) paper.words(printable(paragraph), Voice::Text);
    for (const Figure& figure : section.figures) paper.figure(figure, captionOf(figure));
    for (const ContentTable& table : section.tables) paper.table(table);
  }
}

}  // namespace

void writeReportPdf(const Result& result, const QString& file) {
  const ReportContent content = reportContent(result);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    ReportPaper paper(buffer, printable(content.title));
    fill(paper, content);
  }
  writeAtomically(std::filesystem::path(file.toStdString()), bytes.toStdString());
}

}  // namespace gf
