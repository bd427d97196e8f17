#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gainfinder import as users meet it: caches, checkpoints of their own, and everything that can be wrong with them.

  test_import.py PROGRAM      in the Python with torch, timm and torchvision; nothing is downloaded, all files are made
"""
import json
import os
import pickle
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import timm
import torch
import torchvision
from safetensors.torch import save_file

PROGRAM = sys.argv.pop(1)
IMPORTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "resources", "importer")
sys.path.insert(0, IMPORTER)
sys.dont_write_bytecode = True

import class_names  # noqa: E402
import weights  # noqa: E402
from families import MLPS, TRANSFORMERS  # noqa: E402
from paper import paper_shelf  # noqa: E402

SMALL = "test_resnet.r160_in1k"  # half a million parameters
REPOSITORY = "models--timm--test_resnet.r160_in1k"


class Running:
    """Runs code when it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return (open, (self.file, "w"))


class ImportCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="import-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = {**os.environ, "XDG_CACHE_HOME": self.path("cache"), "HF_HOME": self.path("hf"),
                            "TORCH_HOME": self.path("torch"), "GAINFINDER_PYTHON": sys.executable,
                            "OMP_NUM_THREADS": "1"}
        for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
            self.environment.pop(name, None)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def call(self, *words, limits=None):
        done = subprocess.run([PROGRAM, *words], env=self.environment, capture_output=True, text=True, timeout=600,
                              check=False, preexec_fn=limits)
        return done.returncode, done.stdout, done.stderr

    def imported(self, *words):
        code, out, err = self.call("import", *words, "--out", self.path("out"), "--json")
        self.assertEqual(code, 0, out + err)
        return json.loads(out)["imported"]

    def refused(self, *words, limits=None):
        """What is said of the one model that fails; nothing may be left in the folder."""
        code, out, err = self.call("import", *words, "--out", self.path("out"), "--json", limits=limits)
        self.assertEqual(code, 3, out + err)
        answer = json.loads(out)
        left = os.listdir(self.path("out")) if os.path.isdir(self.path("out")) else []
        self.assertEqual(left, [])
        if "error" in answer:
            return answer["error"]
        self.assertEqual(answer["imported"], [])
        return answer["failed"][0]

    def metadata(self, model):
        code, out, err = self.call("inspect", model["file"], "--json")
        self.assertEqual(code, 0, err)
        return json.loads(out)["models"][0]["metadata"]

    def state(self, name=SMALL, **arguments):
        torch.manual_seed(3)
        return timm.create_model(name, **arguments).state_dict()

    def saved(self, name, state):
        save_file({key: value.contiguous().clone() for key, value in state.items()}, self.path(name))
        return self.path(name)


class Caches(ImportCase):
    def test_weights_of_the_hugging_face_cache(self):
        place = self.path("hf", "hub", REPOSITORY)
        os.makedirs(os.path.join(place, "snapshots", "abc"))
        os.makedirs(os.path.join(place, "refs"))
        with open(os.path.join(place, "refs", "main"), "w", encoding="utf-8") as stream:
            stream.write("abc")
        state = self.state()
        save_file(state, os.path.join(place, "snapshots", "abc", "model.safetensors"))
        model = self.imported("timm", "test_resnet*")[0]
        self.assertEqual(model["name"], SMALL)
        metadata = self.metadata(model)
        self.assertEqual(metadata["family"], "CNN")
        self.assertEqual(metadata["input_size"], [3, 160, 160])
        self.assertEqual((metadata["classes"][0], metadata["wnids"][0]), ("tench", "n01440764"))
        file = torch.jit.load(model["file"])
        inputs = torch.randn(2, 3, 160, 160)
        eager = timm.create_model(SMALL).eval()
        eager.load_state_dict(state)
        with torch.no_grad():
            self.assertTrue(torch.equal(file(inputs), eager(inputs)))

    def test_weights_of_torch_hub(self):
        place = self.path("torch", "hub", "checkpoints")
        os.makedirs(place)
        entry = torchvision.models.SqueezeNet1_1_Weights.IMAGENET1K_V1
        torch.manual_seed(0)
        state = torchvision.models.squeezenet1_1().state_dict()
        torch.save(state, os.path.join(place, os.path.basename(entry.url)))
        model = self.imported("torchvision", "squeezenet1_1")[0]
        metadata = self.metadata(model)
        self.assertEqual(metadata["name"], "squeezenet1_1.IMAGENET1K_V1")
        self.assertEqual(metadata["reference_accuracy"], {"data": "ImageNet-1k", "value": 0.58178})
        self.assertAlmostEqual(metadata["crop_pct"], 224 / 256)
        self.assertEqual(metadata["interpolation"], "bilinear")

    def test_weights_that_are_not_here_are_not_fetched(self):
        said = self.refused("timm", SMALL)
        self.assertIn("nothing is downloaded", said["rule"])
        self.assertIn("hf download timm/test_resnet.r160_in1k model.safetensors", said["remedy"])
        said = self.refused("torchvision", "resnet18")
        self.assertIn("resnet18-f37072fd.pth", said["observed"])
        self.assertIn("none of", self.refused("timm", "test_*")["observed"])

    def test_list_says_where_it_looked_and_what_is_there(self):
        place = self.path("torch", "hub", "checkpoints")
        os.makedirs(place)
        entry = torchvision.models.ResNet18_Weights.IMAGENET1K_V1
        torch.save({}, os.path.join(place, os.path.basename(entry.url)))
        code, out, err = self.call("import", "torchvision", "--list", "resnet18", "--json")
        self.assertEqual(code, 0, err)
        answer = json.loads(out)
        self.assertEqual(answer["places"], [self.path("hf", "hub"), place])
        self.assertEqual(answer["models"], [
            {"name": "resnet18.IMAGENET1K_V1", "family": "CNN", "data": "ImageNet-1k",
             "weights": os.path.join(place, "resnet18-f37072fd.pth"), "input_size": [3, 224, 224],
             "parameters": 11689512, "paper_name": "", "accuracy": 0.69758}])

    def test_heads_for_training_alone_are_dropped(self):
        model = self.imported("torchvision", "googlenet", "--random-init")[0]
        with torch.no_grad():
            self.assertEqual(list(torch.jit.load(model["file"])(torch.zeros(2, 3, 224, 224)).shape), [2, 1000])


class Names(ImportCase):
    def test_unknown_names_are_answered_with_near_ones(self):
        self.assertIn("resnet50", self.refused("timm", "resnet5o", "--random-init")["remedy"])
        self.assertIn("no match", self.refused("timm", "zzz*", "--random-init")["observed"])
        self.assertIn("timm's models", self.refused("torchvision", "paper-shelf", "--random-init")["rule"])

    def test_a_failure_does_not_keep_the_others(self):
        code, out, _ = self.call("import", "timm", "nosuch_model", SMALL, "--random-init", "--out", self.path("out"),
                                 "--json")
        answer = json.loads(out)
        self.assertEqual(code, 3)
        self.assertEqual([model["name"] for model in answer["imported"]], [SMALL])
        self.assertEqual([model["name"] for model in answer["failed"]], ["nosuch_model"])

    def test_an_existing_file_stays_unless_asked(self):
        first = self.imported("timm", SMALL, "--random-init")[0]["file"]
        with open(first, "rb") as stream:
            before = stream.read()
        code, out, _ = self.call("import", "timm", SMALL, "--random-init", "--seed", "1", "--out", self.path("out"),
                                 "--json")
        self.assertEqual(code, 3)
        self.assertIn("new", json.loads(out)["failed"][0]["rule"])
        with open(first, "rb") as stream:
            self.assertEqual(stream.read(), before)
        self.imported("timm", SMALL, "--random-init", "--seed", "1", "--overwrite")
        with open(first, "rb") as stream:
            self.assertNotEqual(stream.read(), before)

    def test_list_flags_the_paper_shelf(self):
        code, out, err = self.call("import", "timm", "--list", "paper-shelf", "--json")
        self.assertEqual(code, 0, err)
        models = json.loads(out)["models"]
        self.assertEqual(len(models), 40)
        self.assertTrue(all(model["paper_name"] and model["accuracy"] and model["parameters"] for model in models))
        self.assertEqual(self.call("import", "torchvision", "--list", "nosuch*")[0], 2)

    def test_wrong_usage(self):
        for words in (["import", "keras", "x"], ["import", "timm"], ["import"],
                      ["import", "timm", "a", "b", "--checkpoint", "f"],
                      ["import", "timm", "a", "--checkpoint", "f", "--random-init"]):
            code, _, err = self.call(*words, "--out", self.path("out"))
            self.assertEqual(code, 2, words)
            self.assertIn("gainfinder:", err)


class Checkpoints(ImportCase):
    def same_answers(self, model, state, name=SMALL, side=160, **arguments):
        eager = timm.create_model(name, **arguments).eval()
        eager.load_state_dict(state)
        inputs = torch.randn(2, 3, side, side)
        with torch.no_grad():
            self.assertTrue(torch.equal(torch.jit.load(model["file"])(inputs), eager(inputs)))

    def test_wrapped_state_dicts(self):
        state = self.state()
        wrapped = {"epoch": 3, "state_dict": {"module." + key: value for key, value in state.items()}}
        torch.save(wrapped, self.path("wrapped.pth"))
        self.same_answers(self.imported("timm", SMALL, "--checkpoint", self.path("wrapped.pth"))[0], state)

    def test_averaged_weights_come_first_and_are_named(self):
        state = self.state()
        other = {key: value + 1 if value.is_floating_point() else value for key, value in state.items()}
        torch.save({"state_dict": other, "state_dict_ema": state}, self.path("ema.pt"))
        model = self.imported("timm", SMALL, "--checkpoint", self.path("ema.pt"))[0]
        self.assertIn("state_dict_ema", model["warnings"][0])
        self.same_answers(model, state)

    def test_half_precision_is_read_as_float32(self):
        half = {key: value.half() if value.is_floating_point() else value for key, value in self.state().items()}
        model = self.imported("timm", SMALL, "--checkpoint", self.saved("half.safetensors", half))[0]
        self.same_answers(model, {key: value.float() if value.is_floating_point() else value
                                  for key, value in half.items()})

    def test_fine_tuned_with_a_configuration_beside_it(self):
        state = self.state(num_classes=3)
        self.saved("model.safetensors", state)
        with open(self.path("config.json"), "w", encoding="utf-8") as stream:
            json.dump({"architecture": "test_resnet", "num_classes": 3, "label_names": ["ant", "bee", "wasp"],
                       "pretrained_cfg": {"input_size": [3, 96, 96], "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2],
                                          "interpolation": "bilinear", "crop_pct": 1.0, "crop_mode": "squash",
                                          "num_classes": 3, "classifier": "fc", "first_conv": "conv1"}}, stream)
        model = self.imported("timm", "--checkpoint", self.path("model.safetensors"))[0]
        metadata = self.metadata(model)
        self.assertEqual(metadata["classes"], ["ant", "bee", "wasp"])
        self.assertEqual((metadata["input_size"], metadata["crop_mode"]), ([3, 96, 96], "squash"))
        self.same_answers(model, state, "test_resnet", 96, num_classes=3)

    def kept_as_on_the_hub(self, folder):
        """A fine-tuned model as timm's save_for_hf keeps it."""
        os.makedirs(folder)
        state = self.state(num_classes=3)
        save_file(state, os.path.join(folder, "model.safetensors"))
        with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as stream:
            json.dump({"architecture": "test_resnet", "num_classes": 3, "label_names": ["ant", "bee", "wasp"],
                       "pretrained_cfg": {"input_size": [3, 160, 160], "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2],
                                          "interpolation": "bilinear", "crop_pct": 0.9, "num_classes": 3,
                                          "classifier": "fc", "first_conv": "conv1"}}, stream)
        return state

    def test_a_folder_says_its_architecture_and_classes(self):
        state = self.kept_as_on_the_hub(self.path("mine"))
        model = self.imported("timm", "--checkpoint", self.path("mine"))[0]
        self.assertEqual(self.metadata(model)["classes"], ["ant", "bee", "wasp"])
        self.same_answers(model, state, "test_resnet", num_classes=3)

    def test_a_repository_of_the_cache_is_a_folder_too(self):
        repository = self.path("models--me--mine")
        state = self.kept_as_on_the_hub(os.path.join(repository, "snapshots", "abc"))
        self.kept_as_on_the_hub(os.path.join(repository, "snapshots", "def"))
        said = self.refused("timm", "--checkpoint", repository)  # two revisions, and nothing says which
        self.assertIn("must hold config.json", said["rule"])
        os.makedirs(os.path.join(repository, "refs"))
        with open(os.path.join(repository, "refs", "main"), "w", encoding="utf-8") as stream:
            stream.write("abc")
        self.same_answers(self.imported("timm", "--checkpoint", repository)[0], state, "test_resnet", num_classes=3)

    def test_inspect_names_the_command_that_imports(self):
        self.kept_as_on_the_hub(self.path("mine"))
        torch.save(self.state(), self.path("state.pth"))
        safe = self.path("mine", "model.safetensors")
        code, out, _ = self.call("inspect", safe, self.path("state.pth"), "--json")
        self.assertEqual(code, 3)
        first, second = json.loads(out)["models"]
        self.assertEqual(first["remedy"], f"Import them: gainfinder import timm --checkpoint {safe}")
        self.assertIn("import timm ARCHITECTURE --checkpoint", second["remedy"])

    def test_classes_that_nobody_names_are_asked_for(self):
        file = self.saved("three.safetensors", self.state(num_classes=3))
        said = self.refused("timm", "test_resnet", "--checkpoint", file)
        self.assertIn("3 outputs", said["observed"])
        self.assertIn("--model-meta", said["remedy"])
        with open(self.path("meta.json"), "w", encoding="utf-8") as stream:
            json.dump({"classes": ["ant", "bee"]}, stream)
        self.assertIn("2 names for 3", self.refused("timm", "test_resnet", "--checkpoint", file, "--model-meta",
                                                    self.path("meta.json"))["observed"])
        with open(self.path("meta.json"), "w", encoding="utf-8") as stream:
            json.dump({"classes": ["ant", "bee", "wasp"], "name": "mine"}, stream)
        metadata = self.metadata(self.imported("timm", "test_resnet", "--checkpoint", file, "--model-meta",
                                               self.path("meta.json"))[0])
        self.assertEqual((metadata["name"], metadata["classes"]), ("mine", ["ant", "bee", "wasp"]))

    def test_another_architecture_is_named_not_half_loaded(self):
        file = self.saved("other.safetensors", self.state("test_vit"))
        said = self.refused("timm", "test_resnet", "--checkpoint", file)
        self.assertIn("those of test_resnet", said["rule"] + said["remedy"])
        wrong = self.state()
        first = next(key for key in wrong if wrong[key].dim() == 4)
        wrong[first] = torch.zeros(1, 2, 3, 4)
        self.assertIn(f"{first} [1, 2, 3, 4]", self.refused(
            "timm", SMALL, "--checkpoint", self.saved("shapes.safetensors", wrong))["observed"])
        missing = self.state()
        del missing[first]
        self.assertIn(f"missing: {first}", self.refused(
            "timm", SMALL, "--checkpoint", self.saved("missing.safetensors", missing))["observed"])
        integers = self.state()
        integers[first] = integers[first].to(torch.int8)
        self.assertIn("floating-point", self.refused(
            "timm", SMALL, "--checkpoint", self.saved("int8.safetensors", integers))["observed"])
        poisoned = self.state()
        poisoned[first] = torch.full_like(poisoned[first], float("nan"))
        self.assertIn("NaN", self.refused(
            "timm", SMALL, "--checkpoint", self.saved("nan.safetensors", poisoned))["observed"])

    def test_torchvision_state_dict_of_five_classes(self):
        torch.manual_seed(0)
        state = torchvision.models.resnet18(num_classes=5).state_dict()
        torch.save({"model": state}, self.path("five.pth"))
        with open(self.path("meta.json"), "w", encoding="utf-8") as stream:
            json.dump({"classes": list("abcde")}, stream)
        model = self.imported("torchvision", "resnet18", "--checkpoint", self.path("five.pth"), "--model-meta",
                              self.path("meta.json"))[0]
        self.assertEqual(self.metadata(model)["classes"], list("abcde"))


class HostileFiles(ImportCase):
    def file(self, name, content):
        with open(self.path(name), "wb") as stream:
            stream.write(content)
        return self.path(name)

    def check(self, file, *said):
        answer = self.refused("timm", SMALL, "--checkpoint", file)
        text = " ".join((answer["rule"], answer["observed"], answer["remedy"]))
        for word in said:
            self.assertIn(word, text)

    def test_nothing_in_a_pickle_is_run(self):
        trap = self.path("trap")
        torch.save({"state_dict": self.state(), "extra": Running(trap)}, self.path("trap.pth"))
        self.check(self.path("trap.pth"), "never", "open")
        self.file("legacy.pt", pickle.dumps(Running(trap)))
        self.check(self.path("legacy.pt"))
        torch.save(timm.create_model("test_resnet"), self.path("whole.pth"))
        self.check(self.path("whole.pth"), "tensors alone", "state_dict")
        self.assertFalse(os.path.exists(trap))

    def test_damaged_files(self):
        whole = self.saved("whole.safetensors", self.state())
        with open(whole, "rb") as stream:
            content = stream.read()
        torch.save(self.state(), self.path("whole.pth"))
        with open(self.path("whole.pth"), "rb") as stream:
            zipped = stream.read()
        self.check(self.file("empty.pth", b""), "0 bytes")
        self.check(self.file("empty.safetensors", b""), "0 bytes")
        self.check(self.file("cut.safetensors", content[:len(content) // 2]), "whole")
        self.check(self.file("cut.pth", zipped[:len(zipped) // 2]))
        self.check(self.file("header.safetensors", b"\xff" * 8 + content[8:]), "header")
        self.check(self.file("text.pth", b"not a checkpoint at all\n" * 99))
        self.check(self.file("lfs.bin", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "LFS")
        self.check(self.file("array.npz", b"PK\x05\x06" + b"\0" * 18), "NumPy")
        self.check(self.path("absent.pth"), "No such file")
        torch.save([1, 2, 3], self.path("list.pth"))
        self.check(self.path("list.pth"), "list")
        torch.save({"a": 1}, self.path("plain.pth"))
        self.check(self.path("plain.pth"), "no tensor")
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), self.path("script.pt"))
        self.check(self.path("script.pt"), "TorchScript")

    def test_damaged_configurations(self):
        file = self.saved("model.safetensors", self.state())
        for text, said in (("{", "JSON"), ("[]", "object"), ("{}", "architecture"),
                           ('{"architecture": 5, "pretrained_cfg": {}}', "timm writes"),
                           ('{"architecture": "nosuch", "pretrained_cfg": {}}', "timm knows")):
            with open(self.path("config.json"), "w", encoding="utf-8") as stream:
                stream.write(text)
            answer = self.refused("timm", "--checkpoint", file)
            self.assertIn(said, answer["rule"] + answer["observed"], text)

    def test_a_full_disk_leaves_nothing(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        answer = self.refused("timm", SMALL, "--random-init", limits=small_files)
        self.assertIn("writable", answer["rule"])

    def test_a_folder_that_is_a_file(self):
        self.file("out", b"")
        code, _, err = self.call("import", "timm", SMALL, "--random-init", "--out", self.path("out"))
        self.assertEqual(code, 1)
        self.assertIn("must be a folder", err)

    def test_interrupts_keep_what_is_done(self):
        words = [PROGRAM, "import", "timm", SMALL, "test_resnet", "vit_base_patch16_224", "resnet152", "--random-init",
                 "--out", self.path("out")]
        child = subprocess.Popen(words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = self.path("out", SMALL + ".pt")
        while child.poll() is None and not os.path.exists(first):
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=120)
        self.assertEqual(child.returncode, 130)
        self.assertEqual([name for name in os.listdir(self.path("out")) if name.startswith(".")], [])
        self.assertTrue(os.path.exists(first))

    def test_a_python_without_the_packages(self):
        for program in ("/usr/bin/python3", "/bin/false", self.path("nowhere")):
            code, _, err = self.call("import", "timm", SMALL, "--random-init", "--out", self.path("out"), "--python",
                                     program)
            self.assertEqual(code, 3, err)
            self.assertIn("pip install torch timm torchvision safetensors", err)
            self.assertIn(program, err)


class Data(unittest.TestCase):
    def test_the_paper_shelf_is_in_timm_with_the_parameters_of_the_tables(self):
        shelf = paper_shelf()
        self.assertEqual(len(shelf), 40)
        known = set(timm.list_models(pretrained=True))
        self.assertEqual([name for name in shelf if name not in known], [])
        for name in ("mixnet_s.ft_in1k", "pit_xs_224.in1k", "xcit_nano_12_p8_224.fb_in1k", "resmlp_12_224.fb_in1k"):
            parameters = sum(p.numel() for p in timm.create_model(name).parameters()) / 1e6
            self.assertAlmostEqual(parameters, shelf[name]["params_millions"], delta=0.00501)
        for entry in shelf.values():
            self.assertIn(entry["family"], ("Trafo", "CNN", "MLP"))
            for key in ("params_printed", "family_printed"):
                self.assertTrue(key not in entry or entry["note"])

    def test_the_rule_of_families_agrees_with_the_paper(self):
        from families import family_of
        from timm_models import source_file
        for name, entry in paper_shelf().items():
            architecture = name.partition(".")[0]
            self.assertEqual(family_of(architecture, source_file(architecture)), entry["family"], name)

    def test_files_of_families_exist(self):
        from timm.models import _registry
        files = set(_registry._model_to_module.values()) | {"maxvit"}
        self.assertEqual((TRANSFORMERS | MLPS) - files, set())

    def test_class_names_differ_and_keep_their_ids(self):
        for count in class_names.LABEL_SETS:
            names, wnids, _ = class_names.of_imagenet(count)
            self.assertEqual((len(names), len(set(names)), len(set(wnids))), (count, count, count))
        names, wnids, _ = class_names.of_imagenet(1000)
        self.assertEqual(names[wnids.index("n02012849")], "crane (bird)")
        self.assertEqual(names[wnids.index("n03126707")], "crane (machine)")
        self.assertEqual(names[:2], ["tench", "goldfish"])

    def test_the_network_is_closed(self):
        code = ("import sys; sys.path.insert(0, sys.argv[1]); import weights, socket; weights.stay_offline()\n"
                "try: socket.create_connection(('127.0.0.1', 9), 1)\n"
                "except OSError as failure: print(failure)")
        out = subprocess.run([sys.executable, "-c", code, IMPORTER], capture_output=True, text=True, check=True).stdout
        self.assertIn("never uses the network", out)
        self.assertTrue(callable(weights.stay_offline))


if __name__ == "__main__":
    unittest.main(verbosity=2)
