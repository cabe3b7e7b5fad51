// Comments that have come meanwhile: announced by a quiet button, shown when asked for.
import { find, make } from "./html";

const SOON = 3_000;
const SELDOM = 30_000;

export class Arrivals {
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told = 0;

  constructor(
    private readonly section: HTMLElement,
    private readonly plural: (name: string, number: number) => string,
    private readonly announce: (text: string) => void,
  ) {}

  close(): void {
    clearTimeout(this.timer);
  }

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
    place.firstElementChild!.textContent = this.plural("arrived", number);
    this.timer ??= setTimeout(() => this.tell(), Math.max(SOON, this.told + SELDOM - Date.now()));
  }

  /** Those who listen are told of many at once, and not each time one more comes. */
  private tell(): void {
    this.timer = undefined;
    this.told = Date.now();
    if (this.waiting.size) this.announce(this.plural("arrived", this.waiting.size));
  }
}
