"""One study: run it, write its tables, claims and figures."""

import argparse
from pathlib import Path

from nnviz.cli.options import Commands, add_look, listed, print_claims

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``study``."""
    study = commands.add_parser("study", help="run a study: its tables, claims and figures")
    study.set_defaults(command=_study)
    study.add_argument("name", help="such as overfitting; nnviz list studies")
    study.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    study.add_argument("--data", help="a name such as mnist, or a .csv, .npz or .npy file")
    study.add_argument("--n-train", type=int, metavar="N", help="training rows")
    study.add_argument(
        "--label-noise", type=float, metavar="SHARE", help="of labels redrawn at random"
    )
    study.add_argument("--hidden", type=_widths, metavar="N,N,…", help="widths of hidden layers")
    study.add_argument("--activation", metavar="NAME", help="nnviz list activations")
    study.add_argument("--optimizer", metavar="NAME", help="nnviz list optimizers")
    study.add_argument("--learning-rate", type=_one_or_two, metavar="R", help="a range: LOW,HIGH")
    study.add_argument("--weight-decay", type=_one_or_two, metavar="R", help="a range: LOW,HIGH")
    study.add_argument("--dropout", type=float, metavar="SHARE")
    study.add_argument("--batch-size", type=int, metavar="N")
    study.add_argument("--epochs", type=int, metavar="N", help="passes over the training rows")
    study.add_argument("--steps", type=int, metavar="N", help="updates")
    study.add_argument("--seeds", type=int, metavar="N")
    study.add_argument("--fresh", action="store_true", default=None, help="ignore kept results")
    study.add_argument("--jobs", type=int, metavar="N", help="processes; default: one per core")
    study.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:PORT")
    study.add_argument("--format", default="png", metavar="LIST", help="default: %(default)s")
    add_look(study)


def _widths(text: str) -> list[int]:
    try:
        return [int(width) for width in text.split(",")]
    except ValueError:
        rule = f"must be whole numbers separated by commas; got {text!r}"
        raise argparse.ArgumentTypeError(rule) from None


def _one_or_two(text: str) -> float | tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) not in (1, 2):
        rule = f"must be a number, or two separated by a comma; got {text!r}"
        raise argparse.ArgumentTypeError(rule)
    return numbers[0] if len(numbers) == 1 else numbers


_OPTIONS = (
    "data",
    "n_train",
    "label_noise",
    "hidden",
    "activation",
    "optimizer",
    "learning_rate",
    "weight_decay",
    "dropout",
    "batch_size",
    "epochs",
    "steps",
    "seeds",
    "fresh",
)


def _study(options: argparse.Namespace) -> int:
    from joblib import parallel_config

    from nnviz import _checks
    from nnviz.publish.study import run_study, write_study
    from nnviz.train import on_cluster

    given = {name: value for name in _OPTIONS if (value := getattr(options, name)) is not None}
    jobs = -1 if options.jobs is None else _checks.integer("jobs", options.jobs)
    local = parallel_config(n_jobs=jobs)
    with on_cluster(options.cluster) if options.cluster else local:
        study = run_study(options.name, **given)
    formats = listed(options.format)
    look = (options.theme, options.context)
    for path in write_study(study, options.out, formats=formats, look=look):
        print(path)
    print_claims(study.claims.values())
    return 0
