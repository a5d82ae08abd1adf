"""The kinds of notification: what a person is told in their inbox.

A deed notifies within its transaction (``store.inbox.notify``). The page's words for each are in
``client_demo/inbox.js``, and people turn kinds off (``/v1/me/inbox/settings``).
"""

from typing import Final, Literal

NoticeKind = Literal[
    "commented",
    "decided",
    "failed",
    "finished",
    "followed",
    "liked",
    "mentioned",
    "moderated",
    "remixed",
    "replied",
]
OF_ONES_OWN: Final[frozenset[NoticeKind]] = frozenset(
    {"decided", "failed", "finished", "moderated"}
)
"""What becomes of one's own clip or report: nobody else does it, or is named."""
ALWAYS_TOLD: Final[frozenset[NoticeKind]] = frozenset({"moderated"})
"""What nobody can turn off: what is taken from somebody is said to them."""
TOLD_TOGETHER: Final[frozenset[NoticeKind]] = frozenset({"followed", "liked"})
"""Those that were not seen yet are one notice with a number."""
