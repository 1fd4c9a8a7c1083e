import re

import pytest

from pipelines.licensing import names, obligations, spdx
from pipelines.licensing.obligations import LicenseClass, Obligation, Restriction, load_terms, terms_of
from pipelines.licensing.profiles import load_profile

FAMILIES = re.compile(
    r"(?:CC0|CC|GFDL|ODC|ODbL|PDDL|CDLA|OGL|OGDL|OPL-UK|NLOD|DL-DE|etalab|A?GPL|LGPL|MPL)(?:-.*)?|LGPLLR|C-UDA-1.0|O-UDA-1.0"
)

# Rated model, gold, silver or bronze by Blue Oak Council (version 15 of its list, CC0-1.0), by their ids of today.
BLUE_OAK = sorted(load_profile("code-blueoak").permissive_licenses or ())


def test_every_listed_id_of_a_content_family_has_a_row() -> None:
    expected = {key for key in spdx.license_ids() if FAMILIES.fullmatch(key)}
    assert len(expected) > 100
    assert sorted(expected - set(load_terms())) == []


def test_every_permissive_id_that_blue_oak_rates_has_a_row() -> None:
    assert len(BLUE_OAK) > 140
    assert sorted(set(BLUE_OAK) - set(load_terms())) == []


def test_every_license_that_an_alias_names_has_terms() -> None:
    named = {
        term.license
        for _, meaning in names.read_aliases()
        if meaning.expression not in {None, spdx.NONE}
        for term in spdx.terms(spdx.parse(meaning.expression or ""))
    }
    without = {key for key in named if terms_of(key) is None}
    assert without == set()


def test_every_row_is_a_listed_id_or_a_reference() -> None:
    unlisted = set(load_terms()) - spdx.license_ids()
    assert all(spdx.LICENSE_REF.fullmatch(key) for key in unlisted), sorted(unlisted)


CREATIVE_COMMONS = re.compile(
    r"(?:CC|LicenseRef-cc)-((?:by|sa|nc|nd)(?:-(?:by|sa|nc|nd))*)-(?:[0-9].*|unversioned)", re.IGNORECASE
)


def test_creative_commons_rows_follow_their_elements() -> None:
    for key in load_terms():
        match = CREATIVE_COMMONS.fullmatch(key)
        if match is None:
            continue
        elements = match[1].casefold().split("-")
        terms = load_terms()[key]
        assert (Obligation.ATTRIBUTION in terms.obligations) == ("by" in elements), key
        assert (Obligation.SHARE_ALIKE in terms.obligations) == ("sa" in elements), key
        assert (Restriction.NONCOMMERCIAL in terms.restrictions) == ("nc" in elements), key
        assert (Restriction.NO_DERIVATIVES in terms.restrictions) == ("nd" in elements), key
        assert terms.license_class == ("share_alike" if "sa" in elements else "attribution"), key


def test_what_is_in_the_public_domain_asks_nothing() -> None:
    asking = [
        key
        for key, terms in load_terms().items()
        if terms.license_class is LicenseClass.PUBLIC_DOMAIN and (terms.obligations or terms.restrictions)
    ]
    assert asking == []


def test_every_obligation_is_explained() -> None:
    assert set(obligations.OBLIGATION_MEANINGS) == set(Obligation)


def test_a_flag_is_nought_or_one() -> None:
    row = dict.fromkeys(["by", "changes", "sa", "nc", "nd", "invariant", "notice", "text", "source", "database"], "0")
    with pytest.raises(ValueError, match="column by: expected 0 or 1, found 'yes'"):
        obligations._terms({**row, "id": "X", "class": "permissive", "by": "yes"})


def test_an_unknown_id_has_no_terms() -> None:
    assert terms_of("LicenseRef-nobody-knows") is None
    assert terms_of("") is None
