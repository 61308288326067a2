#!/bin/sh
# Installs Debian packages where that needs no question; fails quietly elsewhere. Usage: debian_packages.sh NAME…
set -eu
command -v apt-get >/dev/null || exit 1
if [ "$(id -u)" -eq 0 ]; then
  root=""
elif sudo -n true 2>/dev/null; then
  root="sudo -n"
else
  exit 1
fi

get() {
  $root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}

echo "ImPEC : installation de paquets Debian : $*" >&2
# A new machine has no list of packages, an old one has a stale list: both need an update first.
get install --yes --no-install-recommends "$@" 2>/dev/null || {
  get update && get install --yes --no-install-recommends "$@"
}
