// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importing/import_list_job.h"

#include <QCoreApplication>

namespace gf {
namespace {

std::string words(const char* text) {
  return QCoreApplication::translate("jobs", text).toStdString();
}

}  // namespace

std::string ImportListJob::title() const {
  return words("Listing the models of timm and torchvision");
}

void ImportListJob::run(const Control& control) {
  control.report({words("Looking for a Python with torch and timm or torchvision")});
  python_ = findPython(asked_, control);
  control.report({title()});
  list_ = listImportable(python_, control);
}

}  // namespace gf
