// The forms that are open: for the article, for answers, for changes.
import { Composer, type Surroundings } from "./composer";
import { all, find } from "./html";

interface Around extends Surroundings {
  part(name: string): HTMLElement;
}

export class Forms {
  private readonly open = new Map<HTMLFormElement, Composer>();

  constructor(
    section: HTMLElement,
    private readonly around: Around,
  ) {
    for (const form of all<HTMLFormElement>(section, "[data-composer]")) this.adopt(form, "", "");
  }

  /** Opens the form for an answer beneath a comment, or the one that is open there. */
  reply(comment: HTMLElement): void {
    this.at(comment, "reply").focus();
  }

  /** Opens the form for a change in the place of a comment's text. */
  edit(comment: HTMLElement, text: string): void {
    const composer = this.at(comment, "edit");
    composer.fill(text);
    comment.classList.add("editing");
    composer.focus();
  }

  cancel(form: HTMLFormElement): void {
    const comment = form.closest<HTMLElement>(".comment");
    this.open.get(form)?.reset();
    this.close(form);
    if (comment) find(comment, "[data-reply]")?.focus();
  }

  close(form: HTMLFormElement): void {
    this.open.get(form)?.dispose();
    this.open.delete(form);
    form.closest(".comment")?.classList.remove("editing");
    form.remove();
  }

  closeAll(): void {
    for (const composer of this.open.values()) composer.dispose();
    this.open.clear();
  }

  /** Lets go of forms whose comments are no longer shown; their drafts are kept. */
  sweep(): void {
    for (const form of this.open.keys()) if (!form.isConnected) this.close(form);
  }

  private at(comment: HTMLElement, part: "reply" | "edit"): Composer {
    const id = comment.dataset["id"]!;
    for (const composer of this.open.values()) {
      if ((part === "reply" ? composer.parent : composer.edits) === id) return composer;
    }
    const form = this.around.part(part) as HTMLFormElement;
    const area = find<HTMLTextAreaElement>(form, "textarea")!;
    area.id = `${part}-${id}`;
    form.dataset["parent"] = part === "reply" ? id : (comment.dataset["parent"] ?? "");
    if (part === "edit") form.dataset["edits"] = "";
    find(form, ".label")?.setAttribute("for", area.id);
    find(comment, "[data-slot]")!.append(form);
    return part === "reply" ? this.adopt(form, id, "") : this.adopt(form, "", id);
  }

  private adopt(form: HTMLFormElement, parent: string, edits: string): Composer {
    const composer = new Composer(form, this.around, parent, edits);
    this.open.set(form, composer);
    return composer;
  }
}
