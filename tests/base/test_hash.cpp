// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"

using namespace gf;

TEST_CASE("SHA-256 of the vectors of FIPS 180-4") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("pieces and files hash like the whole") {
  const std::string bytes(3'000'000, 'q');
  Sha256 pieces;
  for (std::size_t at = 0; at < bytes.size(); at += 999'983) pieces.add(std::string_view(bytes).substr(at, 999'983));
  CHECK(pieces.hex() == sha256(bytes));
  const auto file = std::filesystem::temp_directory_path() / "gainfinder-test-hash";
  writeAtomically(file, bytes);
  CHECK(sha256OfFile(file) == sha256(bytes));
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(sha256OfFile(file, Control(source.get_token(), nullptr, {})), Stopped);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(sha256OfFile(file), Error);
  CHECK_THROWS_AS(sha256OfFile(std::filesystem::temp_directory_path()), Error);
}

TEST_CASE("the mixer is SplitMix64: its published first outputs") {
  // Reference outputs of splitmix64 for seed 1234567: the state advances by the golden gamma before each output.
  constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15ULL;
  const std::vector<std::uint64_t> expected{6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                            4593380528125082431ULL, 16408922859458223821ULL};
  for (std::uint64_t i = 0; i < expected.size(); ++i) CHECK(mix(1234567 + i * kGamma) == expected[i]);
}

TEST_CASE("bounded draws are in range and even; shuffles are permutations") {
  Random random(1);
  std::vector<int> counts(6);
  for (int i = 0; i < 60'000; ++i) ++counts.at(random.below(6));
  double chi = 0;
  for (const int count : counts) chi += (count - 10'000.0) * (count - 10'000.0) / 10'000;
  CHECK(chi < 20.5);  // 0.1 % of fair dice exceed it
  CHECK(random.below(1) == 0);
  std::vector<int> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, again = values;
  Random(5).shuffle(values);
  Random(5).shuffle(again);
  CHECK(values == again);
  CHECK(std::set(values.begin(), values.end()).size() == 10);
  Random(6).shuffle(again);
  CHECK(values != again);
}

TEST_CASE("keyed choices depend on every key") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t sample = 0; sample < 10; ++sample) {
      for (std::uint64_t epoch = 0; epoch < 10; ++epoch) seen.insert(mix(seed, sample, epoch));
    }
  }
  CHECK(seen.size() == 1000);
}
