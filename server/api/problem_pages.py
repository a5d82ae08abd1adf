"""The pages to which the types of problems lead: what each means, and what to do."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from phosphene.api.feet import page_foot
from phosphene.errors import NotFound, PhospheneError, RetryLater, kinds
from phosphene.language import LANGUAGE, VARIES, say, translate
from phosphene.operation import Operation


async def list_problems(request: Request) -> Response:
    """``/problems``: all of them."""
    lines = [
        f'<li><a href="/problems/{kind.type}">{kind.type}</a> ({kind.status}):'
        f" {escape(translate(kind.title))}"
        for kind in kinds().values()
    ]
    return _page(say("Problems"), f"<ul>{''.join(lines)}</ul>")


async def explain_problem(request: Request) -> Response:
    """``/problems/NAME``. Raises NotFound."""
    kind = kinds().get(request.path_params["name"])
    if kind is None:
        raise NotFound("there is no such type of problem")
    meaning = escape(translate(explanation(kind)))
    text = [f"<p>{say('Status {0}.', kind.status)} {meaning}</p>"]
    if issubclass(kind, RetryLater):
        passes = say("It passes by itself: Retry-After says when to try again.")
        text.append(f"<p>{passes}</p>")
    return _page(translate(kind.title), "".join(text))


def explanation(kind: type[PhospheneError]) -> str:
    """What it means, in words for people."""
    return " ".join((kind.__doc__ or "").replace("`", "").split())


def operations() -> list[Operation]:
    """Both pages."""
    return [
        Operation(
            method="GET",
            path="/problems",
            summary="Every type of problem",
            endpoint=list_problems,
            answer=str,
            answer_type="text/html",
        ),
        Operation(
            method="GET",
            path="/problems/{name}",
            summary="What a type of problem means",
            endpoint=explain_problem,
            answer=str,
            answer_type="text/html",
            errors=(404,),
        ),
    ]


def _page(title: str, content: str) -> Response:
    name = escape(title)
    page = (
        f'<!doctype html>\n<html lang="{LANGUAGE.get()}">\n'
        f'<meta charset="utf-8">\n<title>{name}</title>\n'
        f"<main>\n<h1>{name}</h1>\n{content}\n</main>\n{page_foot()}"
    )
    headers = {
        "Content-Security-Policy": "default-src 'none'",
        "Cache-Control": "max-age=3600",
        "Content-Language": LANGUAGE.get(),
        "Vary": VARIES,
    }
    return HTMLResponse(page, headers=headers)
