// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/provider_bar.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

/// Entries that ask for a folder or a file; their data is the kind with the colon and nothing behind it.
bool asksForPath(const QString& data) {
  return data.endsWith(':');
}

}  // namespace

QString providerText(const QString& provider) {
  const qsizetype colon = provider.indexOf(':');
  const QString kind = provider.left(colon < 0 ? provider.size() : colon);
  const QString path = colon < 0 ? QString() : QDir::cleanPath(provider.mid(colon + 1));
  const QString own = QFileInfo(path).fileName();
  const QString name = own.isEmpty() ? path : own;  // the root folder has none
  if (kind == QLatin1String("wordnet"))
    return name.isEmpty() ? ProviderBar::tr("WordNet") : ProviderBar::tr("WordNet, own settings");
  if (kind == QLatin1String("head")) return ProviderBar::tr("Teacher’s classifier rows");
  if (kind == QLatin1String("clip")) return ProviderBar::tr("CLIP text encoder: %1").arg(name);
  if (kind == QLatin1String("text")) return ProviderBar::tr("Sentence encoder: %1").arg(name);
  if (kind == QLatin1String("file")) return ProviderBar::tr("Vectors: %1").arg(name);
  return provider;
}

ProviderBar::ProviderBar(QWidget* parent)
    : QWidget(parent),
      combo_(new QComboBox(this)),
      senses_(new QPushButton(tr("Senses…"), this)),
      details_(new QPushButton(tr("Details…"), this)) {
  auto* label = mutedLabel(tr("Meaning by"), this);
  label->setBuddy(combo_);
  combo_->setObjectName(QStringLiteral("provider"));
  combo_->setAccessibleName(tr("Meaning of the classes by"));
  combo_->setToolTip(tr("Who is asked how alike two classes are"));
  combo_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  combo_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  combo_->setMinimumContentsLength(14);
  senses_->setObjectName(QStringLiteral("senses"));
  senses_->setToolTip(tr("Which of a name’s meanings WordNet took for each class, and another one by hand"));
  details_->setObjectName(QStringLiteral("meaningDetails"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(label);
  layout->addWidget(combo_, 1);
  layout->addWidget(senses_);
  layout->addWidget(details_);
  connect(combo_, &QComboBox::activated, this, &ProviderBar::chosen);
  connect(senses_, &QPushButton::clicked, this, &ProviderBar::sensesRequested);
  connect(details_, &QPushButton::clicked, this, &ProviderBar::detailsRequested);
  fill();
}

void ProviderBar::setProvider(const QString& provider) {
  provider_ = provider;
  if (provider.contains(':') && !provider.startsWith(QLatin1String("wordnet")) && !used_.contains(provider))
    used_ << provider;
  senses_->setVisible(provider.startsWith(QLatin1String("wordnet")));
  fill();
}

void ProviderBar::setDetailsBlocked(const QString& reason) {
  setBlocked(details_, reason, tr("What was asked, what was not found, which senses were taken"));
}

void ProviderBar::fill() {
  const QSignalBlocker silent(combo_);
  combo_->clear();
  const auto add = [this](const QString& text, const QString& provider, const QString& tip) {
    combo_->addItem(text, provider);
    combo_->setItemData(combo_->count() - 1, tip, Qt::ToolTipRole);
  };
  const bool byHand = provider_.startsWith(QLatin1String("wordnet:"));
  const QString wordNet = byHand ? provider_ : QStringLiteral("wordnet");
  add(providerText(wordNet), wordNet, tr("A dictionary of what is a kind of what"));
  add(providerText(QStringLiteral("head")), QStringLiteral("head"),
      tr("How alike the teacher itself holds two classes"));
  for (const QString& used : std::as_const(used_)) add(providerText(used), used, used.mid(used.indexOf(':') + 1));
  combo_->insertSeparator(combo_->count());
  add(tr("CLIP text encoder…"), QStringLiteral("clip:"), tr("A folder with a CLIP model from Hugging Face"));
  add(tr("Sentence encoder…"), QStringLiteral("text:"), tr("A folder with a sentence encoder of the BERT kind"));
  add(tr("File of vectors…"), QStringLiteral("file:"), tr("One vector for each class: .npy, .csv or .safetensors"));
  combo_->setCurrentIndex(combo_->findData(provider_));
}

void ProviderBar::chosen(int index) {
  QString provider = combo_->itemData(index).toString();
  if (asksForPath(provider)) {
    const QString path = askForPath(provider);
    provider = path.isEmpty() ? QString() : provider + path;
  }
  if (!provider.isEmpty() && provider != provider_) emit providerChosen(provider);
  fill();  // a cancelled question leaves the one that was asked before
}

QString ProviderBar::askForPath(const QString& kind) {
  if (kind == QLatin1String("file:")) {
    return QFileDialog::getOpenFileName(this, tr("Choose a file of vectors"), {},
                                        tr("Vectors (*.npy *.csv *.safetensors)"));
  }
  return QFileDialog::getExistingDirectory(
      this, kind == QLatin1String("clip:") ? tr("Choose the folder of a CLIP model (with config.json)")
                                           : tr("Choose the folder of a sentence encoder (with config.json)"));
}

}  // namespace gf
