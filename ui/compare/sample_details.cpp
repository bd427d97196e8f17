// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_details.h"

#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/charts/figure_view.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/thumbnails.h"
#include "ui/compare/top_classes.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

constexpr int kSide = 112;

}  // namespace

Figure answersFigure(const Comparison& comparison, std::size_t sample, std::size_t most) {
  const Predictions &teacher = comparison.teacherPredictions[kTeacher], &student = comparison.studentPredictions;
  // The teacher's first choices, then what only the student thinks of: alternating keeps both firsts at the top.
  std::vector<std::size_t> classes;
  const auto ofTeacher = firstClasses(teacher, sample, most), ofStudent = firstClasses(student, sample, most);
  for (std::size_t i = 0; i < std::max(ofTeacher.size(), ofStudent.size()) && classes.size() < most; ++i) {
    for (const auto* ranked : {&ofTeacher, &ofStudent}) {
      if (i >= ranked->size()) continue;
      const std::size_t next = (*ranked)[i];
      if (std::find(classes.begin(), classes.end(), next) == classes.end()) classes.push_back(next);
    }
  }
  Figure figure;
  figure.id = "image-" + std::to_string(sample);
  figure.title = comparison.data.eval->sampleName(sample);
  figure.kind = FigureKind::Bars;
  figure.xTitle = "Class";
  figure.yTitle = "Probability (%)";
  figure.series = {{teacherName(comparison).toStdString(), Role::Teacher, {}, {}},
                   {studentName(comparison).toStdString(), Role::Student, {}, {}}};
  const auto truth = static_cast<std::size_t>(comparison.data.eval->labels()[sample]);
  for (const std::size_t k : classes) {
    figure.labels.push_back(className(comparison, static_cast<std::int32_t>(k)).toStdString());
    figure.details.push_back(k == truth ? "the image's class" : "");
    figure.series[0].y.push_back(100 * teacher.probability(sample, k));
    figure.series[1].y.push_back(100 * student.probability(sample, k));
  }
  const auto said = [&](const QString& who, const Predictions& predictions) {
    const Answer answer = answerOf(comparison, predictions, sample);
    return who.toStdString() + " says " + className(comparison, answer.predicted).toStdString() + " (" +
           percentText(answer.confidence, 0).toStdString() + ")";
  };
  figure.sentence = "It is " + className(comparison, static_cast<std::int32_t>(truth)).toStdString() + "; " +
                    said(teacherName(comparison), teacher) + ", " + said(studentName(comparison), student) + ".";
  return figure;
}

SampleDetails::SampleDetails(QWidget* parent)
    : QWidget(parent),
      thumbnails_(new Thumbnails(static_cast<int>(kSide * qGuiApp->devicePixelRatio()), 16, this)),
      picture_(new QLabel(this)),
      name_(mutedLabel({}, this)),
      truth_(new QLabel(this)),
      answers_(new FigureView(this)) {
  picture_->setFixedSize(kSide, kSide);
  picture_->setAlignment(Qt::AlignCenter);
  name_->setFixedWidth(kSide);
  truth_->setFixedWidth(kSide);
  QFont font = Theme::instance().font(TextStyle::Body);
  font.setWeight(QFont::DemiBold);
  truth_->setFont(font);
  truth_->setTextFormat(Qt::PlainText);
  truth_->setWordWrap(true);
  answers_->setTitleVisible(false);
  answers_->setMinimumWidth(204);
  auto* left = new QVBoxLayout;
  left->setSpacing(space::kXs);
  left->addWidget(picture_);
  left->addWidget(truth_);
  left->addWidget(name_);
  left->addStretch(1);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(space::kS, space::kS, 0, 0);
  layout->setSpacing(space::kM);
  layout->addLayout(left);
  layout->addWidget(answers_, 1);
  // Enough for three classes of two bars; the rest of the height belongs to the gallery.
  setFixedHeight(kSide + 5 * fontMetrics().height());
  connect(thumbnails_, &Thumbnails::ready, this, &SampleDetails::paintPicture);
}

void SampleDetails::show(std::shared_ptr<const Comparison> comparison, std::size_t sample) {
  if (comparison != comparison_) thumbnails_->setData(comparison->data.eval);
  comparison_ = std::move(comparison);
  sample_ = sample;
  const Figure figure = answersFigure(*comparison_, sample);
  answers_->setFigure(figure);
  const QString truth = className(*comparison_, comparison_->data.eval->labels()[sample]);
  const QString name = QString::fromStdString(comparison_->data.eval->sampleName(sample));
  truth_->setText(truth_->fontMetrics().elidedText(truth, Qt::ElideRight, 2 * kSide - space::kXl));
  truth_->setToolTip(truth);
  name_->setText(name_->fontMetrics().elidedText(name, Qt::ElideMiddle, kSide));
  name_->setToolTip(name);
  picture_->setAccessibleName(QString::fromStdString(figure.sentence));
  paintPicture();
}

void SampleDetails::clear() {
  comparison_.reset();
  thumbnails_->setData(nullptr);
  answers_->setFigure({});
}

void SampleDetails::paintPicture() {
  if (!comparison_) return;
  const Thumbnails::Picture* picture = thumbnails_->find(sample_);
  if (!picture) return picture_->clear();
  if (picture->image.isNull()) {
    picture_->setText(tr("cannot be read"));
    picture_->setToolTip(picture->problem);
    return;
  }
  QPixmap pixmap = QPixmap::fromImage(picture->image);
  pixmap.setDevicePixelRatio(qGuiApp->devicePixelRatio());
  picture_->setPixmap(pixmap);
  picture_->setToolTip({});
}

}  // namespace gf
