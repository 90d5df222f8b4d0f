#!/usr/bin/env bash
# A PDF of matplotlib depends on the setting for PostScript.
#
# matplotlib 3.11.2, its own font DejaVu Sans. Since 3.11 the letters of a PDF are parted into
# subsets by "ps.fonttype", and the subsets are written by "pdf.fonttype". With 42 for both, which
# many journals ask for, and with 3 for both, as by default, all is well. Where only pdf.fonttype
# is set, as many scripts do: 42 and 3 write two subsets of the font instead of one; 3 and 42
# raise "bytes must be in range(0, 256)" as soon as there is a letter beyond Latin-1.
#
# Guess before running: ps.fonttype makes no difference to a PDF.
# What follows: set both to the same value whenever one of them is set.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check matplotlib==3.11.2 numpy==2.4.6
cat >"$folder/save.py" <<'PYTHON'
import io

import matplotlib

matplotlib.use("agg")
from matplotlib.figure import Figure

for pdf, ps in ((3, 3), (42, 42), (42, 3), (3, 42)):
    matplotlib.rcParams.update({"pdf.fonttype": pdf, "ps.fonttype": ps})
    figure = Figure()
    figure.text(0.1, 0.5, "Learning rate λ → 0, Łódź, Б")
    file = io.BytesIO()
    try:
        figure.savefig(file, format="pdf")
    except ValueError as error:
        print(pdf, ps, error)
    else:
        content = file.getvalue()
        kind = b"/Subtype /Type3" if pdf == 3 else b"/Subtype /CIDFontType2"
        print(pdf, ps, content.count(kind), "subsets")
PYTHON
seen=$("$folder/env/bin/python" "$folder/save.py")
echo "$seen"
[ "$seen" = "3 3 2 subsets
42 42 1 subsets
42 3 2 subsets
3 42 bytes must be in range(0, 256)" ]
