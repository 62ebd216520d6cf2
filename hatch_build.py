"""Compiles `sejour/domain/sieve.c` when there is a C compiler; without one sejour is installed all the same, and NumPy does that work."""

import os
import shutil
import subprocess
import sysconfig
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ["-std=c99", "-O2", "-fPIC", "-shared", "-ffp-contract=off"]  # the last: a sum of products is rounded as NumPy's


class Compile(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Beside the source, where an editable install finds it too."""
        source = Path(self.root) / "sejour/domain/sieve.c"
        library = compiled(source)
        if library is None:
            self.app.display_warning("sejour: no C compiler, so the ranking will be done by NumPy alone")
            return
        build_data["artifacts"].append(f"/{library.relative_to(self.root).as_posix()}")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"  # no part of Python is linked with it


def compiled(source: Path) -> Path | None:
    """The library, whose name tells its source (`sieve.library_of`); None without a compiler that can."""
    library = source.with_name(f"_sieve_{zlib.crc32(source.read_bytes()):08x}.so")
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if library.exists() or not compiler:
        return library if library.exists() else None
    new = library.with_suffix(f".{os.getpid()}")
    try:
        subprocess.run([*compiler.split(), *FLAGS, "-o", new, source, "-lm"], check=True, capture_output=True)  # noqa: S603
        new.replace(library)  # at once: another process may be loading it
    except (OSError, subprocess.CalledProcessError):
        new.unlink(missing_ok=True)
        return None
    return library
