"""Regenerate training/REPORT.md: python -m training.report [--workers 2].

Needs the shipped weights, the judge (python -m training.judge, an hour of one core) and a run's
loss.csv. `--pictures` needs the weights only, and makes no figure.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from phosphene.render.worker.embedded.compositor import Compositor
from phosphene.render.worker.embedded.network import EmbeddedTransformer
from phosphene.render.worker.embedded.pipeline import EmbeddedPipeline
from phosphene.render.worker.embedded.prompt_parser import PromptParser
from phosphene.render.worker.embedded.score import FPS, frame_states
from phosphene.render.worker.embedded.slot_defaults import resolve_slots
from training import sheets
from training.export import WEIGHTS
from training.intervals import wilson_interval
from training.judge import FIT, trained
from training.keeping import STRENGTH, Kept, changes, remixed
from training.lasting import Lasting, long_cases, watched
from training.measure import (
    GROUPS,
    STEPS,
    Case,
    Outcome,
    cases,
    fair,
    outcomes,
    spread,
    tally,
)
from training.pool import RUNS
from training.world import WORLD

HERE = Path(__file__).parent
CLIP = 5
OF = (
    "It is of the network of 24 subjects and eight places, whose scores move all clips; what the "
    "network of nouns draws, whole scenes with nouns and further places, their remixes and the "
    "reading are in [NOUNS.md](NOUNS.md)."
)


def _cell(right: int, total: int) -> str:
    low, high = wilson_interval(right, total)
    return f"{right}/{total} ({100 * low:.0f}–{100 * high:.0f} %)" if total else "–"


def figures(made: Sequence[Outcome], skill: dict[str, tuple[int, int]]) -> list[str]:
    """The table of how often clips show what the prompts tell."""
    columns = ["words read", *skill]
    lines = [f"| prompts | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    real = [_cell(*skill[name]) for name in skill]
    lines.append(f"| *judge on real clips* | | {' | '.join(real)} |")
    for group in GROUPS:
        counted = {what: (right, total) for what, right, total in tally(made, group)}
        cells = [
            "void" if what in skill and not fit(skill, what) else _cell(*counted[what])
            for what in columns
        ]
        lines.append(f"| {group} ({counted['exactly one'][1]}) | {' | '.join(cells)} |")
    return lines


def fit(skill: dict[str, tuple[int, int]], what: str) -> bool:
    """Whether the judge may be asked this."""
    right, total = skill[what]
    return right >= FIT * total


def missed(made: Sequence[Outcome], skill: dict[str, tuple[int, int]], most: int = 12) -> list[str]:
    """Some of what went wrong, word by word."""
    lines = [
        f"- {o.case.group}: “{o.case.text}” ({slot} {value}): "
        f"read {o.read[slot]}, seen {o.seen[slot]}"
        for o in made
        for slot, value in o.case.meant.items()
        if value is not None and slot in fair(o.case) and fit(skill, slot)
        if o.seen[slot] != value
    ]
    return lines[:: max(1, len(lines) // most)][:most]


def speeds(pipeline: EmbeddedPipeline, words: PromptParser) -> list[str]:
    """CPU seconds of one core, measured now."""
    text = "a red fox over the hills at dawn"
    read = _seconds(lambda: words.parse_prompt(text), 50)
    slots = resolve_slots(WORLD, {slot.name: slot.value for slot in words.parse_prompt(text)}, 1)
    start = time.process_time()
    steps = pipeline.denoise_clip(slots, 1, seconds=CLIP, steps=STEPS)
    first = next(steps)
    first_at = time.process_time() - start
    *_, last = steps
    whole = time.process_time() - start
    compositor, shown = Compositor(first.scene.plates, 0.0), frame_states(last.scene.score)
    compositor.draw_frame(shown[0])
    frame = _seconds(lambda: compositor.draw_frame(shown[FPS]), 20)
    return [
        f"- first x0 of a clip, all plates: {1000 * first_at:.0f} ms after the prompt",
        f"- {CLIP} s clip, {STEPS} steps, all denoising: {whole:.2f} s",
        f"- one frame of 576x1024 from the compositor: {1000 * frame:.1f} ms "
        f"({FPS * CLIP * frame:.2f} s for {CLIP} s)",
        f"- reading a prompt: {1000 * read:.1f} ms",
    ]


def _seconds(call: object, times: int) -> float:
    assert callable(call)
    call()
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def sizes(pipeline: EmbeddedPipeline) -> list[str]:
    """Parameters and bytes."""
    net: EmbeddedTransformer = pipeline.transformer
    count = sum(p.numel() for p in net.parameters())
    files = sorted(WEIGHTS.rglob("*.safetensors"))
    return [f"- {count / 1e6:.2f} million parameters in the denoiser"] + [
        f"- {path.relative_to(WEIGHTS)}: {path.stat().st_size / 1e6:.1f} MB" for path in files
    ]


def lasting(seen: Sequence[Lasting]) -> list[str]:
    """How many long clips stay what they are."""
    whole = sum(clip.itself and clip.seamless for clip in seen)
    return [
        f"- the same subject in the same colour in the first and in the last 3 s: "
        f"{_cell(sum(clip.itself for clip in seen), len(seen))}",
        f"- no frame at the turn of a second changes more than twice what any other does: "
        f"{_cell(sum(clip.seamless for clip in seen), len(seen))}",
        f"- both: {_cell(whole, len(seen))}",
    ]


def keeping(kept: Sequence[Kept]) -> list[str]:
    """How remixes change what they are asked to, and nothing else."""
    same, asked = (sum(getattr(one, name) for one in kept) for name in ("same", "asked"))
    wrong = [one.change for one in kept if not one.followed]
    lines = [
        f"- what the words ask for is seen: {_cell(sum(one.followed for one in kept), len(kept))}",
        f"- of everything else, the judge sees what it saw before: {_cell(same, asked)}",
        f"- every plate that the words do not touch is the parent's to the last bit: "
        f"{_cell(sum(one.untouched for one in kept), len(kept))}",
    ]
    missed = "; ".join(f"{one.slot} {one.values[one.slot]} to {one.value}" for one in wrong)
    return [*lines, f"- not seen: {missed}"] if missed else lines


def pictures(pipeline: EmbeddedPipeline, words: PromptParser) -> None:
    """The pictures of REPORT.md that are of clips."""
    folder = HERE / "report"
    sheets.write(sheets.over_time(pipeline, words, sheets.PROMPTS), folder / "time.jpg")
    sheets.write(sheets.over_steps(pipeline, words, sheets.PROMPTS[3:7]), folder / "steps.jpg")


def write(
    made: Sequence[Outcome], seen: Sequence[Lasting], kept: Sequence[Kept], table: Path
) -> None:
    """REPORT.md and its pictures."""
    pipeline, words = EmbeddedPipeline.load(WEIGHTS), PromptParser.from_pretrained(WEIGHTS)
    _, skill = trained()
    folder = HERE / "report"
    pictures(pipeline, words)
    sheets.write(sheets.curve(table), folder / "curve.jpg")
    shutil.copy(table, folder / "loss.csv")
    prompts = [f"{i + 1}. {text}" for i, text in enumerate(sheets.PROMPTS)]
    parts = [
        "# What the embedded model can do",
        "Made by `python -m training.report`; everything below was measured in that run, with "
        f"{STEPS} steps, nothing picked by hand.",
        OF,
        "## Clips",
        "Six moments of 3 s; prompts in reading order, two to a row:",
        *["\n".join(prompts), "![clips over time](report/time.jpg)"],
        "x0 after each of eight steps (prompts 4 to 7):",
        "![x0 over the steps](report/steps.jpg)",
        "## Does a clip show what the prompt tells?",
        "Judged by a network that saw real (drawn) clips only, never the model's "
        f"(training/judge.py); void where it is right on less than {100 * FIT:.0f} % of real "
        "clips that it has not seen. Right of asked, with 95 % Wilson intervals. Held out: pairs "
        "(subject, colour) or (subject, place) that training never showed. Paraphrased and "
        "French: free order, synonyms, one word in ten misspelt, some slots left open. The "
        "reader has seen the synonyms in other sentences.",
        "\n".join(figures(made, skill)),
        "Some misses:",
        "\n".join(missed(made, skill)) or "none",
        "## Ten seconds",
        "Two clips of 10 s of every subject, judged by the same network:",
        "\n".join(lasting(seen)),
        "## Remix",
        "Clips remixed with words that tell one slot only (training/keeping.py), strength "
        f"{STRENGTH}:",
        "\n".join(keeping(kept)),
        "## Training",
        "Loss by kind of plate (weighted error of x0; report/loss.csv has the numbers):",
        "![loss](report/curve.jpg)",
        "## Speed, CPU seconds of one core",
        "\n".join(speeds(pipeline, words)),
        "## Size",
        "\n".join(sizes(pipeline)),
    ]
    (HERE / "REPORT.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def evaluated(count: int | None, workers: int) -> list[Outcome]:
    """Outcomes of all prompts, or of the first `count` of each group."""
    chosen: list[Case] = []
    every = cases()
    for group in GROUPS:
        chosen += [case for case in every if case.group == group][:count]
    return spread(outcomes, chosen, workers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--name", default="theatre")
    parser.add_argument("--count", type=int, help="prompts per group, for a quick look")
    parser.add_argument("--pictures", action="store_true", help="only the pictures of clips")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.pictures:
        pictures(EmbeddedPipeline.load(WEIGHTS), PromptParser.from_pretrained(WEIGHTS))
        sys.exit()
    judged = evaluated(options.count, options.workers)
    long = spread(watched, long_cases()[: options.count], options.workers)
    kept = spread(remixed, changes()[: options.count], options.workers)
    write(judged, long, kept, RUNS / options.name / "loss.csv")
