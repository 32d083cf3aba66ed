"""Serves one ONNX model with LitServe, as its documentation has it: a photo as Base64 in JSON, decoded by Pillow at a reduced
scale, put into a letterbox, run on ONNX Runtime with one thread for each worker. Arguments: MODEL WIDTH HEIGHT PORT WORKERS."""

import base64
import io
import sys

import litserve
import numpy
import onnxruntime
from PIL import Image

MODEL, WIDTH, HEIGHT, PORT, WORKERS = sys.argv[1], *map(int, sys.argv[2:6])


class Peer(litserve.LitAPI):
    def setup(self, device):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
        self.name = self.session.get_inputs()[0].name

    def decode_request(self, request):
        photo = Image.open(io.BytesIO(base64.b64decode(request["image"])))
        photo.draft("RGB", (WIDTH, HEIGHT))
        photo = photo.convert("RGB")
        scale = min(WIDTH / photo.width, HEIGHT / photo.height)
        photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
        canvas = Image.new("RGB", (WIDTH, HEIGHT), (114, 114, 114))
        canvas.paste(photo, ((WIDTH - photo.width) // 2, (HEIGHT - photo.height) // 2))
        return numpy.asarray(canvas, numpy.float32).transpose(2, 0, 1)[None] / 255

    def predict(self, tensor):
        return self.session.run(None, {self.name: tensor})

    def encode_response(self, outputs):
        return {"shapes": [list(output.shape) for output in outputs], "highest": float(outputs[0].max())}


if __name__ == "__main__":
    print(litserve.__version__, flush=True)
    server = litserve.LitServer(Peer(), accelerator="cpu", workers_per_device=WORKERS)
    server.run(host="127.0.0.1", port=PORT, generate_client_file=False, log_level="error", access_log=False)
