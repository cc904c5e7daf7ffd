"""Vectors of source code: a snippet is split at functions, each is embedded."""
import ast
import io
import keyword
import tokenize
from typing import Iterator, List, Tuple

import tree_sitter_javascript as tsjs
from sentence_transformers import SentenceTransformer
from tree_sitter import Language, Parser

JS = Language(tsjs.language())


class Functions(ast.NodeVisitor):
    def __init__(self, source: str) -> None:
        self.source = source
        self.found: List[Tuple[str, str]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        text = ast.get_source_segment(self.source, node) or ""
        self.found.append((node.name, text))
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef


def python_functions(source: str) -> List[Tuple[str, str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError as err:
        return [("<broken at line %d>" % (err.lineno or 0), source)]
    visitor = Functions(source)
    visitor.visit(tree)
    return visitor.found or [("<module>", source)]


def javascript_functions(source: str) -> List[Tuple[str, str]]:
    parser = Parser(JS)
    data = source.encode()
    stack, out = [parser.parse(data).root_node], []
    while stack:
        node = stack.pop()
        if node.type in {"function_declaration", "method_definition", "arrow_function"}:
            name = node.child_by_field_name("name")
            out.append((name.text.decode() if name else "<anonymous>", data[node.start_byte:node.end_byte].decode()))
        stack.extend(reversed(node.children))
    return out


def identifiers(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            yield token.string


def strip_comments(source: str, language: str = "") -> str:
    mark = {"python": "#", "javascript": "//"}.get(language)
    if mark is None:
        return source
    return "\n".join(line.partition(mark)[0].rstrip() for line in source.splitlines())


SPLITTERS = {"python": python_functions, "javascript": javascript_functions}


class CodeInferenceService:
    def __init__(self):
        self.model = SentenceTransformer("microsoft/unixcoder-base")

    def run_inference(self, inputs, parameters):
        language = inputs.get("language", "python")
        parts = SPLITTERS.get(language, lambda s: [("<all>", s)])(inputs["code"])
        vectors = self.model.encode([strip_comments(text, language) for _, text in parts], normalize_embeddings=True)
        return {"embedding": vectors.mean(axis=0).tolist(), "functions": [name for name, _ in parts]}
