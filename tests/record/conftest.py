"""What tests of recording share."""

import sys

import pytest


@pytest.fixture
def restless():
    """Let threads take turns as often as the interpreter can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
