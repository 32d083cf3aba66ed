"""The sticker on a cabinet's equipment: its name as a QR code and in print."""
import cv2
import numpy as np
import segno

from wiring import shade, text

WIDTH, HEIGHT = 0.112, 0.052      # metres
PAPER, INK = (236, 236, 230), (22, 22, 26)


def draw(words, px):
    """The sticker as a uint8 RGB picture, `px` pixels a metre."""
    w, h = int(WIDTH * px), int(HEIGHT * px)
    sticker = np.empty((h, w, 3), np.uint8)
    sticker[:] = PAPER
    code = np.array([list(row) for row in segno.make(words, error="m", micro=False).matrix_iter(border=0)], np.uint8)
    side = int(h * 0.78)
    code = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    edge = (h - side) // 2
    sticker[edge:edge + side, edge:edge + side][code > 0] = INK
    left = side + 2 * edge
    text(sticker, (left, h * 0.18), words, (w - left) * 1.5 / len(words), INK)
    text(sticker, (left, h * 0.62), "FIBRE CABINET", (w - left) * 0.105, (70, 72, 80))
    cv2.rectangle(sticker, (0, 0), (w - 1, h - 1), shade(PAPER, 0.82), 1)
    return sticker


def stick(picture, words, px):
    """Puts a sticker on a picture of the rack (uint8 RGBA), a little left of its middle, in place."""
    sticker = draw(words, px)
    h, w = sticker.shape[:2]
    y, x = int(picture.shape[0] * 0.42), int(picture.shape[1] * 0.40)
    shadow = int(0.002 * px)
    picture[y + shadow:y + h + shadow, x + shadow:x + w + shadow, :3] //= 2
    picture[y:y + h, x:x + w, :3] = sticker
