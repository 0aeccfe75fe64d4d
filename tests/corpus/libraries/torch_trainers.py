"""Trainers on PyTorch: checkpoints of Lightning, skorch and accelerate, which hold more than weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Train for a step, and save."""
    torch.manual_seed(1)
    _lightning(record)
    _skorch(record)
    _accelerate(record)
    _trainer(record)


def _states(prefix: str, states: dict[int, dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {
        f"{prefix}.{number}.{key}": value for number, state in states.items() for key, value in state.items()
    }


def _lightning(record: Record) -> None:
    import lightning

    class Fitted(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.save_hyperparameters({"rate": 0.1, "kind": "plain"})
            self.layer = nn.Linear(3, 2)

        def training_step(self, batch: Any, _: int) -> torch.Tensor:
            return self.layer(batch[0]).square().mean()

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.parameters(), 0.1)

    quiet = {
        "logger": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "accelerator": "cpu",
    }
    trainer = lightning.Trainer(
        max_epochs=1, default_root_dir=record.path("root"), enable_checkpointing=False, **quiet
    )
    trainer.fit(Fitted(), DataLoader(TensorDataset(tensor(1, 8, 3)), 4))
    for name, whole in (("lightning.ckpt", False), ("lightning_weights.ckpt", True)):
        trainer.save_checkpoint(record.path(name), weights_only=whole)
        saved = torch.load(record.path(name), weights_only=False)
        found = {f"state_dict.{key}": value for key, value in saved["state_dict"].items()}
        for number, optimizer in enumerate(saved.get("optimizer_states", ())):
            found |= _states(f"optimizer_states.{number}.state", optimizer["state"])
        gives(record, name, found)


def _skorch(record: Record) -> None:
    import numpy as np
    from skorch import NeuralNetRegressor

    net = NeuralNetRegressor(
        nn.Linear(3, 2), optimizer=torch.optim.Adam, max_epochs=1, verbose=0, train_split=None
    )
    net.fit(tensor(1, 8, 3).numpy(), np.zeros((8, 2), "f4"))
    net.save_params(record.path("skorch.pt"), f_optimizer=record.path("skorch_adam.pt"))
    gives(record, "skorch.pt", dict(net.module_.state_dict()))
    gives(record, "skorch_adam.pt", _states("state", net.optimizer_.state_dict()["state"]))
    net.save_params(f_params=record.path("skorch.safetensors"), use_safetensors=True)
    gives(record, "skorch.safetensors", load_file(record.path("skorch.safetensors")))


def _accelerate(record: Record) -> None:
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    model, adam = accelerator.prepare(nn.Linear(3, 2), None)[0], None
    model, adam = accelerator.prepare(model, torch.optim.Adam(model.parameters()))
    model(tensor(1, 4, 3)).square().mean().backward()
    adam.step()
    folder = Path(record.path("state/.keep")).parent
    accelerator.save_state(folder)
    gives(record, "state/model.safetensors", dict(model.state_dict()))
    gives(record, "state/optimizer.bin", _states("state", adam.state_dict()["state"]))
    gives(record, "state", dict(model.state_dict()))
    accelerator.save_model(model, Path(record.path("whole/.keep")).parent)
    gives(record, "whole", dict(model.state_dict()))


def _trainer(record: Record) -> None:
    """Write the checkpoint of transformers' Trainer, in which there are files without a tensor."""
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    config = BertConfig(
        hidden_size=16, intermediate_size=20, num_hidden_layers=1, num_attention_heads=2, vocab_size=31
    )
    rows = [{"input_ids": torch.arange(4), "labels": torch.tensor(number % 2)} for number in range(4)]
    options: dict[str, Any] = {
        "max_steps": 1,
        "report_to": [],
        "use_cpu": True,
        "disable_tqdm": True,
        "save_steps": 1,
    }
    arguments = TrainingArguments(output_dir=record.path("trainer"), **options)
    trainer = Trainer(BertForSequenceClassification(config), arguments, train_dataset=rows)
    trainer.train()
    folder = "trainer/checkpoint-1"
    states = torch.load(record.path(f"{folder}/optimizer.pt"))["state"]
    gives(record, f"{folder}/optimizer.pt", _states("state", states))
    gives(record, f"{folder}/scheduler.pt", {})
    random = torch.load(record.path(f"{folder}/rng_state.pth"), weights_only=False)
    gives(record, f"{folder}/rng_state.pth", {"cpu": random["cpu"]}, notes=("could run code",))
    record.refused(f"{folder}/training_args.bin", "'transformers.training_args.TrainingArguments'")
    gives(record, f"{folder}/model.safetensors", load_file(record.path(f"{folder}/model.safetensors")))
