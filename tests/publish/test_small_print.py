"""What every script of the gallery says below its figure."""

import ast
import re

import pytest

from nnviz.publish import find_scripts

NUMBERS = {
    "three": 3,
    "five": 5,
    "six": 6,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "twenty": 20,
}
SCRIPTS = {script.id: script.code for script in find_scripts()}

WRITE_NAMES = {"replace", "set_xlabel", "set_ylabel", "set_title"}


@pytest.mark.parametrize("name", SCRIPTS)
class TestScripts:
    def test_a_figure_has_a_claim_and_says_how_to_read_it(self, name):
        assert "plots.headline(" in SCRIPTS[name]
        assert "plots.caption(" in SCRIPTS[name]

    def test_as_many_seeds_as_it_says(self, name):
        code = re.sub(r'"\s+"', "", SCRIPTS[name])  # the parts of a string that goes over lines
        seeds = set(map(int, re.findall(r"\bseeds=(\d+)", code)))
        kinds = "seeds|draws|searches|networks|such sets"
        said = re.findall(rf"(?:mean|median|range|one) of (?:the )?(\w+) (?:{kinds})", code)
        assert {NUMBERS[word] for word in said} <= seeds

    def test_numbers_of_names_stand_beside_them(self, name):
        """A name of a table stays a name, with its colour; `plots.beside` takes the numbers."""
        tree = ast.parse(SCRIPTS[name])
        made = {ast.unparse(n.targets[0]): n.value for n in found(ast.Assign, [tree])}
        for call in found(ast.Call, [tree]):
            if getattr(call.func, "attr", "") in WRITE_NAMES:
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                given += [made[n.id] for n in found(ast.Name, given) if n.id in made]
                assert not found(ast.FormattedValue, given), ast.unparse(call)


def found(kind, trees):
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kind)]
