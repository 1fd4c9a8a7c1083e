import gzip
import io
import tarfile

from pipelines.demo.debian import guides

DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files:     *
Copyright: 1998-2022 the authors
License:   GPL-2.0+
 The text of the licence.

Files: images/*
License: MIT
"""


def _package(notice: str) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, data in (
            ("./usr/share/doc/guide-fr/copyright", notice.encode()),
            ("./usr/share/doc/guide-fr/guide.fr.txt.gz", gzip.compress("Un guide, à lire.".encode())),
            ("./usr/share/doc/guide-fr/changelog.gz", gzip.compress(b"no document")),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def test_a_guide_has_the_licence_of_all_files_and_its_evidence() -> None:
    (guide,) = guides("guide-fr", _package(DEP5))
    assert (guide["text"], guide["lang"], guide["license"]) == ("Un guide, à lire.", "fr", "GPL-2.0+")
    assert guide["license_evidence"] == [
        {"class": "E2", "kind": "dep5", "locator": "deb:guide-fr:copyright", "value": "GPL-2.0+"}
    ]


def test_the_licence_of_other_files_is_not_taken() -> None:
    (guide,) = guides("guide-fr", _package(DEP5.replace("License:   GPL-2.0+\n The text of the licence.\n", "")))
    assert guide["license"] is None


def test_a_notice_in_free_form_declares_nothing() -> None:
    (guide,) = guides("guide-fr", _package("This guide may be copied. License: ask the author.\n"))
    assert (guide["license"], guide["license_evidence"]) == (None, [])
