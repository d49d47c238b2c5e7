// AllowedBefore: the last requests that each thread saw allowed, each with the condition keys that
// its decision looked at. While these have the same values, nothing but a change of policies or of
// the resource's facts can decide them otherwise.
#pragma once

#include <cstdint>

#include "api/question.h"
#include "auth/keys.h"

namespace drydock {

class AllowedBefore {
 public:
  // What a decision rested on; see auth/generation.h and Registry::facts_version. `server` tells
  // those of one process apart.
  struct Grounds {
    const void* server = nullptr;
    uint64_t generation = 0, facts = 0;
    bool operator==(const Grounds&) const = default;
  };
  // `key`: Decisions::key_of_use of the question.
  static bool knows(uint64_t key, const QuestionView& question, const Grounds& grounds);
  // `asked`: what the decision looked at, all of it.
  static void remember(uint64_t key, const QuestionView& question, const Grounds& grounds,
                       const AskedKeys& asked);
};

}  // namespace drydock
