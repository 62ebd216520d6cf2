"""Passwords: argon2id at rest, and which ones are refused because they are guessed first.

No rule of composition, twelve characters at least (ASVS 5.0 6.2.1 asks for 8, advises 15), anything up to 256, pasted or not.
"""

import re
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.datastructures import FormData

from sejour.web.office.forms import FormError

SHORTEST, LONGEST = 12, 256  # characters
REST = 6  # characters that must be left once all that one would try first is taken away
# Above OWASP's 12 MiB and three passes, in a small box's memory; 25 ms on a PC.
HASHER = PasswordHasher(time_cost=4, memory_cost=12_288, parallelism=1)  # KiB
AT_ONCE = ThreadPoolExecutor(2, "passwords")  # many guesses at once take the memory of two, and each thread keeps what it took once
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
)  # fmt: skip
COMMON = """
    motdepasse motdepass passe password passwort secret admin administrateur administrator root utilisateur user invite guest bonjour salut bienvenue
    welcome hello soleil vacances plage montagne tourisme touriste tourist office officedetourisme sejour wifi internet portail accueil france paris
    marseille bordeaux toulouse lyon doudou loulou chouchou amour iloveyou love princesse princess coucou chocolat football letmein dragon monkey master
    shadow superman batman pokemon starwars sunshine michael nicolas thomas camille marine julien changeme test demo printemps automne hiver ete janvier
    fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche
"""
LEET = str.maketrans("013457@$!", "oieastasi")


def read_password(form: FormData, field: str = "password") -> str:
    """As it was typed; composed alike by all phones."""
    said = form.get(field, "")
    return unicodedata.normalize("NFC", said.encode(errors="replace").decode()) if isinstance(said, str) else ""


def new_password(form: FormData, known: Iterable[str]) -> str:
    """The fields `password` and `again`. `known`: what others know of the person and the place. Raises FormError."""
    password = read_password(form)
    if len(password) < SHORTEST:
        raise FormError("password", f"Il faut {SHORTEST} caractères au moins : trois ou quatre mots sans lien font un bon mot de passe.")
    if len(password) > LONGEST:
        raise FormError("password", f"C’est trop long : {LONGEST} caractères au plus.")
    if guessable(password, known):
        raise FormError("password", "Celui-ci se devine : évitez votre nom, l’office, les suites et les mots de passe connus.")
    if read_password(form, "again") != password:
        raise FormError("again", "Les deux mots de passe diffèrent : écrivez deux fois le même.")
    return password


def guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Is there little left of it without known words, sequences, repetitions and years?"""
    plain = _folded(password)
    words = sorted({word for text in (*known, COMMON) for word in re.findall(r"[a-z]+", _folded(text)) if len(word) > 2}, key=len, reverse=True)
    return any(len(_rest(text, words)) < REST for text in (plain, plain.translate(LEET)))


def hash_password(password: str) -> str:
    return AT_ONCE.submit(HASHER.hash, password).result()


def is_password(hashed: str, password: str) -> bool:
    """In the same time when there is no account, or none that has a password (`hashed` is "")."""
    return AT_ONCE.submit(_is_password, HASHER, hashed, password[: LONGEST + 1]).result()


def _is_password(hasher: PasswordHasher, hashed: str, password: str) -> bool:
    nobody = _nobody(hasher)  # whoever comes first, it is made once
    try:
        right = hasher.verify(hashed or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return right and bool(hashed)


def is_outdated(hashed: str) -> bool:
    return HASHER.check_needs_rehash(hashed)


@lru_cache(maxsize=1)
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _rest(text: str, words: list[str]) -> str:
    text = re.sub(r"(?:19|20)\d\d", "", text)
    for row in ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], "")
    for word in words:
        text = text.replace(word, "")
    text = re.sub(r"(.+?)\1+", r"\1", text)  # "abab" is "ab"
    return re.sub(r"[\W_]+", "", text)
