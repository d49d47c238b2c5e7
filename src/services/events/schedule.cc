// AWS's six-field cron and its rates, in UTC.
#include "services/events/schedule.h"

#include <array>
#include <bitset>
#include <ctime>

#include "base/text.h"

namespace drydock::events {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int kMostYearsAhead = 30;  // a cron that is not due within is never due
constexpr int kFirstYear = 1970, kLastYear = 2199;

using Names = std::vector<std::string_view>;
const Names kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                    "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
const Names kDays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;
  std::bitset<13> months;
  std::bitset<8> weekdays;  // 1 is Sunday
  std::bitset<kLastYear - kFirstYear + 1> years;
  bool any_day = false, any_weekday = false, last_day = false;
  int nth_weekday = 0, nth = 0;  // 3#2: the second Tuesday; nth -1: the last
};

std::optional<int> number(std::string_view text, const Names& names, int name_base) {
  for (size_t i = 0; i < names.size(); ++i)
    if (equals_ignore_case(text, names[i])) return static_cast<int>(i) + name_base;
  auto n = parse_int(text);
  if (!n || *n < 0 || *n > 9999) return std::nullopt;
  return static_cast<int>(*n);
}

// a, a-b, *, each with /step, joined by commas.
template <size_t N>
bool parse_field(std::string_view text, int low, int high, std::bitset<N>& out,
                 const Names& names = {}, int name_base = 0, int offset = 0) {
  for (std::string_view part : split(text, ',')) {
    int step = 1;
    size_t slash = part.find('/');
    if (slash != std::string_view::npos) {
      auto n = parse_int(part.substr(slash + 1));
      if (!n || *n < 1 || *n > 9999) return false;
      step = static_cast<int>(*n);
    }
    std::string_view range = part.substr(0, slash);
    int from = low, to = high;
    if (range != "*") {
      size_t dash = range.find('-');
      auto a = number(range.substr(0, dash), names, name_base);
      auto b = dash == std::string_view::npos
                   ? (slash == std::string_view::npos ? a : std::optional(high))
                   : number(range.substr(dash + 1), names, name_base);
      if (!a || !b || *a < low || *b > high || *a > *b) return false;
      from = *a;
      to = *b;
    }
    for (int i = from; i <= to; i += step) out.set(static_cast<size_t>(i - offset));
  }
  return true;
}

std::optional<Cron> parse_cron(std::string_view text) {
  Names fields;
  for (auto field : split(text, ' '))
    if (!field.empty()) fields.push_back(field);
  if (fields.size() != 6) return std::nullopt;
  Cron cron;
  cron.any_day = fields[2] == "?" || fields[2] == "*";
  cron.any_weekday = fields[4] == "?" || fields[4] == "*";
  // AWS does want a question mark in one of the two.
  if ((fields[2] == "?") == (fields[4] == "?")) return std::nullopt;
  bool ok = parse_field(fields[0], 0, 59, cron.minutes) &&
            parse_field(fields[1], 0, 23, cron.hours) &&
            parse_field(fields[3], 1, 12, cron.months, kMonths, 1) &&
            parse_field(fields[5], kFirstYear, kLastYear, cron.years, {}, 0, kFirstYear);
  if (fields[2] == "L")
    cron.last_day = true;
  else if (!cron.any_day)
    ok = ok && parse_field(fields[2], 1, 31, cron.days);
  size_t hash = fields[4].find('#');
  if (!cron.any_weekday && (hash != std::string_view::npos || fields[4].ends_with('L'))) {
    auto day =
        number(fields[4].substr(0, hash == std::string_view::npos ? fields[4].size() - 1 : hash),
               kDays, 1);
    auto nth = hash == std::string_view::npos ? std::optional<int64_t>(-1)
                                              : parse_int(fields[4].substr(hash + 1));
    ok = ok && day && *day >= 1 && *day <= 7 && nth && *nth != 0 && *nth <= 5;
    if (ok) cron.nth_weekday = *day, cron.nth = static_cast<int>(*nth);
  } else if (!cron.any_weekday) {
    ok = ok && parse_field(fields[4], 1, 7, cron.weekdays, kDays, 1);
  }
  return ok ? std::optional(cron) : std::nullopt;
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 13> kDaysOf{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDaysOf[static_cast<size_t>(month)] + (month == 2 && leap);
}

bool on_day(const Cron& cron, const tm& t) {
  int year = t.tm_year + 1900, month = t.tm_mon + 1, last = days_in_month(year, month);
  if (!cron.months.test(static_cast<size_t>(month))) return false;
  if (cron.last_day && t.tm_mday != last) return false;
  if (!cron.last_day && !cron.any_day && !cron.days.test(static_cast<size_t>(t.tm_mday)))
    return false;
  if (cron.nth) {
    if (t.tm_wday + 1 != cron.nth_weekday) return false;
    return cron.nth < 0 ? t.tm_mday + 7 > last : (t.tm_mday - 1) / 7 + 1 == cron.nth;
  }
  return cron.any_weekday || cron.weekdays.test(static_cast<size_t>(t.tm_wday + 1));
}

std::optional<Timestamp> next_cron(const Cron& cron, Timestamp after) {
  time_t at = (after.ms / kMinuteMs + 1) * 60;
  tm t;
  gmtime_r(&at, &t);
  const int last_year = std::min(kLastYear, t.tm_year + 1900 + kMostYearsAhead);
  for (;;) {
    int year = t.tm_year + 1900;
    if (year > last_year) return std::nullopt;
    if (cron.years.test(static_cast<size_t>(year - kFirstYear)) && on_day(cron, t)) {
      if (cron.hours.test(static_cast<size_t>(t.tm_hour)) &&
          cron.minutes.test(static_cast<size_t>(t.tm_min)))
        return Timestamp{int64_t{at} * 1000};
      at += cron.hours.test(static_cast<size_t>(t.tm_hour)) ? 60 : (60 - t.tm_min) * 60;
    } else {
      at += 86'400 - (t.tm_hour * 60 + t.tm_min) * 60;
    }
    gmtime_r(&at, &t);
  }
}

std::optional<int64_t> parse_rate(std::string_view text) {
  auto words = split(text, ' ');
  if (words.size() != 2) return std::nullopt;
  auto n = parse_int(words[0]);
  if (!n || *n < 1 || *n > 1'000'000) return std::nullopt;
  int64_t unit = 0;
  std::string_view name = words[1];
  if (name == (*n == 1 ? "minute" : "minutes")) unit = kMinuteMs;
  if (name == (*n == 1 ? "hour" : "hours")) unit = 60 * kMinuteMs;
  if (name == (*n == 1 ? "day" : "days")) unit = 24 * 60 * kMinuteMs;
  return unit ? std::optional(*n * unit) : std::nullopt;
}

std::string_view inside(std::string_view text, std::string_view name) {
  return text.starts_with(name) && text.ends_with(')')
             ? text.substr(name.size(), text.size() - name.size() - 1)
             : std::string_view{};
}

}  // namespace

std::optional<Timestamp> next_time(std::string_view expression, Timestamp start, Timestamp after) {
  if (auto rate = inside(expression, "rate("); !rate.empty()) {
    auto interval = parse_rate(rate);
    if (!interval) return std::nullopt;
    return Timestamp{start.ms +
                     (std::max<int64_t>(after.ms - start.ms, 0) / *interval + 1) * *interval};
  }
  if (auto text = inside(expression, "cron("); !text.empty())
    if (auto cron = parse_cron(text)) return next_cron(*cron, after);
  return std::nullopt;
}

void plan_schedule(Call& call, const BusRef& bus, const RuleRow& rule) {
  std::string id = bus.account + "/" + bus.region + "/" + rule.Name;
  std::optional<Timestamp> next;
  if (rule.ScheduleExpression && rule.State != "DISABLED")
    next = next_time(*rule.ScheduleExpression, call.now(), call.now());
  if (!next) return call.cancel_job("events.schedule", id);
  call.start_job("events.schedule", id, *next,
                 Value::object({{"account", bus.account},
                                {"region", bus.region},
                                {"rule", rule.Name},
                                {"start", call.now().ms}}));
}

}  // namespace drydock::events
