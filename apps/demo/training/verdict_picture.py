"""Draws a verdict of the running demo as a picture for the README: the photo with its boxes, beside what was said.

Run the demo, then: python verdict_picture.py FOLDER WORK_ORDER OUT.jpg
FOLDER is the demo's data folder (its demo.json holds the token); the server is expected on 127.0.0.1:8080.
"""

import io
import json
import pathlib
import sys
import textwrap
import urllib.request

from PIL import Image, ImageDraw, ImageFont

URL = "http://127.0.0.1:8080"
WIDTH, HEIGHT = 800, 600
PANEL = 440
BOX_COLOURS = {"door_open": "#e4264e", "door_closed": "#26e4bc", "label_plate": "#fec403", "degradation": "#e45d26"}


def get(path, token):
    request = urllib.request.Request(URL + path, headers={"Authorization": f"Token {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def photo_of(order):
    """The newest photo of the work order that a task speaks of, and the tasks that speak of it."""
    images = [i for i in order["inputs"] if i["data"]["type"] == "image"]
    for image in reversed(images):
        tasks = [
            task
            for task in order["tasks"]
            if task["state"] and any(a["input_id"] == image["id"] for a in task["state"]["analyzed_inputs"])
        ]
        if any(a["regions"] for task in tasks for a in task["state"]["analyzed_inputs"]):
            return image, tasks
    raise SystemExit("no photo of this work order has boxes")


def draw(image, tasks, order):
    with urllib.request.urlopen(image["data"]["value"]) as answer:
        photo = Image.open(io.BytesIO(answer.read())).convert("RGB").resize((WIDTH, HEIGHT))
    sheet = Image.new("RGB", (WIDTH + PANEL, HEIGHT), "white")
    sheet.paste(photo, (0, 0))
    pen = ImageDraw.Draw(sheet)
    small, medium, large = (ImageFont.load_default(size) for size in (18, 20, 24))
    for region in (r for task in tasks for a in task["state"]["analyzed_inputs"] for r in a["regions"]):
        box = region["bbox"]
        corners = [box["xmin"] * WIDTH, box["ymin"] * HEIGHT, box["xmax"] * WIDTH, box["ymax"] * HEIGHT]
        colour = BOX_COLOURS.get(region["concept"], "#bc26e4")
        pen.rectangle(corners, outline=colour, width=4)
        text = f"{region['concept']} {region['score']:.2f}"
        at = (corners[0], max(corners[1] - 24, 0))
        pen.rectangle(pen.textbbox(at, text, small), fill=colour)
        pen.text(at, text, "black", small)
    left, top = WIDTH + 24, 28
    pen.text((left, top), order["name"], "black", large)
    top += 64
    for task in tasks:
        state = task["state"]
        lines = textwrap.wrap(state["message"] or "", 40)
        bottom = top + 26 + 26 * len(lines)
        pen.rectangle([left, top, left + 8, bottom], fill=state["color"] or "#444444")
        pen.text((left + 20, top), task["label"], "#555555", small)
        for number, line in enumerate(lines):
            pen.text((left + 20, top + 26 + 26 * number), line, "black", medium)
        top = bottom + 28
    top += 20
    pen.text((left, top), f"Progress {order['progress_score']} %", "black", large)
    pen.rectangle([left, top + 40, WIDTH + PANEL - 24, top + 56], fill="#dddddd")
    full = (PANEL - 48) * (order["progress_score"] or 0) / 100
    pen.rectangle([left, top + 40, left + full, top + 56], fill="#26e4bc")
    return sheet


def main(folder, name, out):
    place = json.loads((pathlib.Path(folder) / "demo.json").read_text())
    order = get(f"/v0.2/work-orders/{place['work_orders'][name]}/", place["token"])
    draw(*photo_of(order), order).save(out, quality=88)


if __name__ == "__main__":
    main(*sys.argv[1:])
