"""Short layer-specs that ask for much work: the worst that is known of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

DENSE = "{name: w, type: dense, units: 1, inputs: 1, use_bias: false}"
MOST = 24_999
"""How often one layer in a `repeat` can be repeated: the groups count too."""


def repeat(layers: str, times: int = MOST, name: str = "r{i}", more: str = "") -> str:
    """Return a `repeat` in braces; ``layers`` are those inside."""
    return f"{{type: repeat, times: {times}, name: '{name}', {more}layers: [{layers}]}}"


def spec(*layers: str, head: str = "") -> str:
    """Return a layer-spec of these layers."""
    return head + "layers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def nested(levels: int, times: int) -> str:
    """Return repeats in each other."""
    body = DENSE
    for level in range(levels):
        body = repeat(body, times, f"r{{i{level}}}", f"index: i{level}, ")
    return spec(body)


def rules(*patterns: str, more: str = "") -> str:
    """Return rules with these patterns."""
    return "rules:\n" + "".join(f"  - {{match: '{pattern}', init: zeros{more}}}\n" for pattern in patterns)


LONG = "${" + "+".join("1" * 90) + "}"
LONG_INDEXED = "${" + "+".join(["i*0+1", *"1" * 80]) + "}"


def _param(value: str) -> str:
    sizes = ", ".join([f'"{value}"'] * 7)
    return f'{{name: w, type: param, shape: [{sizes}], init: {{scheme: normal, mean: "{value}", std: "{value}"}}}}'


def _names(count: int) -> list[str]:
    return [f"n{i}" for i in range(count)]


def _merges(kind: str, count: int, times: int) -> str:
    layers = [f"{{type: activation, activation: relu, name: {name}}}" for name in _names(count)]
    merge = f"{{name: w, type: {kind}, from: [{', '.join(_names(count))}]}}"
    return spec(
        "{type: dense, units: 1, name: d}", *layers, repeat(merge, times), "{type: dense, units: 1}",
        head="input: 1\n",
    )  # fmt: skip


def _listed(count: int, times: int) -> str:
    names = ", ".join(_names(count))
    layers = [f"{{type: activation, activation: relu, name: {name}}}" for name in _names(count)]
    merge = repeat("{name: w, type: concat, from: '${all}'}", times)
    return spec(
        "{type: dense, units: 1, name: d}", *layers, merge, head=f"input: 1\nvars: {{all: [{names}]}}\n"
    )


def _deep(name: str, levels: int, body: str) -> str:
    for level in range(levels):
        body = f"{{type: group, name: {name}{level}, layers: [{body}]}}"
    return body


def _tower(levels: int) -> str:
    value = "1"
    for _ in range(levels):
        value = f"[{value}]"
    return value


def expressions() -> Iterator[tuple[str, str]]:
    """Yield specs whose expressions take long."""
    yield "long expressions", spec(repeat(_param(LONG)))
    yield "long expressions with an index", spec(repeat(_param(LONG_INDEXED)))
    powers = "${" + "*".join(["2**64"] * 15) + "*0+i+1}"
    yield "powers", spec(repeat(DENSE.replace("units: 1", f"units: '{powers}'")))
    items = "${x" + "[0]" * 60 + "+i*0}"
    yield (
        "items of items",
        spec(repeat(DENSE.replace("units: 1", f"units: '{items}'")), head=f"vars:\n  x: {_tower(60)}\n"),
    )
    keys = "1"
    for _ in range(60):
        keys = f"{{a: {keys}}}"
    yield (
        "keys of keys",
        spec(
            repeat(DENSE.replace("units: 1", "units: '${x" + ".a" * 60 + "+i*0}'")),
            head=f"vars:\n  x: {keys}\n",
        ),
    )
    big = ", ".join("1" * 1000)
    yield (
        "max of a list",
        spec(repeat(DENSE.replace("units: 1", "units: '${max(x)+i*0}'")), head=f"vars:\n  x: [{big}]\n"),
    )
    yield "texts", spec(
        repeat("{type: activation, activation: relu, name: '" + "${i}" * 40 + "'}", 49_000),
        "{type: dense, units: 1}", head="input: 1\n",
    )  # fmt: skip
    many = "".join(f"  v{i}: {i}\n" for i in range(5000))
    yield "many variables", spec(repeat(DENSE), head=f"vars:\n{many}")
    inner = ", ".join(f"v{i}: 1" for i in range(500))
    yield "variables of each repetition", spec(repeat(DENSE, more=f"vars: {{{inner}}}, "))
    items_ = ", ".join("{" + ", ".join(f"k{j}: 1" for j in range(50)) + "}" for _ in range(900))
    yield (
        "fields of items",
        spec(
            "{type: repeat, over: '${x}', name: 'r{i}', layers: ["
            + repeat(DENSE, 25, "q{j}", "index: j, ")
            + "]}",
            head=f"vars:\n  x: [{items_}]\n",
        ),
    )
    values = ", ".join("1" * 1000)
    yield (
        "values written out",
        spec(
            repeat("{name: w, type: param, shape: [1000], init: {scheme: listed, values: '${x}'}}"),
            head=f"vars:\n  x: [{values}]\n",
        ),
    )
    yield "growing variables", spec(
        DENSE, head="vars:\n  x0: [1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"  x{i}: [{', '.join([f'${{x{i - 1}}}'] * 8)}]\n".replace("${", "'${").replace("}", "}'") for i in range(1, 12)),
    )  # fmt: skip


def patterns() -> Iterator[tuple[str, str]]:
    """Yield specs whose rules take long."""
    layers = repeat(DENSE, name="a" * 150 + "{i}")
    yield "stars", spec(layers, head=rules(*(f"*a*a*a*a*b{n}" for n in range(199))))
    yield "stars within", spec(layers, head=rules(*(f"*a*a*a*a*b{n}*" for n in range(199))))
    yield (
        "more patterns than are kept compiled",
        spec(repeat(DENSE), head=rules(*(f"*r{n}?w*" for n in range(5000)))),
    )
    yield "literal rules", spec(repeat(DENSE), head=rules(*(f"r{n}.w/kernel" for n in range(20_000))))
    yield "rules by their ends", spec(repeat(DENSE), head=rules(*(f"*{n}.w/kernel" for n in range(9_999))))
    yield "rules by their starts", spec(repeat(DENSE), head=rules(*(f"r{n}.*" for n in range(9_999))))
    yield "equal rules", spec(repeat(DENSE), head=rules(*(["*w*"] * 20_000)))
    yield "narrowed rules", spec(repeat(DENSE), head=rules(*(["*w*"] * 15_000), more=", type: conv2d"))
    yield "idle rules", spec(repeat(DENSE), head=rules(*(f"*z{n}*z*z*z*" for n in range(150))))
    yield "sets of characters", spec(layers, head=rules(*(f"*[ab][ab]*[ab]*[ab]*x{n}" for n in range(199))))


def references() -> Iterator[tuple[str, str]]:
    """Yield specs whose names of other layers take long."""
    for kind in ("add", "concat", "multiply"):
        yield f"{kind} of 2,000 names", _merges(kind, 2000, 20_000)
        yield f"{kind} of 300 names", _merges(kind, 300, 600)
        yield f"{kind} of 2,000 names, a few times", _merges(kind, 2000, 90)
    yield "names in a variable", _listed(2000, 20_000)
    yield "a long list in a variable", _listed(9000, 60)
    four = "{type: dense, units: 4, name: d}"
    for what in ("from: nope", "from: 'nope{i}'", f"from: '{'x' * 9000}{{i}}'"):
        layer = f"{{type: dense, units: 4, name: w, {what}}}"
        yield f"unknown: {what[:10]}, {len(what)}", spec(four, repeat(layer), head="input: 4\n")
    for what in ("tied_to: nope", f"tied_to: '{'x' * 9000}{{i}}'", "tied_to: {kernel: nope, bias: d}"):
        layer = f"{{type: dense, units: 4, name: w, {what}}}"
        yield f"unknown: {what[:10]}, {len(what)}", spec(four, repeat(layer), head="input: 4\n")
    yield "tied to nothing", spec(four, repeat("{name: w, type: group, tied_to: nope}"), head="input: 4\n")
    tied = repeat("{name: w, type: group, tied_to: g}", 24_000)
    group = "{type: group, name: g, layers: [{type: dense, units: 4, name: w}]}"
    yield "tied groups", spec(group, tied.replace("24000", "16000"), head="input: 4\n")
    yield (
        "tied layers",
        spec(
            four, repeat("{type: dense, units: 4, name: w, tied_to: d, use_bias: false}"), head="input: 4\n"
        ),
    )
    wide = "[" + ", ".join(f"{{type: group, name: g{i}, tied_to: g{i - 1}x}}" for i in range(1, 2000)) + "]"
    yield "many unknown groups", spec(four, f"{{type: group, name: a, layers: {wide}}}", head="input: 4\n")
    chain = ["{type: group, name: g0, layers: [{type: dense, units: 4, name: w}]}"]
    chain += [
        f"{{type: group, name: g{i}, layers: [{', '.join(f'{{type: group, name: h{j}, tied_to: g{i - 1}}}' for j in range(9))}]}}"
        for i in range(1, 9)
    ]
    yield "groups of groups", spec(*chain, head="input: 4\n")


def places() -> Iterator[tuple[str, str]]:
    """Yield specs of many layers in long or deep places."""
    relu = "{type: activation, activation: relu, name: 'a{j}'}"
    body = repeat(relu, 49_000, "x{j}", "index: j, ").replace("name: 'x{j}', ", "")
    yield "long paths", spec("{type: dense, units: 1}", _deep("g" + "x" * 190, 28, body), head="input: 1\n")
    yield "long paths, short ones", spec("{type: dense, units: 1}", _deep("g", 28, body), head="input: 1\n")
    full = (
        "{name: w, type: dense, units: 1, inputs: 1, use_bias: false, init: {scheme: normal, std: 1},"
        " dtype: float32, activation: relu, quirks: none}"
    )
    deep = repeat(full)
    for level in range(27):
        deep = repeat(deep, 1, f"k{{k{level}}}", f"index: k{level}, ")
    yield "deep repeats", spec(deep)
    yield "repeats of two", nested(15, 2)
    yield "repeats of ten", nested(5, 10)
    yield (
        "empty repeats",
        spec(DENSE, repeat(repeat(repeat(DENSE, 0, "c{k}", "index: k, "), 150, "b{j}", "index: j, "), 150)),
    )
    yield (
        "layers left out",
        spec(DENSE, repeat(", ".join(["{type: dense, when: false, units: 1}"] * 40), 1200)),
    )
    yield "many layers", spec(repeat(DENSE))
    yield "wide layers", spec(*[DENSE.replace("name: w, ", "")] * 13_000)
    yield "layers by alias", "layers:\n  - &a " + DENSE.replace("name: w, ", "") + "\n" + "  - *a\n" * 22_000
    norm = "{name: w, type: dense, units: 1, inputs: 1, use_bias: true, kernel_norm: {type: weight_norm}}"
    yield "normed kernels", spec(repeat(norm))
    yield (
        "many parts",
        spec(
            *["{type: split, parts: 1000}", "{type: concat, from: [split_0.0, split_0.1]}"],
            head="input: 1000\n",
        ),
    )
    yield "outputs", spec(DENSE, head="outputs: {" + ", ".join(f"o{i}: w" for i in range(40_000)) + "}\n")
    yield "inputs", spec(DENSE, head="input: {" + ", ".join(f"o{i}: [1]" for i in range(40_000)) + "}\n")
    yield (
        "outputs without layers",
        spec(DENSE, head="outputs: {" + ", ".join(f"o{i}: nope{i}" for i in range(40_000)) + "}\n"),
    )
    experts = "{type: experts, num_experts: 10000, name: w, units: 4, hidden: 4, top_k: 1}"
    yield "experts", spec(repeat(experts, 100), head="input: [4, 4]\n")
    yield (
        "recurrent layers",
        spec(
            repeat("{type: lstm, units: 1, num_layers: 1000, name: w, return_sequences: true}", 100),
            head="input: [4, 4]\n",
        ),
    )
    blocks = "{scheme: blocks, axis: 0, inits: [" + ", ".join(["zeros"] * 1000) + "]}"
    yield "blocks", spec(repeat(f"{{name: w, type: param, shape: [1000], init: {blocks}}}"))
    yield "unknown keys", spec(repeat("{name: w, type: dense, units: 1, inputs: 1, nonsense: 1}"))
    yield (
        "keys by the thousand",
        spec("{type: dense, units: 1, " + ", ".join(f"k{i}: 1" for i in range(60_000)) + "}"),
    )


def documents() -> Iterator[tuple[str, str]]:
    """Yield texts that take long to read."""
    lines = "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    lines += "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 9))
    yield "aliases of aliases", lines + "layers: []\n"
    yield "one long line", "layers: [" + ", ".join(["{type: dense}"] * 50_000)
    yield "brackets", "[" * 500_000
    yield "closed brackets", "[]" * 500_000
    yield "quotes", "layers: '" + "\n" * 1_000_000
    yield "blank lines", "\n" * 1_040_000
    yield "comments", "#\n" * 520_000
    yield "anchors", "layers:\n" + "".join(f"  - &a{i} x\n" for i in range(80_000))
    yield "keys", "".join(f"k{i}:\n" for i in range(100_000))
    yield "the same key", "layers:\n" * 100_000
    yield "folded text", "model: >\n" + "  a\n" * 200_000
    yield "escapes", 'model: "' + "\\u0041" * 150_000 + '"'
    yield "question marks", "? " * 400_000
    yield "dashes", "- " * 400_000
    yield "tabs", "\t" * 1_000_000
    yield "colons", ": " * 400_000
    yield "a directive", "%YAML " + "1" * 1_000_000
    yield "flow keys", "{" + "a: {" * 400
    yield "pairs of surrogates", 'model: "' + "\\ud83d\\ude00" * 80_000 + '"'
    yield "spaces", "layers:" + " " * 1_000_000 + "[]"
    yield "block scalars", "model: |\n" + " x\n" * 300_000
    yield "tags", "!a " * 300_000
    yield "indentation", "".join(f"{' ' * i}a:\n" for i in range(1400))


KINDS: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "expressions": expressions,
    "patterns": patterns,
    "references": references,
    "places": places,
    "documents": documents,
}
"""The kinds of work, each with its specs."""


def cases() -> dict[str, str]:
    """Return every text by its name."""
    return {f"{kind}: {name}": text for kind, make in KINDS.items() for name, text in make()}
