"""A private piece of kernel: namespaces of processes, mounts and networks, whose first process dies with the test that made it, and everything with it.

Nothing outside sees it: /etc, /run, /tmp and /var/lib/misc are its own, so that daemons which insist on their places have them.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {"opennds": "opennds-daemon", "dnsmasq": "dnsmasq-base", "iptables-legacy": "iptables", "ipset": "ipset", "nft": "nftables", "php": "php-cli",
         "busybox": "busybox", "ip": "iproute2", "nginx": "nginx-light", "openssl": "openssl", "logger": "bsdutils"}  # fmt: skip
RADIUS = {"freeradius": "freeradius", "radclient": "freeradius-utils"}
SCRIPT = """
set -e
ip link add try0 type veth peer name try1; ip link add try2 type bridge; ip link set try0 master try2; ip link del try0; ip link del try2
iptables-legacy -t nat -S >/dev/null; iptables-legacy -t mangle -S >/dev/null; nft add table ip try; nft delete table ip try
mount --make-rprivate /
ip link set lo up
for kept in {kept}; do mkdir -p {scratch}/kept$kept; mount --rbind $kept {scratch}/kept$kept; done
mount --rbind {scratch} /mnt
for own in /run /tmp /var/lib/misc; do mkdir -p $own; mount -t tmpfs tmpfs $own; done
mkdir -p {scratch} /run/netns /run/lock /run/tmpfiles.d; chmod 1777 /tmp
mount --rbind /mnt {scratch}
for kept in {kept}; do mkdir -p $kept; mount --rbind /mnt/kept$kept $kept; done
mkdir /run/etc; cp -a /etc/. /run/etc; mount --bind /run/etc /etc
rm -f /etc/resolv.conf /etc/dnsmasq.conf /etc/hosts; mkdir -p /etc/netns /etc/opennds
echo 127.0.0.1 localhost >/etc/hosts; touch /etc/resolv.conf /etc/dnsmasq.conf
ln -sfn /usr/sbin/iptables-legacy /etc/alternatives/iptables
echo ready
exec cat
"""


def lacking(tools: Mapping[str, str]) -> str:
    """The Debian packages of what is not there, and "" when all is."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return " ".join(package for tool, package in tools.items() if not shutil.which(tool, path=path))


class Barren(Exception):
    """The kernel, or the container around us, does not let us make namespaces, or lacks what a gateway needs."""


class Ground:
    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        needed = [ROOT, *(each for each in (Path(sys.prefix), Path(sys.base_prefix)) if not each.is_relative_to(ROOT))]
        kept = " ".join(shlex.quote(str(each)) for each in needed if each.is_relative_to("/tmp") or each.is_relative_to("/run"))  # a clone in /tmp
        self.environment = {**{name: value for name, value in os.environ.items() if not name.startswith("SEJOUR_")},
                            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}  # fmt: skip
        self._started: list[subprocess.Popen[bytes]] = []
        with (scratch / "ground.log").open("wb") as err:
            self._first = subprocess.Popen(
                ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                 SCRIPT.format(scratch=shlex.quote(str(scratch)), kept=kept)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, env=self.environment)  # fmt: skip
        assert self._first.stdout
        if self._first.stdout.readline() != b"ready\n":
            self.close()
            raise Barren((scratch / "ground.log").read_text().strip())
        children = Path(f"/proc/{self._first.pid}/task/{self._first.pid}/children").read_text().split()
        self._enter = ["nsenter", "--target", children[0], "--mount", "--net", "--pid", "--"]

    def close(self) -> None:
        """Its first process ends with its input, and the kernel ends the others."""
        assert self._first.stdin and self._first.stdout
        self._first.stdin.close()
        for each in [*self._started, self._first]:
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
        self._first.stdout.close()

    def inside(self, namespace: str, *command: object) -> list[str]:
        return [*self._enter, *(["ip", "netns", "exec", namespace] if namespace else []), *map(str, command)]

    def run(self, namespace: str, *command: object, timeout: float = 30) -> str:
        done = subprocess.run(self.inside(namespace, *command), capture_output=True, text=True, timeout=timeout, env=self.environment)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def sh(self, script: str) -> None:
        self.run("", "sh", "-ec", script)

    def start(self, namespace: str, *command: object, log: str) -> subprocess.Popen[bytes]:
        """Runs until the ground is closed; what it says is in `log`, under the scratch folder."""
        with (self.scratch / log).open("ab") as out:
            process = subprocess.Popen(self.inside(namespace, *command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment)
        self._started.append(process)
        return process

    def wait_for(self, what: str, found: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not found():
            if time.monotonic() > end:
                logs = "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-2_000:]}" for path in self.scratch.glob("*.log"))
                raise AssertionError(f"no {what} after {seconds:g} s\n{logs}")
            time.sleep(0.05)

    def listens(self, namespace: str, port: int) -> bool:
        lines = self.run(namespace, "cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
        return any(words[1].endswith(f":{port:04X}") and words[3] == "0A" for words in map(str.split, lines))
