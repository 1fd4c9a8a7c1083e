import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources import github
from pipelines.sources.license_notices import without_notice
from tests.pipelines.sources.reading import Read, read_all

BLOCK = "/*\n * Copyright (c) 2020 A. B.\n * Licensed under the MIT license.\n */\n"
HASHES = "# Copyright 2020 A. B.\n#\n# Licensed under the Apache License\n"


def read(folder: Path, *records: dict[str, Any], notices: str = "move") -> Read:
    path = folder / "files.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return read_all(github.READER, path, options={"notices": notices})


def record(content: str, path: str = "src/a.py", **others: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    return {"content": content, "path": path, "repo_name": "ab/c", "ref": "refs/heads/main", "license": "mit", **others}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.h", BLOCK + "\n#ifndef A_H\n#define A_H\n#endif\n", "#ifndef A_H\n#define A_H\n#endif\n"),
        ("a.h", "// Copyright A\n// B\n#include <x>\n", "#include <x>\n"),
        ("a.h", "#ifndef A_H /* license */\n", "#ifndef A_H /* license */\n"),
        ("a.c", "#include <license.h>\n", "#include <license.h>\n"),
        (
            "a.py",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + HASHES + "\nx = 1\n",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n",
        ),
        ("a.py", "# What this does.\nx = 1\n", "# What this does.\nx = 1\n"),
        ("a.py", HASHES + "\n# What this does.\nx = 1\n", "# What this does.\nx = 1\n"),
        ("README.md", "# My License Tool\n\nText.\n", "# My License Tool\n\nText.\n"),
        ("README.md", "<!-- Copyright A -->\n# Title\n", "# Title\n"),
        ("a.php", "<?php\n" + BLOCK + "echo 1;\n", "<?php\necho 1;\n"),
        ("a.sql", "-- Copyright A\nSELECT 1;\n", "SELECT 1;\n"),
        ("a.js", "/* what it does */\nlet a; " + BLOCK, "/* what it does */\nlet a; " + BLOCK),
        ("a.js", BLOCK + "// SPDX-License-Identifier: MIT\n    indented();\n", "    indented();\n"),
        (
            "a.py",
            "# Reads license files, and the copyright fields in them.\nx = 1\n",
            "# Reads license files, and the copyright fields in them.\nx = 1\n",
        ),
        ("a.sh", "", ""),
        ("a.py", "x = 1", "x = 1"),
    ],
)
def test_notices_go_and_code_stays(path: str, text: str, expected: str) -> None:
    left, notice = without_notice(text, path)
    assert left == expected
    assert bool(notice) == (left != text)


def test_what_a_file_says_of_itself(tmp_path: Path) -> None:
    (found,) = read(tmp_path, record(HASHES + "\nvalue = 1\n", size=5)).records
    assert found["text"] == "value = 1\n"
    assert (found["url"], found["title"]) == ("https://github.com/ab/c/blob/main/src/a.py", "ab/c: src/a.py")
    attribution = json.loads(found["attribution"])
    assert attribution["notices"] == [HASHES.strip()]
    assert attribution["creators"] == ["ab"]
    assert found["license_declared"] == "mit"
    meta = json.loads(found["meta"])
    assert (meta["ending"], meta["program_language"], meta["repo_name"], meta["size"]) == (".py", "Python", "ab/c", 5)
    assert (meta["line_count"], meta["max_line_length"], meta["avg_line_length"]) == (1, 9, 10.0)
    assert meta["alnum_prop"] == 0.6


def test_copies_that_differ_in_their_notice_alone_are_equal(tmp_path: Path) -> None:
    first, second = read(tmp_path, record(HASHES + "x = 1\n"), record("# (c) 1999 Other\nx = 1\n", "b.py")).records
    assert first["text"] == second["text"]


def test_a_header_beats_the_repository(tmp_path: Path) -> None:
    (found,) = read(tmp_path, record("// SPDX-License-Identifier: GPL-2.0-only\nint a;\n", "a.c")).records
    assert found["license_declared"] == "GPL-2.0-only"
    assert [entry["class"] for entry in json.loads(found["license_evidence"])] == ["E1", "E2"]


def test_a_strangers_code_has_not_the_repositorys_licence(tmp_path: Path) -> None:
    (found,) = read(tmp_path, record("x = 1\n", "venv/lib/site-packages/b.py")).records
    assert (found["license_declared"], found["license_evidence"]) == (None, None)
    assert json.loads(found["attribution"])["creators"] == []


def test_notices_may_stay(tmp_path: Path) -> None:
    (found,) = read(tmp_path, record(HASHES + "x = 1\n"), notices="keep").records
    assert found["text"] == HASHES + "x = 1\n"


def test_a_file_that_is_only_a_notice_stays(tmp_path: Path) -> None:
    assert [found["text"] for found in read(tmp_path, record(HASHES)).records] == [HASHES]


def test_endings_are_those_of_the_recipe() -> None:
    assert len(github.extensions()) == 66
    assert github.ending_of("a.crt") is None
