// SPDX-License-Identifier: Apache-2.0
#include "predictions/logits.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "data/guarded_map.h"

namespace gf {

Logits::Logits(std::shared_ptr<const GuardedMap> map)
    : map_(std::move(map)),
      mapped_(reinterpret_cast<const float*>(map_->bytes().data())),
      mappedSize_(map_->bytes().size() / sizeof(float)) {}

bool Logits::operator==(const Logits& other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

std::vector<float>& Logits::own() {
  if (map_) {
    own_.assign(begin(), end());
    requireSound();
    map_.reset();
  }
  return own_;
}

void Logits::requireSound() const {
  if (!map_ || !map_->lost()) return;
  failRun("a stored evaluation", "its file must stay whole while it is read", "a part that can no longer be read",
          "Repeat what was done: the model is then evaluated again");
}

}  // namespace gf
