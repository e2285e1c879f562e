"""Every chart can be saved as PNG and SVG, on the page's own background."""

from __future__ import annotations

import csv
import re
import struct
from pathlib import Path

import pytest

from scenario_sim.reporting.charts import DARK, LIGHT
from scenario_sim.ui import messages

pytestmark = pytest.mark.browser
PATH = "/?runs=200&tab=money&page=picture"


def saved(visitor, figure: str, type_: str):
    name = messages.picture.FIGURE["save"].format(figure=figure, type=type_)
    button = visitor.page.get_by_role("button", name=name, exact=True)
    with visitor.page.expect_download() as coming:
        button.press("Enter")
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_a_chart_is_saved_with_its_title_on_the_page_s_background(visit, scheme, palette):
    visitor = visit(path=PATH, color_scheme=scheme, accept_downloads=True)
    stem = f"status-quo-{visitor.hash}"
    name, svg = saved(visitor, messages.picture.FAN, "SVG")
    assert name == f"{stem}-fan.svg"
    text = svg.decode()
    assert text.startswith("<svg") and text.rstrip().endswith("</svg>")
    assert messages.picture.FAN in text and messages.page.DISCLAIMER in text
    rgb = ",".join(str(int(palette.page[n : n + 2], 16)) for n in (1, 3, 5))
    assert rgb in re.sub(r"\s", "", text) or palette.page.lower() in text.lower()

    name, png = saved(visitor, "Income", "PNG")
    assert name == f"{stem}-revenue.png"
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and len(png) > 5000
    width, height = struct.unpack(">II", png[16:24])
    box = visitor.page.locator("[data-figure=revenue] .sim-chart").bounding_box()
    assert abs(width - 2 * max(box["width"], 620)) <= 2 and height > 2 * box["height"]
    pixel = visitor.page.evaluate(
        """async (bytes) => {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const context = new OffscreenCanvas(4, 4).getContext("2d");
          context.drawImage(picture, 0, 0);
          return [...context.getImageData(0, 0, 1, 1).data];
        }""",
        list(png),
    )
    assert pixel == [*(int(palette.page[n : n + 2], 16) for n in (1, 3, 5)), 255]
    assert visitor.complaints == []


def test_a_saved_chart_has_key_levers_seed_date_citation_and_address(visit):
    visitor = visit(path=f"{PATH}&hotline=0.9", accept_downloads=True)
    _, svg = saved(visitor, messages.picture.FAN, "SVG")
    text = svg.decode()
    assert "This policy" in text and "Baseline" in text  # the key
    assert "Hotline 0.9 (scenario: 0.1)" in text
    assert "200 futures, seed 0, engine" in text
    assert "Cite: The scenario-sim contributors" in text
    assert "hotline=0.9" in text  # the address


def test_a_chart_is_saved_as_numbers(visit):
    visitor = visit(path=f"{PATH}&hotline=0.9", accept_downloads=True)
    name, data = saved(visitor, messages.picture.FAN, "CSV")
    assert name.endswith("-fan.csv")
    lines = data.decode().splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert any("Hotline 0.9" in line for line in head) and any("seed 0" in line for line in head)
    table = list(csv.reader(lines[len(head) :]))
    assert table[0][0] == "date" and "policy p50" in table[0]
    assert len(table) == 1 + 104
    assert all(0 <= float(row[table[0].index("policy p50")]) < 8 for row in table[1:])


def test_a_phone_saves_the_fan_too(visit):
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    visitor = visit(path=PATH, accept_downloads=True, **phone)
    name = messages.picture.FIGURE["save"].format(figure=messages.picture.FAN, type="PNG")
    button = visitor.page.get_by_role("button", name=name, exact=True)
    assert button.is_visible() and button.bounding_box()["height"] >= 24
    with visitor.page.expect_download() as coming:
        button.tap()
    assert coming.value.suggested_filename.endswith("-fan.png")
