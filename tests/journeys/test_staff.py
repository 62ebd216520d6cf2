"""`sejour staff`, as an operator uses it, and the service beside it."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from tests.journeys.conftest import Service, refused, sejour

Start = Callable[..., Service]
PASSWORD = "lampadaire tilleul grenat"


class Jar(CookieJar):
    """Takes Secure cookies from this very machine, as browsers do."""

    def _cookies_for_request(self, request: Request) -> list[object]:
        return [cookie for domain in self._cookies.values() for path in domain.values() for cookie in path.values()]  # type: ignore[attr-defined]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    assert sejour("init", tmp_path / "box").code == 0
    return tmp_path / "box/sejour.toml"


def link_in(out: str) -> str:
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/login/invitation/[\w-]{43})", out)
    return str(path)


def post(opener: OpenerDirector, address: str, **form: str) -> tuple[int, str, str]:
    try:
        with opener.open(Request(address, urlencode(form).encode(), {"Sec-Fetch-Site": "same-origin"}), timeout=20) as answer:
            return answer.status, answer.url, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.url, error.read().decode()


def browser() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(Jar()))


def join(service: Service, path: str, **form: str) -> tuple[int, str, str]:
    opener = browser()
    with suppress(HTTPError), opener.open(service.base + path, timeout=20):
        pass
    return post(opener, service.base + "/login/invitation", password=PASSWORD, again=PASSWORD, **form)


def test_there_is_no_account_until_one_is_made_here(config: Path) -> None:
    assert "Aucun compte" in sejour("staff", "list", "--config", config).out
    assert json.loads(sejour("staff", "list", "--json", "--config", config).out) == {"accounts": [], "invitations": []}


def test_the_first_admin_comes_by_a_link_that_this_machine_wrote(config: Path, start: Start) -> None:
    made = sejour("staff", "add", "Ana", "--role", "admin", "--config", config)
    assert made.code == 0
    service = start("serve", "--config", config)
    status, url, page = join(service, link_in(made.out), shown="Ana, à l’accueil")
    assert (status, url) == (200, f"{service.base}/login/enrol?next=/office/")
    assert "Photographiez ce code" in page
    assert post(browser(), service.base + "/login", name="ana", password=PASSWORD)[1].startswith(f"{service.base}/login/enrol")
    (told,) = json.loads(sejour("staff", "list", "--json", "--config", config).out)["accounts"]
    assert (told["name"], told["role"], told["disabled"], told["second_factor"]) == ("ana", "admin", False, False)
    again = join(service, link_in(made.out), shown="Autre")
    assert again[0] == 404


def test_a_counsellor_is_closed_and_let_in_again_while_it_serves(config: Path, start: Start) -> None:
    first = sejour("staff", "add", "ana", "--role", "admin", "--config", config)
    second = sejour("staff", "add", "hugo", "--role", "counsellor", "--config", config)
    service = start("serve", "--config", config)
    join(service, link_in(first.out), shown="Ana")
    hugo = browser()
    hugo.open(service.base + link_in(second.out), timeout=20).close()
    assert post(hugo, service.base + "/login/invitation", shown="Hugo", password=PASSWORD, again=PASSWORD)[1] == f"{service.base}/office/"
    assert sejour("staff", "disable", "HUGO", "--config", config).code == 0
    with hugo.open(service.base + "/office/", timeout=20) as answer:
        assert answer.url.startswith(f"{service.base}/login?")
    assert post(browser(), service.base + "/login", name="hugo", password=PASSWORD)[0] == 400
    back = sejour("staff", "reset", "hugo", "--second-factor", "--config", config)
    assert join(service, link_in(back.out))[1] == f"{service.base}/office/"
    assert "hugo  counsellor  mot de passe" in sejour("staff", "list", "--config", config).out


def test_who_guessed_too_often_is_let_in_by_the_operator(config: Path, start: Start) -> None:
    made = sejour("staff", "add", "hugo", "--role", "counsellor", "--config", config)
    service = start("serve", "--config", config)
    join(service, link_in(made.out), shown="Hugo")
    statuses = [post(browser(), service.base + "/login", name="hugo", password=f"x{n}")[0] for n in range(7)]
    assert statuses == [400] * 5 + [429] * 2
    back = sejour("staff", "reset", "hugo", "--config", config)
    assert join(service, link_in(back.out))[1] == f"{service.base}/office/"


def test_what_cannot_be_is_refused_in_one_sentence(config: Path, start: Start) -> None:
    where = ("--config", config)
    assert "nobody" in refused("staff", "disable", "nobody", *where)
    assert "nobody" in refused("staff", "reset", "nobody", *where)
    for arguments in (
        ("staff", "add", "x"),
        ("staff", "add", "x", "--role", "king"),
        ("staff", "add", "", "--role", "admin"),
        ("staff", "add", "x" * 61, "--role", "admin"),
    ):
        assert sejour(*arguments, *where).code == 2
    made = sejour("staff", "add", "ana", "--role", "admin", *where)
    join(start("serve", *where), link_in(made.out), shown="Ana")
    assert "a déjà un compte" in refused("staff", "add", "ANA", "--role", "editor", *where)
    last = sejour("staff", "disable", "ana", *where)
    assert last.code == 1
    assert "dernier compte" in last.err


def test_the_demonstration_prints_its_accounts_and_they_enter(start: Start, tmp_path: Path) -> None:
    passwords = []
    for folder in ("one", "one", "two"):
        service = start("demo", "--data", tmp_path / folder, "--at", "2026-08-13T15:40")
        service.process.terminate()
        out = service.process.communicate(timeout=20)[0]
        passwords.append(dict(re.findall(r"^  (\w+) +([a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}) +(?:seasonal|counsellor|editor|admin) ", out, re.M)))
        assert "/login" in out
    assert passwords[0] == passwords[1]
    assert passwords[0].keys() == {"sacha", "hugo", "lucie", "marie"}
    assert not set(passwords[0].values()) & set(passwords[2].values())  # no two demonstrations have the same
    service = start("demo", "--data", tmp_path / "one", "--at", "2026-08-13T15:40")
    for name, password in passwords[0].items():
        status, url, page = post(browser(), service.base + "/login", name=name, password=password)
        assert (status, url) == (200, f"{service.base}/office/")
        assert "n’ont pas de second facteur" in page
