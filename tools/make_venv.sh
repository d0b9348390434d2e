#!/bin/sh
# In: PYTHON, VENV. Out: a virtual environment, or the one command that mends its lack.
set -eu

found=$("$PYTHON" --version 2>&1) || {
  echo "$PYTHON does not run; install Python 3.11 or newer: apt-get install -y python3 python3-venv" >&2
  exit 1
}
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "$PYTHON is $found; picotemp needs 3.11 or newer: make PYTHON=python3.12 ..." >&2
  exit 1
}
if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
  version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  mend="apt-get install -y python$version-venv"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "python3 -m venv is missing; running: $mend"
    $mend || { apt-get update && $mend; }
  else
    echo "python3 -m venv is missing; run once: sudo $mend" >&2
    exit 1
  fi
fi
"$PYTHON" -m venv "$VENV" || {
  # Half of one would look whole to make.
  rm -rf "$VENV"
  exit 1
}
