"""Measures the masker next to its peers and prints one table: `make bench-masker`.

Each masker runs in a process of its own, after a first pass over the messages. Recall and false positives are those of
the shared corpus' own scorer, where it is at hand. A peer that needs more than the limit for a hostile text is stopped.

Below the table stands the comparison that counts: Roundtable and better-profanity-rs in one process on one core, by
turns, by processor time. Roundtable remembers how short stretches between spaces read, so its pace is given twice: with
messages that it has met, and for the first pass of a new masker, which has met no word at all. Then: how long an event
loop has to wait at most while a masker with 20,000 words of a board's own is built in a thread.

Import and build are those of an installation, whose modules are compiled already.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

Mask: TypeAlias = Callable[[str], str]

_ROOT = Path(__file__).resolve().parents[3]
_SHARED = _ROOT.parent / "shared" / "masking"
_HELD_OUT = _ROOT / "tests" / "unit" / "masking" / "held_out.jsonl"
_LIMIT = 20
_LENGTH = 64_000
_ROUNDS = 7
_TURNS = 25
_OWN_WORDS = 20_000
_TICK = 0.001
_BUILDS = 5
_RIVAL = "better-profanity-rs 0.1.0"
_SHAPES = (
    "a",
    "f.",
    "fu",
    "@$$",
    "f ",
    "fuck ",
    "s*",
    "e\u0301",
    "f\u200b",
    "fυ",
    "х у й ",
    "cock ",
    "push it ",
    "sh it ",
    "#fuck",
    "сука ",
    "aabb",
    "п*здец ",
    "fuck-",
    "fuck.",
    "slut ",
    "f**k ",
    "`fuck` ",
    "b!tch ",
    "cum = ",
    "i fuk ",
    "dick.head.",
    "f_u_c_k ",
)


def rows() -> list[dict[str, Any]]:
    """Rows of text, spans that must be masked, spans that may be, kind: the shared corpus, else the held-out rows."""
    corpus = _SHARED / "corpus.jsonl"
    if corpus.exists():
        return [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    found: list[dict[str, Any]] = []
    for kind, text, must, may in map(json.loads, _HELD_OUT.read_text("utf-8").splitlines()):
        spans = [[text.index(part), text.index(part) + len(part)] for part in must]
        allow = [[text.index(part), text.index(part) + len(part)] for part in may]
        found.append({"id": f"{kind}-{len(found)}", "text": text, "spans": spans, "allow": allow, "kind": kind})
    return found


def _roundtable() -> Mask:
    sys.path.insert(0, str(_ROOT))
    return cast("Mask", importlib.import_module("bot.masking").Masker().text)


def _better(module: str) -> Mask:
    profanity = importlib.import_module(module).profanity
    profanity.load_censor_words()
    return cast("Mask", profanity.censor)


def _profanex() -> Mask:
    return cast("Mask", importlib.import_module("profanex").Filter.from_defaults().clean)


def _glin() -> Mask:
    languages = ["english", "spanish", "french", "german", "portuguese", "russian", "italian"]
    found = importlib.import_module("glin_profanity").Filter({"languages": languages, "replace_with": "*"})
    return lambda text: str(found.check_profanity(text)["processed_text"])


_MASKERS: dict[str, Callable[[], Mask]] = {
    "Roundtable": _roundtable,
    "better-profanity 0.7.0": partial(_better, "better_profanity"),
    "better-profanity-rs 0.1.0": partial(_better, "better_profanity_rs"),
    "better-profanity-fast 0.1.1": partial(_better, "better_profanity_fast"),
    "profanex 1.0.0": _profanex,
    "glin-profanity 4.1.0, seven languages": _glin,
}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(name: str) -> dict[str, object]:
    texts = [str(row["text"]) for row in rows()]
    before = _memory()
    mask = _MASKERS[name]()
    mask("warm")
    grown = _memory() - before
    masked = {row["id"]: mask(str(row["text"])) for row in rows()}
    fastest = float("inf")
    ended = time.perf_counter() + _LIMIT
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for text in texts:
            mask(text)
        fastest = min(fastest, time.process_time() - begun)
        if time.perf_counter() > ended:
            break
    return {"grown": grown, "speed": len(texts) / fastest, "masked": masked}


def _built(name: str) -> float:
    begun = time.process_time()
    _MASKERS[name]()("warm")
    return time.process_time() - begun


def _hostile(name: str, number: int) -> float:
    mask = _MASKERS[name]()
    mask("warm")
    shape = _SHAPES[number]
    text = (shape * _LENGTH)[:_LENGTH]
    begun = time.process_time()
    mask(text)
    return time.process_time() - begun


async def _longest_gap() -> tuple[float, float]:
    """The longest time between two ticks of a loop, and the median, while a board's masker is built in a thread."""
    sys.path.insert(0, str(_ROOT))
    masking = importlib.import_module("bot.masking")
    words = tuple(f"{number:05}".translate(str.maketrans("0123456789", "bdfgkmprtz")) for number in range(_OWN_WORDS))
    gaps: list[float] = []
    task = asyncio.create_task(masking.Masker.build(masking.MaskSettings(words=words)))
    last = time.perf_counter()
    while not task.done():
        await asyncio.sleep(_TICK)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
    await task
    return max(gaps), statistics.median(gaps)


def _worker(*arguments: str, limit: float | None = None) -> str | None:
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "bench-masker-compiled")}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        done = subprocess.run(
            [sys.executable, __file__, *arguments],
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            env=compiled,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        _say(f"{arguments[0]}: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return done.stdout


def _turns() -> dict[str, object]:
    """Messages a second of both, by turns: medians over the rounds, and of the first passes of new maskers."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = [str(row["text"]) for row in rows()]
    ours, theirs = _roundtable(), _MASKERS[_RIVAL]()
    first = statistics.median(_pass(_roundtable(), texts) for _ in range(3))
    took: dict[Mask, list[float]] = {ours: [], theirs: []}
    for _ in range(_TURNS):
        for mask, times in took.items():
            times.append(_pass(mask, texts))
    # What comes first in a round only warms up.
    mine, rival = (statistics.median(times[1:]) for times in took.values())
    return {"ours": len(texts) / mine, "first": len(texts) / first, "theirs": len(texts) / rival, "ratio": rival / mine}


def _pass(mask: Mask, texts: list[str]) -> float:
    begun = time.process_time()
    for text in texts:
        mask(text)
    return time.process_time() - begun


def _score(masked: dict[str, str]) -> tuple[str, str]:
    if not (_SHARED / "score.py").exists():
        return "-", "-"
    spec = importlib.util.spec_from_file_location("masking_score", _SHARED / "score.py")
    if spec is None or spec.loader is None:
        return "-", "-"
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    kinds, _ = scorer.score_rows(rows(), masked)
    total = scorer.summary(kinds)
    return f"{total['recall']} %", f"{total['fp']} %"


def _worst(name: str) -> str:
    times: list[float] = []
    for number in range(len(_SHAPES)):
        took = _worker(name, str(number), limit=_LIMIT + 2)
        if took is None:
            return f"over {_LIMIT} s"
        times.append(float(took) * 1000)
    return f"{max(times):.0f} ms, median {statistics.median(times):.0f}"


def main() -> None:
    """Print the table."""
    _say("| | recall | false positives | messages/s | worst of the hostile texts | import and build | memory |")
    _say("|---|---|---|---|---|---|---|")
    for name in _MASKERS:
        out = _worker(name)
        if out is None:
            _say(f"| {name} | failed | | | | | |")
            continue
        found = json.loads(out)
        built = statistics.median(json.loads(_worker("built", name) or "0") for _ in range(_BUILDS))
        recall, wrong = _score(found["masked"])
        worst = _worst(name)
        _say(
            f"| {name} | {recall} | {wrong} | {found['speed']:,.0f} | {worst} "
            f"| {built * 1000:.0f} ms | {found['grown']:.0f} MB |"
        )
    turns = json.loads(_worker("turns") or "{}")
    if turns:
        _say(
            f"\nBy turns on one core: {turns['ours']:,.0f} messages/s ({turns['first']:,.0f} in a new masker's"
            f" first pass), {_RIVAL} {turns['theirs']:,.0f}: {turns['ratio']:.2f} of its pace."
        )
    longest, usual = json.loads(_worker("gap") or "[0, 0]")
    _say(
        f"An event loop waits {longest * 1000:.0f} ms at most, {usual * 1000:.1f} ms in the median, while a masker with"
        f" {_OWN_WORDS:,} words of a board's own is built in a thread."
    )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "turns":
        _say(json.dumps(_turns()))
    elif sys.argv[1] == "gap":
        _say(json.dumps(asyncio.run(_longest_gap())))
    elif sys.argv[1] == "built":
        _say(json.dumps(_built(sys.argv[2])))
    elif len(sys.argv) == 2:
        _say(json.dumps(_measure(sys.argv[1])))
    else:
        _say(str(_hostile(sys.argv[1], int(sys.argv[2]))))
