"""Write the frame of a self-contained page: head, style and content security policy."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from scenario_sim.reporting.html import messages

# The page can neither fetch nor send anything, whatever text it holds.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
CONTENT_SECURITY_POLICY_WITH_SCRIPTS = f"{CONTENT_SECURITY_POLICY}; script-src 'unsafe-inline'"


def html_page(title: str, body: str, scripts: str = "") -> str:
    """Return a whole HTML file.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    scripts : str
        Elements that stand at its end.
    """
    policy = CONTENT_SECURITY_POLICY_WITH_SCRIPTS if scripts else CONTENT_SECURITY_POLICY
    return (
        f'<!DOCTYPE html>\n<html lang="{messages.LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{read_asset('report.css')}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{scripts}\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    """Return a heading of the second level."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text, with a CSS class where `kind` is given."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def definition_list(listed: Mapping[str, object]) -> str:
    """Return terms and their values as a list."""
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in listed.items())
    return f"<dl>{rows}</dl>"


def read_asset(name: str) -> str:
    """Return the text of a file beside this module."""
    return files("scenario_sim.reporting.html").joinpath(name).read_text("utf-8")
