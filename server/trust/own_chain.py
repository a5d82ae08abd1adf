"""The server's own root and leaf in the data folder, renewed in time. Every root that it ever
signed under is kept."""

from pathlib import Path

from phosphene.trust import certificates, secret_files
from phosphene.trust.credentials import Credentials, of_certificates

ROOT = "c2pa_root.pem"
LEAF = "c2pa_leaf.pem"
OLD_ROOTS = "c2pa_old_roots.pem"


def current(folder: Path, now: float) -> Credentials:
    """What to sign with now. Instances that share the folder get the same; root and leaf are made
    where they are missing, and replaced where they are not good at this moment.

    Raises:
        BadInput: a file holds something else.
    """
    with secret_files.locked(folder / "c2pa.lock"):
        root = _root(folder, now)
        # Under the lock also where nothing is to be done: of instances that start together one
        # would else put its leaf under a root that another one is just replacing.
        leaf = secret_files.first(folder / LEAF, certificates.leaf(root, now))
        if not certificates.good_leaf(leaf, root, now):
            leaf = certificates.leaf(root, now)
            secret_files.replace(folder / LEAF, leaf)
    return of_certificates(certificates.key_pem(leaf), [certificates.parse(leaf)[1]])


def anchors(folder: Path) -> str:
    """Every root that the server has signed under (PEM), its own present one first; empty where
    there is none. Whoever trusts them can check every clip."""
    file = folder / ROOT
    present = certificates.certificate_pem(file.read_bytes()) if file.is_file() else b""
    return (present + _old(folder)).decode()


def remember_root(folder: Path, root: str) -> None:
    """Keep the root of an operator's chain among those that the server has signed under."""
    with secret_files.locked(folder / "c2pa.lock"):
        if root.encode() not in _old(folder):
            secret_files.replace(folder / OLD_ROOTS, _old(folder) + root.encode())


def _root(folder: Path, now: float) -> bytes:
    root = secret_files.first(folder / ROOT, certificates.root(now))
    if certificates.good_root(root, now):
        return root
    # The old one first: a stop in between may keep it twice, and loses it never.
    secret_files.replace(folder / OLD_ROOTS, _old(folder) + certificates.certificate_pem(root))
    root = certificates.root(now)
    secret_files.replace(folder / ROOT, root)
    return root


def _old(folder: Path) -> bytes:
    file = folder / OLD_ROOTS
    return file.read_bytes() if file.is_file() else b""
