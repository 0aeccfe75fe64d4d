#!/bin/sh
# Draws the pictures of the gallery in README.md: gallery.sh [FOLDER], with winitgen on the path.
set -eu
specs=$(dirname "$0")
out=${1:-$specs/gallery}
mkdir -p "$out"

probe() {
    winitgen probe "$@" --force >/dev/null
}

probe "$specs/deck.yaml" --compare normal,lecun_normal,xavier_normal,he_normal --figure deck --plot "$out/deck.png"
probe "$specs/glorot2010.yaml" --compare torch,xavier_uniform --figure histograms --plot "$out/glorot2010.png"
probe "$specs/he2015.yaml" --compare torch,xavier_normal,he_normal --figure depth --plot "$out/he2015.png"
probe "$specs/glorot2010.yaml" --set depth=20 --sweep gain=0.5:2.5:17 --figure sweep --plot "$out/gain.png"
probe "$specs/selu.yaml" --compare torch,lecun_normal,he_normal --figure depth --plot "$out/selu.png"
