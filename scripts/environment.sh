#!/bin/sh
# Builds .venv from the locked packages. Usage: environment.sh PYTHON
set -eu
cd "$(dirname "$0")/.."
python=$1

stop() {
  echo "ImPEC : $1" >&2
  exit 1
}

[ -n "$python" ] || stop "Python manque. Sous Debian : apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "Python 3.11 ou plus récent est nécessaire ; $python est trop ancien. Indiquez-en un autre : make PYTHON=/chemin/de/python3"
"$python" -c 'import ensurepip' 2>/dev/null ||
  scripts/debian_packages.sh python3-venv ||
  stop "le module venv de Python manque. Sous Debian : apt-get install python3-venv"

echo "ImPEC : préparation de .venv (une demi-minute)…"
rm -rf .venv
"$python" -m venv .venv
# Wheels only: nothing is compiled, and a package that would need it is named at once.
.venv/bin/python -m pip --disable-pip-version-check install -qq --no-input \
  --only-binary :all: --no-deps --require-hashes -r requirements/dev.txt
touch .venv/.ok
