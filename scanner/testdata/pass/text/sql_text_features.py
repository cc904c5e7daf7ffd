"""Features of SQL queries: which tables, which verbs, how deep.  Strings only, nothing is run."""
import re
from dataclasses import dataclass, field

import sqlglot
import sqlparse
from sqlglot import expressions as exp

EXEC = "exec"
EVAL = "eval"
OPEN = "open"
VERBS = ("select", "insert", "update", "delete", EXEC, "execute", "call", "import", "load", "open", "fetch", "close")

LOAD_STATEMENT = """
    LOAD DATA INFILE '/dev/stdin' INTO TABLE events;
    EXEC sp_executesql N'SELECT 1';
    import into t from 's3://bucket/x.csv';
    OPEN cur; FETCH NEXT FROM cur; CLOSE cur;
"""

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.|'')*')|(?P<number>\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)"""
    r"""|(?P<quoted>"[^"]*"|`[^`]*`|\[[^\]]*\])|(?P<word>\w+)|(?P<op><=|>=|<>|!=|::|\|\||[-+*/%=<>(),.;])""",
)


@dataclass
class Shape:
    verbs: dict = field(default_factory=dict)
    tables: set = field(default_factory=set)
    depth: int = 0
    open: int = 0

    def add(self, verb: str) -> None:
        self.verbs[verb] = self.verbs.get(verb, 0) + 1


def normalise(query: str) -> str:
    return sqlparse.format(query, keyword_case="upper", strip_comments=True, reindent=False).strip()


def mask(query: str) -> str:
    def swap(m: "re.Match[str]") -> str:
        kind = m.lastgroup
        return {"string": "?", "number": "0"}.get(kind, m.group())

    return TOKEN.sub(swap, query)


def shape(query: str) -> Shape:
    result = Shape()
    depth = 0
    for m in TOKEN.finditer(query):
        text = m.group().lower()
        if text == "(":
            depth += 1
            result.open += 1
        elif text == ")":
            depth -= 1
            result.open -= 1
        elif m.lastgroup == "word" and text in VERBS:
            result.add(text)
        result.depth = max(result.depth, depth)
    for statement in sqlglot.parse(query, error_level=sqlglot.ErrorLevel.IGNORE):
        if statement is not None:
            result.tables |= {t.name for t in statement.find_all(exp.Table)}
    return result


def features(query: str) -> dict:
    s = shape(query)
    return {
        "masked": mask(normalise(query)),
        "is_select": s.verbs.get("select", 0) > 0,
        "runs_code": bool({EXEC, "execute", "call"} & s.verbs.keys()),
        "tables": sorted(s.tables),
        "depth": s.depth,
        "balanced": s.open == 0,
    }
