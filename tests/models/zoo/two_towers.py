"""Two towers for retrieval, with an output each (Yi et al. 2019)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {query: {tokens: 8}, document: {tokens: 21}}
defaults: {preset: torch}
layers:
  - {name: query_words, type: embedding, count: 300, dim: 16, from: query}
  - {name: query_memory, type: gru, units: 20}
  - {name: query_vector, type: dense, units: 10}
  - {name: document_words, type: embedding, count: 300, dim: 16, from: document}
  - {name: document_memory, type: gru, units: 24}
  - {name: document_vector, type: dense, units: 10}
outputs: {query: query_vector, document: document_vector}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "query_words": nn.Embedding(300, 16),
            "query_memory": nn.GRU(16, 20, batch_first=True),
            "query_vector": nn.Linear(20, 10),
            "document_words": nn.Embedding(300, 16),
            "document_memory": nn.GRU(16, 24, batch_first=True),
            "document_vector": nn.Linear(24, 10),
        }
    )


def call(model: Any, query: Any, document: Any) -> Any:
    """Return the vectors of both."""
    vectors = []
    for name, tokens in (("query", query), ("document", document)):
        last = model[f"{name}_memory"](model[f"{name}_words"](tokens))[1][0]
        vectors.append(model[f"{name}_vector"](last))
    return tuple(vectors)


MODEL = RealModel(SPEC, build, call)
