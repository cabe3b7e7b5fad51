// The section's behaviour: what each control does, and what is shown of it.
import { type Client, Problem, type Respected, type Submitted } from "./client";
import { Comments } from "./comments";
import { Composer, type Surroundings } from "./composer";
import { all, find, make, parse } from "./html";
import { Live } from "./live";
import type { Memory } from "./memory";
import { openMenu } from "./menu";
import { Own } from "./own";
import { openReport } from "./report";
import { showTimes } from "./time";

const TOAST_STAYS = 6_000;
const MANY = 20;

type Act = (control: HTMLElement, comment: HTMLElement | null) => unknown;

export class Section implements Surroundings {
  readonly article: string;
  private readonly comments: Comments;
  private readonly own: Own;
  private readonly live: Live;
  private readonly arrivals = new Set<string>();
  private readonly composers = new Map<HTMLFormElement, Composer>();
  private readonly clock: ReturnType<typeof setInterval>;
  /** Changes that came while something was being sent; they may be our own. */
  private sending: Promise<unknown> = Promise.resolve();

  private readonly acts: Record<string, Act> = {
    sort: (link) => this.sort(link),
    cursor: (link) => this.more(link),
    respect: (button, comment) => this.respect(button, comment!),
    reply: (_, comment) => this.reply(comment!),
    menu: (button, comment) => this.menu(button, comment!),
    cancel: (link) => this.cancel(link.closest("form")!),
    edit: (_, comment) => this.edit(comment!),
    delete: (_, comment) => this.remove(comment!),
    read: (button) => this.own.putAway(button.closest<HTMLElement>("[data-notice]")!),
    show: (_, comment) => this.showPerson(comment!.dataset["author"]!),
    arrive: () => this.arrive(),
  };

  constructor(
    private readonly section: HTMLElement,
    readonly client: Client,
    readonly memory: Memory,
  ) {
    this.article = section.dataset["article"]!;
    this.comments = new Comments(section);
    this.own = new Own(section, this);
    section.addEventListener("click", (event) => this.clicked(event));
    const form = find<HTMLFormElement>(section, "[data-composer]");
    if (form) this.adopt(new Composer(form, this));
    this.live = new Live(
      `${client.server}/api/v1/events?article_id=${this.article}`,
      Number(section.dataset["version"]),
      {
        changed: (kind, id) => void this.sending.then(() => this.changed(kind, id)),
        missed: () => void this.sending.then(() => this.compare()),
      },
    );
    this.decorate();
    this.clock = setInterval(() => showTimes(section, this.language), 60_000);
    if (client.token) void this.quietly(() => this.own.refresh());
    void this.quietly(() => this.followLink());
  }

  close(): void {
    this.live.close();
    clearInterval(this.clock);
    for (const composer of this.composers.values()) composer.dispose();
  }

  word(name: string): string {
    return find<HTMLTemplateElement>(this.section, `[data-word="${name}"]`)?.content.textContent ?? "";
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
  private say(text: string): void {
    this.announce(text);
    find(this.section, ".toast")?.remove();
    const toast = make("p", "toast", text);
    toast.ariaHidden = "true";
    this.section.append(toast);
    setTimeout(() => toast.remove(), TOAST_STAYS);
  }

  async settled(composer: Composer, submitted: Submitted): Promise<void> {
    const isChange = !!composer.edits;
    composer.reset();
    if (composer.parent || composer.edits) this.dismiss(composer.form);
    if (submitted.status === "published") {
      const shown = await this.bring(submitted.id);
      this.say(this.word(isChange ? "changed" : "published"));
      this.count(submitted.total);
      shown?.focus({ preventScroll: true });
      shown?.scrollIntoView({ block: "nearest" });
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
    const hidden = new Set(this.memory.list("hidden"));
    for (const comment of all(this.section, ".comment[data-id][data-author]")) {
      if (respected.has(comment.dataset["id"]!)) this.press(comment);
      this.veil(comment, hidden.has(comment.dataset["author"]!));
    }
    this.own.decorate();
    this.comments.showEmptiness();
  }

  get language(): string {
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
  }

  /** Does what the reader asked for, and says so where it failed. */
  private async attempt(act: () => unknown): Promise<void> {
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
  private async quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  private adopt(composer: Composer): Composer {
    this.composers.set(composer.form, composer);
    return composer;
  }

  private dismiss(form: HTMLFormElement): void {
    this.composers.get(form)?.dispose();
    this.composers.delete(form);
    form.closest(".comment")?.classList.remove("editing");
    form.remove();
  }

  private cancel(form: HTMLFormElement): void {
    const comment = form.closest<HTMLElement>(".comment");
    this.composers.get(form)?.reset();
    this.dismiss(form);
    find(comment ?? this.section, "[data-reply]")?.focus();
  }

  private async fetchOne(id: string): Promise<HTMLElement> {
    const html = await this.client.html(`/embed/comments/${id}`, { lang: this.language });
    return find(parse(html), ".item")!;
  }

  private async fetchSection(sort: string | undefined): Promise<DocumentFragment> {
    const parameters = { article_id: this.article, sort, lang: this.language };
    return parse(await this.client.html("/embed/thread", parameters));
  }

  /** Shows one comment, new or changed, in its place. */
  private async bring(id: string): Promise<HTMLElement | null> {
    const item = await this.fetchOne(id);
    this.arrivals.delete(id);
    this.own.remove(id);
    const shown = this.comments.article(id)
      ? this.comments.replace(item)
      : this.comments.insert(item);
    this.showArrivals();
    this.decorate();
    return shown;
  }

  private count(total: number | string): void {
    find(this.section, "[data-count]")!.textContent = String(total);
  }

  private async sort(link: HTMLElement): Promise<void> {
    const sort = link.dataset["sort"]!;
    const fresh = await this.fetchSection(sort);
    this.section.dataset["sort"] = sort;
    this.arrivals.clear();
    for (const part of [".sort", "[data-list]", "[data-more]"]) {
      const [here, there] = [find(this.section, part), find(fresh, part)];
      if (here && there) here.replaceWith(there);
      else here?.remove();
      if (!here && there) find(this.section, "[data-empty]")!.after(there);
    }
    this.showArrivals();
    this.decorate();
    find(this.section, `a[data-sort="${sort}"]`)?.focus();
  }

  private async more(link: HTMLElement): Promise<void> {
    const { sort } = this.section.dataset;
    const next = parse(
      await this.client.html("/embed/thread", {
        article_id: this.article,
        sort,
        cursor: link.dataset["cursor"],
        lang: this.language,
      }),
    );
    const first = this.comments.append(next);
    const there = find(next, "[data-more]");
    const here = link.closest("[data-more]")!;
    if (there) here.replaceWith(there);
    else here.remove();
    this.decorate();
    first?.focus({ preventScroll: true });
  }

  private async respect(button: HTMLElement, comment: HTMLElement): Promise<void> {
    if (button.ariaPressed === "true") return;
    const id = comment.dataset["id"]!;
    const given = await this.client.send<Respected>("POST", `/api/v1/comments/${id}/respect`);
    find(comment, "[data-number]")!.textContent = String(given.count);
    this.memory.add("respected", id);
    this.press(comment);
  }

  private press(comment: HTMLElement): void {
    const button = find(comment, "[data-respect]");
    if (button) button.ariaPressed = "true";
  }

  private reply(comment: HTMLElement): void {
    const open = [...this.composers.values()].find((c) => c.parent === comment.dataset["id"]);
    const composer = open ?? this.openForm("reply", comment, comment.dataset["id"]!, "");
    composer.focus();
  }

  private edit(comment: HTMLElement): void {
    const id = comment.dataset["id"]!;
    const open = [...this.composers.values()].find((c) => c.edits === id);
    const composer = open ?? this.openForm("edit", comment, "", id);
    composer.fill(this.own.text(id));
    comment.classList.add("editing");
    composer.focus();
  }

  private openForm(part: string, comment: HTMLElement, parent: string, edits: string): Composer {
    const form = this.part(part) as HTMLFormElement;
    const area = find<HTMLTextAreaElement>(form, "textarea")!;
    area.id = `${part}-${parent || edits}`;
    find(form, ".label")?.setAttribute("for", area.id);
    find(comment, "[data-slot]")!.append(form);
    return this.adopt(new Composer(form, this, parent, edits));
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

  private menu(button: HTMLElement, comment: HTMLElement): void {
    const choices: Record<string, () => unknown> = {
      spam: () => this.report(comment, "spam", ""),
      report: () =>
        openReport(this.section, this.part("report"), (reason, note) =>
          this.report(comment, reason, note),
        ),
      copy: () => this.copy(find<HTMLAnchorElement>(comment, "[data-permalink]")!.href),
      hide: () => this.hidePerson(comment.dataset["author"]!),
    };
    openMenu(button, this.part("menu"), (what) => void this.attempt(() => choices[what]?.()));
  }

  private async report(comment: HTMLElement, reason: string, note: string): Promise<void> {
    const path = `/api/v1/comments/${comment.dataset["id"]}/reports`;
    await this.client.send("POST", path, { category: reason, note });
    this.say(this.word("reported"));
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.say(this.word("copied"));
    } catch {
      // Browsers refuse without TLS or permission: let the reader copy it by hand.
      prompt(this.word("copy-by-hand"), link);
    }
  }

  private hidePerson(name: string): void {
    this.memory.add("hidden", name);
    this.decorate();
    this.say(this.word("hidden").replace("%s", name));
  }

  private showPerson(name: string): void {
    this.memory.drop("hidden", name);
    this.decorate();
  }

  private veil(comment: HTMLElement, isHidden: boolean): void {
    if (comment.classList.toggle("veiled", isHidden) === !!find(comment, ".hidden-person")) return;
    if (!isHidden) {
      find(comment, ".hidden-person")?.remove();
      return;
    }
    const line = make("p", "hidden-person", `${this.word("hidden-comment")} `);
    const show = make("button", "action", this.word("show")) as HTMLButtonElement;
    show.type = "button";
    show.dataset["show"] = "";
    line.append(show);
    comment.append(line);
  }

  /** Another reader's comment is announced and waits to be asked for, so that nothing jumps. */
  private async changed(kind: string, id: string): Promise<void> {
    const isShown = !!this.comments.article(id);
    if (kind === "removed") {
      this.arrivals.delete(id);
      if (isShown) this.gone(id);
    } else if (kind === "published" && this.own.holds(id)) {
      await this.quietly(() => this.bring(id));
    } else if (kind === "published" && !isShown) {
      this.arrivals.add(id);
    } else if (kind === "changed" && isShown) {
      await this.quietly(() => this.bring(id));
    }
    this.showArrivals();
  }

  private showArrivals(): void {
    const place = find(this.section, "[data-arrivals]")!;
    const number = this.arrivals.size;
    const text = this.word(number === 1 ? "new-one" : "new-many").replace("%s", String(number));
    if (!number) place.replaceChildren();
    else if (place.firstElementChild) place.firstElementChild.textContent = text;
    else {
      const button = make("button", "button", text) as HTMLButtonElement;
      button.type = "button";
      button.dataset["arrive"] = "";
      place.append(button);
    }
  }

  private async arrive(): Promise<void> {
    const ids = [...this.arrivals];
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
        this.arrivals.delete(id);
      }
    }
    const count = Number(find(this.section, "[data-count]")!.textContent);
    this.count(count + ids.length);
    this.showArrivals();
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "nearest" });
  }

  /** Learns what was missed by comparing the thread's first page with what is shown. */
  private async compare(): Promise<void> {
    await this.quietly(async () => {
      const fresh = await this.fetchSection(this.section.dataset["sort"]);
      const there = new Map(all(fresh, "[data-id]").map((c) => [c.dataset["id"]!, c] as const));
      const here = this.comments.ids;
      for (const [id, comment] of there) {
        if (!here.has(id) && comment.dataset["author"]) this.arrivals.add(id);
      }
      if (!find(fresh, "[data-more]")) {
        for (const id of here) if (!there.has(id)) this.comments.remove(id, this.part("stub"));
      }
      this.count(find(fresh, "[data-count]")!.textContent ?? "");
      if (this.client.token) await this.own.refresh();
      this.showArrivals();
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
      box.lastElementChild!.append(await this.fetchOne(id));
      find(this.section, "[data-list]")!.before(box);
      comment = find(box, "[data-id]")!;
      this.decorate();
    }
    comment.classList.add("arrived");
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block: "center" });
  }
}
