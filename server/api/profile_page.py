"""``/@NAME``: the page at somebody's profile, which tells other sites who it is."""

from collections.abc import Awaitable, Callable, Mapping
from html import escape

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from phosphene.api.feet import imprinted
from phosphene.api.pages import page_headers
from phosphene.api.sharing import picture_url, profile_head
from phosphene.errors import NotFound, Unauthorized
from phosphene.language import LANGUAGE, say, translate
from phosphene.model import Clip, Person
from phosphene.operation import Operation
from phosphene.store.people_store import PeopleStore

NOBODY = "Nobody here is called so: they may have left, or have taken another name."


class ProfilePage:
    """``pages`` is the page itself in each language; ``known_person`` gives who asks, ``base_url``
    the address that people know the server by."""

    def __init__(
        self,
        pages: Mapping[str, str],
        people: PeopleStore,
        get_clip: Callable[[str], Awaitable[Clip]],
        known_person: Callable[[HTTPConnection], Awaitable[Person | None]],
        base_url: Callable[[HTTPConnection], str],
    ) -> None:
        self._pages = pages
        self._people = people
        self._get_clip = get_clip
        self._known_person = known_person
        self._base_url = base_url

    async def read_profile_page(self, request: Request) -> Response:
        asked = request.path_params["handle"]
        try:
            person = await self._find(request, asked.lower())
        except NotFound:
            return HTMLResponse(_nobody(self._pages[LANGUAGE.get()]), 404, page_headers())
        if person.handle != asked:
            # Not for ever: who is called so next has the address.
            return RedirectResponse(f"/@{person.handle}", 302, {"Cache-Control": "no-cache"})
        return HTMLResponse(await self._page_of(request, person), headers=page_headers())

    def operations(self) -> list[Operation]:
        """The one page."""
        return [
            Operation(
                method="GET",
                path="/@{handle}",
                summary="The page at somebody's profile; a name that they gave up leads there too",
                endpoint=self.read_profile_page,
                answer=str,
                answer_type="text/html",
                also=(302,),
                told=(404,),
                shared=False,
            )
        ]

    async def _find(self, request: Request, handle: str) -> Person:
        """Raises NotFound, also where they block who asks."""
        person = await self._people.find_by_any_handle(handle)
        try:
            asker = await self._known_person(request)
        except Unauthorized:  # an old cookie: the page itself makes a guest
            asker = None
        if asker is not None:
            between = await self._people.get_relationship(person.id, asker.id)
            if "block" in between.by:
                raise NotFound(NOBODY)
        return person

    async def _page_of(self, request: Request, person: Person) -> str:
        words = await self._people.get_words(person.id)
        tally = await self._people.get_tally(person.id)
        about = words.about or say("{0} clips, drawn by a diffusion model.", tally.clips)
        picture = await self._picture(person, words.portrait)
        head = profile_head(person, about, picture, self._base_url(request))
        return _titled(imprinted(self._pages[LANGUAGE.get()]), f"@{person.handle}", head)

    async def _picture(self, person: Person, portrait: str | None) -> str | None:
        """The still that they chose, else that of their newest clip."""
        if portrait is not None:
            return picture_url(await self._get_clip(portrait))
        page = await self._people.list_clips_by(person.id, limit=1, cursor=None, remixes=False)
        return picture_url(page.clips[0]) if page.clips else None


def _nobody(page: str) -> str:
    head = '<meta name="robots" content="noindex">\n'
    said = f'<body>\n  <p class="unseen" role="status" data-testid="nobody">{translate(NOBODY)}</p>'
    return _titled(page, say("Nobody here"), head).replace("<body>", said, 1)


def _titled(page: str, title: str, head: str) -> str:
    """The page with another title, and more in its head."""
    before, _, rest = page.partition("<title>")
    page = f"{before}<title>{escape(title)} · Phosphene" + rest[rest.index("</title>") :]
    return page.replace("</head>", f"{head}</head>", 1)
