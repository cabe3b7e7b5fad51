// The list of comments: putting one in its place, changing it there, taking it away.
import { all, find, make } from "./html";
import type { Memory } from "./memory";

/** What it asks of the section. */
interface Around {
  part(name: string): HTMLElement;
  plural(name: string, number: number): string;
}

export class Comments {
  constructor(
    private readonly section: HTMLElement,
    private readonly around: Around,
    /** The branches that this reader has folded, for as long as the visit lasts. */
    private readonly visit: Memory,
  ) {}

  get list(): HTMLElement {
    return find(this.section, "[data-list]")!;
  }

  get ids(): Set<string> {
    return new Set(all(this.list, "[data-id]").map((comment) => comment.dataset["id"]!));
  }

  article(id: string): HTMLElement | null {
    return find(this.list, `[data-id="${CSS.escape(id)}"]`);
  }

  /** Whether the comment itself is shown, not merely where it was. */
  shows(id: string): boolean {
    return this.article(id)?.matches(":not(.stub)") ?? false;
  }

  /** Whether another rendering of a comment says something else. */
  differs(id: string, other: HTMLElement): boolean {
    const shown = this.article(id);
    return !!shown && find(shown, ".text")?.innerHTML !== find(other, ".text")?.innerHTML;
  }

  /** Puts a fetched comment, an `li`, beneath its parent or among the roots. */
  insert(item: HTMLElement): HTMLElement | null {
    const fresh = find(item, "[data-id]")!;
    const known = this.article(fresh.dataset["id"]!);
    if (known) return known;
    const parent = fresh.dataset["parent"];
    if (!parent) this.putAmongRoots(item);
    else if (!this.putBeneath(parent, item)) return null;
    this.recount(fresh);
    this.reveal(fresh);
    fresh.classList.add("arrived");
    this.showEmptiness();
    return fresh;
  }

  /** Puts a changed comment in the place of the former; its replies stay. */
  replace(item: HTMLElement): HTMLElement | null {
    const fresh = find(item, "[data-id]")!;
    const former = this.article(fresh.dataset["id"]!);
    if (!former) return null;
    // An answer that is being written beneath it stays.
    const slot = find(former, "[data-slot]");
    if (slot) find(fresh, "[data-slot]")?.replaceWith(slot);
    former.replaceWith(fresh);
    this.recount(fresh);
    return fresh;
  }

  /** Takes a comment away; where it was or is being answered, `stub` stands in its place. */
  remove(id: string, stub: HTMLElement): void {
    const article = this.article(id);
    const item = article?.closest("li");
    if (!article || !item || article.matches(".stub")) return;
    const slot = find(article, "[data-slot]");
    if (slot?.firstChild || find(item, ".replies .item")) {
      stub.id = article.id;
      stub.dataset["id"] = id;
      if (slot) stub.append(slot);
      article.replaceWith(stub);
    } else {
      const above = item.parentElement!.closest<HTMLElement>(".item");
      item.remove();
      if (above) this.recount(above);
      this.showEmptiness();
    }
  }

  /** Folds the branch beneath a comment away, or unfolds it. */
  fold(comment: HTMLElement, isFolded: boolean): void {
    const replies = repliesOf(comment);
    const button = find(comment, "[data-fold]");
    if (!replies || !button) return;
    replies.hidden = isFolded;
    button.setAttribute("aria-expanded", String(!isFolded));
    this.visit[isFolded ? "add" : "drop"]("folded", comment.dataset["id"]!);
  }

  /** Unfolds whatever hides the comment. */
  reveal(comment: HTMLElement): void {
    for (;;) {
      const hiding = comment.closest<HTMLElement>(".replies[hidden]");
      if (!hiding) return;
      this.fold(find(hiding.parentElement!, ".comment")!, false);
    }
  }

  /** Folds again what this reader has folded before. */
  refold(): void {
    for (const id of this.visit.list("folded")) {
      const comment = this.article(id);
      if (comment) this.fold(comment, true);
    }
  }

  /** Says anew how many replies there are in each branch that the element belongs to. */
  private recount(element: HTMLElement): void {
    let item = element.closest<HTMLElement>(".item");
    for (; item; item = item.parentElement!.closest<HTMLElement>(".item")) {
      const comment = find(item, ".comment")!;
      const replies = repliesOf(comment);
      const number = replies ? all(replies, ".comment[data-author]").length : 0;
      let button = find(comment, "[data-fold]");
      if (!number) button?.remove();
      else if (!button) {
        button = this.around.part("fold");
        find(comment, ".menu-place")?.before(button);
      }
      if (number && button) {
        find(button, "[data-replies]")!.textContent = this.around.plural("replies", number);
        button.setAttribute("aria-expanded", String(!replies!.hidden));
      }
    }
  }

  /** Adds the next comments of the thread; gives the first of them. */
  append(next: ParentNode): HTMLElement | null {
    const known = this.ids;
    const items = all(next, ".comments > .item").filter(
      (item) => !known.has(find(item, "[data-id]")?.dataset["id"] ?? ""),
    );
    find(this.list, ".comments")?.append(...items);
    return items[0] ? find(items[0], "[data-id]") : null;
  }

  showEmptiness(): void {
    const empty = find(this.section, "[data-empty]");
    if (empty) empty.hidden = !!find(this.section, ".item, [data-own]");
  }

  private putAmongRoots(item: HTMLElement): void {
    const roots = find(this.list, ".comments");
    if (this.section.dataset["sort"] === "newest") roots?.prepend(item);
    else roots?.append(item);
  }

  private putBeneath(parent: string, item: HTMLElement): boolean {
    const above = this.article(parent)?.closest("li");
    if (!above) return false;
    let replies = above.lastElementChild;
    if (!replies?.matches(".replies")) {
      replies = make("ol", "replies");
      above.append(replies);
    }
    replies.append(item);
    return true;
  }
}

function repliesOf(comment: HTMLElement): HTMLElement | null {
  const last = comment.closest("li")?.lastElementChild;
  return last?.matches(".replies") ? (last as HTMLElement) : null;
}
