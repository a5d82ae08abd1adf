"""Make the shipped weights from the training runs: python -m training.export [--name theatre].

The running mean of the weights, packed, in the layout of diffusers' save_pretrained.
"""

import argparse
import shutil
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from phosphene.render.worker import embedded
from phosphene.render.worker.embedded.autoencoder import EmbeddedAutoencoder
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.nouns.lexicon import FILE as LEXICON
from phosphene.render.worker.embedded.pipeline import SHIFT, EmbeddedPipeline
from training.pool import RUNS
from training.world import WORLD

WEIGHTS = Path(embedded.__path__[0]) / "weights"


def averaged(checkpoint: Path, scores: Path) -> EmbeddedTransformer:
    """The running mean of a checkpoint with the scores' part put in, ready to sample from."""
    state = torch.load(checkpoint, map_location="cpu")
    config = {k: v for k, v in state["config"].items() if k[0] != "_" and "score" not in k}
    net: EmbeddedTransformer = EmbeddedTransformer(**config)
    plates = {k: v for k, v in state["mean"].items() if not k.startswith("score.")}
    parts = {f"score.{k}": v for k, v in torch.load(scores, map_location="cpu").items()}
    net.load_state_dict(plates | parts)
    net.eval()
    return net


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="theatre")
    parser.add_argument("--scores", type=Path, default=RUNS / "scores.pt")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    made = averaged(RUNS / options.name / "checkpoint.pt", options.scores)
    scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    found = EmbeddedAutoencoder.from_pretrained(RUNS / "autoencoder")
    # A fresh one, since a loaded one would write the path that it came from.
    autoencoder = EmbeddedAutoencoder(found.config.latents)
    autoencoder.load_state_dict(found.state_dict())
    EmbeddedPipeline(autoencoder, made, scheduler, WORLD).save_pretrained(options.to)
    if WORLD.shown and options.to != WEIGHTS:
        shutil.copy(WEIGHTS / LEXICON, options.to)
    for path in options.to.rglob("*.safetensors"):
        path.chmod(0o644)
