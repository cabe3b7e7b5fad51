// Marks what has come since the reader's last visit, and leads from one to the next.
import { all, find, make } from "./html";
import type { Whole } from "./more";

export class Visits {
  constructor(
    private readonly whole: Whole,
    /** The id of the newest comment that was seen then. Ids sort by the moment they were made at. */
    private readonly since: string,
  ) {}

  /** Marks comments that were not marked yet. */
  mark(): void {
    const fresh = all(this.whole.section, "[data-list] .comment[data-author]").filter(
      (comment) => comment.dataset["id"]! > this.since,
    );
    fresh.forEach((comment, index) => {
      const byline = find(comment, ".byline")!;
      find(byline, ".new")?.remove();
      const mark = make("span", "new", this.whole.word("new"));
      if (fresh[index + 1]) mark.append(this.next(fresh[index + 1]!));
      byline.append(mark);
    });
    const head = find(this.whole.section, ".head")!;
    find(head, ".since")?.remove();
    if (!fresh.length) return;
    const line = make("p", "since", this.whole.plural("since", fresh.length));
    line.append(this.next(fresh[0]!));
    head.append(line);
  }

  private next(comment: HTMLElement): HTMLElement {
    const button = make("button", "action", this.whole.word("next")) as HTMLButtonElement;
    button.type = "button";
    button.addEventListener("click", () => this.whole.lead(comment));
    return button;
  }
}
