"""A hotspot's network as the operator's pages build it: phones, a gateway with real dnsmasq, sejour behind nginx on the spot, and an Internet that can
be cut. What holds the phones is in `opennds.py` and `uam.py`."""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.journeys.conftest import sejour
from tests.network.ground import ROOT, Ground

HERE = Path(__file__).resolve().parent
NAME = "wifi.exemple.fr"
LAN, PORTAL, SITE, NAMES = "192.168.1.1", "192.168.77.20", "203.0.113.80", "203.0.113.53"
PROBE = "http://connectivitycheck.gstatic.com/generate_204"
JARDIN, GARE = "Jardin public", "Gare routière"
TABLE = """\
nom,type,latitude,longitude,horaires
Musée du Jardin,Musée,43.3062,-0.3502,24/7
Église du Jardin,Église,43.3064,-0.3504,24/7
Musée de la Gare,Musée,43.2911,-0.3701,24/7
Église de la Gare,Église,43.2913,-0.3703,24/7
"""
SETTINGS = f"""\
[service]
public_url = "https://{NAME}"
[territory]
id = "pau"
name = "Pau"
lat = 43.2946
lon = -0.3716
[[feed]]
name = "fiches"
format = "table"
url = "fiches.csv"
[[hotspot]]
id = "gare"
name = "{GARE}"
lat = 43.2910
lon = -0.3700
gateway = "GATEWAY"
keys = ["borne-1"]
[[hotspot]]
id = "jardin"
name = "{JARDIN}"
lat = 43.3060
lon = -0.3500
gateway = "GATEWAY"
keys = ["KEY"]
"""
NAMESPACES = f"""
for each in gate portal world; do
  ip netns add $each; ip -n $each link set lo up; mkdir -p /etc/netns/$each; echo nameserver {NAMES} >/etc/netns/$each/resolv.conf
done
ip -n gate link add br-lan type bridge
ip -n gate address add {LAN}/24 dev br-lan
ip -n gate link add wire0 type veth peer name wire1; ip -n gate link set wire1 up; ip -n gate link set wire0 master br-lan up
ip -n gate link set br-lan up
ip -n gate link add box0 type veth peer name eth0 netns portal
ip -n gate address add 192.168.77.1/24 dev box0; ip -n gate link set box0 up
ip -n portal address add {PORTAL}/24 dev eth0; ip -n portal link set eth0 up
ip -n portal route add default via 192.168.77.1
ip -n gate link add wan0 type veth peer name eth0 netns world
ip -n gate address add 203.0.113.1/24 dev wan0; ip -n gate link set wan0 up
for each in 254 80 53; do ip -n world address add 203.0.113.$each/24 dev eth0; done
ip -n world link set eth0 up
ip -n gate route add default via 203.0.113.254
ip netns exec gate sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip netns exec gate nft 'add table ip uplink; add chain ip uplink out {{ type nat hook postrouting priority 100; }};
  add rule ip uplink out oifname "wan0" masquerade'
"""
WORLD_DNS = f"""\
no-resolv
no-hosts
no-dhcp-interface=eth0
address=/{NAME}/{PORTAL}
address=/#/{SITE}
"""
GATE_DNS = f"""\
no-resolv
no-hosts
server={NAMES}
address=/{NAME}/{PORTAL}
interface=br-lan
bind-interfaces
except-interface=lo
dhcp-authoritative
no-ping
dhcp-range=192.168.1.50,192.168.1.250,10m
dhcp-leasefile=/var/lib/misc/dnsmasq.leases
dhcp-option-force=114,https://{NAME}/capport/v1/jardin
"""


@dataclass
class Step:
    """What a phone's browser saw: every hop, the last page, and how long it took."""

    hops: list[tuple[int, str]]
    body: str
    seconds: float

    @property
    def status(self) -> int:
        return self.hops[-1][0]

    @property
    def cards(self) -> list[str]:
        cards = "".join(re.findall(r"<article.*?</article>", self.body, re.S))
        return list(dict.fromkeys(re.findall(r"(?:Musée|Église) (?:du Jardin|de la Gare)", cards)))


@dataclass
class Phone:
    box: "Box"
    name: str

    def joins(self) -> dict[str, str]:
        """A real DHCP client takes its lease; what the server told it, by udhcpc's names."""
        command = ("busybox", "udhcpc", "-q", "-n", "-f", "-i", "wlan0", "-O", "114", "-t", "5", "-T", "1", "-s", HERE / "leased.sh")
        told = self.box.ground.run(self.name, *command)
        return dict(line.split("=", 1) for line in told.splitlines() if "=" in line)

    @contextlib.contextmanager
    def browser(self, *words: str) -> Iterator["Browser"]:
        """A browser that stays open; `words` are its first step."""
        command = self.box.ground.inside(self.name, sys.executable, HERE / "phone.py", self.box.authority)
        with (self.box.folder / "phones.log").open("ab") as err:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True, env=self.box.ground.environment)
        with process:
            try:
                yield Browser(process, words)
            finally:
                process.kill()

    def browses(self, *words: str) -> list[Step]:
        """Steps, one after the other."""
        steps: list[list[str]] = []
        for word in words:
            if word in ("get", "press", "free", "again"):
                steps.append([])
            steps[-1].append(word)
        with self.browser() as browser:
            return [browser.step(*step) for step in steps]


@dataclass
class Browser:
    process: "subprocess.Popen[str]"
    first: tuple[str, ...]

    def step(self, *words: str) -> Step:
        """Does it (without words, the first one), and returns what was seen."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(" ".join(words or self.first) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, f"the phone's browser fell: see phones.log at {words or self.first}"
        told = json.loads(said)
        return Step([(status, url) for status, url in told["hops"]], told["body"], told["seconds"])


class Box:
    """`gateway` is the id of what holds the phones, `secret` what it shares with sejour, `lines` what sejour.toml says of it, `key` what tells the
    hotspot where they stand."""

    def __init__(self, ground: Ground, folder: Path, gateway: str, secret: str, lines: str, key: str = "borne-3") -> None:
        self.ground, self.folder = ground, folder
        self.config, self.authority = folder / "sejour.toml", folder / "tls.crt"
        self.server: subprocess.Popen[bytes] | None = None
        self._phones = 0
        self._prepare(gateway, secret, SETTINGS.replace("GATEWAY", gateway).replace("KEY", key) + lines)
        ground.sh(NAMESPACES)
        self._daemons()
        self.hold()
        # after the gateway: openNDS writes in its file (its own option 114, unless told not to)
        self.start("gate", "dnsmasq", "-k", "-C", "/etc/dnsmasq.conf", "--user=root", "--pid-file=/run/gate.pid")
        ground.wait_for("dnsmasq", lambda: ground.listens("gate", 53))

    def hold(self) -> None:
        """Starts what holds the phones until they are let out."""
        raise NotImplementedError

    def phone(self) -> Phone:
        """One more, with an address of its own on the air, and no lease yet."""
        self._phones += 1
        phone = Phone(self, f"phone{self._phones}")
        self.ground.sh(f"""
            ip netns add {phone.name}; ip -n {phone.name} link set lo up; mkdir -p /etc/netns/{phone.name}; : >/etc/netns/{phone.name}/resolv.conf
            ip -n gate link add lan{self._phones} type veth peer name wlan0 netns {phone.name}
            ip -n gate link set lan{self._phones} master br-lan up
            ip -n {phone.name} link set wlan0 address 02:00:00:00:01:{self._phones:02x}; ip -n {phone.name} link set wlan0 up""")
        return phone

    def serve(self) -> None:
        self.server = self.ground.start("portal", sys.executable, "-m", "sejour", "serve", "--config", self.config, log="sejour.log")

    def serves(self) -> bool:
        return self.ground.listens("portal", 8000)

    def kill(self) -> None:
        """kill -9 of the server, as the kernel does it when memory is short."""
        assert self.server
        for process in psutil.Process(self.server.pid).children(recursive=True):
            process.kill()
        self.server.wait(10)

    def start(self, namespace: str, *command: object) -> "subprocess.Popen[bytes]":
        return self.ground.start(namespace, *command, log=f"{namespace}-{Path(str(command[0])).name}.log")

    def uplink(self, state: str) -> None:
        self.ground.run("", "ip", "-n", "gate", "link", "set", "wan0", state)
        if state == "up":
            self.ground.run("", "ip", "-n", "gate", "route", "replace", "default", "via", "203.0.113.254")

    def _prepare(self, gateway: str, secret: str, settings: str) -> None:
        (self.folder / "fiches.csv").write_text(TABLE)
        (self.folder / f"{gateway}.secret").write_text(secret + "\n")
        (self.folder / f"{gateway}.secret").chmod(0o600)
        (self.folder / "secret").write_text("le secret du service\n")
        self.config.write_text(settings)
        assert sejour("migrate", "--config", self.config).code == 0
        run = json.loads(sejour("feed", "run", "--config", self.config, "--json").out)
        assert run[0]["outcome"] == "done" and run[0]["added"] == 4, run
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", self.folder / "tls.key", "-out", self.authority],
                       check=True, capture_output=True)  # fmt: skip
        front = (ROOT / "deploy/nginx.conf").read_text()
        assert front.count("listen 80 default_server;") == 1
        tls = f"listen 443 ssl; ssl_certificate {self.authority}; ssl_certificate_key {self.folder}/tls.key;"
        (self.folder / "nginx.conf").write_text(front.replace("listen 80 default_server;", f"listen 80 default_server; {tls}"))
        (self.folder / "world.dns").write_text(WORLD_DNS)
        (self.folder / "gate.dns").write_text(GATE_DNS)

    def _daemons(self) -> None:
        ground, folder = self.ground, self.folder
        # the gateway knows who signed our name, as it knows the others
        ground.sh(f"mkdir -p /etc/ssl/certs; cp {self.authority} /etc/ssl/certs/$(openssl x509 -hash -noout -in {self.authority}).0")
        ground.sh(f"cp {folder}/gate.dns /etc/dnsmasq.conf")
        self.serve()
        self.start("portal", "nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;")
        self.start("world", sys.executable, HERE / "internet.py", SITE)
        self.start("world", "dnsmasq", "-k", "-C", folder / "world.dns", "--user=root", "--pid-file=/run/world.pid")
        ground.wait_for("sejour", self.serves)
        ground.wait_for("nginx", lambda: ground.listens("portal", 443))


def told(step: str, figures: Iterable[tuple[str, float]]) -> None:
    """A measured time, for whoever reads the test's output (-s)."""
    print(f"\n{step}: " + ", ".join(f"{what} {seconds:.3f} s" for what, seconds in figures))


def json_of(step: Step) -> Any:
    return json.loads(step.body)
