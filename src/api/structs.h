// Structs: the input and output of one run of an operation, made and freed by its table.
#pragma once

#include "shape/service.h"

namespace drydock {

struct Structs {
  explicit Structs(const Operation& op)
      : operation(op), input(op.make_input()), output(op.make_output()) {}
  ~Structs() {
    operation.free_input(input);
    operation.free_output(output);
  }
  Structs(const Structs&) = delete;
  Structs& operator=(const Structs&) = delete;
  const Operation& operation;
  void* input;
  void* output;
};

}  // namespace drydock
