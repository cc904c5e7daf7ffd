"""Training code that travels with the plugin: Lightning, datasets, accelerate, evaluate."""
import json
import os
import random
from dataclasses import dataclass

import lightning.pytorch as pl
import numpy as np
import optuna
import torch
import torchmetrics
from accelerate import Accelerator
from accelerate.utils import set_seed
from datasets import Dataset, concatenate_datasets, load_dataset
from diffusers import AutoencoderKL
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from omegaconf import MISSING, DictConfig, OmegaConf
from sentence_transformers import InputExample, SentenceTransformer, losses
from sklearn.metrics import accuracy_score
from torch.utils.data import IterableDataset, Sampler, get_worker_info
from transformers import DataCollatorWithPadding, TrainingArguments


@dataclass
class Config:
    name: str = MISSING
    lr: float = 2e-5
    epochs: int = 1
    eval: bool = True


def seed_everything(seed=13):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    os.environ["PYTHONHASHSEED"] = str(seed)
    set_seed(seed)


class Stream(IterableDataset):
    def __init__(self, urls, tokenizer):
        self.urls, self.tokenizer = urls, tokenizer

    def __iter__(self):
        info = get_worker_info()
        mine = self.urls if info is None else self.urls[info.id::info.num_workers]
        for sample in load_dataset("json", data_files=list(mine), split="train", streaming=True):
            yield {"id": sample["id"], **self.tokenizer(sample["caption"])}


class ByLength(Sampler):
    def __init__(self, lengths, size):
        self.order = sorted(range(len(lengths)), key=lengths.__getitem__)
        self.size = size

    def __iter__(self):
        batches = [self.order[i:i + self.size] for i in range(0, len(self.order), self.size)]
        random.shuffle(batches)
        return iter(batches)

    def __len__(self):
        return -(-len(self.order) // self.size)


class Probe(pl.LightningModule):
    def __init__(self, dim=128, classes=4, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Linear(dim, classes)
        self.accuracy = torchmetrics.classification.MulticlassAccuracy(num_classes=classes)

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = torch.nn.functional.cross_entropy(self(x), y)
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.accuracy(self(x), y)
        self.log("accuracy", self.accuracy, on_epoch=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)


def fit(data, config: DictConfig):
    trainer = pl.Trainer(max_epochs=config.epochs, callbacks=[EarlyStopping("loss"), ModelCheckpoint(monitor="loss")], logger=False, enable_progress_bar=False)
    model = Probe(lr=config.lr)
    trainer.fit(model, data)
    return trainer.validate(model, data) if config.eval else model


def few_shot(rows):
    model = SentenceTransformer("sentence-transformers/paraphrase-MiniLM-L3-v2")
    data = Dataset.from_list(rows).class_encode_column("label")
    model.fit([(data, losses.BatchAllTripletLoss(model))], epochs=1)
    vectors = model.encode([r["text"] for r in rows])
    return accuracy_score([r["label"] for r in rows], [rows[int(i)]["label"] for i in (vectors @ vectors.T).argmax(1)])


def search(objective, trials=10):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(lambda trial: objective(trial.suggest_float("lr", 1e-5, 1e-2, log=True)), n_trials=trials)
    return json.dumps(study.best_params)


def corpora(tokenizer):
    both = concatenate_datasets([load_dataset("ag_news", split="train[:1%]"), load_dataset("ag_news", split="test[:1%]")])
    both = both.map(lambda b: tokenizer(b["text"], truncation=True), batched=True, remove_columns=["text"]).filter(lambda r: r["label"] > 0)
    return both.with_format("torch"), DataCollatorWithPadding(tokenizer), TrainingArguments("out", eval_strategy="no")


def accelerated(model, optimizer, loader):
    accelerator = Accelerator(mixed_precision="no")
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    for x, y in loader:
        with accelerator.accumulate(model):
            accelerator.backward(torch.nn.functional.mse_loss(model(x), y))
            optimizer.step()
            optimizer.zero_grad()
    return accelerator.unwrap_model(model)


def latents(pixels):
    vae = AutoencoderKL.from_pretrained("stabilityai/sd-vae-ft-mse").eval()
    with torch.no_grad():
        return vae.encode(pixels).latent_dist.mean, losses.CosineSimilarityLoss, InputExample(texts=["a", "b"], label=0.5), OmegaConf.create({"a": 1})
