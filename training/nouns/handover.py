"""The autoencoder from one machine to the next: python -m training.nouns.handover (save|restore).

Checkpoints lie outside the repository. What others build on, the autoencoder, is kept in it, in
half precision and without its optimizer; restored, its training goes on, and so does that of what
works on its latents.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from training.nouns.course import RUN, Course

KEPT = Path(__file__).parent / "autoencoder.safetensors"


def save(name: str, to: Path = KEPT) -> None:
    """Keep the network of a course. Raises KeyError if it has no checkpoint."""
    course = Course(name, 1)
    state = course.load()["net"]
    about = {"step": str(course.step), "cpu": f"{course.spent:.0f}"}
    save_file({key: value.half().contiguous() for key, value in state.items()}, to, about)


def restored(path: Path = KEPT) -> PlateAutoencoder:
    """The autoencoder that is kept. Raises OSError if there is none."""
    net = PlateAutoencoder()
    net.load_state_dict({key: value.float() for key, value in load_file(path).items()})
    return net.eval()


def restore(path: Path = KEPT) -> None:
    """Make it the checkpoint that trainings find, unless they have one."""
    course = Course("autoencoder", 1)
    if not course.path.exists():
        RUN.mkdir(parents=True, exist_ok=True)
        course.save({"net": restored(path).state_dict()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("save", "restore"))
    parser.add_argument("--name", default="autoencoder", help="of the course to save")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "save":
        save(options.name)
    else:
        restore()
