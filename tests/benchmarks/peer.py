# SPDX-License-Identifier: Apache-2.0
"""PyTorch's side of bench.py: the same commands as bench_engine.cpp, a line of JSON in, a line of JSON out.

A loop as a careful user writes it, in eager mode: teachers without gradients, gradients set to None, SGD in whichever of PyTorch's three
ways is the quickest here, channels last where that is quicker and may be chosen, nothing read from a tensor but the loss. "compiled"
wraps student and teachers in torch.compile.
"""
import json
import resource
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

SAMPLE = Path(__file__).resolve().parents[2] / "resources/sample"


def eager(path):
    """The archive's weights in the library's own module, not compiled to TorchScript."""
    extra = {"gainfinder.json": ""}
    archive = torch.jit.load(path, _extra_files=extra)
    about = json.loads(extra["gainfinder.json"])
    if Path(path).parent == SAMPLE / "shelf":
        sys.path.insert(0, str(SAMPLE))
        from shelf_models import build
        from shelf_plan import PLANS
        model = build(next(plan.architecture for plan in PLANS if plan.file == Path(path).name))
    else:
        import timm
        model = timm.create_model(about["name"].split(".")[0])
    model.load_state_dict(archive.state_dict())
    return model, about


def divergence(target, student):
    return F.kl_div(F.log_softmax(student, 1), F.log_softmax(target, 1), reduction="batchmean", log_target=True)


class Transfer:
    def __init__(self, asked):
        options = asked["options"]
        torch.set_num_threads(options["threads"])
        self.device = torch.device(options["device"])
        self.partition = options["method"] == "kl-dp"
        self.student = eager(asked["student"])[0].to(self.device).train()
        self.teachers = [eager(file)[0].to(self.device).eval().requires_grad_(False) for file in asked["teachers"]]
        self.frozen = eager(asked["student"])[0].to(self.device).eval().requires_grad_(False)
        files, batch = asked["inputs"], options["batch"]
        self.inputs = [self.tensor(file, shape, torch.float32) for file, shape in zip(files, asked["shapes"])]
        self.labels = self.tensor(asked["labels"], [batch], torch.int64)
        precisions = {"fp32": [False], "bf16": [True], "auto": [False, True]}[options["precision"]]
        self.take(*self.quickest_form([(bf16, last) for bf16 in precisions for last in (False, True)
                                       if not last or bf16 or self.device.type == "cuda" or len(precisions) > 1]))
        self.way, self.optimiser = self.quickest_sgd(options["lr"])
        if asked.get("compiled"):
            self.student, self.frozen = torch.compile(self.student), torch.compile(self.frozen)
            self.teachers = [torch.compile(teacher) for teacher in self.teachers]

    def tensor(self, file, shape, dtype):
        return torch.frombuffer(bytearray(Path(file).read_bytes()), dtype=dtype).reshape(shape).to(self.device)

    def take(self, bf16, channels_last):
        self.bf16, self.channels_last = bf16, channels_last
        form = torch.channels_last if channels_last else torch.contiguous_format
        self.student.to(memory_format=form)
        self.images = self.inputs[0].contiguous(memory_format=form)

    def quickest_form(self, forms):
        if len(forms) == 1:
            return forms[0]
        seconds = []
        state = {name: value.clone() for name, value in self.student.state_dict().items()}
        for form in forms:
            self.take(*form)
            for _ in range(2):
                self.forward().sum().backward()
            self.finish()
            began = time.perf_counter()
            for _ in range(3):
                self.forward().sum().backward()
            self.finish()
            seconds.append(time.perf_counter() - began)
        self.student.load_state_dict(state)
        self.student.zero_grad(set_to_none=True)
        return forms[seconds.index(min(seconds))]

    def quickest_sgd(self, lr):
        parameters = [each for each in self.student.parameters() if each.requires_grad]
        found = []
        for way in ({"foreach": False}, {"foreach": True}, {"fused": True}):
            copies = [each.detach().clone() for each in parameters]
            for copy in copies:
                copy.grad = torch.zeros_like(copy)
            make = lambda of: torch.optim.SGD(of, lr=lr, momentum=0.9, weight_decay=1e-3, **way)
            optimiser, times = make(copies), []
            for _ in range(9):
                began = time.perf_counter()
                optimiser.step()
                self.finish()
                times.append(time.perf_counter() - began)
            found.append((sorted(times)[len(times) // 2], way, make))
        _, way, make = min(found, key=lambda each: each[0])
        return way, make(parameters)

    def finish(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def forward(self):
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            return self.student(self.images)

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            target = self.teachers[0](self.inputs[1])
            if self.partition:
                frozen = self.frozen(self.inputs[0])
                sure = [each.softmax(1).gather(1, self.labels[:, None]) for each in (target, frozen)]
                target = torch.where(sure[0] > sure[1], target, frozen)
        loss = divergence(target, self.forward().float())
        loss.backward()
        self.optimiser.step()
        return loss.item()


class Evaluation:
    """Decodes in workers when there are files to decode; a set that lies in one array is normalised batch by batch."""

    def __init__(self, asked):
        self.model, self.about = eager(asked["model"])
        self.device = torch.device(asked["device"])
        self.model.to(self.device).eval()
        torch.set_num_threads(asked["threads"])
        self.mean, self.std = (torch.tensor(self.about[key]).view(1, -1, 1, 1) for key in ("mean", "std"))
        folder = Path(asked["data"])
        self.batches = self.arrays(folder) if any(folder.glob("*idx3*")) else self.files(folder / "val", asked)

    def arrays(self, folder):
        import gzip
        images, labels = (gzip.decompress(next(folder.glob(f"t10k-{kind}-*")).read_bytes()) for kind in ("images", "labels"))
        pixels = torch.frombuffer(bytearray(images[16:]), dtype=torch.uint8).view(-1, 1, 28, 28)
        truth = torch.frombuffer(bytearray(labels[8:]), dtype=torch.uint8).long()
        return lambda: ((pixels[i:i + 250], truth[i:i + 250]) for i in range(0, len(truth), 250))

    def files(self, folder, asked):
        from torchvision.datasets import ImageFolder
        from torchvision.io import ImageReadMode, decode_jpeg, read_file
        from torchvision.transforms import InterpolationMode
        from torchvision.transforms.v2 import functional as vision
        size, crop = self.about["input_size"][-1], self.about["crop_pct"]
        way = InterpolationMode(self.about["interpolation"])

        class Photographs(ImageFolder):
            def __getitem__(self, index):
                path, label = self.samples[index]
                image = decode_jpeg(read_file(path), mode=ImageReadMode.RGB)
                image = vision.resize(image, [int(size / crop)], interpolation=way, antialias=True)
                return vision.center_crop(image, [size, size]), label

        data = Photographs(str(folder))
        workers = asked["workers"]
        more = {"num_workers": workers, "persistent_workers": True, "prefetch_factor": 2} if workers else {}
        loader = torch.utils.data.DataLoader(data, batch_size=min(250, len(data)), **more)
        return lambda: iter(loader)

    def right(self):
        count = 0
        with torch.inference_mode():
            for pixels, labels in self.batches():
                images = pixels.contiguous().to(torch.float32).div_(255).sub_(self.mean).div_(self.std).to(self.device)
                count += (self.model(images).argmax(1).cpu() == labels).sum().item()
        return count


def timed(count, act, finish):
    seconds, values = [], []
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(count):
        began = time.perf_counter()
        values.append(act())
        finish()
        seconds.append(time.perf_counter() - began)
    after = resource.getrusage(resource.RUSAGE_SELF)
    system = after.ru_stime - before.ru_stime
    return {"seconds": seconds, "cpu_s": after.ru_utime - before.ru_utime + system, "system_s": system,
            "faults": after.ru_minflt - before.ru_minflt, "values": values}


class Peer:
    transfer = evaluation = None

    def answer(self, asked):
        if asked["do"] == "open":
            self.transfer = None
            self.transfer = Transfer(asked)
            return {"bf16": self.transfer.bf16, "channels_last": self.transfer.channels_last, "sgd": self.transfer.way}
        if asked["do"] == "open-evaluation":
            self.evaluation = Evaluation(asked)
            return {}
        if asked["do"] == "evaluate":
            return timed(asked["count"], self.evaluation.right, lambda: None)
        return timed(asked["count"], self.transfer.step, self.transfer.finish)


def main():
    peer = Peer()
    for line in sys.stdin:
        answer = peer.answer(json.loads(line))
        answer["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
