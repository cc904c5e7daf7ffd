"""Asks a model for structured tags by way of a tool call, several providers behind one protocol."""
import abc
import base64
import json
import os
from typing import Any, Dict, List, Literal, Protocol, TypedDict

import anthropic
import cohere
import google.generativeai as genai
import groq
import litellm
import mistralai
import voyageai
from typing_extensions import NotRequired, Required, Unpack


class Message(TypedDict):
    role: Required[Literal["user", "assistant", "system"]]
    content: Required[str]
    name: NotRequired[str]


class Options(TypedDict, total=False):
    temperature: float
    max_tokens: int
    stop: List[str]


class Chat(Protocol):
    def ask(self, messages: List[Message], **options: Unpack[Options]) -> str: ...


TOOL: Dict[str, Any] = {
    "name": "store_tags",
    "description": "Stores what is seen in the image. Never executes anything.",
    "input_schema": {
        "type": "object",
        "properties": {"tags": {"type": "array", "items": {"type": "string"}}, "safe": {"type": "boolean"}},
        "required": ["tags"],
    },
}


class Provider(abc.ABC):
    registry: Dict[str, type] = {}

    def __init_subclass__(cls, *, name: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Provider.registry[name] = cls

    @abc.abstractmethod
    def ask(self, messages: List[Message], **options: Unpack[Options]) -> str:
        raise NotImplementedError


class Claude(Provider, name="anthropic"):
    def __init__(self) -> None:
        self.client = anthropic.Anthropic(max_retries=3)

    def ask(self, messages, **options):
        reply = self.client.messages.create(model="claude-haiku", max_tokens=options.get("max_tokens", 512), messages=messages)
        return "".join(block.text for block in reply.content if block.type == "text")

    def tags(self, image: bytes, media_type: str = "image/jpeg") -> List[str]:
        source = {"type": "base64", "media_type": media_type, "data": base64.standard_b64encode(image).decode("ascii")}
        reply = self.client.messages.create(
            model="claude-haiku", max_tokens=512, tools=[TOOL], tool_choice={"type": "tool", "name": TOOL["name"]},
            messages=[{"role": "user", "content": [{"type": "image", "source": source}, {"type": "text", "text": "Tag it."}]}],
        )
        calls = [b.input for b in reply.content if b.type == "tool_use"]
        return calls[0]["tags"] if calls else []


class Gemini(Provider, name="gemini"):
    def __init__(self) -> None:
        genai.configure(api_key=os.environ.get("GEMINI_API_KEY"))
        self.model = genai.GenerativeModel("gemini-flash")

    def ask(self, messages, **options):
        return self.model.generate_content([m["content"] for m in messages]).text


class Any_(Provider, name="litellm"):
    def ask(self, messages, **options):
        return litellm.completion(model=os.getenv("LLM", "gpt-4o-mini"), messages=messages, **options).choices[0].message.content


def embedders(texts: List[str]) -> Dict[str, Any]:
    return {
        "cohere": lambda: cohere.ClientV2().embed(texts=texts, model="embed-v4.0", input_type="search_query"),
        "voyage": lambda: voyageai.Client().embed(texts, model="voyage-3").embeddings,
        "mistral": lambda: mistralai.Mistral(api_key=os.environ["MISTRAL_API_KEY"]).embeddings.create(model="mistral-embed", inputs=texts),
        "groq": lambda: groq.Groq().chat.completions.create(model="llama", messages=[{"role": "user", "content": json.dumps(texts)}]),
    }


def provider(name: str) -> Provider:
    try:
        return Provider.registry[name]()
    except KeyError:
        raise ValueError(f"{name!r}: use one of {sorted(Provider.registry)}") from None
