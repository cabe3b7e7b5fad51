// What helps in writing: the preview, and the quiet word before posting.
import type { Whole } from "./more";
import { all, find } from "./html";

/** Milliseconds without a key, after which a draft is looked at. */
const PAUSE = 1_200;
/** Characters that have to change before it is looked at again. */
const ENOUGH = 12;

export class Drafting {
  private readonly timers = new WeakMap<HTMLFormElement, ReturnType<typeof setTimeout>>();
  private readonly looked = new WeakMap<HTMLFormElement, string>();

  constructor(private readonly whole: Whole) {
    const { section } = whole;
    const formOf = (event: Event): HTMLFormElement | null =>
      (event.target as Element).closest("[data-composer]");
    section.addEventListener("input", (event) => {
      const form = formOf(event);
      if (form) this.later(form);
    });
    // What was typed before this came.
    for (const form of all<HTMLFormElement>(section, "[data-composer]")) this.later(form);
    for (const sign of ["submit", "cleared"]) {
      section.addEventListener(sign, (event) => {
        const form = formOf(event);
        if (!form) return;
        clearTimeout(this.timers.get(form));
        this.write(form);
        if (sign === "cleared") this.forget(form);
      });
    }
  }

  /** Shows the draft as it would be published, in the place where it is written; or goes back. */
  async preview(form: HTMLFormElement): Promise<void> {
    const area = find<HTMLTextAreaElement>(form, "textarea")!;
    if (area.hidden || !area.value.trim()) {
      this.write(form);
      area.focus();
      return;
    }
    const shown = await this.ask(form, area.value);
    const box = find(form, "[data-previewed]")!;
    box.style.minBlockSize = `${area.offsetHeight}px`;
    box.replaceChildren(...find(shown, "[data-shown]")!.childNodes);
    area.hidden = true;
    box.hidden = false;
    find(form, "[data-preview]")!.setAttribute("aria-pressed", "true");
    box.focus();
  }

  private write(form: HTMLFormElement): void {
    find(form, "textarea")!.hidden = false;
    find(form, "[data-previewed]")!.hidden = true;
    find(form, "[data-preview]")!.setAttribute("aria-pressed", "false");
  }

  private later(form: HTMLFormElement): void {
    if (!this.whole.section.hasAttribute("data-notes")) return;
    clearTimeout(this.timers.get(form));
    this.timers.set(form, setTimeout(() => void this.look(form), PAUSE));
  }

  private async look(form: HTMLFormElement): Promise<void> {
    const text = find<HTMLTextAreaElement>(form, "textarea")!.value;
    if (!text.trim()) return;
    // While a note is shown the writer may be mending a single word of it.
    const enough = find(form, "[data-note]")!.firstChild ? 1 : ENOUGH;
    if (!form.isConnected || changed(this.looked.get(form) ?? "", text) < enough) return;
    try {
      await this.ask(form, text);
    } catch {
      // Nobody asked for a note; it will be looked at when it is posted.
    }
  }

  private async ask(form: HTMLFormElement, text: string): Promise<DocumentFragment> {
    this.looked.set(form, text);
    const { parent, token } = form.dataset;
    const fresh = await this.whole.draft({ text, parent_id: parent || null, token: token || null });
    form.dataset["token"] = find(fresh, "[data-draft-token]")!.dataset["draftToken"]!;
    const note = find(form, "[data-note]")!;
    const now = find(fresh, "[data-noted]")!;
    // Said once: the same words again would only interrupt.
    if (note.textContent !== now.textContent) note.replaceChildren(...now.childNodes);
    return fresh;
  }

  private forget(form: HTMLFormElement): void {
    this.looked.delete(form);
    delete form.dataset["token"];
    find(form, "[data-note]")!.replaceChildren();
  }
}

/** How many characters of the longer text differ, as if one stretch had been replaced. */
export function changed(before: string, after: string): number {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return Math.max(before.length, after.length) - start - end;
}
