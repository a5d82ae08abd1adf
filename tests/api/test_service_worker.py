import json
import re

import httpx
import pytest

from phosphene.api.bundle import bundle
from phosphene.api.service_worker import worker_script
from phosphene.language import LANGUAGES
from tests.api.bundled import CLIENT, bundled_page
from tests.support import Instance


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_knows_the_files_of_its_release_and_language(language: str) -> None:
    script = worker_script(CLIENT, bundled_page(), language)
    shell = json.loads(script.partition("\n")[0].removeprefix("self.SHELL = ").rstrip(";"))
    assert (shell["version"], shell["language"]) == (bundled_page().version, language)
    named = re.findall(r'="(/client/(?:page|later)[^"]+)"', bundled_page().pages[language])
    assert set(named) <= set(shell["files"])
    assert not [path for path in shell["files"] if not path.startswith("/client/")]
    assert "/**" not in script


@pytest.mark.slow
def test_a_new_release_has_other_bytes() -> None:
    other = bundle(CLIENT)
    object.__setattr__(other, "version", "0" * 16)
    assert worker_script(CLIENT, other, "en") != worker_script(CLIENT, bundled_page(), "en")
    assert worker_script(CLIENT, bundled_page(), "fr") != worker_script(
        CLIENT, bundled_page(), "en"
    )


@pytest.mark.asyncio
@pytest.mark.process
async def test_it_is_asked_for_with_each_visit(http: httpx.AsyncClient, server: Instance) -> None:
    said = await http.get("/sw.js")
    assert said.headers["content-type"].startswith("text/javascript")
    assert said.headers["cache-control"] == "no-cache"
    again = await http.get("/sw.js", headers={"If-None-Match": said.headers["etag"]})
    assert again.status_code == 304
    french = await http.get("/sw.js", headers={"Accept-Language": "fr"})
    assert french.headers["etag"] != said.headers["etag"]
    for path in json.loads(said.text.partition("\n")[0][13:-1])["files"]:
        assert (await http.get(path)).status_code == 200, path
    manifest = (await http.get("/client/manifest.webmanifest")).json()
    for icon in manifest["icons"]:
        assert (await http.get(icon["src"])).headers["content-type"] == icon["type"]
