from dataclasses import replace

import pytest
import yaml

from datacards.huggingface import (
    front_matter,
    front_matter_text,
    hub_licence,
    hub_licence_ids,
    licence_fields,
    size_category,
)
from datacards.huggingface_check import check
from tests.datacards.example import EMPTY, FILES, MANIFEST, cell


def test_front_matter_passes_its_own_check_and_reads_back_as_yaml() -> None:
    fields = front_matter(MANIFEST)
    assert check(fields, FILES) == []
    text = front_matter_text(fields)
    assert yaml.safe_load(text.removeprefix("---\n").removesuffix("---\n")) == fields
    assert fields["language"] == ["ast", "fr", "nb", "pt"]
    assert fields["license"] == ["cc-by-sa-4.0", "mit"]
    assert fields["size_categories"] == ["1K<n<10K"]
    assert fields["task_categories"] == ["text-generation"]
    assert fields["pretty_name"] == "An example"
    assert fields["language_creators"] == ["found", "machine-generated"]


def test_configurations_name_files_of_the_release() -> None:
    configurations = front_matter(MANIFEST)["configs"]
    assert isinstance(configurations, list)
    assert configurations[0] == {
        "config_name": "default",
        "data_files": [{"split": "train", "path": ["data/*/*.parquet"]}],
        "default": True,
    }
    assert [part["config_name"] for part in configurations[1:]] == ["ast_Latn", "fra_Latn", "nob_Latn", "por_Latn"]


def test_the_language_code_no_stays_text() -> None:
    fields = front_matter(replace(MANIFEST, cells=(cell("nor_Latn"),)))
    assert yaml.safe_load(front_matter_text(fields).strip("-\n"))["language"] == ["no"]


def test_a_corpus_of_nothing_has_honest_front_matter() -> None:
    fields = front_matter(EMPTY)
    assert check(fields, {}) == []
    assert "language" not in fields
    assert "configs" not in fields
    assert fields["license"] == "other"


@pytest.mark.parametrize(
    ("expressions", "fields"),
    [
        (["MIT"], {"license": "mit"}),
        (["MIT", "MIT"], {"license": "mit"}),
        (["CC0-1.0", "Apache-2.0"], {"license": ["apache-2.0", "cc0-1.0"]}),
        (["MIT AND Apache-2.0"], {"license": ["apache-2.0", "mit"]}),
        (["ODC-By-1.0"], {"license": "odc-by"}),
        (["GPL-3.0-only"], {"license": "gpl-3.0"}),
        (
            ["GPL-3.0-or-later"],
            {"license": "other", "license_name": "gpl-3.0-or-later", "license_link": "LICENSE.md"},
        ),
        (
            ["MIT", "CC-BY-SA-2.0"],
            {"license": "other", "license_name": "mixed-see-license-report", "license_link": "LICENSE.md"},
        ),
        (
            ["MIT OR GPL-2.0-only"],
            {"license": "other", "license_name": "mixed-see-license-report", "license_link": "LICENSE.md"},
        ),
        (["LicenseRef-ours"], {"license": "other", "license_name": "licenseref-ours", "license_link": "LICENSE.md"}),
    ],
)
def test_licence_mapping(expressions: list[str], fields: dict[str, object]) -> None:
    assert licence_fields(expressions) == fields


@pytest.mark.parametrize("name", ["Other", "unknown", "GPL", "CC", "GFDL", "NOASSERTION", "NONE", "", "(MIT AND ISC)"])
def test_what_is_no_licence_is_not_mapped(name: str) -> None:
    assert hub_licence(name) is None


def test_the_frozen_list_is_the_hubs() -> None:
    assert len(hub_licence_ids()) == 83
    assert {"mit", "odc-by", "other", "llama3.1", "openrail++"} <= hub_licence_ids()


@pytest.mark.parametrize(
    ("rows", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (10_000, "10K<n<100K"),
        (999_999, "100K<n<1M"),
        (10**9, "1B<n<10B"),
        (10**12, "n>1T"),
    ],
)
def test_size_categories(rows: int, category: str) -> None:
    assert size_category(rows) == category


def test_the_hubs_own_client_reads_the_card() -> None:
    hub = pytest.importorskip("huggingface_hub", reason="needs huggingface_hub for a second opinion")
    from datacards.readme import readme  # noqa: PLC0415 -- only this test needs it

    card = hub.DatasetCard(readme(MANIFEST))
    assert card.data.license == ["cc-by-sa-4.0", "mit"]
    assert card.data.language == ["ast", "fr", "nb", "pt"]
    assert card.data.pretty_name == "An example"
    assert card.text.lstrip().startswith("# An example")
