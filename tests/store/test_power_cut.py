"""A power cut at any moment: the database is whole, and what a human was told is done is there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = (
    "import sys; from pathlib import Path; from tests.store.power import cut_and_cut_again; cut_and_cut_again(Path(sys.argv[1]), int(sys.argv[2]))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an ext4 in a file can be mounted. A container may have no loop device, which is none of our faults: the test is skipped, and says why."""
    if os.geteuid() != 0:
        pytest.skip("a power cut needs root: a file system is mounted, and shut down")
    if missing := [program for program in ("mkfs.ext4", "unshare", "losetup") if not shutil.which(program)]:
        pytest.skip(f"a power cut needs {', '.join(missing)} (apt install e2fsprogs mount util-linux)")
    tried, image = tmp_path / "tried", tmp_path / "tried.ext4"
    tried.mkdir()
    subprocess.run(["mkfs.ext4", "-q", image, "8M"], check=True)
    for command in (["losetup", "-f"], ["unshare", "--mount", "mount", "-o", "loop", image, tried]):  # unmounted with its namespace
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"a power cut needs a loop device: {done.stderr.strip()}")
    return tmp_path


def test_a_power_cut_at_any_moment(folder: Path, audit: bool) -> None:
    command = ["unshare", "--mount", sys.executable, "-W", "error", "-c", ROUNDS, folder, "200" if audit else "10"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=1_200)
    assert done.returncode == 0, done.stderr
