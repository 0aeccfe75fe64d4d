"""DETR as in the listing of its paper: learned rows and columns, nn.Transformer, queries, two heads (Carion et al. 2020)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 40, 56]
vars: {d: 24, rows: 5, columns: 7}
defaults: {preset: torch}
rules:
  - {match: "transformer.*/kernel", type: dense, init: xavier_uniform}
  - {match: "transformer.*.out_proj/kernel", init: xavier_uniform}
layers:
  - {name: backbone.0, type: conv2d, filters: 10, kernel_size: 4, strides: 4, activation: relu}
  - {name: backbone.2, type: conv2d, filters: 16, kernel_size: 2, strides: 2, activation: relu}
  - {name: conv, type: conv2d, filters: "${d}", kernel_size: 1}
  - {name: col_embed, type: queries, count: 50, dim: "${d // 2}", init: {scheme: uniform, low: 0, high: 1}}
  - {name: row_embed, type: queries, count: 50, dim: "${d // 2}", init: {scheme: uniform, low: 0, high: 1}}
  - {name: query_pos, type: queries, count: 9, dim: "${d}", init: {scheme: uniform, low: 0, high: 1}}
  - {type: slice, stop: "${columns}", from: col_embed}
  - {type: permute, axes: [1, 0]}
  - {type: reshape, shape: ["${d // 2}", 1, "${columns}"]}
  - {name: by_column, type: upsample2d, scale: ["${rows}", 1]}
  - {type: slice, stop: "${rows}", from: row_embed}
  - {type: permute, axes: [1, 0]}
  - {type: reshape, shape: ["${d // 2}", "${rows}", 1]}
  - {name: by_row, type: upsample2d, scale: [1, "${columns}"]}
  - {name: pos, type: concat, from: [by_column, by_row]}
  - {type: add, from: [pos, conv]}
  - {type: reshape, shape: ["${d}", "${rows * columns}"]}
  - {type: permute, axes: [1, 0]}
  - type: group
    name: transformer.encoder
    layers:
      - type: repeat
        times: 2
        name: layers.{i}
        layers:
          - type: residual
            layers:
              - {name: self_attn, type: multi_head_attention, heads: 4, fused: true, names: &names {qkv: in_proj, output: out_proj}}
          - {name: norm1, type: layer_norm}
          - type: residual
            layers: &feed_forward
              - {name: linear1, type: dense, units: 40, activation: relu}
              - {name: linear2, type: dense, units: "${d}"}
          - {name: norm2, type: layer_norm}
      - {name: norm, type: layer_norm}
  - type: group
    name: transformer.decoder
    from: query_pos
    layers:
      - type: repeat
        times: 2
        name: layers.{i}
        layers:
          - type: residual
            layers:
              - {name: self_attn, type: multi_head_attention, heads: 4, fused: true, names: *names}
          - {name: norm1, type: layer_norm}
          - type: residual
            layers:
              - {name: multihead_attn, type: multi_head_attention, heads: 4, fused: true, source: transformer.encoder, names: *names}
          - {name: norm2, type: layer_norm}
          - {type: residual, layers: *feed_forward}
          - {name: norm3, type: layer_norm}
      - {name: norm, type: layer_norm}
  - {name: linear_class, type: dense, units: 11}
  - {name: linear_bbox, type: dense, units: 4, activation: sigmoid, from: transformer.decoder}
"""


def build(torch: Any) -> Any:
    """Return the listing's modules, with a backbone of two convolutions."""
    nn = torch.nn

    class Detr(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.backbone = nn.Sequential(
                nn.Conv2d(3, 10, 4, 4), nn.ReLU(), nn.Conv2d(10, 16, 2, 2), nn.ReLU()
            )
            self.conv = nn.Conv2d(16, 24, 1)
            self.transformer = nn.Transformer(24, 4, 2, 2, 40, dropout=0.0, batch_first=True)
            self.linear_class = nn.Linear(24, 11)
            self.linear_bbox = nn.Linear(24, 4)
            self.query_pos = nn.Parameter(torch.rand(9, 24))
            self.row_embed = nn.Parameter(torch.rand(50, 12))
            self.col_embed = nn.Parameter(torch.rand(50, 12))

        def forward(self, image: Any) -> tuple[Any, Any]:
            places = self.conv(self.backbone(image))
            height, width = places.shape[-2:]
            columns = self.col_embed[:width].unsqueeze(0).repeat(height, 1, 1)
            rows = self.row_embed[:height].unsqueeze(1).repeat(1, width, 1)
            memory = torch.cat([columns, rows], -1).flatten(0, 1) + places.flatten(2).transpose(1, 2)
            queries = self.query_pos.expand(len(image), -1, -1)
            found = self.transformer(memory, queries)
            return self.linear_class(found), self.linear_bbox(found).sigmoid()

    return Detr()


MODEL = RealModel(SPEC, build)
