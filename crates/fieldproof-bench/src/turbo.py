"""Decodes JPEG files with libjpeg-turbo, scaled down as far as their shorter side keeps 640 pixels. For each line of standard
input, which is the name of a file, it answers with the CPU seconds of the decode."""

import sys
import time

import simplejpeg

for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as file:
        data = file.read()
    start = time.process_time()
    simplejpeg.decode_jpeg(data, colorspace="RGB", min_height=640, min_width=640, min_factor=1)
    print(time.process_time() - start, flush=True)
