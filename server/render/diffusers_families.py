"""The video models that can be drawn with: one row each, as plain data. Knows no torch.

A model is known by the ``_class_name`` of its model_index.json. A further one of the same make
needs a row here and nothing else.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct

EMBEDDED: Final = ("EmbeddedPipeline", "TheatrePipeline")
"""The classes of the embedded model and of those trained like it; it has a renderer of its own. The
second one stays in the shipped model_index.json: the fingerprint in stored recipes covers it."""


# Each is one latent frame more to denoise, beside some twenty of a clip of five seconds.
MOST_REFERENCES: Final = 5
"""Reference pictures of one clip: as many as people that it may show."""


class PipelineSpec(Struct, frozen=True, kw_only=True):
    """How a pipeline of diffusers is called and how its frames come to be final.

    ``shape``: all frames sharpen together (``joint``), one range after the other (``chunks``), or
    overlapping blocks, each some steps behind the one before (``staircase``). ``layout``: the axes
    of a latent at the scheduler, batch, channels, time, height, width; ``packed`` is (batch,
    time * height * width, channels). ``area``, ``steps`` and ``guidance`` are what the model was
    made for. ``rate`` names the argument that takes the frames per second, ``counts`` those that
    take the number of frames, ``partition`` the one that takes how many latent frames each chunk
    has.

    ``steers``: when another prompt can count. Where a pipeline ``reads_once`` what its prompt is
    it begins again after the finished chunks; where it joins the prompt with others the arguments
    ``words`` of its denoiser are exchanged. ``goes_on``: how a pipeline is given the first chunks
    of a clip, if it can go on from them: as a history before the frames that are counted
    (``after``), as the first of those (``within``), or where it prepares its latents (``prefix``).
    ``window``: latent frames that are decoded on their own (0: all in one). ``block``: latent
    frames come in multiples of it. ``pattern``: latent frames in the first chunk, and in every
    other. ``full``: components that stay in float32. ``where``: further fields of model_index.json
    that tell this row from another of the same class.
    ``unguided``: arguments of a call without guidance. ``portrait``: the argument that takes
    pictures of people: several references (``reference_images``), whose latents lie before those of
    the clip, or one that the clip goes on from (``image``), in the pipeline of the same parts that
    ``begins_with`` names, where its own takes none. ``unbatched``: arguments of its
    denoiser that are tensors without a batch axis.
    """

    pipeline: str
    shape: Literal["joint", "chunks", "staircase"]
    layout: Literal["bcthw", "btchw", "packed"] = "bcthw"
    fps: int
    area: int
    steps: int
    guidance: float
    rate: str = ""
    counts: tuple[str, ...] = ("num_frames",)
    partition: str = ""
    steers: Literal["chunk", "step"]
    reads_once: bool = False
    words: tuple[str, ...] = ()
    goes_on: Literal["", "after", "within", "prefix"] = ""
    window: int = 0
    block: int = 1
    pattern: tuple[int, ...] = ()
    sound: bool = False
    full: tuple[str, ...] = ("vae",)
    where: Mapping[str, object] = {}
    arguments: Mapping[str, Any] = {}
    unguided: Mapping[str, Any] = {}
    portrait: Literal["", "reference_images", "image"] = ""
    begins_with: str = ""
    unbatched: tuple[str, ...] = ()

    @property
    def most_portraits(self) -> int:
        """How many people in one clip are drawn from a portrait each."""
        return {"": 0, "image": 1, "reference_images": MOST_REFERENCES}[self.portrait]


class ModelOptions(Struct, frozen=True, kw_only=True):
    """How the operator wants a model loaded: the settings of the same names."""

    model: str = "embedded"
    data: str = "data"
    device: str = "auto"
    dtype: str = "auto"
    offload: str = "auto"
    attention: str = "auto"
    compile: bool = False
    pixels: int = 0
    guidance: float = 0.0
    preview_decoder: str = ""
    sound: bool = True


PIPELINES: Final = (
    PipelineSpec(
        pipeline="WanPipeline",
        where={"expand_timesteps": True},  # Wan 2.2 TI2V-5B
        shape="joint",
        steers="step",
        fps=24,
        area=704 * 1280,
        steps=50,
        guidance=5.0,
        portrait="image",
        begins_with="WanImageToVideoPipeline",
    ),
    PipelineSpec(
        pipeline="WanPipeline",
        shape="joint",
        steers="step",
        fps=16,
        area=480 * 832,
        steps=50,
        guidance=5.0,
    ),
    PipelineSpec(
        pipeline="WanVACEPipeline",
        shape="joint",
        steers="step",
        fps=16,
        area=480 * 832,
        steps=50,
        guidance=5.0,
        portrait="reference_images",
        unbatched=("control_hidden_states_scale",),
    ),
    PipelineSpec(
        pipeline="LTXPipeline",
        shape="joint",
        layout="packed",
        steers="step",
        words=("encoder_hidden_states", "encoder_attention_mask"),
        fps=25,
        area=512 * 704,
        steps=50,
        guidance=3.0,
        rate="frame_rate",
        full=(),
        portrait="image",
        begins_with="LTXImageToVideoPipeline",
    ),
    PipelineSpec(
        pipeline="LTX2Pipeline",
        shape="joint",
        layout="packed",
        steers="step",
        words=(
            "encoder_hidden_states",
            "audio_encoder_hidden_states",
            "encoder_attention_mask",
            "audio_encoder_attention_mask",
        ),
        fps=24,
        area=512 * 768,
        steps=30,
        guidance=3.0,
        rate="frame_rate",
        sound=True,
        full=(),
        portrait="image",
        begins_with="LTX2ImageToVideoPipeline",
        unguided={
            "stg_scale": 0.0,
            "modality_scale": 1.0,
            "audio_guidance_scale": 1.0,
            "audio_stg_scale": 0.0,
            "audio_modality_scale": 1.0,
            "spatio_temporal_guidance_blocks": None,
        },
    ),
    PipelineSpec(
        pipeline="HeliosPipeline",
        shape="chunks",
        steers="chunk",
        goes_on="after",
        fps=24,
        area=384 * 640,
        steps=50,
        guidance=5.0,
        # A chunk is 33 pictures: the causal VAE makes 1 of its first latent frame and 4 of each
        # other.
        window=9,
        block=9,
        pattern=(9,),
        arguments={"num_latent_frames_per_chunk": 9},
        portrait="image",
    ),
    PipelineSpec(
        pipeline="AnyFlowFARPipeline",
        shape="chunks",
        layout="btchw",
        steers="chunk",
        reads_once=True,
        goes_on="within",
        fps=16,
        area=480 * 832,
        steps=4,
        guidance=1.0,
        # The model's own is (1, 3, 3, ...): with it a first chunk is one latent frame, and there
        # soon.
        partition="chunk_partition",
        pattern=(1, 3),
    ),
    PipelineSpec(
        pipeline="SkyReelsV2DiffusionForcingPipeline",
        shape="staircase",
        steers="step",
        goes_on="prefix",
        fps=24,
        area=544 * 960,
        steps=30,
        guidance=6.0,
        rate="fps",
        counts=("num_frames", "base_num_frames"),
        block=5,
        pattern=(5,),
        arguments={"ar_step": 5, "causal_block_size": 5},
    ),
)


def known_pipelines() -> tuple[str, ...]:
    """The class names of everything that can be drawn with."""
    return (EMBEDDED[0], *dict.fromkeys(spec.pipeline for spec in PIPELINES))


def spec_of(index: Mapping[str, object]) -> PipelineSpec | None:
    """The row of a model with the fields ``index`` of model_index.json; None if there is none."""
    # The first that fits: a row with ``where`` stands before the general one of its class.
    for spec in PIPELINES:
        wanted = {"_class_name": spec.pipeline, **spec.where}
        if all(index.get(name) == value for name, value in wanted.items()):
            return spec
    return None
