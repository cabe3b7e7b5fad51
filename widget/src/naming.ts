// Offers the names of participants after an @, after the ARIA pattern for a list of suggestions.
import { all, find, make } from "./html";
import type { Whole } from "./more";

const MOST = 6;
/** An @ that begins a word, and what was typed of the name since. */
const BEGUN = /(?:^|[\s(>])@([^@\n]{1,30})$/;

export class Naming {
  private list: HTMLElement | undefined;
  private area: HTMLTextAreaElement | undefined;
  private active = 0;

  constructor(private readonly whole: Whole) {
    const { section } = whole;
    section.addEventListener("input", (event) => this.typed(event.target as Element));
    section.addEventListener("focusout", (event) => {
      if (event.target === this.area) this.close();
    });
    // Before the form hears of it, to which Enter and Escape mean something else.
    section.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
  }

  private typed(target: Element): void {
    this.close();
    if (!target.matches("[data-composer] textarea")) return;
    const area = target as HTMLTextAreaElement;
    const begun = BEGUN.exec(area.value.slice(0, area.selectionStart))?.[1];
    if (!begun) return;
    const wanted = begun.toLowerCase();
    const names = this.participants(area).filter((name) => name.toLowerCase().startsWith(wanted));
    if (names.length && names[0] !== begun) this.open(area, names.slice(0, MOST));
  }

  /** Whoever is answered comes first, then those who stand nearest. */
  private participants(area: HTMLElement): string[] {
    const answered = area.closest<HTMLElement>(".comment")?.dataset["author"];
    const branch = area.closest(".comments > .item");
    const near = branch ? all(branch, "[data-author]") : [];
    const names = [...near, ...all(this.whole.section, "[data-author]")].map(
      (comment) => comment.dataset["author"]!,
    );
    return [...new Set([answered ?? "", ...names])].filter(Boolean);
  }

  private open(area: HTMLTextAreaElement, names: string[]): void {
    const list = make("ul", "menu names");
    list.id = `${area.id}-names`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.whole.word("people"));
    names.forEach((name, index) => {
      const option = make("li", "menu-item", name);
      option.id = `${list.id}-${index}`;
      option.dir = "auto";
      option.setAttribute("role", "option");
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.choose(index);
      });
      list.append(option);
    });
    area.after(list);
    this.list = list;
    this.area = area;
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    this.move(0);
  }

  private close(): void {
    this.list?.remove();
    this.list = undefined;
    for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) {
      this.area?.removeAttribute(name);
    }
  }

  private move(to: number): void {
    const options = [...this.list!.children];
    this.active = (to + options.length) % options.length;
    options.forEach((option, index) =>
      option.setAttribute("aria-selected", String(index === this.active)),
    );
    this.area!.setAttribute("aria-activedescendant", options[this.active]!.id);
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.list || event.target !== this.area || event.isComposing) return;
    const acts: Record<string, () => void> = {
      ArrowDown: () => this.move(this.active + 1),
      ArrowUp: () => this.move(this.active - 1),
      Enter: () => this.choose(this.active),
      Tab: () => this.choose(this.active),
      Escape: () => this.close(),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private choose(index: number): void {
    const area = this.area!;
    const name = this.list!.children[index]!.textContent!;
    const caret = area.selectionStart;
    const begun = BEGUN.exec(area.value.slice(0, caret))![1]!;
    area.setRangeText(`${name} `, caret - begun.length, caret, "end");
    this.close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The text area of the form beneath a comment in which it is answered. */
export function answerArea(comment: HTMLElement): HTMLTextAreaElement | null {
  return find(comment, "[data-slot] form:not([data-edits]) textarea");
}
