"""Time all layers and training steps, ours and PyTorch's, and store the results for the book.

    make bench                          # all of it, about four minutes
    make bench BENCH=path/to/python     # in another environment, such as one with PyTorch

Writes lib/chainrule/book/benchmarks.json (which chapter "Fast convolution" reads), and prints a
table of ratios and a plot of cost against batch size, as text. Nothing is downloaded.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import subjects
from timing import interleaved

RESULTS = Path(__file__).parents[1] / "lib" / "chainrule" / "book" / "benchmarks.json"
SIDES = [8, 16, 32, 64]
BATCHES = [16, 32, 64, 128, 256, 512]
ROUNDS = int(os.environ.get("ROUNDS", "21"))

LAYERS = {
    "Affine 100×784 to 100": subjects.affine,
    "ReLU, a million": subjects.relu,
    "Sigmoid, a million": subjects.sigmoid,
    "Dropout, a million": subjects.dropout,
    "SoftmaxWithLoss 100×10": subjects.softmax_with_loss,
    "BatchNormalization 64×32×32×32": subjects.batch_normalization,
    "MaxPooling 2×2, 100×30×24×24": subjects.pooling,
    "Convolution A": lambda: subjects.convolution("A"),
    "Convolution B": lambda: subjects.convolution("B"),
}


def main():
    torch = subjects.torch
    if torch is None:
        print(
            "PyTorch is not installed: only our own layers are timed. To compare, make an "
            "environment for it and name it:\n"
            "    python3 -m venv ../torch-env\n"
            f"    ../torch-env/bin/pip install torch numpy=={np.__version__} "
            "threadpoolctl matplotlib ipython\n"
            "    make bench BENCH=../torch-env/bin/python"
        )
    results = {"machine": machine()}
    with threads(1):
        results["peak"] = peak()
        results["layers"] = {name: timed(name, make()) for name, make in LAYERS.items()}
        results["steps"] = {
            "convnet, 1 thread": timed("convnet step, 1 thread", subjects.convnet_step()),
            "fully connected, 1 thread": timed(
                "fully connected step, 1 thread", subjects.fully_connected_step()
            ),
        }
        results["ladder"] = {case: ladder(case) for case in subjects.CASES}
        results["parts"] = timed("the parts of case B", subjects.parts())
        results["runs"] = timed("copies in runs", subjects.runs())
        results["stages"] = {
            str(side): timed(f"columns of images {side} wide", subjects.stages(side))
            for side in SIDES
        }
        results["batch"] = {
            str(n): timed(f"Convolution B, {n} images", subjects.convolution("B", n))
            for n in BATCHES
        }
    with threads(2):
        results["steps"]["convnet, 2 threads"] = timed(
            "convnet step, 2 threads", subjects.convnet_step(), clock=time.perf_counter
        )
    if torch is None:
        print("Nothing is stored: the book compares with PyTorch.")
    else:
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"\nStored in {RESULTS.relative_to(RESULTS.parents[3])}")
    print_table(results)
    print_parts(results)
    print_batches(results["batch"])


def threads(count):
    """Set the number of threads of both OpenBLAS and PyTorch."""
    if subjects.torch is not None:
        subjects.torch.set_num_threads(count)
    return threadpool_limits(count, user_api="blas")


def timed(title, functions, clock=time.process_time):
    print(f"  {title} …", file=sys.stderr, flush=True)
    return interleaved(functions, ROUNDS, clock=clock)


def peak():
    """The speed of a large matrix product, in 10⁹ operations per second."""
    least = timed("matrix product", subjects.square_product())["product"]["least"]
    return float(f"{2 * 1024**3 / least / 1e6:.4g}")


def ladder(case):
    functions = subjects.ladder(case)
    loops = {"loops": functions.pop("loops")}
    result = interleaved(loops, rounds=2) | timed(f"the steps of case {case}", functions)
    images = subjects.CASES[case]["x"][0]
    scale = images / subjects.LOOP_IMAGES
    result["loops"] = {name: value * scale for name, value in result["loops"].items()}
    return result


def machine():
    """The machine and the versions that were measured."""
    blas = next((pool for pool in threadpool_info() if pool["user_api"] == "blas"), {})
    torch = subjects.torch
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": "{internal_api} {version}, {architecture}".format_map(
            {"internal_api": "unknown", "version": "", "architecture": ""} | blas
        ),
        "torch": torch.__version__ if torch else None,
        "dtype": "float32",
    }


def processor():
    """The processor's name and, where the system has them, the sizes of its caches."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        index = Path("/sys/devices/system/cpu/cpu0/cache")
        caches = [
            f"L{(one / 'level').read_text().strip()} {(one / 'size').read_text().strip()}"
            for one in sorted(index.glob("index*"))
            if (one / "type").read_text().strip() != "Instruction"
        ]
        return ", ".join([name, *caches])
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def print_table(results):
    """Print PyTorch's times in NCHW, and all others relative to them."""
    print(f"\n{json.dumps(results['machine'], ensure_ascii=False)}")
    print(f"large matrix product: {results['peak']:.1f} · 10⁹ operations a second, one thread\n")
    columns = ["readable", "fast", "PyTorch channels-last"]
    print(f"{'forward + backward':32}{'PyTorch':>10}" + "".join(f"{c:>23}" for c in columns))
    for name, row in (results["layers"] | results["steps"]).items():
        base = row.get("PyTorch NCHW") or row.get("PyTorch")
        line = f"{name:32}" + (f"{base['median']:8.3f}ms" if base else f"{'':10}")
        for column in columns:
            if column not in row:
                line += f"{'':23}"
            elif base:
                ratio, least = (row[column][m] / base[m] for m in ("median", "least"))
                line += f"{ratio:9.2f} (least {least:5.2f})"
            else:
                line += f"{row[column]['median']:20.3f} ms"
        print(line)
    for case, row in results["ladder"].items():
        work = subjects.steps.operations(*(subjects.CASES[case][key] for key in ("x", "W", "pad")))
        print(f"\nforward of case {case}, share of the large product's speed")
        for name, measured in row.items():
            share = work / measured["median"] / 1e6 / results["peak"]
            print(f"  {name:24}{measured['median']:12.2f} ms{share:9.1%}")


def print_parts(results):
    """Print the parts of case B, the copies in runs and the two ways to make columns."""
    stages = {
        f"{side} wide, {name}": row
        for side, rows in results["stages"].items()
        for name, row in rows.items()
    }
    runs = {f"runs of {length}": row for length, row in results["runs"].items()}
    print("\nparts of case B, and copies of as many numbers")
    for name, row in (results["parts"] | runs | stages).items():
        print(f"  {name:24}{row['median']:12.2f} ms (least {row['least']:.2f})")


def print_batches(batch):
    """Print a plot of microseconds per image for each batch size."""
    print("\nConvolution B, forward + backward: cost of one image against the size of the batch")
    cost = {
        (n, name): measured["median"] / int(n) * 1000
        for n, row in batch.items()
        for name, measured in row.items()
    }
    longest = max(cost.values())
    for (n, name), value in cost.items():
        bar = "█" * round(40 * value / longest)
        print(f"{n:>4} {name:24}{bar} {value:.0f} µs")


if __name__ == "__main__":
    main()
