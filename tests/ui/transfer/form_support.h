// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the transfer form share: typing and choosing as a user would.
#pragma once

#include <QComboBox>
#include <QLineEdit>
#include <QTest>

#include "ui/transfer/option_form.h"

namespace gf::testing {

inline void type(OptionForm& form, const char* id, const QString& text) {
  auto* line = qobject_cast<QLineEdit*>(form.field(id));
  QVERIFY(line);
  line->setFocus();
  line->selectAll();
  QTest::keyClick(line, Qt::Key_Delete);
  line->insert(text);  // at once, as pasted: halfway values may be good ones
}

inline void choose(OptionForm& form, Method method) {
  auto* box = qobject_cast<QComboBox*>(form.field("method"));
  QVERIFY(box);
  box->setCurrentIndex(box->findData(QString::fromUtf8(idOf(method).data())));
}

}  // namespace gf::testing
