"""A saved scenario or game names its engine; under another one, one sentence says so and no more."""

from __future__ import annotations

import base64

import pytest
import solara

from scenario_sim import load_scenario
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.engine import engine_line, engine_version, other_engine_warning
from scenario_sim.ui import code_snippets, selectors
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views import export

QUO = load_scenario("status-quo")
OLD = "0.1.0+00000000"
SENTENCE = f"made under engine {OLD}; this is {engine_version()}: the same seed gives other runs"


def saved(engine: str) -> str:
    """A file as the page saves it, under an engine."""
    _, text = code_snippets.file_of(AppState().with_lever("hotline", 0.9))
    assert engine_line() in text
    return text.replace(engine_line(), f"# Engine: {engine}\n")


def test_a_file_that_the_page_saves_names_its_engine_at_the_top():
    _, text = code_snippets.file_of(AppState())
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert f"# Engine: {engine_version()}" in head and text.startswith("#")
    assert other_engine_warning(text) == ""


def test_the_name_changes_no_scenario_and_no_hash():
    plain = dump_scenario(QUO)
    for text in (engine_line() + plain, f"# Engine: {OLD}\n{plain}"):
        assert read_scenario(text).hash == QUO.hash
        assert read_scenario(text) == read_scenario(plain)


@pytest.mark.parametrize("form", [str, str.encode, lambda text: "\ufeff" + text,
                                  lambda text: text.replace("\n", "\r\n").encode()])  # fmt: skip
def test_a_file_of_another_engine_says_one_sentence(form):
    assert other_engine_warning(form(saved(OLD))) == SENTENCE


def test_engines_of_one_model_are_one_engine():
    """Another package version, or NumPy in place of machine code: the same worlds."""
    model = engine_version().partition("+")[2].removesuffix("-numpy")
    for name in (f"0.1.0+{model}", f"9.9.9+{model}", f"0.1.0+{model}-numpy"):
        assert other_engine_warning(saved(name)) == ""
    assert other_engine_warning(saved(f"0.1.0+{model}.12345678")), "another record"


@pytest.mark.parametrize(
    "text",
    [
        "", "# Engine:\n", "# Engine: two words\n", f"# Engine: {'x' * 81}\n", b"\xff\xfe# Engine: ",
        f'title = "A"\n# Engine: {OLD}\n', f'question = "# Engine: {OLD}"', "# Engine: <b>+x</b>\n",
    ],
)  # fmt: skip
def test_what_is_no_engines_name_at_the_top_says_nothing(text):
    assert other_engine_warning(text) == ""


def test_the_command_line_says_it_once_and_goes_on(tmp_path, ask):
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(saved(OLD), "utf-8")
    new.write_text(saved(engine_version()), "utf-8")
    for command in (("check", "--quiet"), ("run", "--runs", "5", "--weeks", "8")):
        done = ask(command[0], old, *command[1:])
        assert done.code == 0
        assert [x for x in done.err.splitlines() if "engine" in x] == [f"{old}: {SENTENCE}."]
        same = ask(command[0], new, *command[1:])
        assert "engine" not in same.err
        assert done.out.replace(str(old), "") == same.out.replace(str(new), "")
    piped = ask("check", "-", stdin=old.read_bytes())
    assert piped.code == 0 and f"standard input: {SENTENCE}." in piped.err


def test_a_game_that_is_saved_names_its_engine_and_goes_on_under_another(tmp_path, ask):
    file = tmp_path / "game.toml"
    options = ("--as", "ROK", "--run", 3, "--weeks", 4)
    ask("play", "status-quo", *options, "--save", file, stdin=b"1\n\nquit\n")
    text = file.read_text("utf-8")
    assert engine_line() in text
    file.write_text(text.replace(engine_line(), f"# Engine: {OLD}\n"), "utf-8")
    again = ask("play", file, "--save", file, stdin=b"\nquit\n")
    assert again.code == 0 and again.err.count(SENTENCE) == 1
    assert engine_line() in file.read_text("utf-8"), "what is saved now is of this engine"


def test_the_page_opens_it_and_says_so_until_the_card_is_closed():
    opened: list[str] = []
    sent = {"name": "old.toml", "data": base64.b64encode(saved(OLD).encode()).decode()}
    assert export.try_to_open(sent, opened.append) is None, "no error"
    state = selectors.with_opened_file(AppState(), opened[0])

    def cards(state: AppState) -> list[str]:
        _, rc = solara.render(export.ExportPanel(state, opened.append), handle_error=False)
        try:
            return [html.unsafe_innerHTML for html in rc.find(solara.widgets.HTML).widgets]
        finally:
            rc.close()

    assert cards(AppState()) == []
    (card,) = cards(state)
    assert SENTENCE in card
    assert cards(selectors.with_opened_file(AppState(), saved(engine_version()))) == []
