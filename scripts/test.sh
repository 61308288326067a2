#!/bin/bash
# Every test: on SQLite, in a browser, on PostgreSQL. Arguments go to pytest.
# What this machine cannot run is said in the last lines; it is a failure only where CI is set.
set -uo pipefail
cd "$(dirname "$0")/.."
unset DATABASE_URL DEBUG IMPEC_TODAY MAIL_DIR MAIL_URL MEDIA_ROOT MEDIA_STORAGE MFA_REQUIRED PLAIN_HTTP Q_BROKER SECRET_KEY
IMPEC_VAR=$(mktemp -d)
export IMPEC_VAR
trap 'rm -rf "$IMPEC_VAR"' EXIT
unavailable=69
chosen=$*
status=0
summary=()

# Runs one suite and keeps its last line for the end. Usage: suite NAME COMMAND…
suite() {
  local name=$1 outcome
  shift
  printf '\n=== %s\n' "$name"
  "$@" 2>&1 | tee "$IMPEC_VAR/output"
  outcome=${PIPESTATUS[0]}
  if [ "$outcome" -eq "$unavailable" ]; then
    summary+=("$name : NON LANCÉ, $(tail -n 1 "$IMPEC_VAR/output")")
    [ -z "${CI:-}" ] || status=1
    return
  fi
  # A choice of tests may leave one suite empty (5); the whole of them may not.
  [ "$outcome" -eq 0 ] || { [ "$outcome" -eq 5 ] && [ -n "$chosen" ]; } || status=1
  summary+=("$name : $(tail -n 1 "$IMPEC_VAR/output" | tr -d '=')")
}

in_browser() {
  .venv/bin/python scripts/browser.py && .venv/bin/python -m pytest -m browser "$@"
}

suite "SQLite" .venv/bin/python -m pytest -m "not browser" "$@"
suite "Navigateur" in_browser "$@"
suite "PostgreSQL" .venv/bin/python scripts/with_postgres.py .venv/bin/python -m pytest -m "not browser" "$@"

printf '\n'
printf '%s\n' "${summary[@]}"
exit $status
