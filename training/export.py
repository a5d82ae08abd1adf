"""Make the shipped weights from a training run: python -m training.export [--name theatre].

The running mean of the weights, bfloat16, in the layout of diffusers' save_pretrained.
"""

import argparse
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from server.render import theatre
from server.render.theatre.network import TheatreTransformer
from server.render.theatre.pipeline import SHIFT, TheatrePipeline
from training.pool import RUNS

WEIGHTS = Path(theatre.__path__[0]) / "weights"


def averaged(checkpoint: Path) -> TheatreTransformer:
    """The running mean of a checkpoint, ready to sample from."""
    state = torch.load(checkpoint, map_location="cpu")
    net: TheatreTransformer = TheatreTransformer(
        **{k: v for k, v in state["config"].items() if k[0] != "_"}
    )
    net.load_state_dict(state["mean"])
    net.eval()
    return net


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="theatre")
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    made = averaged(RUNS / options.name / "checkpoint.pt").to(torch.bfloat16)
    scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    TheatrePipeline(made, scheduler).save_pretrained(options.to)
