"""Which language a document is in, when what is declared and what is detected may disagree."""

from dataclasses import dataclass

from signals.languages import UNKNOWN

CONFIDENT = 0.8  # probability from which a detected language overrules a declared one
LIKELY = 0.5  # probability from which it counts where none is declared
ENOUGH_LETTERS = 60  # a shorter text is never detected with confidence

# Languages that lid.176 takes for one another, so that it cannot speak against a declared one of the same row.
_LOOK_ALIKES = (
    "hbs bos hrv srp cnr",
    "nob nno dan",
    "ind zsm min jav sun",
    "ces slk",
    "glg por",
    "spa ast arg ext lad",
    "cat oci frp",
    "ita scn lmo vec pms egl nap srd cos fur",
    "deu gsw nds bar ltz pfl",
    "nld vls lim zea fry",
    "eng sco",
    "zho yue wuu lzh nan",
    "arb arz ary apc ajp acm aeb",
    "pes prs mzn glk tgk",
    "hin bho mai hne mag mar npi dty new san",
    "azj azb tur",
    "ben asm bpy",
    "rus bel ukr rue",
    "tat bak",
    "tgl ceb war ilo",
    "fin krl olo vro",
    "bod dzo",
)
_ROWS = {language: row for row, languages in enumerate(_LOOK_ALIKES) for language in languages.split()}


@dataclass(frozen=True)
class Evidence:
    """What is known of a document's language.

    Attributes:
        declared: FLORES code, ``und_Zyyy`` where none is declared.
        detected: FLORES code, ``und_Zyyy`` where nothing is detected.
        score: Probability of the detected language.
        letters: Letters and marks of the text; see `signals.language.scripts.letter_weights`.
    """

    declared: str
    detected: str
    score: float
    letters: int


def same_language(declared: str, detected: str) -> bool | None:
    """Tell whether two FLORES codes are of one language, whatever its script; None where one is unknown.

    Examples:
        >>> [same_language("srp_Cyrl", code) for code in ("srp_Latn", "hrv_Latn", "und_Zyyy")]
        [True, False, None]
    """
    if UNKNOWN in (declared, detected):
        return None
    return declared.partition("_")[0] == detected.partition("_")[0]


def conclude(evidence: Evidence, known: frozenset[str]) -> str:
    """Return the concluded language as a FLORES code.

    The declared language stands unless the model is confident of another. It cannot be where it does not know the
    declared language, or takes the two for one another; unless the text's script is another too.

    Args:
        evidence: What is declared and detected.
        known: ISO 639-3 codes of the languages the model can tell.
    """
    if evidence.letters < ENOUGH_LETTERS or evidence.detected == UNKNOWN:
        return evidence.declared
    if evidence.declared == UNKNOWN:
        return evidence.detected if evidence.score >= LIKELY else UNKNOWN
    if evidence.score < CONFIDENT:
        return evidence.declared
    declared, declared_script = evidence.declared.split("_")
    detected, detected_script = evidence.detected.split("_")
    undecidable = declared not in known or _ROWS.get(declared, -1) == _ROWS.get(detected, -2)
    if declared != detected and declared_script == detected_script and undecidable:
        return evidence.declared
    return evidence.detected
