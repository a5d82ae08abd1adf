"""Every setting, its default, its unit and what it is for. Read once, in ``__main__``.

A setting ``name`` comes from the environment as ``PHOSPHENE_NAME`` or from a TOML file (the path in
``PHOSPHENE_CONFIG``, else ``phosphene.toml`` in the working directory when it exists); the
environment wins.
"""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from phosphene.errors import BadInput

PREFIX = "PHOSPHENE_"
# Variables of this prefix that are no settings: the path of the file, what a worker is told by its
# instance, and where a visitor's commands go, and as whom.
OTHERS = frozenset(("CONFIG", "TRACE_FD", "SERVER", "TOKEN"))
SECRET = "secret"
HIDDEN = "***"
# What stands before the @ of an address: a password, with or without a name.
PASSWORD = re.compile(r"(\w://[^/@:\s]*:?)[^/@\s]*@")
# In the query of a PostgreSQL address.
NAMED_PASSWORD = re.compile(r"([?&]\w*password=)[^&\s'\"]*")
_PUBLIC_URL = re.compile(r"https?://[^\s/?#@]+/?")


def _says(description: str) -> Meta:
    return Meta(description=description)


def _hides(description: str) -> Meta:
    """A setting whose value is nobody's business."""
    return Meta(description=description, extra={SECRET: True})


def _within(description: str, ge: float, le: float | None = None) -> Meta:
    return Meta(description=description, ge=ge, le=le)


# Patterns end with \Z: $ also matches before a line feed.
def _like(description: str, pattern: str) -> Meta:
    return Meta(description=description, pattern=pattern)


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See each field's description; ``phosphene doctor --settings`` prints them all."""

    host: Annotated[
        str, _says("address to listen on, or unix:PATH for a socket in the file system")
    ] = "127.0.0.1"
    port: Annotated[int, _within("TCP port to listen on; 0 takes a free one", ge=0, le=65535)] = (
        8000
    )
    instance: Annotated[
        str, _says("name of this instance, the same after a restart; empty means host and port")
    ] = ""
    loopback: Annotated[
        bool, _says("offer 127.0.0.1 to WebRTC viewers too (browsers on this machine)")
    ] = True
    media_port: Annotated[
        int, _within("UDP port of all WebRTC viewers; 0 takes a free one", ge=0, le=65535)
    ] = 0
    media_hosts: Annotated[
        str, _says("addresses to send media from, with spaces between; empty means all there are")
    ] = ""
    announce: Annotated[
        str, _says("public addresses to tell viewers instead (1:1 NAT), with spaces between")
    ] = ""
    ice_servers: Annotated[
        str, _says("STUN and TURN servers for viewers, stun:HOST:PORT or turn:HOST:PORT, spaced")
    ] = ""
    turn_secret: Annotated[
        str, _hides("secret shared with the TURN server, of which viewers' credentials are made")
    ] = ""
    data: Annotated[str, _says("folder of the database, files and keys")] = "data"
    model: Annotated[
        str,
        _says(
            "embedded, a folder with a video model of diffusers, its id on the hub, or a renderer"
            " of an installed package"
        ),
    ] = "embedded"
    models: Annotated[
        str,
        _says(
            "further models that people may choose, spaced: each its name as in model, and what"
            " else is to be for it, as NAME,device=cuda:1,workers=0"
        ),
    ] = ""
    device: Annotated[
        str,
        _like(
            "where the model draws: auto, cpu, cuda, cuda:N or mps",
            pattern=r"^(auto|cpu|cuda(:\d+)?|mps)\Z",
        ),
    ] = "auto"
    dtype: Annotated[
        str,
        _like(
            "number format of the model: auto, float32, bfloat16 or float16",
            pattern=r"^(auto|float32|bfloat16|float16)\Z",
        ),
    ] = "auto"
    offload: Annotated[
        str,
        _like(
            "what waits in main memory: auto, none, model (parts) or sequential (layers)",
            pattern=r"^(auto|none|model|sequential)\Z",
        ),
    ] = "auto"
    attention: Annotated[
        str, _says("attention backend of diffusers, as native, flash or sage; auto leaves it")
    ] = "auto"
    # Off: of the embedded model torch.compile took more than 280 s of a core.
    compile: Annotated[bool, _says("compile the denoiser: slow to start, then faster")] = False
    pixels: Annotated[
        int, _within("about how many pixels a picture has; 0 is the model's own", ge=0, le=921600)
    ] = 0
    guidance: Annotated[
        float, _within("guidance scale; 0 is the model's own, 1 is none", ge=0, le=30)
    ] = 0.0
    preview_decoder: Annotated[
        str, _says("an AutoencoderTiny for previews, made for the model's latents")
    ] = ""
    sound: Annotated[
        bool, _says("synthesise what is heard of clips of the embedded model, from what they show")
    ] = True
    workers: Annotated[
        int,
        _within(
            "own render workers of this instance; 0 leaves drawing to other machines", ge=0, le=64
        ),
    ] = 1
    spares: Annotated[
        int,
        _within(
            "warm workers that step in when another is lost; each needs the memory of a model: "
            "-1 is one of the embedded model, none of others",
            ge=-1,
            le=8,
        ),
    ] = -1
    places: Annotated[
        int, _within("clips that a worker draws at once; 0 as many as it can in time", ge=0, le=64)
    ] = 0
    worker_threads: Annotated[
        int, _within("CPU threads of a worker; 0 leaves one core free", ge=0, le=256)
    ] = 0
    # 75 guests of one address took the whole queue in 3.8 s; the next honest one waited 31 s.
    queue: Annotated[
        int,
        _within(
            "clips that may wait for a worker before 503; one address gets at most half of what"
            " is free",
            ge=0,
        ),
    ] = 32
    # Renewed four times in it, and taken over after two looks only: one that is late is not lost.
    lease: Annotated[
        float,
        _within(
            "seconds after its last word in the database after which the other instances go on"
            " with what one had begun",
            ge=0.5,
        ),
    ] = 8.0
    steps: Annotated[
        int, _within("denoising steps of a clip; 0 is the model's own number", ge=0, le=100)
    ] = 0
    # In two seconds 24 pictures of the forming are shown; the first second is final after 0.13 s.
    pace: Annotated[
        float,
        _within(
            "least seconds that the first second of a clip takes to come out of the noise",
            ge=0,
            le=10,
        ),
    ] = 2.0
    births: Annotated[
        bool, _says("keep what viewers saw of a clip while it was drawn, as a second small video")
    ] = True
    bitrate: Annotated[int, _within("H.264 target in kbit/s", ge=100, le=14000)] = 2500
    # A clip of the embedded model has 16 % more bits for it (bench.watermark); 0.8 took 25 %.
    watermark: Annotated[
        float,
        _within(
            "strength of the invisible mark of every picture, in levels of 255 (root mean square);"
            " pictures of photorealistic models get up to four times as much where they have"
            " texture",
            ge=0.3,
            le=3,
        ),
    ] = 0.6
    database_url: Annotated[
        str,
        _like(
            "PostgreSQL that holds the database, postgresql://... (phosphene[postgres]); empty"
            " means a file in the data folder",
            pattern=r"^(postgres(ql)?://.*)?\Z",
        ),
    ] = ""
    redis_url: Annotated[
        str,
        _like(
            "Redis of the fleet; empty means this instance alone",
            pattern=r"^((redis|rediss|unix)://.*)?\Z",
        ),
    ] = ""
    instance_url: Annotated[
        str,
        _like(
            "where viewers reach this very instance, as https://a.clips.example: other instances"
            " lead players there that are to watch what it draws; empty means that they mirror it",
            pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+/?)?\Z",
        ),
    ] = ""
    blobs: Annotated[
        str,
        _says(
            "s3://BUCKET/PREFIX (phosphene[s3]): finished clips lie there, and what is large on its"
            " way to and from workers of other machines; a folder: the latter alone, in one that"
            " they share; empty means in the data folder"
        ),
    ] = ""
    bucket_url: Annotated[
        str,
        _like(
            "where viewers reach the service of that bucket; empty means AWS_ENDPOINT_URL",
            pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?\Z",
        ),
    ] = ""
    films_url: Annotated[
        str,
        _like(
            "where a CDN serves films/public/ of that bucket, as https://cdn.example/films: public"
            " clips are read there; empty means all are read at addresses signed for 60 s",
            pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?\Z",
        ),
    ] = ""
    purge_url: Annotated[
        str,
        _like(
            "address that is told by POST which of its films that CDN is to forget; empty means"
            " none",
            pattern=r"^(https?://[^\s/?#@]+(/\S*)?)?\Z",
        ),
    ] = ""
    purge_token: Annotated[str, _hides("bearer token for it; empty means none")] = ""
    rules: Annotated[
        str,
        _says(
            "policy files (TOML), spaced, each added to those before; shipped is the one that ships"
            ", and so is empty"
        ),
    ] = ""
    certificate: Annotated[
        str,
        _says(
            "PEM file with the private key and the chain of certificates that clips are signed"
            " with (C2PA), the leaf first; empty means a root of the server's own"
        ),
    ] = ""
    trusted_signers: Annotated[
        str,
        _says(
            "PEM file with certificates of other instances (their roots): films that they signed"
            " are taken from archives that people bring along; empty means this one's own only"
        ),
    ] = ""
    import_mb: Annotated[
        int, _within("MB that an archive may have that somebody brings along", ge=1, le=4000)
    ] = 1000
    tsa_url: Annotated[
        str,
        _like(
            "time stamping authority (RFC 3161) that says when a clip was signed; empty means none",
            pattern=r"^(https?://.*)?\Z",
        ),
    ] = ""
    public_url: Annotated[
        str,
        _says("address people see, for links, without a path; empty means the request's"),
    ] = ""
    # Behind a proxy that was not believed 70 visitors were one address, and ten of them got 429.
    trusted_proxies: Annotated[
        str,
        _says(
            "whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses, networks and"
            " unix (a socket in the file system), spaced; empty means nobody's"
        ),
    ] = "127.0.0.1 ::1 unix"
    allowed_origins: Annotated[
        str,
        _says(
            "origins whose pages may write here like our own, as https://blog.example, spaced;"
            " empty means none: any page may watch"
        ),
    ] = ""
    whip_url: Annotated[
        str,
        _like(
            "WHIP endpoint of a media server that public clips on air are pushed to, with {clip}"
            " for their id; empty means none",
            pattern=r"^(https?://.*\{clip\}.*)?\Z",
        ),
    ] = ""
    whip_token: Annotated[str, _hides("bearer token for it; empty means none")] = ""
    watch_url: Annotated[
        str,
        _like(
            "WHEP address that viewers of a clip are led to while it is pushed to that media"
            " server, with {clip} for its id; empty means that they stay here",
            pattern=r"^(https?://.*\{clip\}.*)?\Z",
        ),
    ] = ""
    watch_hls_url: Annotated[
        str,
        _like(
            "the same for HLS, as https://media.example/{clip}/index.m3u8",
            pattern=r"^(https?://.*\{clip\}.*)?\Z",
        ),
    ] = ""
    oidc_issuer: Annotated[
        str,
        _like(
            "OpenID Connect provider by whom people may sign in, as https://id.example; empty means"
            " none",
            pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?\Z",
        ),
    ] = ""
    oidc_client_id: Annotated[str, _says("what this site is called by that provider")] = ""
    oidc_client_secret: Annotated[
        str, _hides("secret of this site at that provider; empty means a public client")
    ] = ""
    oidc_origins: Annotated[
        str,
        _like(
            "origins that the document of oidc_issuer or identity_issuer may name though they are"
            " neither public nor https, as http://10.0.0.8:8080, spaced; empty means its own only",
            pattern=r"^(https?://[^\s/]+( +https?://[^\s/]+)*)?\Z",
        ),
    ] = ""
    oidc_name: Annotated[str, _says("what people call that provider; empty means its host")] = ""
    identity_issuer: Annotated[
        str,
        _like(
            "OpenID Connect for Identity Assurance provider that checks who people are, as"
            " https://id.example; empty means none",
            pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?\Z",
        ),
    ] = ""
    identity_client_id: Annotated[str, _says("what this site is called by it")] = ""
    identity_client_secret: Annotated[
        str, _hides("secret of this site at it; empty means a public client")
    ] = ""
    identity_frameworks: Annotated[
        str, _says("trust frameworks whose checks count, as eidas, spaced; empty means all")
    ] = ""
    identity_url: Annotated[
        str,
        _like(
            "page of a service for ID documents that checks who people are, with {reference} for"
            " whom it checks; empty means none",
            pattern=r"^(https?://.*\{reference\}.*)?\Z",
        ),
    ] = ""
    identity_secret: Annotated[
        str, _hides("what it signs its webhooks with (Standard Webhooks), as it gives it")
    ] = ""
    identity_name: Annotated[
        str, _says("what people are told by whom they were checked; empty means its host")
    ] = ""
    likeness_portraits: Annotated[
        bool,
        _says(
            "whether people whom the verifier says to be of age may agree to a portrait, which"
            " photorealistic models draw them from"
        ),
    ] = False
    push_contact: Annotated[
        str,
        _like(
            "mailto: or https: address that operators of push services may write to; empty means"
            " public_url",
            pattern=r"^((mailto:|https://)\S+)?\Z",
        ),
    ] = ""
    push_services: Annotated[
        str,
        _like(
            "origins of push services that need be neither public nor https, as"
            " http://127.0.0.1:9000, spaced; empty means none",
            pattern=r"^(https?://[^\s/]+( +https?://[^\s/]+)*)?\Z",
        ),
    ] = ""
    webhook_origins: Annotated[
        str,
        _like(
            "origins of webhooks that need be neither public nor https, as http://10.0.0.8:9000,"
            " spaced; empty means none",
            pattern=r"^(https?://[^\s/]+( +https?://[^\s/]+)*)?\Z",
        ),
    ] = ""
    contact: Annotated[
        str,
        _like(
            "mailto: or https: address by which people reach who runs this place; at the foot of"
            " every page and in every refusal",
            pattern=r"^((mailto:|https://)\S+)?\Z",
        ),
    ] = ""
    terms_url: Annotated[
        str,
        _like(
            "https: address of the terms of this place; at the foot of every page and in every"
            " refusal",
            pattern=r"^(https?://\S+)?\Z",
        ),
    ] = ""
    dns_resolver: Annotated[
        str,
        _like(
            "https: address of a resolver over HTTPS (RFC 8484) that is asked for TXT records by"
            " which holders of rights show their domain; empty means by a file only",
            pattern=r"^(https?://\S+)?\Z",
        ),
    ] = ""
    rights_origins: Annotated[
        str,
        _like(
            "origins of holders of rights that need be neither public nor https, as"
            " http://10.0.0.8:9000, spaced; empty means none",
            pattern=r"^(https?://[^\s/]+( +https?://[^\s/]+)*)?\Z",
        ),
    ] = ""
    operator_token: Annotated[
        str,
        _hides(
            "bearer token of operators, for /metrics and the status; empty leaves /metrics open,"
            " and the status to who can read the data folder"
        ),
    ] = ""
    minors: Annotated[
        bool,
        _says(
            "protect everybody here as a minor: no contact by whom they do not follow, not found by"
            " strangers, more is refused; the same for all instances of a database"
        ),
    ] = False
    age_verifier_token: Annotated[
        str,
        _hides(
            "bearer token of a service that verifies ages: it may say who is a minor and who is"
            " not, and nothing else; empty means none"
        ),
    ] = ""
    prompts_per_minute: Annotated[
        int, _within("renders one person may ask for in a minute", ge=1)
    ] = 12
    # Many, as the page asks while somebody types.
    readings_per_minute: Annotated[
        int, _within("times in a minute that one person is told what would be drawn", ge=1)
    ] = 240
    # Many, as the page asks while somebody types.
    searches_per_minute: Annotated[
        int, _within("times in a minute that one person may search", ge=1)
    ] = 240
    turns_per_minute: Annotated[
        int, _within("clips in a minute that one person may turn from", ge=1)
    ] = 240
    writes_per_minute: Annotated[int, _within("other writes of one person in a minute", ge=1)] = 120
    house: Annotated[
        bool,
        _says(
            "draw clips of the instance's own, in idle time: a dozen at its first start, and one"
            " for all who wait where nothing is being drawn"
        ),
    ] = True
    # 12 clips of the opening are among those of the first hour.
    house_per_hour: Annotated[
        int, _within("clips an hour that are drawn so, for who waits", ge=0, le=600)
    ] = 24
    data_budget: Annotated[
        float,
        _within(
            "GB that the data folder may hold: what nobody liked goes first; 0 is no limit but the"
            " disk's",
            ge=0,
        ),
    ] = 100.0
    notice_days: Annotated[
        float, _within("days between saying that a clip will go for want of room, and that", ge=0)
    ] = 7.0
    clips_per_person: Annotated[int, _within("clips that one person may keep", ge=1)] = 500
    topic_events: Annotated[
        int, _within("newest events of a topic that are kept", ge=300, le=1000000)
    ] = 1000
    events_days: Annotated[float, _within("days that events are kept", ge=0.1)] = 7.0
    feed_learner: Annotated[
        bool,
        _says(
            "learn from what people watch what they are shown next, in a process of its own (numpy)"
        ),
    ] = True
    feed_meaning: Annotated[
        bool,
        _says(
            "compare for For You what prompts mean, where phosphene[meaning] is installed (150 MB"
            " more in the feed's process); false: their words"
        ),
    ] = True
    policy_meaning: Annotated[
        bool,
        _says(
            "judge prompts by what they mean, too, in a process of its own, where"
            " phosphene[meaning] is installed (150 MB); false: by their words"
        ),
    ] = True
    feed_weights: Annotated[
        str,
        _says(
            "TOML file of what outcomes are worth to For You and what its terms count; empty: as"
            " they are"
        ),
    ] = ""
    views_days: Annotated[
        float, _within("days that is known who viewed a clip; its count stays", ge=0)
    ] = 90.0
    failed_days: Annotated[float, _within("days that clips are kept that failed", ge=0.1)] = 7.0
    births_days: Annotated[float, _within("days that the birth of a clip is kept", ge=0)] = 90.0
    latents_days: Annotated[
        float, _within("days that is kept what remixes and forks of a clip begin with", ge=0)
    ] = 365.0
    # Writers wait for a removal, and remove one after the other: few for a person, whatever one
    # costs.
    deletes_per_minute: Annotated[
        int, _within("clips that one person may stop or remove in a minute", ge=1)
    ] = 20
    joins_per_minute: Annotated[
        int, _within("WebRTC connections that one person may open in a minute", ge=1)
    ] = 60
    handles_per_minute: Annotated[
        int, _within("times that one person may choose a handle in a minute", ge=1)
    ] = 5
    # Without a limit one address was given 540 identities a second.
    guests_per_minute: Annotated[
        int, _within("guest identities that are made for one person in a minute", ge=1)
    ] = 12
    sign_ins_per_minute: Annotated[
        int,
        _within("times that one person may sign in, or prove that it is them, in a minute", ge=1),
    ] = 6
    reports_per_minute: Annotated[
        int, _within("things that one person may report in a minute", ge=1)
    ] = 6
    webhooks_per_minute: Annotated[
        int, _within("answers that a verifier of identities may send in a minute", ge=1)
    ] = 60
    guest_likes_per_hour: Annotated[
        int,
        _within(
            "likes of one clip in an hour from one address by those who were not yet sent 30 s of"
            " pictures",
            ge=1,
        ),
    ] = 20
    address_factor: Annotated[int, _within("how many people one address may stand for", ge=1)] = 5
    # 1,000 cost 0.39 ms of CPU each a second: two fifths of a core (bench.fanout).
    viewers: Annotated[int, _within("WebRTC viewers of this instance before 503", ge=0)] = 1000
    # 38 kB each: 5,000 are 190 MB.
    sockets: Annotated[int, _within("WebSockets of this instance before 503", ge=0)] = 5000
    sockets_per_address: Annotated[
        int, _within("WebSockets of one address, or one /64 of IPv6", ge=1)
    ] = 100
    # 400 half-sent request heads of one address were held for more than 45 s before.
    connections_per_address: Annotated[
        int,
        _within("TCP connections of one address, or one /64 of IPv6, that is no proxy's", ge=1),
    ] = 300
    stop_grace: Annotated[float, _within("seconds that a stop waits for renders on air", ge=0)] = (
        10.0
    )
    log_level: Annotated[
        str, _like("debug, info, warning or error", pattern=r"^(debug|info|warning|error)\Z")
    ] = "info"

    def __post_init__(self) -> None:
        # Below a path the page was blank, with 48 answers of 404.
        if self.public_url and not _PUBLIC_URL.fullmatch(self.public_url):
            raise ValueError(
                f"public_url: {self.public_url!r} is not like https://clips.example (it can have a"
                " port, but no path: the page lives at the root of its address)"
            )
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("oidc_issuer and oidc_client_id: set both or none")
        # Nothing of ours takes WHIP. Players went round until their browser had enough of it.
        for name in ("watch_url", "watch_hls_url"):
            if "/v1/clips/{clip}/" in getattr(self, name):
                raise ValueError(
                    f"{name}: this leads back to this server; name the media server's own address"
                )
        if self.instance_url and not self.redis_url:
            raise ValueError("instance_url: set redis_url first")
        if self.purge_url and not self.films_url:
            raise ValueError("purge_url: set films_url first")
        if (self.films_url or self.bucket_url) and not self.blobs.startswith("s3://"):
            raise ValueError("films_url and bucket_url: set blobs to s3://BUCKET/PREFIX first")
        if bool(self.identity_issuer) != bool(self.identity_client_id):
            raise ValueError("identity_issuer and identity_client_id: set both or none")
        if bool(self.identity_url) != bool(self.identity_secret):
            raise ValueError("identity_url and identity_secret: set both or none")
        if self.identity_issuer and self.identity_url:
            raise ValueError("identity_issuer and identity_url: one verifier is enough")
        if self.likeness_portraits and not (self.identity_issuer or self.identity_url):
            raise ValueError("likeness_portraits: set identity_issuer or identity_url first")


def load(environ: Mapping[str, str], **given: object) -> Settings:
    """Settings from the TOML file, the environment and what the command line gave (not None).

    Raises:
        BadInput: an unknown name or a value of the wrong kind, named.
    """
    values = _from_file(environ.get(PREFIX + "CONFIG", ""))
    named = {
        key.removeprefix(PREFIX): value
        for key, value in environ.items()
        if key.startswith(PREFIX) and key.removeprefix(PREFIX) not in OTHERS
    }
    _refuse_unknown(named)
    values |= {key.lower(): value for key, value in named.items()}
    values |= {key: value for key, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"settings: {error}") from None


def shown(name: str, settings: Settings) -> str:
    """The value of a setting for people: secrets, and passwords in addresses, are hidden."""
    value, kind = getattr(settings, name), Settings.__annotations__[name]
    if value and (kind.__metadata__[0].extra or {}).get(SECRET):
        return HIDDEN
    return hide_passwords(repr(value))


def hide_passwords(text: str) -> str:
    """A text without the passwords of addresses in it. Pure."""
    return NAMED_PASSWORD.sub(rf"\1{HIDDEN}", PASSWORD.sub(rf"\1{HIDDEN}@", text))


def _refuse_unknown(named: Mapping[str, str]) -> None:
    # A misspelt one (PHOSPHENE_PROT) would else be passed over without a word.
    known = {name.upper(): name for name in Settings.__struct_fields__}
    for name in named:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"; did you mean {PREFIX}{near[0]}?" if near else ""
            raise BadInput(f"there is no setting {PREFIX}{name}{meant}")


def _from_file(path: str) -> dict[str, object]:
    file = Path(path or "phosphene.toml")
    if not path and not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"settings file {file}: {error}") from None
