// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace gf {

/// A part of a file mapped for reading. Where the system can no longer give a mapped page – the file was cut short by
/// somebody, or its disk fails – a process would be killed (SIGBUS); here zeros are read from then on, and lost() says
/// so. Reading is thread-safe.
class GuardedMap {
 public:
  /// Bytes [at, at + length) of the open file `descriptor`, which may be closed afterwards. Throws Error(Run) without a
  /// subject when the system refuses.
  GuardedMap(int descriptor, std::uint64_t at, std::size_t length);
  ~GuardedMap();
  GuardedMap(const GuardedMap&) = delete;
  GuardedMap& operator=(const GuardedMap&) = delete;

  std::string_view bytes() const { return bytes_; }
  /// Whether anything read so far may have been zeros in place of the file. To be asked after reading.
  bool lost() const;

  struct Region;  ///< What the signal's handler knows of a mapping.

 private:
  std::string_view bytes_;
  Region* region_ = nullptr;
};

}  // namespace gf
