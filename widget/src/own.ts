// What only this reader sees: comments that wait, what they are told, what they may change.
import type { Client } from "./client";
import type { Fragments } from "./fragments";
import { all, find } from "./html";

interface Around {
  readonly client: Client;
  part(name: string): HTMLElement;
  decorate(): void;
}

export class Own {
  private texts = new Map<string, string>();
  private me: HTMLTemplateElement | null = null;

  constructor(
    private readonly section: HTMLElement,
    private readonly around: Around,
    private readonly fragments: Fragments,
  ) {}

  /** Asks the server and shows what waits, beneath what it answers. */
  async refresh(): Promise<void> {
    const fresh = await this.fragments.own();
    this.me = find<HTMLTemplateElement>(fresh, "[data-me]");
    for (const form of all(this.section, "[data-composer]")) this.known(form);
    const notices = find(fresh, "[data-notices]")!;
    find(this.section, "[data-notices]")!.replaceChildren(...notices.childNodes);
    this.texts = new Map(
      all<HTMLTemplateElement>(fresh, "[data-editable]").map((template) => [
        template.dataset["editable"]!,
        template.content.textContent ?? "",
      ]),
    );
    const waiting = all(fresh, "[data-own][data-state=held]");
    const ids = new Set(waiting.map((comment) => comment.dataset["own"]));
    for (const shown of all(this.section, "[data-own]")) {
      if (!ids.has(shown.dataset["own"])) shown.remove();
    }
    for (const comment of waiting) this.place(comment);
    this.around.decorate();
  }

  /** Shows in a form who is signed in, in place of what strangers are asked. */
  known(form: HTMLElement): void {
    const { me } = this;
    const line = find(form, "[data-signed-in]");
    if (!line) return;
    line.hidden = !me;
    find(line, "[data-who]")!.replaceChildren(me ? me.content.cloneNode(true) : "");
    const ways = find(form, "[data-ways]")!;
    ways.hidden = !!me || !("any" in ways.dataset);
    const field = find(form, "[data-name-field]")!;
    const asks = me ? !("named" in me.dataset) : "guests" in field.dataset;
    field.hidden = !asks;
    find<HTMLInputElement>(field, "input")!.disabled = !asks;
  }

  /** The panel that says why a comment was returned. */
  async verdict(id: string): Promise<HTMLElement | null> {
    return find(await this.fragments.own(), `[data-own="${id}"] [data-returned]`);
  }

  holds(id: string): boolean {
    return !!find(this.section, `[data-own="${id}"]`);
  }

  remove(id: string): void {
    find(this.section, `[data-own="${id}"]`)?.remove();
  }

  focus(id: string): void {
    find(this.section, `[data-own="${id}"]`)?.focus();
  }

  /** What the reader typed in a comment that can still be changed. */
  text(id: string): string {
    return this.texts.get(id) ?? "";
  }

  /** Offers to change what can still be changed. */
  decorate(): void {
    for (const comment of all(this.section, ".comment[data-id]")) {
      const offered = find(comment, ".own-actions");
      const isOpen = this.texts.has(comment.dataset["id"]!);
      if (isOpen && !offered) {
        find(comment, ".menu-place")?.before(this.around.part("own-actions"));
      } else if (!isOpen) offered?.remove();
    }
  }

  async putAway(notice: HTMLElement): Promise<void> {
    await this.around.client.send("POST", "/api/v1/me/notices/read", {
      ids: [notice.dataset["notice"]],
    });
    notice.remove();
    find(this.section, ".heading")?.focus({ preventScroll: true });
  }

  private place(comment: HTMLElement): void {
    const { own, parent } = comment.dataset;
    const shown = find(this.section, `[data-own="${own}"]`);
    if (shown) {
      shown.replaceWith(comment);
      return;
    }
    const above = parent && find(this.section, `[data-id="${parent}"] [data-slot]`);
    (above || find(this.section, "[data-waiting]")!).append(comment);
  }
}
