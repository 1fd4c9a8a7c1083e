import pytest

from pipelines.licensing import creative_commons
from pipelines.licensing.normalise import normalise
from pipelines.licensing.obligations import terms_of
from pipelines.licensing.spdx import NOASSERTION


@pytest.mark.parametrize(
    ("url", "expression"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
        ("//creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://www.creativecommons.org/licenses/by-sa/4.0/deed.pt_BR", "CC-BY-SA-4.0"),
        ("creativecommons.org/licenses/by-sa/4.0/legalcode.fr", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/?ref=chooser-v1", "CC-BY-SA-4.0"),
        ("HTTPS://CreativeCommons.org/Licenses/BY-SA/4.0/", "CC-BY-SA-4.0"),
        ("http://creativecommons.org/licenses/by-sa/2.0/", "CC-BY-SA-2.0"),
        ("http://creativecommons.org/licenses/by/1.0/", "CC-BY-1.0"),
        ("http://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0"),
        ("http://creativecommons.org/licenses/sa/1.0/", "CC-SA-1.0"),
        ("http://creativecommons.org/licenses/nd-nc/1.0/", "LicenseRef-cc-nc-nd-1.0"),
        ("http://creativecommons.org/licenses/nc-sa/1.0/", "LicenseRef-cc-nc-sa-1.0"),
        ("http://creativecommons.org/licenses/sampling+/1.0/", "LicenseRef-cc-sampling-plus-1.0"),
        ("http://creativecommons.org/licenses/nc-sampling+/1.0/", "LicenseRef-cc-nc-sampling-plus-1.0"),
        ("http://creativecommons.org/licenses/devnations/2.0/", "LicenseRef-cc-devnations-2.0"),
        ("http://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("http://creativecommons.org/licenses/by-sa/3.0/de/deed.en", "CC-BY-SA-3.0-DE"),
        ("http://creativecommons.org/licenses/by-sa/3.0/fr/", "LicenseRef-cc-by-sa-3.0-fr"),
        ("http://creativecommons.org/licenses/by-sa/2.5/scotland/", "LicenseRef-cc-by-sa-2.5-scotland"),
        ("http://creativecommons.org/licenses/by-sa/2.1/jp/", "CC-BY-SA-2.1-JP"),
        ("http://creativecommons.org/licenses/by/2.1/jp/", "LicenseRef-cc-by-2.1-jp"),
        ("https://creativecommons.org/licenses/by/4.0/de/", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/", "LicenseRef-cc-by-unversioned"),
        ("https://creativecommons.org/licenses/by-nc-sa/deed.fr", "LicenseRef-cc-by-nc-sa-unversioned"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.de", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("https://creativecommons.org/publicdomain/certification/1.0/us/", "CC-PDDC"),
        ("http://creativecommons.org/licenses/publicdomain/", "CC-PDDC"),
        ("https://i.creativecommons.org/l/by-sa/4.0/88x31.png", "CC-BY-SA-4.0"),
        ("https://licensebuttons.net/l/by-nc/3.0/us/80x15.png", "LicenseRef-cc-by-nc-3.0-us"),
        ("https://licensebuttons.net/p/zero/1.0/88x31.png", "CC0-1.0"),
        (r"https:\/\/creativecommons.org\/licenses\/by\/4.0\/", "CC-BY-4.0"),
        ("https%3A%2F%2Fcreativecommons.org%2Flicenses%2Fby%2F4.0%2F", "CC-BY-4.0"),
        ("https:&#x2F;&#x2F;creativecommons.org&#x2F;licenses&#x2F;by&#x2F;4.0", "CC-BY-4.0"),
        ("<https://creativecommons.org/licenses/by/4.0/>", "CC-BY-4.0"),
        ("[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/5.0/", NOASSERTION),
        ("https://creativecommons.org/licenses/by-nd-sa/3.0/", NOASSERTION),
        ("https://creativecommons.org/licenses/by/4.0/more/", NOASSERTION),
        ("https://creativecommons.org/about/", NOASSERTION),
        ("https://example.org/licenses/by/4.0/", NOASSERTION),
        ("https://notcreativecommons.org/licenses/by/4.0/", NOASSERTION),
    ],
)
def test_urls(url: str, expression: str) -> None:
    assert normalise(url).expression == expression


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("cc-by-sa-3.0", "CC-BY-SA-3.0"),
        ("CC BY-SA", "LicenseRef-cc-by-sa-unversioned"),
        ("CC BY", "LicenseRef-cc-by-unversioned"),
        ("CC-BY-NC", "LicenseRef-cc-by-nc-unversioned"),
        ("CC BY-NC-SA 3.0 IGO", "CC-BY-NC-SA-3.0-IGO"),
        ("CC-BY-SA-3.0-FR", "LicenseRef-cc-by-sa-3.0-fr"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution Share Alike 3.0 Unported", "CC-BY-SA-3.0"),
        ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 2.0 Generic", "CC-BY-NC-ND-2.0"),
        ("Creative Commons Attribution", "LicenseRef-cc-by-unversioned"),
        ("Attribution 4.0 International", "CC-BY-4.0"),
        ("Attribution", NOASSERTION),
        ("International 4.0", NOASSERTION),
        ("Creative Commons", NOASSERTION),
        ("CC BY 7.0", NOASSERTION),
        ("CC BY 4.0 except images", NOASSERTION),
    ],
)
def test_names(name: str, expression: str) -> None:
    assert normalise(name).expression == expression


def test_a_version_is_never_invented() -> None:
    for elements in ("by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd"):
        assert normalise(f"cc-{elements}").expression == f"LicenseRef-cc-{elements}-unversioned"
        assert terms_of(f"LicenseRef-cc-{elements}-unversioned") is not None


@pytest.mark.parametrize(
    ("port", "parent"),
    [
        ("LicenseRef-cc-by-sa-3.0-fr", "CC-BY-SA-3.0"),
        ("LicenseRef-cc-by-nc-2.1-jp", "LicenseRef-cc-by-nc-unversioned"),
        ("LicenseRef-cc-sampling-plus-1.0", "LicenseRef-cc-sampling-plus-unversioned"),
    ],
)
def test_a_port_inherits_the_unported_terms(port: str, parent: str) -> None:
    inherited = terms_of(port)
    assert inherited is not None
    assert inherited == terms_of(parent)


def test_what_is_no_creative_commons_reference_inherits_nothing() -> None:
    assert creative_commons.unported("LicenseRef-foo") is None
    assert terms_of("LicenseRef-cc-by-xx-3.0") is None
