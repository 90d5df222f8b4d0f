"""The scripts of the explorer under Node: what a page computes, without a page."""

import json
import subprocess

from nnviz.explorer import page
from tests.apps import programs

COMPUTED = page.SCRIPTS[: page.SCRIPTS.index("dom")]
"""The scripts that need no document."""

BEFORE = """
const input = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const document = { getElementById: () => ({ textContent: JSON.stringify(input.told) }) };
"""


def run(told, code, given):
    """Return what JavaScript returns that sees the page's functions, its data and ``given``."""
    parts = [page.source(f"scripts/{name}.js") for name in COMPUTED]
    body = f"const found = ((given) => {{ {code} }})(input.given);"
    text = "\n".join([BEFORE, *parts, body, "process.stdout.write(JSON.stringify(found));"])
    done = subprocess.run(
        [programs.find("node"), "-e", text],
        input=json.dumps({"told": told, "given": given}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
