"""Libraries of models on PyTorch: timm, peft, diffusers and sentence-transformers, as each saves its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write small models, adapters and pipelines."""
    torch.manual_seed(1)
    _timm(record)
    _peft(record)
    _diffusers(record)
    _sentences(record)


def _folder(record: Record, name: str) -> Path:
    return Path(record.path(f"{name}/.keep")).parent


def _stored(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        found |= load_file(path)
    return found


def _timm(record: Record) -> None:
    import timm
    from timm.models import save_for_hf
    from timm.utils import CheckpointSaver, ModelEmaV3

    model = timm.create_model("vit_tiny_patch16_224", img_size=32, depth=1, num_classes=3)
    save_for_hf(model, _folder(record, "timm"), safe_serialization="both")
    gives(record, "timm/model.safetensors", model.state_dict())
    gives(record, "timm/pytorch_model.bin", model.state_dict())
    gives(record, "timm", model.state_dict())
    small = torch.nn.Linear(3, 2)
    averaged = ModelEmaV3(small)
    saver = CheckpointSaver(
        small,
        torch.optim.SGD(small.parameters(), 0.1),
        model_ema=averaged,
        checkpoint_dir=str(_folder(record, "saver")),
    )
    saver.save_checkpoint(0, 0.5)
    found = {f"state_dict.{key}": value for key, value in small.state_dict().items()}
    found |= {f"state_dict_ema.{key}": value for key, value in averaged.module.state_dict().items()}
    gives(record, "saver/last.pth.tar", found)


def _peft(record: Record) -> None:
    from peft import IA3Config, LoraConfig, get_peft_model
    from transformers import BertConfig, BertModel

    config = BertConfig(
        hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, vocab_size=61
    )
    ways: dict[str, Any] = {
        "lora": LoraConfig(r=3, target_modules=["query", "value"]),
        "dora": LoraConfig(r=2, use_dora=True, target_modules=["query"]),
        "ia3": IA3Config(target_modules=["key", "value"], feedforward_modules=[]),
    }
    for name, way in ways.items():
        folder = _folder(record, name)
        get_peft_model(BertModel(config), way).save_pretrained(folder)
        gives(record, f"{name}/adapter_model.safetensors", _stored(folder))
        gives(record, name, _stored(folder))
    folder = _folder(record, "pickled_lora")
    get_peft_model(BertModel(config), ways["lora"]).save_pretrained(folder, safe_serialization=False)
    gives(record, "pickled_lora/adapter_model.bin", torch.load(folder / "adapter_model.bin"))


def _diffusers(record: Record) -> None:
    from diffusers import AutoencoderKL, UNet2DModel

    unet = UNet2DModel(
        8,
        3,
        3,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    )
    folder = _folder(record, "unet")
    unet.save_pretrained(folder)
    gives(record, "unet", _stored(folder))
    gives(record, "unet/diffusion_pytorch_model.safetensors", _stored(folder))
    folder = _folder(record, "unet_shards")
    unet.save_pretrained(folder, max_shard_size="90KB", variant="fp16")
    gives(record, "unet_shards", _stored(folder))
    folder = _folder(record, "pickled_unet")
    unet.half().save_pretrained(folder, safe_serialization=False)
    gives(record, "pickled_unet/diffusion_pytorch_model.bin", dict(unet.state_dict()))
    vae = AutoencoderKL(block_out_channels=(8,), norm_num_groups=4)
    vae.save_pretrained(_folder(record, "pipeline/vae"))
    gives(record, "pipeline/vae", dict(vae.state_dict()))
    Path(record.path("pipeline/model_index.json")).write_text("{}")
    record.refused("pipeline", "is a folder without", "is a pipeline of diffusers")


def _sentences(record: Record) -> None:
    from sentence_transformers.models import Dense

    dense = Dense(6, 4)
    folder = _folder(record, "2_Dense")
    dense.save(str(folder), safe_serialization=True)
    gives(record, "2_Dense", dict(dense.state_dict()))
    torch.save({"w": tensor(1, 2)}, record.path("in_folder/pytorch_model.bin"))
    gives(record, "in_folder", {"w": tensor(1, 2)}, or_refused=("name a file in it",))
