// SPDX-License-Identifier: Apache-2.0
#include "options/transfer_options.h"

#include <array>
#include <charconv>

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
  if (rule.perClass) return std::to_string(static_cast<std::int64_t>(rule.amount)) + "perclass";
  std::array<char, 32> buffer{};  // the shortest text that reads back as the same number
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rule.amount).ptr;
  return {buffer.data(), end};
}

}  // namespace gf
