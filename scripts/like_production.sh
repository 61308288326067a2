#!/bin/sh
# Runs a command with the settings of a deployment, in a folder thrown away afterwards. Usage: like_production.sh COMMAND…
set -eu
cd "$(dirname "$0")/.."
IMPEC_VAR=$(mktemp -d)
trap 'rm -rf "$IMPEC_VAR"' EXIT
export IMPEC_VAR
unset DATABASE_URL DEBUG IMPEC_TODAY MAIL_DIR MEDIA_ROOT MEDIA_STORAGE MFA_REQUIRED PLAIN_HTTP Q_BROKER
export ALLOWED_HOSTS=impec.example MAIL_URL=smtp://localhost
SECRET_KEY=$(od -An -N48 -tx1 /dev/urandom | tr -d ' \n')
export SECRET_KEY
"$@"
