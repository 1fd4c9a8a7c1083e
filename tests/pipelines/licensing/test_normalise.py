from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing import names, spdx
from pipelines.licensing.normalise import NOTHING_DECLARED, normalise
from pipelines.licensing.spdx import NOASSERTION, NONE


@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("MIT License", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("Expat", "MIT"),
        ("MIT/X11", "MIT"),
        ("Licensed under the MIT license.", "MIT"),
        ("SPDX-License-Identifier: GPL-2.0-or-later", "GPL-2.0-or-later"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache-2", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache-2.0+", "Apache-2.0"),
        ("Apache v2", "Apache-2.0"),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("BSD-3", "BSD-3-Clause"),
        ("3-Clause BSD", "BSD-3-Clause"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("GPLv3", "GPL-3.0-only"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("GPL-2", "GPL-2.0-only"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GNU General Public License v2 or later", "GPL-2.0-or-later"),
        ("GNU Lesser General Public License, version 2.1", "LGPL-2.1-only"),
        ("LGPL-3+", "LGPL-3.0-or-later"),
        ("GFDL-1.3", "GFDL-1.3-only"),
        ("GFDL-NIV-1.1+", "GFDL-1.1-no-invariants-or-later"),
        ("MPL 2.0", "MPL-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("PSF", "PSF-2.0"),
        ("Linux-man-pages-copyleft", "Linux-man-pages-copyleft"),
        ("public-domain", "LicenseRef-scancode-public-domain"),
        ("Public Domain", "LicenseRef-scancode-public-domain"),
        ("CC0", "CC0-1.0"),
        ("cc0-1.0", "CC0-1.0"),
        ("['mit']", "MIT"),
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("License :: OSI Approved :: Mozilla Public License 1.0 (MPL)", "MPL-1.0"),
        ("License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)", NOASSERTION),
        ("License :: OSI Approved :: Artistic License", NOASSERTION),
        ("License :: OSI Approved", NOASSERTION),
        ("License :: Other/Proprietary License", NOASSERTION),
        ("License :: Free for non-commercial use", "LicenseRef-noncommercial"),
        ("odc-by", "ODC-By-1.0"),
        ("pddl", "PDDL-1.0"),
        ("etalab-2.0", "etalab-2.0"),
        ("llama3.1", "LicenseRef-llama3.1"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://spdx.org/licenses/GPL-2.0-or-later.html", "GPL-2.0-or-later"),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://www.gnu.org/licenses/gpl-3.0.html", "GPL-3.0-only"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "LicenseRef-arxiv-nonexclusive-1.0"),
        ("LicenseRef-my-own", "LicenseRef-my-own"),
        ("DocumentRef-x:LicenseRef-y", "DocumentRef-x:LicenseRef-y"),
    ],
)
def test_common_names(statement: str, expression: str) -> None:
    assert normalise(statement).expression == expression


@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT or apache-2.0)", "MIT OR Apache-2.0"),
        ("mit and (gpl-2+ or artistic)", "MIT AND (GPL-2.0-or-later OR Artistic-1.0-Perl)"),
        ("MIT AND MIT", "MIT"),
        ("GPL-2.0+ or CC-BY-SA-3.0", "GPL-2.0-or-later OR CC-BY-SA-3.0"),
        ("GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0-Perl"),
        # DEP-5: a comma before an operator makes it bind weaker
        ("GPL-2+ or Artistic, and BSD-3-clause", "(GPL-2.0-or-later OR Artistic-1.0-Perl) AND BSD-3-Clause"),
        ("GPL-2+__and__LGPL-2.1__and__LGPL-2.1+", "GPL-2.0-or-later AND LGPL-2.1-only AND LGPL-2.1-or-later"),
        ("GPL version 2 or later and MIT", "GPL-2.0-or-later AND MIT"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
        (
            "GPL-2+ with OpenSSL exception",
            "GPL-2.0-or-later WITH LicenseRef-scancode-openssl-exception-gpl-2.0-plus",
        ),
        ("CC-BY-SA-4.0 OR GFDL-1.3-or-later", "CC-BY-SA-4.0 OR GFDL-1.3-or-later"),
        ("MIT; MIT License", "MIT"),
    ],
)
def test_expressions(statement: str, expression: str) -> None:
    assert normalise(statement).expression == expression


OPEN_ACCESS = "This is an open access article distributed under the terms of the Creative Commons Attribution License"
BY_4 = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("This work is licensed under a Creative Commons Attribution 4.0 International License.", "CC-BY-4.0"),
        ("Content on this site is licensed under CC BY-SA 3.0", "CC-BY-SA-3.0"),
        ("The software is under MIT or Apache-2.0", "MIT OR Apache-2.0"),
        (f"{OPEN_ACCESS}.", "LicenseRef-cc-by-unversioned"),
        (f"{OPEN_ACCESS} ({BY_4}), which permits unrestricted use, provided the work is cited.", "CC-BY-4.0"),
        (f"This work is licensed under CC BY. To view a copy of this license, visit {BY_4}.", "CC-BY-4.0"),
        # what a sentence adds to a licence may limit it, and a name may stand for another than the address
        (f"{OPEN_ACCESS}, which permits unrestricted non-commercial use.", NOASSERTION),
        (f"{OPEN_ACCESS}, which permits use, provided no modifications are made.", NOASSERTION),
        ("This work is licensed under CC BY 4.0 except for the pictures", NOASSERTION),
        (f"This work is licensed under CC BY-SA ({BY_4})", NOASSERTION),
        (f"This work is not licensed under CC BY ({BY_4})", NOASSERTION),
    ],
)
def test_sentences(statement: str, expression: str) -> None:
    assert normalise(statement).expression == expression


@pytest.mark.parametrize(
    ("statement", "candidates"),
    [
        ("GPL", ("GPL-1.0-or-later",)),
        ("LGPL", ("LGPL-2.0-or-later",)),
        ("GFDL", ("GFDL-1.1-or-later",)),
        ("GPL OR MIT", ("GPL-1.0-or-later", "MIT")),
        ("GPL (regex)", ("GPL-1.0-or-later",)),
        ("MIT (regex)", ("MIT",)),
        ("GPL-2+ or/and LGPL (regex)", ("GPL-2.0-or-later", "LGPL-2.0-or-later")),
        ("MIT and/or GPL-3", ("MIT", "GPL-3.0-only")),
        ("MIT/Apache-2.0", ("MIT", "Apache-2.0")),
        ("MIT,Apache-2.0", ("MIT", "Apache-2.0")),
        (
            "License :: OSI Approved :: MIT License; License :: OSI Approved :: ISC License (ISCL)",
            ("MIT", "ISC"),
        ),
        ("MIT AND", ("MIT",)),
        ("(MIT OR GPL-2+", ("MIT", "GPL-2.0-or-later")),
        ("MIT (non-commercial use only)", ("MIT",)),
        ("MIT WITH Commons-Clause", ("MIT",)),
        ("MIT WITH LicenseRef-scancode-commons-clause", ("MIT", "LicenseRef-scancode-commons-clause")),
        (
            "GPL-2+ or Artistic, and BSD-3-clause, or MIT",
            ("GPL-2.0-or-later", "Artistic-1.0-Perl", "BSD-3-Clause", "MIT"),
        ),
        ("see https://creativecommons.org/licenses/by/4.0/ and others", ("CC-BY-4.0",)),
        ("CC BY 4.0 https://creativecommons.org/licenses/by-nc/4.0/", ("CC-BY-NC-4.0", "CC-BY-4.0")),
        ("BSD style", ("BSD-3-Clause",)),
    ],
)
def test_what_settles_nothing_keeps_its_candidates(statement: str, candidates: tuple[str, ...]) -> None:
    found = normalise(statement)
    assert (found.expression, found.candidates) == (NOASSERTION, candidates)
    assert found.note


@pytest.mark.parametrize(
    "statement",
    [
        *("", "   ", "None", "null", "UNKNOWN", "other", "n/a", "see debian/copyright", "see LICENSE"),
        *("per source package (Debian DDTP)", "permissive", "PERMISSIVE", "preserve-notice", "GPLv2+_DOC_FULL"),
        *(
            "MIT?",
            "!MIT",
            "GPL (< 3)",
            "GPL ~2",
            "GPL-2.1+3+KDEeV",
            "NO-CC CODE",
            "some rights reserved",
            "Freeware",
            "AND",
            "()",
            "WITH",
            "cc",
        ),
    ],
)
def test_what_says_nothing_is_noassertion(statement: str) -> None:
    assert normalise(statement).expression == NOASSERTION


def test_no_statement_is_noassertion() -> None:
    assert (normalise(None).expression, normalise(None).note) == (NOASSERTION, NOTHING_DECLARED)
    assert normalise("unknown").note == NOTHING_DECLARED


@pytest.mark.parametrize(
    "statement",
    [
        *("NONE", "All rights reserved", "Proprietary", "UNLICENSED", "Commercial"),
        "Copyright (c) 2020 Example Inc. All rights reserved.",
    ],
)
def test_reserved_rights_are_none(statement: str) -> None:
    assert normalise(statement).expression == NONE


def test_a_licence_text_is_no_name() -> None:
    text = "MIT License\n\nCopyright (c) 2020\n" + "Permission is hereby granted, free of charge. " * 40
    found = normalise(text)
    assert (found.expression, found.candidates) == (NOASSERTION, ("MIT",))


def test_a_family_without_a_version_gets_none() -> None:
    assert normalise("BSD").expression == "LicenseRef-bsd-unversioned"
    assert normalise("License :: OSI Approved :: BSD License").expression == "LicenseRef-bsd-unversioned"
    assert normalise("Apache Software License").expression == "LicenseRef-apache-unversioned"


def test_every_spdx_id_is_its_own_name() -> None:
    assert [key for key in sorted(spdx.license_ids()) if normalise(key).expression != key] == []


def test_no_two_ids_or_aliases_share_a_folded_name() -> None:
    ids = [key for key in spdx.license_ids() if not spdx.LICENSE_REF.fullmatch(key)]
    assert len({names.fold(key) for key in ids}) == len(ids)
    meanings: dict[str, names.Meaning] = {}
    for name, meaning in names.read_aliases():
        assert meanings.setdefault(names.fold(name), meaning) == meaning, name


def test_every_alias_means_what_its_row_says() -> None:
    for name, meaning in names.read_aliases():
        found = normalise(name)
        assert found.expression == (meaning.expression or NOASSERTION), name
        assert all(spdx.parse(candidate) for candidate in meaning.candidates), name


UNSETTLED_HUB_IDS = {"cc", "gfdl", "gpl", "lgpl", "unknown", "other"}


def test_every_hugging_face_id_is_understood(shared: Path) -> None:
    ids = (shared / "data/huggingface_license_ids.txt").read_text(encoding="utf-8").split()
    unsettled = {name for name in ids if normalise(name).expression == NOASSERTION}
    assert len(ids) == 83
    assert unsettled == UNSETTLED_HUB_IDS


DEBIAN = {
    "Apache-2.0": "Apache-2.0",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD-3-clause": "BSD-3-Clause",
    "CC-BY-SA-3.0": "CC-BY-SA-3.0",
    "GFDL-1.2+": "GFDL-1.2-or-later",
    "GPL-1+ or Artistic": "GPL-1.0-or-later OR Artistic-1.0-Perl",
    "GPL-2": "GPL-2.0-only",
    "GPL-2+": "GPL-2.0-or-later",
    "GPL-2+__and__LGPL-2+__and__LGPL-2.1__and__LGPL-2.1+": (
        "GPL-2.0-or-later AND LGPL-2.0-or-later AND LGPL-2.1-only AND LGPL-2.1-or-later"
    ),
    "GPL-2.0": "GPL-2.0-only",
    "GPL-2.0+": "GPL-2.0-or-later",
    "GPL-2.0+ or CC-BY-SA-3.0": "GPL-2.0-or-later OR CC-BY-SA-3.0",
    "GPL-2.0-or-later": "GPL-2.0-or-later",
    "GPL-3+": "GPL-3.0-or-later",
    "LGPL-2.0-or-later": "LGPL-2.0-or-later",
    "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-2.1+": "LGPL-2.1-or-later",
    "LGPL-3+": "LGPL-3.0-or-later",
    "MPL-2.0": "MPL-2.0",
    "PostgreSQL": "PostgreSQL",
    "X11": "X11",
    "per source package (Debian DDTP)": NOASSERTION,
    "see debian/copyright": NOASSERTION,
    "see manpages-dev copyright": NOASSERTION,
}


def test_every_statement_of_the_debian_documents(shared: Path) -> None:
    column = pq.read_table(shared / "data/debian_docs.parquet", columns=["license"])["license"]
    statements = {str(statement) for statement in column.unique().to_pylist()}
    guesses = {statement for statement in statements if statement.endswith("(regex)")}
    assert {statement: normalise(statement).expression for statement in statements - guesses} == DEBIAN
    assert len(guesses) == 13
    assert {normalise(guess).expression for guess in guesses} == {NOASSERTION}
    assert all(normalise(guess).candidates for guess in guesses)


NAMES = ["MIT", "GPL-2+", "CC BY 4.0", "GPL", "Artistic", "LicenseRef-x", "or", "and", "with", "(", ")", ",", "/", "+"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(NAMES), max_size=12).map(" ".join)))
def test_nothing_raises_and_every_answer_is_its_own_answer(statement: str) -> None:
    found = normalise(statement)
    assert normalise(found.expression).expression == found.expression
    if found.expression not in {NONE, NOASSERTION}:
        assert str(spdx.parse(found.expression)) == found.expression
        assert found.candidates == ()
    for candidate in found.candidates:
        assert normalise(candidate).expression == candidate


@pytest.mark.parametrize(
    ("statement", "expression"),
    [
        ("dl-de/by-2-0", "DL-DE-BY-2.0"),
        ("https://www.govdata.de/dl-de/zero-2-0", "DL-DE-ZERO-2.0"),
        ("Datenlizenz Deutschland – Namensnennung – Version 2.0", "DL-DE-BY-2.0"),
        ("https://data.norge.no/nlod/no/2.0", "NLOD-2.0"),
        ("Open Government Licence - Canada", NOASSERTION),  # the version is not stated
        ("Licence Ouverte / Open Licence version 2.0", "etalab-2.0"),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", NOASSERTION),
        ("Open Parliament Licence v3.0", "OPL-UK-3.0"),
        ("OGDL-Taiwan-1.0", "OGDL-Taiwan-1.0"),
        ("KOGL Type 2", "LicenseRef-kogl-2"),
        ("공공누리 제4유형", "LicenseRef-kogl-4"),
        ("GODL-India", "LicenseRef-godl-india"),
        ("PDL 1.0", "LicenseRef-jp-pdl-1.0"),
        ("2011/833/EU", "LicenseRef-eu-2011-833"),
        ("17 U.S.C. § 105", "LicenseRef-scancode-us-govt-public-domain"),
        ("NO-CC CODE", NOASSERTION),
        ("http://arxiv.org/licenses/assumed-1991-2003/", "LicenseRef-arxiv-assumed-1991-2003"),
        ("© 2020 A. Tous droits réservés.", NONE),
        ("Все права защищены", NONE),
        ("版权所有", NONE),
    ],
)
def test_governments_publishers_and_reservations(statement: str, expression: str) -> None:
    assert normalise(statement).expression == expression
