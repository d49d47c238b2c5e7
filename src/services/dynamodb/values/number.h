// Number: DynamoDB's decimal of at most 38 significant digits, exact in comparison and arithmetic.
//
// The value is coefficient * 10^exponent, negated if `negative`; the coefficient has no trailing
// zeros, zero is {0, 0, false}. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace drydock::dynamodb {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Number {
 public:
  static constexpr int kMaxDigits = 38;
  static constexpr int kMaxMagnitude = 125;   // 9.99…E+125
  static constexpr int kMinMagnitude = -130;  // 1E-130

  Number() = default;
  explicit Number(int64_t value);
  // The text AWS takes as a number, or AWS's message why it is none.
  static std::expected<Number, std::string> parse(std::string_view text);

  std::string text() const;  // plain decimal without exponent: "-12.5", "100", "0.001"
  bool is_zero() const { return coefficient_ == 0; }
  bool is_negative() const { return negative_; }
  bool is_integer() const { return exponent_ >= 0; }
  // Saturates at the ends of int64_t; fractions are cut off.
  int64_t to_int64() const;
  int digits() const;     // significant digits; 1 for zero
  int magnitude() const;  // power of ten of the first digit: 2 for 123, -3 for 0.0012
  int exponent() const { return exponent_; }

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const = default;

  // The exact sum; a message when it has more than 38 digits or leaves the range.
  static std::expected<Number, std::string> add(const Number& a, const Number& b);
  static std::expected<Number, std::string> subtract(const Number& a, const Number& b);

  // Bytes whose order is the order of numbers; no encoding is a prefix of another.
  void append_ordered(std::string& out) const;
  // The shortest form, for stored items: see values/encoding.cc.
  void append_packed(std::string& out) const;
  static bool read_packed(std::string_view& in, Number& out);

 private:
  using Coefficient = unsigned __int128;
  // From decimal digits (0..9, most significant first) with the exponent of the last one.
  static std::expected<Number, std::string> from_digits(std::string_view digits, int64_t exponent,
                                                        bool negative);
  Coefficient coefficient_ = 0;
  int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace drydock::dynamodb
