"""Rules for keys, tokens and passwords."""

import math
from collections import Counter

import regex

from signals.kernels.pii import PRIVATE_KEY, SECRET_WORD, TOKEN, URL_SCHEME
from signals.pii.cues import PASSWORD_WORDS, SECRET_WORDS
from signals.pii.kinds import SECRET
from signals.pii.rule import FOUND, NOT_BEHIND_WORD, Match, Rule, Span

_LEAST_ENTROPY = 3.5  # bits a character; words and paths have less, random letters and digits more
_PARTS = regex.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_PARTS = 3.5  # characters, their mean; names are made of words, which are longer
_WORDS = regex.compile(r"(?:[a-z]{6}|[A-Z]{6}).*[^A-Za-z](?:[a-z]{6}|[A-Z]{6})")  # two of them are chance in few keys
_JOINTS = regex.compile(r"[-_/~]+")
_WORD = regex.compile(r"[A-Za-z]+[0-9]{0,3}|[0-9]*")
_LEAST_CHUNKS, _SHARE_OF_WORDS = 3, 0.75  # names are words with joints between
_NOT_SECRET = regex.compile(r"(?i)example|sample|dummy|placeholder|changeme|redacted|x{4}|\*{3}|0{6}|your")
_STAND_INS = regex.compile(r"(?i)pass|password|passwd|pwd|pw|secret|token|key|[*x.]+|[$%{<\[].*")

_IS = r"[\"']?[ \t]{0,2}(?::=|=>|[:=\uff1a])[ \t]{0,2}"  # between a name and its value

# What services give out, as they document it; (name, pattern).
_TOKENS = (
    ("aws_access_key", r"A[KS]IA(?=[A-Z]*[0-9])[A-Z0-9]{16}"),
    ("github_token", r"gh[opsur]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    ("gitlab_token", r"glpat-[A-Za-z0-9_-]{20,64}"),
    ("slack_token", r"xox[abprs]-[A-Za-z0-9-]{10,250}"),
    ("stripe_key", r"[rs]k_live_[A-Za-z0-9]{16,247}"),
    (
        "openai_key",
        r"sk-(?=[A-Za-z_-]*[0-9][A-Za-z_-]*[0-9])(?:proj-|svcacct-|admin-|ant-[a-z0-9]{1,8}-)?[A-Za-z0-9_-]{20,250}",
    ),
    ("google_key", r"AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{20,250}"),
    ("json_web_token", r"eyJ[A-Za-z0-9_-]{10,4000}+\.eyJ[A-Za-z0-9_-]{10,4000}+\.[A-Za-z0-9_-]{10,1000}+"),
    ("hugging_face_token", r"hf_[A-Za-z]{34}"),
    ("npm_token", r"npm_[A-Za-z0-9]{36}"),
    ("pypi_token", r"pypi-AgE[A-Za-z0-9_-]{50,1000}"),
    ("sendgrid_key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("digitalocean_token", r"dop_v1_[a-f0-9]{64}"),
    ("shopify_token", r"shp(?:at|ss)_[a-fA-F0-9]{32}"),
    ("age_key", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("mailgun_key", r"key-[a-f0-9]{32}"),
)


def entropy(text: str) -> float:
    """Return the entropy of a text's characters in bits a character (Shannon 1948)."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _token(match: Match) -> Span | None:
    text = match[FOUND]
    return None if _NOT_SECRET.search(text) or len(set(text)) < 10 else match.span(FOUND)  # noqa: PLR2004  no row of one


def _assigned(match: Match) -> Span | None:
    text = match[FOUND]
    if _NOT_SECRET.search(text) or _WORDS.search(text) or entropy(text) < _LEAST_ENTROPY:
        return None
    chunks = _JOINTS.split(text)
    if len(chunks) >= _LEAST_CHUNKS and sum(map(bool, map(_WORD.fullmatch, chunks))) >= _SHARE_OF_WORDS * len(chunks):
        return None
    parts = _PARTS.findall(text)
    has_digits = any(map(str.isdigit, parts)) and not all(map(str.isdigit, parts))
    return match.span(FOUND) if has_digits and sum(map(len, parts)) < _LONGEST_PARTS * len(parts) else None


def _password(match: Match) -> Span | None:
    text = match[FOUND]
    if not any(map(str.isdigit, text)) or not any(map(str.isalpha, text)):
        return None
    return None if _STAND_INS.fullmatch(text) or _NOT_SECRET.search(text) else match.span(FOUND)


def _user_and_password(match: Match) -> Span | None:
    password = match["password"]
    is_word = password.isalpha() and password[1:].islower()  # as examples have them, in any language
    if is_word or _STAND_INS.fullmatch(password) or _NOT_SECRET.search(match[FOUND]):
        return None
    return match.span(FOUND)


SECRET_RULES = (
    Rule(
        "private_key",
        SECRET,
        PRIVATE_KEY,
        regex.compile(
            rf"(?P<{FOUND}>-----BEGIN (?P<name>[A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?)-----"
            r"(?:[^-]|-(?!----)){20,20000}+-----END (?P=name)-----)"
        ),
    ),
    *(
        Rule(
            name,
            SECRET,
            TOKEN,
            regex.compile(rf"{NOT_BEHIND_WORD}(?<![-])(?P<{FOUND}>{pattern})(?![\w-])"),
            _token,
        )
        for name, pattern in _TOKENS
    ),
    Rule(
        "assigned_secret",
        SECRET,
        SECRET_WORD,
        regex.compile(
            rf"(?<![A-Za-z0-9:])(?:{'|'.join(SECRET_WORDS)}){_IS}[\"']?"
            rf"(?P<{FOUND}>[A-Za-z0-9_+/~-]{{16,256}}+={{0,2}})(?![\w+/.~<$({{-])"
        ),
        _assigned,
    ),
    Rule(
        "assigned_password",
        SECRET,
        SECRET_WORD,
        regex.compile(
            rf"(?<![A-Za-z0-9:])(?:{'|'.join(PASSWORD_WORDS)}){_IS}(?P<quote>[\"']?)"
            rf"(?P<{FOUND}>[A-Za-z0-9!@#%^&*_+~?-]{{8,64}}+)(?P=quote)(?![^\s\"',;)}}\]<.]|\.\w)"
        ),
        _password,
    ),
    Rule(
        "url_password",
        SECRET,
        URL_SCHEME,
        regex.compile(
            rf"(?<=[A-Za-z])://(?P<{FOUND}>[^\s/:@<>\"'?#]{{1,64}}+:(?P<password>[^\s/:@<>\"'?#]{{3,128}}+))(?=@\w)"
        ),
        _user_and_password,
    ),
)
