"""A phone's small browser, without cookie or script, run in the phone's namespace: python phone.py CA, with a step a line of its input.

`get URL`, `press` the form of the page, `again` the last address, `free URL SECONDS` until the probe has the Internet's own answer. Prints one JSON
object a step: {"hops": [[status, url], ...], "body": ..., "seconds": ...}.
"""

import http.client
import json
import re
import ssl
import sys
import time
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

MOST_HOPS = 8
ANDROID = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.32 Safari/537.36"


def ask(trust: ssl.SSLContext, method: str, url: str, form: str | None) -> tuple[int, str, str]:
    parts = urlsplit(url)
    kind: Any = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.netloc, timeout=5, **({"context": trust} if parts.scheme == "https" else {}))
    try:
        headers = {"User-Agent": ANDROID, "Accept-Language": "fr", "Connection": "close"}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"{parts.scheme}://{parts.netloc}"}
        line.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), form, headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("Location") or "", answer.read().decode()
    finally:
        line.close()


def browse(trust: ssl.SSLContext, method: str, url: str, form: str | None = None) -> dict[str, Any]:
    started, hops, body = time.monotonic(), [], ""
    for _ in range(MOST_HOPS):
        status, location, body = ask(trust, method, url, form)
        hops.append([status, url])
        if status not in (301, 302, 303, 307, 308):
            break
        method, form, url = ("GET", None, urljoin(url, location)) if status in (301, 302, 303) else (method, form, urljoin(url, location))
    return {"hops": hops, "body": body, "seconds": time.monotonic() - started}


def form_of(page: dict[str, Any]) -> tuple[str, str]:
    """The login form's address and what it sends."""
    form = re.search(r'<form class="login" method="post" action="([^"]+)"[^>]*>(.*?)</form>', page["body"], re.S)
    assert form, page
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form[2]):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        fields[told["name"]] = unescape(told.get("value", ""))
    return urljoin(page["hops"][-1][1], unescape(form[1])), urlencode(fields)


def free(trust: ssl.SSLContext, url: str, seconds: float) -> dict[str, Any]:
    started, status = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        try:
            status = ask(trust, "GET", url, None)[0]
        except (OSError, http.client.HTTPException):
            status = 0
        if status == 204:
            break
        time.sleep(0.1)
    return {"hops": [[status, url]], "body": "", "seconds": time.monotonic() - started}


def main() -> None:
    trust, page = ssl.create_default_context(cafile=sys.argv[1]), {}
    for line in sys.stdin:
        step, *words = line.split()
        if step == "free":
            told = free(trust, words[0], float(words[1]))
        elif step == "press":
            action, form = form_of(page)
            page = told = browse(trust, "POST", action, form)
        else:
            page = told = browse(trust, "GET", words[0] if step == "get" else page["hops"][-1][1])
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
