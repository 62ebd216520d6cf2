"""The network with Debian's openNDS, as `docs/portal-opennds.md` says to set it up."""

from pathlib import Path

from captive_portal.doors import poll_secret
from tests.network.box import LAN, NAME, PORTAL, Box
from tests.network.ground import Ground

ID, FASKEY = "parc", "0123456789abcdef0123456789abcdef"
NDS = f"""\
GatewayInterface br-lan
GatewayName Jardin public de Pau
fasremotefqdn {NAME}
fasremoteip {PORTAL}
fasport PORT
faspath ENTRY
fas_secure_enabled LEVEL
faskey {FASKEY}
# nat_traversal_poll_interval 5
dhcp_default_url_enable 0
fas_custom_parameters_list ap=borne-3
sessiontimeout 60
FirewallRuleSet authenticated-users {{
}}
FirewallRuleSet preauthenticated-users {{
    FirewallRule allow tcp port 443 to {PORTAL}
}}
FirewallRuleSet users-to-router {{
    FirewallRule allow udp port 53
    FirewallRule allow tcp port 53
    FirewallRule allow udp port 67
}}
"""


def told_sejour(level: int) -> str:
    """Its lines of sejour.toml. Level 0 has no secret."""
    secret = 'secret_file = "parc.secret"\n' if level else ""
    return f'[[gateway]]\nid = "{ID}"\nkind = "opennds"\nlevel = {level}\n{secret}minutes = 60\nurl = "http://{LAN}:2050/login"\n'


class OpenNds(Box):
    """`level` is its fas_secure_enabled, 0 to 3: 9.10 knows no other, and at 4 sends phones without parameters, by http. At level 0, without a secret,
    it says nothing of the access point either: the phones' addresses do."""

    def __init__(self, ground: Ground, folder: Path, level: int) -> None:
        self.level, self.polled = level, level >= 3
        super().__init__(ground, folder, ID, FASKEY, told_sejour(level), "borne-3" if level else f"{LAN}/24")

    def hold(self) -> None:
        ground = self.ground
        entry = f"/portal/parc/poll/{poll_secret(ID, FASKEY.encode())}" if self.polled else "/portal/parc"
        told = NDS.replace("PORT", "443" if self.polled else "80", 1).replace("ENTRY", entry).replace("LEVEL", str(self.level))
        (self.folder / "opennds.conf").write_text(told)
        ground.sh(f"cp {self.folder}/opennds.conf /etc/opennds/opennds.conf")
        opennds = self.start("gate", "opennds", "-f", "-s", "-c", "/etc/opennds/opennds.conf")
        ground.wait_for("openNDS", lambda: opennds.poll() is not None or ground.listens("gate", 2050), 40)
        if self.polled:  # its first poll, after five seconds, drops what waits
            ground.wait_for("first poll", lambda: "why=a poll of a gateway" in (self.folder / "sejour.log").read_text())
