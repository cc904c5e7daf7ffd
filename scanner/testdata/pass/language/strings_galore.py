"""Strings of all kinds: what a scanner must read past without taking fright."""
import re
import textwrap
import unicodedata

EVAL_HELP = 'never use eval("...") or exec(code) here'
PATHS = (r"C:\new\table\x.txt", "/etc/hosts", "..\\..\\data", "~/models", r"\\server\share")
ESCAPES = "tab\t newline\n quote\" back\\ bell\a nul\x00 e-acute\u00e9 snowman\N{SNOWMAN} rocket\U0001F680 octal\101"
BYTES = b"\x89PNG\r\n\x1a\n" + b'\xff\xd8\xff' rb"\d+\.\w*"
IMPLICIT = ("import " "os; " 'os.system("ls")' """ -- only text""")
TRIPLE = '''He said "eval('1+1')" and then "__import__('os')".'''
LONG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PERCENT = "%(name)-10s|%(score)6.2f|%(share)5.1f%%|%%s"
BRACES = "{{literal}} {0!r:>10} {name:{width}.{precision}f} {items[0]} {point.x}"
EMOJI = "👩‍💻 works on 🏳️‍🌈 with ❤️ and 👍🏽"
WORDS = {"zh": "执行代码", "ja": "コードを実行する", "ru": "выполнить код", "ar": "تنفيذ", "he": "הרץ קוד", "fa": "کد را اجرا می‌کند"}

URL = re.compile(
    r"""(?xi)
    \b(?P<scheme>https?|ftp)://            # scheme
    (?:(?P<user>[^\s:@/]+)(?::(?P<password>[^\s@/]*))?@)?
    (?P<host>(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]*[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff]{2,})
    (?::(?P<port>\d{2,5}))?
    (?P<path>/[^\s?#]*)?(?:\?(?P<query>[^\s#]*))?(?:\#(?P<fragment>\S*))?
    """
)
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[.,' ]\d{3})+|\d+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
PYTHONIC = re.compile(r"(?<![.\w])(?:eval|exec|compile|open|globals|locals|vars|setattr|delattr)\s*\((?!\))")
BACKSLASHES = re.compile("\\\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[0-7]{1,3}|[abfnrtv'\"\\\\])")


def fstrings(name, score, items, width=8):
    quoted = f"{name!r:>{width}} {score:.{2 + 1}f} {'many' if len(items) > 1 else 'one'}"
    nested = f"{', '.join(f'{k}={v:>{width}}' for k, v in items.items())}"
    debug = f"{score=:.3f} {name.upper() = !s} {{not a field}}"
    multi = (
        f"<{name}>"
        f"{score:,.0f}" rf"\n stays \n {name}"
        f'''{"a" + 'b'} {items["x"] if "x" in items else None}'''
    )
    return quoted, nested, debug, multi, "%s %r %5.1f" % (name, items, score), "{0} {1!r}".format(name, items)


def table(rows):
    lines = [PERCENT % dict(name=n, score=s, share=100 * s) for n, s in rows]
    return textwrap.indent("\n".join(lines), "  ") + "\n" + BRACES.format("x", name=1.5, width=8, precision=2, items=[1], point=complex(1, 2).conjugate() and type("P", (), {"x": 1}))


def fold(text):
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in text if not unicodedata.combining(c))


def smart(text):
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x00A0: " ", 0x200B: None, 0xFEFF: None})


def main():
    """Prints a few.  ``exec`` and ``eval`` in docstrings are words.

    >>> import os; os.system("true")
    0
    >>> eval("1 + 1")
    2
    """
    print(*fstrings("Ada", 0.93, {"x": 1, "y": 22}), sep="\n")
    print(URL.search("see https://user:pw@example.com:8080/a/b?c=d#e").groupdict(), NUMBER.findall("1,234.5 and -3e7"), bool(PYTHONIC.search(TRIPLE)))
    print(fold("Größe ÀÉÎ"), smart("“quoted” – it’s"), len(BYTES), BACKSLASHES.sub("?", r"a\nb\\c"))
