"""Which licences lead to which, and what texts under several may become: every pair of the families that texts have."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing import relicensing, spdx
from pipelines.licensing.decide import decide, derive
from pipelines.licensing.obligations import Obligation, load_terms
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.relicensing import have_common_license, upgraded
from pipelines.licensing.statuses import Reason, Status

OPEN, RESEARCH = load_profile("open"), load_profile("research-nc")
VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
BY_SA = [f"CC-BY-SA-{version}" for version in VERSIONS]
BY_NC_SA = [f"CC-BY-NC-SA-{version}" for version in VERSIONS]
GFDL = [f"GFDL-{version}-{how}" for version in ("1.1", "1.2", "1.3") for how in ("only", "or-later")]
GPL = [f"GPL-{version}-{how}" for version in ("1.0", "2.0", "3.0") for how in ("only", "or-later")]
LGPL = [f"LGPL-{version}-{how}" for version in ("2.0", "2.1", "3.0") for how in ("only", "or-later")]
AGPL = ["AGPL-3.0-only", "AGPL-3.0-or-later"]
FAMILIES = [*BY_SA, *BY_NC_SA, *GFDL, *GPL, *LGPL, *AGPL, "MPL-2.0", "LAL-1.3"]


def _kind(license_: str) -> tuple[str, float, bool]:
    """Return family, version, and whether later versions may be chosen."""
    name = license_.removesuffix("-only").removesuffix("-or-later")
    family, _, version = name.rpartition("-")
    return family, float(version), license_.endswith("-or-later")


def _lead(one: str, other: str) -> bool:
    """Tell whether a text under one may go on under the other, from the licences' own words (not from the table)."""
    (family, version, later), (to, target, _) = _kind(one), _kind(other)
    if one == other:
        return True
    exact = {
        # one way, and to no later GPL
        "CC-BY-SA-4.0": {"GPL-3.0-only", "LAL-1.3"},
        "LAL-1.3": {"CC-BY-SA-4.0"},
        "MPL-2.0": {name for name in (*GPL, *LGPL, *AGPL) if _kind(name)[:2] not in (("GPL", 1), ("LGPL", 2))},
    }
    if one in exact:
        return other in exact[one]
    if family == to and "SA" in family:
        return 2.0 <= version < target  # §4b of 2.0 and later; 1.0 has no such words
    if family == to:
        return later and (target > version or (target == version and other.endswith("-only")))
    if (family, to) == ("LGPL", "GPL"):
        return target >= 2 if version < 3 else target == 3 and (later or other.endswith("-only"))
    return family == "GPL" and other == "AGPL-3.0-only" and (version == 3 or later)


@pytest.mark.parametrize("one", FAMILIES)
def test_every_pair(one: str) -> None:
    found = {other for other in FAMILIES if str(upgraded(spdx.parse(f"{one} AND {other}"))) == other}
    assert found == {other for other in FAMILIES if _lead(one, other)}


@pytest.mark.parametrize("one", FAMILIES)
def test_two_texts_become_one_only_where_both_lead_to_one_licence(one: str) -> None:
    for other in FAMILIES:
        expected = any(_lead(one, target) and _lead(other, target) for target in FAMILIES)
        joint = f"{one} AND {other}"
        assert have_common_license(spdx.parse(joint)) is expected, joint
        decision = decide(joint, Operation.MERGE, RESEARCH)
        assert (decision.status is Status.ALLOW_WITH_OBLIGATIONS) is expected, joint
        assert decision.reason is (None if expected else Reason.INCOMPATIBLE_SHARE_ALIKE), joint


@pytest.mark.parametrize("license_", [*BY_SA, *GFDL, *GPL, "MPL-2.0"])
@pytest.mark.parametrize("limit", ["CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "LicenseRef-llama3"])
def test_nothing_joins_a_limit_to_a_licence_that_knows_none(license_: str, limit: str) -> None:
    assert not have_common_license(spdx.parse(f"{license_} AND {limit}"))


def test_a_limit_joins_licences_that_bear_it() -> None:
    assert have_common_license(spdx.parse("CC-BY-NC-SA-3.0 AND CC-BY-NC-4.0 AND MIT"))
    assert have_common_license(spdx.parse("CC-BY-NC-4.0 AND CC-BY-4.0"))
    assert decide("CC-BY-SA-4.0 AND CC-BY-NC-SA-4.0", Operation.MERGE, RESEARCH).status is Status.DENY


def test_the_window_from_gfdl_to_creative_commons_is_shut() -> None:
    """GFDL 1.3 §11 let wikis move to CC BY-SA 3.0 until August 2009, and nobody since."""
    for gfdl, by_sa in itertools.product(GFDL, BY_SA):
        assert not have_common_license(spdx.parse(f"{gfdl} AND {by_sa}"))


@pytest.mark.parametrize("port", ["LicenseRef-cc-by-sa-3.0-fr", "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO"])
def test_ports_lead_to_later_versions(port: str) -> None:
    assert str(upgraded(spdx.parse(f"{port} AND CC-BY-SA-4.0"))) == "CC-BY-SA-4.0"
    assert str(upgraded(spdx.parse(f"{port} AND CC-BY-SA-2.5"))) == f"{port} AND CC-BY-SA-2.5"


@pytest.mark.parametrize(
    ("joint", "derived"),
    [
        ("CC-BY-SA-2.5 AND CC-BY-SA-3.0 AND CC-BY-SA-4.0", "CC-BY-SA-4.0"),  # a thread of Stack Exchange
        ("CC-BY-SA-1.0 AND CC-BY-SA-3.0", "CC-BY-SA-1.0 AND CC-BY-SA-3.0"),
        ("CC-BY-SA-4.0 AND GPL-3.0-only", "GPL-3.0-only"),
        ("CC-BY-SA-4.0 AND GPL-3.0-or-later", "CC-BY-SA-4.0 AND GPL-3.0-or-later"),
        ("CC-BY-4.0 AND CC-BY-SA-4.0", "CC-BY-4.0 AND CC-BY-SA-4.0"),  # attribution is owed to both
        ("(CC-BY-SA-3.0 OR MIT) AND CC-BY-SA-4.0", "(CC-BY-SA-3.0 OR MIT) AND CC-BY-SA-4.0"),
        ("CC-BY-SA-3.0 OR CC-BY-SA-4.0", "CC-BY-SA-3.0 OR CC-BY-SA-4.0"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0 AND GPL-3.0-only",) * 2,
        ("LAL-1.3 AND CC-BY-SA-4.0", "CC-BY-SA-4.0"),
    ],
)
def test_what_is_made_of_several_texts(joint: str, derived: str) -> None:
    assert derive(joint, Operation.TRANSLATE) == derived
    assert derive(joint, Operation.REDISTRIBUTE) == joint


@given(st.lists(st.sampled_from(FAMILIES), min_size=2, max_size=5, unique=True))
def test_what_is_left_is_stated_and_everything_else_leads_to_it(licenses: list[str]) -> None:
    left = str(upgraded(spdx.parse(" AND ".join(licenses)))).split(" AND ")
    assert set(left) <= set(licenses)
    assert str(upgraded(spdx.parse(" AND ".join(left)))) == " AND ".join(left)
    for license_ in set(licenses) - set(left):
        assert any(_lead(license_, other) for other in licenses if other != license_)


def test_every_licence_of_the_table_has_terms() -> None:
    for row in relicensing._read():
        assert Obligation.SHARE_ALIKE in load_terms()[row["from"]].obligations, row
        assert row["to"] in load_terms(), row
