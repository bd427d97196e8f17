// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/meaning_details.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "ui/compare/provider_bar.h"
#include "ui/style/theme.h"

namespace gf {

namespace {

struct MeaningText {
  Q_DECLARE_TR_FUNCTIONS(gf::MeaningText)
};

using Json = nlohmann::ordered_json;

QString words(const std::string& text) {
  return QString::fromStdString(text);
}

QString plain(const Json& value) {
  return value.is_string() ? words(value.get<std::string>()) : words(value.dump());
}

/// "model_type" → "Model type".
QString heading(const std::string& key) {
  QString text = words(key).replace('_', ' ');
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

/// One line per entry; nested objects and lists are indented below their key.
void addJson(QStringList& lines, const Json& object, int depth) {
  const QString indent(2 * depth, ' ');
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      lines << indent + heading(key);
      addJson(lines, value, depth + 1);
    } else if (value.is_array() && !value.empty() && value.front().is_object()) {
      lines << indent + heading(key);
      for (const Json& each : value) {
        QStringList parts;
        for (const auto& item : each.items()) parts << plain(item.value());
        lines << indent + QStringLiteral("  ") + parts.join(QStringLiteral("  "));
      }
    } else {
      lines << indent + heading(key) + QStringLiteral(": ") + plain(value);
    }
  }
}

/// "Crane: crane.n.05 (sense 5 of 5), large long-necked wading bird…".
void addSenses(QStringList& lines, const Json& senses) {
  for (const Json& each : senses) {
    if (!each.is_object() || !each.contains("class") || !each.contains("synset")) continue;
    if (each["synset"].is_null()) {
      lines << MeaningText::tr("%1: not in WordNet").arg(plain(each["class"]));
      continue;
    }
    lines << MeaningText::tr("%1: %2 (%3), %4")
                 .arg(plain(each["class"]), plain(each["synset"]), plain(each.value("chosen", Json())),
                      plain(each.value("gloss", Json())));
  }
}

}  // namespace

QString meaningText(const PairMeaning& meaning) {
  Json provenance = meaning.classes.semantics.provenance;
  Json senses;
  if (provenance.is_object() && provenance.contains("senses")) {
    senses = provenance["senses"];
    provenance.erase("senses");
  }
  QStringList lines{MeaningText::tr("Asked: %1").arg(providerText(words(meaning.provider))), QString()};
  lines << MeaningText::tr("Worth knowing");
  if (meaning.classes.semantics.notes.empty()) lines << MeaningText::tr("  Nothing: every name was found.");
  for (const std::string& note : meaning.classes.semantics.notes) lines << QStringLiteral("  • ") + words(note);
  lines << QString() << MeaningText::tr("Where it comes from");
  if (provenance.is_object()) addJson(lines, provenance, 1);
  if (senses.is_array()) {
    lines << QString() << MeaningText::tr("Senses that were taken");
    addSenses(lines, senses);
  }
  return lines.join('\n');
}

void showMeaningDetails(const PairMeaning& meaning, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(MeaningText::tr("What the classes mean: details"));
  auto* text = new QPlainTextEdit(meaningText(meaning), dialog);
  text->setObjectName(QStringLiteral("meaningDetailsText"));
  text->setAccessibleName(dialog->windowTitle());
  text->setReadOnly(true);
  text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
  auto* layout = new QVBoxLayout(dialog);
  layout->setSpacing(space::kM);
  layout->addWidget(text, 1);
  layout->addWidget(buttons);
  dialog->resize(720, 520);
  dialog->open();
}

}  // namespace gf
