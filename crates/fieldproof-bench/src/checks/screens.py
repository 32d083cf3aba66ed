"""Photos of screens, and of what repeats without being one: a lens, a mosaic of colour filters and JPEG look at it.

What repeats is a table of one period of it, which is dulled by the lens before it is looked up at every pixel of the
camera, so that nothing is ever drawn larger than the photo.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import distort as d

# Pixels of the longer side: of the sensor, and of the photo where an app makes it smaller before it is sent.
SENSORS = [2592, 3264, 4000]
SENT = [1600, 2048]
LAPTOPS = [(1366, 768), (1280, 800), (1920, 1080), (1920, 1080), (2560, 1440)]
PHONES = [(1080, 2340), (1080, 2400), (720, 1600)]

# A screen that is so many times longer than the photo covers all of it, whatever their shapes.
LARGE = 1.75

# A table is so many points across and down, and covers two pixels of a screen across and down.
POINTS, COVERS = 128, 2

_ENCODED = d.to_bytes(np.arange(4096) / 4095)


class Camera:
    """What a camera is like on that day. It is held as the shape is of what it looks at."""

    def __init__(self, shape, rng, long_side=None):
        long_side = long_side or int(rng.choice(SENSORS))
        short_side = long_side * 3 // 4 // 8 * 8
        self.width, self.height = (long_side, short_side) if shape[1] >= shape[0] else (short_side, long_side)
        self.long_side = long_side
        self.sent = rng.choice(SENT) / long_side if rng.random() < 0.4 else 1
        self.lens = rng.uniform(0.4, 0.9)
        self.electrons = np.exp(rng.uniform(np.log(1500), np.log(15000)))
        self.balance = rng.uniform(0.93, 1.07, 3).astype(np.float32)
        self.sharpening = rng.uniform(0, 0.6)
        self.quality = rng.integers(80, 96)

    def photo(self, mosaic, rng):
        """A JPEG file of the light on every pixel of the sensor."""
        raw = np.clip(d.sensor(mosaic, rng, np.float32(self.electrons)), 0, None)
        picture = np.empty((*raw.shape, 3), np.uint8)
        for channel, plane in enumerate(demosaicked(raw)):
            plane *= 4095 * self.balance[channel]
            picture[..., channel] = _ENCODED[np.minimum(plane, 4095).astype(np.uint16)]
        if self.sharpening > 0.1:
            side = -self.sharpening / 8
            kernel = [side] * 4 + [1 + self.sharpening] + [side] * 4
            picture = np.asarray(Image.fromarray(picture).filter(ImageFilter.Kernel((3, 3), kernel, 1)))
        if self.sent < 1:
            size = (round(self.width * self.sent), round(self.height * self.sent))
            picture = np.asarray(Image.fromarray(picture).resize(size, Image.BICUBIC))
        return d.jpeg(picture, self.quality)


# Of red, green, green and blue pixels: the first row, the first column and the channel.
FILTERS = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)]


def behind_filters(picture, levels):
    """What each pixel of the sensor gets of a picture of bytes, which stand for these levels of light."""
    mosaic = np.empty(picture.shape[:2], np.float32)
    for row, column, channel in FILTERS:
        mosaic[row::2, column::2] = levels[picture[row::2, column::2, channel]]
    return mosaic


def demosaicked(raw):
    """Red, green and blue: the means of the nearest pixels that have them."""
    height, width = raw.shape
    for channel in range(3):
        plane = np.zeros((height + 2, width + 2), np.float32)
        for row, column, other in FILTERS:
            if other == channel:
                plane[1 + row : -1 : 2, 1 + column : -1 : 2] = raw[row::2, column::2]
        # The mosaic goes on behind the edges.
        plane[0], plane[-1] = plane[2], plane[-3]
        plane[:, 0], plane[:, -1] = plane[:, 2], plane[:, -3]
        if channel == 1:
            beside = plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:]
            yield plane[1:-1, 1:-1] + beside / 4
        else:
            across = plane[:, 1:-1] + (plane[:, :-2] + plane[:, 2:]) / 2
            yield across[1:-1] + (across[:-2] + across[2:]) / 2


def moved(across, down):
    return np.array([[1, 0, across], [0, 1, down], [0, 0, 1]])


class View:
    """From pixels of a camera to places on a plane: `scale` pixels of the camera for one unit of it, and the unit that
    is seen in the middle."""

    def __init__(self, camera, scale, middle, rng, turn=4, tilt=0.08):
        self.scale, self.angle = scale, np.deg2rad(rng.normal(0, turn / 2))
        cos, sin = np.cos(self.angle) / scale, np.sin(self.angle) / scale
        tilts = rng.uniform(-tilt, tilt, 2) / camera.long_side
        x, y = camera.width / 2, camera.height / 2
        turned = np.array([[cos, -sin, 0], [sin, cos, 0], [*tilts, 1]])
        self.matrix = moved(*middle) @ turned @ moved(-x, -y)

    def of(self, plane, camera, first=(0, 0), fineness=1):
        """A picture of the plane with that many pixels for a unit; its first pixel is at that place."""
        numbers = np.diag([fineness, fineness, 1]) @ moved(-first[0], -first[1]) @ self.matrix
        numbers = (numbers / numbers[2, 2]).ravel()[:8]
        size = (camera.width, camera.height)
        return np.asarray(plane.transform(size, Image.PERSPECTIVE, numbers, Image.BILINEAR))

    def places(self, rows, columns):
        """Places of the pixels in these rows and columns, across and down."""
        x, y = (columns + 0.5).astype(np.float32), (rows + 0.5).astype(np.float32)[:, None]
        across, down, share = (row.astype(np.float32) for row in self.matrix)
        share = 1 / (share[0] * x + (share[1] * y + share[2]))
        return (across[0] * x + (across[1] * y + across[2])) * share, (down[0] * x + (down[1] * y + down[2])) * share


def dulled(table, view, camera):
    """What the lens and the area of the camera's pixels leave of a table of one channel."""
    waves = np.fft.fftfreq(POINTS, 1 / POINTS) / COVERS / view.scale
    across, down = np.meshgrid(waves, waves)
    cos, sin = np.cos(view.angle), np.sin(view.angle)
    left = np.exp(-2 * (np.pi * camera.lens) ** 2 * (across**2 + down**2))
    left *= np.sinc(across * cos + down * sin) * np.sinc(down * cos - across * sin)
    return np.fft.ifft2(np.fft.fft2(table) * left).real.astype(np.float32)


def repeated(mosaic, tables, view, camera, box=None):
    """Multiplies light by tables of three channels, all over it or where places lie in the box."""
    tables = [dulled(table, view, camera).ravel() for table in tables]
    fine, last = np.float32(POINTS / COVERS), POINTS - 1
    for row, column, channel in FILTERS:
        rows, columns = np.arange(row, mosaic.shape[0], 2), np.arange(column, mosaic.shape[1], 2)
        # A few rows at a time stay in the processor's cache.
        for some in np.array_split(rows, max(1, rows.size // 64)):
            across, down = view.places(some, columns)
            at = ((down * fine).astype(np.int32) & last) * POINTS + ((across * fine).astype(np.int32) & last)
            factor = tables[channel].take(at)
            if box is not None:
                is_in = (across >= box[0]) & (down >= box[1]) & (across < box[2]) & (down < box[3])
                factor = np.where(is_in, factor, np.float32(1))
            mosaic[some[0] : some[-1] + 1 : 2, column::2] *= factor


def grid():
    """Places of the points of a table, across and down."""
    at = (np.arange(POINTS) + 0.5) * COVERS / POINTS
    return np.meshgrid(at, at)


def strips(rng):
    """Red, green and blue side by side, with black around them."""
    across, down = grid()
    dark, between = rng.uniform(0.02, 0.06), rng.uniform(0.05, 0.15)
    is_lit = np.abs(down % 1 - 0.5) < 0.5 - between
    tables = [is_lit & (np.abs(across % 1 - (channel + 0.5) / 3) < 1 / 6 - dark) for channel in range(3)]
    if rng.random() < 0.15:
        tables.reverse()
    return tables


def diamonds():
    """Green at every pixel, red and blue at every second one, between the green ones."""
    across, down = grid()

    def lit(x, y, radius, period):
        # Where the nearest of the places is that lie on a grid turned by an eighth.
        away = [np.abs((at + period / 2) % period - period / 2) for at in (across - x, down - y)]
        return away[0] + away[1] < radius

    red = lit(0.5, 0.5, 0.36, 2) | lit(1.5, 1.5, 0.36, 2)
    blue = lit(1.5, 0.5, 0.42, 2) | lit(0.5, 1.5, 0.42, 2)
    return [red, lit(0, 0, 0.27, 1), blue]


def shown(picture, size, rng):
    """The picture on a screen of that size: all of the screen, or between bars."""
    photo = Image.fromarray(picture)
    fit = (max if rng.random() < 0.5 else min)(size[0] / photo.width, size[1] / photo.height)
    photo = photo.resize((round(photo.width * fit), round(photo.height * fit)), Image.BICUBIC)
    whole = Image.new("RGB", size, (int(rng.choice([0, 24, 60, 245])),) * 3)
    whole.paste(photo, ((size[0] - photo.width) // 2, (size[1] - photo.height) // 2))
    return whole


def room(size, picture, rng):
    """What is around a screen: a wall or something out of focus."""
    if rng.random() < 0.5:
        return Image.fromarray(d.wall(90, 120, rng.integers(60, 210), rng, 25, 1)).resize(size, Image.BICUBIC)
    return Image.fromarray(picture[::-1, ::-1]).resize((160, 120), Image.BOX).resize(size, Image.BICUBIC)


def screen(picture, rng, kind, share=None, around=None):
    """A photo of the picture on a `laptop` or a `phone`; its longer side takes that share of the photo's, more than one
    where it is nearer. Around a smaller one there is a room."""
    size = PHONES[rng.integers(len(PHONES))] if kind == "phone" else LAPTOPS[rng.integers(len(LAPTOPS))]
    if kind == "phone" and picture.shape[1] > picture.shape[0]:
        size = size[::-1]
    share = share or rng.uniform(1.02, 1.5)
    camera = Camera(size[::-1] if around is None else around.shape, rng)
    scale = np.clip(share * camera.long_side / max(size), 0.7 if around is None else 0, 6)
    middle = np.array(size) / 2 + rng.uniform(-0.03, 0.03, 2) * size
    if around is not None:
        middle += rng.uniform(-0.25, 0.25, 2) * (camera.width / scale, camera.height / scale)
    view = View(camera, scale, middle, rng)
    fineness = min(1, scale)
    lit = shown(picture, size, rng).resize([round(side * fineness) for side in size], Image.BOX)
    levels = d.LINEAR * np.float32(rng.uniform(0.8, 1.1)) + np.float32(rng.uniform(0.002, 0.02))
    if share > LARGE:
        plane, corner = lit, (0, 0)
    else:
        reach = [max(0, int(seen / scale * 0.85 - side / 2)) for seen, side in zip((camera.width, camera.height), size)]
        whole = tuple(round((side + 2 * more) * fineness) for side, more in zip(size, reach))
        plane = room(whole, picture, rng) if around is None else Image.fromarray(around).resize(whole, Image.BICUBIC)
        place = [round(more * fineness) for more in reach]
        frame = max(2, round(min(lit.size) * rng.uniform(0.012, 0.04)))
        box = [place[0] - frame, place[1] - frame, place[0] + lit.width + frame, place[1] + lit.height + frame]
        ImageDraw.Draw(plane).rectangle(box, fill=(int(rng.integers(8, 45)),) * 3)
        plane.paste(lit, place)
        corner = [-more for more in reach]
    mosaic = behind_filters(view.of(plane, camera, corner, fineness), levels)
    is_oled = kind == "phone" and rng.random() < 0.6
    tables = diamonds() if is_oled else strips(rng)
    if kind == "phone" and size[0] > size[1]:
        # It lies on its side.
        tables = [np.rot90(table) for table in tables]
    tables = [table / table.mean() for table in tables]
    repeated(mosaic, tables, view, camera, None if share > LARGE else (0, 0, *size))
    return camera.photo(mosaic, rng)


def genuine(picture, rng, long_side=None):
    """A photo of what the picture shows."""
    camera = Camera(picture.shape, rng, long_side)
    picture = np.asarray(Image.fromarray(picture).resize((camera.width, camera.height), Image.BICUBIC))
    return camera.photo(behind_filters(picture, d.LINEAR), rng)
