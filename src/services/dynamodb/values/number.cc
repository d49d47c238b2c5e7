#include "services/dynamodb/values/number.h"

#include <algorithm>
#include <array>
#include <vector>

namespace drydock::dynamodb {
namespace {

using Coefficient = unsigned __int128;

constexpr std::array<Coefficient, 39> make_powers() {
  std::array<Coefficient, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr std::array<Coefficient, 39> kPowers = make_powers();

int count_digits(Coefficient value) {
  int digits = 1;
  if (value >= kPowers[19]) digits = 20;
  while (digits < 39 && value >= kPowers[static_cast<size_t>(digits)]) ++digits;
  return digits;
}

// Decimal digits of a coefficient, most significant first.
std::string digits_of(Coefficient value) {
  char buffer[40];
  int at = 40;
  do {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  return std::string(buffer + at, static_cast<size_t>(40 - at));
}

}  // namespace

Number::Number(int64_t value) {
  negative_ = value < 0;
  coefficient_ = negative_ ? -static_cast<Coefficient>(value) : static_cast<Coefficient>(value);
  while (coefficient_ != 0 && coefficient_ % 10 == 0) {
    coefficient_ /= 10;
    ++exponent_;
  }
}

std::expected<Number, std::string> Number::from_digits(std::string_view digits, int64_t exponent,
                                                       bool negative) {
  while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
  while (!digits.empty() && digits.back() == '0') {
    digits.remove_suffix(1);
    ++exponent;
  }
  Number out;
  if (digits.empty()) return out;
  int64_t magnitude = exponent + static_cast<int64_t>(digits.size()) - 1;
  if (magnitude > kMaxMagnitude)
    return std::unexpected(
        "Number overflow. Attempting to store a number with magnitude larger than supported range");
  if (magnitude < kMinMagnitude)
    return std::unexpected(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  if (digits.size() > kMaxDigits)
    return std::unexpected("Attempting to store more than 38 significant digits in a Number");
  for (char c : digits) out.coefficient_ = out.coefficient_ * 10 + static_cast<unsigned>(c - '0');
  out.exponent_ = static_cast<int16_t>(exponent);
  out.negative_ = negative;
  return out;
}

std::expected<Number, std::string> Number::parse(std::string_view text) {
  if (text.empty()) return std::unexpected("The parameter cannot be converted to a numeric value");
  auto bad = [&] {
    return std::unexpected("The parameter cannot be converted to a numeric value: " +
                           std::string(text));
  };
  // AWS does ignore blanks around a number.
  std::string_view rest = text;
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  std::string digits;
  int64_t exponent = 0;
  bool seen_point = false, seen_digit = false;
  size_t at = 0;
  for (; at < rest.size(); ++at) {
    char c = rest[at];
    if (is_digit(c)) {
      seen_digit = true;
      digits += c;
      if (seen_point) --exponent;
    } else if (c == '.' && !seen_point) {
      seen_point = true;
    } else {
      break;
    }
  }
  if (!seen_digit) return bad();
  if (at < rest.size()) {
    if (rest[at] != 'e' && rest[at] != 'E') return bad();
    ++at;
    bool exponent_negative = false;
    if (at < rest.size() && (rest[at] == '-' || rest[at] == '+'))
      exponent_negative = rest[at++] == '-';
    if (at == rest.size()) return bad();
    int64_t written = 0;
    for (; at < rest.size(); ++at) {
      if (!is_digit(rest[at])) return bad();
      if (written < 1'000'000) written = written * 10 + (rest[at] - '0');
    }
    exponent += exponent_negative ? -written : written;
  }
  return from_digits(digits, exponent, negative);
}

std::string Number::text() const {
  if (is_zero()) return "0";
  std::string digits = digits_of(coefficient_);
  std::string out;
  if (negative_) out += '-';
  if (exponent_ >= 0) return out + digits + std::string(static_cast<size_t>(exponent_), '0');
  auto fraction = static_cast<size_t>(-exponent_);
  if (fraction < digits.size()) {
    out.append(digits, 0, digits.size() - fraction);
    out += '.';
    out.append(digits, digits.size() - fraction);
    return out;
  }
  out += "0.";
  out.append(fraction - digits.size(), '0');
  return out + digits;
}

int64_t Number::to_int64() const {
  if (is_zero()) return 0;
  int64_t limit = negative_ ? INT64_MIN : INT64_MAX;
  if (magnitude() > 18) return limit;
  Coefficient value = coefficient_;
  if (exponent_ >= 0)
    value *= kPowers[static_cast<size_t>(exponent_)];
  else if (-exponent_ < 39)
    value /= kPowers[static_cast<size_t>(-exponent_)];
  else
    value = 0;
  if (value > static_cast<Coefficient>(INT64_MAX)) return limit;
  auto number = static_cast<int64_t>(value);
  return negative_ ? -number : number;
}

int Number::digits() const { return count_digits(coefficient_); }
int Number::magnitude() const { return is_zero() ? 0 : exponent_ + digits() - 1; }

std::strong_ordering Number::operator<=>(const Number& other) const {
  auto sign = [](const Number& n) { return n.is_zero() ? 0 : n.negative_ ? -1 : 1; };
  int mine = sign(*this), theirs = sign(other);
  if (mine != theirs) return mine <=> theirs;
  if (mine == 0) return std::strong_ordering::equal;
  auto order = magnitude() <=> other.magnitude();
  if (order == 0) {
    Coefficient a = coefficient_ * kPowers[static_cast<size_t>(kMaxDigits - digits())];
    Coefficient b = other.coefficient_ * kPowers[static_cast<size_t>(kMaxDigits - other.digits())];
    order = a <=> b;
  }
  if (mine < 0) return 0 <=> order;
  return order;
}

// Both operands as digit columns on one scale. When their columns span more than 80 digits, the
// result cannot have 38 digits, whatever they are.
std::expected<Number, std::string> Number::add(const Number& a, const Number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  int low = std::min(a.exponent_, b.exponent_);
  int high = std::max(a.magnitude(), b.magnitude());
  int columns = high - low + 2;
  if (columns > 80)
    return std::unexpected("Attempting to store more than 38 significant digits in a Number");
  auto spread = [&](const Number& n) {
    std::array<int8_t, 80> digits{};  // least significant first
    Coefficient rest = n.coefficient_;
    for (size_t i = static_cast<size_t>(n.exponent_ - low); rest != 0; ++i) {
      digits[i] = static_cast<int8_t>(rest % 10);
      rest /= 10;
    }
    return digits;
  };
  Number left = a, right = b;
  bool same_sign = a.negative_ == b.negative_;
  if (!same_sign) {
    // The larger one first, so that the difference is not negative.
    left.negative_ = right.negative_ = false;
    if (left < right) std::swap(left, right);
    if (left == right) return Number();
  }
  bool negative = same_sign ? a.negative_
                            : (left.coefficient_ == a.coefficient_ && left.exponent_ == a.exponent_
                                   ? a.negative_
                                   : b.negative_);
  auto x = spread(left), y = spread(right);
  std::string digits(static_cast<size_t>(columns), '0');
  int carry = 0;
  for (size_t i = 0; i < static_cast<size_t>(columns); ++i) {
    int sum = x[i] + (same_sign ? y[i] : -y[i]) + carry;
    carry = sum > 9 ? 1 : sum < 0 ? -1 : 0;
    sum -= carry * 10;
    digits[static_cast<size_t>(columns) - 1 - i] = static_cast<char>('0' + sum);
  }
  return from_digits(digits, low, negative);
}

std::expected<Number, std::string> Number::subtract(const Number& a, const Number& b) {
  Number negated = b;
  if (!b.is_zero()) negated.negative_ = !b.negative_;
  return add(a, negated);
}

void Number::append_ordered(std::string& out) const {
  if (is_zero()) {
    out += '\x80';
    return;
  }
  size_t begin = out.size();
  out += '\x81';
  out += static_cast<char>(magnitude() - kMinMagnitude);
  std::string digits = digits_of(coefficient_);
  if (digits.size() % 2 != 0) digits += '0';
  for (size_t i = 0; i < digits.size(); i += 2)
    out += static_cast<char>((digits[i] - '0') * 10 + (digits[i + 1] - '0') + 1);
  out += '\0';
  if (negative_)
    for (size_t i = begin; i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
}

// One byte of sign and length, two of exponent, the coefficient's bytes.
void Number::append_packed(std::string& out) const {
  char bytes[16];
  size_t length = 0;
  for (Coefficient rest = coefficient_; rest != 0; rest >>= 8)
    bytes[length++] = static_cast<char>(rest & 0xff);
  out += static_cast<char>(length | (negative_ ? 0x80 : 0));
  out += static_cast<char>(exponent_ & 0xff);
  out += static_cast<char>((exponent_ >> 8) & 0xff);
  out.append(bytes, length);
}

bool Number::read_packed(std::string_view& in, Number& out) {
  if (in.size() < 3) return false;
  auto head = static_cast<unsigned char>(in[0]);
  size_t length = head & 0x1f;
  if (length > 16 || in.size() < 3 + length) return false;
  out.negative_ = (head & 0x80) != 0;
  out.exponent_ = static_cast<int16_t>(static_cast<unsigned char>(in[1]) |
                                       (static_cast<unsigned char>(in[2]) << 8));
  out.coefficient_ = 0;
  for (size_t i = length; i > 0; --i)
    out.coefficient_ = (out.coefficient_ << 8) | static_cast<unsigned char>(in[2 + i]);
  in.remove_prefix(3 + length);
  return true;
}

}  // namespace drydock::dynamodb
