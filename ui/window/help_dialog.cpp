// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/help_dialog.h"

#include <QAbstractButton>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/style/theme.h"

namespace gf {
namespace {

QString heading(const QString& text) {
  return QStringLiteral("<h3>%1</h3>").arg(text);
}

QString table(const QList<QPair<QString, QString>>& rows) {
  QString html = QStringLiteral("<table cellspacing='0' cellpadding='3'>");
  for (const auto& [left, right] : rows)
    html += QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>").arg(left, right);
  return html + QStringLiteral("</table>");
}

QString working() {
  return heading(HelpDialog::tr("How to work")) +
         table({
             {HelpDialog::tr("1 Models"),
              HelpDialog::tr(
                  "Add checkpoints; put the one that knows more into the teacher slot and the one that is to "
                  "learn into the student slot. Several teachers can teach one student.")},
             {HelpDialog::tr("2 Data"), HelpDialog::tr("Open the images on which both are judged.")},
             {HelpDialog::tr("3 Compare"),
              HelpDialog::tr("See, class by class and image by image, what only one of them gets right.")},
             {HelpDialog::tr("4 Transfer"), HelpDialog::tr("Choose a method, look at its plan, and start it.")},
             {HelpDialog::tr("5 Runs"), HelpDialog::tr("Watch what is gained and lost; open earlier runs again.")},
             {HelpDialog::tr("6 Studies"),
              HelpDialog::tr("Many transfers under one plan: which method helps which student, and from whom.")},
             {HelpDialog::tr("7 Figures"),
              HelpDialog::tr("See every figure as it will be printed, export one or all; open earlier results again.")},
         });
}

QString numbers() {
  return heading(HelpDialog::tr("What the numbers mean")) +
         table({
             {HelpDialog::tr("Positive flips"),
              HelpDialog::tr("Share of images where the teacher is right and the student is wrong: what there is to "
                             "learn.")},
             {HelpDialog::tr("Negative flips"),
              HelpDialog::tr("Share of images where the student is right and the teacher is wrong: what copying would "
                             "harm.")},
             {HelpDialog::tr("Knowledge gain"),
              HelpDialog::tr("Share of images that the student got wrong before the transfer and gets right now.")},
             {HelpDialog::tr("Knowledge loss"),
              HelpDialog::tr("Share of images that the student got right before the transfer and gets wrong now.")},
             {HelpDialog::tr("Transfer delta"),
              HelpDialog::tr("Gain minus loss, which is the change of the student’s accuracy, in points.")},
             {HelpDialog::tr("Routing"),
              HelpDialog::tr("Which images follow the teacher and which follow the student as it was at the start.")},
             {HelpDialog::tr("Transfer set"),
              HelpDialog::tr("The part of the training images, drawn evenly from every class, on which the student "
                             "learns.")},
         });
}

QString keys() {
  return heading(HelpDialog::tr("Keys")) +
         table({
             {HelpDialog::tr("Ctrl+1 to Ctrl+7"), HelpDialog::tr("Go to a page")},
             {HelpDialog::tr("Ctrl+O, Ctrl+Shift+O"), HelpDialog::tr("Open files; open a folder")},
             {HelpDialog::tr("T, Shift+T, S"),
              HelpDialog::tr("In the list of models: use as teacher, add as further teacher, use as student")},
             {HelpDialog::tr("Ctrl+R"), HelpDialog::tr("The page’s main action: compare, run")},
             {HelpDialog::tr("Ctrl+."), HelpDialog::tr("Pause the run, or go on")},
             {HelpDialog::tr("Ctrl+E"), HelpDialog::tr("Export what the page shows")},
             {HelpDialog::tr("Ctrl+F"), HelpDialog::tr("Filter the page’s list")},
             {HelpDialog::tr("T, S"), HelpDialog::tr("Models list: use the chosen model as teacher, as student")},
             {HelpDialog::tr("F1"), HelpDialog::tr("This help")},
             {HelpDialog::tr("Ctrl+Q"), HelpDialog::tr("Quit")},
         }) +
         QStringLiteral("<p>%1</p>")
             .arg(
                 HelpDialog::tr("Files and folders can be dropped anywhere on the window: checkpoints go to the shelf, "
                                "data folders to the Data page, runs to the Runs page, comparisons and shelves to the "
                                "Figures page."));
}

}  // namespace

HelpDialog::HelpDialog(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Help"));
  setAccessibleName(windowTitle());
  auto* text = new QTextBrowser(this);
  text->setAccessibleName(tr("Help text"));
  text->setFrameShape(QFrame::NoFrame);
  text->setHtml(working() + numbers() + keys());
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  for (QAbstractButton* button : buttons->buttons()) button->setIcon(QIcon());
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kL, space::kL, space::kL, space::kL);
  layout->addWidget(text, 1);
  layout->addWidget(buttons);
  resize(680, 640);
}

}  // namespace gf
