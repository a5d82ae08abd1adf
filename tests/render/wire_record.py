"""What machines say to each other under each number of ``messages.WIRE``, kept in ``wire/``.

``python -m tests.render.wire_record`` writes down what is said now: after the number was raised.
"""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct

from phosphene.fleet.heartbeat import Heartbeat
from phosphene.render import messages

FOLDER = Path(__file__).parent / "wire"
SAID: tuple[type[Struct], ...] = (*get_args(messages.Order), *get_args(messages.Answer), Heartbeat)

Shapes = dict[str, dict[str, list[Any]]]
"""Of each struct its fields: their type, and whether it lacks a default. Its tag is one, too."""


class Record(Struct):
    """``said``: one of each message, as msgpack, every field with a value of its own."""

    shapes: Shapes
    said: dict[str, bytes]


def structs_within(kind: Any, found: dict[type[Struct], None]) -> None:
    """All structs that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, Struct) and kind not in found:
        found[kind] = None
        for field in msgspec.structs.fields(kind):
            structs_within(field.type, found)
    for part in get_args(kind):
        structs_within(part, found)


def shapes_now() -> Shapes:
    """Those of all that is said."""
    found: dict[type[Struct], None] = {}
    for kind in SAID:
        structs_within(kind, found)
    return {
        kind.__name__: {"type": [str(kind.__struct_config__.tag), True]}
        | {one.name: [spelt(one.type), one.required] for one in msgspec.structs.fields(kind)}
        for kind in found
    }


def spelt(kind: Any) -> str:
    """A type as it is written down, whatever the version of Python."""
    if get_origin(kind) is Literal:
        return f"one of {sorted(map(str, get_args(kind)))}"
    if get_args(kind):
        return (
            f"{getattr(get_origin(kind), '__name__', '|')}[{', '.join(map(spelt, get_args(kind)))}]"
        )
    return str(getattr(kind, "__name__", kind))


def breaks(before: Shapes, after: Shapes) -> list[str]:
    """What of a change of shapes neighbours would not understand. Pure."""
    found = [f"{name} is gone" for name in before if name not in after]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        found += [f"{name}.{field} is gone" for field in old if field not in new]
        found += [
            f"{name}.{field} is another type"
            for field in old.keys() & new.keys()
            if old[field][0] != new[field][0]
        ]
        found += [
            f"{name}.{field} has no default" for field in new if field not in old and new[field][1]
        ]
        found += [
            f"{name}.{field} may be left out, and was needed"
            for field in old.keys() & new.keys()
            if old[field][1] and not new[field][1]
        ]
    return sorted(found)


def example(kind: Any) -> Any:
    """A value of a type in which nothing is a default."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind(**{one.name: example(one.type) for one in msgspec.structs.fields(kind)})
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return parts[-1]
    if origin is tuple:
        return (example(parts[0]),)
    if origin is dict:
        return {example(parts[0]): example(parts[1])}
    if parts:  # Annotated, or something or nothing
        return example(next(one for one in parts if one is not type(None)))
    return {str: "said", bytes: b"\0\1", int: 3, float: 0.25, bool: True}[kind]


def record_now() -> Record:
    """What is said now."""
    encode = msgspec.msgpack.encode
    return Record(shapes_now(), {kind.__name__: encode(example(kind)) for kind in SAID})


def read_record(wire: int) -> Record:
    """What was said under a number."""
    return msgspec.json.decode((FOLDER / f"{wire}.json").read_bytes(), type=Record)


if __name__ == "__main__":
    (FOLDER / f"{messages.WIRE}.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(record_now())) + b"\n"
    )
