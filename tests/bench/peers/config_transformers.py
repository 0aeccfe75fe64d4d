"""What an author of tests writes: a model of a config, without memory for its weights, or saved with new ones.

``config_transformers.py meta|FOLDER CONFIG``, where CONFIG is the config.json in a folder of its own
"""

import sys
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

target, config = sys.argv[1], Path(sys.argv[2])
with torch.device("meta" if target == "meta" else "cpu"):
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(config.parent))
if target == "meta":
    for name, tensor in model.state_dict().items():
        print(name, tuple(tensor.shape), tensor.dtype)
else:
    model.save_pretrained(target)
