"""Makes pictures that a check has to find, and near misses that it must not, out of real photos.

    python cases.py FOLDER [PHOTO ...]

The photos are those that scikit-image and scikit-learn bring along, and any more that are named. Writes the pictures to
FOLDER and their list to FOLDER/cases.tsv: check, kind, `bad` or `fine`, photo, file, and for Duplicate the file that came
before. What is neither clearly bad nor clearly fine is left out.
"""

import io
import pathlib
import sys
import zlib

import numpy as np
import skimage
import sklearn

import distort as d
import patterns
import prints
import screens as s

# What a camera takes; the others are of microscopes, telescopes and scanners, or blurred themselves.
SKIMAGE = ["astronaut.png", "camera.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "motorcycle_right.png", "rocket.jpg"]
SKLEARN = ["china.jpg", "flower.jpg"]
# Textures whose light was levelled: no photos for Brightness.
TEXTURES = ["brick.png", "grass.png", "gravel.png"]

CAMERAS = ["noisy", "denoised", "dark"]


class Cases:
    """The list that is being written."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = []

    def file(self, content):
        name = f"{zlib.crc32(content):08x}-{len(content)}.jpg"
        (self.folder / name).write_bytes(content)
        return name

    def add(self, check, kind, is_bad, photo, content, before=""):
        self.lines.append("\t".join([check, kind, "bad" if is_bad else "fine", photo, self.file(content), before]))


def brightness(cases, photo, picture, rng):
    def add(kind, is_bad, changed):
        cases.add("Brightness", kind, is_bad, photo, d.jpeg(changed, rng.integers(75, 95)))

    height, width = picture.shape[:2]
    original = d.luma(picture)
    add("as taken", False, picture)
    add("one stop under", False, d.exposed(picture, -1, rng))
    for stops in (-4, -5, -6):
        for electrons in (2000, 300):
            add("four to six stops under", True, d.exposed(picture, stops, rng, electrons))
    for stops in (2.5, 3, 3.5, 4):
        changed = d.exposed(picture, stops, rng)
        if ((d.luma(changed) >= 250) & (original < 245)).mean() >= 0.5:
            add("over-exposed, half of it lost", True, changed)
    for _ in range(6):
        mask = d.blob(height, width, rng.uniform(0.3, 0.5), rng)
        changed = d.lit_by(picture, mask, -rng.uniform(3, 5), rng.uniform(1, 2), rng)
        light = d.luma(changed)
        if np.quantile(light[mask > 0.95], 0.9) <= 75 and light[mask < 0.05].mean() >= 150:
            add("light behind the subject", True, changed)
    for share in (0.08, 0.15, 0.25):
        mask = d.blob(height, width, share, rng, off=0.15)
        changed = d.lit_by(picture, mask, 0, -rng.uniform(4, 6), rng, electrons=1000)
        if (d.luma(changed) >= 100).mean() >= 0.04:
            add("night, subject lit", False, changed)
    add("snow", False, d.high_key(picture, 0.62, 0.97))
    add("snow", False, d.high_key(picture, 0.7, 0.96))
    burnt = picture.copy()
    burnt[: int(height * rng.uniform(0.3, 0.5))] = 255
    add("burnt sky", False, burnt)
    mask = d.blob(height, width, 0.35, rng)[..., None]
    bright = d.wall(height, width, rng.integers(205, 235), rng)
    dark = d.exposed(picture, -1.5, rng)
    add("dark thing before a white wall", False, (dark * mask + bright * (1 - mask)).astype(np.uint8))
    add("subject before a burnt ground", False, (picture * mask + 255 * (1 - mask)).astype(np.uint8))


def walls(cases, rng):
    def add(kind, is_bad, **wall):
        content = d.jpeg(d.wall(720, 960, rng=rng, **wall), 85)
        cases.add("Brightness", kind, is_bad, "drawn", content)

    for number in range(15):
        add("white wall", False, level=rng.integers(190, 236))
        add("white wall with a plate", False, level=rng.integers(190, 236), label=d.plate(rng))
        add("black door", False, level=rng.integers(48, 75), fall=8, grain=2)
        share = rng.uniform(0.03, 0.06)
        add("black door with a plate", False, level=rng.integers(25, 50), fall=8, label=d.plate(rng), share=share)
        add("burnt wall", True, level=rng.integers(262, 280))
        add("in a pocket", True, level=rng.integers(3, 22), fall=4, grain=3)


def blur(cases, photo, picture, rng):
    light = d.to_linear(picture)
    height, width = picture.shape[:2]
    scale = max(1, min(height, width) / d.WORKING_SIDE)

    def add(kind, is_bad, linear, camera="clean"):
        cases.add("Blur", kind, is_bad, photo, d.taken(linear, camera, rng))

    def smear(kind, spot):
        if d.width_of(spot) / scale >= 2.5:
            changed = d.convolved(light, spot)
            add(kind, True, changed)
            add(f"{kind}, bad camera", True, changed, rng.choice(CAMERAS))
        elif d.width_of(spot) / scale <= 0.8:
            add("hardly soft", False, d.convolved(light, spot))

    add("as taken", False, light)
    for camera in ("noisy", "denoised"):
        add("noisy", False, light, camera)
    for quality in (20, 30, 50):
        cases.add("Blur", "saved at low quality", False, photo, d.jpeg(picture, quality))
    add("little contrast", False, (light.mean() + (light - light.mean()) * 0.25).astype(np.float32))
    for radius in (1, 1.5, 5, 7, 10, 15):
        smear("defocus", d.disc(radius * scale))
    for length in (2.7, 9, 13, 20, 34):
        smear("motion", d.line(length * scale, rng))
    for length in (12, 20, 36):
        smear("camera shake", d.shake(length * scale, rng))
    # Where there is something to see.
    slope = np.hypot(*np.gradient(d.luma(picture).astype(np.float32))) > 12
    for share in (0.06, 0.12, 0.25):
        for radius in (8, 12):
            masks = [d.blob(height, width, share, rng, off=0.28, soft=0.15) for _ in range(6)]
            mask = max(masks, key=lambda mask: (slope * mask).sum() / mask.sum())[..., None]
            ground = d.convolved(light, d.disc(radius * scale))
            camera = rng.choice(["clean", "clean", "noisy"])
            add("sharp subject, soft ground", False, light * mask + ground * (1 - mask), camera)


def plates(cases, rng):
    for number in range(20):
        level = rng.integers(60, 230)
        for share in (0.01, 0.02, 0.04):
            label = d.plate(rng, is_dark=number % 2 == 1)
            picture = d.to_linear(d.wall(960, 1280, level, rng, 10, 1, label, share))
            camera = rng.choice(["clean", "noisy", "denoised"])
            cases.add("Blur", "plate on a wall", False, "drawn", d.taken(picture, camera, rng))
            if share == 0.04:
                spot = d.disc(rng.uniform(7.5, 15)) if number % 2 else d.line(rng.uniform(14, 30), rng)
                content = d.taken(d.convolved(picture, spot), camera, rng)
                cases.add("Blur", "blurred plate on a wall", True, "drawn", content)
        plain = d.to_linear(d.wall(960, 1280, level, rng, 10, 1))
        cases.add("Blur", "plain wall", False, "drawn", d.taken(plain, "clean", rng))


def cuts(rng, kind):
    """Shares that are cut off left, top, right and bottom."""
    one, other = rng.uniform(0.03, 0.1, 2)
    a, b = rng.random(2)
    if kind == "one side":
        sides = [0.0] * 4
        sides[rng.integers(4)] = one
        return sides
    if kind == "all sides":
        return [one / 2] * 4
    if kind == "a corner, by a tenth":
        right, below = rng.integers(2, size=2)
        return [0.1 * right, 0.1 * below, 0.1 * (1 - right), 0.1 * (1 - below)]
    return [one * a, other * b, one * (1 - a), other * (1 - b)]


def duplicates(cases, photo, picture, rng):
    before = cases.file(d.jpeg(picture, 92))
    for kind in ("one side", "all sides", "a corner, by a tenth", "anywhere"):
        for number in range(4):
            part = d.sent_on(d.cut(picture, *cuts(rng, kind)), rng)
            if number % 2:
                cases.add("Duplicate", f"cut: {kind}", True, photo, part, before)
            else:
                whole = d.jpeg(picture, 92)
                cases.add("Duplicate", f"whole after a cut: {kind}", True, photo, whole, cases.file(part))
    for _ in range(4):
        cases.add("Duplicate", "scaled, saved, in other light", True, photo, d.sent_on(picture, rng), before)


def strangers(cases, pictures, rng):
    """Pictures that are alike and not the same."""
    files = {name: cases.file(d.jpeg(picture, 90)) for name, picture in pictures.items()}
    for name, picture in pictures.items():
        for other, before in files.items():
            if other != name:
                kind = "a step aside" if {name, other} == {"motorcycle_left", "motorcycle_right"} else "another photo"
                cases.add("Duplicate", kind, False, name, d.jpeg(picture, 90), before)
        sides = [0.0, 0.0, 0.35, 0.2], [0.35, 0.2, 0.0, 0.0]
        one, two = (d.jpeg(d.cut(picture, *side), 90) for side in sides)
        cases.add("Duplicate", "parts that overlap by less than half", False, name, one, cases.file(two))
    for number in range(40):
        first, second = (
            d.cabinet(np.random.default_rng(700 + number), np.random.default_rng(state + number)) for state in (1000, 2000)
        )
        before = cases.file(d.jpeg(first, 90))
        cases.add("Duplicate", "the same cabinet, other cables", False, "drawn", d.jpeg(second, 90), before)
        other = d.cabinet(np.random.default_rng(900 + number), np.random.default_rng(1000 + number))
        cases.add("Duplicate", "another cabinet", False, "drawn", d.jpeg(other, 90), before)


def resolution(cases, photo, picture, rng):
    for side in (160, 320, 470, 490, 700):
        factor = side / min(picture.shape[:2])
        size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
        content = d.jpeg(np.asarray(d.Image.fromarray(picture).resize(size)), 85)
        cases.add("Resolution", "under 480 pixels" if side < 480 else "480 pixels and more", side < 480, photo, content)


def screens(cases, photo, picture, rng):
    def add(kind, is_bad, content):
        cases.add("Screen", kind, is_bad, photo, content)

    for device in ("laptop", "phone"):
        for _ in range(3):
            add(f"{device}, fills the photo", True, s.screen(picture, rng, device))
        add(f"{device}, close by", True, s.screen(picture, rng, device, rng.uniform(1.6, 3.5)))
        for _ in range(2):
            add(f"{device} with its frame", True, s.screen(picture, rng, device, rng.uniform(0.6, 0.92)))
    for size, share in (("A5", 1.2), ("A5", 1.3), ("A4", 1.2), ("A5", 0.85), ("A4", 0.8)):
        print_ = prints.halftone(picture, rng.uniform(85, 200 if size == "A5" else 150), prints.SIZES[size])
        add("halftone" if share > 1 else "halftone with a margin", True, prints.photo_of(print_, rng, share))
    for size, dots, share in (("A5", 600, 1.2), ("10 x 15", 1200, 0.85)):
        print_ = prints.inkjet(picture, dots, prints.SIZES[size], rng)
        add("ink-jet" if share > 1 else "ink-jet with a margin", True, prints.photo_of(print_, rng, share))


def genuine(cases, photo, picture, rng):
    def add(kind, content):
        cases.add("Screen", kind, False, photo, content)

    def again(content, quality, factor=1.0, stops=0):
        taken = d.Image.open(io.BytesIO(content))
        size = [round(side * factor) for side in taken.size]
        changed = np.asarray(taken.resize(size, d.Image.BILINEAR))
        return d.jpeg(d.exposed(changed, stops, rng) if stops else changed, quality)

    add("as it came", d.jpeg(picture, 90))
    for long_side in s.SENSORS:
        add("taken", s.genuine(picture, rng, long_side))
    for quality in (15, 40):
        add("low quality", again(s.genuine(picture, rng, 2592), quality))
    for factor in (1 / 2, 1 / 3):
        add("made smaller", again(s.genuine(picture, rng, 3264), 85, factor))
    for stops in (-2, -3):
        add("dark", again(s.genuine(picture, rng, 2592), 85, 1, stops))
    for kind in ("mesh", "fence"):
        add(f"behind a {kind}", patterns.repeating(kind, rng, picture))
    for device in ("laptop", "phone"):
        add("a small screen in it", s.screen(picture, rng, device, rng.uniform(0.15, 0.25), picture))


def near_misses(cases, rng):
    for _ in range(8):
        for kind in patterns.SCALES:
            cases.add("Screen", kind, False, "drawn", patterns.repeating(kind, rng))
        for draw_it in (patterns.keyboard, patterns.cables):
            cases.add("Screen", draw_it.__name__, False, "drawn", patterns.drawn(draw_it, rng))
        cases.add("Screen", "label", False, "drawn", patterns.labelled(rng))
        cabinet = d.cabinet(rng, rng)
        cases.add("Screen", "cabinet", False, "drawn", s.genuine(cabinet, rng))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    packages = [(skimage, "data", SKIMAGE), (sklearn, "datasets/images", SKLEARN), (skimage, "data", TEXTURES)]
    files = [pathlib.Path(package.__file__).parent / data / name for package, data, names in packages for name in names]
    files += [pathlib.Path(name) for name in sys.argv[2:]]
    cases = Cases(folder)
    pictures = {}
    for file in files:
        rng = np.random.default_rng(zlib.crc32(file.stem.encode()))
        picture = pictures[file.stem] = d.load(file, 960)
        if file.name not in TEXTURES:
            brightness(cases, file.stem, picture, rng)
        blur(cases, file.stem, picture, rng)
        duplicates(cases, file.stem, picture, rng)
        resolution(cases, file.stem, picture, rng)
        genuine(cases, file.stem, picture, rng)
        if file.name not in TEXTURES:
            screens(cases, file.stem, picture, rng)
        print(file.stem, len(cases.lines), file=sys.stderr, flush=True)
    rng = np.random.default_rng(1)
    walls(cases, rng)
    plates(cases, rng)
    strangers(cases, pictures, rng)
    near_misses(cases, np.random.default_rng(2))
    (folder / "cases.tsv").write_text("\n".join(cases.lines) + "\n")


main()
