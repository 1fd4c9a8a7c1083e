"""Apertium: rule-based translation by the programs and language pairs that are installed on the machine.

Texts go through its pipe of programs many at a time, in its stream format, each ended by a null byte (Forcada et al.,
"Documentation of the open-source shallow-transfer machine translation platform Apertium", chapter 2). The tagger of
some pairs remembers texts before all the same, so that an answer may depend on its company.
"""

import functools
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from translate.engines.base import EngineIdentity, OutputLicense, Reply, Request
from translate.engines.model_files import files_sha256
from translate.engines.spec import EngineKind, EngineSpec, read_options
from translate.prompts.languages import languages

_NAME = "apertium"
# The programs start in a third of a second, in which they translate some thirty thousand characters.
_TEXTS_AT_A_TIME = 512
_PATIENCE_SECONDS = 300.0
_MAX_SEGMENT_WORDS = 400
# Characters that mean something in the stream format, and their escapes.
_SPECIAL = re.compile(r"([\[\]{}^$@\\/<>])")
_ESCAPE = r"\\\1"
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A text ends in a full stop and a format mark that comes back as it is: without both, what stands last is lost.
_STOPS, _END = (".", "!", "?"), "."

# Raised when what is done around the programs changes.
_ADAPTER_VERSION = 1

_LICENSE = OutputLicense(
    model_license="LicenseRef-Apertium-GPL",  # version 2 or 3, by the pair
    restricts_outputs=False,
    evidence=("https://wiki.apertium.org/wiki/FAQ", "debian/copyright of the apertium-* packages"),
)


@dataclass(frozen=True)
class Options:
    """Arguments of the engine.

    Attributes:
        mode: One of several modes for the same two languages, such as `eng-cat_valencia`; other pairs are left out.
    """

    mode: str | None = None


class ApertiumVocabulary:
    """Words: what Apertium does not know passes as it is."""

    def spell(self, text: str) -> str:
        """Return the text without null bytes, which end a text for Apertium."""
        return text.replace("\0", "")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the words of each text."""
        return [len(text.split()) for text in texts]


class ApertiumEngine(ApertiumVocabulary):
    """Translates with the modes that are installed.

    Raises:
        ModuleNotFoundError: No `apertium` is on the path.
        ValueError: No mode of the name is installed.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self.identity = identity(spec)
        self._modes = _modes(read_options(spec, Options))

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate some hundreds of texts at a time, in their order.

        Raises:
            ValueError: No mode for these languages is installed.
        """
        mode = self._modes.get((source, target))
        if mode is None:
            raise ValueError(f"no mode of Apertium from {source} to {target} is installed")
        numbered = enumerate(requests)
        while batch := list(islice(numbered, _TEXTS_AT_A_TIME)):
            replies = _replies(mode, [request.text for _, request in batch])
            yield from zip((number for number, _ in batch), replies, strict=True)

    def close(self) -> None:
        """Nothing to let go: no program runs between two batches."""


def _replies(mode: str, texts: Sequence[str]) -> list[Reply]:
    """Return the replies to some texts; one that breaks the pipe is found by halving, and refused."""
    ended = [text if text.endswith(_STOPS) else text + _END for text in texts]
    content = "".join(f"{_SPECIAL.sub(_ESCAPE, text)}[{number}]\0" for number, text in enumerate(ended))
    failed, answers = _run(mode, content.encode())
    answered = [answer.rstrip().endswith(f"[{number}]") for number, answer in enumerate(answers[: len(texts)])]
    if len(answered) == len(texts) and all(answered):
        pairs = zip(texts, ended, answers, strict=False)  # more null bytes follow the last answer
        return [_reply(text, answer, added=text != given) for text, given, answer in pairs]
    if len(texts) == 1:
        return [Reply("", "refused", len(texts[0].split()), detail=failed or "apertium gave no answer")]
    middle = len(texts) // 2
    return [*_replies(mode, texts[:middle]), *_replies(mode, texts[middle:])]


def _run(mode: str, content: bytes) -> tuple[str | None, list[str]]:
    """Return what failed, if something did, and the answers, without escapes."""
    # `-z` ends texts at null bytes, `-u` leaves unknown words unmarked, `-f none` takes the stream format.
    command = ["apertium", "-z", "-u", "-f", "none", mode]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"apertium took more than {_PATIENCE_SECONDS:g} s", []
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return f"apertium failed with {done.returncode}: {said[-1] if said else ''}", []
    return None, done.stdout.decode(errors="replace").split("\0")[:-1]


def _reply(asked: str, answer: str, *, added: bool) -> Reply:
    text = answer.rpartition("[")[0].rstrip()
    text = _ESCAPED.sub(r"\1", text.removesuffix(_END) if added else text).strip()
    return Reply(text, "stop", len(asked.split()), len(text.split()))


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the engine's identity; hashes the rules of every pair.

    Raises:
        ModuleNotFoundError: No `apertium` is on the path.
        ValueError: No mode of the name is installed.
    """
    options = read_options(spec, Options)
    modes = _modes(options)
    return EngineIdentity(
        name=_NAME,
        version=f"{_version()}+{_ADAPTER_VERSION}",
        model=options.mode or "installed-pairs",
        model_sha256={},
        sha256_by_pair={pair: _rules_sha256(mode) for pair, mode in modes.items()},
        unit="segment",
        max_segment_tokens=_MAX_SEGMENT_WORDS,
        output_license=_LICENSE,
        pairs=tuple(sorted(modes)),
        deterministic=False,
        attempts=1,
    )


def _modes(options: Options) -> Mapping[tuple[str, str], str]:
    """Return the installed modes by the languages that they translate between."""
    directory = _modes_directory()
    modes = {}
    for path in sorted(directory.glob("*.mode")):
        base = path.stem.partition("_")[0] if path.stem == options.mode else path.stem
        source, _, target = base.partition("-")
        pair = _by_code().get(source), _by_code().get(target)
        if pair[0] and pair[1] and options.mode in (None, path.stem):
            modes[pair[0], pair[1]] = path.stem
    if not modes:
        installed = ", ".join(sorted(path.stem for path in directory.glob("*.mode"))) or "none"
        raise ValueError(
            f"engine apertium: no mode {options.mode or 'between known languages'}: installed are {installed}"
        )
    return modes


def _modes_directory() -> Path:
    program = shutil.which("apertium")
    if program is None:
        raise ModuleNotFoundError(
            "the engine apertium needs the program of that name and language pairs: on Debian, "
            "apt-get install apertium apertium-eng-spa",
            name="apertium",
        )
    return Path(program).resolve().parents[1] / "share" / "apertium" / "modes"


@functools.cache
def _by_code() -> Mapping[str, str]:
    """Return languages by ISO 639-3 and by ISO 639-1 code; of several scripts the one that needs no saying."""
    found: dict[str, str] = {}
    for language, (_, tag) in languages().items():
        if "-" not in tag:
            found.setdefault(language.partition("_")[0], language)
            found.setdefault(tag, language)
    return found


def _version() -> str:
    said = subprocess.run(["apertium", "-V"], capture_output=True, text=True, check=True).stdout
    return said.strip().removeprefix("Apertium ")


def _rules_sha256(mode: str) -> str:
    """Return one hash of a mode and of all data that it names."""
    path = _modes_directory() / f"{mode}.mode"
    named = {Path(name) for name in re.findall(r"'([^']+)'", path.read_text(encoding="utf-8"))}
    hashes = [sha256 for file in sorted({path, *named}) for sha256 in files_sha256(file.parent, [file.name]).values()]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


KIND = EngineKind(
    Options,
    needs_model=False,
    identity=identity,
    vocabulary=lambda _: ApertiumVocabulary(),
    open=ApertiumEngine,
)
