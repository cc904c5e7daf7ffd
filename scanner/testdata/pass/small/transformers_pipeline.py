import torch
from transformers import AutoModel, AutoTokenizer, pipeline

MODEL = "sentence-transformers/all-MiniLM-L6-v2"

class InferenceService:
    def __init__(self, **kwargs):
        self.device = 0 if torch.cuda.is_available() else -1
        self.tokenizer = AutoTokenizer.from_pretrained(MODEL, trust_remote_code=False)
        self.model = AutoModel.from_pretrained(MODEL, torch_dtype=torch.float32).eval()
        self.ner = pipeline("ner", model="dslim/bert-base-NER", aggregation_strategy="simple", device=self.device)

    @torch.inference_mode()
    async def __call__(self, inputs, parameters):
        batch = self.tokenizer([inputs["text"]], padding=True, truncation=True, return_tensors="pt")
        out = self.model(**batch)
        mask = batch["attention_mask"].unsqueeze(-1)
        vec = (out.last_hidden_state * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        ents = [{"text": e["word"], "kind": e["entity_group"]} for e in self.ner(inputs["text"])]
        return {"embedding": vec[0].tolist(), "entities": ents}
