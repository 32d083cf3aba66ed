#!/bin/sh
# Makes everything again: pictures, both models, photos, and the check of all of it.
#   sh make.sh CACHE     CACHE: a folder outside the repository, about 1 GB
set -eu
cache=${1:?name a cache folder}
cd "$(dirname "$0")"
python3 dataset.py --cache "$cache/pictures"
python3 train.py cabinet --cache "$cache/pictures" --out "$cache/weights" --minutes "${CABINET_MINUTES:-40}"
python3 train.py cabling --cache "$cache/pictures" --out "$cache/weights" --minutes "${CABLING_MINUTES:-8}"
python3 export.py --weights "$cache/weights"
python3 evaluate.py --cache "$cache/pictures"
python3 photos.py
python3 verify.py
