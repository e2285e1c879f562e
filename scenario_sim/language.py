"""Read the words of a reader's language from gettext catalogues; English is the source.

Texts stay plain English constants and are translated where they are read. A module of texts says
`translate_constants(__name__)`, a class of data says `@translate_fields(...)`, and a text inside code
stands in `translate(...)` or `translate_count(...)`. In English each of them returns the text as it is.
"""

from __future__ import annotations

import io
import os
import string
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache, wraps
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from scenario_sim.bounds import MAX_CATALOGUE_BYTES
from scenario_sim.errors import ScenarioSimError, UnknownNameError, translate_with
from scenario_sim.file_io import read_regular_file

if TYPE_CHECKING:  # slow to import, and English does not need it
    from babel import Locale
    from babel.messages import Catalog

SOURCE_LANGUAGE = "en"
CATALOGUES_VARIABLE = "SCENARIO_SIM_LOCALES"  # one more folder of catalogues, to try one
SHIPPED_CATALOGUES = Path(__file__).with_name("locales")

_scoped: ContextVar[str] = ContextVar("language", default="")
_visitor_language: Callable[[], str] = lambda: ""  # noqa: E731 - the page puts its own in place
TRANSLATED_CONSTANTS: dict[str, tuple[str, ...]] = {}  # by module; `tools/messages.py` walks them
TRANSLATED_FIELDS: dict[type, tuple[str, ...]] = {}


# --- which language ----------------------------------------------------------------------------------


def list_languages() -> tuple[str, ...]:
    """Return the codes of the languages there are: English, and each catalogue `CODE.po`."""
    found = {path.stem for folder in _folders() for path in folder.glob("*.po")}
    return (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE}))


def check_language(code: str) -> str:
    """Return a language's code as the catalogues write it: `pt-br` is `pt_BR`.

    Raises
    ------
    UnknownNameError
        If there is no catalogue for it. The message names the languages there are.
    """
    languages = list_languages()
    wanted = code.replace("-", "_").lower()
    for language in languages:
        if wanted == language.lower():
            return language
    raise UnknownNameError("language", code[:40], languages)


def preferred_language(accepted: str) -> str:
    """Return the best language for the header `Accept-Language`; "" where it asks for none of them.

    Examples
    --------
    >>> preferred_language("xx, en-GB;q=0.8")
    'en'
    """
    languages = {code.lower(): code for code in list_languages()}
    wanted = []
    for place, part in enumerate(accepted[:500].split(",")):
        code, _, weight = part.partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, code.strip().replace("-", "_").lower()))
        except ValueError:
            continue  # a header that a browser would not send
    for minus_weight, _, code in sorted(wanted):
        found = languages.get(code) or languages.get(code.split("_")[0])
        if found and minus_weight < 0:
            return found
    return ""


def current_language() -> str:
    """Return the code of the language in use: that of `use_language`, else the visitor's, else English."""
    return _scoped.get() or _visitor_language() or SOURCE_LANGUAGE


def load_language(code: str) -> str:
    """Read a language's catalogue now, and return its code. Raises as `use_language` does."""
    code = check_language(code)
    if code != SOURCE_LANGUAGE:
        _catalogue(code)
    return code


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Use a language within a `with` block. Raises UnknownNameError and ScenarioSimError."""
    token = _scoped.set(load_language(code))
    try:
        yield
    finally:
        _scoped.reset(token)


def follow_visitors(language: Callable[[], str]) -> None:
    """Ask this function for a visitor's language; it returns "" away from any page."""
    global _visitor_language
    _visitor_language = language


# --- texts -------------------------------------------------------------------------------------------


class LocalText(str):
    """A translated text: `format` writes numbers as its language does."""

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> str:
        return LocalText(_FORMATTER.vformat(self, args, values))


class Plural(str):
    """A text with a form for one and a form for more; `format` chooses by the value of `by`.

    Examples
    --------
    >>> Plural("{n} run", "{n} runs").format(n=1)
    '1 run'
    """

    one: str
    by: str

    def __new__(cls, one: str, many: str, by: str = "n") -> Plural:
        text = super().__new__(cls, many)
        text.one, text.by = one, by
        return text

    def format(self, *args: Any, **values: Any) -> str:
        number = values[self.by]
        return _choose_form(self.one, str(self), number).format(*args, **values)


class Name(str):
    """A name for the program among texts, never translated: a command, a place on the page."""

    __slots__ = ()


class Names(tuple[str, ...]):
    """Names for the program among texts, never translated; a dict of them has texts as its keys.

    Examples
    --------
    >>> translate_value({"Both sides": Names(("hotline",))})
    {'Both sides': ('hotline',)}
    """


def translate(text: str) -> str:
    """Return a text in the current language, or as it is where no translation is there."""
    return text if (code := current_language()) == SOURCE_LANGUAGE else _translated(code, text)


def translate_count(one: str, many: str, n: float, **values: Any) -> str:
    """Return the form of a text that fits the number `n`, with its values put in.

    Examples
    --------
    >>> translate_count("{n} act", "{n} acts", 3)
    '3 acts'
    """
    return _choose_form(one, many, n).format(n=n, **values)


def translate_value(value: Any) -> Any:
    """Return texts, and dicts and sequences of texts, in the current language."""
    code = current_language()
    return value if code == SOURCE_LANGUAGE else _translated_value(code, value)


def translate_constants(module: str, *names: str) -> None:
    """Let other modules read the constants of this one in the current language.

    Call it at the end of the module, whose own functions still read English.

    Parameters
    ----------
    module : str
        `__name__` of the module.
    names : str
        The constants that hold words; all of them where none is named.
    """
    constants = [name for name in vars(sys.modules[module]) if name.isupper()]
    TRANSLATED_CONSTANTS[module] = names or tuple(constants)
    sys.modules[module].__class__ = _TextModule


def translate_fields[T](*names: str) -> Callable[[type[T]], type[T]]:
    """Return a decorator: these fields of a dataclass or model read in the current language.

    What a model dumps, and what is hashed or compared of it, stays English.
    """

    def decorate(cls: type[T]) -> type[T]:
        TRANSLATED_FIELDS[cls] = names
        for name in names:
            setattr(cls, name, _TextField(name))
        return cls

    return decorate


def source_text(instance: object, name: str) -> str:
    """Return a translated field in English."""
    return instance.__dict__[name]


def cache_by_language[**P, T](function: Callable[P, T]) -> Callable[P, T]:
    """Cache a function whose results hold words, once for each language."""
    results: dict[Hashable, T] = {}

    @wraps(function)
    def cached(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (current_language(), args, *sorted(kwargs.items()))
        if key not in results:
            results[key] = function(*args, **kwargs)
        return results[key]

    return cached


class _TextModule(ModuleType):
    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if not name.isupper() or (code := current_language()) == SOURCE_LANGUAGE:
            return value
        return _constant(code, self, name) if name in TRANSLATED_CONSTANTS[self.__name__] else value


class _TextField:
    """A data descriptor over a value in the instance's `__dict__`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None and is_dataclass(owner):
            return self
        if instance is None:
            raise AttributeError(self.name)  # else pydantic takes this for a model's default
        value = instance.__dict__[self.name]
        return value if current_language() == SOURCE_LANGUAGE else translate_value(value)

    def __set__(self, instance: object, value: Any) -> None:
        instance.__dict__[self.name] = value


class _LocalFormatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return localise_number(text) if is_number else text


_FORMATTER = _LocalFormatter()


def _choose_form(one: str, many: str, n: float) -> str:
    code = current_language()
    if code == SOURCE_LANGUAGE:
        return one if n == 1 else many
    # A plural rule takes whole numbers; a fraction takes the form of a number that is not one.
    number = int(n) if float(n).is_integer() else 2
    return LocalText(_catalogue(code).ngettext(one, many, number))


@cache
def _translated(code: str, text: str) -> str:
    return LocalText(_catalogue(code).gettext(text)) if text else text


@cache
def _constant(code: str, module: ModuleType, name: str) -> Any:
    return _translated_value(code, vars(module)[name])


def _translated_value(code: str, value: Any) -> Any:
    if isinstance(value, Plural | Name):
        return value  # a plural is translated when its number is known
    if isinstance(value, str):
        return _translated(code, value)
    if isinstance(value, Mapping):
        return {
            _translated(code, key) if isinstance(own, Names) else key: _translated_value(code, own)
            for key, own in value.items()
        }
    if type(value) in (tuple, list):
        return type(value)(_translated_value(code, own) for own in value)
    return value


# --- numbers, dates and lists ------------------------------------------------------------------------


def locale_of(code: str) -> Locale:
    """Return Babel's locale of a language, or of its first part: `en_XA` counts as English."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code)
    except UnknownLocaleError:
        return Locale.parse(code.split("_")[0])


def text_direction() -> str:
    """Return `ltr` or `rtl`, as HTML names the direction of the current language."""
    code = current_language()
    return "ltr" if code == SOURCE_LANGUAGE else locale_of(code).text_direction


def localise_number(text: str) -> str:
    """Return a number that Python wrote (`-1,234.5`) as the current language writes it."""
    code = current_language()
    if code == SOURCE_LANGUAGE or not any(c.isdigit() for c in text):
        return text
    plain = text.replace("−", "-").replace(",", "").strip()
    try:
        number = Decimal(plain)
    except ArithmeticError:
        return text  # no number alone, such as `1e+06 m`
    from babel.numbers import parse_pattern

    locale = locale_of(code)
    pattern = parse_pattern(str(locale.decimal_formats[None].pattern))
    decimals = len(plain.partition(".")[2]) if "e" not in plain.lower() else 0
    pattern.frac_prec = (decimals, decimals)
    whole = plain.lstrip("+-").partition(".")[0]
    grouped = "," in text or len(whole) <= 3  # a year has no separator
    sign = "+" if text.lstrip().startswith("+") else ""
    return sign + pattern.apply(number, locale, group_separator=grouped).replace("-", "−")


def localise_date(when: date, skeleton: str) -> str:
    """Return a day as the current language writes the fields of a CLDR skeleton, such as `yMMMd`."""
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, when, locale=locale_of(current_language()))


def localise_weekday(when: date) -> str:
    """Return the name of a day of the week, in full, in the current language."""
    from babel.dates import format_date

    return format_date(when, "EEEE", locale=locale_of(current_language()))


def join_list(names: list[str]) -> str:
    """Return `a, b and c`, as the current language joins a list."""
    if current_language() == SOURCE_LANGUAGE:
        *first, last = names or [""]
        return f"{', '.join(first)} and {last}" if first else last
    from babel.lists import format_list

    return format_list(names, locale=locale_of(current_language()))


# --- catalogues --------------------------------------------------------------------------------------


def _folders() -> list[Path]:
    own = os.environ.get(CATALOGUES_VARIABLE, "")
    return [*([Path(own)] if own else []), SHIPPED_CATALOGUES]


@cache
def _catalogue(code: str) -> NullTranslations:
    """Return a language's catalogue. Raises ScenarioSimError where its file cannot be read."""
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(_find(code)))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _find(code: str) -> Path:
    paths = (folder / f"{code}.po" for folder in _folders())
    return next(path for path in paths if path.is_file())


def read_catalogue(path: Path) -> Catalog:
    """Return a catalogue's entries.

    Raises
    ------
    ScenarioSimError
        If it cannot be read, or if a translation lacks a `{value}` of its text or has another one.
    """
    from babel.messages.pofile import PoFileError, read_po

    try:
        text = read_regular_file(path, MAX_CATALOGUE_BYTES)
        catalogue = read_po(io.BytesIO(text), abort_invalid=True)
    except (OSError, ValueError, PoFileError) as error:
        raise ScenarioSimError(f"{path}: cannot be read: {error}") from error
    problems = [
        f"{path}: line {entry.lineno}: the translation of {entry.id!r} has the values "
        f"{sorted(found)}; its text has {sorted(wanted)}"
        for entry in catalogue
        if entry.id and not entry.fuzzy
        for wanted, found in _unlike_values(entry.id, entry.string)
    ]
    if problems:
        raise ScenarioSimError("\n".join(problems))
    return catalogue


def _unlike_values(source: Any, target: Any) -> Iterator[tuple[set[str], set[str]]]:
    """Yield the values of texts, and of translations whose values are not among them."""
    sources = source if isinstance(source, tuple) else (source,)
    wanted = set().union(*(_values_in(text) for text in sources))
    for text in target if isinstance(target, tuple) else (target,):
        found = _values_in(text)
        # A form for one number may leave the number out: "one run".
        if text and not (found == wanted or (found < wanted and isinstance(source, tuple))):
            yield wanted, found


def _values_in(text: str) -> set[str]:
    try:
        return {name for _, name, *_ in string.Formatter().parse(text) if name}
    except ValueError:  # a brace that is no value
        return set()


translate_with(translate)
