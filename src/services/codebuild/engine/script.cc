#include "services/codebuild/engine/script.h"

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::codebuild {

namespace {

// Runs the driver until it says that it is done; a shell that was killed or replaced is followed by
// a new one.
constexpr const char* kRun = R"(#!/bin/bash
__dd_dir=@DIR@
[ -e "$__dd_dir/cache-in.tgz" ] && tar -xzPf "$__dd_dir/cache-in.tgz"
bash --noprofile --norc "$__dd_dir/driver.sh" fresh
__dd_code=$?
while [ ! -e "$__dd_dir/done" ]; do
  bash --noprofile --norc "$__dd_dir/driver.sh" resume "$__dd_code"
  __dd_code=$?
done
if [ -e "$__dd_dir/cache-list" ] && [ ! -e "$__dd_dir/failed" ]; then
  cd "$CODEBUILD_SRC_DIR"
  shopt -s globstar dotglob nullglob
  IFS=
  while read -r pattern; do
    pattern=${pattern%'/**/*'}
    for path in $pattern; do [ -e "$path" ] && printf '%s\0' "$path"; done
  done < "$__dd_dir/cache-list" | tar --null -T - -czPf "$__dd_dir/cache-part.tgz" && mv "$__dd_dir/cache-part.tgz" "$__dd_dir/cache-out.tgz"
fi
)";

// __dd_at counts the steps that were begun; each step has a number and is passed over when it is
// not the next.
constexpr const char* kPrologue = R"(__dd_dir=@DIR@
exec 97>&1
__dd_at=0 __dd_running= __dd_failed=0 __dd_skip=0 __dd_stop=0 __dd_final=0 __dd_flags= __dd_user_trap=
__dd_mark() { printf '\036@TOKEN@ %s\n' "$*" >&97; }
__dd_save() { printf '__dd_at=%s __dd_running=%s __dd_failed=%s __dd_skip=%s __dd_stop=%s __dd_final=%s\n' "$__dd_at" "$__dd_running" "$__dd_failed" "$__dd_skip" "$__dd_stop" "$__dd_final" > "$__dd_dir/at"; }
__dd_next() { [ "$1" -gt "$__dd_at" ] || return 1; __dd_at=$1; return 0; }
__dd_phase_begin() { __dd_next "$1" || return 0; [ "$__dd_stop" = 0 ] || return 0; __dd_failed=0 __dd_skip=0; __dd_save; __dd_mark P "$2"; }
# number, step, finally
__dd_begin() {
  __dd_next "$1" || return 1
  [ "$__dd_stop" = 0 ] || return 1
  [ "$3" = 1 ] && [ "$__dd_final" != "$4" ] && __dd_skip=0 __dd_final=$4
  [ "$__dd_skip" = 0 ] || return 1
  __dd_running=$2
  __dd_save
  return 0
}
__dd_keep_flags() {
  __dd_dash=$-
  set +eux
  case $__dd_dash in *e*) __dd_e='set -e' ;; *) __dd_e= ;; esac
  case $__dd_dash in *u*) __dd_e="set -u; $__dd_e" ;; esac
  case $__dd_dash in *x*) __dd_e="set -x; $__dd_e" ;; esac
  __dd_flags=$(set +o; shopt -p)
  __dd_flags="$__dd_flags
$__dd_e"
  set +vf +o pipefail
}
__dd_end() {
  __dd_mark E "$__dd_running" "$1"
  __dd_running=
  if [ "$1" != 0 ]; then __dd_failed=1 __dd_skip=1 CODEBUILD_BUILD_SUCCEEDING=0; : > "$__dd_dir/failed"; fi
  __dd_trap=$(trap -p EXIT)
  case $__dd_trap in *__dd_exit*) ;; '') ;; *) __dd_user_trap=$__dd_trap ;; esac
  trap '{ __dd_exit $?; } 2>/dev/null' EXIT
  __dd_save
}
# number, phase, rule: what a failure leads to (stop or go)
__dd_phase_end() {
  __dd_next "$1" || return 0
  [ "$__dd_stop" = 0 ] || return 0
  __dd_mark Q "$2" "$__dd_failed"
  if [ "$__dd_failed" = 1 ] && [ "$3" = stop ]; then __dd_stop=1; fi
  __dd_save
}
__dd_exit() {
  __dd_code=$1
  __dd_keep_flags
  if [ -n "$__dd_running" ]; then
    { declare -p; declare -f; alias -p; } > "$__dd_dir/state" 2>/dev/null
    exec 2>&98 bash --noprofile --norc "$__dd_dir/driver.sh" resume "$__dd_code"
  fi
}
exec 98>&2
if [ "$1" = resume ]; then
  __dd_code=$2
  shopt -s expand_aliases
  [ -e "$__dd_dir/state" ] && . "$__dd_dir/state" 2>/dev/null
  rm -f "$__dd_dir/state"
  set --
  . "$__dd_dir/at"
  trap - EXIT
  [ -n "$__dd_running" ] && __dd_end "$__dd_code"
else
  set --
fi
trap '{ __dd_exit $?; } 2>/dev/null' EXIT
__dd_expand() { eval "cat <<__DD_END__
$(cat "$__dd_dir/$1")
__DD_END__"; }
)";

constexpr const char* kEpilogue = R"(__dd_running=
trap - EXIT
: > "$__dd_dir/done"
[ -n "$__dd_user_trap" ] && eval "$__dd_user_trap"
exit 0
)";

std::string quoted(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  }
  return true;
}

}  // namespace

std::vector<Step> steps_of(const Buildspec& spec) {
  std::vector<Step> steps;
  for (size_t phase = 0; phase < spec.phases.size(); ++phase) {
    for (const auto& command : spec.phases[phase].commands)
      steps.push_back({.phase = phase, .command = command});
    for (const auto& command : spec.phases[phase].finally)
      steps.push_back({.phase = phase, .is_finally = true, .command = command});
  }
  return steps;
}

std::vector<ScriptFile> build_script(const Buildspec& spec, const std::vector<Step>& steps,
                                     const std::vector<std::string>& expansions,
                                     const std::string& folder, const std::string& token) {
  auto fill = [&](std::string text) {
    return replace_all(replace_all(std::move(text), "@DIR@", quoted(folder)), "@TOKEN@", token);
  };
  std::vector<ScriptFile> files{{"run.sh", fill(kRun)}};
  std::string driver = fill(kPrologue);
  size_t number = 0;
  for (size_t phase = 0; phase < spec.phases.size(); ++phase) {
    std::string name = std::to_string(phase);
    driver += "__dd_phase_begin " + std::to_string(++number) + " " + name + "\n";
    for (size_t i = 0; i < steps.size(); ++i) {
      const Step& step = steps[i];
      if (step.phase != phase) continue;
      std::string index = std::to_string(i);
      driver += "if __dd_begin " + std::to_string(++number) + " " + index + " " +
                (step.is_finally ? "1 " : "0 ") + std::to_string(phase + 1) + "; then\n";
      if (!step.reused.empty()) {
        driver += "  __dd_mark R " + index + "\n  __dd_end 0\nfi\n";
        continue;
      }
      driver += "  __dd_mark C " + index + "\n";
      std::string source = ". \"$__dd_dir/" + index + ".sh\"";
      if (spec.version == Buildspec::Version::k01)
        source = "( cd \"$CODEBUILD_SRC_DIR\" && " + source + " )";
      driver += "  " + source +
                "\n  { __dd_code=$?; __dd_keep_flags; __dd_end $__dd_code; } 2>/dev/null\nfi\n";
      files.push_back(
          {index + ".sh", "{ eval \"$__dd_flags\"; } 2>/dev/null\n" + step.command + "\n"});
    }
    // AWS does go on to POST_BUILD when BUILD failed, but stops when an earlier phase did.
    OnFailure rule = spec.phases[phase].on_failure;
    bool stops = rule == OnFailure::kAbort || (rule == OnFailure::kDefault && phase < 2);
    driver +=
        "__dd_phase_end " + std::to_string(++number) + " " + name + (stops ? " stop\n" : " go\n");
  }
  for (const auto& name : spec.exported_variables) {
    if (is_variable_name(name))
      driver += "[ -n \"${" + name + "+x}\" ] && __dd_mark X " + name + " \"$(printf %s \"$" +
                name + "\" | base64 -w0)\"\n";
  }
  for (size_t i = 0; i < expansions.size(); ++i) {
    std::string file = "expand" + std::to_string(i);
    driver +=
        "__dd_mark V " + std::to_string(i) + " \"$(__dd_expand " + file + " | base64 -w0)\"\n";
    files.push_back({file, expansions[i]});
  }
  driver += kEpilogue;
  files.push_back({"driver.sh", std::move(driver)});
  return files;
}

const Mark* MarkReader::parse(std::string_view text) {
  static thread_local Mark mark;
  mark = {};
  auto words = split(text, ' ');
  if (words.size() < 2 || words[0].size() != 1) return nullptr;
  auto number = parse_int(words[1]).value_or(-1);
  auto third = words.size() > 2 ? words[2] : std::string_view();
  switch (words[0][0]) {
    case 'P': mark.kind = Mark::Kind::kPhaseBegin; break;
    case 'C': mark.kind = Mark::Kind::kCommand; break;
    case 'R': mark.kind = Mark::Kind::kReused; break;
    case 'E':
      mark.kind = Mark::Kind::kCommandEnd;
      mark.code = static_cast<int>(parse_int(third).value_or(1));
      break;
    case 'Q':
      mark.kind = Mark::Kind::kPhaseEnd;
      mark.code = static_cast<int>(parse_int(third).value_or(1));
      break;
    case 'V':
      mark.kind = Mark::Kind::kExpanded;
      mark.value = from_base64(third).value_or("");
      break;
    case 'X':
      mark.kind = Mark::Kind::kExported;
      mark.name = words[1];
      mark.value = from_base64(third).value_or("");
      return &mark;
    default: return nullptr;
  }
  if (number < 0) return nullptr;
  mark.index = static_cast<size_t>(number);
  return &mark;
}

}  // namespace drydock::codebuild
