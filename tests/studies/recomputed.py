"""Every kind of measure, worked out a second time, in plain loops over the rows of a table.

Nothing here calls `nnviz.studies`: a measure is only read, as a declaration.
"""

import math
from collections import defaultdict
from statistics import fmean, median

import numpy as np
from scipy import stats

REDUCE = {"mean": fmean, "median": median, "max": max, "min": min}


def rows_of(pick, tables):
    rows = tables[pick.table].to_dict("records")
    for column, wanted in pick.where.items():
        if type(wanted).__name__ == "Edge":
            rows = [row for own in by_seed(rows) for row in at_the_edge(own, column, wanted.value)]
        elif type(wanted).__name__ == "Within":
            rows = [row for row in rows if wanted.low < row[column] <= wanted.high]
        else:
            rows = [row for row in rows if row[column] == wanted]
    return rows


def by_seed(rows):
    return [
        [r for r in rows if r.get("seed") == s] for s in dict.fromkeys(r.get("seed") for r in rows)
    ]


def at_the_edge(rows, column, which):
    values = [row[column] for row in rows]
    if isinstance(values[0], str):
        ends = values[0], list(dict.fromkeys(values))[-1]
    else:
        ends = min(values), max(values)
    return [row for row in rows if row[column] == ends[which == "last"]]


def numbers(operand, tables, *by):
    """Return a number by (values of the columns, seed); the seed is None where there are none."""
    if type(operand).__name__ == "Best":
        sides = [numbers(pick, tables, *by) for pick in operand.picks]
        return {key: REDUCE[operand.over]([side[key] for side in sides]) for key in sides[0]}
    groups = defaultdict(list)
    for row in rows_of(operand, tables):
        groups[(*(row[name] for name in by), row.get("seed"))].append(float(row[operand.value]))
    return {
        key: math.nan if any(map(math.isnan, values)) else REDUCE[operand.over](values)
        for key, values in groups.items()
    }


def mean(values):
    return fmean(values) if values else math.nan


def interval(values):
    """Return Student's 95 % interval by scipy's own test; none where a seed has no number."""
    if len(values) < 2 or len(set(values)) == 1 or any(map(math.isnan, values)):
        return None
    found = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return float(found.low), float(found.high)


def pooled(a, b):
    """Return the jackknife interval of a ratio of means, on logarithms."""
    keys = list(a)
    if len(keys) < 2 or keys == [(None,)]:
        return None
    logs = []
    for left_out in keys:
        rest = [key for key in keys if key != left_out]
        above, below = mean([a[k] for k in rest]), mean([b[k] for k in rest])
        if not (above > 0 and below > 0):
            return None
        logs.append(math.log(above / below))
    n = len(keys)
    error = math.sqrt((n - 1) ** 2 / n * np.var(logs, ddof=1))
    middle = math.log(mean(a.values()) / mean(b.values()))
    half = stats.t.ppf(0.975, n - 1) * error
    return math.exp(middle - half), math.exp(middle + half)


def level(measure, tables):
    each = numbers(measure.pick, tables)
    return mean(each.values()), seeded_interval(each)


def difference(measure, tables):
    return compared(numbers(measure.a, tables), numbers(measure.b, tables), "difference")


def ratio(measure, tables):
    return compared(numbers(measure.a, tables), numbers(measure.b, tables), "ratio")


def compared(a, b, relation):
    if not a or set(a) != set(b):
        return math.nan, None
    if relation == "ratio":
        below = mean(b.values())
        return (mean(a.values()) / below if below else math.nan), pooled(a, b)
    each = {k: 0.0 if abs(a[k] - b[k]) < 1e-12 * abs(a[k]) else a[k] - b[k] for k in a}
    return mean(each.values()), seeded_interval(each)


def seeded_interval(each):
    return interval(list(each.values())) if (None,) not in each else None


def extreme(measure, tables):
    sides = [numbers(s, tables, measure.by) for s in (measure.a, measure.b) if s is not None]
    found = []
    for group in dict.fromkeys(key[0] for key in sides[0]):
        own = [{k[1:]: v for k, v in side.items() if k[0] == group} for side in sides]
        if len(own) == 1:
            found.append((mean(own[0].values()), seeded_interval(own[0])))
        else:
            found.append(compared(*own, measure.relation))
    if not found or any(math.isnan(number) for number, _ in found):
        return math.nan, None
    return (max if measure.over == "max" else min)(found, key=lambda pair: pair[0])


def spread(measure, tables):
    each = numbers(measure.pick, tables, measure.by)
    out = {}
    for seed in {key[1] for key in each}:
        own = [value for key, value in each.items() if key[1] == seed]
        high, low = max(own), min(own)
        out[(seed,)] = high / low if measure.relation == "ratio" else high - low
    if any(map(math.isnan, each.values())):
        return math.nan, None
    return mean(out.values()), seeded_interval(out)


def share(measure, tables):
    by = () if measure.by is None else (measure.by,)
    a, b = numbers(measure.a, tables, *by), numbers(measure.b, tables, *by)
    exceeds = {key: float(a[key] > b[key]) for key in a}
    if measure.by is None:
        return mean(exceeds.values()), None
    seeds = {key[-1] for key in exceeds}
    each = {(s,): mean([v for key, v in exceeds.items() if key[-1] == s]) for s in seeds}
    return mean(each.values()), seeded_interval(each)


def deviation(measure, tables):
    power = 2 if measure.squared else 1
    sides = [powers(side, tables, measure.by, power) for side in (measure.measured, measure.theory)]
    return max(abs(sides[0][k] / sides[1][k] - 1) for k in sides[0]), None


def growth(measure, tables):
    size = powers(measure.pick, tables, measure.by, 2)
    first, last = min(size), max(size)
    slope = math.log(size[last] / size[first]) / math.log(last / first)
    return measure.factor**slope, None


def powers(pick, tables, by, power):
    groups = defaultdict(list)
    for (group, _), value in numbers(pick, tables, by).items():
        groups[group].append(value**power)
    return {group: fmean(values) ** (1 / power) for group, values in groups.items()}


def agreement(measure, tables):
    rows = tables[measure.table].to_dict("records")
    return mean([float(bool(r[measure.one]) == bool(r[measure.other])) for r in rows]), None


def distinct(measure, tables):
    return float(len({row[measure.pick.value] for row in rows_of(measure.pick, tables)})), None


KINDS = {
    "Level": level,
    "Difference": difference,
    "Ratio": ratio,
    "Extreme": extreme,
    "Spread": spread,
    "Share": share,
    "Deviation": deviation,
    "Growth": growth,
    "Agreement": agreement,
    "Distinct": distinct,
}


def recomputed(measure, tables):
    """Return the number and its interval."""
    return KINDS[type(measure).__name__](measure, tables)
