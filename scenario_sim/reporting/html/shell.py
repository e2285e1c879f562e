"""The shell of a self-contained page: its head, its style, and what may be loaded: nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from scenario_sim.reporting.html import messages

# Even if some text in it tried to: nothing is fetched, nothing sent.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
CONTENT_SECURITY_POLICY_WITH_SCRIPTS = f"{CONTENT_SECURITY_POLICY}; script-src 'unsafe-inline'"


def html_page(title: str, body: str, scripts: str = "") -> str:
    """A whole HTML file. title: plain text; body: HTML; scripts: elements that stand at its end."""
    policy = CONTENT_SECURITY_POLICY_WITH_SCRIPTS if scripts else CONTENT_SECURITY_POLICY
    return (
        f'<!DOCTYPE html>\n<html lang="{messages.LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{read_asset('report.css')}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{scripts}\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def definition_list(listed: Mapping[str, object]) -> str:
    """Terms and what they are."""
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in listed.items())
    return f"<dl>{rows}</dl>"


def read_asset(name: str) -> str:
    """A text file that lies beside this module."""
    return files("scenario_sim.reporting.html").joinpath(name).read_text("utf-8")
