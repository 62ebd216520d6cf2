"""sejour: what to do here and now, for the visitors of a tourist office. The house map is in README.md."""

__version__ = "0.1.0"
