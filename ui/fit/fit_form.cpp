// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fit/fit_form.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/transfer/option_form.h"

namespace gf {
namespace {

QString translated(std::string_view text) {
  return QCoreApplication::translate("options", std::string(text).c_str());
}

QString idText(std::string_view id) {
  return QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size()));
}

}  // namespace

FitForm::FitForm(QWidget* parent)
    : QWidget(parent),
      recipe_(new QComboBox(this)),
      meaning_(sentenceLabel({}, this)),
      form_(new OptionForm(FormTable{fitOptionTable(), fitTraining(), false}, this)) {
  auto* rows = new QFormLayout;
  rows->setHorizontalSpacing(space::kM);
  rows->setVerticalSpacing(space::kS);
  rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  const auto addRow = [this, rows](const QString& text, QComboBox* field) {
    auto* label = new QLabel(text, this);
    label->setMinimumWidth(form_->labelWidth());  // the fields of both forms in one column
    label->setBuddy(field);
    rows->addRow(label, field);
  };
  recipe_->setObjectName(QStringLiteral("fit-recipe"));
  recipe_->addItem(tr("Train on the open data"));
  recipe_->addItem(tr("Another data set (Fig. 9)"));
  recipe_->addItem(tr("Domain shift (Fig. 10)"));
  recipe_->setAccessibleName(tr("What for"));
  addRow(tr("What for"), recipe_);
  rows->addRow(meaning_);
  for (const FitChoice& choice : fitChoices()) {
    auto* combo = new QComboBox(this);
    combo->setObjectName(QStringLiteral("fit-") + idText(choice.id));
    combo->setAccessibleName(translated(choice.label));
    combo->setToolTip(translated(choice.help) + QStringLiteral("\nFlag: --") + idText(choice.id));
    for (const OptionChoice& each : choice.choices) {
      combo->addItem(translated(each.label), idText(each.id));
      combo->setItemData(combo->count() - 1, translated(each.help), Qt::ToolTipRole);
    }
    connect(combo, &QComboBox::currentIndexChanged, this, &FitForm::changed);
    addRow(translated(choice.label), combo);
    choices_.push_back(combo);
  }
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addLayout(rows);
  layout->addWidget(form_);
  layout->addStretch(1);
  connect(recipe_, &QComboBox::currentIndexChanged, this, &FitForm::takeRecipe);
  connect(form_, &OptionForm::changed, this, &FitForm::changed);
  takeRecipe();
}

FitOptions FitForm::options() const {
  FitOptions options;
  options.training = form_->options();
  const auto choices = fitChoices();
  for (std::size_t i = 0; i < choices.size(); ++i)
    choose(options, choices[i], choices_[i]->currentData().toString().toStdString());
  return options;
}

FitRecipe FitForm::recipe() const {
  return static_cast<FitRecipe>(recipe_->currentIndex());
}

QString FitForm::problem() const {
  if (QString problem = form_->problem(); !problem.isEmpty()) return problem;
  return QCoreApplication::translate("options", conflictIn(options()).c_str());
}

void FitForm::takeRecipe() {
  meaning_->setText(recipeText(recipe()));
  FitOptions start = options();
  start.training.learningRate = fitTraining().learningRate;
  const FitOptions wanted = withRecipe(start, recipe());
  const auto choices = fitChoices();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const QSignalBlocker quiet(choices_[i]);
    choices_[i]->setCurrentIndex(choices_[i]->findData(idText(chosenId(wanted, choices[i]))));
  }
  form_->setOptions(wanted.training);
  emit changed();
}

}  // namespace gf
