"""Small lists that the tests of this folder write."""

from pathlib import Path

WORDS = {
    "en": "ass\ns&m\nball gag\nf*ck\n🖕\nbig ass\n",
    "fr": "enculé\nPD\nfils de pute\n",
    "fr-CA-u-sd-caqc": "tabarnak\n",
    "tr": "sik\nİT\npiç\nıbne\n",
    "ja": "セックス\nか\n",
    "zh": "屄\n鸡巴\n",
    "th": "หี\n",
    "README.md": "ass\n",
}


def write_words(folder: Path) -> Path:
    for name, content in WORDS.items():
        (folder / name).write_text(content, "utf-8")
    return folder


def write_ut1(folder: Path, lists: dict[str, str]) -> Path:
    for name, content in lists.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return folder
