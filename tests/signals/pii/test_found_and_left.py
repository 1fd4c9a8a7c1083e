"""What is personal data of each kind, and what only looks like it."""

import pyarrow as pa
import pytest

from signals.pii import masks


def masked(text: str) -> str:
    parts, behind = [], 0
    for mask in masks(pa.array([text])).to_pylist():
        parts += [text[behind : mask["start"]], mask["replacement"]]
        behind = mask["end"]
    return "".join([*parts, text[behind:]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first+tag@sub.domain.co.uk.", "<EMAIL>."),
        ("<mailto:a.b-c@d-e.fr>", "<mailto:<EMAIL>>"),
        ("邮箱abc.def@qq.com，", "邮箱<EMAIL>，"),
        ("메일 a@daum.net의", "메일 <EMAIL>의"),
        ("ЮрійЧорноіванyurchor@ukr.netПереклад", "ЮрійЧорноіван<EMAIL>Переклад"),
        ("почта@пример.рф", "<EMAIL>"),
        ("end a@b.com.The next", "end <EMAIL>.The next"),
        ("_a@b.org_", "_<EMAIL>_"),
        ("http://93.184.216.34:8080/x", "http://<IPV4>:8080/x"),
        ("IP: 1.2.3.4, nameserver 8.8.8.8", "IP: <IPV4>, nameserver <IPV4>"),
        ("[2607:f8b0:4005:805::200e]:443", "[<IPV6>]:443"),
        ("+44 20 7946 0958; +86 138 1234 5678", "<PHONE>; <PHONE>"),
        ("Tel.: +49 (0)30 / 123456-78", "Tel.: <PHONE>"),
        ("0049 89 1234567", "<PHONE>"),
        ("(+49) 30 901820, (+33) 1 42 68 53 00", "<PHONE>, <PHONE>"),
        ("(Tel. +49 30 901820) (+44 20 7946 0958)", "(Tel. <PHONE>) (<PHONE>)"),
        ("WhatsApp 5512345678", "WhatsApp <PHONE>"),
        ("0044\u00a0(0)20 7946 0958", "<PHONE>"),
        ("212-664-7665,212-664-7666 212-664-7667", "<PHONE>,<PHONE> <PHONE>"),
        ("(555) 123-4567 or 415-555-2671", "<PHONE> or <PHONE>"),
        ("電話は03-1234-5678、携帯：09012345678", "電話は<PHONE>、携帯：<PHONE>"),
        ("Телефон: 8 (495) 123-45-67", "Телефон: <PHONE>"),
        ("电话：021-54098575  54098577", "电话：<PHONE>  54098577"),
        ("Telefon Numarası: 0212 555 12 34", "Telefon Numarası: <PHONE>"),
        ("GB29 NWBK 6016 1331 9268 19, NL91ABNA0417164300", "<IBAN>, <IBAN>"),
        ("FR76 30006 00001 12345678901 89", "<IBAN>"),
        ("(5555555555554444), VISA 4111 1111 1111 1111", "(<CARD>), VISA <CARD>"),
        ("3782 822463 10005", "<CARD>"),
        ("AKIAQWERTYUIOP234567", "<SECRET>"),
        ("OPENAI_API_KEY=sk-proj-abc123DEF456ghi789JKL012mno345", "OPENAI_API_KEY=<SECRET>"),
        ("token: 123e4567-e89b-12d3-a456-426614174000", "token: <SECRET>"),
        ('password = "Tr0ub4dor-3"', 'password = "<SECRET>"'),
        ('{"apiKey": "9f8e7d6c5b4a39281706f5e4"}', '{"apiKey": "<SECRET>"}'),
        ("Passwort: geheim2024!, mot de passe : Abcd1234", "Passwort: <SECRET>, mot de passe : <SECRET>"),
        (
            "contraseña: Abcd1234 пароль: Qwerty123 密码：abc12345",
            "contraseña: <SECRET> пароль: <SECRET> 密码：<SECRET>",
        ),
        ('"密码"： abc12345, 密码 ：abc12346', '"密码"： <SECRET>, 密码 ：<SECRET>'),
        ("postgres://admin:S3cr3tPw@db.internal:5432/x", "postgres://<SECRET>@db.internal:5432/x"),
        ("Follow @john_doe, thanks to @alice!", "Follow <USER>, thanks to <USER>!"),
        ("@bob says hello", "<USER> says hello"),
        ("seen by @bob@social.coop.", "seen by <USER>."),
    ],
)
def test_found(text: str, expected: str) -> None:
    assert masked(text) == expected


def test_rows_of_numbers_are_found_in_one_round() -> None:
    text = "00852-27100021 " * 20_000
    assert masks(pa.array([text])).num_rows == 20_000


@pytest.mark.parametrize(
    "text",
    [
        "john@example.com, jane@sub.example.org, root@localhost, a@foo.test, me@corp.internal",  # reserved
        "user@host, git@github.com:a/b, scp me@host.com:~/x, https://user:password@host.com/, 50@each",
        "192.0.2.44, 198.51.100.7, 203.0.113.9, 192.168.0.1, 127.0.0.1, 255.255.255.0, 0.0.0.0, 239.1.1.1",
        "203.97.2.0/24 and 130.155.0.0",  # networks
        "version 93.84.216.34, v99.88.77.66, linux-99.88.77.66, 2.6.32.71, see 4.2.13.1, 1.3.6.1.4.1",
        "2001:db8::42 fe80::1 ::1 2004:13:33:34 52:54:00:12:34:10",
        "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2, ISSN 1234-5678, 2020-01-02 13:45:00, 12.05.2021",
        "Telif Hakkı © 2002-2003, Fax: 2020-01-02, cell 3.1415926535, Cell (2013) 152, Fax 1990–2000",
        "0012 3456 7890, 0a 01 23 45 67 89, 01 23 45 67 89 10, 123.456.7890",  # rows and versions
        "IBAN DE88 3704 0044 0532 0130 00",  # wrong check digits
        "DE89A704004405320130000, XX89370400440532013000",  # no such form, no such country
        "4111 1111 1111 1112, 0.4111111111111111, 1234 4111 1111 1111 1111 1234",
        "AKIAIOSFODNN7EXAMPLE, sk-learn-contrib-package-name, ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "Passwort: mindestens 8 Zeichen, contraseña: 8 caracteres, 密码：至少8位, hotkey=9f8e7d6c5b4a39281706f5e4",
        "password=request.POST['password1'], key: /home/debian/pki-falcot/private.key, token = get_token(request)",
        "rng = default_rng(2435908729190400), doi:10.1088/0026-1394/44/2/003, key = 'actions_dreamed_t0_to_H_BxT'",
        'license_key": "BSD-3-Clause-Open-MPI", license_key: gradle-tou-2022-01-13, key = i2p-gpl-java-exception',
        "the EnvRunners (@ray.remote), @property def x, @param name, my @array = (1), @media print, @Override",
    ],
)
def test_left(text: str) -> None:
    assert masked(text) == text
