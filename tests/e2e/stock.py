"""A data folder that holds finished clips before a server opens it: nothing has to be drawn."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from phosphene.blobs.folder import Directory
from phosphene.ids import new_id
from phosphene.model import Clip, Person
from phosphene.mux import mp4
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.poster import to_jpeg
from phosphene.render.worker.renderer import Picture
from phosphene.store.sqlite import open_store

WIDTH, HEIGHT = 144, 256
FPS = 8  # of 24 a page that shows one took twice the CPU, and nobody counts them


def stock(data: Path, texts: list[str], people: int = 1) -> list[str]:
    """Finished clips of one second with these texts, each of a grey of its own, by so many people
    in turn; their ids, oldest first."""
    data.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as aside:  # the browser's driver keeps a loop in this thread
        return aside.submit(asyncio.run, _stock(data, texts, people)).result()


async def _stock(data: Path, texts: list[str], people: int) -> list[str]:
    blobs = Directory(data / "blobs")
    async with open_store(data / "phosphene.db", "stock", time.time) as store:
        clips = [
            await _clip(blobs, text, number, f"author{number % people or ''}")
            for number, text in enumerate(texts)
        ]
        for clip in clips:
            await store.add_clip(clip)
        return [clip.id for clip in clips]


async def _clip(blobs: Directory, text: str, number: int, author: str) -> Clip:
    clip_id = new_id(time.time())
    video = await blobs.put(_film(number), ".mp4")
    return Clip(
        id=clip_id,
        author=Person(author, author),
        text=text,
        seconds=1,
        status="done",
        created_at=time.time() - 1000 + number,
        root=clip_id,
        video_url=f"/v1/clips/{clip_id}/video.mp4",
        poster_url=f"/v1/clips/{clip_id}/poster.jpg",
        sha256=video.removesuffix(".mp4"),
        poster=await blobs.put(to_jpeg(_picture(number, 0)), ".jpg"),
    )


def _film(number: int) -> bytes:
    encoder = Encoder(WIDTH, HEIGHT, FPS, 500)
    return mp4([encoder.encode_picture(_picture(number, at), at)[0] for at in range(FPS)], FPS)


def _picture(number: int, at: int) -> Picture:
    """A bar that falls over a grey ground."""
    picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    picture[:HEIGHT] = 40 + number * 7 % 160
    picture[at * 24 : at * 24 + 16] = 220
    return picture
