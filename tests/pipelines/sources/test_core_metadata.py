import pytest

from pipelines.sources.core_metadata import parse_metadata

BASE = "Metadata-Version: 2.1\nName: pkg\nVersion: 1\n"


@pytest.mark.parametrize(
    ("headers", "declared", "kinds"),
    [
        ("License-Expression: MIT\nLicense: BSD\n", "MIT", ["license_expression", "license_field"]),
        ("License: Apache-2.0\nClassifier: License :: MIT\n", "Apache-2.0", ["license_field", "classifier"]),
        ("License: UNKNOWN\n", None, []),
        (
            "Classifier: Programming Language :: Python\nClassifier: License :: OSI Approved :: MIT License\n",
            "License :: OSI Approved :: MIT License",
            ["classifier"],
        ),
        (
            "Classifier: License :: Public Domain\nClassifier: License :: OSI Approved :: BSD License\n",
            "License :: Public Domain; License :: OSI Approved :: BSD License",
            ["classifier", "classifier"],
        ),
        ("License: MIT License\n        \n        Copyright (c) 2020 Somebody\n", "MIT License", ["license_field"]),
        ("", None, []),
    ],
)  # fmt: skip
def test_licence_statements(headers: str, declared: str | None, kinds: list[str]) -> None:
    distribution = parse_metadata((BASE + headers + "\nText\n").encode())
    assert distribution.license_declared == declared
    assert [license_.kind for license_ in distribution.licenses] == kinds


def test_description_of_old_metadata_is_unfolded() -> None:
    headers = "Description: Title\n        =====\n        \n            code\n       |more\n"
    assert parse_metadata((BASE + headers).encode()).description == "Title\n=====\n\n    code\nmore"


def test_description_in_any_language() -> None:
    assert parse_metadata((BASE + "\n\u6c49\u5b57\u62fc\u97f3\n").encode()).description == "\u6c49\u5b57\u62fc\u97f3"


def test_no_mail_addresses() -> None:
    headers = "Author: a@example.org\nAuthor-email: Ada <ada@example.org>, b@example.org\n"
    assert parse_metadata((BASE + headers).encode()).authors == ("Ada",)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Name: \xe9\nVersion: 1\n"])
def test_metadata_of_any_bytes_is_read(content: bytes) -> None:
    assert parse_metadata(content).package_url.startswith("pkg:pypi/")
