#!/usr/bin/env bash
# Seeds a model in a pipeline, and proves that nothing moved since the weights were first drawn.
#
#   specs/pipeline/seed.sh model.yaml weights.safetensors
#
# Commit the spec and weights.safetensors.sha256, which the first run writes; the weights need not be stored.
# It ends with 0, or with winitgen's exit code: 1 something differs, 2 the spec is wrong, 3 the weights
# that are there are others (the spec was edited, or the file was).
set -euo pipefail
spec=$1
weights=$2

# Draws the weights, or finds that they are there already; others are never replaced.
winitgen init "$spec" -o "$weights" --quiet

# The file is what this spec gives today: in a later step, or on another host, where nothing is to be written.
winitgen init "$spec" -o "$weights" --check --quiet

# By the recipe that it carries the file shows accidents to whoever has the weights and not the spec.
winitgen verify "$weights" --quiet

# The same bytes as on every other day and machine, whatever the file is called there.
[ -e "$weights.sha256" ] || (cd "$(dirname -- "$weights")" && sha256sum -- "$(basename -- "$weights")") >"$weights.sha256"
read -r expected _ <"$weights.sha256"
read -r found _ < <(sha256sum <"$weights")
[ "$found" = "$expected" ] || { echo "$weights: its sha256 is $found, not the one in $weights.sha256" >&2; exit 1; }
