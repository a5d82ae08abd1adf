"""Trainings from one machine to the next: python -m training.nouns.handover (save|restore).

Checkpoints lie outside the repository. What others build on, the autoencoder, is kept in it, in
half precision and without its optimizer; restored, its training goes on, and so does that of what
works on its latents. Of the denoiser the shipped weights are what is kept: `restore` makes them a
checkpoint `shipped.pt`, which `training.nouns.denoiser --start` goes on from, with the vectors that
they were trained with.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from phosphene.render.worker.embedded.nouns.autoencoder import PlateAutoencoder
from phosphene.render.worker.embedded.nouns.model import NounModel
from training.export import WEIGHTS
from training.nouns.course import RUN, Course
from training.nouns.drawings import labels

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


def restore_denoiser(folder: Path = WEIGHTS) -> None:
    """Make the weights of a model's folder a checkpoint, unless there is one. Raises ValueError
    if they were trained on other drawings, OSError if there are none."""
    course = Course("shipped", 1)
    if course.path.exists():
        return
    model = NounModel.load(folder)
    if model is None or len(model.vectors) != len(labels()):
        raise ValueError(f"{folder} has no weights of these drawings")
    net = model.net.state_dict()
    course.save({"net": net, "mean": net, "vectors": model.vectors, "labels": labels()})


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
        restore_denoiser()
