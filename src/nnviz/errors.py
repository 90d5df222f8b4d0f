"""What nnviz raises, beside the built-in ValueError and TypeError for wrong arguments.

::

    Exception
     └── NnvizError                 caught by whoever wants all of them
          ├── DataError             a data set that cannot be trained on (also a ValueError)
          ├── RunFileError          a run file that is damaged, foreign or locked (also an OSError)
          ├── StudyError            cells of a study that failed, with their settings
          ├── PluginError           what an installed package brings and nnviz cannot use
          └── MissingExtraError     an optional library that is not installed (also an ImportError)

    Warning
     ├── RecordingWarning           something could not be recorded; training went on
     └── RunFileWarning             one run of several could not be opened; the others were
"""

__all__ = [
    "DataError",
    "MissingExtraError",
    "NnvizError",
    "PluginError",
    "RecordingWarning",
    "RunFileError",
    "RunFileWarning",
    "StudyError",
]


class NnvizError(Exception):
    """Anything that nnviz raises on purpose, apart from wrong arguments."""


class DataError(NnvizError, ValueError):
    """A data set that cannot be trained on: the message names the column and the rule."""


class RunFileError(NnvizError, OSError):
    """A run file that is damaged, foreign or locked: the message names the file and the fault."""


class StudyError(NnvizError):
    """One or more cells of a study failed: the message names their settings and seeds."""


class PluginError(NnvizError):
    """A study, plot or rule of an installed package that cannot be used: the message names both."""


class MissingExtraError(NnvizError, ImportError):
    """An optional library that is not installed: the message says what to install."""


class RecordingWarning(UserWarning):
    """Something could not be recorded. Training goes on, and the run is marked."""


class RunFileWarning(UserWarning):
    """One of several runs could not be opened: the message names the file and the fault."""
