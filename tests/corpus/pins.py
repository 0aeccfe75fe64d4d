"""The libraries of the corpus, each at a version of its own; those with the same packages share an environment."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32


class Pinned(NamedTuple):
    """A library by its name here, the module that runs it, and the packages that it needs."""

    name: str
    module: str
    requirements: tuple[str, ...]

    @property
    def environment(self) -> str:
        """The name of the folder for the packages, of which libraries share one only if they need the same."""
        return f"{self.requirements[0].replace('==', '-')}-{crc32(' '.join(self.requirements).encode()):08x}"


def _pinned(name: str, module: str, requirements: str) -> Pinned:
    return Pinned(name, module, tuple(requirements.split()))


_TORCH = (
    "torch==2.13.0 numpy==2.4.6 safetensors==0.8.0 transformers==5.23.0 peft==0.21.2 diffusers==0.42.1 timm==1.0.31 torchvision==0.28.0 "
    "lightning==2.6.1 skorch==1.4.0 compressed-tensors==0.20.0 accelerate==1.15.0 sentence-transformers==6.2.0 torchao==0.18.0 stable-baselines3==2.9.2"
)
_KERAS = "keras==3.15.1 jax==0.10.2 h5py==3.16.0 numpy==2.4.6 ml_dtypes==0.6.0"
_OLD_KERAS = "keras==3.8.0 jax==0.4.38 h5py==3.12.1 numpy==2.2.6 ml_dtypes==0.5.1"
_KERAS_ON_TORCH = "torch==2.13.0 keras==3.15.1 h5py==3.16.0 numpy==2.4.6 ml_dtypes==0.6.0"
_JAX = "flax==0.12.8 jax==0.10.2 safetensors==0.8.0 orbax-checkpoint==0.12.8 equinox==0.13.8 dm-haiku==0.0.17 numpy==2.4.6"
_MIDDLE_ORBAX = "orbax-checkpoint==0.6.4 flax==0.10.0 jax==0.4.35 jaxlib==0.4.35 numpy==1.26.4"
_OLDER_ORBAX = "orbax-checkpoint==0.3.5 flax==0.7.5 jax==0.4.25 jaxlib==0.4.25 numpy==1.26.4 scipy==1.12.0"
_TREES = "xgboost-cpu==3.2.0 lightgbm==4.6.0 scipy==1.16.3 numpy==2.4.6"

PINNED = (
    _pinned("numpy-1.26", "numpy_files", "numpy==1.26.4 ml_dtypes==0.4.1"),
    _pinned("numpy-2.4", "numpy_files", "numpy==2.4.6 ml_dtypes==0.6.0"),
    _pinned("h5py-3.11", "h5py_files", "h5py==3.11.0 numpy==1.26.4"),
    _pinned("h5py-3.16", "h5py_files", "h5py==3.16.0 numpy==2.4.6"),
    _pinned("tables-3.9", "pytables_files", "tables==3.9.2 numpy==1.26.4"),
    _pinned("tables-3.11", "pytables_files", "tables==3.11.1 numpy==2.4.6"),
    _pinned("hdf5plugin", "hdf5plugin_files", "hdf5plugin==7.1.0 h5py==3.16.0 numpy==2.4.6"),
    _pinned("netCDF4", "netcdf_files", "netCDF4==1.7.4 h5netcdf==1.8.1 h5py==3.16.0 numpy==2.4.6"),
    _pinned("h5netcdf", "h5netcdf_files", "netCDF4==1.7.4 h5netcdf==1.8.1 h5py==3.16.0 numpy==2.4.6"),
    _pinned(
        "matlab", "matlab_files", "scipy==1.16.3 hdf5storage==0.2.2 mat73==0.65 h5py==3.16.0 numpy==2.4.6"
    ),
    _pinned("pandas", "pandas_files", "pandas==2.3.3 tables==3.11.1 h5py==3.16.0 numpy==2.4.6"),
    _pinned("safetensors-0.3", "safetensors_numpy", "safetensors==0.3.3 ml_dtypes==0.4.1 numpy==1.26.4"),
    _pinned("safetensors-0.4", "safetensors_numpy", "safetensors==0.4.5 ml_dtypes==0.6.0 numpy==2.4.6"),
    _pinned("safetensors-0.6", "safetensors_numpy", "safetensors==0.6.2 ml_dtypes==0.6.0 numpy==2.4.6"),
    _pinned("safetensors-0.8", "safetensors_numpy", "safetensors==0.8.0 ml_dtypes==0.6.0 numpy==2.4.6"),
    _pinned("torch", "torch_files", _TORCH),
    _pinned("torch-dcp", "torch_dcp", _TORCH),
    _pinned("safetensors-torch", "safetensors_torch", _TORCH),
    _pinned("transformers", "transformers_models", _TORCH),
    _pinned("torch-hubs", "torch_hubs", _TORCH),
    _pinned("torch-trainers", "torch_trainers", _TORCH),
    _pinned("compressed-tensors", "compressed_tensors", _TORCH),
    _pinned("torch-wrapped", "torch_wrapped", _TORCH),
    _pinned("keras-3.15", "keras_files", _KERAS),
    _pinned("keras-3.8", "keras_files", _OLD_KERAS),
    _pinned("keras-on-torch", "keras_on_torch", _KERAS_ON_TORCH),
    _pinned("flax", "jax_files", _JAX),
    _pinned("orbax-0.12", "orbax_files", _JAX),
    _pinned("orbax-0.6", "orbax_files", _MIDDLE_ORBAX),
    _pinned("orbax-0.3", "orbax_older", _OLDER_ORBAX),
    _pinned("equinox", "equinox_files", _JAX),
    _pinned("mlx", "mlx_files", "mlx[cpu]==0.32.4 numpy==2.4.6"),
    _pinned("gguf-0.19", "gguf_files", "gguf==0.19.0 numpy==2.4.6"),
    _pinned("gguf-0.17", "gguf_files", "gguf==0.17.1 numpy==2.4.6"),
    _pinned("scikit-learn", "sklearn_files", "scikit-learn==1.7.2 joblib==1.5.2 skops==0.13.0 numpy==2.4.6"),
    _pinned("onnx", "onnx_files", "onnx==1.19.1 numpy==2.4.6"),
    _pinned(
        "zarr",
        "zarr_files",
        "zarr==3.1.6 xarray==2026.2.0 dask[array]==2026.8.0 h5netcdf==1.8.1 h5py==3.16.0 numpy==2.4.6",
    ),
    _pinned("xgboost", "xgboost_files", _TREES),
    _pinned("paddle", "paddle_files", "paddlepaddle==3.3.1 safetensors==0.8.0 numpy==2.4.6"),
    _pinned("tensorflow", "tensorflow_files", "tensorflow-cpu==2.21.0 tf-keras==2.21.0 numpy==2.4.6"),
    _pinned(
        "anndata",
        "anndata_files",
        "anndata==0.12.6 h5py==3.15.1 scipy==1.16.3 pandas==2.3.3 numpy==2.3.5 zarr==3.1.6",
    ),
    _pinned("pyarrow", "arrow_files", "pyarrow==22.0.0 asdf==5.1.0 numpy==2.4.6"),
)
