"""The OpenAPI 3.1 document of the operations; schemas are made from their types."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from phosphene.errors import Problem, by_status
from phosphene.operation import Caller, Operation
from phosphene.web import COOKIE, KEY_LIMIT

ABOUT: Final = """Every GET answers HEAD too, and every path OPTIONS. Pages of all origins may read
every answer; to write they send a bearer token, which the cookie of a visitor is not. Problems are
RFC 9457; the address of a problem's type is a page that explains it. What travels on the socket is
in /v1/asyncapi.json."""
SCHEMES: Final[dict[str, Any]] = {
    "identity": {
        "type": "http",
        "scheme": "bearer",
        "description": "the token of GET /v1/me; without one a guest identity is made",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "the same identity as browsers keep it, for pages of this server",
    },
    "embed": {
        "type": "http",
        "scheme": "bearer",
        "description": "an embed token of a private clip; the query parameter token is the same",
    },
    "operator": {"type": "http", "scheme": "bearer", "description": "the operator's shared token"},
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "an API key of the operator's (phosphene keys); where scopes are named it needs one of"
            " them, and without clips:read-private it reads what everybody may"
        ),
    },
}
SECURITY: Final[dict[Caller, list[dict[str, list[str]]]]] = {
    "anybody": [{}],
    "reader": [{}, {"identity": []}, {"cookie": []}],
    "viewer": [{}, {"identity": []}, {"cookie": []}, {"embed": []}],
    # Nobody last: it is allowed, and makes a guest, but a client had better say who it is.
    "person": [{"identity": []}, {"cookie": []}, {}],
    "moderator": [{"identity": []}, {"cookie": []}, {"operator": []}],
    "operator": [{"operator": []}, {"identity": []}, {"cookie": []}],
}
_TEXT: Final = {"type": "string"}
HEADERS: Final[dict[str, Any]] = {
    "Location": "the address of what was made",
    "ETag": "the version of the answer (RFC 9110)",
    "Cache-Control": "how long it may be kept (RFC 9111)",
    "Link": "STUN and TURN servers (RFC 9725), and a session's extensions",
    "Accept-Post": "the media type that POST takes",
    "Accept-Patch": "the media type that PATCH takes",
    "Accept-Ranges": "bytes",
    "Content-Range": "which bytes these are (RFC 9110)",
    "Retry-After": "seconds until it is worth to try again",
    "WWW-Authenticate": "Bearer",
    "RateLimit-Policy": "what a person and an address may (draft-ietf-httpapi-ratelimit-headers)",
    "RateLimit": (
        "for each policy that the request was counted under: r more may be made in the next t"
        " seconds; absent where an answer is repeated under its Idempotency-Key"
    ),
    "Upgrade": "websocket",
}
TAKEN: Final[dict[str, Any]] = {
    "Range": "which bytes (RFC 9110)",
    "If-Range": "the ETag of which they are wanted",
    "If-None-Match": "ETags that the caller has: 304 when it is one of them",
    "If-Match": "the state of the session that the change is meant for",
    "Save-Data": "on: begin with the half size",
    "Idempotency-Key": "the same offer under the same key gets the same session, while that lives",
}
IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "made by the client: the same request under the same key is done once, and its answer"
        " repeated for 24 hours; another request under it is 422"
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT},
}
LIMITED: Final = ("RateLimit-Policy", "RateLimit")
# Statuses of ``errors.RetryLater``: those that pass by themselves.
RETRIED: Final = {"409", "429", "503"}


def openapi(
    operations: Sequence[Operation],
    title: str,
    version: str,
    limits: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The document; ``limits`` says each kind of limit in words."""
    # By identity, as the references come back in the order in which they were asked for, without
    # names.
    kinds = list({id(kind): kind for one in operations for kind in _kinds(one)}.values())
    references, components = msgspec.json.schema_components(
        [Problem, *kinds], ref_template="#/components/schemas/{name}"
    )
    schemas = dict(zip(map(id, [Problem, *kinds]), references, strict=True))
    paths: dict[str, Any] = {}
    for one in operations:
        document = _operation(one, schemas, components, limits or {})
        paths.setdefault(one.path, {})[one.method.lower()] = document
    return {
        # Not 3.0: schemas of 3.1 are JSON Schema 2020-12, which msgspec writes; 3.0 has a dialect
        # of its own.
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({_tag(one) for one in operations})],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _problems(schemas[id(Problem)]),
            "headers": {
                name: {"description": text, "schema": _TEXT} for name, text in HEADERS.items()
            },
            "securitySchemes": SCHEMES,
        },
    }


def _by_key(one: Operation) -> list[dict[str, list[str]]]:
    """The security of who comes by an API key, where it is asked who they are."""
    if one.for_keys == "none" or one.caller == "anybody":
        return []
    return [{"key": [] if one.for_keys == "any" else [one.for_keys]}]


def _kinds(one: Operation) -> Iterable[Any]:
    return (kind for kind in (one.body, one.answer, one.query) if kind not in {None, bytes})


def _operation(
    one: Operation, schemas: dict[int, Any], components: dict[str, Any], limits: Mapping[str, str]
) -> dict[str, Any]:
    """One operation object of the document."""
    document: dict[str, Any] = {
        "operationId": one.id,
        "tags": [_tag(one)],
        "summary": one.summary,
        "security": [*SECURITY[one.caller], *_by_key(one)],
        "parameters": [*_in_path(one), *_in_headers(one), *_in_query(one, schemas, components)],
        "responses": _responses(one, schemas),
    }
    if one.limit:
        document["description"] = limits.get(one.limit, f"Limited, as every {one.limit}.")
        document["x-rate-limit"] = one.limit
    if one.body:
        document["requestBody"] = {
            "required": not one.body_optional,
            "content": {one.body_type: _content(one.body, schemas)},
        }
    return document


def _content(kind: Any, schemas: dict[int, Any]) -> dict[str, Any]:
    """Of bytes the media type says enough."""
    return {} if kind is bytes else {"schema": schemas[id(kind)]}


def _responses(one: Operation, schemas: dict[int, Any]) -> dict[str, Any]:
    names = (*one.headers, *(LIMITED if one.limit else ()))
    named = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    if one.revalidates:
        named |= {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag",)}
    good: dict[str, Any] = {"description": one.summary, "headers": named}
    if one.answer:
        content = _content(one.answer, schemas)
        good["content"] = dict.fromkeys(one.answer_type.split(", "), content)
    found = {str(one.status): good}
    for status in one.also:
        bare = {"description": SAID[status], "headers": named}
        found[str(status)] = bare | ({"content": good["content"]} if status == 206 else {})
    found |= {str(status): good for status in one.told}
    if one.revalidates:
        found["304"] = {"description": SAID[304], "headers": named}
    # Whoever looks for a clip may look for one that was taken away.
    taken_away = (410,) if 404 in one.errors and "/clips/{" in one.path else ()
    # What a key and a limit may answer is derived from them and not listed with each route: an
    # answer that the document lacks is a failure in schemathesis (none in 1,783 cases).
    errors = {
        *one.errors,
        *taken_away,
        *((422, 400) if one.takes_key else ()),
        *((429,) if one.limit else ()),
        *((401, 429) if _by_key(one) else ()),
        *((403,) if one.keys != "none" else ()),
    }
    found |= {str(one): {"$ref": f"#/components/responses/{one}"} for one in sorted(errors)}
    return found | {"default": {"$ref": "#/components/responses/default"}}


SAID: Final = {
    204: "done; there is no more to say",
    206: "the bytes that Range asks for",
    302: "it is there now: Location says where",
    304: "what the caller has is still right",
    307: "it is read there: Location says where",
    426: "it was not asked for a WebSocket",
}


def _problems(problem: Any) -> dict[str, Any]:
    """An answer for each status that a problem has."""
    content = {"application/problem+json": {"schema": problem}}
    # The default too: what nobody thought of is answered as a problem with the request's id.
    found: dict[str, Any] = {"default": {"description": "a problem (RFC 9457)", "content": content}}
    for status, kinds in by_status().items():
        said = "; ".join(f"/problems/{kind.type}: {kind.title}" for kind in kinds)
        found[str(status)] = {"description": said, "content": content}
        if str(status) in RETRIED:
            retry = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
            found[str(status)]["headers"] = retry
            if status == 429:
                retry |= {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITED}
    return found


def _in_path(one: Operation) -> list[dict[str, Any]]:
    # Not empty, as Starlette's converter wants one character at least: without it is another path.
    names = re.findall(r"\{(\w+)", one.path)
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in names
    ]


def _in_headers(one: Operation) -> list[dict[str, Any]]:
    asked = (*one.takes, *(("If-None-Match",) if one.revalidates else ()))
    found = [
        {"name": name, "in": "header", "description": TAKEN[name], "schema": _TEXT}
        for name in asked
    ]
    return [*found, IDEMPOTENCY_KEY] if one.takes_key else found


def _in_query(
    one: Operation, schemas: dict[int, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    """A parameter for each field of the query's type."""
    if one.query is None:
        return []
    schema = components[schemas[id(one.query)]["$ref"].rpartition("/")[2]]
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": field,
        }
        for name, field in schema["properties"].items()
    ]


def _tag(one: Operation) -> str:
    """The first word of its path that tells something."""
    words = [word for word in one.path.split("/") if word and word != "v1" and word[0] != "{"]
    return "watching" if one.caller == "viewer" and len(words) > 1 else (words or ["pages"])[0]
