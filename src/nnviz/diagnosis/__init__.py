"""What is wrong with a network, read from its recording by plain rules."""

from nnviz.diagnosis.diagnose import RULES, diagnose
from nnviz.diagnosis.rule import Rule, Sign

__all__ = ["RULES", "Rule", "Sign", "diagnose"]
