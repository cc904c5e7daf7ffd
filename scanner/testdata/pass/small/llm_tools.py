import json
import os
from typing import Any, Callable
import anthropic

TOOLS: dict[str, Callable[..., Any]] = {}

def tool(fn):
    TOOLS[fn.__name__] = fn
    fn.schema = {"name": fn.__name__, "description": (fn.__doc__ or "").strip(), "input_schema": {"type": "object", "properties": {
        k: {"type": "string"} for k in fn.__annotations__ if k != "return"}}}
    return fn

@tool
def lookup(word: str) -> str:
    """Looks a word up. Never runs os.system or eval."""
    return word.upper()

class Agent:
    def __init__(self, model="claude-3-5-haiku-latest"):
        self.client = anthropic.Anthropic(api_key=os.environ.get("ANTHROPIC_API_KEY"))
        self.model = model
    def run(self, prompt, system="You are terse."):
        messages = [{"role": "user", "content": prompt}]
        while True:
            r = self.client.messages.create(model=self.model, max_tokens=500, system=system, messages=messages, tools=[t.schema for t in TOOLS.values()])
            if r.stop_reason != "tool_use":
                return "".join(b.text for b in r.content if b.type == "text")
            messages.append({"role": "assistant", "content": r.content})
            messages.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": b.id, "content": json.dumps(TOOLS[b.name](**b.input))}
                                                         for b in r.content if b.type == "tool_use"]})
