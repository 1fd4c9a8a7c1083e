from pathlib import Path

from tests.pipelines.conftest import loam


def test_a_shard_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    result = loam("tokens", "verify", str(tmp_path / "none"))
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path / 'none'}: No such file or directory\n")
    assert result.stdout == "1 shards, 0 sequences, 0 tokens: 1 wrong\n"
