// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace gf {

/// Packed data of another's file, unpacked piece by piece, so that what it claims to hold cannot make us allocate.
class Inflate {
 public:
  enum class Format { Gzip, Zlib };
  /// `packed` and `subject`, which names the file in errors, must outlive it. Below 4 GiB.
  Inflate(std::string_view packed, Format format, const std::string& subject);
  ~Inflate();
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  /// Appends up to `count` bytes to `out`; fewer only at the end of the data. Throws Error(Input) when it is damaged or
  /// ends too early.
  void read(std::string& out, std::size_t count);
  bool ended() const { return ended_; }                  ///< With the check sum read and right.
  std::size_t left() const { return stream_.avail_in; }  ///< Bytes behind what was used so far.

 private:
  [[noreturn]] void fail(int result) const;

  const std::string& subject_;
  Format format_;
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace gf
