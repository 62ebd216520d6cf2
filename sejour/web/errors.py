"""What a visitor sees when something is wrong: one sentence and a way back; the API says it in JSON. Never a traceback."""

import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sejour.domain.text import N_, Reason
from sejour.errors import Forbidden, Gone, NotFound, SejourError, StoreError, UsageError
from sejour.web.api import OPEN
from sejour.web.i18n import speech
from sejour.web.render import render
from sejour.web.visits import language_of

log = logging.getLogger("sejour.web")
STATUS: dict[type[SejourError], int] = {UsageError: 400, Forbidden: 403, NotFound: 404, Gone: 410, StoreError: 503}
TITLES = {
    400: N_("Adresse non comprise"), 403: N_("Accès réservé"), 404: N_("Page introuvable"), 405: N_("Action impossible"),
    500: N_("Une erreur de notre part"), 503: N_("Service momentanément indisponible"),
}  # fmt: skip
SENTENCES = {
    404: N_("Cette page n’existe pas, ou n’existe plus."),
    405: N_("Cette page ne répond pas à cette demande."),
    503: N_("Le service se prépare. Réessayez dans un instant."),
    500: N_("L’erreur est de notre côté. Réessayez dans un instant, ou demandez à l’accueil."),
}


def on_sejour_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SejourError)
    status = next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)
    if status >= 500:  # the database's words are for the operator
        log.error("failed path=%s error=%s", request.url.path, error)
        return _answer(request, status, speech(language_of(request)).gettext(SENTENCES[status]))
    sentence = speech(language_of(request)).say(Reason(error.message, error.arguments))
    return _answer(request, status, sentence, parameter=getattr(error, "parameter", None))


def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code < 400:  # a redirect
        return Response(status_code=error.status_code, headers=error.headers)
    sentence = SENTENCES.get(error.status_code, SENTENCES[404 if error.status_code < 500 else 500])
    return _answer(request, error.status_code, speech(language_of(request)).gettext(sentence), headers=error.headers)


def on_crash(request: Request, error: Exception) -> Response:
    log.error("crash path=%s", request.url.path, exc_info=error)
    return _answer(request, 500, speech(language_of(request)).gettext(SENTENCES[500]))


def _answer(request: Request, status: int, sentence: str, *, parameter: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse(
            {"error": TITLES.get(status, str(status)), "parameter": parameter or "", "reason": sentence}, status, {**OPEN, **(headers or {})}
        )
    language = language_of(request)
    title = speech(language).gettext(TITLES.get(status, TITLES[404 if status < 500 else 500]))
    response = render(request, "error/error.html", None, language, status, title=title, sentence=sentence)
    response.headers.update(headers or {})
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response


handlers: dict[Any, Any] = {SejourError: on_sejour_error, HTTPException: on_http_error, Exception: on_crash}
