"""A studio registers a character on the page, and its lawyer reads what it says of a sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open, Run
from tests.support import instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
TABLE = 'name;kind;also;looks;deeds;world;died\n"Zorb ""Z""; lizard";character;Zorb|Z;a;b;c;1990\n'


def test_a_table_is_read_as_entries(run: Run) -> None:
    told = run("rights/file", f"m.entriesOf({TABLE!r})")
    assert told == [
        {
            "kind": "character",
            "name": 'Zorb "Z"; lizard',
            "also": ["Zorb", "Z"],
            "described": ["a", "b", "c"],
            "died": 1990,
        }
    ]
    assert run("rights/file", 'm.entriesOf(\'{"rights": [{"name": "Zorb"}]}\').length') == 1
    parts = "m.inParts(Array.from({length: 30}, () => ({name: 'x'.repeat(4000)}))).length"
    assert run("rights/file", parts) == 3


def test_a_studio_registers_and_its_lawyer_tries_a_sentence(
    tmp_path: Path, open_page: Open
) -> None:
    with instance(tmp_path, workers=0) as server:
        page = open_page(server, "/rights")
        page.get_by_test_id("rights-holder-name").fill("Zorb")
        page.get_by_test_id("rights-holder-domain").fill("https://zorb.example/about")
        page.get_by_test_id("rights-holder-send").click()
        expect(page.get_by_test_id("rights-token")).to_contain_text("phosphene-rights=")
        expect(page.get_by_test_id("rights-locked")).to_be_visible()
        with closing(sqlite3.connect(tmp_path / "phosphene.db")) as cx, cx:
            cx.execute("UPDATE right_holders SET proved_at = 1, method = 'dns'")
        page.reload()
        expect(page.get_by_test_id("rights-proved")).to_contain_text("zorb.example")
        page.get_by_test_id("right-name").fill("Zorbleflux")
        page.get_by_test_id("rights-send").dblclick()
        expect(page.get_by_test_id("rights-entry")).to_have_attribute("data-state", "asks")
        page.get_by_test_id("rights-entry").get_by_role("link").click()
        expect(page.get_by_test_id("right-state")).to_contain_text("Nobody has looked yet")
        page.get_by_test_id("right-try").fill("a Zorbleflux dances")
        page.get_by_test_id("right-try-send").click()
        answer = page.get_by_test_id("right-answer")
        expect(answer.locator(".tried")).to_have_attribute("data-outcome", "asked")
        expect(answer.locator("mark")).to_have_text("Zorbleflux")
        expect(answer).to_contain_text("registered by Zorb")
        page.get_by_test_id("contest-words").fill("it is mine")
        page.get_by_test_id("contest-send").click()
        expect(page.get_by_test_id("contest-done")).to_be_visible()
        page.reload()
        expect(page.get_by_test_id("right-state")).to_have_attribute("data-state", "waits")
