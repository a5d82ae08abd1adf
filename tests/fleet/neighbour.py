"""A lender of a neighbouring release, as a release before or after would speak: ``NEIGHBOUR``."""

import os
from collections.abc import Callable
from typing import Any

import msgspec

from phosphene.fleet import heartbeat
from phosphene.fleet.reply_stream import ReplyStream
from phosphene.render import messages
from tests.fleet import lent
from tests.forked_programs import forked_command


def main() -> None:
    easel = forked_command(lent.PROGRAM)  # it speaks as this release
    later = os.environ["NEIGHBOUR"] == "later"
    change = add_what_is_new if later else leave_out_defaults
    messages.WIRE += later  # type: ignore[misc]
    messages.encode_message = encoder(change)
    heartbeat.encode = encoder(change)
    if later:
        ReplyStream.post_answer = say_more(ReplyStream.post_answer)  # type: ignore[method-assign]
    lent.lend(easel)


def encoder(change: Callable[[Any], Any]) -> Callable[[Any], bytes]:
    return lambda said: msgspec.msgpack.encode(change(said))


def add_what_is_new(said: Any) -> Any:
    """Fields that nobody knows yet, at every depth."""
    if isinstance(said, tuple | list):
        return [*map(add_what_is_new, said)]
    if not isinstance(said, msgspec.Struct):
        return said
    values = {name: add_what_is_new(getattr(said, name)) for name in said.__struct_fields__}
    if said.__struct_config__.array_like:
        return [*values.values(), "new"]
    tag = said.__struct_config__.tag
    return values | {"later": ["new"]} | ({"type": tag} if tag else {})


def leave_out_defaults(said: msgspec.Struct) -> Any:
    """What has a default may be what was not there before."""
    told = msgspec.msgpack.decode(msgspec.msgpack.encode(said))
    defaults = {one.name: one.default for one in msgspec.structs.fields(said)}
    return {name: value for name, value in told.items() if defaults.get(name, said) != value}


def say_more(say: Callable[..., None]) -> Callable[..., None]:
    def post(self: ReplyStream, clip: str, answer: messages.Answer) -> None:
        self._post(clip, {"d": msgspec.msgpack.encode({"type": "sing", "clip": clip})})
        say(self, clip, answer)

    return post


if __name__ == "__main__":
    main()
