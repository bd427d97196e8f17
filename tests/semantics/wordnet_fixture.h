// SPDX-License-Identifier: Apache-2.0
#pragma once

// A WordNet of sixteen synsets, made by hand in the format of wndb(5WN), so that every number can be worked out:
//   entity ┬ animal ┬ bird ┬ crane, wading crane
//          │        │      └ black-footed albatross
//          │        ├ dog (also a kind of pet) ─ Rex (an instance)
//          │        ├ fireman
//          │        └ head of state
//          ├ artifact ┬ machine ─ crane, lifting device
//          │          ├ boot
//          │          └ knife
//          ├ pet ─ dog
//          ├ glass
//          └ boxful
#include <string>

#include "semantics/wordnet.h"

namespace gf_test {

inline const std::string kNouns =
    "  1 This is not Princeton's text.  \n"
    "  2 WordNet 3.0 Copyright 2006 by Princeton University.  \n"
    "00000010 03 n 01 entity 0 002 ~ 00000020 n 0000 ~ 00000050 n 0000 | that which is  \n"
    "00000020 03 n 02 animal 0 beast 1 001 @ 00000010 n 0000 | a living thing that moves  \n"
    "00000030 05 n 01 bird 0 001 @ 00000020 n 0000 | it has feathers; \"a bird | in the hand\"  \n"
    "00000040 05 n 02 crane 0 wading_crane 0 002 @ 00000030 n 0000 + 00692347 v 0101 | a tall bird  \n"
    "00000050 06 n 01 artifact 0 001 @ 00000010 n 0000 | something made  \n"
    "00000060 06 n 01 machine 0 001 @ 00000050 n 0000 | it does work  \n"
    "00000070 06 n 02 crane 1 lifting_device 0 001 @ 00000060 n 0000 | it lifts  \n"
    "00000080 05 n 02 dog 0 domestic_dog 0 002 @ 00000020 n 0000 @ 00000090 n 0000 | it barks  \n"
    "00000090 05 n 01 pet 0 001 @ 00000010 n 0000 | one keeps it  \n"
    "00000100 06 n 01 boot 0 001 @ 00000050 n 0000 | worn on the foot  \n"
    "00000110 06 n 01 knife 0 001 @ 00000050 n 0000 | it cuts  \n"
    "00000120 05 n 01 Rex 0 001 @i 00000080 n 0000 | a dog of that name  \n"
    "00000130 18 n 01 fireman 0 001 @ 00000020 n 0000 | he fights fire  \n"
    "00000140 18 n 01 head_of_state 0 001 @ 00000020 n 0000 | he represents a state  \n"
    "00000150 05 n 01 black-footed_albatross 0 001 @ 00000030 n 0000 | a seabird  \n"
    "00000160 23 n 0a boxful 0 box 0 head 0 d 0 e 0 f 0 g 0 h 0 i 0 glass 0 001 @ 00000010 n 0000 |   \n";

inline const std::string kIndex =
    "  1 This is not Princeton's text.  \n"
    "animal n 1 1 @ 1 0 00000020  \n"
    "artifact n 1 1 @ 1 0 00000050  \n"
    "beast n 1 1 @ 1 0 00000020  \n"
    "bird n 1 2 @ ~ 1 1 00000030  \n"
    "black-footed_albatross n 1 1 @ 1 0 00000150  \n"
    "boot n 1 1 @ 1 0 00000100  \n"
    "boxful n 1 1 @ 1 0 00000160  \n"
    "crane n 2 1 @ 2 1 00000070 00000040  \n"
    "dog n 1 1 @ 1 1 00000080  \n"
    "domestic_dog n 1 2 @ ~ 1 0 00000080  \n"
    "entity n 1 1 ~ 1 1 00000010  \n"
    "fireman n 1 1 @ 1 0 00000130  \n"
    "glass n 1 1 @ 1 0 00000160  \n"
    "head n 1 1 @ 1 0 00000160  \n"
    "head_of_state n 1 1 @ 1 0 00000140  \n"
    "knife n 1 1 @ 1 0 00000110  \n"
    "lifting_device n 1 1 @ 1 0 00000070  \n"
    "machine n 1 1 @ 1 0 00000060  \n"
    "pet n 1 0 1 0 00000090  \n"
    "rex n 1 1 @i 1 0 00000120  \n"
    "wading_crane n 1 1 @ 1 0 00000040  \n";

inline const std::string kExceptions = "knives knife\nbeeves beef beast\n";

inline gf::WordNet wordNetOf(const std::string& nouns, const std::string& index = kIndex) {
  return gf::WordNet(gf::parseNounData(nouns, "data.noun"), gf::parseNounIndex(index, "index.noun"),
                     gf::parseNounExceptions(kExceptions, "noun.exc"), "wordnet");
}
inline gf::WordNet smallWordNet() {
  return wordNetOf(kNouns);
}
inline gf::WordNet::Synset synsetAt(const gf::WordNet& net, std::uint32_t offset) {
  return net.atOffset(offset).value();
}

}  // namespace gf_test
