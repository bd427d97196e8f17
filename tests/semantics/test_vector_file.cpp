// SPDX-License-Identifier: Apache-2.0
// Files written by NumPy, Python's csv and the safetensors package (make_vectors_golden.py).
#include <doctest/doctest.h>

#include <fstream>

#include "base/error.h"
#include "base/random.h"
#include "models/fixtures.h"
#include "semantics/vector_file.h"

using namespace gf_test;

namespace {

using Names = std::vector<std::string>;

fs::path vectors(const std::string& name) {
  return fs::path(GF_TEST_DATA) / "vectors" / name;
}
const nlohmann::json& numpy() {
  static const nlohmann::json golden = [] {
    std::ifstream file(GF_TEST_DATA "/vectors_golden.json");
    return nlohmann::json::parse(file);
  }();
  return golden;
}
Names classNames() {
  return numpy()["names"].get<Names>();
}
std::vector<float> numpyValues() {
  std::vector<float> values;
  for (const auto& row : numpy()["values"]) {
    for (const auto& value : row) values.push_back(value.get<float>());
  }
  return values;
}

/// A .npy file of version 1 with this header and as many bytes of data.
std::string npy(const std::string& header, std::size_t bytes) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() % 256);
  text += static_cast<char>(header.size() / 256);
  return text + header + std::string(bytes, '\0');
}

void checkCosines(const gf::ClassSemantics& seen) {
  REQUIRE(seen.dimensions == 7);
  for (std::size_t a = 0; a < seen.names.size(); ++a) {
    for (std::size_t b = 0; b < seen.names.size(); ++b) {
      CHECK(std::abs(seen.between(a, b) - numpy()["cosines"][a][b].get<double>()) < 1e-6);
    }
  }
}

}  // namespace

TEST_CASE("arrays of NumPy are read in every form") {
  for (const char* name : {"c_float32.npy", "c_float64.npy", "fortran_float32.npy", "fortran_float64.npy",
                           "big_endian.npy", "version_2.npy", "version_3.npy"}) {
    CAPTURE(name);
    const gf::VectorTable table = gf::parseNpy(bytesOf(vectors(name)), name);
    CHECK(table.names.empty());
    CHECK(table.rows == 6);
    CHECK(table.dimensions == 7);
    CHECK(table.values == numpyValues());
    const auto seen = gf::vectorFileSemantics(vectors(name), classNames());
    checkCosines(seen);
    CHECK(seen.provenance["rows"] == "by order");
    CHECK(seen.provenance["files"][0]["sha256"].get<std::string>().size() == 64);
  }
}

TEST_CASE("comma-separated text is read by name, with and without a heading") {
  for (const char* name : {"plain.csv", "heading.csv"}) {
    CAPTURE(name);
    const gf::VectorTable table = gf::parseVectorCsv(bytesOf(vectors(name)), name);
    CHECK(table.rows == 6);
    CHECK(table.names[0] == "Line\nbreak");
    CHECK(table.names[3] == "a \"great\" shark");
    CHECK(table.names[4] == "hen, or cock");
    checkCosines(gf::vectorFileSemantics(vectors(name), classNames()));
  }
  Names some{"BOOT", "hen,_or_cock"};
  const auto seen = gf::vectorFileSemantics(vectors("plain.csv"), some);
  CHECK(seen.names == some);
  CHECK(std::abs(seen.between(0, 1) - numpy()["cosines"][5][2].get<double>()) < 1e-6);
  REQUIRE(seen.notes.size() == 1);
  CHECK(seen.notes[0].find("4 of 6 rows") == 0);
}

TEST_CASE("safetensors are read as a matrix or by name") {
  checkCosines(gf::vectorFileSemantics(vectors("matrix.safetensors"), classNames()));
  const auto seen = gf::vectorFileSemantics(vectors("by_name.safetensors"), classNames());
  checkCosines(seen);
  CHECK(seen.provenance["rows"] == "by name");
}

TEST_CASE("files that do not fit the classes are refused") {
  Names more = classNames();
  more.push_back("seal");
  const gf::Error order = failureOf([&] { gf::vectorFileSemantics(vectors("c_float32.npy"), more); });
  CHECK(order.kind() == gf::ErrorKind::Input);
  CHECK(order.subject() == vectors("c_float32.npy").string());
  CHECK(order.observed() == "6 rows for 7 classes");
  CHECK(failureOf([&] { gf::vectorFileSemantics(vectors("plain.csv"), more); }).observed() == "none for \"seal\"");
  CHECK(failureOf([&] { gf::vectorFileSemantics(vectors("matrix.safetensors"), more); }).observed() ==
        "6 rows for 7 classes");
  const Scratch scratch;
  write(scratch / "twice.csv", "cat,1,2\ncat,3,4\ndog,5,6\n");
  CHECK(failureOf([&] {
          gf::vectorFileSemantics(scratch / "twice.csv", {"dog", "cat"});
        })
            .observed()
            .find("\"cat\" twice") != std::string::npos);
  write(scratch / "alike.csv", "Cardigan,1,0\ncardigan,0,1\ndog,1,0.1\n");
  const auto told = gf::vectorFileSemantics(scratch / "alike.csv", {"dog", "cardigan", "Cardigan"});
  CHECK(told.between(0, 2) > 0.9);
  CHECK(told.between(0, 1) < 0.2);
  write(scratch / "zero.csv", "cat,1,2\ndog,0,0\n");
  const gf::Error zero = failureOf([&] { gf::vectorFileSemantics(scratch / "zero.csv", {"cat", "dog"}); });
  CHECK(zero.subject() == (scratch / "zero.csv").string() + ", \"dog\"");
  CHECK(failureOf([&] { gf::vectorFileSemantics(scratch / "vectors.txt", {"cat"}); }).observed() == ".txt");
  CHECK(failureOf([&] { gf::vectorFileSemantics(scratch / "none.npy", {"cat"}); }).kind() == gf::ErrorKind::Input);
}

TEST_CASE("arrays that are something else are refused with the rule") {
  const auto ruleOf = [](const std::string& bytes) {
    const gf::Error error = failureOf([&] { gf::parseNpy(bytes, "v.npy"); });
    CHECK(error.kind() == gf::ErrorKind::Input);
    CHECK(error.subject().find("v.npy") == 0);
    return error.rule() + ": " + error.observed();
  };
  CHECK(ruleOf(bytesOf(vectors("whole.npy"))).find("float32 or float64: the type \"<i4\"") != std::string::npos);
  CHECK(ruleOf(bytesOf(vectors("objects.npy"))).find("float32 or float64: the type \"|O\"") != std::string::npos);
  CHECK(ruleOf(bytesOf(vectors("flat.npy"))).find("[classes, D]: 1 dimensions") != std::string::npos);
  const std::string good = bytesOf(vectors("c_float32.npy"));
  CHECK(ruleOf(good.substr(0, good.size() - 1)).find("167 bytes for 6 × 7") != std::string::npos);
  CHECK(ruleOf(good + "x").find("169 bytes") != std::string::npos);
  CHECK(ruleOf(good.substr(0, 9)).find("NumPy's mark") != std::string::npos);
  CHECK(ruleOf(good.substr(0, 40)).find("fit the file") != std::string::npos);
  CHECK(ruleOf("").find("NumPy's mark") != std::string::npos);
  const std::string plain = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
  CHECK(gf::parseNpy(npy(plain, 8), "v.npy").values == std::vector<float>{0, 0});
  for (const char* header :
       {"", "{}", "{'descr': '<f4', 'shape': (1, 2)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, -2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)} x", "['<f4']",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 'x'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)}"}) {
    CAPTURE(header);
    ruleOf(npy(header, 8));
  }
  std::string infinite = npy(plain, 8);
  infinite.replace(infinite.size() - 4, 4, std::string("\x00\x00\x80\x7f", 4));
  const gf::Error error = failureOf([&] { gf::parseNpy(infinite, "v.npy"); });
  CHECK(error.subject() == "v.npy, row 1");
  CHECK(error.observed() == "inf in column 2");
}

TEST_CASE("text that is no table is refused with its row") {
  const struct {
    const char *text, *subject, *rule, *observed;
  } cases[] = {
      {"", "v.csv", "rows of a name and numbers", "none"},
      {"name,a,b\n", "v.csv", "rows of a name and numbers", "none"},
      {"cat,1,2\ndog,3\n", "v.csv, row 2", "2 numbers", "1"},
      {"cat,1,2\ndog,3,4,5\n", "v.csv, row 2", "2 numbers", "3"},
      {"cat,1,2\ndog,3,x\n", "v.csv, row 2", "must be numbers", "\"x\" in column 3"},
      {"cat,1,2\ndog,3,\n", "v.csv, row 2", "must be numbers", "nothing in column 3"},
      {"cat,1,2\ndog,3,nan\n", "v.csv, row 2", "finite", "nan in column 3"},
      {"cat,1,2\ndog,3,1e39\n", "v.csv, row 2", "finite", "in column 3"},
      {"cat,1,2\ndog,3,1e999\n", "v.csv, row 2", "finite", "inf in column 3"},
      {"cat,1,2\ndog,3,0x10\n", "v.csv, row 2", "must be numbers", "\"0x10\""},
      {"cat,1,2\n,3,4\n", "v.csv, row 2", "name of its class", "an empty field"},
      {"cat,1,2\n\"dog,3,4\n", "v.csv, row 2", "must end", "dog"},
      {"cat,1,2\n\"dog\"s,3,4\n", "v.csv, row 2", "nothing may follow", "s,3,4"},
      {"cat,1,2\nd\"og,3,4\n", "v.csv, row 2", "must be quoted", "d\"og"},
      {"cat,1,2\rdog,3,4\r", "v.csv, row 1", "LF or CRLF", "a lone CR"},
      {"cat,1,2\nd\xFFog,3,4\n", "v.csv", "UTF-8", ""},
      {"cat,1,2\ndog\n", "v.csv, row 2", "a name and numbers", "\"dog\""},
  };
  for (const auto& broken : cases) {
    CAPTURE(broken.text);
    const gf::Error error = failureOf([&] { gf::parseVectorCsv(broken.text, "v.csv"); });
    CHECK(error.subject() == broken.subject);
    CHECK(error.rule().find(broken.rule) != std::string::npos);
    CHECK(error.observed().find(broken.observed) != std::string::npos);
  }
  // A heading may be numbers when its first field says what it heads; the last line needs no end; empty lines are none.
  const gf::VectorTable table = gf::parseVectorCsv("Class,0,1\r\n\r\n cat , +1 ,2e0\r\n\"dog\",-3,.5", "v.csv");
  CHECK(table.names == Names{" cat ", "dog"});
  CHECK(table.values == std::vector<float>{1, 2, -3, 0.5f});
}

TEST_CASE("files changed at random are read or refused, nothing else") {
  gf::Random random(12);
  int refused = 0;
  for (int trial = 0; trial < 1200; ++trial) {
    CAPTURE(trial);
    const bool text = trial % 2 == 0;
    std::string bytes = bytesOf(vectors(text ? "heading.csv" : "version_2.npy"));
    // The header of an array is where its rules are.
    const std::size_t reach = text ? bytes.size() : 128;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
      const auto place = static_cast<std::size_t>(random.below(std::min(reach, bytes.size())));
      const auto kind = random.below(3);
      if (kind == 0) bytes[place] = static_cast<char>(random.below(256));
      if (kind == 1) bytes.erase(place, static_cast<std::size_t>(random.below(9)));
      if (kind == 2) bytes.insert(place, 1, ",\"\n0(f"[random.below(6)]);
      if (bytes.empty()) break;
    }
    try {
      const gf::VectorTable table = text ? gf::parseVectorCsv(bytes, "v.csv") : gf::parseNpy(bytes, "v.npy");
      CHECK(table.values.size() == table.rows * table.dimensions);
    } catch (const gf::Error& error) {
      CHECK(error.kind() == gf::ErrorKind::Input);
      ++refused;
    }
  }
  CHECK(refused > 400);
}
