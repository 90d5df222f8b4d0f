#!/usr/bin/env bash
# SQLite gives up a lock that it never took: that of its own process on a byte far beyond its own.
#
# apsw 3.50.4.0 from its wheel (SQLite 3.50.4), on POSIX. A program takes a POSIX lock on byte 2^61
# of a database, to say "I write this one" to other processes. One SELECT later it is gone: in
# rollback mode SQLite ends a transaction by unlocking from byte 0 to the end of everything, and
# POSIX locks belong to the process, not to who took them. In WAL mode a connection keeps a shared
# lock from its first read until it is closed, so that the same lock stays, also when another
# connection of the process is closed.
#
# Guess before running: the lock stays in both modes, as SQLite's own bytes all lie near 2^30 (and
# as nobody closes a descriptor, the well-known way to lose such locks).
# What follows: a lock beside SQLite's is taken once the log is open, or on another file.
set -euo pipefail
if [ "$(uname -s)" != Linux ]; then
  echo "skipped: seen under Linux"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check apsw==3.50.4.0
cat >"$folder/look.py" <<'PY'
import fcntl, os, subprocess, sys
import apsw

OTHER = """
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], "rb+"), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 1 << 61)
except OSError:
    print("held")
else:
    print("free")
"""

def other(path):
    return subprocess.run([sys.executable, "-c", OTHER, path], capture_output=True, text=True,
                          check=True).stdout.strip()

for mode in ("delete", "wal"):
    path = os.path.join(sys.argv[1], mode)
    connection = apsw.Connection(path)
    connection.execute(f"PRAGMA journal_mode={mode}").fetchall()
    connection.execute("CREATE TABLE t (x)")
    mine = os.open(path, os.O_RDWR)  # stays open to the end
    fcntl.lockf(mine, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 1 << 61)
    before = other(path)
    connection.execute("SELECT count(*) FROM t").fetchall()
    print(f"{mode}: {before} before a SELECT, {other(path)} after it")
PY
seen=$("$folder/env/bin/python" "$folder/look.py" "$folder")
echo "$seen"
[ "$seen" = "delete: held before a SELECT, free after it
wal: held before a SELECT, held after it" ]
