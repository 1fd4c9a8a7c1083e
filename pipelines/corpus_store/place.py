"""Where commands find a corpus: a folder as it is, or the working folder of one in a bucket."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.corpus.identity import CORPUS_FILE
from pipelines.corpus.locks import lock_for_run, wait_for_orphans
from pipelines.corpus.receipts import LEDGER
from pipelines.corpus_store.choices import Choice, everything
from pipelines.corpus_store.lease import hold
from pipelines.corpus_store.store import CorpusStore
from pipelines.corpus_store.working_folder import WorkingFolder
from pipelines.corpus_store.working_place import Place, StoredPlace
from pipelines.errors import LoamError
from pipelines.recipe import Recipe

FOLDERS = "LOAM_WORKING_FOLDERS"  # names the folder of working folders

_SCHEME = "s3:"


def address_of(corpus: Path) -> str | None:
    """Return the address in a bucket that a path on the command line stands for, None for a folder.

    >>> address_of(Path("s3://soil/corpora/demo")), address_of(Path("corpora/demo"))
    ('s3://soil/corpora/demo', None)
    """
    scheme, *rest = corpus.parts or ("",)
    return f"{_SCHEME}//{'/'.join(rest)}" if scheme == _SCHEME else None


def name_of(corpus: Path) -> str:
    """Return what a user calls a corpus: its address in a bucket, or the path of its folder."""
    return address_of(corpus) or str(corpus)


@contextlib.contextmanager
def open_for_run(corpus: Path, say: Callable[[str], None], *, whole: bool = False) -> Iterator[Place]:
    """Give the folder that a run works in; that of a corpus in a bucket is brought up to date, and the store with it.

    What a run that fails has done is in the store by then, and nothing of it is lost.

    Args:
        corpus: A folder, or an address in a bucket.
        say: Told what takes a while.
        whole: Whether all of it is needed, and not only what units read that are due.

    Raises:
        LoamError: Another run works on it, or the store does not answer.
    """
    address = address_of(corpus)
    if address is None:
        yield Place(corpus)
        return
    store = CorpusStore.at(address)
    working = _working_folder(store)
    with hold(store, say) as lease, contextlib.ExitStack() as locks:
        with _alone(working):
            locks.enter_context(lock_for_run(working.root.parent))  # to the end: `run` locks the corpus only later
            with _kept_at_rest(working):
                if whole:
                    working.pull()
                else:
                    working.pull_for_run()
        place = StoredPlace(working.root, working, lease)
        try:
            yield place
            place.finish()
        finally:
            place.close()


def open_for_reading(corpus: Path, choice: Choice = everything) -> Path:
    """Return the folder that holds a corpus; that of one in a bucket is brought up to date first.

    While a run on this machine is at work in it, it is ahead of the store, and left alone.

    Args:
        corpus: A folder, or an address in a bucket.
        choice: Which files are needed.

    Raises:
        LoamError: The store does not answer, or there is no corpus.
    """
    address = address_of(corpus)
    if address is None:
        return corpus
    working = _working_folder(CorpusStore.at(address))
    with _alone(working):
        if _is_at_rest(working):
            with _kept_at_rest(working):
                working.pull(choice, for_run=False)
    if not (working.root / CORPUS_FILE).is_file():
        raise LoamError(f"{address}: no corpus (no {CORPUS_FILE}); `loam run RECIPE --corpus {address}` makes one")
    return working.root


@contextlib.contextmanager
def open_for_planning(corpus: Path) -> Iterator[Path]:
    """Give a folder that tells which corpus stands at a place: its own, or for one in a bucket one with that alone.

    Args:
        corpus: A folder, or an address in a bucket.

    Raises:
        LoamError: The store does not answer.
    """
    address = address_of(corpus)
    if address is None:
        yield corpus
        return
    found = CorpusStore.at(address).read(CORPUS_FILE)
    with tempfile.TemporaryDirectory(prefix="loam-plan-") as folder:
        if found is not None:
            Path(folder, CORPUS_FILE).write_bytes(found[0])
        yield Path(folder)


def brought_others(recipe: Recipe) -> dict[str, Path]:
    """Return the folders of the corpora in buckets that a recipe deduplicates against, brought up to date.

    Raises:
        LoamError: A store does not answer, or there is no corpus.
    """
    section = recipe.dedup.against
    names = () if section is None else section.corpus
    return {name: open_for_reading(Path(name)).resolve() for name in names if address_of(Path(name)) is not None}


def _working_folder(store: CorpusStore) -> WorkingFolder:
    """Return the working folder of a corpus, the same for all commands of a user on a machine."""
    cache = os.environ.get(FOLDERS) or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loam"
    where = f"{os.environ.get('AWS_ENDPOINT_URL', '')} {store.address}"
    name = f"{Path(store.folder).name or store.bucket}-{hashlib.sha256(where.encode()).hexdigest()[:12]}"
    folder = Path(cache) / name
    root = folder / "corpus"
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LoamError(f"{folder}: {error}; {FOLDERS} names another folder") from None
    return WorkingFolder(store, root, folder / "same.json")


@contextlib.contextmanager
def _alone(working: WorkingFolder) -> Iterator[None]:
    """Let one process at a time bring a working folder up to date."""
    with working.notes.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_at_rest(working: WorkingFolder) -> bool:
    """Tell whether no run on this machine is at work in a folder; whoever is `_alone` with it keeps it so."""
    try:
        with lock_for_run(working.root.parent), lock_for_run(working.root):
            return True
    except LoamError:
        return False


@contextlib.contextmanager
def _kept_at_rest(working: WorkingFolder) -> Iterator[None]:
    """Keep runs, and what killed ones left at work, away from a folder."""
    with lock_for_run(working.root):
        if (working.root / LEDGER).is_dir():
            wait_for_orphans(working.root)
        yield
