"""The command line. Exit 0 done, 1 failed, 2 wrong use or unreadable input; an error is one sentence on stderr, never a traceback."""

import json
import os
import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sejour import __version__
from sejour.cli_shared import config_option, json_option, open_store
from sejour.cli_staff import staff
from sejour.domain.feed import Outcome, Problem
from sejour.errors import FeedError, SejourError, UsageError
from sejour.reports import geometry, grouped, hours_text, report, report_text, run_json, run_text
from sejour.settings import read_settings

map_option = click.option("--map", "map_file", type=click.Path(path_type=Path), help="Correspondance des colonnes (TOML), pour les tables.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sejour")
def cli() -> None:
    """sejour : que faire ici, maintenant. Logiciel libre de l’Internet de séjour."""


cli.add_command(staff)


def main() -> None:
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = 1
    except click.ClickException as error:
        code = _say(error.format_message(), 2)
    except (UsageError, FeedError) as error:
        code = _say(str(error), 2)
    except SejourError as error:
        code = _say(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    sys.exit(code or 0)


def _say(sentence: str, code: int) -> int:
    click.echo(f"sejour : {' '.join(sentence.split())}", err=True)
    return code


# ---- the service ----


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Écrit sejour.toml et une base vide dans un dossier."""
    from sejour.skeleton import initialise

    click.echo(f"{initialise(directory)} est prêt : décrivez-y votre territoire, puis « sejour serve --config {directory / 'sejour.toml'} ».")


@cli.command()
@config_option
def migrate(config: Path) -> None:
    """Met la base au schéma de cette version, après en avoir fait une copie."""
    from sejour.store.engine import Store
    from sejour.store.migrate import migrate as bring_up

    copy = bring_up(Store(read_settings(config).store.url))
    click.echo("La base est à jour." + (f" Copie d’avant : {copy}" if copy else ""))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def backup(file: Path, config: Path) -> None:
    """Copie la base dans un fichier, pendant que le service tourne."""
    store, _ = open_store(config)
    store.backup(file)
    click.echo(f"La base est copiée dans {file}.")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@config_option
def restore(file: Path, config: Path) -> None:
    """Remet une base copiée par « sejour backup »."""
    from sejour.store.engine import Store

    Store(read_settings(config).store.url).restore(file)
    click.echo("La base est remise ; un service qui tourne la montre dans la minute.")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def basemap(file: Path, config: Path) -> None:
    """Donne à la carte des visiteurs un plan des rues : un extrait de Protomaps (PMTiles)."""
    from sejour.basemap import basemap_path, take_basemap

    settings = read_settings(config)
    found = take_basemap(settings, file)
    click.echo(f"Le plan des rues ({found.size / 1e6:.1f} Mo, zoom {found.zoom}) est dans {basemap_path(settings)} ; les pages le montrent aussitôt.")


@cli.command()
@config_option
def doctor(config: Path) -> None:
    """Ce qui ne va pas, une ligne par chose, avec le remède."""
    from sejour.app import clock
    from sejour.doctor import Grade, examine

    found = list(examine(config, clock()))
    for each in found:
        click.echo(str(each))
    if any(each.grade is Grade.FAULT for each in found):
        sys.exit(1)


@cli.group()
def hotspot() -> None:
    """Les bornes du territoire."""


@hotspot.command("add")
@click.argument("id")
@click.option("--name", required=True)
@click.option("--lat", type=float, required=True)
@click.option("--lon", type=float, required=True)
@click.option("--gateway", default="", help="La passerelle derrière laquelle elle se trouve.")
@click.option("--key", "keys", multiple=True, help="Comment cette passerelle la nomme ; peut être répété.")
@config_option
def add_hotspot(id: str, name: str, lat: float, lon: float, gateway: str, keys: tuple[str, ...], config: Path) -> None:
    """Ajoute une borne : son identifiant est ce que dit « ?h= »."""
    from sejour.settings import HotspotSettings
    from sejour.store.portal import add_hotspots
    from sejour.web.visits import read_degrees

    read_degrees("lat", lat), read_degrees("lon", lon)
    store, settings = open_store(config)
    with store.writing() as connection:
        add_hotspots(
            connection, store.dialect, settings.territory.id, [HotspotSettings(id=id, name=name, lat=lat, lon=lon, gateway=gateway, keys=keys)]
        )
    click.echo(f"Borne « {id} » : /?h={id}")


@hotspot.command("place")
@click.argument("id")
@click.argument("key")
@config_option
def place_hotspot(id: str, key: str, config: Path) -> None:
    """Place un point d’accès : ce que sa passerelle dit de lui (« sejour doctor » montre les inconnus) mène à cette borne."""
    from sejour.store.portal import place_key

    store, settings = open_store(config)
    with store.writing() as connection:
        if not place_key(connection, settings.territory.id, id, key):
            raise UsageError(f"Aucune borne ne s’appelle « {id} ».")
    click.echo(f"« {key} » mène à la borne « {id} ».")


@cli.command()
@config_option
@click.option("--host", help="Adresse d’écoute.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port d’écoute.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Processus ; plus d’un demande PostgreSQL.")
def serve(config: Path, host: str | None, port: int | None, workers: int) -> None:
    """Sert les pages."""
    from sejour.serving import serve as serve_forever

    serve_forever(config, read_settings(config), host, port, workers)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000)
@click.option("--host", default="127.0.0.1")
@click.option("--at", "moment", help="Le moment à montrer (ISO 8601) ; l’horloge part de là.")
@click.option("--data", type=click.Path(path_type=Path), help="Dossier de la base ; temporaire sinon.")
def demo(port: int, host: str, moment: str | None, data: Path | None) -> None:
    """Le territoire de démonstration (Pau), servi sans réseau."""
    from sejour.demo.run import run_demo

    run_demo(host, port, _moment(moment, ZoneInfo("Europe/Paris")) if moment else None, data)


# ---- feeds ----


@cli.group()
def feed() -> None:
    """Les flux : formats, essai à blanc, export, collecte."""


@feed.command()
def formats() -> None:
    """Les formats lus, un par ligne."""
    from providers_feed.registry import FORMATS

    click.echo("\n".join(sorted(FORMATS)))


@feed.command()
@click.argument("source")
@click.option("--format", "format", required=True)
@map_option
@json_option
def check(source: str, format: str, map_file: Path | None, as_json: bool) -> None:
    """Essai à blanc d’une source : ne change rien."""
    from sejour.app import clock
    from sejour.ingest import read_source

    started = time.perf_counter()
    gathered = read_source(source, format, moment=clock(), map=_map(map_file))
    told = report(format, gathered, time.perf_counter() - started)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else report_text(told, gathered.problems))


@feed.command()
@click.argument("source")
@click.option("--format", "format", required=True)
@click.option("--to", type=click.Choice(["ndjson", "geojson"]), default="ndjson")
@click.option("--now", "moment", help="Moment depuis lequel déplier les récurrences (ISO 8601), pour les formats qui en ont.")
@map_option
def export(source: str, format: str, to: str, moment: str | None, map_file: Path | None) -> None:
    """Les fiches normalisées, triées par identifiant."""
    from sejour.app import clock
    from sejour.domain.offer import exported
    from sejour.ingest import read_source

    start = _moment(moment, ZoneInfo("Europe/Paris")) if moment else clock()
    gathered = read_source(source, format, moment=start, map=_map(map_file))
    offers = [exported(offer) for offer in sorted(gathered.offers.values(), key=lambda offer: offer.id)]
    if to == "ndjson":
        for each in offers:
            click.echo(json.dumps(each, ensure_ascii=False))
        return
    features = [{"type": "Feature", "id": each["id"], "properties": each, "geometry": geometry(each)} for each in offers]
    click.echo(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))


@feed.command()
@click.argument("name")
@click.option("--format", "format", required=True)
@click.option("--url", required=True, help="Fichier, dossier, ou adresse file:// ou http(s)://.")
@click.option("--every", default="6h", help="Fréquence de collecte : 30m, 6h, 1d.")
@map_option
@config_option
def add(name: str, format: str, url: str, every: str, map_file: Path | None, config: Path) -> None:
    """Ajoute un flux au territoire."""
    from providers_feed.registry import check_format
    from sejour.domain.due import read_every
    from sejour.settings import FeedSettings
    from sejour.store.feeds import add_feeds

    check_format(format)
    try:
        read_every(every)
    except ValueError as error:
        raise UsageError(f"« --every » s’écrit {error}.", parameter="every") from error
    store, settings = open_store(config)
    where = url if "://" in url else str(Path(url).absolute())
    with store.writing() as connection:
        add_feeds(
            connection, store.dialect, settings.territory.id, [FeedSettings(name=name, format=format, url=where, every=every, map=_map(map_file))]
        )
    click.echo(f"Flux « {name} » ajouté : « sejour feed run {name} » le collecte.")


@feed.command("list")
@config_option
@json_option
def list_feeds(config: Path, as_json: bool) -> None:
    """Les flux du territoire et leur dernière collecte."""
    from sejour.store.feeds import feeds_of
    from sejour.store.offers import last_run

    store, settings = open_store(config)
    with store.reading() as connection:
        found = [(each, last_run(connection, each.id)) for each in feeds_of(connection, settings.territory.id, settings.territory.timezone)]
    if as_json:
        rows = [{"name": f.feed.name, "format": f.feed.format, "url": f.feed.url, "every": f.every, "last": run_json(run)} for f, run in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each, run in found:
        click.echo(f"{each.feed.name} ({each.feed.format}, {each.feed.url}) : {run_text(run) if run else 'jamais collecté'}")


@feed.command()
@click.argument("name", required=False)
@click.option("--agree", is_flag=True, help="Accepter une collecte qui retire plus d’un tiers des fiches.")
@config_option
@json_option
def run(name: str | None, agree: bool, config: Path, as_json: bool) -> None:
    """Collecte un flux, ou tous."""
    from sejour.app import clock
    from sejour.ingest import run_feed
    from sejour.store.feeds import feeds_of

    store, settings = open_store(config)
    with store.reading() as connection:
        feeds = [f for f in feeds_of(connection, settings.territory.id, settings.territory.timezone) if name in (None, f.feed.name)]
    if not feeds:
        raise UsageError(
            f"Aucun flux ne s’appelle « {name} » : « sejour feed list » les montre." if name else "Aucun flux : ajoutez-en un à sejour.toml."
        )
    runs = [run_feed(store, settings.territory.id, each, clock, agreed=agree) for each in feeds]
    if as_json:
        click.echo(json.dumps([run_json(run) for run in runs], ensure_ascii=False, indent=2))
    else:
        for run in runs:
            click.echo(f"{run.feed} : {run_text(run)}")
            _echo_problems(run.problems)
    if any(run.outcome is not Outcome.DONE for run in runs):
        sys.exit(1)


@feed.command("explain")
@click.argument("offer_id")
@config_option
@json_option
def explain_offer(offer_id: str, config: Path, as_json: bool) -> None:
    """Le chemin d’une fiche, de sa source à la page."""
    from sejour.explain import explain, explained_text

    told = explain(*open_store(config), offer_id)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else explained_text(told))


# ---- the portal ----


@cli.group()
def portal() -> None:
    """Le portail captif : ce que disent les passerelles."""


@portal.command("explain")
@click.option("--gateway", required=True, help="La marque : opennds, uam…")
@click.option("--secret", default="", help="Le secret partagé avec la passerelle (faskey, uamsecret).")
@click.option("--request", required=True, help="'GET /portal/…?…', avec ses en-têtes si l’on veut.")
@click.option("--body", default="", help="Le corps de la requête.")
@click.option("--url", default="", help="L’adresse du portail telle que la passerelle la connaît : UAM la signe.")
@click.option("--level", type=click.IntRange(0, 4), help="fas_secure_enabled d’openNDS ; deviné sinon.")
@json_option
def explain_request(gateway: str, secret: str, request: str, body: str, url: str, level: int | None, as_json: bool) -> None:
    """Ce que veut dire la requête d’une passerelle, et ce qui serait répondu ; rien n’est accordé."""
    from captive_portal.explain import explain as explain_portal
    from captive_portal.explain import text_of

    told = explain_portal(gateway, os.fsencode(secret), os.fsencode(request), os.fsencode(body), url, level)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else text_of(told))


@portal.command("credential")
@click.option("--device", required=True, help="Calling-Station-Id.")
@click.option("--session", required=True, help="Acct-Session-Id.")
@click.option("--user", required=True, help="User-Name.")
@click.option("--gateway", required=True, help="L’« id » de la passerelle.")
@config_option
def credential_for_radius(device: str, session: str, user: str, gateway: str, config: Path) -> None:
    """Pour FreeRADIUS (module exec) : le mot de passe d’un seul téléphone, pour une seule session."""
    from sejour.credentials import radius_reply

    click.echo(radius_reply(read_settings(config), gateway, device, session, user))


# ---- advice ----


@cli.command()
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--hotspot", help="La borne où l’on se tient.")
@click.option("--at", "moment", required=True, help="Le moment (ISO 8601).")
@click.option("--lang", default="fr")
@click.option("--wish", "wishes", multiple=True, help="Une envie ; peut être répétée.")
@click.option("--mode", help="walk, bike ou car ; à pied puis en voiture sinon.")
@click.option("--when", default="now", help="now, tonight, tomorrow, week ou rain.")
@click.option("--limit", type=click.IntRange(1, 50), default=8)
@click.option("--source", help="Classer directement cette source, sans base.")
@click.option("--format", "format", help="Le format de --source.")
@click.option("--weather", type=click.Path(path_type=Path), help="Prévisions au format d’Open-Meteo.")
@config_option
@json_option
def suggest(
    lat: float | None, lon: float | None, hotspot: str | None, moment: str, lang: str, wishes: tuple[str, ...], mode: str | None, when: str,
    limit: int, source: str | None, format: str | None, weather: Path | None, config: Path, as_json: bool,
) -> None:  # fmt: skip
    """Que faire d’ici, à ce moment : le classement, avec ses raisons."""
    from sejour import advice

    question = advice.Question(lat, lon, hotspot, moment, lang, wishes, mode, when, weather)
    answer = advice.suggest(advice.ask(question, config, source, format), limit)
    click.echo(json.dumps(answer.document, ensure_ascii=False, indent=2) if as_json else answer.text)


@cli.command()
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--hotspot", help="La borne d’où l’on part, et où l’on revient.")
@click.option("--from", "begins", required=True, help="Le départ (ISO 8601).")
@click.option("--to", "ends", required=True, help="Le retour, au plus tard (ISO 8601).")
@click.option("--lang", default="fr")
@click.option("--wish", "wishes", multiple=True, help="Une envie ; peut être répétée.")
@click.option("--mode", help="walk, bike ou car ; à pied puis en voiture sinon.")
@click.option("--include", "included", multiple=True, help="L’identifiant d’une fiche qu’il faut voir ; peut être répété.")
@click.option("--source", help="Composer directement de cette source, sans base.")
@click.option("--format", "format", help="Le format de --source.")
@click.option("--weather", type=click.Path(path_type=Path), help="Prévisions au format d’Open-Meteo.")
@config_option
@json_option
def plan(
    lat: float | None, lon: float | None, hotspot: str | None, begins: str, ends: str, lang: str, wishes: tuple[str, ...], mode: str | None,
    included: tuple[str, ...], source: str | None, format: str | None, weather: Path | None, config: Path, as_json: bool,
) -> None:  # fmt: skip
    """Une demi-journée qui tient : ouvert quand on arrive, et de retour à l’heure."""
    from sejour import advice

    question = advice.Question(lat, lon, hotspot, begins, lang, wishes, mode, "now", weather)
    answer = advice.plan(advice.ask(question, config, source, format), ends, included)
    click.echo(json.dumps(answer.document, ensure_ascii=False, indent=2) if as_json else answer.text)


@cli.command()
@click.argument("offer_id")
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--hotspot", help="La borne où l’on se tient.")
@click.option("--at", "moment", help="Le moment (ISO 8601) ; maintenant sinon.")
@click.option("--wish", "wishes", multiple=True, help="Une envie ; peut être répétée.")
@click.option("--mode", help="walk, bike ou car ; à pied puis en voiture sinon.")
@click.option("--when", default="now", help="now, tonight, tomorrow, week ou rain.")
@click.option("--days", type=click.IntRange(1, 14), help="Regarder chaque heure de tant de jours.")
@click.option("--source", help="Chercher directement dans cette source, sans base.")
@click.option("--format", "format", help="Le format de --source.")
@click.option("--weather", type=click.Path(path_type=Path), help="Prévisions au format d’Open-Meteo.")
@config_option
@json_option
def why(
    offer_id: str, lat: float | None, lon: float | None, hotspot: str | None, moment: str | None, wishes: tuple[str, ...], mode: str | None,
    when: str, days: int | None, source: str | None, format: str | None, weather: Path | None, config: Path, as_json: bool,
) -> None:  # fmt: skip
    """Pourquoi une fiche est proposée, ou ne l’est pas, et ce qui le changerait."""
    from sejour import advice
    from sejour.app import clock
    from sejour.diagnose import why as diagnosed

    question = advice.Question(lat, lon, hotspot, moment or clock().isoformat(), "fr", wishes, mode, when, weather)
    answer = diagnosed(advice.ask(question, config, source, format), offer_id, days)
    click.echo(json.dumps(answer.document, ensure_ascii=False, indent=2) if as_json else answer.text)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="La source des situations qui n’en nomment pas ; la base sinon.")
@click.option("--format", "format", help="Le format de --source ; deviné de son nom sinon.")
@config_option
@json_option
def replay(file: Path, source: str | None, format: str | None, config: Path, as_json: bool) -> None:
    """Rejoue un fichier de situations (YAML) et dit celles qui ne sont pas comme attendu."""
    from sejour.replay import replay as run_again

    done = run_again(file, config, source, format)
    click.echo(json.dumps(done.document, ensure_ascii=False, indent=2) if as_json else done.text)
    if done.failed:
        sys.exit(1)


@cli.command()
@click.argument("expression")
@click.option("--at", "moment", required=True, help="Le moment (ISO 8601).")
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--country", default="FR")
@click.option("--region", default="", help="Département, pour les jours fériés et les vacances.")
@click.option("--days", type=click.IntRange(1, 366), default=14)
@json_option
def hours(expression: str, moment: str, lat: float | None, lon: float | None, country: str, region: str, days: int, as_json: bool) -> None:
    """Ce que veut dire un texte opening_hours."""
    from sejour.advice import place_of, zone_at
    from sejour.calendars import holidays_of
    from sejour.domain.hours import Hours, State, read_hours
    from sejour.domain.osm_hours import mentions_holidays

    place = None if lat is None and lon is None else place_of(lat, lon)
    zone = zone_at(place) if place else ZoneInfo("Europe/Paris")
    start = _moment(moment, zone)
    last = start + timedelta(days=max(days, 400))
    answer: dict[str, Any] = {
        "expression": expression,
        "valid": False,
        "error": None,
        "state": "unknown",
        "comment": None,
        "next_change": None,
        "intervals": [],
    }
    try:
        holidays = holidays_of(region, "", start.year - 1, last.year + 1, country) if mentions_holidays(expression) else None
        found: Hours = read_hours(expression, zone, place, holidays)
    except ValueError as error:
        answer["error"] = str(error)
    else:
        now, change = found.at(start), found.next_change(start)
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        within = [i for i in found.intervals(midnight, midnight + timedelta(days=days)) if i.state is not State.CLOSED]
        answer |= {
            "valid": True, "state": now.state.value, "comment": now.comment or None, "next_change": change.isoformat() if change else None,
            "intervals": [{"start": i.start.isoformat(), "end": i.end.isoformat(), "state": i.state.value, "comment": i.comment or None} for i in within],
        }  # fmt: skip
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else hours_text(answer))


# ---- what commands share ----


def _map(file: Path | None) -> str:
    """The text of a column map; whether it is one, the format says."""
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} ne peut pas être lu.", parameter="map") from error


def _moment(text: str, zone: ZoneInfo) -> datetime:
    from sejour.web.visits import read_moment

    return read_moment(text, zone)


def _echo_problems(problems: Iterable[Problem]) -> None:
    for line in grouped(problems):
        click.echo(line)
