"""A folder of which a loader takes another file than the one that is checked is told as a difference; other files are notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import winitgen
from tests.audit.readings.words import SPEC, told

INDEX = "model.safetensors.index.json"


def folder(tmp_path: Path, main: str, *others: str) -> Path:
    """Make a folder with a weight file of the plan, and files of nobody knows what."""
    winitgen.write(SPEC, tmp_path / "w.safetensors")
    path = tmp_path / "w"
    path.mkdir()
    (tmp_path / "w.safetensors").rename(path / main)
    for name in others:
        (path / name).write_bytes(b"x")
    return path


def config(path: Path, **fields: object) -> None:
    """Write the config of a folder."""
    (path / "config.json").write_text(json.dumps({"model_type": "llama", **fields}))


def test_a_folder_of_one_model(tmp_path: Path) -> None:
    """A weight file beside a config, a tokenizer or a picture is all there is."""
    path = folder(tmp_path, "model.safetensors", "tokenizer.json", "tokenizer.model", "README.md", "a.png")
    config(path, transformers_weights=None)

    assert [] == told(path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model.bin.index.json"])
@pytest.mark.parametrize("main", ["weights.safetensors", "model.fp16.safetensors"])
def test_weights_of_torch_beside_an_unusual_name(tmp_path: Path, main: str, name: str) -> None:
    """Transformers does not read a file of that name, but the other."""
    path = folder(tmp_path, main, name)
    line = f"from_pretrained of transformers reads '{name}' of this folder, not '{main}'"

    assert [f"differs: {line}"] == told(path)
    assert [line] == winitgen.inspect(path)["notes"]
    assert [] == told(path / main)


@pytest.mark.parametrize("stem", ["model", "other"])
def test_weights_of_torch_beside_an_index(tmp_path: Path, stem: str) -> None:
    """The usual index comes before them, another one is not looked for."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB", shard_name=stem)
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    line = "differs: from_pretrained of transformers reads 'pytorch_model.bin' of this folder, not 'other.safetensors.index.json'"
    note = "'pytorch_model.bin' stands beside it and was not read"

    assert [note if stem == "model" else line] == told(tmp_path)


def test_the_only_file_beside_the_index_of_a_variant(tmp_path: Path) -> None:
    """Without being asked for the variant, transformers reads the file."""
    names = {"format": "safetensors", "max_shard_size": "0.025KB", "shard_name": "model.fp16"}
    winitgen.write(SPEC, f"{tmp_path}/", **names)
    winitgen.write(SPEC, tmp_path / "model.safetensors")
    line = "from_pretrained of transformers reads 'model.safetensors' of this folder, not 'model.safetensors.index.fp16.json'"

    assert [f"differs: {line}"] == told(tmp_path)


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    """Only a file is read."""
    path = folder(tmp_path, "weights.safetensors")
    (path / "pytorch_model.bin").mkdir()
    (path / "config.json").mkdir()

    assert ["'pytorch_model.bin' stands beside it and was not read"] == told(path)


OTHERS = [
    "adapter_model.bin",
    "flax_model.msgpack",
    "m.GGUF",
    "m.h5",
    "m.npz",
    "m.onnx",
    "m.pt",
    "tf_model.h5",
]


def test_other_weight_files(tmp_path: Path) -> None:
    """What no loader takes before the usual name is noted."""
    path = folder(tmp_path, "model.safetensors", "pytorch_model.bin", *OTHERS)

    wanted = [
        f"'{name}' stands beside it and was not read" for name in sorted([*OTHERS, "pytorch_model.bin"])
    ]
    assert wanted == told(path)


def test_weights_that_a_config_names(tmp_path: Path) -> None:
    """The config has the first word, and may name a file of another folder."""
    path = folder(tmp_path, "model.safetensors")
    elsewhere = (
        "sub/model.safetensors",
        "sub/../model.safetensors",  # which a link leads to another folder
        "model.safetensors/",
        "model.safetensors/.",
        "a.safetensors.index.json",
        "",
        7,
        ["model.safetensors"],
    )
    for named in elsewhere:
        config(path, transformers_weights=named)
        line = f"its config.json has {str(named)!r} as transformers_weights, which from_pretrained of transformers reads, not 'model.safetensors'"
        assert [f"differs: {line}"] == told(path)
    for named in ("model.safetensors", "./model.safetensors"):
        config(path, transformers_weights=named)
        assert [] == told(path)
    (path / "config.json").write_text('[{"transformers_weights": "a.safetensors"}]')
    assert [] == told(path)


def test_configs_for_versions(tmp_path: Path) -> None:
    """One that is not newer than transformers replaces config.json, and may name other weights or another dtype; without names all stays."""
    path = folder(tmp_path, "model.safetensors")
    for named in (["config.4.0.0.json"], ["config.json", "config.9.0.json"], {"config.4.0.json": 1}, None, 7):
        config(path, configuration_files=named)
        line = f"its config.json has {str(named)!r} as configuration_files, one of which from_pretrained of transformers may read in its place"
        assert [f"differs: {line}"] == told(path)
        assert [line] == winitgen.inspect(path)["notes"]
    for named in ([], ["config.json"]):
        config(path, configuration_files=named)
        assert [] == told(path)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("{", "utf-8"),
        ('{"n": ' + "1" * 5_000 + "}", "utf-8"),
        ("[" * 100_000, "utf-8"),
        (" " * 10_000_001, "utf-8"),
        ("{}", "utf-8-sig"),
        ("{}", "utf-16"),
        ("{}", "utf-32-le"),
        ('{"a": "\xe9"}', "latin-1"),
    ],
)
def test_a_config_that_is_not_read(tmp_path: Path, text: str, encoding: str) -> None:
    """A text that may hide the name of another file differs; so does one in another encoding, or with a byte order mark."""
    path = folder(tmp_path, "model.safetensors")
    (path / "config.json").write_text(text, encoding)

    assert ["differs: its config.json cannot be read as JSON, so that nobody knows what it names"] == told(
        path
    )


def test_marks_of_a_cache(tmp_path: Path) -> None:
    """A mark that a file does not exist comes before the file in a snapshot; marks of other files and snapshots say nothing."""
    commit = "a" * 40
    cache = tmp_path / "models--org--name"
    (cache / "snapshots").mkdir(parents=True)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(commit)
    path = folder(tmp_path, "model.safetensors", "a.txt").rename(cache / "snapshots" / commit)
    config(path)
    marks = cache / ".no_exist" / commit
    for name in ("model.safetensors.index.json", "a.txt", "model.safetensors/x"):
        (marks / name).parent.mkdir(parents=True, exist_ok=True)
        (marks / name).touch()
    (cache / ".no_exist" / ("b" * 40)).mkdir()
    (cache / ".no_exist" / ("b" * 40) / "model.safetensors").touch()
    assert [] == told(cache) == told(path)
    (marks / "model.safetensors" / "x").unlink()
    (marks / "model.safetensors").rmdir()
    for name in ("config.json", "model.safetensors"):
        (marks / name).touch()
        line = f"its cache has '.no_exist/{commit}/{name}', by which from_pretrained of transformers, given the name of the model, takes that file as missing"
        assert [f"differs: {line}"] == told(cache) == told(path)
        assert [line] == winitgen.inspect(cache)["notes"]
        (marks / name).unlink()
    assert [] == told(path / "model.safetensors")


def test_adapters(tmp_path: Path) -> None:
    """An adapter changes the weights of the model beside which it stands; a folder of nothing else is its own."""
    path = folder(tmp_path, "model.safetensors", "adapter_config.json", "adapter_model.bin")
    line = "'adapter_config.json' stands beside it, and from_pretrained of transformers puts an adapter over the weights"
    assert [f"differs: {line}"] == told(path)
    (path / "model.safetensors").rename(path / "adapter_model.safetensors")
    assert ["'adapter_model.bin' stands beside it and was not read"] == told(path)


def test_shards_without_an_index(tmp_path: Path) -> None:
    """Who reads all files that begin alike reads shards that no index lists; those of another model are noted."""
    path = folder(tmp_path, "model.safetensors", "model-00001-of-00002.safetensors")
    (path / "old-00001-of-00001.safetensors").write_bytes(b"x")
    line = "'model-00001-of-00002.safetensors' stands beside 'model.safetensors', and loaders of all files that begin alike read it, too"
    assert [f"differs: {line}"] == told(path)
    (path / "model-00001-of-00002.safetensors").unlink()
    assert ["'old-00001-of-00001.safetensors' stands beside it and was not read"] == told(path)


def test_weights_of_keras(tmp_path: Path) -> None:
    """Transformers reads no file of Keras, but the one beside it."""
    (tmp_path / "w").mkdir()
    winitgen.write(SPEC, tmp_path / "w" / "w.weights.h5", layout="keras")
    (tmp_path / "w" / "tf_model.h5").write_bytes(b"x")
    found = winitgen.verify(tmp_path / "w", SPEC, layout="keras")["notes"]
    assert ["'tf_model.h5' stands beside it and was not read"] == found

    (tmp_path / "w" / "pytorch_model.bin").write_bytes(b"x")
    line = "from_pretrained of transformers reads 'pytorch_model.bin' of this folder, not 'w.weights.h5'"
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(tmp_path / "w", SPEC, layout="keras")
    assert [line] == [mistake.message for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("fields", "loaded"),
    [
        ({"dtype": "bfloat16"}, "bfloat16"),
        ({"torch_dtype": "half"}, "float16"),
        ({"dtype": None, "torch_dtype": "float64"}, "float64"),
        ({"dtype": "float16", "torch_dtype": "float32"}, "float16"),
        ({"dtype": "float32", "torch_dtype": "float16"}, ""),
        ({"dtype": "float"}, ""),
        ({"dtype": "float16", "transformers_weights": "./model.safetensors"}, "float16"),
        ({"text_config": {"dtype": "float16"}}, ""),
    ],
    ids=range(8),
)
def test_the_number_format_of_a_config(tmp_path: Path, fields: dict[str, object], loaded: str) -> None:
    """Transformers converts all floats to the format that the config names, if it names one."""
    path = folder(tmp_path, "model.safetensors")
    config(path, **fields)
    line = f"its config.json has {loaded} as dtype, to which from_pretrained of transformers converts what is float32"

    assert [f"differs: {line}"] * bool(loaded) == told(path)
    assert [line] * bool(loaded) == winitgen.inspect(path)["notes"]
    found = winitgen.verify(path, SPEC, statistics=True)
    assert ("differs" if loaded else "agrees", [line] * bool(loaded)) == (found["verdict"], found["hints"])
    winitgen.convert(path, tmp_path / "converted.npz")
    assert [] == told(path / "model.safetensors")


@pytest.mark.parametrize(
    ("fields", "loaded"),
    [
        ({"model_type": "qwen3_5", "text_config": {"dtype": "float16"}}, "float16"),
        (
            {"model_type": "llama4", "dtype": "float32", "text_config": {"torch_dtype": "bfloat16"}},
            "bfloat16",
        ),
        ({"model_type": "llama4", "text_config": {"dtype": "float32"}}, ""),
        ({"model_type": "llama4", "text_config": "float16"}, ""),
        ({"model_type": "llava", "dtype": "float32", "text_config": {"dtype": "float16"}}, ""),
    ],
    ids=range(5),
)
def test_the_number_format_of_a_text_part(tmp_path: Path, fields: dict[str, object], loaded: str) -> None:
    """It counts where AutoModelForCausalLM takes the text part of a model for the model."""
    path = folder(tmp_path, "model.safetensors")
    config(path, **fields)
    line = f"its config.json has {loaded} as dtype of its text_config, to which AutoModelForCausalLM of transformers converts what is float32"

    assert [f"differs: {line}"] * bool(loaded) == told(path)
    assert [line] * bool(loaded) == winitgen.inspect(path)["notes"]


@pytest.mark.parametrize("named", [[], {"llama": 1}, 5, None], ids=repr)
def test_a_type_that_is_no_text(tmp_path: Path, named: object) -> None:
    """It is of no model that is known."""
    path = folder(tmp_path, "model.safetensors")
    config(path, model_type=named, dtype="bfloat16", text_config={"dtype": "float16"})

    line = "its config.json has bfloat16 as dtype, to which from_pretrained of transformers converts what is float32"
    assert [f"differs: {line}"] == told(path)


def test_weights_of_a_text_part(tmp_path: Path) -> None:
    """Where AutoModelForCausalLM takes the text part of a model, the config of that part names the file."""
    path = folder(tmp_path, "model.safetensors")
    text = {"transformers_weights": "sub/other.safetensors"}
    config(path, model_type="qwen3_5", text_config=text)
    line = "its config.json has 'sub/other.safetensors' as transformers_weights of its text_config, which AutoModelForCausalLM of transformers reads, not 'model.safetensors'"
    assert [f"differs: {line}"] == told(path)

    config(path, model_type="llava", text_config=text)
    assert [] == told(path)


def test_files_that_a_type_of_model_adds(tmp_path: Path) -> None:
    """Transformers 5.23 reads them last; of other types of models nobody does."""
    winitgen.write(SPEC, f"{tmp_path}/", format="safetensors", max_shard_size="0.025KB")
    (tmp_path / "head.safetensors").write_bytes(b"x")
    line = "from_pretrained of transformers reads 'head.safetensors', too, whose tensors take the place of others"
    config(tmp_path, model_type="jev")
    assert f"differs: {line}" in told(tmp_path)

    config(tmp_path, model_type="llama")
    assert ["'head.safetensors' stands beside it and was not read"] == told(tmp_path)


REFUSES = "its config.json has '{}' as dtype, which from_pretrained of transformers refuses"
QUANTIZED = "its config.json has a quantization_config, by which from_pretrained of transformers may take the weights for others, or refuse them"


@pytest.mark.parametrize(
    "named",
    [
        *("torch.float16", "auto", "Float16", "", "int8", "complex64", "zzz", 5, 0, False),
        *({"": "torch.float16"}, {"": None}, {"": 5}, {"": {}}, ["float16"], []),
    ],
    ids=repr,
)
def test_a_dtype_that_is_refused(tmp_path: Path, named: object) -> None:
    """Transformers 5.23 refuses whatever is no floating-point format of PyTorch, by its plain name."""
    path = folder(tmp_path, "model.safetensors")
    line = REFUSES.format("{}").replace("'{}'", repr(str(named)))
    for fields in ({"dtype": named}, {"torch_dtype": named}, {"dtype": named, "torch_dtype": "float32"}):
        config(path, **fields)
        assert [f"differs: {line}"] == told(path)
    config(path, dtype="float32", torch_dtype=named)
    assert [] == told(path)
    config(path, dtype=named, transformers_weights="x.safetensors")
    assert line not in winitgen.inspect(path)["notes"]


@pytest.mark.parametrize(
    ("named", "loaded"),
    [
        ({"": "half"}, "float16"),
        ({"text_config": "float16", "": "float32"}, "float32"),
        ({"text_config": "bfloat16"}, "float32"),
        ({}, "float32"),
    ],
    ids=repr,
)
def test_dtypes_of_parts(tmp_path: Path, named: dict[str, str], loaded: str) -> None:
    """Of formats for parts transformers takes that of no name for all of them, else float32; other versions may not, so that it is noted."""
    path = folder(tmp_path, "model.safetensors")
    config(path, torch_dtype=named)
    note = f"its config.json has a dtype for each part of the model, of which from_pretrained of transformers takes {loaded} for all"
    line = f"its config.json has {loaded} as dtype, to which from_pretrained of transformers converts what is float32"
    same = loaded == "float32"

    assert ([note] if same else [f"differs: {line}"]) == told(path)
    assert [note, *[line] * (not same)] == winitgen.inspect(path)["notes"]


def test_a_dtype_of_8_bits(tmp_path: Path) -> None:
    """Transformers makes no model in it, though the values are right: a note."""
    spec = {**SPEC, "dtype": "float8_e5m2"}
    winitgen.write(spec, tmp_path / "model.safetensors")
    config(tmp_path, dtype="float8_e5m2")
    note = "its config.json has float8_e5m2 as dtype, in which from_pretrained of transformers makes no model"

    assert [note] == told(tmp_path, spec) == winitgen.inspect(tmp_path)["notes"]


def test_a_quantization(tmp_path: Path) -> None:
    """What a quantization does to values is not looked at, and is noted; null is none."""
    path = folder(tmp_path, "model.safetensors")
    method = {"quant_method": "fp8"}
    for fields in (
        {"quantization_config": method},
        {"quantization_config": {}},
        {"text_config": {"quantization_config": method}},
    ):
        config(path, **fields)
        assert [QUANTIZED] == told(path)
        assert [QUANTIZED] == winitgen.inspect(path)["notes"]
    config(path, quantization_config=None, text_config=5)
    assert [] == told(path)
    (path / "model.safetensors").rename(path / "other.safetensors")
    config(path, quantization_config=method)
    assert [] == told(path)


def test_a_config_beside_what_transformers_does_not_read(tmp_path: Path) -> None:
    """A file of another name, and one that another one hides, are not converted."""
    path = folder(tmp_path, "weights.safetensors")
    config(path, dtype="float16")
    assert [] == told(path)
    config(path, dtype="float16", transformers_weights="weights.safetensors")
    assert [
        "differs: its config.json has float16 as dtype, to which from_pretrained of transformers converts what is float32"
    ] == told(path)


OWN_FORMAT = {"model": "m", "input": 3, "dtype": "bfloat16", "layers": [
    {"name": "fc", "type": "dense", "units": 5},
    {"name": "scale", "type": "param", "shape": [2], "dtype": "float32", "init": {"scheme": "normal", "std": 1}},
]}  # fmt: skip
CONVERTED = (
    "its config.json has {} as dtype, to which from_pretrained of transformers converts what is {}".format
)


def test_a_few_tensors_of_another_format(tmp_path: Path) -> None:
    """A format that the spec gives to some tensors is rounded to that of the config, if no class of the model keeps it."""
    winitgen.write(OWN_FORMAT, tmp_path / "model.safetensors")
    config(tmp_path, dtype="bfloat16")
    assert [f"differs: {CONVERTED('bfloat16', 'float32')}"] == told(tmp_path, OWN_FORMAT)
    assert [CONVERTED("bfloat16", "float32")] == winitgen.inspect(tmp_path)["notes"]
    config(tmp_path, dtype="bfloat16", model_type="ernie4_5_moe")
    doubt = f"{CONVERTED('bfloat16', 'float32')}, unless the class of the model keeps it"
    assert [doubt] == told(tmp_path, OWN_FORMAT)
    config(tmp_path, dtype="float32")
    assert [f"differs: {CONVERTED('float32', 'bfloat16')}"] == told(tmp_path, OWN_FORMAT)
    widened = {**OWN_FORMAT, "dtype": "float32", "layers": [OWN_FORMAT["layers"][0], {**OWN_FORMAT["layers"][1], "dtype": "float16"}]}  # type: ignore[index,dict-item]  # fmt: skip
    winitgen.write(widened, tmp_path / "model.safetensors", force=True)
    assert [CONVERTED("float32", "float16")] == told(tmp_path, widened)


def test_formats_that_no_config_names(tmp_path: Path) -> None:
    """Without a dtype, transformers takes that of the first float for all of them; without a config it makes no model."""
    winitgen.write(OWN_FORMAT, tmp_path / "model.safetensors")
    line = "its config.json has no dtype, so that from_pretrained of transformers converts all floats to one of their formats: bfloat16, float32"
    assert [] == told(tmp_path, OWN_FORMAT)
    config(tmp_path)
    assert [f"differs: {line}"] == told(tmp_path, OWN_FORMAT)
    config(tmp_path, model_type="ernie4_5_moe")
    assert [line] == told(tmp_path, OWN_FORMAT)


NO_TEXT_DTYPE = "its config.json has no dtype of its text_config, so that AutoModelForCausalLM of transformers converts all floats to one of their formats: bfloat16, float32"


@pytest.mark.parametrize("text", ["absent", None, {}, {"dtype": None, "torch_dtype": None}], ids=repr)
def test_formats_that_no_text_part_names(tmp_path: Path, text: object) -> None:
    """The text part takes nothing from the config around it, and none of its classes keeps a format."""
    winitgen.write(OWN_FORMAT, tmp_path / "model.safetensors")
    part = {} if text == "absent" else {"text_config": text}
    config(tmp_path, model_type="llama4", dtype="bfloat16", **part)
    doubt = f"{CONVERTED('bfloat16', 'float32')}, unless the class of the model keeps it"

    assert [f"differs: {NO_TEXT_DTYPE}"] == told(tmp_path, OWN_FORMAT)
    assert [NO_TEXT_DTYPE, doubt] == sorted(winitgen.inspect(tmp_path)["notes"], reverse=True)
    config(tmp_path, model_type="llava", dtype="bfloat16", **part)
    assert [doubt] == told(tmp_path, OWN_FORMAT)


NOTE = "its index has a dtype, to which from_pretrained of transformers converts the values where config.json has none"
BY_INDEX = "its config.json has no {}, and its index has float16, to which {} of transformers converts what is float32"
OF_ALL = BY_INDEX.format("dtype", "from_pretrained")
OF_TEXT = BY_INDEX.format("dtype of its text_config", "AutoModelForCausalLM")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"model_type": "llama"}, OF_ALL),
        ({"model_type": "llama", "dtype": "float32"}, ""),
        ({"model_type": "llama4", "dtype": "float32"}, OF_TEXT),
        ({"model_type": "llama4", "dtype": "float32", "text_config": {"hidden_size": 2}}, OF_TEXT),
        ({"model_type": "llama4", "dtype": "float32", "text_config": {"dtype": "float32"}}, ""),
    ],
    ids=range(5),
)
def test_a_format_that_only_an_index_names(tmp_path: Path, fields: dict[str, object], line: str) -> None:
    """Transformers takes it where the config, or that of the text part, names none."""
    path = _by_index(tmp_path, "float16")
    config(path, **fields)

    assert ([f"differs: {line}"] if line else [NOTE]) == told(path)
    assert [NOTE, *filter(None, [line])] == winitgen.inspect(path)["notes"]


def test_a_wider_format_that_only_an_index_names(tmp_path: Path) -> None:
    """All values stay, in another format than the spec's."""
    path = _by_index(tmp_path, "float64")
    config(path, model_type="llama")

    assert [f"differs: {OF_ALL.replace('float16', 'float64')}"] == told(path)


def test_an_index_without_a_config(tmp_path: Path) -> None:
    """Nobody makes a model of it; what is no format is refused by transformers."""
    assert [NOTE] == told(_by_index(tmp_path, "float16"))
    config(_by_index(tmp_path, 5), model_type="llama")
    assert [NOTE] == told(tmp_path)


def _by_index(folder: Path, dtype: object) -> Path:
    """Write shards of float32, and an index whose metadata has this number format."""
    winitgen.write(SPEC, f"{folder}/", format="safetensors", max_shard_size="0.025KB", force=True)
    index = folder / "model.safetensors.index.json"
    found = json.loads(index.read_text())
    found["metadata"]["dtype"] = dtype
    index.write_text(json.dumps(found))
    return folder
