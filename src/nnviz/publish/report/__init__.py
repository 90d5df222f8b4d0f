"""A report on runs: one file to hand on, and a page that follows a run."""

from nnviz.publish.report.page import write_report

__all__ = ["write_report"]
