// The section's behaviour: what each control does, and what is shown of it.
import { Arrivals } from "./arrivals";
import { type Client, Problem, type Respected, type Submitted } from "./client";
import { Comments } from "./comments";
import type { Composer, Surroundings } from "./composer";
import { type Extras, loadExtras } from "./extras";
import { Forms } from "./forms";
import { Fragments } from "./fragments";
import { all, find, make } from "./html";
import { Live } from "./live";
import { Memory } from "./memory";
import type { Whole } from "./more";
import { Own } from "./own";
import { People } from "./people";
import { showTimes } from "./time";

const TOAST_STAYS = 6_000;
const MANY = 20;

type Act = (control: HTMLElement, comment: HTMLElement | null) => unknown;

export class Section implements Surroundings, Whole {
  readonly article: string;
  private readonly fragments: Fragments;
  private readonly comments: Comments;
  private readonly own: Own;
  private readonly live: Live;
  private readonly arrivals: Arrivals;
  private readonly people: People;
  private readonly forms: Forms;
  private loaded: Extras | undefined;
  /** The newest comment that was there at the last visit. */
  private readonly since: string | null;
  private readonly leaving = (event?: Event): void => {
    if (event?.type !== "visibilitychange" || document.hidden) this.leave();
  };
  private readonly clock: ReturnType<typeof setInterval>;
  /** Changes that came while something was being sent; they may be our own. */
  private sending: Promise<unknown> = Promise.resolve();

  private readonly acts: Record<string, Act> = {
    sort: (link) => this.sort(link),
    cursor: (link) => this.more(link),
    respect: (button, comment) => this.respect(button, comment!),
    reply: (_, comment) => this.reply(comment!),
    menu: (button, comment) => this.menu(button, comment!),
    cancel: (link) => this.forms.cancel(link.closest("form")!),
    edit: (_, comment) => this.forms.edit(comment!, this.own.text(comment!.dataset["id"]!)),
    delete: (_, comment) => this.remove(comment!),
    read: (button) => this.own.putAway(button.closest<HTMLElement>("[data-notice]")!),
    show: (_, comment) => this.people.show(comment!.dataset["author"]!),
    arrive: () => this.arrive(),
    fold: (button, comment) =>
      this.comments.fold(comment!, button.getAttribute("aria-expanded") === "true"),
    "sign-in": async (link) => (await this.extras())?.signIn(link as HTMLAnchorElement),
    "sign-out": () => this.signOut(),
    preview: async (button) => (await this.extras())?.preview(button.closest("form")!),
  };

  constructor(
    readonly section: HTMLElement,
    readonly client: Client,
    readonly memory: Memory,
  ) {
    this.article = section.dataset["article"]!;
    this.fragments = new Fragments(client, this.article, this.language);
    this.comments = new Comments(section, this, new Memory(memory.prefix, "sessionStorage"));
    this.own = new Own(section, this, this.fragments);
    this.arrivals = new Arrivals(section, this.plural.bind(this), this.announce.bind(this));
    this.people = new People(section, memory, this.word.bind(this));
    this.since = memory.get(this.visit);
    section.addEventListener("click", (event) => this.clicked(event));
    for (const sign of ["focusin", "pointerdown"]) {
      section.addEventListener(sign, () => void this.extras(), { once: true });
    }
    client.site = section.dataset["site"]!;
    section.addEventListener("focusin", () => void this.enter(), { once: true });
    this.forms = new Forms(section, this);
    this.live = new Live(
      `${client.server}/api/v1/events?article_id=${this.article}`,
      Number(section.dataset["version"]),
      {
        changed: (kind, id) => void this.sending.then(() => this.changed(kind, id)),
        respected: (id, count) => this.respected(id, count),
        missed: () => void this.sending.then(() => this.compare()),
      },
    );
    this.decorate();
    if (this.since || client.token) void this.extras();
    addEventListener("pagehide", this.leaving);
    document.addEventListener("visibilitychange", this.leaving);
    this.clock = setInterval(() => showTimes(section, this.language), 60_000);
    if (client.token) void this.quietly(() => this.own.refresh());
    void this.quietly(() => this.followLink());
  }

  close(): void {
    this.leaving();
    removeEventListener("pagehide", this.leaving);
    document.removeEventListener("visibilitychange", this.leaving);
    this.live.close();
    this.arrivals.close();
    this.loaded?.close();
    clearInterval(this.clock);
    this.forms.closeAll();
  }

  /** The host page's reader is known as soon as they act, and nothing is stored before. */
  private async enter(): Promise<void> {
    if (!this.client.token?.startsWith("session_") && (await this.client.enter())) {
      await this.quietly(() => this.own.refresh());
    }
  }

  known(form: HTMLElement): void {
    this.own.known(form);
  }

  async signedIn(): Promise<void> {
    await this.own.refresh();
    this.announce(find(this.section, "[data-who]")?.textContent ?? "");
    find(this.section, "textarea")?.focus();
  }

  async signOut(): Promise<void> {
    await this.client.send("DELETE", "/api/v1/session");
    this.client.forget();
    await this.own.refresh();
    find(this.section, ".heading")?.focus({ preventScroll: true });
  }

  word(name: string): string {
    return find<HTMLTemplateElement>(this.section, `[data-word="${name}"]`)?.content.textContent ?? "";
  }

  /** A sentence about a number, in the form that the language has for it. */
  plural(name: string, number: number): string {
    const form = new Intl.PluralRules(this.language).select(number);
    const text = this.word(`${name}-${form}`) || this.word(`${name}-other`);
    return text.replace("%s", number.toLocaleString(this.language));
  }

  /** A fresh copy of something that the server prepared. */
  part(name: string): HTMLElement {
    const template = find<HTMLTemplateElement>(this.section, `[data-part="${name}"]`)!;
    return template.content.firstElementChild!.cloneNode(true) as HTMLElement;
  }

  announce(text: string): void {
    find(this.section, "[data-live]")!.textContent = text;
  }

  /** Tells everybody: those who see by a note, those who listen by a status. */
  say(text: string): void {
    this.announce(text);
    find(this.section, ".toast")?.remove();
    const toast = make("p", "toast", text);
    toast.setAttribute("aria-hidden", "true");
    this.section.append(toast);
    setTimeout(() => toast.remove(), TOAST_STAYS);
  }

  async settled(composer: Composer, submitted: Submitted): Promise<void> {
    const isChange = !!composer.edits;
    composer.reset();
    if (composer.parent || composer.edits) this.forms.close(composer.form);
    if (submitted.status === "published") {
      // It is published, whether or not it can be fetched now.
      const shown = await this.quietly(() => this.bring(submitted.id));
      const isMasked = submitted.redactions.length > 0;
      this.say(this.word(isMasked ? "masked" : isChange ? "changed" : "published"));
      this.count(submitted.total);
      if (shown) this.lead(shown, "nearest");
    } else {
      this.announce(this.word("held"));
      if (isChange) this.comments.remove(submitted.id, this.part("stub"));
    }
    await this.quietly(() => this.own.refresh());
    if (submitted.status === "held") this.own.focus(submitted.id);
  }

  async verdict(id: string): Promise<HTMLElement | null> {
    try {
      return await this.own.verdict(id);
    } catch {
      return null;
    }
  }

  during(doing: Promise<unknown>): void {
    this.sending = doing.catch(() => undefined);
  }

  /** Makes newly shown comments this reader's: their times, their respect, whom they hid. */
  decorate(): void {
    showTimes(this.section, this.language);
    const respected = new Set(this.memory.list("respected"));
    for (const comment of all(this.section, ".comment[data-author]")) {
      if (respected.has(comment.dataset["id"]!)) this.press(comment);
    }
    this.people.decorate();
    this.own.decorate();
    this.comments.refold();
    this.comments.showEmptiness();
    this.loaded?.decorate();
  }

  private get language(): string {
    return this.section.lang || "en";
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    for (const [name, act] of Object.entries(this.acts)) {
      const control = target.closest<HTMLElement>(`a[data-${name}],button[data-${name}]`);
      if (!control) continue;
      event.preventDefault();
      void this.attempt(() => act(control, control.closest<HTMLElement>(".comment")));
      return;
    }
    // A link to a comment that is shown here leads to it without leaving the page.
    const link = target.closest<HTMLAnchorElement>("a[href]:not([data-permalink])");
    const [, id] = /\/comments\/([0-9a-f-]{36})$/.exec(link?.href ?? "") ?? [];
    const comment = id && link!.href.startsWith(this.client.server) && this.comments.article(id);
    if (!comment) return;
    event.preventDefault();
    this.lead(comment);
  }

  /** Does what the reader asked for, and says so where it failed. */
  async attempt(act: () => unknown): Promise<void> {
    try {
      const doing = Promise.resolve(act());
      this.during(doing);
      await doing;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.say(error.document.detail ?? this.word(error.mayPass ? "unreachable" : "failed"));
    }
  }

  /** Does what nobody asked for; failing is no news. */
  private async quietly<Result>(act: () => Promise<Result>): Promise<Result | null> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return null;
    }
  }

  /** Shows one comment, new or changed, in its place. What was taken away while its change was
      fetched stays away. */
  private async bring(id: string, isChange = false): Promise<HTMLElement | null> {
    const item = await this.fragments.one(id);
    this.arrivals.drop(id);
    this.own.remove(id);
    const shown = this.comments.article(id)
      ? this.comments.replace(item)
      : isChange
        ? null
        : this.comments.insert(item);
    this.decorate();
    return shown;
  }

  private count(total: number | string): void {
    find(this.section, "[data-count]")!.textContent = String(total);
  }

  private async sort(link: HTMLElement): Promise<void> {
    const sort = link.dataset["sort"]!;
    const fresh = await this.fragments.section(sort);
    this.section.dataset["sort"] = sort;
    this.arrivals.drop(...this.arrivals.ids);
    for (const part of [".sort", "[data-list]", "[data-more]"]) {
      const [here, there] = [find(this.section, part), find(fresh, part)];
      if (here && there) here.replaceWith(there);
      else here?.remove();
      if (!here && there) find(this.section, "[data-empty]")!.after(there);
    }
    this.forms.sweep();
    this.decorate();
    find(this.section, `a[data-sort="${sort}"]`)?.focus();
  }

  private async more(link: HTMLElement): Promise<void> {
    const next = await this.fragments.next(this.section.dataset["sort"], link.dataset["cursor"]);
    const first = this.comments.append(next);
    const there = find(next, "[data-more]");
    const here = link.closest("[data-more]")!;
    if (there) here.replaceWith(there);
    else here.remove();
    this.decorate();
    first?.focus({ preventScroll: true });
  }

  private async respect(button: HTMLElement, comment: HTMLElement): Promise<void> {
    if (button.getAttribute("aria-pressed") === "true") return;
    const id = comment.dataset["id"]!;
    const given = await this.client.send<Respected>("POST", `/api/v1/comments/${id}/respect`);
    find(comment, "[data-number]")!.textContent = String(given.count);
    this.memory.add("respected", id);
    this.press(comment);
  }

  /** What others have given meanwhile. */
  private respected(id: string, count: number): void {
    const shown = this.comments.article(id);
    const number = shown && find(shown, "[data-number]");
    if (number) number.textContent = String(count);
  }

  private press(comment: HTMLElement): void {
    find(comment, "[data-respect]")?.setAttribute("aria-pressed", "true");
  }

  private async remove(comment: HTMLElement): Promise<void> {
    const id = comment.dataset["id"] ?? comment.dataset["own"]!;
    if (!confirm(this.word("confirm-delete"))) return;
    await this.client.send("DELETE", `/api/v1/comments/${id}`);
    this.own.remove(id);
    if (this.comments.article(id)) this.gone(id);
    this.say(this.word("deleted"));
    find(this.section, ".heading")?.focus({ preventScroll: true });
  }

  private gone(id: string): void {
    this.comments.remove(id, this.part("stub"));
    const count = Number(find(this.section, "[data-count]")!.textContent);
    this.count(Math.max(0, count - 1));
  }

  /** Without the menu there is the comment's own page, which has one. */
  private async menu(button: HTMLElement, comment: HTMLElement): Promise<void> {
    const extras = await this.extras();
    if (extras) extras.menu(button, comment);
    else location.assign(find<HTMLAnchorElement>(comment, "[data-permalink]")!.href);
  }

  /** What only a reader needs who acts; null where it cannot be had. */
  private async extras(): Promise<Extras | null> {
    try {
      const { Extras } = await loadExtras();
      return (this.loaded ??= new Extras(this, this.since));
    } catch {
      return null;
    }
  }

  hide(comment: HTMLElement): void {
    const name = comment.dataset["author"]!;
    this.people.hide(name);
    this.say(this.word("hidden").replace("%s", name));
  }

  async report(comment: HTMLElement, reason: string, note: string): Promise<void> {
    const path = `/api/v1/comments/${comment.dataset["id"]}/reports`;
    await this.client.send("POST", path, { category: reason, note });
    this.say(this.word("reported"));
  }

  /** Another reader's comment is announced and waits to be asked for, so that nothing jumps. */
  private async changed(kind: string, id: string): Promise<void> {
    const isShown = this.comments.shows(id);
    if (kind === "removed") {
      this.arrivals.drop(id);
      if (isShown) this.gone(id);
    } else if (kind === "published" && this.own.holds(id)) {
      await this.quietly(() => this.bring(id));
    } else if (kind === "published" && !isShown) {
      this.arrivals.add(id);
    } else if (kind === "changed" && isShown) {
      await this.quietly(() => this.bring(id, true));
    }
  }

  private async arrive(): Promise<void> {
    const { ids } = this.arrivals;
    if (ids.length > MANY) {
      await this.sort(find(this.section, "a[aria-current]")!);
      return;
    }
    let first: HTMLElement | null = null;
    for (const id of ids) {
      try {
        const shown = await this.bring(id);
        first ??= shown;
      } catch (error) {
        if (!(error instanceof Problem) || error.mayPass) throw error;
        this.arrivals.drop(id);
      }
    }
    const count = Number(find(this.section, "[data-count]")!.textContent);
    this.count(count + ids.length);
    if (first) this.lead(first, "nearest");
  }

  /** Learns what was missed by comparing the thread's first page with what is shown. */
  private async compare(): Promise<void> {
    await this.quietly(async () => {
      const fresh = await this.fragments.section(this.section.dataset["sort"]);
      const there = new Map(all(fresh, "[data-id]").map((c) => [c.dataset["id"]!, c] as const));
      const here = this.comments.ids;
      for (const [id, comment] of there) {
        if (!comment.dataset["author"]) this.comments.remove(id, this.part("stub"));
        else if (!this.comments.shows(id)) this.arrivals.add(id);
        else if (this.comments.differs(id, comment)) await this.bring(id, true);
      }
      if (!find(fresh, "[data-more]")) {
        for (const id of here) if (!there.has(id)) this.comments.remove(id, this.part("stub"));
      }
      this.count(find(fresh, "[data-count]")!.textContent ?? "");
      if (this.client.token) await this.own.refresh();
    });
  }

  /** Shows the comment that the page's address names, even if it isn't among the first. */
  private async followLink(): Promise<void> {
    const id = /^#comment-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
    if (!id) return;
    let comment = this.comments.article(id);
    if (!comment) {
      const box = this.part("linked");
      box.append(make("ol", "comments"));
      box.lastElementChild!.append(await this.fragments.one(id));
      find(this.section, "[data-list]")!.before(box);
      comment = find(box, "[data-id]")!;
      this.decorate();
    }
    comment.classList.add("arrived");
    this.lead(comment);
  }

  lead(comment: HTMLElement, block: ScrollLogicalPosition = "center"): void {
    this.comments.reveal(comment);
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block });
  }

  reply(comment: HTMLElement): void {
    this.forms.reply(comment);
  }

  draft(draft: object): Promise<DocumentFragment> {
    return this.fragments.draft(draft);
  }

  private get visit(): string {
    return `visit:${this.article}`;
  }

  /** Whoever has acted here may be told next time what is new. Of others nothing is remembered. */
  private leave(): void {
    if (!this.client.token) return;
    const ids = all(this.section, ".comment[data-author]").map((comment) => comment.dataset["id"]!);
    const newest = ids.reduce((one, other) => (one > other ? one : other), this.since ?? "");
    if (newest) this.memory.set(this.visit, newest);
  }
}
