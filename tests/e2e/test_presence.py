"""A presence check from a real browser: its camera is a canvas, in which a synthetic head answers.

What is refused (recordings, stills, other faces) is in tests/likeness/worker, without a browser.
"""

import base64
from collections.abc import Iterator
from typing import Any

import cv2
import httpx
import pytest

from tests.e2e.conftest import Open
from tests.e2e.test_account import at_localhost
from tests.likeness.synthetic_head import HEIGHT, POSES, WIDTH, astronaut, picture_of
from tests.people.authenticator import Authenticator
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
ENROL = """
async ([pictures, width, height]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const heads = {};
  for (const [name, url] of Object.entries(pictures)) {
    heads[name] = await createImageBitmap(await (await fetch(url)).blob());
  }
  let pose = "look";
  const drawing = setInterval(() => context.drawImage(heads[pose], 0, 0), 66);
  const peer = new RTCPeerConnection();
  for (const track of canvas.captureStream(15).getTracks()) {
    peer.addTransceiver(track, { direction: "sendonly" });
  }
  await peer.setLocalDescription();
  const asked = [];
  try {
    const answer = await fetch("/v1/me/presence", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(
        { offer: peer.localDescription.sdp, agreed: true, of_age: true, unhurried: true }),
    });
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { value, done } = await lines.read();
      if (done) return { asked, error: text };
      const events = (text += value).split("\\n\\n");
      text = events.pop();
      for (const event of events) {
        const said = JSON.parse(event.slice(event.indexOf("data: ") + 6));
        if (said.type === "answer") {
          await peer.setRemoteDescription({ type: "answer", sdp: said.sdp });
        } else if (said.type === "state") {
          asked.push(said.instruction);
          pose = said.instruction;
        } else {
          return { asked, verdict: said };
        }
      }
    }
  } finally {
    clearInterval(drawing);
    peer.close();
  }
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), workers=0, sign_ins_per_minute=100) as running:
        yield running


def keep_name(url: str) -> str:
    """The cookie of somebody with an account."""
    passkey = Authenticator(url)
    with httpx.Client(base_url=url) as client:
        options = client.post("/v1/me/passkeys/options").json()["publicKey"]
        kept = client.post("/v1/me/passkeys", json={"credential": passkey.create(options)})
        assert kept.status_code == 201
        return str(client.cookies["phosphene_identity"])


def heads() -> dict[str, str]:
    """A picture of each pose, as a JPEG."""
    found = dict[str, str]()
    for name, pose in POSES.items():
        _, jpeg = cv2.imencode(".jpg", picture_of(astronaut(), *pose))
        found[name] = "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()
    return found


def test_a_camera_in_chromium_shows_that_somebody_is_there(
    server: Instance, open_page: Open
) -> None:
    there = at_localhost(server)
    page = open_page(there, "/v1/openapi.json")
    cookie = {"name": "phosphene_identity", "value": keep_name(there.url), "url": there.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    told: Any = page.evaluate(ENROL, [heads(), WIDTH, HEIGHT])
    assert told.get("verdict", {}).get("outcome") == "passed", told
    moves = [one for one in told["asked"] if one not in {"look", "back"}]
    assert (len(moves), told["asked"][0], told["asked"][-1]) == (5, "look", "back")
    level = told["verdict"]["level"], told["verdict"]["checked_by"]
    assert level == ("presence", "camera")
