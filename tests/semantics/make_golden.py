# SPDX-License-Identifier: Apache-2.0
"""Small random text encoders in data/, and what transformers and open_clip make of texts with them.

    pip install torch transformers tokenizers safetensors ftfy; pip install --no-deps open_clip_torch timm torchvision
    python make_golden.py

Texts are not stored: texts() below and texts.h make the same ones from data/texts.json. Of token ids, 32 bits of a hash
are kept for each text, and the ids themselves for the first ones.
"""
import collections
import json
import os
import pathlib
import shutil

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel, BertTokenizer, CLIPConfig, CLIPModel, CLIPTextConfig
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

DATA = pathlib.Path(__file__).parent / "data"
TEXTS, NAMES, FEW, SHOWN = 10000, 1000, 2000, 20
SNIPPETS = ["'s", "'LL", "don't", "we'Re", "<|endoftext|>", "<|ENDOFTEXT|>!", "<|startoftext|>", "[SEP]", "[cls]", "[MASK]", "İ", "ΣΑΣ",
            "ﬁ", "Å", "e\u0301\u0323", "\u1112\u1161\u11ab", "한국어", "日本語", "🦊", "👩\u200d🔬", "🇩🇪", "①", "½", "10th", "3.14", "  ", "\t\n",
            "\u00a0", "\u3000", "\x85", "\x0b", "\x00", "\ufffd", "\u200b", "!", "...", "--", "tench, Tinca tinca", "great_white_shark", "ǅ", "ẞ",
            "a" * 120, "\u0390\u03b0", "\u0958", "\u2126", "¿qué?", "naïve café", "ключ", "مفتاح", "गाड़ी", "รถยนต์", "\ue000", "\U0001d400"]
RANGES = [[0x61, 0x7A], [0x61, 0x7A], [0x41, 0x5A], [0x20, 0x7E], [0xA0, 0x17F], [0x180, 0x24F], [0x300, 0x36F], [0x370, 0x3FF], [0x400, 0x4FF],
          [0x530, 0x58F], [0x590, 0x5FF], [0x600, 0x6FF], [0x900, 0x97F], [0xC00, 0xC7F], [0xE00, 0xE7F], [0x1000, 0x109F], [0x10A0, 0x10FF],
          [0x1100, 0x11FF], [0x1E00, 0x1EFF], [0x1F00, 0x1FFF], [0x2000, 0x206F], [0x2100, 0x218F], [0x3040, 0x30FF], [0x4E00, 0x9FFF],
          [0xAC00, 0xD7A3], [0xF900, 0xFAFF], [0x1F300, 0x1FAFF], [0x1D100, 0x1D1FF], [0x10400, 0x1044F], [0x0, 0xD7FF], [0xE000, 0x10FFFF]]


class Dice:
    """Knuth's linear congruential generator; its upper 31 bits."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def text(number):
    dice = Dice(number)
    parts = []
    for _ in range(1 + dice.below(6)):
        if dice.below(4) == 0:
            parts.append(SNIPPETS[dice.below(len(SNIPPETS))])
        else:
            first, last = RANGES[dice.below(len(RANGES))]
            parts.append("".join(chr(first + dice.below(last - first + 1)) for _ in range(1 + dice.below(7))))
        if dice.below(3) > 0:
            parts.append(" ")
    return "".join(parts)


def name(number):
    """Something like the name of a class: words of letters, now and then an accent, a digit or another script."""
    dice = Dice(1000000 + number)
    words = []
    for _ in range(1 + dice.below(3)):
        first, last = RANGES[dice.below(2) if dice.below(5) else 4 + dice.below(20)]
        words.append("".join(chr(first + dice.below(last - first + 1)) for _ in range(2 + dice.below(8))))
    return " ".join(words)


def hash_of(ids):
    value = 0xCBF29CE484222325
    for i in ids:
        value = ((value ^ i) * 0x100000001B3) % 2**64
    return value >> 32


def keep_ids(label, encode, count):
    rows = [encode(text(i)) for i in range(count)]
    np.array([hash_of(r) for r in rows], "<u4").tofile(DATA / f"{label}.hashes")
    return rows[:SHOWN]


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def byte_letters():
    bs = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {b: chr(b) for b in bs}, 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return [table[b] for b in range(256)]


def make_byte_pairs(folder, merges_wanted):
    letters = byte_letters()
    words = collections.Counter()
    for i in range(4000):
        for word in (text(i) + " " + name(i)).lower().split():
            symbols = [letters[b] for b in word.encode()]
            symbols[-1] += "</w>"
            words[tuple(symbols)] += 1
    merges = []
    for _ in range(merges_wanted):
        pairs = collections.Counter()
        for word, count in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        after = collections.Counter()
        for word, count in words.items():
            out, i = [], 0
            while i < len(word):
                both = word[i:i + 2] == best
                out.append("".join(best) if both else word[i])
                i += 2 if both else 1
            after[tuple(out)] += count
        words = after
    tokens = letters + [x + "</w>" for x in letters] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    write_json(folder / "vocab.json", {t: i for i, t in enumerate(dict.fromkeys(tokens))})
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    return json.loads((folder / "vocab.json").read_text())


def save_half(module, path, rename=lambda n: n, keep=lambda n: True, dtype=torch.float16):
    """What is stored is what the reference computes with."""
    state = {}
    with torch.no_grad():
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                value.copy_(value.to(dtype).float())
                if keep(key):
                    state[rename(key)] = value.to(dtype).contiguous()
    save_file(state, path)


def randomise(module, scale):
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(torch.randn_like(parameter) * scale)
    return module.eval()


def embeddings(label, rows):
    rows.detach().numpy().astype("<f4").tofile(DATA / f"{label}.embeddings")


def make_clip(golden):
    """A whole CLIPModel: text_config inside, quick_gelu, the end mark found by its id."""
    folder = DATA / "clip"
    folder.mkdir(parents=True)
    vocab = make_byte_pairs(folder, 240)
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    config = CLIPConfig(text_config=dict(vocab_size=len(vocab), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                                         max_position_embeddings=77, bos_token_id=len(vocab) - 2, eos_token_id=len(vocab) - 1),
                        vision_config=dict(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, image_size=8, patch_size=8),
                        projection_dim=12)
    model = randomise(CLIPModel(config), 0.2)
    save_half(model, folder / "model.safetensors", keep=lambda n: n.startswith("text") or n == "logit_scale")
    config.architectures = ["CLIPModel"]
    config.save_pretrained(folder)
    encode = lambda t: tokenizer(t, truncation=True, max_length=77)["input_ids"]
    golden["clip_ids"] = keep_ids("clip", encode, TEXTS)
    batch = tokenizer([name(i) for i in range(NAMES)], padding=True, truncation=True, max_length=77, return_tensors="pt")
    features = model.get_text_features(**batch)
    embeddings("clip", features if torch.is_tensor(features) else features.pooler_output)
    return vocab


def make_clip_text(golden, vocab):
    """A text-only model in two shards: gelu, the old rule (highest id), padded with "!"; then one without projection."""
    folder = DATA / "clip_text"
    folder.mkdir()
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(DATA / "clip" / file, folder)
    write_json(folder / "tokenizer_config.json", {"pad_token": "!", "model_max_length": 20, "tokenizer_class": "CLIPTokenizer"})
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    config = CLIPTextConfig(vocab_size=len(vocab), hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, projection_dim=6,
                            max_position_embeddings=20, hidden_act="gelu", eos_token_id=2, layer_norm_eps=1e-4)
    model = randomise(CLIPTextModelWithProjection(config), 0.2)
    save_half(model, folder / "all.safetensors")
    state = load_file(folder / "all.safetensors")
    (folder / "all.safetensors").unlink()
    names = sorted(state)
    shards = {"model-00001-of-00002.safetensors": names[:9], "model-00002-of-00002.safetensors": names[9:]}
    for file, keys in shards.items():
        save_file({k: state[k] for k in keys}, folder / file)
    write_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": {k: f for f, keys in shards.items() for k in keys}})
    config.architectures = ["CLIPTextModelWithProjection"]
    config.save_pretrained(folder)
    golden["clip_text_ids"] = keep_ids("clip_text", lambda t: tokenizer(t, truncation=True, max_length=20)["input_ids"], FEW)
    batch = tokenizer([name(i) for i in range(40)], padding=True, truncation=True, max_length=20, return_tensors="pt")
    golden["clip_text"] = model(**batch).text_embeds.tolist()
    bare = CLIPTextModel(config)
    own = {k.removeprefix("text_model."): v for k, v in model.state_dict().items() if k != "text_projection.weight"}
    target = {k.removeprefix("text_model."): k for k in bare.state_dict()}
    bare.load_state_dict({target[k]: v for k, v in own.items() if k in target})
    golden["clip_text_bare"] = bare.eval()(**batch).pooler_output.tolist()
    for file in ("vocab.json", "merges.txt"):
        (folder / file).unlink()


def make_open_clip(golden, vocab):
    from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

    folder = DATA / "open_clip"
    folder.mkdir()
    text_cfg = dict(context_length=24, vocab_size=len(vocab), width=8, heads=2, layers=2)
    model = randomise(CLIP(6, CLIPVisionCfg(layers=1, width=64, patch_size=8, image_size=8), CLIPTextCfg(**text_cfg)), 0.2)
    own = ("transformer.", "token_embedding.", "ln_final.", "text_projection", "positional_embedding")
    save_half(model, folder / "open_clip_model.safetensors", keep=lambda n: n.startswith(own), dtype=torch.bfloat16)
    write_json(folder / "open_clip_config.json", {"model_cfg": {"embed_dim": 6, "text_cfg": text_cfg}, "preprocess_cfg": {}})
    tokenizer = CLIPTokenizer.from_pretrained(DATA / "clip")
    batch = tokenizer([name(i) for i in range(40)], padding="max_length", truncation=True, max_length=24, return_tensors="pt")["input_ids"]
    # open_clip pads with 0, so that the end mark alone has the highest id.
    batch = torch.where((batch == len(vocab) - 1).cumsum(1) > 1, 0, batch)
    golden["open_clip"] = model.encode_text(batch).tolist()


def make_bert(golden):
    from tokenizers import BertWordPieceTokenizer

    folder = DATA / "bert"
    folder.mkdir()
    trainer = BertWordPieceTokenizer(lowercase=True)
    trainer.train_from_iterator([text(i) + " " + name(i) for i in range(3000)], vocab_size=700, limit_alphabet=420, show_progress=False)
    trainer.save_model(str(folder))
    # Capitals and accents, for the variant that keeps them.
    with open(folder / "vocab.txt", "a", encoding="utf-8") as file:
        file.write("".join(c + "\n##" + c + "\n" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÉÜ"))
    count = len((folder / "vocab.txt").read_text(encoding="utf-8").split("\n")) - 1
    tokenizer = BertTokenizer.from_pretrained(folder)
    config = BertConfig(vocab_size=count, hidden_size=12, intermediate_size=24, num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=48)
    model = randomise(BertModel(config), 0.2)
    save_half(model, folder / "model.safetensors")
    config.architectures = ["BertModel"]
    config.save_pretrained(folder)
    golden["bert_ids"] = keep_ids("bert", lambda t: tokenizer(t, truncation=True, max_length=48)["input_ids"], TEXTS)
    cased = BertTokenizer.from_pretrained(folder, do_lower_case=False, tokenize_chinese_chars=False)
    golden["bert_cased_ids"] = keep_ids("bert_cased", lambda t: cased(t, truncation=True, max_length=48)["input_ids"], FEW)
    batch = tokenizer([name(i) for i in range(NAMES)], padding=True, truncation=True, max_length=48, return_tensors="pt")
    hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"][:, :, None].float()
    embeddings("bert", (hidden * mask).sum(1) / mask.sum(1))
    golden["bert_cls"] = hidden[:40, 0].tolist()


def main():
    torch.manual_seed(5)
    for folder in ("clip", "clip_text", "open_clip", "bert"):
        shutil.rmtree(DATA / folder, ignore_errors=True)
    write_json(DATA / "texts.json", {"snippets": SNIPPETS, "ranges": RANGES})
    golden = {"texts": [text(i) for i in range(SHOWN)], "names": [name(i) for i in range(SHOWN)]}
    with torch.no_grad():
        vocab = make_clip(golden)
        make_clip_text(golden, vocab)
        make_open_clip(golden, vocab)
        make_bert(golden)
    rounded = json.loads(json.dumps(golden), parse_float=lambda x: float(f"{float(x):.7g}"))
    write_json(DATA / "golden.json", rounded)
    total = sum(f.stat().st_size for f in DATA.rglob("*") if f.is_file())
    print(f"{total} bytes in {DATA.name}/")


if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    main()
