"""A strict check of a dataset card for the Hub, offline.

The Hub's own validation needs the network, and its client checks neither licences nor languages nor files.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

import yaml

from datacards.huggingface import hub_licence_ids, size_category
from datacards.languages import hub_language_codes
from datacards.problems import Problem

FILE = "README.md"

_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME)\b|\{\{|\}\}|(?i:more information needed|lorem ipsum dolor|\[\w+ needed\]|<your[ _-])"
)
_LICENCE_FILES = ("LICENSE", "LICENSE.md")
_DATA_SUFFIX = ".parquet"
_TASKS = frozenset({"text-generation", "fill-mask", "translation", "feature-extraction", "other"})


def check(front_matter: Mapping[str, object], files: Mapping[str, int], beside: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong with a card's front matter; an empty list when nothing is.

    Args:
        front_matter: The parsed YAML.
        files: Rows of each published table of documents, by path relative to the root of the release.
        beside: Published tables of something else.
    """
    problems = [Problem(FILE, key, "empty") for key, value in front_matter.items() if value in (None, "", [], {})]
    problems += _placeholders("front matter", yaml.safe_dump(dict(front_matter), allow_unicode=True))
    problems += _check_licence(front_matter)
    problems += _check_languages(front_matter)
    problems += _check_size(front_matter, sum(files.values()))
    problems += _check_configurations(front_matter.get("configs"), {*files, *beside})
    if not isinstance(front_matter.get("pretty_name"), str):
        problems.append(Problem(FILE, "pretty_name", "expected the corpus's name as text"))
    unknown = set(_texts(front_matter.get("task_categories"))) - _TASKS
    problems += [Problem(FILE, "task_categories", f"{name!r} is no task of a text corpus") for name in sorted(unknown)]
    return problems


def check_readme(text: str, files: Mapping[str, int], beside: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong with a whole README.md: its front matter, and a body with empty or unfinished sections.

    Args:
        text: The file.
        files: See `check`.
        beside: See `check`.
    """
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if match is None:
        return [Problem(FILE, "front matter", "missing: expected the file to begin with YAML between two lines of ---")]
    try:
        fields = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        return [Problem(FILE, "front matter", f"no valid YAML: {' '.join(str(error).split())}")]
    if not isinstance(fields, dict):
        return [Problem(FILE, "front matter", "expected fields, one a line")]
    body = _without_code(text[match.end() :])
    return [*check(fields, files, beside), *_placeholders("body", body), *_empty_sections(body)]


def _check_licence(fields: Mapping[str, object]) -> Iterator[Problem]:
    ids = _texts(fields.get("license"))
    if not ids:
        yield Problem(FILE, "license", "missing: expected an id of the Hub, or a list of them")
    unknown = [id_ for id_ in ids if id_ not in hub_licence_ids()]
    advice = "is no licence id of the Hub; use `other`, license_name and license_link"
    yield from (Problem(FILE, "license", f"{id_!r} {advice}") for id_ in unknown)
    name, link = fields.get("license_name"), fields.get("license_link")
    if "other" in ids:
        if len(ids) > 1:
            yield Problem(FILE, "license", "`other` stands beside other ids: expected `other` alone")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9.+_-]+", name):
            yield Problem(FILE, "license_name", "`license: other` needs a name in lower case without spaces")
        if not isinstance(link, str) or not (link in _LICENCE_FILES or link.startswith("https://")):
            yield Problem(FILE, "license_link", f"`license: other` needs {' or '.join(_LICENCE_FILES)} or an https URL")
    elif name is not None or link is not None:
        yield Problem(FILE, "license_name", "stands without `license: other`")


def _check_languages(fields: Mapping[str, object]) -> Iterator[Problem]:
    values = fields.get("language", [])
    codes = values if isinstance(values, list) else [values]
    for code in codes:
        if not isinstance(code, str):
            yield Problem(FILE, "language", f"{code!r} is no text: quote codes that YAML reads otherwise, such as 'no'")
        elif code not in hub_language_codes():
            yield Problem(FILE, "language", f"{code!r} is neither ISO 639-1 nor an ISO 639-3 code without one")
    texts = [str(code) for code in codes]
    yield from (
        Problem(FILE, "language", f"{code!r} stands twice") for code in sorted({c for c in texts if texts.count(c) > 1})
    )


def _check_size(fields: Mapping[str, object], rows: int) -> Iterator[Problem]:
    expected = [size_category(rows)]
    if fields.get("size_categories") != expected:
        yield Problem(FILE, "size_categories", f"{fields.get('size_categories')!r}, but {rows} rows are {expected!r}")


def _check_configurations(configurations: object, files: Collection[str]) -> Iterator[Problem]:
    if configurations is None:
        if files:
            yield Problem(FILE, "configs", f"missing, but {len(files)} tables are published")
        return
    if not isinstance(configurations, list) or not all(isinstance(part, Mapping) for part in configurations):
        yield Problem(FILE, "configs", "expected a list of fields")
        return
    names = [str(part.get("config_name")) for part in configurations]
    yield from (
        Problem(FILE, "configs", f"{name!r} stands twice") for name in sorted({n for n in names if names.count(n) > 1})
    )
    reached: set[str] = set()
    for part in configurations:
        globs = list(_globs(part.get("data_files")))
        if not globs:
            yield Problem(FILE, f"configs.{part.get('config_name')}", "no data_files")
        for glob in globs:
            found = {path for path in files if _matches(path, glob)}
            if not found:
                yield Problem(FILE, f"configs.{part.get('config_name')}", f"{glob!r} matches no published file")
            reached |= found
    tables = {path for path in files if path.endswith(_DATA_SUFFIX)}
    yield from (
        Problem(FILE, "configs", f"{path} is published but in no configuration") for path in sorted(tables - reached)
    )


def _globs(data_files: object) -> Iterator[str]:
    if isinstance(data_files, str):
        yield data_files
    elif isinstance(data_files, Sequence):
        for item in data_files:
            yield from _globs(item.get("path") if isinstance(item, Mapping) else item)


def _matches(path: str, glob: str) -> bool:
    """Match as the Hub does: `*` stays inside a folder, `**` crosses folders."""
    pieces, patterns = path.split("/"), glob.split("/")
    if "**" in patterns:
        head = patterns.index("**")
        tail = patterns[head + 1 :]
        middle = len(pieces) - head - len(tail)
        return middle >= 0 and _pairwise(pieces[:head], patterns[:head]) and _pairwise(pieces[head + middle :], tail)
    return _pairwise(pieces, patterns)


def _pairwise(pieces: Sequence[str], patterns: Sequence[str]) -> bool:
    return len(pieces) == len(patterns) and all(map(fnmatchcase, pieces, patterns))


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [str(item) for item in values]


def _placeholders(where: str, text: str) -> list[Problem]:
    found = sorted({match[0] for match in _PLACEHOLDER.finditer(text)})
    return [Problem(FILE, where, f"placeholder text {placeholder!r}") for placeholder in found]


def _without_code(body: str) -> str:
    """Leave out code, whose `#` begin no headings and whose braces are no placeholders."""
    return re.sub(r"(`+).+?\1", "code", re.sub(r"^(`{3,}).*?^\1$", "code", body, flags=re.DOTALL | re.MULTILINE))


def _empty_sections(body: str) -> Iterator[Problem]:
    headings = list(re.finditer(r"^(#+) (.+)$", body, re.MULTILINE))
    if not headings:
        yield Problem(FILE, "body", "no sections")
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        content = body[heading.end() : following.start() if following else len(body)]
        deeper = following is not None and len(following[1]) > len(heading[1])
        if not content.strip() and not deeper:
            yield Problem(FILE, "body", f"section {heading[2]!r} is empty")
