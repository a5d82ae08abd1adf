"""How the files of a clip are called: the hash of what is in them, and by kind one of these."""

from typing import Final

SUFFIXES: Final = {
    "video": ".mp4",
    "half": ".mp4",
    "birth": ".mp4",
    "download": ".mp4",
    "poster": ".jpg",
    "preview": ".webp",
    "latents": ".safetensors",
}
