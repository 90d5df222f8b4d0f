"""What is wrong with a network, read from its recording by plain rules."""

from nnviz.diagnosis.diagnose import RULES, diagnose
from nnviz.diagnosis.findings import Findings
from nnviz.diagnosis.rule import SEVERITIES, Rule, Sign

__all__ = ["RULES", "SEVERITIES", "Findings", "Rule", "Sign", "diagnose"]
