"""Write the network as an int8 ONNX graph and check that it says what the network says."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.batches import collate, encode
from training.examples import Example
from training.heads import CATEGORY_HEADS, HEADS
from training.network import Network, base_folder, base_tokenizer

OUTPUTS = ("logits", "marks", "contributions")


class Explained(nn.Module):
    """The network with marks as probabilities and each token's part in each head's logit.

    The heads are linear in the mean and the maximum over tokens, so a logit is exactly the sum of
    its tokens' parts and the bias: no gradient and no second pass is needed to explain it.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Shapes (batch, heads), (batch, tokens, channels) and (batch, tokens, heads)."""
        network = self.network
        states = network.encoder(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        peak = (states + (mask - 1.0) * 1e4).max(dim=1, keepdim=True).values
        width = states.shape[-1]
        for_mean, for_peak = network.heads.weight[:, :width], network.heads.weight[:, width:]
        logits = mean @ for_mean.T + peak.squeeze(1) @ for_peak.T + network.heads.bias
        spread = (states * mask) / mask.sum(1, keepdim=True).clamp(min=1.0)
        at_peak = states * (states == peak).to(states.dtype)
        contributions = spread @ for_mean.T + at_peak @ for_peak.T
        return logits, torch.sigmoid(network.spans(states)), contributions


def export(weights: Path, folder: Path) -> Path:
    """Write ``model.onnx`` (dynamic int8, per channel) and ``tokenizer.json`` into ``folder``."""
    network = Network()
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        floats = Path(scratch) / "floats.onnx"
        _to_onnx(Explained(network).eval(), floats)
        prepared = Path(scratch) / "prepared.onnx"
        model = onnx.load(floats)
        onnx.save(model, prepared)
        quantize_dynamic(
            prepared,
            folder / "model.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )
    shutil.copyfile(base_folder() / "tokenizer.json", folder / "tokenizer.json")
    return folder / "model.onnx"


def _to_onnx(module: Explained, path: Path) -> None:
    sample = torch.ones(2, 12, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        module,
        (sample, sample),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=list(OUTPUTS),
        dynamic_axes={
            "input_ids": axes,
            "attention_mask": axes,
            "logits": {0: "batch"},
            "marks": axes,
            "contributions": axes,
        },
        opset_version=17,
        dynamo=False,
    )


def agreement(weights: Path, model: Path, examples: list[Example]) -> dict[str, float]:
    """Correlation per head between the logits of the network and those of the int8 graph."""
    network = Network()
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    session = ort.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    batch = collate(encode(examples, base_tokenizer(), 128))
    with torch.no_grad():
        expected = network(batch.ids, batch.mask)[0].numpy()
    feed = {"input_ids": batch.ids.numpy(), "attention_mask": batch.mask.numpy()}
    actual = session.run(["logits"], feed)[0]
    return {
        head: float(np.corrcoef(expected[:, i], actual[:, i])[0, 1])
        for i, head in enumerate(HEADS)
        if head in CATEGORY_HEADS or head == "toxicity"
    }
