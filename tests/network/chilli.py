"""A gateway that holds phones as CoovaChilli does, run in the gateway's namespace: python -m tests.network.chilli SETTINGS.json

nftables takes a held phone's port 80 to it and drops the rest, but for the names of HS_UAMALLOW. It sends browsers to the portal with the addresses that
were recorded from CoovaChilli 1.9 (tests/portal/corpus/coova-uam.json), and asks a RADIUS server (radclient) at /logon: accepted, the phone's address
goes into the kernel's set for as long as Session-Timeout says; rejected, the connection is closed without an answer, as that build does.
"""

import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.portal.chilli import mixed, redirect, uncovered

RULES = """
table ip chilli {{
  set out {{ type ipv4_addr; flags timeout; }}
  chain hold {{
    type nat hook prerouting priority -100;
    iifname "br-lan" ip saddr != @out ip daddr != {{ {uamlisten}, {uamallow} }} tcp dport 80 redirect to :{uamport}
  }}
  chain pass {{
    type filter hook forward priority 0;
    iifname "br-lan" ip daddr {uamallow} tcp dport 443 accept
    iifname "br-lan" ip saddr != @out drop
  }}
}}
"""


@dataclass
class Session:
    """Of one phone: a new one at each logoff."""

    id: str = field(default_factory=lambda: f"{time.time_ns()}"[:18])
    challenge: str = field(default_factory=lambda: token_hex(16))
    ends: float = 0.0

    @property
    def out(self) -> bool:
        return time.monotonic() < self.ends


class Gateway(ThreadingHTTPServer):
    def __init__(self, told: dict[str, Any]) -> None:
        self.told, self.lock = told, threading.Lock()
        self.sessions: dict[str, Session] = {}
        nft(RULES.format(**told))
        super().__init__(("", told["uamport"]), Browser)

    def session(self, phone: str, *, new: bool = False) -> Session:
        with self.lock:
            if new or phone not in self.sessions:
                self.sessions[phone] = Session()
            return self.sessions[phone]

    def accepts(self, phone: str, session: Session, said: dict[str, str]) -> int:
        """The seconds that RADIUS gives (RFC 2865), 0 when it says no."""
        told, over = self.told, mixed(session.challenge, self.told["uamsecret"].encode())
        if "response" in said:
            proof = f"CHAP-Challenge = 0x{over.hex()}, CHAP-Password = 0x00{bytes.fromhex(said['response']).hex()}"
        else:
            proof = f'User-Password = "{bare(uncovered(said["password"], over).decode("latin-1"))}"'
        asked = f'User-Name = "{bare(said["username"])}", {proof}, Service-Type = Login-User, NAS-Identifier = "{told["nasid"]}", ' + (
            f'Calling-Station-Id = "{mac_of(phone)}", Called-Station-Id = "{told["called"]}", Acct-Session-Id = "{session.id}"'
        )
        done = subprocess.run(
            ["radclient", "-x", "-r", "1", "-t", "5", told["radius"], "auth", told["radsecret"]], input=asked, capture_output=True, text=True
        )
        given = re.search(r"Received Access-Accept .*?Session-Timeout = (\d+)", done.stdout, re.DOTALL)
        print(f"RADIUS: {done.stdout}{done.stderr}", flush=True)
        return int(given[1]) if given else 0


class Browser(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        gateway, phone, told = self.server, self.client_address[0], self.server.told
        ours = self.headers["Host"] == f"{told['uamlisten']}:{told['uamport']}"
        session, parts = gateway.session(phone), urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        wanted = said.get("userurl", "") if ours else f"http://{self.headers['Host']}{self.path}"
        if ours and parts.path == "/logon":
            if seconds := gateway.accepts(phone, session, said):
                session.ends = time.monotonic() + seconds
                nft(f"add element ip chilli out {{ {phone} timeout {seconds}s }}")
                self.to_the_portal("success", phone, session, wanted)
        elif ours and parts.path == "/logoff":
            if session.out:
                nft(f"delete element ip chilli out {{ {phone} }}")
            self.to_the_portal("logoff", phone, gateway.session(phone, new=True), wanted)
        else:
            self.to_the_portal("already" if session.out else "notyet", phone, session, wanted)

    def to_the_portal(self, res: str, phone: str, session: Session, userurl: str) -> None:
        told = self.server.told
        said = {"res": res, "uamip": told["uamlisten"], "uamport": str(told["uamport"]), "challenge": session.challenge, "called": told["called"],
                "mac": mac_of(phone), "ip": phone, "nasid": told["nasid"], "sessionid": session.id, "userurl": userurl}  # fmt: skip
        if session.out:
            del said["challenge"]
        self.send_response(302)
        self.send_header("Location", redirect(told["uamserver"], told["uamsecret"].encode(), said))
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def nft(script: str) -> None:
    subprocess.run(["nft", "-f", "-"], input=script, text=True, check=True)


def mac_of(phone: str) -> str:
    """As CoovaChilli writes it."""
    lines = (line.split() for line in Path("/proc/net/arp").read_text().splitlines())
    return next(words[3] for words in lines if words[0] == phone).upper().replace(":", "-")


def bare(text: str) -> str:
    """Without what radclient's lines would take for something else."""
    return re.sub(r"[^\w.@-]", "", text)


if __name__ == "__main__":
    Gateway(json.loads(Path(sys.argv[1]).read_text())).serve_forever()
