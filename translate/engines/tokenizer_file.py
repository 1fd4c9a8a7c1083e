"""Tokens of texts counted by a model's `tokenizer.json`, or estimated where it is out of reach."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

_FILE = "tokenizer.json"
# Vocabularies of language models write English in 4 to 5 bytes a token, and most other text in 2 to 4.
_BYTES_A_TOKEN = 3


class TokenCounter:
    """Counts tokens.

    Args:
        place: A `tokenizer.json`, or a folder with one; None estimates a token for every 3 bytes of UTF-8.

    Raises:
        OSError: There is no such file.
        ValueError: It is no tokenizer.
    """

    def __init__(self, place: str | None) -> None:
        self._path: Path | None = None
        if place is None:
            return
        from tokenizers import Tokenizer  # noqa: PLC0415 -- only where there is one

        path = Path(place)
        self._path = path / _FILE if path.is_dir() else path
        content = self._path.read_bytes()
        try:
            self._tokenizer = Tokenizer.from_buffer(content)
        except Exception as error:  # noqa: BLE001 -- its Rust part raises no narrower one
            raise ValueError(f"{self._path}: no tokenizer ({error})") from None
        self._digest = hashlib.sha256(content).hexdigest()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, without marks of beginning or end."""
        if self._path is None:
            return [-(-len(text.encode()) // _BYTES_A_TOKEN) for text in texts]
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def sha256(self) -> Mapping[str, str]:
        """Return the SHA-256 of the tokenizer's file, by its name; nothing where there is none."""
        return {} if self._path is None else {self._path.name: self._digest}
