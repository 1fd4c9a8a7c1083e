"""Machine-readable wishes of a page's publisher, and terms of access: axes of their own beside the licence.

Read are robots directives (`noai`, `noml` and Cloudflare's `Content-Signal` among them), IETF AIPREF's `Content-Usage`
(draft-ietf-aipref-vocab-08: `train-ai=n`; of equal keys the last counts, of contradicting statements the refusal),
W3C's TDM Reservation Protocol (2024) and RSL 1.0.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.licensing.collectors.page_hints import JSON_LD, RSL, TERMS
from pipelines.licensing.collectors.parsed_page import ParsedPage, parsed_page
from pipelines.licensing.collectors.rsl import rsl_terms
from pipelines.licensing.collectors.web_page import RSL_TYPE

_REFUSALS = frozenset({"noai", "noml"})  # DeviantArt's and Mojeek's words; `noimageai` speaks of pictures alone
_TDM_NAMES = ("tdm-reservation", "tdm-policy")
_HEADERS = ("x-robots-tag", "content-usage", "content-signal", *_TDM_NAMES, "link")
_ROBOTS_META = re.compile(r"(?:robots|bots|ai-?bots?|.*bot|ccbot|gptbot|google-extended)", re.IGNORECASE)
_TERMS_RELATIONS = frozenset({"terms-of-service", "terms-of-use"})
_LINK_HEADER = re.compile(r"<(?P<url>[^>]*)>(?P<parameters>[^<]*)")
_FREE_KEY = "isaccessibleforfree"
_FREE_FLAG = re.compile(r'"isAccessibleForFree"\s*:\s*"?(false)"?', re.IGNORECASE)


@dataclass
class _Gathered:
    trains: list[bool] = field(default_factory=list)
    reserved: list[bool] = field(default_factory=list)
    raw: list[dict[str, str]] = field(default_factory=list)
    terms: list[dict[str, str]] = field(default_factory=list)


def page_preferences(headers: Mapping[str, str], page: str | ParsedPage) -> dict[str, Any]:
    """Return the preferences that a page was served with, in the form of `documents.preferences`.

    Args:
        headers: Of its HTTP response, in any case; a repeated header's values joined by commas.
        page: The page as served, decoded; or parsed already.

    Returns:
        Empty where nothing is said. Else `train_ai` (`y`, `n` or `unknown`), `tdm_reserved` (`1`, `0` or `unknown`),
        `raw` (each signal as found: `signal`, `value`, `locator`) and, where there are some, `access_terms` (contracts
        that access is bound to: `kind`, `value`, `locator`).
    """
    gathered = _Gathered()
    lowered = {name.casefold(): value for name, value in headers.items()}
    if not lowered.keys().isdisjoint(_HEADERS):
        _read_headers(lowered, gathered)
    page = parsed_page(page)
    _read_metas(page, gathered)
    if page.hints.kinds & (TERMS | RSL | JSON_LD):
        _read_links(page, gathered)
    return preferences_of(gathered.trains, gathered.reserved, gathered.raw, gathered.terms)


def preferences_of(
    trains: Iterable[bool],
    reserved: Iterable[bool],
    raw: list[dict[str, str]],
    terms: list[dict[str, str]],
) -> dict[str, Any]:
    """Return preferences in the form of `documents.preferences`; among statements that differ the refusal counts.

    Args:
        trains: Each statement on training: whether it permits it.
        reserved: Each statement on text and data mining: whether it reserves it.
        raw: Every signal as found.
        terms: Every contract that access is bound to.
    """
    if not raw and not terms:
        return {}
    permits, reserves = set(trains), set(reserved)
    found: dict[str, Any] = {
        "train_ai": "n" if False in permits else "y" if permits else "unknown",
        "tdm_reserved": "1" if True in reserves else "0" if reserves else "unknown",
        "raw": raw,
    }
    return {**found, "access_terms": terms} if terms else found


def training_directives(value: str) -> Iterator[bool]:
    """Yield what robots directives say of training, such as `noindex, noai` or `otherbot: noml`."""
    for directive in re.split(r"[,;]", value):
        if directive.rsplit(":", 1)[-1].strip().casefold() in _REFUSALS:
            yield False


def content_usage(value: str) -> Iterator[bool]:
    """Yield what a `Content-Usage` or `Content-Signal` value says of training; other categories say nothing of it.

    >>> list(content_usage("search=y, train-ai=n")), list(content_usage("ai-train=yes")), list(content_usage("bots"))
    ([False], [True], [])
    """
    stated: dict[str, str] = {}
    for item in value.split(","):
        key, _, answer = item.split(";")[0].partition("=")
        stated[key.strip().casefold()] = answer.strip().casefold()
    for key in ("train-ai", "ai-train"):
        if stated.get(key) in ("y", "yes", "n", "no"):
            yield stated[key].startswith("y")


def _read_headers(headers: Mapping[str, str], gathered: _Gathered) -> None:
    readings = {"x-robots-tag": training_directives, "content-usage": content_usage, "content-signal": content_usage}
    for name, reading in readings.items():
        if name in headers:
            value = headers[name]
            gathered.raw.append(_signal(name, value, f"header {name}"))
            gathered.trains += reading(value)
    for name in _TDM_NAMES:
        if name in headers:
            _add_tdm(name, headers[name], f"header {name}", gathered)
    for match in _LINK_HEADER.finditer(headers.get("link", "")):
        if RSL_TYPE in match["parameters"].casefold():
            gathered.terms.append(_terms("rsl", match["url"], "header link"))


def _read_metas(page: ParsedPage, gathered: _Gathered) -> None:
    for meta in page.marked("meta"):
        name, value = (meta.getattr("name") or "").casefold(), meta.getattr("content") or ""
        if not meta.hasattr("content"):
            continue
        if name in _TDM_NAMES:
            _add_tdm(name, value, f"meta {name}", gathered)
        elif _ROBOTS_META.fullmatch(name):
            gathered.raw.append(_signal("robots", value, f"meta {name}"))
            gathered.trains += training_directives(value)


def _read_links(page: ParsedPage, gathered: _Gathered) -> None:
    for link in page.marked("link", "a"):
        if not link.hasattr("href") or (link.tag == "a" and not link.hasattr("rel")):
            continue
        relations = set((link.getattr("rel") or "").casefold().split())
        href = link.getattr("href") or ""
        if link.getattr("type") == RSL_TYPE:
            gathered.terms.append(_terms("rsl", href, "link"))
        elif relations & _TERMS_RELATIONS:
            gathered.terms.append(_terms("terms_of_service", href, "link"))
    for script in page.marked("script"):
        content = script.text or ""
        if script.getattr("type") == RSL_TYPE:
            said = rsl_terms(content)
            gathered.raw.append(_signal("rsl", content.strip(), "script"))
            gathered.trains += [] if said.trains is None else [said.trains]
            gathered.terms += [_terms("rsl_payment", "payment", "script")] if said.paid else []
        elif "ld+json" in (script.getattr("type") or "") and _is_paywalled(content):
            gathered.terms.append(_terms("paywall", "isAccessibleForFree: false", "json_ld"))


def _is_paywalled(graph: str) -> bool:
    return _FREE_KEY in graph.lower() and _FREE_FLAG.search(graph) is not None


def _add_tdm(name: str, value: str, locator: str, gathered: _Gathered) -> None:
    gathered.raw.append(_signal(name, value, locator))
    if name == "tdm-policy":
        gathered.terms.append(_terms("tdm_policy", value.strip(), locator))
    else:
        gathered.reserved += [part == "1" for part in re.split(r"[\s,]+", value) if part in ("0", "1")]


def _signal(name: str, value: str, locator: str) -> dict[str, str]:
    return {"signal": name, "value": value, "locator": locator}


def _terms(kind: str, value: str, locator: str) -> dict[str, str]:
    return {"kind": kind, "value": value, "locator": locator}
