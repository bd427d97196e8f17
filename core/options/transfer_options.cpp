// SPDX-License-Identifier: Apache-2.0
#include "options/transfer_options.h"

#include <sstream>

namespace gf {

double lambdaOf(const TransferOptions& options) {
  switch (options.method) {
    case Method::Kl:
      return 1;
    case Method::XeKl:
      return options.lambda.value_or(0.5);
    case Method::KlDp:
    case Method::KlDpUnsup:
      break;
  }
  return options.lambda.value_or(1);
}

bool usesPartition(Method method) {
  return method == Method::KlDp || method == Method::KlDpUnsup;
}

bool usesLabels(const TransferOptions& options) {
  return options.method == Method::KlDp || lambdaOf(options) < 1;
}

std::string_view idOf(Method method) {
  switch (method) {
    case Method::Kl:
      return "kl";
    case Method::XeKl:
      return "xe-kl";
    case Method::KlDp:
      return "kl-dp";
    case Method::KlDpUnsup:
      break;
  }
  return "kl-dp-unsup";
}

std::string_view displayName(Method method) {
  switch (method) {
    case Method::Kl:
      return "KL-Dist";
    case Method::XeKl:
      return "XE-KL";
    case Method::KlDp:
      return "KL+DP";
    case Method::KlDpUnsup:
      break;
  }
  return "KL+DP (unsupervised)";
}

std::string toText(const SubsetRule& rule) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << rule.amount;
  return rule.perClass ? text.str() + "perclass" : text.str();
}

}  // namespace gf
