"""What other sites are told of a clip: embed code, oEmbed, Open Graph, player cards. Pure."""

from html import escape
from typing import Literal
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from msgspec import Struct, to_builtins

from phosphene.errors import NotFound
from phosphene.language import say
from phosphene.model import LICENSE_PAGES, Clip, Person

NAME = "Phosphene"
LARGEST = (405, 720)
CACHE_S = 300
ALLOW = "autoplay; fullscreen; picture-in-picture"


class Video(Struct, frozen=True, kw_only=True):
    """An oEmbed 1.0 answer of type video; sizes in CSS pixels. Beside oEmbed's own fields it says
    the clip's license, and where that is read."""

    type: Literal["video"] = "video"
    version: Literal["1.0"] = "1.0"
    title: str
    author_name: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int
    thumbnail_url: str | None = None
    thumbnail_width: int | None = None
    thumbnail_height: int | None = None
    license: str | None = None
    license_url: str | None = None


def page_url(base: str, clip_id: str) -> str:
    """Where people see the clip."""
    return f"{base}/?{urlencode({'clip': clip_id})}"


def embed_url(base: str, clip_id: str, token: str = "") -> str:
    """What goes into a frame; ``token`` opens a private clip."""
    query = f"?{urlencode({'token': token})}" if token else ""
    return f"{base}/embed/{quote(clip_id, safe='')}{query}"


def clip_in(url: str, base: str) -> str:
    """The id of the clip that an address of ours shows. Raises NotFound for any other address."""
    try:
        parts, ours = urlsplit(url), urlsplit(base)
    except ValueError:
        raise NotFound("that is no address") from None
    if parts.netloc.lower() == ours.netloc.lower():
        path = parts.path.removeprefix(ours.path.rstrip("/"))
        if path.startswith("/embed/") and path.count("/") == 2:
            return path.removeprefix("/embed/")
        if path in {"", "/"} and (ids := parse_qs(parts.query).get("clip")):
            return ids[0]
    raise NotFound("that address shows no clip of this server")


def fit(clip: Clip, max_width: int | None, max_height: int | None) -> tuple[int, int]:
    """The largest size of the clip's shape within the limits, at least 1x1."""
    width = min(LARGEST[0], max_width or LARGEST[0])
    height = min(LARGEST[1], max_height or LARGEST[1])
    scale = min(width / clip.width, height / clip.height)
    return max(1, int(clip.width * scale)), max(1, int(clip.height * scale))


def frame(clip: Clip, base: str, size: tuple[int, int], token: str = "") -> str:
    """The code that people put into their pages."""
    width, height = size
    return (
        f'<iframe src="{escape(embed_url(base, clip.id, token))}" width="{width}" height="{height}"'
        f' title="{escape(clip.text)}" allow="{ALLOW}" allowfullscreen loading="lazy"'
        ' style="border:0;border-radius:12px"></iframe>'
    )


def picture_url(clip: Clip) -> str | None:
    """Where a picture of the clip is, from its first light on."""
    # Sites keep the card of a link that is shared, and an empty one stays empty: so there is a
    # picture while the clip is still being drawn.
    return clip.poster_url or (f"/v1/clips/{clip.id}/poster.jpg" if clip.status == "live" else None)


def oembed(clip: Clip, base: str, max_width: int | None, max_height: int | None) -> Video:
    """What the specification (oembed.com) asks for; a thumbnail when the clip has one."""
    width, height = fit(clip, max_width, max_height)
    picture = picture_url(clip)
    return Video(
        title=clip.text,
        author_name=clip.author.handle,
        provider_name=NAME,
        provider_url=base,
        cache_age=CACHE_S,
        html=frame(clip, base, (width, height)),
        width=width,
        height=height,
        thumbnail_url=picture and base + picture,
        thumbnail_width=clip.width if picture else None,
        thumbnail_height=clip.height if picture else None,
        license=clip.license,
        license_url=LICENSE_PAGES.get(clip.license),
    )


def as_xml(video: Video) -> bytes:
    """The same as XML."""
    root = Element("oembed")
    for name, value in known(video).items():
        SubElement(root, name).text = str(value)
    head = b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return head + bytes(tostring(root, "utf-8"))


def known(video: Video) -> dict[str, str | int]:
    """The fields that have a value."""
    return {name: value for name, value in to_builtins(video).items() if value is not None}


def head(clip: Clip, base: str) -> str:
    """Tags for the head of the clip's page: discovery, Open Graph and a player card."""
    page, player = page_url(base, clip.id), embed_url(base, clip.id)
    title, about = clip.text, say("A clip by {0}, drawn by a diffusion model.", clip.author.handle)
    size = {"width": str(clip.width), "height": str(clip.height)}
    tags = {
        "og:site_name": NAME,
        "og:type": "video.other",
        "og:title": title,
        "og:description": about,
        "og:url": page,
        "twitter:card": "player",
        "twitter:title": title,
        "twitter:description": about,
        "twitter:player": player,
        **{f"twitter:player:{name}": value for name, value in size.items()},
    }
    if picture := picture_url(clip):
        image = base + picture
        tags |= {"og:image": image, "twitter:image": image}
        tags |= {f"og:image:{name}": value for name, value in size.items()}
    if clip.video_url:
        video = base + clip.video_url
        tags |= {"og:video": video, "og:video:type": "video/mp4", "twitter:player:stream": video}
        tags |= {"twitter:player:stream:content_type": "video/mp4"}
        tags |= {f"og:video:{name}": value for name, value in size.items()}
        if base.startswith("https:"):
            tags["og:video:secure_url"] = video
    links = [*_links(page, base, title), *_license(clip)]
    return "\n".join([*links, *map(_meta, tags.items()), ""])


def profile_url(base: str, handle: str) -> str:
    """Where people see somebody."""
    return f"{base}/@{quote(handle, safe='')}"


def profile_head(person: Person, about: str, picture: str | None, base: str) -> str:
    """Tags for the head of somebody's page; ``picture`` is a path here."""
    page, title = profile_url(base, person.handle), say("@{0} on Phosphene", person.handle)
    tags = {
        "og:site_name": NAME,
        "og:type": "profile",
        "og:title": title,
        "og:description": about,
        "og:url": page,
        "profile:username": person.handle,
        "description": about,
        "twitter:card": "summary",
        "twitter:title": title,
        "twitter:description": about,
    }
    if picture:
        tags |= {"og:image": base + picture, "twitter:image": base + picture}
    link = f'<link rel="canonical" href="{escape(page)}">'
    return "\n".join([link, *map(_meta, tags.items()), ""])


def _links(page: str, base: str, title: str) -> list[str]:
    found = [f'<link rel="canonical" href="{escape(page)}">']
    for kind in ("json", "xml"):
        address = f"{base}/oembed?{urlencode({'url': page, 'format': kind})}"
        mime = "application/json+oembed" if kind == "json" else "text/xml+oembed"
        found.append(
            f'<link rel="alternate" type="{mime}" href="{escape(address)}" title="{escape(title)}">'
        )
    return found


def _license(clip: Clip) -> list[str]:
    """Under which terms the clip may be used (HTML, 4.6.7.10)."""
    page = LICENSE_PAGES.get(clip.license)
    return [f'<link rel="license" href="{escape(page)}">'] if page else []


def _meta(tag: tuple[str, str]) -> str:
    name, value = tag
    kind = "property" if name.startswith(("og:", "profile:")) else "name"
    return f'<meta {kind}="{name}" content="{escape(value)}">'
