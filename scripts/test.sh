#!/bin/bash
# Every test: on SQLite and in a browser, and on PostgreSQL at the same time. Arguments go to pytest.
# What this machine cannot run is said in the last lines; it is a failure only where CI is set.
set -uo pipefail
cd "$(dirname "$0")/.."
unset DATABASE_URL DEBUG IMPEC_TODAY MAIL_DIR MAIL_URL MEDIA_ROOT MEDIA_STORAGE MFA_REQUIRED PLAIN_HTTP Q_BROKER SECRET_KEY
unavailable=69
chosen=$*
status=0
summary=()
# Each suite has its files to itself, for two of them run at once.
work=$(mktemp -d)
mkdir "$work/sqlite" "$work/browser" "$work/postgres"
postgres=
trap '[ -z "$postgres" ] || kill "$postgres"; wait; rm -rf "$work"' EXIT

in_browser() {
  .venv/bin/python scripts/browser.py && .venv/bin/python -m pytest -m browser "$@"
}

# Judges a suite and keeps its last line for the end. Usage: judge NAME EXIT_CODE OUTPUT
judge() {
  local last
  last=$(tail -n 1 "$3")
  if [ "$2" -eq "$unavailable" ]; then
    summary+=("$1 : NON LANCÉ, $last")
    [ -z "${CI:-}" ] || status=1
    return
  fi
  # A choice of tests may leave one suite empty (5); the whole of them may not.
  [ "$2" -eq 0 ] || { [ "$2" -eq 5 ] && [ -n "$chosen" ]; } || status=1
  summary+=("$1 : ${last//=/}")
}

IMPEC_VAR=$work/postgres .venv/bin/python scripts/with_postgres.py \
  .venv/bin/python -m pytest -m "not browser" "$@" >"$work/postgres.txt" 2>&1 &
postgres=$!

printf '\n=== SQLite\n'
IMPEC_VAR=$work/sqlite .venv/bin/python -m pytest -m "not browser" "$@" 2>&1 | tee "$work/sqlite.txt"
judge "SQLite" "${PIPESTATUS[0]}" "$work/sqlite.txt"

printf '\n=== Navigateur\n'
IMPEC_VAR=$work/browser in_browser "$@" 2>&1 | tee "$work/browser.txt"
judge "Navigateur" "${PIPESTATUS[0]}" "$work/browser.txt"

printf '\n=== PostgreSQL\n'
wait "$postgres"
code=$?
postgres=
cat "$work/postgres.txt"
judge "PostgreSQL" "$code" "$work/postgres.txt"

printf '\n'
printf '%s\n' "${summary[@]}"
exit $status
