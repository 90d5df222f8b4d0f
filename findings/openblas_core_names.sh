#!/usr/bin/env bash
# A kernel of OpenBLAS does not answer to the name by which it was asked for.
#
# numpy 2.4.6 from its wheel (OpenBLAS 0.3.31), threadpoolctl 3.8.0, on x86-64.
# OPENBLAS_CORETYPE=Nehalem is read back as "Nehalem", so one would compare the name asked for with
# threadpoolctl's "architecture" to see whether a kernel was taken. But Prescott is read back as
# "Katmai", the name of an older processor for which the wheel has no kernel at all; so is Katmai
# itself when it is asked for, and Core2 and Athlon, which the wheel leaves out, without a word.
#
# Guess before running: "Prescott" for Prescott, the processor's own kernel for those left out.
# What follows: compare numbers, or the name read back with itself, never with the name asked for.
set -euo pipefail
if [ "$(uname -m)" != x86_64 ]; then
  echo "skipped: kernels of x86-64"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 threadpoolctl==3.8.0
ask='import numpy, threadpoolctl
print(next(p["architecture"] for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"))'
seen=""
for core in Nehalem Prescott Katmai Core2 Athlon; do
  found=$(OPENBLAS_CORETYPE=$core "$folder/env/bin/python" -c "$ask")
  echo "$core -> $found"
  seen="$seen $core:$found"
done
[ "$seen" = " Nehalem:Nehalem Prescott:Katmai Katmai:Katmai Core2:Katmai Athlon:Katmai" ]
