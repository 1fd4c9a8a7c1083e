"""Taking the files of a source package in: which become documents, and what is known of each."""

from collections.abc import Iterator
from typing import Any

from pipelines.sources.archives import Member, members
from pipelines.sources.code_files import (
    DESCRIPTION,
    DOCUMENTS,
    SOURCE,
    decoded,
    is_vendored,
    kind_of,
    license_header,
    no_text,
)
from pipelines.sources.code_languages import language_of_code
from pipelines.sources.code_packages import DEBIAN_COPYRIGHT, Package
from pipelines.sources.debian_copyright import matching_stanza
from pipelines.sources.options import Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import Batch, InputFile, evidence_list, json_text, meta_of


class Intake:
    """Takes the files of a package in, as documents or by the reason why they are none."""

    def __init__(self, rows: PendingRecords, package: Package, options: Options) -> None:
        languages = options["languages"]
        self._rows = rows
        self._package = package
        self._languages = frozenset(languages if isinstance(languages, tuple) else ())
        self._documentation = bool(options["documentation"])
        self._vendored = bool(options["vendored"])

    def take(self, file: InputFile, top: str | None) -> Iterator[Batch]:
        """Yield full batches of an archive's documents; what is left over is for the next."""

        def inner(path: str) -> str:
            bare = path.removeprefix("./")
            return bare.removeprefix(f"{top}/") if top else bare

        for member in members(file, lambda path: self._is_wanted(inner(path))):
            self._add(member, inner(member.path))
            if self._rows.is_full():
                yield self._rows.batch()

    def _is_wanted(self, path: str) -> bool:
        return kind_of(path) in DOCUMENTS and (self._vendored or not is_vendored(path))

    def add_description(self) -> None:
        """Take the package's own description in."""
        if not self._package.description_type and not self._package.description:
            return
        row = self._rows.next_row()
        text = self._package.description
        if text.strip() and self._documentation:
            self._rows.keep(self._record(row, "METADATA", DESCRIPTION, text, None), len(text.encode()))
        else:
            self._rows.drop("empty" if self._documentation else "no_document")

    def _add(self, member: Member, path: str) -> None:
        row = self._rows.next_row()
        content, kind = member.content, kind_of(path)
        if content is None:
            vendored = kind in DOCUMENTS and is_vendored(path)
            self._rows.drop(member.refused or ("vendored" if vendored else kind))
            return
        language = language_of_code(path, content) if kind == SOURCE else None
        reason = self._no_document(kind, language) or no_text(content, kind)
        if reason is not None:
            self._rows.drop(reason)
            return
        try:
            text = decoded(content, path)
        except (UnicodeDecodeError, SyntaxError, LookupError) as error:
            self._rows.fault("bad_utf8", f"{path}: {error}", content)
        else:
            self._rows.keep(self._record(row, path, kind, text, language), len(content))

    def _no_document(self, kind: str, language: str | None) -> str | None:
        if kind != SOURCE:
            return None if self._documentation else "no_document"
        if language is None:
            return "no_document"
        return None if language in self._languages else "other_language"

    def _record(self, row: int, path: str, kind: str, text: str, language: str | None) -> dict[str, Any]:
        package, address = self._package, f"{self._package.url}#{path}"
        vendored = is_vendored(path)
        match = None if vendored else matching_stanza(package.copyright, [path])
        found = self._licenses(path, kind, text, vendored=vendored)
        header = next((value for _, license_kind, value, _ in found if license_kind == "spdx_header"), None)
        stated = match.stanza.license if match else package.license_declared
        attribution = {
            "title": f"{package.name} {package.version}",
            "creators": list(package.authors or (match.stanza.holders if match else ())),
            "source_url": package.homepage,
        }
        details = {
            "package": package.name,
            "version": package.version,
            "path": path,
            "kind": kind,
            "language": language,
            "vendored": True if vendored else None,
            "license_map": match.how if match else None,
            "content_type": package.description_type if kind == DESCRIPTION else None,
        }
        return {
            "row": row,
            "key": address,
            "url": address,
            "text": text,
            "title": f"{package.name} {package.version}: {path}",
            "license_declared": header or (None if vendored else stated),
            "license_evidence": evidence_list(found) if found else None,
            "attribution": None if vendored else json_text(attribution),
            "meta": meta_of(details, None),
        }

    def _licenses(self, path: str, kind: str, text: str, *, vendored: bool) -> list[tuple[str, str, str, str]]:
        """Return the licence statements that hold for a file, the strongest first: (class, kind, value, locator)."""
        package = self._package
        header = license_header(text) if kind == SOURCE else None
        found = [] if header is None else [("E1", "spdx_header", header[0], f"{path}:{header[1]}")]
        if vendored:
            return found
        match = matching_stanza(package.copyright, [path])
        if match is not None:
            globs = " ".join(match.stanza.globs)[:200]
            where = f"{package.url}#{DEBIAN_COPYRIGHT}: Files: {globs} ({match.how})"
            found.append(("E2", "dep5", match.stanza.license, where))
        elif package.copyright.free_form:
            locator = f"{package.url}#{DEBIAN_COPYRIGHT}"
            found.append(("E2", "copyright_free_form", package.copyright.free_form, locator))
        return found + [("E2", stated, value, f"{package.url}#{where}") for stated, value, where in package.licenses]
