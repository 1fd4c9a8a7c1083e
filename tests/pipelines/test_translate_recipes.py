"""The recipes that translate, from published files to translations, with engines that a test can have."""

import shutil
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.queries import open_corpus
from tests.translate.engines.scripted_server import Answer, Json, completion, serving
from tests.translate.engines.tiny_ctranslate2 import make_model

# English, French, German, Spanish.
PARAGRAPHS = (
    (
        "The river flows slowly through the old town and then down to the sea.",
        "La rivière coule lentement à travers la vieille ville, puis descend vers la mer.",
        "Der Fluss fließt langsam durch die alte Stadt und dann hinunter zum Meer.",
        "El río fluye lentamente por la ciudad vieja y luego baja hasta el mar.",
    ),
    (
        "Every morning the children walk to school together with their teacher.",
        "Chaque matin, les enfants vont à l'école à pied avec leur institutrice.",
        "Jeden Morgen gehen die Kinder zusammen mit ihrer Lehrerin zur Schule.",
        "Cada mañana los niños van caminando a la escuela junto con su maestra.",
    ),
    (
        "In the evening people sit in front of their houses and tell each other stories.",
        "Le soir, les gens s'assoient devant leurs maisons et se racontent des histoires.",
        "Am Abend sitzen die Leute vor ihren Häusern und erzählen einander Geschichten.",
        "Por la noche la gente se sienta delante de sus casas y se cuenta historias.",
    ),
    (
        "Nobody knows how old the bridge is, but it has survived many floods.",
        "Personne ne sait quel âge a le pont, mais il a survécu à de nombreuses crues.",
        "Niemand weiß, wie alt die Brücke ist, aber sie hat viele Hochwasser überstanden.",
        "Nadie sabe cuántos años tiene el puente, pero ha sobrevivido a muchas inundaciones.",
    ),
)
TEXT = "\n\n".join(english for english, *_ in PARAGRAPHS)
LANGUAGES = ("French", "German", "Spanish")


def fineweb_edu(folder: Path, texts: Sequence[str]) -> None:
    rows = [
        {
            "text": text,
            "id": f"<urn:uuid:{number:036d}>",
            "dump": "CC-MAIN-2024-10",
            "url": f"https://site{number}.example/page",
            "file_path": "s3://commoncrawl/crawl-data/x.warc.gz",
            "language": "en",
            "language_score": 0.95,
            "token_count": 100,
            "score": 3.1,
            "int_score": 3,
        }
        for number, text in enumerate(texts)
    ]
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "000_00000.parquet")


def run(recipe: str, folder: Path, until: str, *settings: str) -> Path:
    shutil.copyfile(str(files("pipelines").joinpath(f"recipes/{recipe}.yaml")), folder / f"{recipe}.yaml")
    corpus = folder / "corpus"
    arguments = ["run", str(folder / f"{recipe}.yaml"), "--corpus", str(corpus), "--workers", "1", "--quiet"]
    for setting in settings:
        arguments += ["--set", setting]
    if until:
        arguments += ["--until", until]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return corpus


def translator(body: Json) -> Answer:
    """Answer as a good model does."""
    prompt = str(body["messages"][0]["content"])
    column = next(number for number, name in enumerate(LANGUAGES, 1) if f"into {name}" in prompt)
    english = prompt.rpartition("<text>")[2].partition("</text>")[0].strip()
    return completion(f"<translation>{next(row[column] for row in PARAGRAPHS if row[0] == english)}</translation>")


def test_cuatro_makes_documents_in_four_languages(tmp_path: Path) -> None:
    fineweb_edu(tmp_path / "data/fineweb_edu", [TEXT, f"{TEXT}\n\n{PARAGRAPHS[0][0]}"])
    with serving(translator) as (url, _):
        engine = f"{{kind: openai, model: mistral, args: {{base_url: '{url}', license: Apache-2.0}}}}"
        corpus = run(
            "cuatro",
            tmp_path,
            "",
            f"translate.engine={engine}",
            "tokenize.vocab_size=400",
            "tokenize.train.bytes=200KB",
            "dedup.fuzzy=null",
        )
    with open_corpus(corpus) as connection:
        rows = connection.sql("SELECT lang, text FROM documents WHERE generation = 1 ORDER BY lang, length(text)")
        translated = rows.fetchall()
        parallel = connection.sql("SELECT count(DISTINCT lang) FROM documents GROUP BY source_id").fetchall()
    assert [lang for lang, _ in translated] == ["deu_Latn"] * 2 + ["fra_Latn"] * 2 + ["spa_Latn"] * 2
    assert translated[0][1] == "\n\n".join(german for _, _, german, _ in PARAGRAPHS)
    assert translated[4][1] == "\n\n".join(spanish for *_, spanish in PARAGRAPHS)
    assert parallel == [(4,), (4,)]
    for lang in ("eng_Latn", "fra_Latn", "deu_Latn", "spa_Latn"):
        assert list((corpus / "data" / lang).glob("*.parquet")), lang


def test_transweb_edu_asks_a_model_of_sentences(tmp_path: Path) -> None:
    fineweb_edu(tmp_path / "data/fineweb_edu", [TEXT])
    targets = (
        "arb_Arab",
        "cym_Latn",
        "deu_Latn",
        "fra_Latn",
        "ind_Latn",
        "ita_Latn",
        "rus_Cyrl",
        "spa_Latn",
        "swh_Latn",
    )
    make_model(tmp_path / "models/nllb-200-1.3B", ["eng_Latn", *targets], end_bias=1)
    on_cpu = ("translate.engine.args.device=cpu", "translate.engine.args.compute_type=float32")
    corpus = run("transweb_edu", tmp_path, "translate", *on_cpu)
    with open_corpus(corpus) as connection:
        # Random weights translate nothing: every segment is asked for, checked and accounted for.
        found = connection.sql("SELECT target_lang, dropped, len(segments) FROM translations ORDER BY 1").fetchall()
        counts = connection.sql("SELECT counts FROM ledger WHERE stage = 'translate'").fetchall()
    assert [row[0] for row in found] == list(targets)
    assert {row[2] for row in found} == {len(PARAGRAPHS)}
    for (counted,) in counts:
        assert sum(count for name, count in counted.items() if name.startswith("segments")) == len(PARAGRAPHS)
        assert counted["tokens_in"] > 0
