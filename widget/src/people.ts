// People whose comments a reader does not want to see. Only this browser knows.
import { all, find, make } from "./html";
import type { Memory } from "./memory";

export class People {
  constructor(
    private readonly section: HTMLElement,
    private readonly memory: Memory,
    private readonly word: (name: string) => string,
  ) {}

  hide(name: string): void {
    this.memory.add("hidden", name);
    this.decorate();
  }

  show(name: string): void {
    this.memory.drop("hidden", name);
    this.decorate();
  }

  /** Veils what is shown of hidden people, and unveils the rest. */
  decorate(): void {
    const hidden = new Set(this.memory.list("hidden"));
    for (const comment of all(this.section, ".comment[data-author]")) {
      const isHidden = hidden.has(comment.dataset["author"]!);
      comment.classList.toggle("veiled", isHidden);
      const line = find(comment, ".hidden-person");
      if (!isHidden) line?.remove();
      else if (!line) comment.append(this.line());
    }
  }

  private line(): HTMLElement {
    const line = make("p", "hidden-person", `${this.word("hidden-comment")} `);
    const show = make("button", "action", this.word("show")) as HTMLButtonElement;
    show.type = "button";
    show.dataset["show"] = "";
    line.append(show);
    return line;
  }
}
