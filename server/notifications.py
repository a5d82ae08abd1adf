"""The kinds of notification: what a person is told in their inbox.

A deed notifies within its transaction (``store.inbox.notify``). The page's words for each are in
``client_demo/inbox.js``, and people turn kinds off (``/v1/me/inbox/settings``).
"""

from typing import Final, Literal

NoticeKind = Literal[
    "commented", "failed", "finished", "followed", "liked", "mentioned", "remixed", "replied"
]
OF_ONES_OWN: Final[frozenset[NoticeKind]] = frozenset({"failed", "finished"})
"""What becomes of one's own clip: nobody else does it."""
TOLD_TOGETHER: Final[frozenset[NoticeKind]] = frozenset({"followed", "liked"})
"""Those that were not seen yet are one notice with a number."""
