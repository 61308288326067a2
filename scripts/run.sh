#!/bin/sh
# The demonstration: set-up, the demonstration world if the database is empty, then web and worker in the foreground.
set -eu
cd "$(dirname "$0")/.."
var=${IMPEC_VAR:-$PWD/var}
mkdir -p "$var"
if [ ! -s "$var/secret" ]; then
  (umask 077 && od -An -N48 -tx1 /dev/urandom | tr -d ' \n' >"$var/secret")
fi

export DEBUG=1 PLAIN_HTTP=1 MFA_REQUIRED=0 DJANGO_RUNSERVER_HIDE_WARNING=true
export IMPEC_TODAY="${IMPEC_TODAY:-2026-11-20}" PORT="${PORT:-8000}" MAIL_DIR="${MAIL_DIR:-$var/mail}"
SECRET_KEY=${SECRET_KEY:-$(cat "$var/secret")}
export SECRET_KEY

echo "ImPEC : démonstration au $IMPEC_TODAY, sans second facteur ; courriels et messages dans $MAIL_DIR."
.venv/bin/python manage.py setup
if .venv/bin/python manage.py shell --no-imports -c \
  'from accounts.models import User; raise SystemExit(User.objects.exists())'; then
  .venv/bin/python manage.py demo --accounts "$var/comptes.json"
fi
exec .venv/bin/python manage.py up
