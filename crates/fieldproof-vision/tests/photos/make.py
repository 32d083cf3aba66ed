"""Writes photos that the tests read and that Rust would make with difficulty: lossy WebP, for which it has no encoder, and a
printed line. Needs `pip install pillow`."""

from PIL import Image, ImageDraw, ImageFont

# Red, green / blue, white.
picture = Image.new("RGB", (64, 48))
for x, y, colour in [(0, 0, (255, 0, 0)), (32, 0, (0, 255, 0)), (0, 24, (0, 0, 255)), (32, 24, (255, 255, 255))]:
    picture.paste(colour, (x, y, x + 32, y + 24))
picture.save("lossy.webp", quality=80)

# The same with the last quarter black and transparent.
picture.paste((0, 0, 0), (32, 24, 64, 48))
alpha = Image.new("L", (64, 48), 255)
alpha.paste(0, (32, 24, 64, 48))
picture.putalpha(alpha)
picture.save("lossy_alpha.webp", quality=80, exact=True)

# A photo that moves.
frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
frames[0].save("animated.webp", save_all=True, append_images=frames[1:], duration=100)

# What is printed on a plate.
plate = Image.new("RGB", (640, 96), (225, 222, 210))
ImageDraw.Draw(plate).text((20, 12), "CMIB-G-X-4NOZAJ", font=ImageFont.load_default(size=60), fill=(30, 30, 35))
plate.quantize(32).save("line.png", optimize=True)
