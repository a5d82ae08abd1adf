"""What a person sees: pictures read from the video element of a page."""

from base64 import b64decode

import numpy as np
from playwright.sync_api import Page

SAMPLE = """
([clip, count]) => new Promise((resolve, reject) => {
  const video = document.querySelector(`[data-clip="${clip}"] video`);
  if (!video) { reject(new Error('no video of ' + clip)); return; }
  const canvas = new OffscreenCanvas(36, 64);
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  const seen = [];
  const look = () => {
    brush.drawImage(video, 0, 0, 36, 64);
    seen.push(btoa(String.fromCharCode(...brush.getImageData(0, 0, 36, 64).data)));
    if (seen.length === count) resolve(seen); else video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
})
"""


def frames(page: Page, clip: str, count: int) -> list[list[int]]:
    """The next ``count`` pictures presented, each 36x64 RGBA values."""
    page.wait_for_selector(f'[data-clip="{clip}"] video', state="attached")
    return [list(b64decode(picture)) for picture in page.evaluate(SAMPLE, [clip, count])]


def distance(one: list[int], other: list[int]) -> float:
    """Mean absolute difference of two pictures, 0 to 255."""
    return float(np.abs(np.subtract(one, other)).mean())


def contrast(picture: list[int]) -> float:
    """Spread of the green channel: 0 is one flat colour."""
    green = np.array(picture[1::4])
    return float(np.abs(green - green.mean()).mean())
