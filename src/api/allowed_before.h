// AllowedBefore: the last requests that each thread saw allowed by names alone: by statements that
// look at who, what and on what, and at no condition. Nothing but a change of policies or of the
// resource's facts can decide them otherwise.
#pragma once

#include <cstdint>

#include "api/question.h"

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
  static void remember(uint64_t key, const QuestionView& question, const Grounds& grounds);
};

}  // namespace drydock
