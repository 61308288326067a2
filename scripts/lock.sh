#!/bin/sh
# Writes requirements/*.txt again. Usage: lock.sh PYTHON
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" -m venv "$work"
"$work/bin/python" -m pip --disable-pip-version-check install -qq --no-input uv
cd requirements
for name in base production dev; do
  # The address of the index is the machine's business: none is written in the files.
  "$work/bin/uv" pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-header "$name.in" --output-file "$name.txt"
done
