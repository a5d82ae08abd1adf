"""Somebody takes everything along, and leaves for good."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.test_account import at_localhost, name_of, open_account
from tests.e2e.test_people import here, make_clip, somebody
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    data = tmp_path_factory.mktemp("data")
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running


def test_an_account_is_taken_along_and_deleted(server: Instance, open_page: Open) -> None:
    anna = somebody(server, open_page)
    clip, name = make_clip(anna, "a paper fox"), name_of(anna)
    anna.goto(f"{at_localhost(server).url}/?clip={clip}")
    # Not by a button of its words: they fold after two seconds.
    card = anna.locator(f'[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "done")
    expect(card.get_by_test_id("birth")).to_have_attribute("aria-pressed", "false")
    open_account(anna)
    anna.get_by_test_id("account-leaving").locator("summary").click()
    with anna.expect_download() as downloading:
        anna.get_by_test_id("account-export").click()
    assert downloading.value.suggested_filename == f"phosphene-{name.removeprefix('@')}.zip"
    exported = anna.request.get(f"{here(anna)}/v1/me/export").body()
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        assert archive.testzip() is None
        assert {"index.html", f"clips/{clip}.json", f"clips/{clip}.mp4"} <= set(archive.namelist())
        shown = archive.read("index.html").decode()
    # It opens without any server, as a file would.
    reader = anna.context.new_page()
    reader.set_content(shown)
    expect(reader.get_by_role("heading", name=name)).to_be_visible()
    expect(reader.get_by_text("a paper fox")).to_be_visible()
    reader.close()

    delete = anna.get_by_test_id("account-delete")
    delete.click()
    expect(delete).to_have_text("Yes, delete everything")
    # And not what the page says of the session in which it watched: the server ended that.
    with anna.expect_response(
        lambda answer: answer.request.method == "DELETE" and answer.url.endswith("/v1/me")
    ) as gone:
        delete.click()
    assert gone.value.ok
    expect(anna.locator("#toasts")).to_contain_text("Your account is deleted")
    expect(anna.locator("#me .handle")).not_to_have_text(name)
    expect(anna.get_by_test_id("name")).to_be_hidden()
    expect(anna.locator("#me .handle")).to_contain_text("@")
    assert anna.request.get(f"{here(anna)}/v1/clips/{clip}").status == 404
    assert anna.request.get(f"{here(anna)}/{name}").status == 404
