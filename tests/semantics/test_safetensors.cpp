// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "semantics/safetensors.h"
#include "texts.h"

namespace {
using namespace gf_test;

std::string lengthOf(std::uint64_t length) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xFF);
  return bytes;
}
std::string fileOf(const std::string& header, const std::string& data) {
  return lengthOf(header.size()) + header + data;
}

TEST_CASE("numbers of every dtype, laid out by hand") {
  const Scratch scratch;
  using namespace std::string_literals;
  // 1.5 and -2 in each: F16 0x3E00 0xC000, BF16 0x3FC0 0xC000.
  const std::string header = R"({"__metadata__":{"format":"pt"},
    "half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
    "brain":{"dtype":"BF16","shape":[2,1],"data_offsets":[4,8]},
    "single":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},
    "double":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},
    "long":{"dtype":"I64","shape":[],"data_offsets":[24,32]},
    "byte":{"dtype":"U8","shape":[2],"data_offsets":[32,34]},
    "char":{"dtype":"I8","shape":[1],"data_offsets":[34,35]},
    "none":{"dtype":"F32","shape":[0,3],"data_offsets":[35,35]},
    "tiny":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[35,36]}}   )";
  const std::string data =
      "\x00\x3E\x00\xC0\xC0\x3F\x00\xC0\x00\x00\xC0\x3F\x00\x00\x00\xC0"
      "\x00\x00\x00\x00\x00\x00\xF8\x3F\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x07\xFF\x80\x38"s;
  write(scratch / "a.safetensors", fileOf(header, data));
  const gf::SafeTensors file(scratch / "a.safetensors");
  REQUIRE(file.entries().size() == 9);
  CHECK(file.entries().front().name == "half");
  const auto pair = torch::tensor({1.5f, -2.f});
  CHECK(at::equal(file.floats("half"), pair));
  CHECK(at::equal(file.floats("brain"), pair.view({2, 1})));
  CHECK(at::equal(file.floats("single"), pair));
  CHECK(file.floats("double").item<float>() == 1.5f);
  CHECK(file.floats("long").item<float>() == -2.f);
  CHECK(file.floats("long").dim() == 0);
  CHECK(at::equal(file.floats("byte"), torch::tensor({7.f, 255.f})));
  CHECK(file.floats("char").item<float>() == -128.f);
  CHECK(file.floats("none").sizes() == at::IntArrayRef({0, 3}));
  CHECK(failureOf([&] { file.floats("tiny"); }).observed() == "F8_E4M3");
  CHECK(failureOf([&] { file.floats("absent"); }).observed() == "none of that name");
  CHECK(file.find("absent") == nullptr);
}

std::string ruleOf(const std::string& header, std::uint64_t dataBytes) {
  const gf::Error error = failureOf([&] { gf::parseSafeTensorsHeader(header, dataBytes, "x.safetensors"); });
  CHECK(error.subject() == "x.safetensors");
  CHECK(error.kind() == gf::ErrorKind::Input);
  return error.rule();
}

std::string tensor(const std::string& rest) {
  return R"({"a":{)" + rest + "}}";
}

TEST_CASE("each rule of the format is held to") {
  CHECK(gf::parseSafeTensorsHeader("{}", 0, "x").empty());
  CHECK(ruleOf("", 0) == "the header of a safetensors file must begin with {");
  CHECK(ruleOf(" {}", 0) == "the header of a safetensors file must begin with {");
  CHECK(ruleOf("{", 0) == "must be JSON");
  CHECK(ruleOf(R"({"a":1})", 0) == R"(tensor "a": must be an object)");
  CHECK(ruleOf(R"({"__metadata__":{"a":1}})", 0) == "__metadata__ may hold text only");
  CHECK(ruleOf(tensor(R"("shape":[1],"data_offsets":[0,4])"), 4) == R"(tensor "a": dtype must be there)");
  CHECK(ruleOf(tensor(R"("dtype":"F31","shape":[1],"data_offsets":[0,4])"), 4) ==
        R"(tensor "a": dtype must be one of the format's (F32, F16, BF16, I64, U8 …))");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), 4) ==
        R"(tensor "a": shape must hold whole numbers from 0)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])"), 4) ==
        R"(tensor "a": shape must hold whole numbers from 0)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4])"), 4) ==
        R"(tensor "a": the product of its shape must fit 63 bits)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), 4) ==
        R"(tensor "a": data_offsets must span the 8 bytes of its shape)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), 4) ==
        R"(tensor "a": data_offsets must not go backwards)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0])"), 4) ==
        R"(tensor "a": data_offsets must be two whole numbers from 0)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1)"), 4) ==
        R"(tensor "a": may hold dtype, shape and data_offsets only)");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), 8) ==
        "the tensors must end with the file, 8 bytes after the header");
  CHECK(ruleOf(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])"), 8) ==
        R"(tensor "a" must begin where the one before it ends, at byte 0)");
  const std::string one = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  CHECK(ruleOf(R"({"a":)" + one + R"(,"b":)" + one + "}", 4) ==
        R"(tensor "b" must begin where the one before it ends, at byte 4)");
  CHECK(ruleOf(R"({"a":)" + one + R"(,"a":)" + one + "}", 4) == "a key may occur only once in an object");
  CHECK(ruleOf(R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}", 4) == "may nest at most 32 levels");
}

TEST_CASE("files that are none") {
  const Scratch scratch;
  const auto rule = [&](const std::string& bytes) {
    write(scratch / "b.safetensors", bytes);
    return failureOf([&] { gf::SafeTensors file(scratch / "b.safetensors"); }).rule();
  };
  CHECK(rule("") == "a safetensors file must begin with the 8 bytes of its header's length");
  CHECK(rule(lengthOf(100'000'001) + "{}") ==
        "a safetensors header must lie inside the file and have at most 100,000,000 bytes");
  CHECK(rule(lengthOf(3) + "{}") == "a safetensors header must lie inside the file and have at most 100,000,000 bytes");
  CHECK(rule(lengthOf(~std::uint64_t{0}) + "{}") ==
        "a safetensors header must lie inside the file and have at most 100,000,000 bytes");
  CHECK(failureOf([&] { gf::SafeTensors file(scratch / "absent"); }).rule() == "the file must exist");
  CHECK(failureOf([&] { gf::SafeTensors file(scratch.folder()); }).rule() == "must be a file");
}

TEST_CASE("a file that shrinks after it was opened gives an error") {
  const Scratch scratch;
  const std::string whole = fileOf(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", std::string(16, '\0'));
  write(scratch / "c.safetensors", whole);
  const gf::SafeTensors file(scratch / "c.safetensors");
  write(scratch / "c.safetensors", whole.substr(0, whole.size() - 5));
  CHECK(failureOf([&] { file.floats("a"); }).observed() == "11 bytes");
}

}  // namespace
