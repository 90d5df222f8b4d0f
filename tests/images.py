"""Draw the baselines anew, after a report of what is about to change: ``make images``.

The report (`image-report/fig_comparison_basic.html`, readable without a network) shows, for each
picture that differs, the one committed, the one drawn now, and the difference.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "image-report"
BASELINES = ROOT / "baseline_images"


def pytest(*options: str) -> int:
    """Run the image tests alone, with options of pytest-mpl."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "mpl_image_compare", *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Report, then regenerate."""
    pytest(f"--mpl-results-path={REPORT}", "--mpl-generate-summary=basic-html")
    failed = pytest(f"--mpl-generate-path={BASELINES}")
    print(f"\nwhat changed: {REPORT / 'fig_comparison_basic.html'}")
    print("look at every change, then commit baseline_images/ with the reason")
    return failed


if __name__ == "__main__":
    sys.exit(main())
