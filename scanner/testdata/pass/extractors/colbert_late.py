"""Late interaction: a vector a token, scored by the sum of best matches."""
import string
from functools import reduce
from operator import or_

import numpy as np
import torch
from torch import nn
from transformers import BertModel, BertPreTrainedModel, BertTokenizerFast


class ColBert(BertPreTrainedModel):
    def __init__(self, config, dim=128):
        super().__init__(config)
        self.bert = BertModel(config)
        self.linear = nn.Linear(config.hidden_size, dim, bias=False)
        self.post_init()

    def forward(self, input_ids, attention_mask, skip=None):
        hidden = self.bert(input_ids, attention_mask=attention_mask).last_hidden_state
        vectors = nn.functional.normalize(self.linear(hidden), p=2, dim=2)
        mask = attention_mask.bool() if skip is None else attention_mask.bool() & ~skip
        return vectors * mask.unsqueeze(-1), mask


def max_sim(query, document):
    return (query @ document.transpose(-1, -2)).amax(-1).sum(-1)


class ColBertInferenceService:
    def __init__(self, checkpoint="colbert-ir/colbertv2.0", query_length=32):
        self.tokenizer = BertTokenizerFast.from_pretrained(checkpoint)
        self.model = ColBert.from_pretrained(checkpoint).eval()
        self.query_length = query_length
        self.punctuation = {self.tokenizer.encode(p, add_special_tokens=False)[0] for p in string.punctuation}

    def _skip(self, ids):
        return reduce(or_, (ids == p for p in self.punctuation))

    @torch.no_grad()
    def query(self, text):
        batch = self.tokenizer("[unused0] " + text, padding="max_length", max_length=self.query_length, truncation=True, return_tensors="pt")
        batch["input_ids"][batch["input_ids"] == self.tokenizer.pad_token_id] = self.tokenizer.mask_token_id
        vectors, _ = self.model(batch["input_ids"], torch.ones_like(batch["attention_mask"]))
        return vectors[0]

    @torch.no_grad()
    def document(self, text):
        batch = self.tokenizer("[unused1] " + text, truncation=True, max_length=300, return_tensors="pt")
        vectors, mask = self.model(batch["input_ids"], batch["attention_mask"], self._skip(batch["input_ids"]))
        return vectors[0][mask[0]]

    def __call__(self, inputs, parameters):
        if "query" in inputs:
            q = self.query(inputs["query"])
            ranked = [(i, float(max_sim(q, self.document(d)))) for i, d in enumerate(inputs["documents"])]
            return {"ranking": sorted(ranked, key=lambda pair: pair[1], reverse=True)}
        vectors = self.document(inputs["text"]).numpy().astype(np.float16)
        return {"embedding": vectors.mean(0).tolist(), "multi": vectors.tolist()}
