#include "base/time.h"

#include <cstdio>
#include <cstring>

#include "base/text.h"

namespace drydock {

namespace {

struct Civil {
  int64_t year;
  unsigned month, day, hour, minute, second, ms;
  unsigned weekday;  // 0: Sunday
};

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, by the era arithmetic of
// Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int64_t>(day_of_era) - 719468;
}

Civil civil(Timestamp t) {
  int64_t days = t.ms / 86400000, rest = t.ms % 86400000;
  if (rest < 0) {
    rest += 86400000;
    --days;
  }
  Civil c{};
  c.ms = static_cast<unsigned>(rest % 1000);
  c.second = static_cast<unsigned>(rest / 1000 % 60);
  c.minute = static_cast<unsigned>(rest / 60000 % 60);
  c.hour = static_cast<unsigned>(rest / 3600000);
  c.weekday = static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  c.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  c.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  c.year = static_cast<int64_t>(year_of_era) + era * 400 + (c.month <= 2);
  return c;
}

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Reads exactly `digits` digits at `at` and moves on; -1 when they are none.
int digits(std::string_view text, size_t& at, size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (size_t i = 0; i < count; ++i) {
    char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  at += count;
  return number;
}

std::optional<Timestamp> make(int year, int month, int day, int hour, int minute, int second,
                              int ms) {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 24 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  int64_t days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  return Timestamp{((days * 24 + hour) * 60 + minute) * 60000 + second * 1000 + ms};
}

// Every request writes times; printf would take a twentieth of it. `pattern` has Y, M, D, h, m, s
// and f (milliseconds) for the parts; all else stands for itself.
std::string format(std::string_view pattern, const Civil& c) {
  std::string out;
  out.reserve(32);
  auto put = [&](int64_t number, int width) {
    char digits[4];
    for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
    out.append(digits, static_cast<size_t>(width));
  };
  for (char part : pattern) {
    switch (part) {
      case 'Y':
        if (c.year >= 0 && c.year <= 9999)
          put(c.year, 4);
        else
          out += std::to_string(c.year);
        break;
      case 'M': put(c.month, 2); break;
      case 'D': put(c.day, 2); break;
      case 'h': put(c.hour, 2); break;
      case 'm': put(c.minute, 2); break;
      case 's': put(c.second, 2); break;
      case 'f': put(c.ms, 3); break;
      default: out += part;
    }
  }
  return out;
}

}  // namespace

std::string to_iso8601(Timestamp t) {
  return t.ms % 1000 ? to_iso8601_ms(t) : format("Y-M-DTh:m:sZ", civil(t));
}
std::string to_iso8601_ms(Timestamp t) { return format("Y-M-DTh:m:s.fZ", civil(t)); }
std::string to_basic_iso8601(Timestamp t) { return format("YMDThmsZ", civil(t)); }
std::string to_basic_date(Timestamp t) { return format("YMD", civil(t)); }

std::string to_http_date(Timestamp t) {
  Civil c = civil(t);
  char out[64];
  std::snprintf(out, sizeof out, "%s, %02u %s %04lld %02u:%02u:%02u GMT", kDays[c.weekday], c.day,
                kMonths[c.month - 1], static_cast<long long>(c.year), c.hour, c.minute, c.second);
  return out;
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  size_t at = 0;
  int year = digits(text, at, 4);
  auto take = [&](char c) { return at < text.size() && text[at] == c ? (++at, true) : false; };
  if (year < 0 || !take('-')) return std::nullopt;
  int month = digits(text, at, 2);
  if (month < 0 || !take('-')) return std::nullopt;
  int day = digits(text, at, 2);
  if (day < 0) return std::nullopt;
  int hour = 0, minute = 0, second = 0, ms = 0, offset_minutes = 0;
  if (at < text.size()) {
    if (!take('T') && !take('t') && !take(' ')) return std::nullopt;
    hour = digits(text, at, 2);
    if (hour < 0 || !take(':')) return std::nullopt;
    minute = digits(text, at, 2);
    if (minute < 0) return std::nullopt;
    if (take(':')) {
      second = digits(text, at, 2);
      if (second < 0) return std::nullopt;
      if (take('.')) {
        int scale = 100;
        size_t begin = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
          ms += (text[at] - '0') * scale;
        if (at == begin) return std::nullopt;
      }
    }
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      int sign = text[at++] == '+' ? 1 : -1;
      int hours = digits(text, at, 2);
      take(':');
      int minutes = digits(text, at, 2);
      if (hours < 0 || minutes < 0) return std::nullopt;
      offset_minutes = sign * (hours * 60 + minutes);
    } else if (!take('Z')) {
      take('z');
    }
  }
  if (at != text.size()) return std::nullopt;
  auto made = make(year, month, day, hour, minute, second, ms);
  if (made) made->ms -= static_cast<int64_t>(offset_minutes) * 60000;
  return made;
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text[3] != ',' || text.substr(26) != "GMT") return std::nullopt;
  size_t at = 5;
  int day = digits(text, at, 2);
  int month = 0;
  for (int i = 0; i < 12; ++i)
    if (text.substr(8, 3) == kMonths[i]) month = i + 1;
  at = 12;
  int year = digits(text, at, 4);
  ++at;
  int hour = digits(text, at, 2);
  ++at;
  int minute = digits(text, at, 2);
  ++at;
  int second = digits(text, at, 2);
  if (day < 0 || year < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  return make(year, month, day, hour, minute, second, 0);
}

std::optional<Timestamp> parse_basic_iso8601(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  size_t at = 0;
  int year = digits(text, at, 4), month = digits(text, at, 2), day = digits(text, at, 2);
  ++at;
  int hour = digits(text, at, 2), minute = digits(text, at, 2), second = digits(text, at, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  return make(year, month, day, hour, minute, second, 0);
}

}  // namespace drydock
