"""Write a study as one self-contained HTML file: figures, cells, methods.

The frame of the page is that of the hand-out. Figures are inline SVG, so the page needs no script
and can be printed. One study gives the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from scenario_sim.errors import OutputError
from scenario_sim.file_io import replace_file
from scenario_sim.formatting import format_number, format_percent
from scenario_sim.language import localise_number
from scenario_sim.reporting.html import messages as said
from scenario_sim.reporting.html.tables import (
    ABSOLUTE_RISKS,
    definition_list,
    heading,
    html_page,
    paragraph,
    table_html,
)
from scenario_sim.reporting.study import messages
from scenario_sim.reporting.study.drawing import FORMATS, inline_svg
from scenario_sim.reporting.study.exhibits import Exhibit
from scenario_sim.reporting.study.methods import Methods, list_numbers
from scenario_sim.studies.cells import KEY_HEX_DIGITS
from scenario_sim.validation.sensitivity import dependence_sentence

MAX_TABLE_ROWS = 24  # of a table in the page; the data hold all


def study_page(
    title: str, shown: Sequence[Exhibit], outcomes: pd.DataFrame, methods: Methods, outcome: str
) -> str:
    """Return the HTML page of a study. All texts are escaped.

    Parameters
    ----------
    title : str
    shown : sequence of Exhibit
    outcomes : DataFrame
        One row a cell: `title`, `runs`, `mean` and `mcse` of the outcome.
    methods : Methods
    outcome : str
    """
    body = "\n".join(_parts(title, shown, outcomes, methods, outcome))
    return html_page(title, body)


def write_output(path: Path, page: str | bytes) -> None:
    """Write a file that the user asked for, and its folder if need be. Raises OutputError."""
    data = page.encode() if isinstance(page, str) else page
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda part: part.write_bytes(data))
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}") from None


def write_figures(folder: Path, shown: Sequence[Exhibit]) -> list[Path]:
    """Write each figure in every format, and its data as `<name>.csv`; return the paths.

    Raises OutputError.
    """
    written = []
    for exhibit in shown:
        stem = folder / exhibit.name
        files = {ending: exhibit.drawing.render(ending) for ending in FORMATS}
        files["csv"] = exhibit.data.to_csv(index=False, lineterminator="\n").encode()
        for ending, data in files.items():
            written.append(stem.with_name(f"{stem.name}.{ending}"))
            write_output(written[-1], data)
    return written


def _parts(
    title: str, shown: Sequence[Exhibit], outcomes: pd.DataFrame, methods: Methods, outcome: str
) -> Iterator[str]:
    yield f'<p class="disclaimer">{escape(said.DISCLAIMER)}</p>'
    yield f"<h1>{escape(title)}</h1>"
    yield paragraph(
        messages.SIZE.format(
            cells=messages.CELLS.format(n=methods.cells),
            runs=messages.RUNS.format(n=methods.runs),
            engine=methods.engine,
        ),
        "quiet",
    )
    yield paragraph(said.CONTENT_NOTE, "quiet")
    yield heading(messages.FIGURES)
    if not shown:
        yield paragraph(messages.NO_FIGURES)
    for number, exhibit in enumerate(shown, start=1):
        yield _figure(number, exhibit)
    yield heading(messages.CELLS_HEADING)
    yield _cells(outcomes, outcome)
    yield heading(messages.METHODS) + "".join(map(paragraph, methods.paragraphs))
    yield from _again(methods)
    yield heading(said.LIMITS)
    runs_a_cell = methods.runs // max(methods.cells, 1)
    yield from (paragraph(text.format(runs=runs_a_cell)) for text in said.LIMITS_TEXT)
    yield from map(paragraph, filter(None, [dependence_sentence(outcome)]))


def _figure(number: int, exhibit: Exhibit) -> str:
    caption = messages.FIGURE.format(number=number, title=exhibit.title, caption=exhibit.caption)
    picture = inline_svg(exhibit.svg, f"f{number}", f"{exhibit.title}. {exhibit.caption}")
    rows = exhibit.data.head(MAX_TABLE_ROWS).itertuples(index=False)
    note = ""
    if len(exhibit.data) > MAX_TABLE_ROWS:
        note = messages.FIRST_ROWS.format(n=MAX_TABLE_ROWS, all=len(exhibit.data))
    cells = [(escape(_short(row[0])), *(_plain(value) for value in row[1:])) for row in rows]
    numbers = table_html([str(c) for c in exhibit.data.columns], cells, caption=note)
    return (
        f'<figure class="drawn" id="{exhibit.name}">{picture}<figcaption>{escape(caption)}</figcaption>'
        f"<details><summary>{escape(messages.NUMBERS)}</summary>{numbers}</details></figure>"
    )


def _cells(outcomes: pd.DataFrame, outcome: str) -> str:
    """Return the table of cells: means, and ratios to the first cell.

    A risk, whose level is a prior, has one digit.
    """
    first = float(outcomes["mean"].iloc[0]) if len(outcomes) else 0.0
    level = format_percent if outcome in ABSOLUTE_RISKS else _plain
    rows = []
    for row in outcomes.head(MAX_TABLE_ROWS).to_dict("records"):
        mean, error = float(row["mean"]), float(row["mcse"])
        ratio = mean / first if first > 0 else math.nan
        shown = (
            "–"
            if math.isnan(mean)
            else said.ABOVE_HALF
            if _too_high(mean, outcome)
            else level(mean)
        )
        noise = "–" if math.isnan(error) else level(error)
        rows.append(
            (escape(str(row["title"])), format_number(row["runs"]), _plain(ratio), shown, noise)
        )
    note = [messages.CELLS_NOTE.format(outcome=outcome)]
    if len(outcomes) > MAX_TABLE_ROWS:
        note.append(messages.FIRST_CELLS.format(n=MAX_TABLE_ROWS, all=len(outcomes)))
    return table_html(messages.CELLS_COLUMNS, rows, caption=" ".join(note))


def _too_high(mean: float, outcome: str) -> bool:
    return outcome in ABSOLUTE_RISKS and mean > 0.5


def _again(methods: Methods) -> Iterator[str]:
    yield heading(said.AGAIN)
    if methods.commands:
        yield f"<pre>{escape(chr(10).join(methods.commands))}</pre>"
    yield definition_list(
        {messages.ENGINE: methods.engine, messages.SEED: list_numbers(methods.seeds),
         messages.ALL_RUNS: format_number(methods.runs),
         messages.ALL_CELLS: format_number(methods.cells), messages.BLOCK: messages.RUNS.format(n=methods.block)}
        | {name: value for name, value in methods.versions.items()}
    )  # fmt: skip
    yield f"<h3>{escape(messages.TO_CITE)}</h3>" + paragraph(methods.citation)
    if methods.failures:
        yield f"<h3>{escape(messages.FAILED)}</h3>"
        rows = [
            (escape(cell), error) for cell, error in list(methods.failures.items())[:MAX_TABLE_ROWS]
        ]
        yield table_html(messages.FAILED_COLUMNS, rows, "words")
    for title, (hash_, toml) in methods.scenarios.items():
        yield f"<h3>{escape(title)}</h3>{definition_list({messages.HASH: hash_})}"
        if methods.varied:
            yield paragraph(messages.AS_IN_FIRST, "quiet")
        yield f"<pre>{escape(toml)}</pre>"


def _short(value: object) -> str:
    """Return a value as text; of a cell's key the first digits."""
    text = _plain(value)
    return text[:8] if re.fullmatch(f"[0-9a-f]{{{KEY_HEX_DIGITS}}}", text) else text


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "–" if value != value else localise_number(f"{value:.4g}")
    return str(value)
