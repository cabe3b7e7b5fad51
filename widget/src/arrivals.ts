// Comments that have come meanwhile: announced by a quiet button, shown when asked for.
import { find, make } from "./html";

export class Arrivals {
  private readonly waiting = new Set<string>();

  constructor(
    private readonly section: HTMLElement,
    private readonly word: (name: string) => string,
  ) {}

  get ids(): string[] {
    return [...this.waiting];
  }

  add(...ids: string[]): void {
    for (const id of ids) this.waiting.add(id);
    this.show();
  }

  drop(...ids: string[]): void {
    for (const id of ids) this.waiting.delete(id);
    this.show();
  }

  private show(): void {
    const place = find(this.section, "[data-arrivals]")!;
    const number = this.waiting.size;
    if (!number) {
      place.replaceChildren();
      return;
    }
    if (!place.firstElementChild) {
      const button = make("button", "button") as HTMLButtonElement;
      button.type = "button";
      button.dataset["arrive"] = "";
      place.append(button);
    }
    const text = this.word(number === 1 ? "new-one" : "new-many").replace("%s", String(number));
    place.firstElementChild!.textContent = text;
  }
}
