"""The network with a UAM gateway (`chilli.py`) and a real FreeRADIUS beside sejour, as `docs/portal-coovachilli.md` says to set them up, by its own lines."""

import json
import re
import sys
from pathlib import Path

from tests.network.box import LAN, NAME, PORTAL, Box
from tests.network.ground import ROOT, Ground

ID, UAMSECRET, RADSECRET = "mairie", "0123456789abcdef", "le-secret-de-radius"
PAGE = ROOT / "docs/portal-coovachilli.md"
RADDB = "/etc/freeradius/3.0"
SETTINGS = f"""\
[[gateway]]
id = "{ID}"
kind = "coovachilli"
secret_file = "{ID}.secret"
minutes = 60
url = "http://{LAN}:3990/prelogin"
pap = false
"""
CHILLI = {"uamlisten": LAN, "uamport": 3990, "uamallow": PORTAL, "uamserver": f"https://{NAME}/portal/{ID}", "uamsecret": UAMSECRET, "nasid": "borne-3",
          "called": "02-00-00-00-00-01", "radius": f"{PORTAL}:1812", "radsecret": RADSECRET}  # fmt: skip


def of_the_page(begins: str) -> str:
    """The lines of the page's block that begins so."""
    (found,) = re.findall(rf"```\n({re.escape(begins)}.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


class Uam(Box):
    def __init__(self, ground: Ground, folder: Path) -> None:
        super().__init__(ground, folder, ID, UAMSECRET, SETTINGS)

    def hold(self) -> None:
        ground = self.ground
        self._set_up_radius()
        self.start("portal", "freeradius", "-f", "-l", "stdout")
        (self.folder / "chilli.json").write_text(json.dumps(CHILLI))
        ground.start("gate", "env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.network.chilli", self.folder / "chilli.json", log="chilli.log")
        ground.wait_for("FreeRADIUS", lambda: ":0714" in ground.run("portal", "cat", "/proc/net/udp"))
        ground.wait_for("the gateway", lambda: ground.listens("gate", 3990))

    def pap(self, wanted: bool) -> None:
        """Says it in sejour.toml, and starts the service again."""
        self.config.write_text(re.sub("pap = .*", f"pap = {str(wanted).lower()}", self.config.read_text()))
        self.kill()
        self.serve()
        self.ground.wait_for("sejour", self.serves)

    def _set_up_radius(self) -> None:
        """The page's blocks, where it says. FreeRADIUS stays root here: a test's folder is nobody else's."""
        module = of_the_page("exec sejour {").replace("/opt/sejour/bin/sejour", f"{sys.executable} -m sejour")
        module = module.replace("/var/lib/sejour/sejour.toml", str(self.config))
        assert str(self.config) in module and f"--gateway {ID} " in module
        client = of_the_page("client chilli {").replace("192.0.2.7", "192.168.77.1").replace("LE-SECRET-DE-VOTRE-RADIUS", RADSECRET)
        assert "192.168.77.1" in client and RADSECRET in client
        site = Path(f"{RADDB}/sites-available/default").read_text()
        before = "\n\tchap\n"
        assert before in site
        made = {
            "mods-enabled/sejour": module,
            "sites-enabled/default": site.replace(before, f"\n{of_the_page('if (&User-Name')}{before}", 1),
            "clients.conf": Path(f"{RADDB}/clients.conf").read_text() + client,
            "radiusd.conf": re.sub(r"(?m)^\s*(user|group) = freerad$", "", Path(f"{RADDB}/radiusd.conf").read_text()),
        }
        for name, text in made.items():
            (self.folder / "radius").write_text(text)
            self.ground.sh(f"cp --remove-destination {self.folder}/radius {RADDB}/{name}")
