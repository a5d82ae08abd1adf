"""The animated picture of the README: ``python -m docs.capture``; real server, real browser."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import FLAGS, chromium
from tests.support import instance

TARGET = Path(__file__).parent / "page.webp"
WINDOW = {"width": 1120, "height": 760}
SHOWN = (840, 570)
PROMPT = "an astronaut riding a horse on the beach at sunset"
FRAMES, FRAME_MS = 64, 160


def shot(page: Page) -> Image.Image:
    """What the page shows now."""
    picture = Image.open(BytesIO(page.screenshot(type="jpeg", quality=92)))
    return picture.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)


def play(page: Page) -> list[Image.Image]:
    """Write a prompt and watch."""
    frames = [shot(page)] * 3
    page.get_by_test_id("compose").click()
    field = page.get_by_test_id("composer-input")
    for end in range(6, len(PROMPT) + 6, 6):
        field.fill(PROMPT[:end])
        frames.append(shot(page))
    page.get_by_test_id("seconds").fill("4")
    page.get_by_test_id("composer-submit").click()
    while len(frames) < FRAMES:
        frames.append(shot(page))
        page.wait_for_timeout(FRAME_MS // 4)
    return frames


def main() -> None:
    """Make ``docs/page.webp``."""
    with (
        tempfile.TemporaryDirectory() as data,
        instance(Path(data), pace=2.0) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=WINDOW)
        page.goto(server.url)
        page.get_by_test_id("empty").wait_for()
        frames = play(page)
        browser.close()
    frames[0].save(
        TARGET,
        save_all=True,
        append_images=frames[1:],
        duration=FRAME_MS,
        loop=0,
        quality=72,
        method=4,
    )
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
