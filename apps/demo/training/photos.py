"""Makes the demo photos and the examples: scenes of their own seeds, full size, with EXIF.

One entry per file. The same seed with other settings is the same street and the same
cabinet on another day, which is how a before and an after belong together.
"""
import argparse
import io
import pathlib

import cv2
import numpy as np
import piexif
from PIL import Image

import scene
from optics import expose
from textures import Library

SEED = 5000                       # neither a training nor a held-out seed
GOOD = dict(target=0.46, iso=0.5, contrast=0.8, cast=(1.01, 1.0, 0.98))


def shot(seed, kind="cabinet", portrait=False, taken=None, place=None, camera=None, light=None, copy=None, size=None, **spec):
    camera = {**GOOD, **(camera or {})}
    return dict(seed=seed, kind=kind, portrait=portrait, taken=taken, place=place, camera=camera, copy=copy, size=size, spec={**spec, **({"light": light} if light else {})})


CLEAN = dict(door="closed", label=True, damages=())
WORN = dict(damages=("rust", "graffiti"), damage_size=1.2, damage_seed=4)
PHOTOS = {
    # a perfect job at cabinet 0412
    "before-open": shot(18, **{**CLEAN, "door": "open"}, name="FC-0412", fill=0.70, angle=-0.15, light="sun", neat=True, header=True, taken="2026:03:11 09:04:12", place=(48.1113, -1.6742)),
    "after-closed": shot(18, **CLEAN, name="FC-0412", fill=0.72, angle=0.25, light="sun", header=False, taken="2026:03:11 10:41:50", place=(48.1113, -1.6742)),
    "cabling-tidy": shot(201, "closeup", neat=True, taken="2026:03:11 10:32:07", place=(48.1113, -1.6742)),
    # a door left open at 0977, then closed
    "after-door-open": shot(13, **{**CLEAN, "door": "open"}, name="FC-0977", fill=0.64, angle=0.18, light="overcast", neat=True, header=True, taken="2026:03:12 14:10:31"),
    "after-door-closed": shot(13, **CLEAN, name="FC-0977", fill=0.74, angle=-0.2, light="overcast", portrait=True, taken="2026:03:12 14:16:02"),
    # degradations and a missing label at 1203
    "before-degraded": shot(7, door="closed", label=True, **WORN, name="FC-1203", fill=0.63, angle=0.3, light="sun", taken="2026:03:16 08:22:19"),
    "after-degraded": shot(7, door="closed", label=False, **WORN, name="FC-1203", fill=0.74, angle=-0.1, light="sun"),
    "cabling-messy": shot(203, "closeup", neat=False, taken="2026:03:16 08:40:33"),
    # bad photos at 0555, then a good one
    "after-blurred": shot(10, **CLEAN, fill=0.66, angle=0.2, light="sun", camera=dict(blur=("defocus", 22), iso=0.05)),
    "after-dark": shot(10, **CLEAN, fill=0.60, angle=-0.25, light="overcast", camera=dict(target=0.075, iso=1.3), taken="2026:03:17 20:58:40"),
    "after-overexposed": shot(12, **CLEAN, fill=0.62, angle=0.1, light="sun", camera=dict(target=0.955)),
    "after-too-small": shot(10, **CLEAN, fill=0.70, angle=0.05, light="sun", size=(320, 240)),
    "after-good": shot(10, **CLEAN, name="FC-0555", fill=0.72, angle=0.35, light="sun", taken="2026:03:18 07:55:10", place=(48.0871, -1.6409)),
    # the after photo of 0412 again, smaller and saved anew, for another work order
    "after-copied": shot(0, copy="after-closed", size=(1280, 960)),
    # an inspection
    "street-no-cabinet": shot(303, "street", light="sun", wall="brick_red", wall_height=9.0, ground="slabs", things=("feature", "pole", "weeds", "leaves")),
    "inspection": shot(5, **CLEAN, name="FC-0600", fill=0.62, angle=-0.3, light="overcast", portrait=True, taken="2026:03:20 11:12:55"),
    # a new sticker at 0724: first that of another cabinet, then the right one
    "tag-wrong": shot(205, "closeup", neat=True, tag="FC-0742", taken="2026:03:23 13:20:04", place=(48.0955, -1.6590)),
    "tag-right": shot(206, "closeup", neat=True, tag="FC-0724", taken="2026:03:23 13:31:47", place=(48.0955, -1.6590)),
}
EXAMPLES = {
    "before": shot(9, **{**CLEAN, "door": "open"}, fill=0.7, angle=0.1, light="overcast", neat=True, header=True),
    "after": shot(3, **CLEAN, fill=0.72, angle=0.2, light="sun"),
    "cabling": shot(210, "closeup", neat=True),
    "tag": shot(211, "closeup", neat=True, tag="FC-0001"),
}
libraries = {}


def library(size):
    if size not in libraries:
        libraries[size] = Library(SEED, size)
    return libraries[size]


def take(entry, width=1600, height=1200):
    """The picture (uint8 RGB) and what is truly in it."""
    rng = np.random.default_rng([SEED, entry["seed"]])
    spec = scene.random_spec(rng, entry["kind"])
    for key, value in entry["spec"].items():
        setattr(spec, key, value)
    if entry["portrait"]:
        width, height = height, width
    detail = 512 if max(width, height) < 1000 else 2048
    image, objects = scene.render(spec, rng, width, height, library(detail))
    return expose(image, rng, **entry["camera"]), objects


def exif(entry, portrait):
    tags = {"0th": {piexif.ImageIFD.Make: "Fieldproof", piexif.ImageIFD.Model: "Scene camera", piexif.ImageIFD.Orientation: 6 if portrait else 1}, "Exif": {}, "GPS": {}}
    if entry["taken"]:
        tags["Exif"][piexif.ExifIFD.DateTimeOriginal] = entry["taken"]
    if entry["place"]:
        def dms(v):
            v = abs(v)
            return ((int(v), 1), (int(v * 60 % 60), 1), (round(v * 3600 % 60 * 100), 100))
        lat, lon = entry["place"]
        tags["GPS"] = {piexif.GPSIFD.GPSLatitudeRef: "N" if lat >= 0 else "S", piexif.GPSIFD.GPSLatitude: dms(lat),
                       piexif.GPSIFD.GPSLongitudeRef: "E" if lon >= 0 else "W", piexif.GPSIFD.GPSLongitude: dms(lon)}
    return piexif.dump(tags)


def save(image, path, entry, limit):
    """JPEG of at most `limit` bytes; a portrait is stored lying, as phones do."""
    if entry["portrait"]:
        image = np.ascontiguousarray(np.rot90(image, 1))
    for quality in range(92, 40, -4):
        data = io.BytesIO()
        Image.fromarray(image).save(data, "JPEG", quality=quality, subsampling="4:2:0", optimize=True, exif=exif(entry, entry["portrait"]))
        if data.tell() <= limit:
            break
    temporary = path.with_suffix(".part")
    temporary.write_bytes(data.getvalue())
    temporary.rename(path)
    print(f"{path.name}: {data.tell() // 1024} kB, quality {quality}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo", default=pathlib.Path(__file__).parent.parent)
    parser.add_argument("--only", nargs="*", help="names of photos to make; all when absent")
    parser.add_argument("--draft", type=float, default=1.0, help="scale of the pictures, for a quick look")
    o = parser.parse_args()
    cv2.setNumThreads(1)
    demo = pathlib.Path(o.demo)
    for folder, entries, size, limit in (("photos", PHOTOS, (1600, 1200), 260_000), ("examples", EXAMPLES, (800, 600), 115_000)):
        (demo / folder).mkdir(parents=True, exist_ok=True)
        for name, entry in entries.items():
            if o.only and name not in o.only:
                continue
            path = demo / folder / f"{name}.jpg"
            if entry["copy"]:
                image = np.asarray(Image.open(demo / folder / f"{entry['copy']}.jpg"))
                save(cv2.resize(image, entry["size"], interpolation=cv2.INTER_AREA), path, entry, 150_000)
                continue
            image, objects = take(entry, *(int(v * o.draft) for v in size))
            if entry["size"]:
                image = cv2.resize(image, entry["size"], interpolation=cv2.INTER_AREA)
            save(image, path, entry, limit + (130_000 if size[0] == 1600 and entry["kind"] == "closeup" else 0))   # cables are all edges
            print("   ", ", ".join(label for label, _ in objects), flush=True)


if __name__ == "__main__":
    main()
