"""Train the whole model: python -m training [--minutes 76] [--device cuda] [--to DIR].

The steps one after the other, each a command of its own that goes on where it was stopped or
begins again: plates, autoencoder, scores, reader, denoiser, export.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from training.export import WEIGHTS


def steps(options: argparse.Namespace) -> list[list[str]]:
    """The commands, without the interpreter."""
    shared = ["--workers", str(options.workers), "--device", options.device]
    minutes = ["--minutes", str(options.minutes), "--batch", str(options.batch)]
    return [
        ["training.pool", "--workers", str(options.workers)],
        ["training.autoencoder"],
        ["training.scores", *shared],
        ["training.words", *shared, "--to", str(options.to)],
        ["training.train", *minutes, "--device", options.device],
        ["training.export", "--to", str(options.to)],
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=76, help="of the denoiser")
    parser.add_argument("--batch", type=float, default=1.0, help="8 on a GPU")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="the model's folder")
    for step in steps(parser.parse_args()):
        print(f"python -m {' '.join(step)}", flush=True)
        subprocess.run([sys.executable, "-m", *step], check=True)
