"""The looks as matplotlib style files: ``plt.style.context(["nnviz.styles.dark", …])``.

A theme (``light``, ``dark``, ``print``) sets colours, a context (``notebook``, ``paper``,
``paper-double``, ``slides``, ``poster``) sets sizes. Any one of each goes together.
"""
