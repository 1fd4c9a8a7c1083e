"""Questions and answers of Stack Exchange: `Posts.xml` of a dump, in its .7z, plain, .gz, .bz2 or .zst."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipelines.licensing.normalise import NOTHING_DECLARED, normalise
from pipelines.licensing.spdx import NOASSERTION
from pipelines.sources.decompressed import pieces
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    MAX_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    declared_language,
    evidence_list,
    json_text,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.sevenzip import SevenZipError, is_sevenzip, member_pieces
from pipelines.sources.stackexchange_posts import Attributes, LeftOut, Thread, threads

BATCH_THREADS = 1024

# Which version of CC BY-SA a contribution is under: that of its day, and an edit publishes a post anew
# (LICENSE_POLICY).
LICENSE_POLICY = "https://stackoverflow.com/help/licensing"
_LICENSE_FROM = (("2018-05-02", "CC-BY-SA-4.0"), ("2011-04-08", "CC-BY-SA-3.0"), ("2008", "CC-BY-SA-2.5"))
POLICY_LICENSES = tuple(sorted(license_ for _, license_ in _LICENSE_FROM))

_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:(?:stackexchange|stackoverflow|superuser|serverfault|askubuntu|stackapps)\.com|mathoverflow\.net)"
)
_LANGUAGE_OF_HOST = re.compile(r"(es|ja|pt|ru)\.(?:meta\.)?stackoverflow\.com")
_TAGS = re.compile(r"[^<>|]+")

_BETWEEN = "\n\n"
_CHANGES = ["question and answers put together, the highest score first", "reduced from HTML to its text"]


def is_network_host(host: str) -> bool:
    """Tell whether a host name is that of a site of Stack Exchange."""
    return _HOST.fullmatch(host.lower()) is not None


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a document for each question, with its answers."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_THREADS, BATCH_TEXT_BYTES)
    named = options["site"]
    site = _Site.of(named if isinstance(named, str) else None, part.file.relative)
    any_row = False
    posts = member_pieces(part.file, "Posts.xml") if is_sevenzip(part.file.relative) else pieces(part.file)
    try:
        for found in threads(posts):
            any_row = True
            _add(rows, found, site)
            if rows.is_full():
                yield rows.batch()
    except SevenZipError as error:
        yield unreadable(*error.args)
        return
    yield rows.batch() if any_row else unreadable("empty_file", "no post")


def _add(rows: PendingRecords, found: Thread | LeftOut, site: "_Site") -> None:
    rows.row = found.row
    if isinstance(found, Thread):
        record = _record(found, site)
        text = record["text"]
        size = len(text) if text.isascii() else len(text.encode())
        if size > MAX_TEXT_BYTES:
            rows.fault("too_large", f"question {found.question['Id']}: {size:,} bytes", text[:4096].encode())
        else:
            rows.keep(record, size)
    elif found.fault is None:
        rows.drop(found.reason)
    else:
        fault = found.fault
        rows.fault(fault.reason, fault.detail, fault.raw, fault.offset if fault.offset >= 0 else None)


@dataclass(frozen=True)
class _Site:
    """A site of the network; a dump does not say which one it is of, but its file's name does."""

    host: str | None
    prefix: str  # of keys: post numbers are unique within a site only
    language: str | None

    @classmethod
    def of(cls, option: str | None, relative: str) -> "_Site":
        named = _HOST.search(relative.lower())
        host = option or (named[0] if named else None)
        language = _LANGUAGE_OF_HOST.fullmatch(host or "")
        return cls(host, f"{host or relative}:", declared_language(language[1]) if language else None)

    def address(self, kind: str, number: str) -> str | None:
        return f"https://{self.host}/{kind}/{number}" if self.host else None


def _record(thread: Thread, site: _Site) -> dict[str, Any]:
    question = thread.question
    number = question["Id"]
    title = question.get("Title") or ""
    posts = (question, *thread.answers)
    asked, *answered = (post["Body"] for post in posts)
    pieces = [f"Q: {title}\n\n{asked}" if title else f"Q: {asked}", *(f"A: {text}" for text in answered)]
    url = site.address("questions", number)
    license_, evidence = _licenses(thread, pieces, site)
    creators = list(dict.fromkeys(creator for post in posts if (creator := _creator(post, site))))
    accepted = question.get("AcceptedAnswerId")
    meta: dict[str, Any] = {
        "tags": _TAGS.findall(question.get("Tags", "")),
        "score": int(question.get("Score") or 0),
        "answers": [{"id": int(post["Id"]), "score": int(post.get("Score") or 0)} for post in thread.answers],
    }
    if accepted:
        meta["accepted_answer"] = int(accepted) if accepted.isdigit() else accepted
    if site.host:
        meta["site"] = site.host
    attribution = {"title": title, "creators": creators, "source_url": url, "changes": _CHANGES}
    return {
        "row": thread.row,
        "key": f"{site.prefix}{number}",
        "text": _BETWEEN.join(pieces),
        "lang": site.language,
        "url": url,
        "title": title or None,
        "created": question.get("CreationDate"),
        "license_declared": license_,
        "license_evidence": evidence,
        "attribution": json_text(attribution),
        "meta": json_text(meta),
    }


def _creator(post: Attributes, site: _Site) -> str | None:
    user, name = post.get("OwnerUserId"), post.get("OwnerDisplayName")
    profile = (site.address("users", user) or f"user {user}") if user else None
    return f"{name} ({profile})" if name and profile else name or profile


def _licenses(thread: Thread, pieces: Sequence[str], site: _Site) -> tuple[str, str]:
    """Return the licences of all posts of a thread, joined, and under which one each post stands where in the text."""
    places: dict[_Statement, list[str]] = {}
    begin = 0
    kind = "questions"
    for post, piece in zip((thread.question, *thread.answers), pieces, strict=True):
        number, end = post["Id"], begin + len(piece)
        date = max(post.get("CreationDate", ""), post.get("LastEditDate", ""))
        statement = _statement(post.get("ContentLicense"), date[:10])
        where = site.address(kind, number) or f"post {number}"
        places.setdefault(statement, []).append(f"{where} (characters {begin} to {end})")
        begin, kind = end + len(_BETWEEN), "a"
    licenses = {statement.license for statement in places}
    declared = NOASSERTION if NOASSERTION in licenses else " AND ".join(sorted(licenses))
    found = [(s.evidence_class, s.kind, s.value, ", ".join(posts)) for s, posts in sorted(places.items())]
    return declared, evidence_list(found)


class _Statement(NamedTuple):
    """What says under which licence a post is."""

    evidence_class: str
    kind: str
    value: str
    license: str


@functools.lru_cache(maxsize=65536)
def _statement(stated: str | None, date: str) -> _Statement:
    """Return a post's own statement, else the policy for the day of its last edit."""
    found = normalise(stated)
    if stated and found.note != NOTHING_DECLARED:
        return _Statement("E2", "content_license", stated, found.expression)
    license_ = next((license_ for since, license_ in _LICENSE_FROM if date >= since), NOASSERTION)
    return _Statement("E3", "site_policy", license_, license_)


OPTIONS = {
    "site": Option(str, None, "Host name of the site, such as beer.stackexchange.com, where no file name tells it.")
}
READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
