"""A pseudo-language: every word of the catalogue is accented, so that what was left out shows.

Its catalogue is made of the template that translators get, and read as theirs are. A word in plain
letters on a page is therefore missing in the template, or is not translated where it is read.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable
from pathlib import Path

from babel.messages import Catalog

from scenario_sim import language

CODE = "el_XA"  # XA is the region of pseudo-languages; dates and numbers are Greek
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "áƀćđéƒǵĥíĵķĺḿńóṕʠŕśţúṽẃẋýźÁƁĆĐÉƑǴĤÍĴĶĹḾŃÓṔɊŔŚŢÚṼẂẊÝŹ"
LETTERS = str.maketrans(PLAIN, ACCENTED)
KEPT = re.compile(r"(\{[^}]*\}|</?[a-z][^>]*>)")  # values, and the tags of a text that is HTML
MESSAGES_TOOL = Path(__file__).parents[2] / "tools" / "messages.py"


def forget_catalogues() -> None:
    """Let the next text read its catalogue anew."""
    for cached in (language._catalogue, language._translated, language._constant):
        cached.cache_clear()


def accent(text: str) -> str:
    """Return a text in accented letters and brackets: `[Ŵééķ {n}]`."""
    parts = KEPT.split(text)
    return "[" + "".join(p if n % 2 else _accent(p) for n, p in enumerate(parts)) + "]"


def _accent(text: str) -> str:
    # Numbers that stand in a text are a translator's; all others come from the locale.
    return re.sub(r"(?<=\d)[.,](?=\d)", "·", text).translate(LETTERS)


def write_pseudo_catalogue(folder: Path) -> Path:
    """Write the catalogue of the pseudo-language into a folder; return the folder."""
    tool = runpy.run_path(str(MESSAGES_TOOL))
    catalogue = Catalog(locale="el")  # its plural forms are those of English
    for entry in tool["make_template"]():
        if entry.id:
            forms = entry.id if isinstance(entry.id, tuple) else (entry.id,)
            accented = tuple(accent(form) for form in forms)
            catalogue.add(entry.id, accented if len(forms) > 1 else accented[0])
    tool["write_catalogue"](folder / f"{CODE}.po", catalogue)
    return folder


# Words that no translator changes: formats of files, hashes, identifiers and keys of the program.
KEPT_WORDS = re.compile(
    r"\b(?:CSV|PNG|SVG|Parquet|[0-9a-f]{8}|\w+_\w+|equations\.\w+|https?://\S+|[\w./-]+\.(?:toml|html|md|csv))\b"
)
PLAIN_WORD = re.compile(r"[A-Za-z]{2}")


ENGLISH_NUMBER = re.compile(r"\d\.\d{1,2}(?!\d|\.\d)")  # in Greek a comma stands before decimals
VERSION = re.compile(r"\d+\.\d+\.\d+\S*|127\.0\.0\.1")


def english_numbers(texts: Iterable[str]) -> list[str]:
    """Return the texts with a number that is written as in English."""
    return [text for text in texts if ENGLISH_NUMBER.search(VERSION.sub("", text))]


def plain_words(texts: Iterable[str]) -> list[str]:
    """Return the texts with a word in plain letters, that is, one which no translation reached."""
    return [text for text in texts if PLAIN_WORD.search(KEPT_WORDS.sub("", text))]
