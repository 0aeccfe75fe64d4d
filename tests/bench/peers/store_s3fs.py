"""What winitgen is compared with: s3fs.put of files that are on the disk already."""

import sys
from pathlib import Path

import s3fs

files = sorted(str(path) for path in Path(sys.argv[1]).iterdir())
s3fs.S3FileSystem().put(files, [f"{sys.argv[2]}/{Path(file).name}" for file in files])
