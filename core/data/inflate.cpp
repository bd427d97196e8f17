// SPDX-License-Identifier: Apache-2.0
#include "data/inflate.h"

#include <algorithm>

#include "base/error.h"

namespace gf {

Inflate::Inflate(std::string_view packed, Format format, const std::string& subject)
    : subject_(subject), format_(format) {
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream_.avail_in = static_cast<uInt>(packed.size());
  // 15: the largest window; 16 more asks for gzip's frame.
  if (inflateInit2(&stream_, format == Format::Gzip ? 15 + 16 : 15) != Z_OK) {
    failRun(subject, "there must be memory to unpack it", "none");
  }
}

Inflate::~Inflate() {
  inflateEnd(&stream_);
}

void Inflate::read(std::string& out, std::size_t count) {
  while (count > 0 && !ended_) {
    // Grown as data really comes, so that a header alone cannot make us allocate.
    const std::size_t piece = std::min(count, std::max<std::size_t>(out.size(), 1 << 16));
    const std::size_t before = out.size();
    out.resize(before + piece);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = static_cast<uInt>(piece);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t made = piece - stream_.avail_out;
    out.resize(before + made);
    count -= made;
    ended_ = result == Z_STREAM_END;
    if (result != Z_OK && !ended_) fail(result);
  }
}

void Inflate::fail(int result) const {
  std::string why = stream_.msg ? stream_.msg : "damaged data";
  if (result == Z_BUF_ERROR && stream_.avail_in == 0) why = "it ends too early";
  const std::string rule = format_ == Format::Gzip ? "must be a complete, undamaged gzip file"
                                                   : "its packed parts must be complete and whole";
  failInput(subject_, rule, why, "Copy or download the file again");
}

}  // namespace gf
