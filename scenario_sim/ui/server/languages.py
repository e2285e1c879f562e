"""The language of each visitor: that of the link, of the server's owner, or of the browser."""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import parse_qs

from solara.lab.utils.headers import headers
from solara.server import kernel_context

from scenario_sim.errors import ScenarioSimError
from scenario_sim.language import (
    SOURCE_LANGUAGE,
    follow_visitors,
    load_language,
    preferred_language,
)

LANGUAGE = "language"  # the part of a link
LANGUAGE_VARIABLE = "SCENARIO_SIM_LANGUAGE"  # what `app --language` sets
_languages: dict[str, str] = {}  # by kernel; visitors who read English are not in it


def visitor_language() -> str:
    """Return the language of the visitor whose page this thread works for; "" for English."""
    if not _languages or not kernel_context.has_current_context():
        return ""
    return _languages.get(kernel_context.get_current_context().id, "")


def choose_language(query: str) -> tuple[str, str]:
    """Choose the language of the visitor who opens this query.

    Returns
    -------
    named : str
        The language that the link names, to be kept in the address; "" if it names none.
    reason : str
        Why the named language cannot be had; "" if it can.
    """
    named = _named_in(query)
    reason, code = "", ""
    if named:
        try:
            code = load_language(named)
        except ScenarioSimError as error:
            reason = str(error)
    if not code:
        code = _usual_language(",".join((headers.value or {}).get("accept-language", [])))
    _remember(code)
    return ("" if reason else code if named else ""), reason


def language_of_request(query: str, accepted: str) -> str:
    """Return the language for an answer without a page; English where another cannot be had.

    Parameters
    ----------
    query : str
        Query of the request's address.
    accepted : str
        Its header `Accept-Language`.
    """
    for code in (_named_in(query), _usual_language(accepted)):
        with suppress(ScenarioSimError):
            if code:
                return load_language(code)
    return SOURCE_LANGUAGE


def _named_in(query: str) -> str:
    return parse_qs(query.removeprefix("?")).get(LANGUAGE, [""])[0]


def _usual_language(accepted: str) -> str:
    """Return the language of the server's owner, or else of the visitor's browser."""
    return os.environ.get(LANGUAGE_VARIABLE, "") or preferred_language(accepted)


def with_language(query: str, language: str) -> str:
    """Return a query that names a language as well."""
    return "&".join(filter(None, (query, f"{LANGUAGE}={language}" * bool(language))))


def _remember(code: str) -> None:
    if not code or code == SOURCE_LANGUAGE:
        return
    context = kernel_context.get_current_context()
    _languages[context.id] = code
    context.on_close(lambda: _forget(context.id))


def _forget(kernel: str) -> None:
    _languages.pop(kernel, None)


follow_visitors(visitor_language)
