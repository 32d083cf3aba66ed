"""Decodes JPEG files with libjpeg-turbo, scaled down as far as their shorter side keeps 640 pixels. For each line "TIMES
FILE" of standard input it answers with the CPU seconds of one decode."""

import sys
import time

import simplejpeg

for line in sys.stdin:
    times, path = line.rstrip("\n").split(" ", 1)
    with open(path, "rb") as file:
        data = file.read()
    start = time.process_time()
    for _ in range(int(times)):
        simplejpeg.decode_jpeg(data, colorspace="RGB", min_height=640, min_width=640, min_factor=1)
    print((time.process_time() - start) / int(times), flush=True)
