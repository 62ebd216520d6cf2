"""The makes of gateway, one line each: what `gateway.kind` may be."""

from collections.abc import Callable

from captive_portal.gateways.gateway import Gateway, Setup
from captive_portal.gateways.opennds import OpenNds
from captive_portal.gateways.uam import Uam

GATEWAYS: dict[str, Callable[[Setup], Gateway]] = {
    "opennds": OpenNds,
    "uam": Uam,
    "coovachilli": Uam,
    "alcasar": Uam,
}
