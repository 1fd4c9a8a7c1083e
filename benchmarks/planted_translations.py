# ruff: noqa: E501, RUF001  # phrases in letters of many scripts
"""Bad translations made from good ones: each a failure that translation engines are known for.

Nothing here is shared with the checks: no constant, no phrase, no pattern.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from benchmarks.translation_pairs import HumanTranslation

_SHORTEST = 40  # characters of a translation that can lose something
_LEAST_DROPPED = 0.15  # a clause of less is an aside
_SENTENCE = re.compile(r"[^.!?。！？।؟።]+[.!?。！？।؟።]+\s*")
_CLAUSE = re.compile(r"[^,;:，；、،]+[,;:，；、،]?\s*")
_URL = re.compile(r"https?://\S+[\w/]|[\w.]+@[\w.]+\w|www\.\S+\w")
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"`[^`]+`|<[a-z/][^>]*>|%[sd]|--[a-z][a-z-]+|/(?:usr|etc|var|home)/[\w./-]*\w|\w+\(\d?\)|\w+_\w+")

_PREAMBLES = {
    "eng": ("Here is the translated passage:\n\n", "Sure thing! In the language you asked for: ", "Translation:\n",
            "Below you will find my translation of your text.\n\n"),
    "por": ("Aqui está o texto traduzido:\n\n", "Claro! Segue a tradução: "),
    "spa": ("Aquí tienes el texto traducido:\n\n", "¡Por supuesto! La traducción sería: "),
    "fra": ("Voici le passage traduit :\n\n", "Bien sûr ! La traduction est la suivante : "),
    "deu": ("Hier ist der übersetzte Abschnitt:\n\n", "Gerne! Die Übersetzung lautet: "),
    "ita": ("Ecco il testo tradotto:\n\n", "Certo! La traduzione è la seguente: "),
    "rus": ("Вот переведённый текст:\n\n", "Конечно! Перевод выглядит так: "),
    "jpn": ("以下が翻訳した文章です：\n\n", "もちろんです。翻訳は次のとおりです："),
    "zho": ("以下是翻译后的文本：\n\n", "好的！译文如下："),
    "ara": ("إليك النص المترجم:\n\n", "بالتأكيد! الترجمة هي كما يلي: "),
}  # fmt: skip
_NOTES = {
    "eng": ("\n\nNote: product names were kept as they are.", " (I have left the technical terms untranslated.)"),
    "por": ("\n\nObservação: mantive os nomes próprios no original.",),
    "spa": ("\n\nNota: he conservado los términos técnicos en inglés.",),
    "fra": ("\n\nRemarque : j'ai conservé les termes techniques.",),
    "deu": ("\n\nAnmerkung: Fachbegriffe habe ich beibehalten.",),
    "rus": ("\n\nПримечание: термины оставлены без перевода.",),
    "jpn": ("\n\n注：専門用語はそのままにしました。",),
    "zho": ("\n\n注：专有名词保留原文。",),
}
_REFUSALS = {
    "eng": ("I apologize, but I am not able to help with this request.", "As a language model, I can't translate that.",
            "Unfortunately this content goes against my guidelines.", "Please provide the text you would like translated."),
    "por": ("Lamento, mas não consigo ajudar com esse pedido.", "Por favor, envie o texto que deseja traduzir."),
    "spa": ("Lo lamento, no me es posible ayudarte con esa petición.", "Por favor, indica el texto que quieres traducir."),
    "fra": ("Je regrette, mais il m'est impossible de répondre à cette demande.", "Merci de me donner le texte à traduire."),
    "deu": ("Leider kann ich bei dieser Anfrage nicht behilflich sein.", "Bitte geben Sie den zu übersetzenden Text an."),
    "ita": ("Purtroppo non posso aiutarti con questa richiesta.", "Per favore, fornisci il testo che desideri tradurre."),
    "rus": ("К сожалению, я не могу помочь с этим запросом.", "Пожалуйста, пришлите текст, который нужно перевести."),
    "jpn": ("申し訳ございませんが、このご依頼にはお応えできません。", "翻訳したい文章を入力してください。"),
    "zho": ("很抱歉，我无法协助完成该请求。", "请提供您想要翻译的文本。"),
    "ara": ("عذراً، لا يمكنني المساعدة في هذا الطلب.", "يرجى تقديم النص الذي تريد ترجمته."),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A human translation and what a failure may be made of.

    Attributes:
        pair: The translation.
        elsewhere: The same line of the same page in further languages.
        draw: Where chance comes from.
    """

    pair: HumanTranslation
    elsewhere: Mapping[str, str]
    draw: random.Random

    @property
    def target(self) -> str:
        """The human's text."""
        return self.pair.target


def truncated(case: Case) -> str | None:
    """Stop somewhere in the middle, after a word or inside of one."""
    if len(case.target) < _SHORTEST:
        return None
    kept = case.target[: round(len(case.target) * case.draw.uniform(0.2, 0.8))]
    whole = kept.rpartition(" ")[0]
    return (whole if whole and case.draw.random() < 1 / 2 else kept).rstrip()


def looped(case: Case) -> str | None:
    """Say the last words, a sentence or a few characters again and again."""
    words = case.target.split()
    tail = case.draw.choice(
        [" ".join(words[-case.draw.randint(1, 6) :]), case.target, case.target[-case.draw.randint(2, 9) :]]
    )
    between = " " if " " in case.target else ""
    begin = case.target if case.draw.random() < 1 / 2 else " ".join(words[: len(words) // 2])
    return begin + between + between.join([tail] * case.draw.randint(4, 40))


def copied(case: Case) -> str | None:
    """Return the source, whole or with its end translated."""
    if len(case.pair.source) < _SHORTEST:
        return None
    if case.draw.random() < 3 / 4:
        return case.pair.source
    words, translated = case.pair.source.split(), case.target.split()
    return " ".join(words[: round(0.7 * len(words))] + translated[round(0.7 * len(translated)) :])


def wrong_language(case: Case) -> str | None:
    """Return the translation into another language."""
    others = [text for language, text in sorted(case.elsewhere.items()) if language != case.pair.languages[0]]
    if len(case.target) < _SHORTEST or not others:
        return None
    return case.draw.choice(others)


def dropped_sentence(case: Case) -> str | None:
    """Leave a sentence out."""
    return _without_one(_SENTENCE.findall(case.target), case)


def dropped_clause(case: Case) -> str | None:
    """Leave out what stands between two commas or a comma and an end, or a sentence."""
    if len(_SENTENCE.findall(case.target)) > 1:
        return None
    return _without_one(_CLAUSE.findall(case.target), case)


def damaged_url(case: Case) -> str | None:
    """Change a character of a URL or an address, translate its parts apart by spaces, or lose it."""
    return _damaged(_URL, case, lambda text: re.sub(r"[/.:@]", lambda mark: mark[0] + " ", text))


def damaged_number(case: Case) -> str | None:
    """Change a digit, lose one, or add one."""
    found = [match for match in _DIGITS.finditer(case.target) if match[0] in _DIGITS.findall(case.pair.source)]
    if not found:
        return None
    match = case.draw.choice(found)
    place = case.draw.randrange(len(match[0]))
    digit = str((int(match[0][place]) + case.draw.randint(1, 9)) % 10)
    wrong = case.draw.choice(
        [match[0][:place] + digit + match[0][place + 1 :], match[0] + digit, match[0][1:] or digit]
    )
    return case.target[: match.start()] + wrong + case.target[match.end() :]


def damaged_code(case: Case) -> str | None:
    """Change a character of a piece of code, put a space in, or lose it."""
    return _damaged(_CODE, case, lambda text: text[:1] + " " + text[1:])


def refusal(case: Case) -> str | None:
    """Refuse, or ask for the text, in English or the language wanted."""
    return case.draw.choice(_phrases(_REFUSALS, case))


def preamble(case: Case) -> str | None:
    """Announce the translation."""
    return case.draw.choice(_phrases(_PREAMBLES, case)) + case.target


def note(case: Case) -> str | None:
    """Comment on the translation."""
    return case.target + case.draw.choice(_phrases(_NOTES, case))


FAILURES: Mapping[str, Callable[[Case], str | None]] = MappingProxyType(
    {
        "truncated": truncated,
        "looped": looped,
        "copied": copied,
        "wrong language": wrong_language,
        "dropped sentence": dropped_sentence,
        "dropped clause": dropped_clause,
        "damaged URL": damaged_url,
        "damaged number": damaged_number,
        "damaged code": damaged_code,
        "refusal": refusal,
        "preamble": preamble,
        "note": note,
    }
)


def _without_one(parts: list[str], case: Case) -> str | None:
    whole = len(case.target)
    droppable = [
        number for number, part in enumerate(parts) if _LEAST_DROPPED * whole <= len(part.strip()) < 0.9 * whole
    ]
    if whole < _SHORTEST or len(parts) < 2 or not droppable or "".join(parts).strip() != case.target:  # noqa: PLR2004
        return None
    dropped = case.draw.choice(droppable)
    return "".join(parts[:dropped] + parts[dropped + 1 :]).strip()


def _damaged(pattern: re.Pattern[str], case: Case, apart: Callable[[str], str]) -> str | None:
    found = [match for match in pattern.finditer(case.target) if match[0] in case.pair.source]
    if not found:
        return None
    match = case.draw.choice(found)
    place = case.draw.randrange(len(match[0]))
    swapped = match[0][:place] + case.draw.choice("qxzj") + match[0][place + 1 :]
    wrong = case.draw.choice([swapped, apart(match[0]), ""])
    return case.target[: match.start()] + wrong + case.target[match.end() :]


def _phrases(phrases: Mapping[str, tuple[str, ...]], case: Case) -> list[str]:
    own = phrases.get(case.pair.languages[1].partition("_")[0], ())
    return [*phrases["eng"], *own, *own]
