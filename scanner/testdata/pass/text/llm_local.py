"""Structured facts from a local language model: generate, stop, parse, repair."""
import json
import re
from contextlib import suppress
from typing import Any, Dict, List, Optional, Type, TypeVar

import torch
from llama_cpp import Llama
from peft import PeftModel
from pydantic import BaseModel, Field, ValidationError
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GenerationConfig,
    StoppingCriteria,
    StoppingCriteriaList,
    pipeline,
)

M = TypeVar("M", bound=BaseModel)


class Fact(BaseModel):
    subject: str
    relation: str = Field(..., max_length=64)
    object: str
    confidence: float = Field(0.5, ge=0, le=1)


class Facts(BaseModel):
    facts: List[Fact] = []


class StopOnBrace(StoppingCriteria):
    """Stops once braces are balanced."""

    def __init__(self, tokenizer, prompt_length: int) -> None:
        self.tokenizer, self.prompt_length = tokenizer, prompt_length

    def __call__(self, input_ids, scores, **kwargs) -> bool:
        text = self.tokenizer.decode(input_ids[0, self.prompt_length:])
        return text.count("{") > 0 and text.count("{") == text.count("}")


def load(name: str, adapter: Optional[str] = None, four_bit: bool = False):
    quantization = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16) if four_bit else None
    model = AutoModelForCausalLM.from_pretrained(name, device_map="auto", torch_dtype="auto", quantization_config=quantization)
    if adapter:
        model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    return model.eval(), AutoTokenizer.from_pretrained(name)


def repair(text: str) -> Dict[str, Any]:
    text = text[text.find("{"):text.rfind("}") + 1]
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text), text.replace("'", '"')):
        with suppress(json.JSONDecodeError):
            return json.loads(attempt)
    return {}


class LocalExtractor:
    def __init__(self, name: str = "Qwen/Qwen2.5-0.5B-Instruct", **options: Any) -> None:
        self.model, self.tokenizer = load(name, **options)
        self.config = GenerationConfig(max_new_tokens=512, do_sample=False)
        self.zero_shot = pipeline("zero-shot-classification", model="facebook/bart-large-mnli", device=-1)

    @torch.inference_mode()
    def ask(self, text: str, schema: Type[M]) -> M:
        chat = [
            {"role": "system", "content": "Answer with JSON for this schema: " + json.dumps(schema.model_json_schema())},
            {"role": "user", "content": text},
        ]
        ids = self.tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt").to(self.model.device)
        stop = StoppingCriteriaList([StopOnBrace(self.tokenizer, ids.shape[1])])
        out = self.model.generate(ids, generation_config=self.config, stopping_criteria=stop)
        raw = repair(self.tokenizer.decode(out[0, ids.shape[1]:], skip_special_tokens=True))
        try:
            return schema.model_validate(raw)
        except ValidationError as err:
            raise ValueError(f"{err.error_count()} errors in the model's answer") from err


def llama_embed(path: str, texts: List[str]) -> List[List[float]]:
    llm = Llama(model_path=path, embedding=True, n_ctx=2048, verbose=False)
    return [row["embedding"] for row in llm.create_embedding(texts)["data"]]
