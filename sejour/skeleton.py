"""`sejour init`: a folder ready to be served."""

import secrets
from pathlib import Path

from sejour.errors import UsageError
from sejour.settings import read_settings

TEMPLATE = """\
# sejour : chaque réglage est expliqué dans le README.

[service]
host = "127.0.0.1"
port = 8000

[store]
url = "sqlite:///sejour.db"          # ou postgresql://sejour@localhost/sejour

[territory]
id = "territoire"
name = "Mon territoire"
lat = 43.2946
lon = -0.3716
timezone = "Europe/Paris"
department = "64"                     # jours fériés et vacances scolaires
phone = ""                            # le téléphone de l’accueil

# [[feed]]
# name = "datatourisme"
# format = "datatourisme"
# url = "flux.zip"
# every = "6h"

# [[hotspot]]
# id = "accueil"
# name = "L’office de tourisme"
# lat = 43.2946
# lon = -0.3716
"""


def initialise(directory: Path) -> Path:
    """Writes sejour.toml, a secret and an empty database. Raises UsageError when there is a configuration already: it is never overwritten."""
    from sejour.store.engine import Store
    from sejour.store.migrate import migrate

    config = directory / "sejour.toml"
    if config.exists():
        raise UsageError("%(path)s existe déjà : rien n’est changé.", path=str(config))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        config.write_text(TEMPLATE, encoding="utf-8")
        secret = directory / "secret"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError("Le dossier %(path)s ne peut pas être écrit (%(why)s).", path=str(directory), why=error.strerror) from error
    store = Store(read_settings(config).store.url)
    migrate(store)
    store.close()
    return directory
