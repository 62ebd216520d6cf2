"""Where the templates lie: in the installed package, else beside it in the repository."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
TEMPLATES = next(folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir())
