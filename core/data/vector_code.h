// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Functions marked so are compiled for processors with AVX2 and FMA, whatever the rest of the program is compiled for;
/// they may be called where haveAvx2() says yes. A function attribute and no compiler flag for the file: the linker
/// could otherwise take the file's copy of a library function for the whole program.
#if defined(__x86_64__) && defined(__GNUC__)
#define GF_AVX2 __attribute__((target("avx2,fma")))
#endif

namespace gf {

inline bool haveAvx2() {
#ifdef GF_AVX2
  static const bool have = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return have;
#else
  return false;
#endif
}

}  // namespace gf
