"""What a push says: of one notice its sentence, of several how many and the newest. Pure.

The body is a declarative push message (W3C Push API, "Declarative push message"): browsers that
know it show it by themselves, in others the service worker reads the same.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from phosphene.base64url import encode_base64url
from phosphene.events import Notice
from phosphene.language import LANGUAGES, say_in
from phosphene.notifications import OF_LIKENESS
from phosphene.people.push_client import PushMessage, Urgency

# By this number browsers know the format; it is that of the RFC of Web Push.
DECLARATIVE: Final = 8030
TTL_S: Final = 3 * 86400
LINES: Final = 3
# A comment may have 500 letters: the whole message has a few thousand bytes.
LONGEST: Final = 160
INBOX: Final = "/?sheet=inbox"
# Somebody wrote to one, or something was taken from one.
PERSONAL: Final = frozenset({"replied", "mentioned", "commented", "moderated"}) | OF_LIKENESS

WORDS: Final = {
    "liked": "{0} liked your clip",
    "commented": "{0} commented on your clip",
    "replied": "{0} replied to you",
    "mentioned": "{0} mentioned you",
    "remixed": "{0} remixed your clip",
    "forked": "{0} continued your clip another way",
    "steered": "{0} steered your clip",
    "followed": "{0} follows you",
    "finished": "Your clip is finished",
    "failed": "Your clip could not be drawn",
    "decided": "What you reported was decided",
    "moderated": "A moderator decided about something of yours",
    "reported": "1 new report to look at",
    "appealed": "Somebody asks for another look",
    "face_found": "1 face to look at",
    "likeness_used": "{0} shows you in a clip",
    "likeness_asked": "{0} asks whether they may show you",
    "likeness_answered": "{0} answered whether you may show them",
    "likeness_refused": "{0} wanted to show you, and was refused",
    "likeness_withdrawn": "{0} does not want to be in your clip any more",
    "likeness_matched": "A clip may show your face: nobody sees it until an operator has looked",
}
BY_TWO: Final = {
    "liked": "{0} and 1 other liked your clip",
    "followed": "{0} and 1 other follow you",
    "reported": "2 new reports to look at",
    "appealed": "2 people ask for another look",
    "face_found": "2 faces to look at",
}
BY_MORE: Final = {
    "liked": "{0} and {1} others liked your clip",
    "followed": "{0} and {1} others follow you",
    "reported": "{2} new reports to look at",
    "appealed": "{2} people ask for another look",
    "face_found": "{2} faces to look at",
}
"""Of these several are told as one."""
BY_OUTCOME: Final = {
    ("likeness_matched", "yes"): (
        "An operator has looked: a clip showed your face without a yes, and stays hidden"
    ),
    ("likeness_matched", "no"): (
        "An operator has looked: the face in that clip was somebody else's"
    ),
}
"""What came of it is told by the same kind of notice."""
MANY: Final = "{0} new things for you"


def compose_message(
    notices: Sequence[Notice], unread: int, base_url: str, language: str
) -> PushMessage:
    """What a browser is told of unread notices, the newest first, at least one. ``base_url``: the
    site's address, empty where only the browser knows it."""
    one = notices[0]
    alone = len(notices) == 1
    tag = f"{one.kind} {one.clip or one.actor.id}" if alone else "inbox"
    language = language if language in LANGUAGES else LANGUAGES[0]
    said = [sentence_of(notice, language) for notice in notices[:LINES]]
    title = said[0] if alone else say_in(language, MANY, len(notices))
    body = one.text if alone else "\n".join(said)
    notification = {
        "title": title,
        "body": shortened(body),
        "lang": language,
        "tag": tag,
        "navigate": base_url + (address_of(one) if alone else INBOX),
    }
    document: dict[str, Any] = {
        "web_push": DECLARATIVE,
        "notification": notification,
        "app_badge": unread,
    }
    return PushMessage(msgspec.json.encode(document), topic_of(tag), urgency_of(notices), TTL_S)


def sentence_of(notice: Notice, language: str) -> str:
    """A notice in words; the actor is the last of several."""
    others = notice.count - 1
    words = (WORDS, BY_TWO)[others] if others < 2 else BY_MORE
    said = (
        BY_OUTCOME.get((notice.kind, notice.outcome))
        or words.get(notice.kind)
        or WORDS.get(notice.kind, "{0}: " + notice.kind)
    )
    return say_in(language, said, f"@{notice.actor.handle}", others, notice.count)


def address_of(notice: Notice) -> str:
    """The path where one sees what a notice tells of."""
    if notice.clip:
        return f"/?clip={quote(notice.clip, safe='')}"
    return f"/@{quote(notice.actor.handle)}" if notice.kind == "followed" else INBOX


def urgency_of(notices: Sequence[Notice]) -> Urgency:
    """Low for what can wait until a device is awake anyway (RFC 8030, 5.3)."""
    return "normal" if any(one.kind in PERSONAL for one in notices) else "low"


def topic_of(tag: str) -> str:
    """32 letters of base64url that say nothing about what they are of."""
    # 24 bytes are the 32 letters that RFC 8030 (5.4) allows. Hashed, because the push service can
    # read headers, and not the message.
    digest = hashlib.blake2b(tag.encode(), digest_size=24).digest()
    return encode_base64url(digest)


def shortened(text: str) -> str:
    """At most so much as a notification shows."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
