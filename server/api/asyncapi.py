"""The AsyncAPI 3.0 document of the socket, from the types that it is coded with."""

from typing import Any, Final, get_args

import msgspec

from phosphene.social import protocol
from phosphene.social.protocol import ClientMessage, ServerMessage

CLOSES: Final = {
    protocol.GOING_AWAY: "the server stops, or cannot answer for the moment: come back",
    protocol.BAD_MESSAGE: "not a message",
    protocol.BAD_IDENTITY: "the identity cannot be read",
    protocol.TOO_SLOW: "the client does not read what it is sent",
    protocol.TOO_MANY_MESSAGES: "too many messages",
    protocol.SERVER_FULL: "no room for more sockets, here or from this address",
}
ABOUT: Final = f"""Each side sends one message a frame: text frames of JSON, or binary frames of
msgpack under the subprotocol phosphene.msgpack. A page brings a token as one more subprotocol
that it offers, phosphene.bearer.TOKEN; programs send Authorization. A client may send
{protocol.MESSAGES_PER_S:.0f} messages a second ({protocol.MESSAGES_BURST:.0f} at once) of
{protocol.MESSAGE_LIMIT} bytes each and follow {protocol.TOPICS_PER_SOCKET} topics: feed, and
clip:ID of each clip. The server closes with
{"; ".join(f"{code}: {said}" for code, said in CLOSES.items())}."""


def asyncapi(title: str, version: str) -> dict[str, Any]:
    """The document."""
    # Of the types that the socket decodes with: what the document says is what it takes.
    kinds = [*get_args(ClientMessage), *get_args(ServerMessage)]
    references, schemas = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    messages = {
        _name(kind): _message(kind, reference)
        for kind, reference in zip(kinds, references, strict=True)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/v1/socket",
                "title": "A person's live connection",
                "description": ABOUT,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "hear": _operation("receive", "What a client says", ClientMessage),
            "tell": _operation("send", "What the server says", ServerMessage),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _operation(action: str, summary: str, messages: Any) -> dict[str, Any]:
    """``action`` is the server's: who describes the channel."""
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/socket"},
        "messages": [
            {"$ref": f"#/channels/socket/messages/{_name(kind)}"} for kind in get_args(messages)
        ],
    }


def _message(kind: Any, reference: Any) -> dict[str, Any]:
    said = " ".join((kind.__doc__ or "").replace("`", "").split())
    message = {"name": _name(kind), "title": kind.__name__, "payload": reference}
    return message | ({"summary": said} if said and not said.startswith(kind.__name__) else {})


def _name(kind: Any) -> str:
    """What the field ``type`` of the message says."""
    return str(kind.__struct_config__.tag)
