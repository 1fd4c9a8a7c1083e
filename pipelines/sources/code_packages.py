"""What an archive of source says of itself: name, version, people and licence, in the form of whoever packed it."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from pipelines.sources.core_metadata import parse_metadata
from pipelines.sources.debian_copyright import Copyright, read_copyright

DEBIAN_COPYRIGHT = "debian/copyright"

_ARCHIVE = re.compile(
    r"(?P<name>.+?)[-_]v?(?P<version>\d[^/]*?)?(?:\.orig)?\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|jar|whl)"
)
_PERSON = re.compile(r"\s*[<(].*")
_DSC_FIELD = re.compile(r"^(Source|Version|Homepage):[ \t]*(.+)$", re.MULTILINE)
_DSC_FILES = re.compile(r"^Checksums-Sha256:[ \t]*\n((?:[ \t]+\S.*\n?)+)", re.MULTILINE)
_MAX_VALUE = 200


@dataclass(frozen=True)
class Package:
    """What holds for all files of an archive.

    Attributes:
        name: The package.
        version: Its version.
        url: Its package URL (purl-spec), which names it without naming a server.
        homepage: Where it is at home.
        authors: Names, without addresses.
        licenses: Statements about its licence, the most exact first: (kind, value, file that holds it).
        description: A long description, where the metadata has one.
        description_type: Its media type.
        copyright: What `debian/copyright` states, file by file.
    """

    name: str
    version: str
    url: str
    homepage: str | None = None
    authors: tuple[str, ...] = ()
    licenses: tuple[tuple[str, str, str], ...] = ()
    description: str = ""
    description_type: str | None = None
    copyright: Copyright = field(default_factory=Copyright)

    @property
    def license_declared(self) -> str | None:
        """The most exact statement; several classifiers are one statement of several parts."""
        if not self.licenses:
            return None
        kind, value, _ = self.licenses[0]
        if kind == "classifier":
            return "; ".join(value for kind, value, _ in self.licenses if kind == "classifier")
        return value.strip().splitlines()[0]


def is_manifest(path: str) -> bool:
    """Tell whether a file may say what its package is; a path inside the package."""
    folder, _, name = path.rpartition("/")
    if name == "METADATA":
        return folder.endswith(".dist-info") and "/" not in folder
    return path == DEBIAN_COPYRIGHT or (folder == "" and name in _MANIFESTS)


def package_of(archive: str, manifests: Mapping[str, bytes]) -> Package:
    """Return what is known of a package.

    Args:
        archive: The archive's name, for what no manifest says.
        manifests: Files of it for which `is_manifest` holds, by path.
    """
    found = _by_name(archive)
    for name, read in _READERS:
        content = next((manifests[path] for path in sorted(manifests) if path.rpartition("/")[2] == name), None)
        stated = None if content is None else read(content, found)
        if stated is not None:
            found = stated
            break
    stated_copyright = manifests.get(DEBIAN_COPYRIGHT)
    if stated_copyright is None:
        return found
    return _with_copyright(found, read_copyright(stated_copyright.decode("utf-8", "replace")))


def _with_copyright(package: Package, found: Copyright) -> Package:
    return Package(**{**vars(package), "copyright": found, "homepage": package.homepage or found.source})


def debian_package(description: str, copyright_: Copyright) -> Package:
    """Return what a Debian source package's description (`.dsc`) and copyright file say."""
    fields = dict(_DSC_FIELD.findall(description))
    name, version = fields.get("Source", "unknown").strip(), fields.get("Version", "0").strip()
    package = Package(name, version, f"pkg:deb/debian/{name}@{version}?arch=source", fields.get("Homepage"))
    return _with_copyright(package, copyright_)


def debian_files(description: str) -> dict[str, str]:
    """Return the SHA-256 of each file of a Debian source package, by name, from its description."""
    block = _DSC_FILES.search(description)
    rows = [line.split() for line in (block[1].splitlines() if block else [])]
    return {row[2]: row[0] for row in rows if len(row) == 3 and "/" not in row[2]}  # noqa: PLR2004 -- hash, size, name


def _by_name(archive: str) -> Package:
    match = _ARCHIVE.fullmatch(archive.rpartition("/")[2])
    name = match["name"] if match else archive.rpartition("/")[2]
    version = (match["version"] if match else None) or "0"
    return Package(name, version, f"pkg:generic/{name}@{version}")


def _python(content: bytes, _found: Package, where: str) -> Package:
    distribution = parse_metadata(content)
    return Package(
        distribution.name,
        distribution.version,
        distribution.package_url,
        distribution.homepage,
        distribution.authors,
        tuple((license_.kind, license_.value, where) for license_ in distribution.licenses),
        distribution.description,
        distribution.description_type,
    )


def _npm(content: bytes, found: Package) -> Package | None:
    stated = _object(content, orjson.loads)
    if stated is None or not isinstance(stated.get("name"), str):
        return None
    license_ = stated.get("license")
    license_ = license_.get("type") if isinstance(license_, dict) else license_
    version = str(stated.get("version") or found.version)
    people = _people([stated.get("author"), *_list(stated.get("contributors"))])
    licenses = _stated("package_json", license_, "package.json")
    return Package(
        stated["name"], version, f"pkg:npm/{stated['name']}@{version}", _text(stated.get("homepage")), people, licenses
    )


def _composer(content: bytes, found: Package) -> Package | None:
    stated = _object(content, orjson.loads)
    if stated is None or not isinstance(stated.get("name"), str):
        return None
    license_ = " OR ".join(item for item in _list(stated.get("license")) if isinstance(item, str))
    version = str(stated.get("version") or found.version)
    licenses = _stated("composer_json", license_, "composer.json")
    people = _people(_list(stated.get("authors")))
    return Package(
        stated["name"],
        version,
        f"pkg:composer/{stated['name']}@{version}",
        _text(stated.get("homepage")),
        people,
        licenses,
    )


def _cargo(content: bytes, found: Package) -> Package | None:
    table = (_object(content, _toml) or {}).get("package")
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        return None
    version = table["version"] if isinstance(table.get("version"), str) else found.version
    licenses = _stated("cargo_toml", table.get("license"), "Cargo.toml")
    people = _people(_list(table.get("authors")))
    homepage = _text(table.get("homepage")) or _text(table.get("repository"))
    return Package(table["name"], version, f"pkg:cargo/{table['name']}@{version}", homepage, people, licenses)


def _pyproject(content: bytes, found: Package) -> Package | None:
    table = (_object(content, _toml) or {}).get("project")
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        return None
    license_ = table.get("license")
    license_ = license_.get("text") if isinstance(license_, dict) else license_
    version = table["version"] if isinstance(table.get("version"), str) else found.version
    name = re.sub(r"[-_.]+", "-", table["name"]).lower()
    people = _people(_list(table.get("authors")))
    licenses = _stated("pyproject_toml", license_, "pyproject.toml")
    return Package(table["name"], version, f"pkg:pypi/{name}@{version}", None, people, licenses)


def _object(content: bytes, parse: Callable[[bytes], Any]) -> dict[str, Any] | None:
    try:
        found = parse(content)
    except (ValueError, RecursionError):  # of JSON, TOML and UTF-8: then the archive's name has to do
        return None
    return found if isinstance(found, dict) else None


def _toml(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode())


def _stated(kind: str, value: object, where: str) -> tuple[tuple[str, str, str], ...]:
    text = _text(value)
    return ((kind, text[:_MAX_VALUE], where),) if text else ()


def _people(found: list[Any]) -> tuple[str, ...]:
    names = (item.get("name") if isinstance(item, dict) else item for item in found)
    bare = (_PERSON.sub("", name).strip() for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in bare if name and "@" not in name))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


# In the order in which they are believed: what a packer writes is of the release, what an author writes of the source.
_READERS: tuple[tuple[str, Callable[[bytes, Package], Package | None]], ...] = (
    ("METADATA", lambda content, found: _python(content, found, "METADATA")),
    ("PKG-INFO", lambda content, found: _python(content, found, "PKG-INFO")),
    ("package.json", _npm),
    ("Cargo.toml", _cargo),
    ("composer.json", _composer),
    ("pyproject.toml", _pyproject),
)
_MANIFESTS = frozenset(name for name, _ in _READERS)
