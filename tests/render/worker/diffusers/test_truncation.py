"""What is said of a prompt that is too long for the text encoder of a model."""

import io
import logging

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from phosphene.model import Slot, Steer
from phosphene.render.reading import TRUNCATED
from phosphene.render.worker.diffusers.truncation import truncated
from phosphene.render.worker.library_logs import withheld_library_lines
from tests.render.worker.diffusers.conftest import Loaded
from tests.render.worker.diffusers.test_renderer import brief, steered

CALM = "a calm lake at dawn " * 6
LEFT = "h a thousand elephants on fire"


@pytest.mark.model
def test_the_end_that_is_cut_off_is_named_and_nothing_else(loaded: Loaded) -> None:
    renderer = loaded("ltx")  # a token to a byte, and one for the end: 127 of them are read
    text = CALM + "fog wit" + LEFT
    assert len(CALM + "fog wit") == 127
    assert renderer.understand(text) == (Slot(TRUNCATED, None, 1.0, (LEFT,)),)
    assert renderer.understand(text[:127]) == ()


@pytest.mark.model
def test_the_pipeline_cuts_where_it_is_said_to(loaded: Loaded) -> None:
    pipeline = loaded("ltx").pipeline
    text = CALM + "fog wit"
    first, *_ = pipeline.encode_prompt(text + LEFT, do_classifier_free_guidance=False)
    other, *_ = pipeline.encode_prompt(text + " a red boat", do_classifier_free_guidance=False)
    shorter, *_ = pipeline.encode_prompt(text[:-1], do_classifier_free_guidance=False)
    assert first.equal(other)
    assert not first.equal(shorter)


@pytest.mark.model
@pytest.mark.parametrize(("name", "limit"), [("wan", 512), ("skyreels", 512)])
def test_every_pipeline_says_how_much_it_reads(loaded: Loaded, name: str, limit: int) -> None:
    pipeline = loaded(name).pipeline
    assert truncated(pipeline, "x" * (limit - 1)) == ""
    assert truncated(pipeline, "x" * (limit + 1)) == "xx"


@pytest.mark.model
def test_the_words_do_not_reach_the_log(loaded: Loaded) -> None:
    written = io.StringIO()
    handler, logger = logging.StreamHandler(written), logging.getLogger("diffusers")
    logger.addHandler(handler)
    try:
        with withheld_library_lines():
            loaded("ltx").pipeline.encode_prompt(CALM + LEFT * 2, do_classifier_free_guidance=False)
    finally:
        logger.removeHandler(handler)
    assert "pipeline_ltx.py" in written.getvalue()
    assert "elephants" not in written.getvalue()


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:__array_wrap__:DeprecationWarning")
def test_a_line_of_the_audience_that_is_too_long_is_told_with_its_end(loaded: Loaded) -> None:
    said, _ = steered(loaded("ltx"), brief("ltx"), CALM + "fog wit" + LEFT)
    (steer,) = (one for one in said if isinstance(one, Steer))
    assert steer.truncated == LEFT


class Reads:
    """A pipeline that reads words; how many, its encoder says, or the call where ``told``."""

    def __init__(self) -> None:
        words = Tokenizer(WordLevel({"<s>": 0, "</s>": 1, "a": 2, "fox": 3, "?": 4}, unk_token="?"))
        words.pre_tokenizer = Whitespace()
        words.post_processor = TemplateProcessing("<s> $0 </s>", None, [("<s>", 0), ("</s>", 1)])
        self.tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)

    def __call__(self, prompt: str) -> None: ...

    def encode_prompt(self, prompt: str, max_sequence_length: int = 5) -> None: ...


class Told(Reads):
    def __call__(self, prompt: str, max_sequence_length: int = 4) -> None: ...


def test_special_tokens_take_their_room_and_the_call_is_asked_first() -> None:
    assert truncated(Reads(), "a fox a") == ""
    assert truncated(Reads(), "a fox a fox") == "fox"
    assert truncated(Told(), "a fox a fox") == "a fox"


def test_a_pipeline_that_does_not_say_how_much_it_reads_is_named() -> None:
    class Silent(Reads):
        def encode_prompt(self, prompt: str) -> None: ...  # type: ignore[override]

    with pytest.raises(TypeError, match="Silent does not say"):
        truncated(Silent(), "a fox")
