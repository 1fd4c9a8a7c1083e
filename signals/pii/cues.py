"""Words and beginnings of words behind which personal data stands; the kernel looks for them."""


def _forms(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for word in words for form in (word, word.capitalize(), word.upper())))


# Longest first: a pattern takes the first that fits.
PHONE_WORDS = tuple(
    sorted(
        {
            *_forms("tel", "téléphone", "telephone", "teléfono", "telefono", "telefone", "telefon", "phone", "tfno"),
            *_forms("mobile", "mobil", "mobiel", "móvil", "celular", "cellulare", "cell", "handy", "gsm", "whatsapp"),
            "WhatsApp",
            *_forms("fax", "telefax", "tél", "тел", "телефон", "факс", "моб", "τηλ", "τηλέφωνο"),
            *_forms("tlf", "rufnummer", "puh", "puhelin", "telefón", "telefoon", "telepon", "điện thoại"),
            *_forms("call me at", "call us at", "call me on", "call us on", "reach me at", "text me at"),
            *(
                "电话",
                "電話",
                "手机",
                "手機",
                "携帯",
                "传真",
                "傳真",
                "전화",
                "휴대폰",
                "โทร",
                "هاتف",
                "تلفن",
                "טל",
                "טלפון",
                "ফোন",
                "ఫోన్",
                "தொலைபேசி",
                "फ़ोन",
                "फोन",
            ),
        },
        key=lambda word: (-len(word), word),
    )
)

PASSWORD_WORDS = tuple(
    sorted(
        {
            *_forms("password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "wachtwoord"),
            *_forms("passe", "contraseña", "senha", "hasło", "пароль"),  # passe: the end of mot de passe
            *("密码", "密碼", "パスワード", "비밀번호"),
        },
        key=lambda word: (-len(word), word),
    )
)

# What the names of variables end with that hold secrets; those of several words, where these are written as one.
SECRET_WORDS = tuple(
    sorted(
        {
            *_forms("key", "secret", "token", "apikey"),
            *("apiKey", "accessKey", "secretKey", "accessToken", "authToken", "clientSecret"),
            *PASSWORD_WORDS,
        },
        key=lambda word: (-len(word), word),
    )
)

# How tokens and keys begin that services give out.
TOKEN_BEGINNINGS = (
    *("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_p", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxr-"),
    *("xoxs-", "sk_live_", "rk_live_", "sk-", "AIza", "GOCSPX-", "ya29.", "eyJ", "hf_", "npm_", "pypi-", "SG."),
    *("dop_v1_", "shpat_", "shpss_", "AGE-SECR", "key-"),
)
