"""Print how far crowds lift a comment: ``python -m benchmarks.ranking``."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean

from benchmarks.ranking.simulation import Town, with_block, with_burst, with_mixed

SEEDS = range(5)
SIZES = (5, 10, 20, 40)
CROWDS: dict[str, Callable[[Town, int], None]] = {
    "a block that always agrees": with_block,
    "accounts made in one burst": with_burst,
    "mixed readers": with_mixed,
}


def main() -> None:
    """One line a crowd: the mean rise in fruitfulness, and the mean place, by its size."""
    before = [Town(seed).place() for seed in SEEDS]
    start, place = mean(score for score, _ in before), mean(place for _, place in before)
    print(f"before: {start:.3f}, place {place:.1f} of 18\n")
    print("| who respects it too | " + " | ".join(f"{size} accounts" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for name, crowd in CROWDS.items():
        cells = []
        for size in SIZES:
            after = [_after(seed, crowd, size) for seed in SEEDS]
            rise = mean(score for score, _ in after) - start
            cells.append(f"+{rise:.3f}, place {mean(place for _, place in after):.1f}")
        print(f"| {name} | " + " | ".join(cells) + " |")


def _after(seed: int, crowd: Callable[[Town, int], None], size: int) -> tuple[float, int]:
    town = Town(seed)
    crowd(town, size)
    return town.place()


if __name__ == "__main__":
    main()
